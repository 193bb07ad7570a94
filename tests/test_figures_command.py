"""`jiangtai figures check` needs nothing but the file, and its JSON is the list that others read, and no more."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from config import cli, lake_commands, serving
from jiangtai import indicators, lake
from jiangtai.access import acting_as_job
from jiangtai.indicators import computing
from jiangtai.indicators.tests.small import lake_of, town
from jiangtai.kernel import Home, clock
from jiangtai.lake import manifest
from jiangtai.people.tests import invented
from tests.test_serving import refused, run

TEXT = "全年培训职工3600多人次，\n涉案金额59.3万元。2026年共有试点46个，其中市级50个。"
FIGURES = [
    {"text": "3600多人次", "span": [6, 13], "value": 3600, "unit": "人次", "hedge": "over"},
    {"text": "59.3万元", "span": [19, 25], "value": 593000, "unit": "元", "hedge": None},
    {"text": "46个", "span": [35, 38], "value": 46, "unit": "个", "hedge": None},
    {"text": "50个", "span": [43, 46], "value": 50, "unit": "个", "hedge": None},
]
UNSUPPORTED = {"indicator": None, "verdict": "unsupported"}


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "稿子.txt"
    path.write_text(TEXT, encoding="gb18030")
    return path


def test_it_works_without_a_home_and_makes_none(draft: Path) -> None:
    home = draft.parent / "home"
    done = run(home, "figures", "check", str(draft), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [{**one, **UNSUPPORTED} for one in FIGURES]
    assert not home.exists()


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        cli.main(["figures", "check", *words])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_a_word_document_says_the_same(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = Document()
    for line in TEXT.split("\n"):
        document.add_paragraph(line)
    document.save(str(draft.with_suffix(".docx")))
    assert said(capsys, str(draft.with_suffix(".docx")), "--json") == said(capsys, str(draft), "--json")


def test_people_read_a_table_and_what_does_not_add_up(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, str(draft)).splitlines()
    assert lines[0].split() == ["行", "文中写法", "数值", "单位", "口气", "结论", "指标和现值"]
    assert lines[1].split() == ["1", "3600多人次", "3,600", "人次", "多于", "无依据"]
    assert lines[2].split() == ["2", "59.3万元", "593,000", "元", "无依据"]
    assert lines[-3] == "没有数据副本，只找出了数，没有与指标核对"
    assert lines[-2].startswith("请核对（第 2 行）：各项相加不等于总数")
    assert lines[-1] == "共 4 个数：相符 0，不符 0，无依据 4；自相矛盾 1 处"


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A lake of a district with two workers in one street and, since this year, one in the other; what it is asked."""
    places, this_year = town(), date(clock.today().year, 1, 1)
    for number, name in ((1, "锦川区"), (2, "锦河街道办事处"), (3, "锦山街道办事处")):
        places["units"][number - 1]["name"] = name
    worked = [{"subject": who, "unit": 4, "since": date(2020, 1, 1)} for who in (1, 2)]
    worked.append({"subject": 3, "unit": 6, "since": this_year})
    lake_of(tmp_path, **places, employments=worked).found.save(tmp_path)
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    monkeypatch.setattr(Home, "is_made", True)
    monkeypatch.setattr(lake, "refresh", lambda patience: None, raising=False)
    keys: set[str] = set()
    computed = computing.computed

    def noted(lake: Any, one: Any, unit: int, frame: Any) -> Any:
        keys.add(one.key)
        return computed(lake, one, unit, frame)

    monkeypatch.setattr(computing, "computed", noted)
    monkeypatch.setattr(indicators, "computed", noted, raising=False)
    return keys


def test_a_figure_is_held_against_the_place_and_the_time_it_is_told_of(
    asked: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = clock.today().year - 1
    path = tmp_path / "稿.txt"
    path.write_text(
        f"{last}年底，全区在岗职工2人。全区现有在岗职工3人。锦河街道现有在岗职工2人。全区在岗职工9人。",
        encoding="utf-8",
    )
    found: list[dict[str, Any]] = json.loads(said(capsys, str(path), "--json"))
    assert [(one["indicator"], one["verdict"]) for one in found] == [
        *[("register.workers", "match")] * 3,
        ("register.workers", "mismatch"),
    ]
    assert asked == {"register.workers"}, "only what the text speaks of is computed"
    table = said(capsys, str(path)).splitlines()
    assert table[1].endswith(f"相符  {last}年在岗职工人数 2人")
    assert table[2].endswith("相符  在岗职工人数 3人")
    assert table[3].endswith("相符  锦河街道办事处在岗职工人数 2人")
    assert table[4].endswith("不符  在岗职工人数 3人，可写“3人”")


@pytest.fixture
def now(twin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """An installation with a lake; whoever asks for the number of workers registers one more, not in the lake yet."""
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    monkeypatch.setattr(Home, "is_made", True)

    def workers() -> int:
        with acting_as_job("测试"):
            lake.refresh()
            at, today = lake.opened(), clock.today()
            frame = indicators.Frame(indicators.Period.parse(str(today.year)), today)
            counted = indicators.computed(at, indicators.named("register.workers"), indicators.root(at).unit, frame)
            invented.worker(twin.units["甲厂"])
        return int(counted.value or 0)

    return workers


def test_what_came_in_since_the_last_refresh_is_in_the_figures_of_the_check(
    now: Callable[[], int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, before = tmp_path / "稿.txt", now()
    path.write_text(f"全区现有在岗职工{before + 1}人。", encoding="utf-8")
    [one] = json.loads(said(capsys, str(path), "--json"))
    assert (one["indicator"], one["verdict"]) == ("register.workers", "match")
    assert f"指标的数截至北京时间 {lake.opened().at.astimezone(clock.OFFICE_ZONE):%Y-%m-%d %H:%M}" in said(
        capsys, str(path)
    )


def test_what_cannot_be_refreshed_is_told_with_its_moment_beside_the_list(
    now: Callable[[], int], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, before = tmp_path / "稿.txt", now()
    path.write_text(f"全区现有在岗职工{before}人。", encoding="utf-8")

    def unreachable(**_: Any) -> None:
        raise serving.NotSafe("DATABASE_URL 连不上")

    def asked() -> tuple[Any, str]:
        with pytest.raises(SystemExit):
            cli.main(["figures", "check", str(path), "--json"])
        out, err = capsys.readouterr()
        return [one["verdict"] for one in json.loads(out)], err

    monkeypatch.setattr(lake_commands, "PATIENCE", 0.2)
    with manifest.alone(tmp_path):
        verdicts, told = asked()
    assert verdicts == ["match"] and "正在刷新" in told and "的副本计算" in told
    with monkeypatch.context() as patch:
        patch.setattr(serving, "database", unreachable)
        verdicts, told = asked()
    assert verdicts == ["match"] and "DATABASE_URL 连不上；现在按北京时间" in told


def test_a_text_without_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "空.txt"
    path.write_text("五位一体，四个体系。", encoding="utf-8")
    assert json.loads(said(capsys, str(path), "--json")) == []
    assert said(capsys, str(path)).splitlines()[-1].startswith("共 0 个数")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("没有.txt", None, "没有这个文件"), ("空.txt", b"", "文件是空的"), ("图.png", b"\x89PNG\r\n\x1a\n", "这里不收"),
     ("稿子.pdf", b"%PDF-1.7\n%%EOF\n", "可以上传：Word 文档（docx）、纯文本")],
)  # fmt: skip
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, content: bytes | None, told: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run(tmp_path / "home", "figures", "check", str(tmp_path / name), "--json")
    assert told in refused(done)
    assert done.stdout == ""
