"""A light says how a figure stands to its target, and why; it is a pure function of what it is told."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from jiangtai.indicators import AMBER, GREEN, NONE, RED, Thresholds, light, points_of
from jiangtai.kernel.quantities import Unit

YEAR = 2026
END = date(YEAR, 12, 31)


def told(better, value, target, day, unit=Unit.PERSON, **more):
    return light(better, value, target, day, year=YEAR, unit=unit, accumulates="base" not in more, **more)


def test_it_says_why_in_one_sentence():
    found = told("up", 846, 1200, date(YEAR, 9, 30))
    assert found.words == "目标 1,200 人，按序时到 9 月底应达 900 人，实为 846 人，差 54 人"
    assert (found.color, found.expected, found.behind) == (AMBER, 900, 54)


@pytest.mark.parametrize(
    ("value", "day", "color", "end"),
    [
        (900, date(YEAR, 9, 30), GREEN, "正好"),
        (960, date(YEAR, 9, 30), GREEN, "超 60 人"),
        (779, date(YEAR, 9, 30), RED, "差 121 人"),
        (1199, END, RED, "差 1 人"),
        (1200, END, GREEN, "正好"),
        (40, date(YEAR, 1, 15), AMBER, "差 8 人"),
    ],
)
def test_what_accumulates_goes_straight_from_nothing(value, day, color, end):
    found = told("up", value, 1200, day)
    assert (found.color, found.words.rpartition("，")[2]) == (color, end)


def test_a_level_goes_from_last_years_end():
    found = told("up", 66.5, 80, date(YEAR, 6, 30), Unit.PERCENT, base=60)
    assert found.words == "目标 80%，按序时到 6 月底应达 70%，实为 66.5%，差 3.5 个百分点"
    assert found.color == RED
    assert told("up", 69.9, 80, date(YEAR, 6, 30), Unit.PERCENT, base=60).color == AMBER


def test_of_what_is_better_low_more_is_behind():
    found = told("down", 60, 100, date(YEAR, 6, 30), Unit.ITEM)
    assert (found.color, found.words) == (AMBER, "目标 100 件，按序时到 6 月底应不超过 50 件，实为 60 件，多 10 件")
    assert told("down", 40, 100, date(YEAR, 6, 30), Unit.ITEM).words.endswith("少 10 件")
    falling = told("down", 27, 20, date(YEAR, 6, 30), Unit.PERCENT, base=30)
    assert (falling.expected, falling.color) == (25, RED)


def test_a_floor_and_a_ceiling_are_level():
    assert told("up", 96, 95, date(YEAR, 6, 30), Unit.PERCENT, base=97).color == GREEN
    assert told("up", 96, 95, date(YEAR, 6, 30), Unit.PERCENT, base=97).expected == 95
    assert told("down", 9, 10, date(YEAR, 2, 1), Unit.FIRM, base=6).expected == 10
    assert told("up", 94, 95, date(YEAR, 6, 30), Unit.PERCENT, base=None).expected == 95


def test_the_points_that_a_lead_set_are_the_way():
    points = [(date(YEAR, 3, 31), 100.0), (date(YEAR, 9, 30), 1000.0)]
    assert told("up", 100, 1200, date(YEAR, 3, 31), points=points).color == GREEN
    assert told("up", 100, 1200, date(YEAR, 6, 30), points=points).expected == 550
    assert told("up", 0, 1200, date(YEAR, 11, 15), points=points).expected == 1100


def test_where_there_is_no_light_it_says_so():
    assert told("", 5, 10, END).color == NONE and "不分高低" in told("", 5, 10, END).words
    assert told("up", None, 10, END).color == NONE
    assert told("up", 5, 10, date(YEAR - 1, 12, 31)).words == "2026年还没有开始"


def test_the_thresholds_are_asked():
    kind = Thresholds(amber=5, red=50)
    assert told("up", 850, 1200, date(YEAR, 9, 30), thresholds=kind).color == GREEN
    assert told("up", 500, 1200, date(YEAR, 9, 30), thresholds=kind).color == AMBER


@given(st.sampled_from(["up", "down"]), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6),
       st.dates(date(YEAR, 1, 1), END), st.sampled_from([Unit.PERSON, Unit.PERCENT, Unit.YUAN]))  # fmt: skip
def test_better_is_never_redder_and_reaching_the_target_is_green_at_the_end(better, value, target, base, day, unit):
    order = [GREEN, AMBER, RED]
    further = value + 1 if better == "up" else value - 1
    now, then = (told(better, one, target, day, unit, base=base) for one in (value, further))
    assert order.index(then.color) <= order.index(now.color)
    assert told(better, target, target, END, unit, base=base).color == GREEN


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("3月底 300\n第二季度：500\n", [(3, 31, 300), (6, 30, 500)]),
        ("2026-02-15 1,200", [(2, 15, 1200)]),
        ("2月 10\n三季度末 20\n11月5日 30.5", [(2, 28, 10), (9, 30, 20), (11, 5, 30.5)]),
        ("", []),
    ],
)
def test_points_are_read_as_they_are_written(text, points):
    assert points_of(text, YEAR) == [(date(YEAR, month, day), value) for month, day, value in points]


@pytest.mark.parametrize("text", ["三百", "13月 5", "3月底", "2月30日 5", "3月底 NaN"])
def test_a_point_that_is_none_is_told_by_its_line(text):
    with pytest.raises(ValidationError, match="第 2 行"):
        points_of(f"1月 1\n{text}", YEAR)
