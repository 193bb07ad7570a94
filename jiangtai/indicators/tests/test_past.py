"""A past month's figure is of what was known when it ended."""

from datetime import timedelta

import pytest

from jiangtai import indicators, lake, people
from jiangtai.access import acting_as_job
from jiangtai.indicators import Frame, Period
from jiangtai.kernel import clock
from jiangtai.lake import manifest
from jiangtai.people import monthends
from jiangtai.people.tests import invented


@pytest.fixture
def folder(twin, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    monkeypatch.setattr(monthends, "folder", lambda: tmp_path / "month-ends")
    with acting_as_job("测试"):
        yield tmp_path


def test_a_figure_of_a_past_month_and_its_list_count_what_was_known_then(folder, twin):
    """The month that runs counts as it is."""
    today, firm = clock.today(), twin.units["乙厂"]
    end = today.replace(day=1) - timedelta(days=1)
    with clock.at(end):
        li = invented.worker(firm, education="70")
        monthends.write(end)
    people.change(li, education="20")
    lake.refresh()
    now, one = lake.opened(), indicators.named("register.college_workers")
    [scope] = indicators.scopes(now, [str(firm.pk)])
    past, runs = (Frame(Period.month_of(day), today) for day in (end, today))
    assert [indicators.computed(now, one, scope.unit, frame).value for frame in (past, runs)] == [0, 1]
    assert [len(indicators.listed(now, one, scope.unit, frame)) for frame in (past, runs)] == [0, 1]
