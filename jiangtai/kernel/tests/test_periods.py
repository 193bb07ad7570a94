"""Periods: read, named, and the one in which a day lies."""

from datetime import date

import pytest

from jiangtai.kernel import Period, PeriodError
from jiangtai.kernel.periods import quarter_called

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026年", "２０２６", "2026-1", "2026-13", "2026-00", "2026-09-00", "2026-02-30", "2026-Q5", "2026Q4"],
)
def test_what_is_no_period_is_told_how_one_is_written(text):
    with pytest.raises(PeriodError, match="2026-Q3"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("every", "text", "label", "first", "last", "before", "year_before"),
    [
        ("year", "2026", "2026年", date(2026, 1, 1), date(2026, 12, 31), "2025", "2025"),
        ("half", "2026-H2", "2026年下半年", date(2026, 7, 1), date(2026, 12, 31), "2026-H1", "2025-H2"),
        ("quarter", "2026-Q4", "2026年第四季度", date(2026, 10, 1), date(2026, 12, 31), "2026-Q3", "2025-Q4"),
        ("month", "2026-11", "2026年11月", date(2026, 11, 1), date(2026, 11, 30), "2026-10", "2025-11"),
        ("day", "2026-11-20", "2026年11月20日", DAY, DAY, "2026-11-19", "2025-11-20"),
    ],
)
def test_a_day_lies_in_a_period_of_each_kind(every, text, label, first, last, before, year_before):
    one = Period.of(every, DAY)
    assert (one.every, one.text, one.label, one.first, one.last) == (every, text, label, first, last)
    assert (one.before.text, one.year_before.text) == (before, year_before)
    assert Period.parse(text) == one


def test_the_one_before_crosses_the_year_and_a_leap_day_has_none_a_year_earlier():
    assert [Period.parse(one).before.text for one in ("2026-H1", "2026-Q1", "2026-01")] == [
        "2025-H2",
        "2025-Q4",
        "2025-12",
    ]
    assert Period.parse("2024-02-29").year_before.text == "2023-02-28"


def test_each_month_lies_in_its_quarter_and_half():
    months = [date(2026, month, 28) for month in range(1, 13)]
    assert "".join(Period.of("quarter", one).text[-1] for one in months) == "111222333444"
    assert "".join(Period.of("half", one).text[-1] for one in months) == "111111222222"
    assert [one.text for one in Period.last_quarters(date(2026, 2, 9), 3)] == ["2025-Q3", "2025-Q4", "2026-Q1"]


def test_a_quarter_is_called_by_its_sign_or_its_number():
    assert [quarter_called(one) for one in "一二三四1234"] == [1, 2, 3, 4, 1, 2, 3, 4]
