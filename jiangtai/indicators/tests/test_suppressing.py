"""Whoever reads what is published, and knows that sums hold, finds no hidden cell; a zero is not hidden."""

import random
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from jiangtai import indicators
from jiangtai.access import Unit as Office
from jiangtai.indicators import briefing
from jiangtai.indicators.models import Publication
from jiangtai.indicators.publishing import NESTED
from jiangtai.indicators.suppressing import LEAST, MORE, SMALL, GivenAway, Sum, hidden, nested

from .small import lake_of, town

COUNTS = st.one_of(st.integers(0, 9), st.integers(0, 300))


def attacked(cells, sums, marks):
    """By plain elimination over the published cells: the hidden ones that have one solution only."""
    unknown = sorted(marks, key=str)
    rows = []
    for one in sums:
        row = [Fraction(0)] * (len(unknown) + 1)
        row[-1] = Fraction(one.over)
        for key, sign in ((one.total, -1), *((part, 1) for part in one.parts)):
            if key in marks:
                row[unknown.index(key)] += sign
            else:
                row[-1] -= sign * cells[key]
        rows.append(row)
    place = 0
    for column in range(len(unknown)):
        pivot = next((at for at in range(place, len(rows)) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[place], rows[pivot] = rows[pivot], rows[place]
        first = rows[place][column]
        rows[place] = [value / first for value in rows[place]]
        for at, row in enumerate(rows):
            if at != place and row[column]:
                rows[at] = [mine - row[column] * other for mine, other in zip(row, rows[place], strict=True)]
        place += 1
    found = {}
    for row in rows:
        terms = [column for column in range(len(unknown)) if row[column]]
        if len(terms) == 1:
            found[unknown[terms[0]]] = row[-1]
    return found


def crossed(rows, columns, total):
    """The sums of a table of rows by columns, whose cells are named (row, column), with totals on both sides."""
    sums = [Sum((row, total), tuple((row, column) for column in columns)) for row in (*rows, total)]
    return sums + [Sum((total, column), tuple((row, column) for row in rows)) for column in (*columns, total)]


def grid(numbers, rows, columns):
    cells = {(row, column): numbers[row * columns + column] for row in range(rows) for column in range(columns)}
    for row in range(rows):
        cells[row, "计"] = sum(cells[row, column] for column in range(columns))
    for column in [*range(columns), "计"]:
        cells["计", column] = sum(cells[row, column] for row in range(rows))
    return cells, crossed(range(rows), range(columns), "计")


def check(cells, sums):
    marks = hidden(cells, sums)
    assert all(marks.get(key) == SMALL for key, value in cells.items() if 0 < value < LEAST)
    assert all(value > 0 for key, value in cells.items() if key in marks)
    assert all(cells[key] >= LEAST for key, mark in marks.items() if mark == MORE)
    assert attacked(cells, sums, marks) == {}
    return marks


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(1, 5), st.integers(1, 4))
def test_no_cell_of_rows_by_columns_is_worked_out(data, rows, columns):
    numbers = data.draw(st.lists(COUNTS, min_size=rows * columns, max_size=rows * columns))
    check(*grid(numbers, rows, columns))


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(0, 8), st.integers(0, 3))
def test_no_unit_is_worked_out_from_the_one_above_and_those_beside(data, many, over):
    parents = {unit: data.draw(st.integers(0, unit - 1)) for unit in range(1, many + 1)}
    own = {unit: f"{unit}本级" for unit in range(many + 1)}
    cells = {own[unit]: data.draw(COUNTS) for unit in own}
    for unit in range(many, -1, -1):
        cells[unit] = cells[own[unit]] + sum(cells[child] for child, parent in parents.items() if parent == unit)
    check(cells, nested(parents, own))


@settings(deadline=None, max_examples=40)
@given(st.lists(COUNTS, min_size=1, max_size=5))
def test_nor_by_knowing_that_small_is_one_to_four(numbers):
    """With one total, every way of filling the hidden cells is tried: each hidden cell has at least two values."""
    cells = dict(enumerate(numbers)) | {"计": sum(numbers)}
    marks = check(cells, [Sum("计", tuple(range(len(numbers))))])
    small = [key for key in marks if marks[key] == SMALL and key != "计"]
    more = [key for key in marks if marks[key] == MORE and key != "计"]
    if not marks or "计" in marks:
        return
    left = cells["计"] - sum(cells[key] for key in range(len(numbers)) if key not in marks)
    values = {key: set() for key in small}
    for tried in product(range(1, LEAST), repeat=len(small)):
        rest = left - sum(tried)
        if rest == 0 if not more else rest >= LEAST * len(more):
            for key, value in zip(small, tried, strict=True):
                values[key].add(value)
    assert all(len(found) > 1 for found in values.values()), (cells, marks)


def test_it_hides_as_little_as_the_plain_case_needs():
    cells = {"甲": 3, "乙": 12, "丙": 40, "丁": 0, "计": 55}
    assert hidden(cells, [Sum("计", ("甲", "乙", "丙", "丁"))]) == {"甲": SMALL, "乙": MORE}
    cells = {"甲": 1, "乙": 1, "丙": 40, "计": 42}
    assert hidden(cells, [Sum("计", ("甲", "乙", "丙"))]) == {"甲": SMALL, "乙": SMALL, "丙": MORE}


def test_a_single_small_part_takes_its_total_with_it():
    assert hidden({"甲": 3, "乙": 0, "计": 3}, [Sum("计", ("甲", "乙"))]) == {"甲": SMALL, "计": SMALL}


def test_who_stands_in_two_parts_lets_nobody_be_worked_out():
    cells = {"甲": 3, "乙": 12, "计": 14}
    assert hidden(cells, [Sum("计", ("甲", "乙"), over=1)]) == {"甲": SMALL, "乙": MORE}


@pytest.mark.parametrize("value", [0, 5, 1000])
def test_what_is_not_small_is_shown(value):
    assert hidden({"甲": value, "乙": 7, "计": value + 7}, [Sum("计", ("甲", "乙"))]) == {}


def by_street(tmp_path, first, second, production=()):
    since = date(2026, 1, 1)
    spells = [{"subject": who, "unit": 4 if who <= first else 6, "since": since, "is_production": who in production}
              for who in range(1, first + second + 1)]  # fmt: skip
    return lake_of(tmp_path, **town(), persons=[], employments=spells)


def told(lake, key, by=indicators.BELOW):
    seen = indicators.Frame(indicators.Period.parse("2026"), date(2026, 12, 31))
    return indicators.published(lake, indicators.named(key), 1, seen, by)


def test_a_figure_of_persons_is_published_without_its_small_parts(tmp_path):
    found = told(by_street(tmp_path, 3, 20), "register.workers")
    assert found.rows == [("单位3", "—"), ("单位2", "＜5"), ("合计", "23")]
    assert "1 至 4 人" in found.note and found.title == "在岗职工人数，2026年，按下级单位"
    (tmp_path / "b").mkdir()
    assert told(by_street(tmp_path / "b", 7, 20), "register.workers").rows == [
        ("单位3", "20"), ("单位2", "7"), ("合计", "27")
    ]  # fmt: skip


def test_what_is_no_person_is_published_as_it_is(tmp_path):
    found = told(by_street(tmp_path, 3, 20), "register.enterprises")
    assert found.rows[-1] == ("合计", "4") and found.note == ""


def test_a_case_is_somebodys_and_few_of_them_are_hidden(tmp_path):
    cases = [
        {"subject": at, "unit": 4 if at < 3 else 6, "position": at, "day": date(2026, 3, 1)} for at in range(1, 23)
    ]
    made = lake_of(tmp_path, **town(), **{"fact__flows.CaseOpened": cases})
    found = told(made, "work.opened")
    assert dict(found.rows) == {"单位2": "＜5", "单位3": "—", "合计": "22"} and "1 至 4 件" in found.note
    seen = indicators.Frame(indicators.Period.parse("2026"), date(2026, 12, 31))
    few = [indicators.computed(made, indicators.named("work.opened"), unit, seen) for unit in (4, 6)]
    assert [briefing.is_few(one) for one in few] == [True, False]


def test_of_a_share_neither_its_part_nor_its_rest_is_given_away(tmp_path):
    found = told(by_street(tmp_path, 10, 20, production=range(1, 19)), "register.production_share")
    rows = {label: rest for label, *rest in found.rows}
    assert rows == {"单位2": ["10", "10", "100"], "单位3": ["8", "20", "40"], "合计": ["18", "30", "60"]}
    found = told(by_street(tmp_path, 10, 20, production=(1, 2, *range(11, 20))), "register.production_share")
    rows = {label: rest for label, *rest in found.rows}
    assert rows["单位2"][0] == "＜5" and rows["单位2"][2] == "—" and rows["单位3"][0] == "—"


def test_times_are_hidden_by_how_many_persons_they_are_about(tmp_path):
    many = [{"subject": 1 if unit == 4 else day, "unit": unit, "since": date(2026, 1, day), "until": date(2026, 2, 1)}
            for unit in (4, 6) for day in range(1, 10)]  # fmt: skip
    found = told(lake_of(tmp_path, **town(), employments=many), "register.hired")
    assert dict(found.rows) == {"单位2": "＜5", "单位3": "—", "合计": "18"}


# two levels, and tables that were published before


def test_a_table_of_units_under_units_hides_over_both_levels(tmp_path):
    """A firm of three is hidden, and so much beside it that neither its street nor the district gives it away."""
    since = date(2026, 1, 1)
    counts = {4: 3, 5: 30, 6: 12, 7: 40}
    spells, who = [], 0
    for unit, many in counts.items():
        for _ in range(many):
            who += 1
            spells.append({"subject": who, "unit": unit, "since": since})
    found = told(lake_of(tmp_path, **town(), persons=[], employments=spells), "register.workers", NESTED)
    assert found.heads[:2] == ("单位", "下一级")
    rows = {row[:2]: row[2] for row in found.rows}
    assert rows == {
        ("合计", ""): "85", ("单位3", "小计"): "52", ("单位3", "单位7"): "40", ("单位3", "单位6"): "12",
        ("单位2", "小计"): "33", ("单位2", "单位5"): "—", ("单位2", "单位4"): "＜5",
    }  # fmt: skip
    cells = {"unit:4": 3, "unit:5": 30, "unit:2": 33, "unit:3": 52, "unit:6": 12, "unit:7": 40, "unit:1": 85}
    sums = [Sum("unit:2", ("unit:4", "unit:5")), Sum("unit:3", ("unit:6", "unit:7")),
            Sum("unit:1", ("unit:2", "unit:3"))]  # fmt: skip
    marks = {key: mark for key, mark in found.cells.items() if isinstance(mark, str)}
    assert marks == hidden(cells, sums) and marks == {"unit:4": SMALL, "unit:5": MORE}


def published_before(found, key, period, as_of, first):
    return Publication(
        indicator=key, scope=1, by="below", period=period, first=first, last=as_of, as_of=as_of, cells=found.cells,
        made_at=datetime(2026, 11, 1, tzinfo=UTC), at_unit=Office(name="区"),
    )  # fmt: skip


def at(lake, key, period, day, before=(), by=indicators.BELOW):
    frame = indicators.Frame(indicators.Period.parse(period), day)
    return indicators.published(lake, indicators.named(key), 1, frame, by, before)


def test_a_later_table_hides_what_it_and_the_earlier_one_tell_together(tmp_path):
    spells = [{"subject": who, "unit": 4 if who <= 20 else 6, "since": date(2026, 1 if who != 3 else 10, 5)}
              for who in range(1, 41)]  # fmt: skip
    lake, key = lake_of(tmp_path, **town(), persons=[], employments=spells), "register.workers"
    first = at(lake, key, "2026-09", date(2026, 11, 30))
    assert dict(first.rows) == {"单位2": "19", "单位3": "20", "合计": "39"}
    then = published_before(first, key, "2026-09", date(2026, 9, 30), date(2026, 9, 1))
    later = at(lake, key, "2026-10", date(2026, 11, 30), [then])
    assert dict(later.rows) == {"单位2": "—", "单位3": "20", "合计": "—"}
    assert "与以前公布的表相差" in later.note
    again = at(lake, key, "2026-09", date(2026, 11, 30), [then])
    assert again.rows == first.rows, "the same table once more is the same"


@pytest.mark.parametrize("period", ["2026-Q3", "2026-09"])
def test_what_was_hidden_is_not_told_under_another_name(tmp_path, period):
    """A street of nine is hidden beside one of three; the quarter that ends on the same day is the same moment."""
    spells = [{"subject": who, "unit": 4 if who <= 3 else 6, "since": date(2026, 1, 5)} for who in range(1, 13)]
    lake, key = lake_of(tmp_path, **town(), persons=[], employments=spells), "register.workers"
    first = at(lake, key, "2026-09", date(2026, 11, 29))
    assert dict(first.rows) == {"单位2": "＜5", "单位3": "—", "合计": "12"}
    then = published_before(first, key, "2026-09", date(2026, 9, 30), date(2026, 9, 1))
    again = at(lake, key, period, date(2026, 11, 29), [then], NESTED)
    assert "9" not in {number for *_, number in again.rows}, again.rows


@pytest.mark.parametrize(
    ("unit", "period", "why"),
    [
        (1, "2026", "只公布已经过完的月、季度或年，2026年还没有过完.*请选2026年10月或更早"),
        (1, "2026-11", "2026年11月还没有过完"),
        (1, "2026-09-15", "2026年9月15日是一天"),
        (2, "2026-09", "由最上面的单位统一公布.*下级单位和再下一级"),
    ],
)
def test_no_table_is_published_that_another_day_or_unit_could_be_held_against(tmp_path, unit, period, why):
    lake = by_street(tmp_path, 30, 30)
    frame = indicators.Frame(indicators.Period.parse(period), date(2026, 11, 29))
    with pytest.raises(ValidationError, match=why):
        indicators.published(lake, indicators.named("register.workers"), unit, frame)
    assert indicators.published(lake, indicators.named("register.enterprises"), unit, frame).rows, "of no persons"


def test_one_top_publishes_a_figure_and_not_another_in_which_the_same_people_stand(tmp_path):
    """All but two of the district belong to firms that have a union: the federation's table would tell the two."""
    spells = [{"subject": who, "unit": 4 if who <= 30 else 6, "since": date(2026, 1, 5)} for who in range(1, 33)]
    lake, key = lake_of(tmp_path, **town(), persons=[], employments=spells), "register.workers"
    frame = indicators.Frame(indicators.Period.parse("2026-09"), date(2026, 11, 29))
    first = indicators.published(lake, indicators.named(key), 1, frame)
    then = published_before(first, key, "2026-09", date(2026, 9, 30), date(2026, 9, 1))
    with pytest.raises(ValidationError, match=r"区已于 .+ 公布过2026年9月的这个数，范围是另一个单位.*都由区公布"):
        indicators.published(lake, indicators.named(key), 8, frame, before=[then])


# whoever keeps every table


MONTHS = range(1, 7)
LEAVES, SEXES = (4, 5, 6, 7), ("男", "女")
UNDER = {1: LEAVES, 2: (4, 5), 3: (6, 7), 8: (4,), 9: (4,), **{leaf: (leaf,) for leaf in LEAVES}}


def atoms(cell, months):
    """The people of whom a cell tells: by firm, sex and month in which they came."""
    kind, _, which = cell.partition(":")
    sexes = [which.partition("@")[0]] if kind == "sex" else SEXES
    units = () if kind == "own" else UNDER[int(which)] if kind == "unit" else LEAVES
    return {(unit, sex, month) for unit in units for sex in sexes for month in months}


def held(period):
    """The months of a period, and those who are there at its end."""
    frame = indicators.Period.parse(period)
    return range(frame.first.month, frame.last.month + 1), range(1, frame.last.month + 1)


def basis_of(equations):
    """What can be worked out of these sums, as rows of which each has a column of its own."""
    basis = {}
    for terms in equations:
        row = reduced({atom: Fraction(1) for atom in terms}, basis)
        if row:
            pivot = min(row)
            basis[pivot] = {atom: value / row[pivot] for atom, value in row.items()}
    return basis


def reduced(row, basis):
    while pivots := [atom for atom in row if atom in basis]:
        pivot = min(pivots)
        times = row[pivot]
        for atom, value in basis[pivot].items():
            row[atom] = row.get(atom, Fraction(0)) - times * value
        row = {atom: value for atom, value in row.items() if value}
    return row


PERIODS = ("2026", "2026-Q1", "2026-Q2", "2026-05-20", *(f"2026-0{month}" for month in MONTHS))
TABLES = [*product((1, 1, 1, 2, 8), PERIODS, (indicators.BELOW, NESTED, "sex"))]


@pytest.mark.parametrize("key", ["register.workers", "register.hired"])
@pytest.mark.parametrize("seed", range(6))
def test_who_keeps_every_table_and_subtracts_works_out_nobody(tmp_path, key, seed):
    """Units, quarters, months, days and the two sexes are asked for in any order; all that is told is solved at once.

    Of every sum over a unit or a sex and any months on end, none of one to four persons follows from it.
    """
    draw = random.Random(seed)
    counts = {one: draw.choice((0, 1, 2, 3, 5, 9, 20)) for one in atoms("unit:1", MONTHS)}
    people = [one for one, many in counts.items() for _ in range(many)]
    lake = lake_of(
        tmp_path, **town(), persons=[{"subject": who, "sex": one[1]} for who, one in enumerate(people, 1)],
        employments=[{"subject": who, "unit": unit, "since": date(2026, month, 10)}
                     for who, (unit, _, month) in enumerate(people, 1)],
    )  # fmt: skip
    before, equations, is_of_period = [], [], key == "register.hired"
    for unit, period, by in draw.sample(TABLES, 24):
        frame = indicators.Frame(indicators.Period.parse(period), date(2026, 7, 1))
        try:
            found = indicators.published(lake, indicators.named(key), unit, frame, by, before)
        except ValidationError:
            continue
        then = published_before(found, key, period, frame.as_of, frame.first)
        then.scope = unit
        before.insert(0, then)
        months = held(period)[not is_of_period]
        equations += [atoms(cell, months) for cell, told in found.cells.items() if not isinstance(told, str)]
    assert len(before) > 2, "most are refused, some are not"
    basis = basis_of(equations)
    spans = [range(first, last + 1) for first in MONTHS for last in MONTHS if first <= last]
    for cell in (*(f"unit:{unit}" for unit in UNDER), *(f"sex:{sex}@1" for sex in SEXES)):
        for span in spans:
            terms = atoms(cell, span)
            if 0 < sum(counts[one] for one in terms) < LEAST:
                assert reduced({one: Fraction(1) for one in terms}, basis), (cell, span, before)


def test_of_what_accumulates_no_overlapping_period_is_published(tmp_path):
    spells = [{"subject": who, "unit": 4, "since": date(2026, 1 + who % 9, 5)} for who in range(1, 91)]
    lake, key = lake_of(tmp_path, **town(), persons=[], employments=spells), "register.hired"
    month = at(lake, key, "2026-03", date(2026, 11, 30))
    then = published_before(month, key, "2026-03", date(2026, 3, 31), date(2026, 3, 1))
    with pytest.raises(ValidationError, match="区已于 2026-11-01 公布过2026年3月的这个数，与2026年第一季度有重叠"):
        at(lake, key, "2026-Q1", date(2026, 11, 30), [then])
    assert at(lake, key, "2026-04", date(2026, 11, 30), [then]).rows, "another month does not overlap"


def test_what_was_told_before_cannot_be_hidden_any_more(tmp_path):
    """The first table tells both streets' firms; a second by another grouping would need one of them hidden."""
    cells = {"甲": 3, "乙": 12, "计": 15}
    with pytest.raises(GivenAway):
        hidden(cells, [Sum("计", ("甲", "乙"))], known={"乙", "计"})
    assert hidden(cells, [Sum("计", ("甲", "乙"))], known={"乙"}) == {"甲": SMALL, "计": MORE}
    assert hidden({"甲": 30, "乙": 12, "计": 42}, [Sum("计", ("甲", "乙"))], besides={"乙"}) == {"甲": MORE, "乙": MORE}
