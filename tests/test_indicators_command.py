"""`jiangtai indicators`: its JSON is the contract, and a figure can be told as it was known on a day."""

import csv
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError

from config import cli, indicators_commands
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock
from jiangtai.lake import manifest
from jiangtai.people.tests import invented

NAMES = ["key", "label", "unit", "kind", "value", "numerator", "denominator", "period", "unit_code", "as_of", "rows"]


@pytest.fixture
def told(twin, tmp_path, monkeypatch, capsys):
    """`told(word, …)`: what the command prints, over a lake with one worker registered just now."""
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    with acting_as_job("测试"):
        invented.worker(twin.units["甲厂"], "诸葛靓")

    def run(*words):
        with acting_as_job("测试"):
            indicators_commands.run(cli.parser().parse_args(["indicators", *words]))
        return capsys.readouterr().out

    return run


def test_each_figure_has_these_names_and_no_others(told):
    found = json.loads(told("register.registered", "register.women_share", "--json"))
    assert [list(one) for one in found] == [NAMES, NAMES]
    assert found[0]["value"] >= 1 and found[0]["period"] == f"{clock.today():%Y-%m}"


def test_what_came_in_later_was_not_known(told, tmp_path):
    eve = clock.today() - timedelta(days=1)
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
        (("register.workers", "--known", "2026-06-30"), "没有留下哪天才知道"),
        (("honors.holders", "--known", "6月30日"), "应是日期"),
        (("honors.holders", "--known", "2999-01-01"), "还没有到"),
    ],
)
def test_what_cannot_be_told_as_known_says_why(told, words, said):
    with pytest.raises(CommandError, match=said):
        told(*words)
