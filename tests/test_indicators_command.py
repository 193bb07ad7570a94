"""`jiangtai indicators`: its JSON is the contract, and a figure can be told as it was known on a day."""

import csv
import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError

from config import cli, indicators_commands, lake_commands
from jiangtai import lake, people
from jiangtai.access import acting_as_job
from jiangtai.indicators import Unit, declare
from jiangtai.indicators.declare import Needed
from jiangtai.indicators.tests.small import lake_of
from jiangtai.kernel import clock
from jiangtai.lake import manifest
from jiangtai.people import monthends
from jiangtai.people.facts import LeavingReason, UnionLeaving
from jiangtai.people.tests import invented

NAMES = ["key", "label", "unit", "kind", "value", "numerator", "denominator", "period", "unit_code", "as_of", "rows"]


@pytest.fixture
def month_ends(tmp_path, monkeypatch):
    """The folder of kept month ends, empty."""
    monkeypatch.setattr(monthends, "folder", lambda: tmp_path / "month-ends")


@pytest.fixture
def told(twin, tmp_path, monkeypatch, capsys):
    """`told(word, …)`: what the command prints, over a lake with one worker registered just now."""
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    with acting_as_job("测试"):
        invented.worker(twin.units["甲厂"], "诸葛靓")

    def run(*words):
        with acting_as_job("测试"):
            indicators_commands.run(cli.parser().parse_args(["indicators", *words]))
        run.out, run.err = capsys.readouterr()
        return run.out

    return run


def test_each_figure_has_these_names_and_no_others(told):
    found = json.loads(told("register.registered", "register.women_share", "--json"))
    assert [list(one) for one in found] == [NAMES, NAMES]
    assert found[0]["value"] >= 1 and found[0]["period"] == f"{clock.today():%Y-%m}"


def test_what_came_in_later_was_not_known(told, tmp_path):
    eve = date(2001, 1, 1)  # before anything that other tests registered on earlier days
    known, now = (told("register.registered", "--json", *more) for more in (("--known", str(eve)), ()))
    [known], [now] = json.loads(known), json.loads(now)
    assert list(known) == NAMES and known["value"] == known["rows"] == 0 < now["value"]
    file = tmp_path / "rows.csv"
    told("rows", "register.registered", "--csv", str(file), "--known", str(eve))
    assert len(list(csv.reader(file.read_text(encoding="utf-8").splitlines()))) == 1
    told("rows", "register.registered", "--csv", str(file), "--known", str(clock.today()))
    assert len(list(csv.reader(file.read_text(encoding="utf-8").splitlines()))) == now["rows"] + 1
    assert f"按 {eve} 已入账的事实" in told("--known", str(eve))


def test_of_all_only_those_of_facts_are_told_as_they_were_known(told):
    keys = {one["key"] for one in json.loads(told("--json", "--known", str(clock.today())))}
    assert "honors.holders" in keys and not keys & {"register.workers", "register.members", "register.enterprises"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("register.hired", "--known", "2026-06-30"), "没有留下哪天才知道"),
        (("register.enterprises", "--known", "2026-06-30"), "没有留下哪天才知道"),
        (("register.workers", "--known", "2026-06-30"), "现在还没有留存的"),
        (("honors.holders", "--known", "6月30日"), "应是日期"),
        (("honors.holders", "--known", "2999-01-01"), "还没有到"),
    ],
)
def test_what_cannot_be_told_as_known_says_why(told, month_ends, words, said):
    with pytest.raises(CommandError, match=said):
        told(*words)


def test_the_register_is_told_as_a_kept_month_end_knew_it_and_all_else_as_it_is(told, month_ends, twin, tmp_path):
    """Entered late, left since, moved since, put right since: the end of the month knew none of it."""
    firm, other, union = (twin.units[name] for name in ("甲厂", "乙厂", "甲厂工会"))
    end = clock.today().replace(day=1) - timedelta(days=1)
    keys = ("register.workers", "register.members", "register.college_workers", "register.employers")

    def figures(unit, *more):
        asked = (*keys, "--unit", unit.code or unit.name, "--period", f"{end:%Y-%m}", "--json", *more)
        return {one["key"]: one["value"] for one in json.loads(told(*asked))}

    with clock.at(end), acting_as_job("测试"):
        gone = invented.worker(firm, "欧阳去", education="20")
        people.join_union(gone, union)
        monthends.write(end)
    before = figures(firm)
    with acting_as_job("测试"):
        late = invented.person(firm, "诸葛迟", education="20")
        people.hire(late, firm, on=end - timedelta(days=40), occupation="车工", is_production=True)
        people.change(gone, education="70")
        people.leave(gone.employments.get(), on=end, why=LeavingReason.RESIGNED)
        people.leave_union(gone.memberships.get(), on=end, why=UnionLeaving.RESIGNED)
    known, now = figures(firm, "--known", str(end)), figures(firm)
    assert known == before and now["register.members"] == before["register.members"] - 1
    assert now["register.workers"] == before["register.workers"], "one left, one was entered late"
    file = tmp_path / "rows.csv"
    asked = ("--unit", firm.code, "--period", f"{end:%Y-%m}", "--known", str(end))
    told("rows", "register.workers", *asked, "--csv", str(file))
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == known["register.workers"]
    assert str(gone.pk) in {row["id"] for row in rows} and str(late.pk) not in {row["id"] for row in rows}
    assert figures(other, "--known", str(end)) == figures(other)
    with pytest.raises(CommandError, match=f"留存的有 {end}"):
        told("register.workers", "--known", str(end), "--period", f"{clock.today():%Y-%m}")


def test_while_the_lake_is_refreshed_it_answers_as_it_stands(told, tmp_path, monkeypatch):
    monkeypatch.setattr(lake_commands, "PATIENCE", 0.2)
    with manifest.alone(tmp_path), pytest.raises(CommandError, match="jiangtai lake refresh"):
        told("register.workers")
    before = told("register.workers", "--json")
    with manifest.alone(tmp_path):
        assert json.loads(told("register.workers", "--json")) == json.loads(before)
    assert "正在刷新" in told.err and "的副本计算" in told.err


def test_without_a_root_unit_one_sentence_says_what_to_do(told, tmp_path, monkeypatch):
    empty = lake_of(tmp_path)
    empty.found.save(tmp_path)
    monkeypatch.setattr(lake, "refresh", lambda patience: None, raising=False)
    with pytest.raises(CommandError, match=r"^还没有根单位，请先运行 jiangtai init$"):
        told("register.workers")


def test_what_cannot_be_computed_yet_says_which_facts_it_waits_for(told, monkeypatch):
    waits = Needed(
        "invented.soon", "将来的数", Unit.PERSON, ("003#1.1",), {"SoonHappened": "快了", "LaterHappened": "以后"}
    )
    monkeypatch.setitem(declare._NEEDED, waits.key, waits)
    with pytest.raises(CommandError, match="将来的数）还不能计算，等这些事实入账：快了、以后"):
        told(waits.key)
    with pytest.raises(CommandError, match=r"没有指标“invented\.never”"):
        told("invented.never")
    listed = told().partition("还不能计算：\n")[2]
    assert "将来的数，等这些事实入账：快了、以后" in listed
    assert waits.key not in told("--json") and "还不能计算" not in told("register.workers")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rows", "no.such", "--csv", "x.csv"), "没有指标“no.such”"),
        (("rows", "register.workers", "--csv", "x.csv", "--unit", "没有的厂"), "没有代码或全称是“没有的厂”的单位"),
        (("rows", "register.workers", "--csv", "x.csv", "--period", "2026-13"), "2026-Q3"),
        (("rows", "register.workers", "--csv", "x.csv", "--period", "2999"), "还没有到"),
        (("rows", "register.workers"), "导出明细写作"),
        (("rows", "--csv", "x.csv"), "导出明细写作"),
    ],
)
def test_what_cannot_be_written_out_says_why_and_writes_nothing(told, tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    assert cli._guarded(lambda: told(*words)) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("没有完成：") and said in err and err.count("\n") == 1
    assert not (tmp_path / "x.csv").exists()
