"""Compiled once is letter for letter compiled anew; a trend is what each period says alone; what moved adds up."""

from dataclasses import replace
from datetime import date

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangtai import indicators
from jiangtai.indicators import BELOW, DIMENSIONS, Frame, Period, compiled, computing, dimensions_of

from .small import lake_of, town
from .test_indicators import ALL, FEW, PERSONS, TODAY, spells

FRAMES = [
    Frame(Period.parse(text), TODAY, known) for text, known in (("2026-Q3", date(2026, 8, 9)), ("2025-07-15", None))
]

SOME = ("register.workers", "honors.young_share")
SOME_ROWS = {"list": {}, "list at": {"at": (4, 50)}, "list about": {"about": (7, 8, 9)}}


class Asked:
    """Stands for the lake, and keeps what it is asked."""

    def run(self, sql, names, schema):
        self.sql = sql
        return schema.empty_table()


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)
def test_what_is_compiled_once_is_what_compiling_anew_gives(one):
    asked, shapes = Asked(), {}

    def keep(lake, one, shape, build, frame, units, tail=""):
        shapes[shape] = build
        return lake.run("", (), build(frame, list(units)).schema().to_pyarrow())

    asked.kept = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "ask", keep)
        patch.setattr(compiled, "ask_many", lambda *asked: [keep(*asked[:4], one, asked[5]) for one in asked[4]])
        computing.computed(asked, one, 40, FRAMES[0])
        for some in SOME_ROWS.values():
            computing.listed(asked, one, 40, replace(FRAMES[0], **some), 20)
        if one.key in SOME:
            computing.at_units(asked, one, [40, 41], FRAMES[0])
            for by in (BELOW, *dimensions_of(one.measure.rows)):
                computing.buckets(asked, one, 40, FRAMES[0], by)
    assert len(shapes) == (len(dimensions_of(one.measure.rows)) + 6 if one.key in SOME else 4)
    for shape, build in shapes.items():
        units = [40, 41] if shape == "several" else [40]
        for frame in (replace(each, **SOME_ROWS.get(shape, {})) for each in FRAMES):
            anew = str(ibis.to_sql(build(frame, units), dialect="duckdb"))
            compiled.ask(asked, one, f"test {shape}", build, frame, units)
            assert asked.sql == anew, (shape, frame.period.text)


@FEW
@given(spells(), spells(table_units=(9,)), st.sampled_from([1, 2, 8]), st.permutations(ALL))
def test_a_trend_is_what_each_period_says_alone(tmp_path_factory, worked, belonged, unit, order):
    folder = tmp_path_factory.mktemp("lake")
    lake = lake_of(folder, **town(), persons=PERSONS, employments=worked, memberships=belonged)
    periods = Period.last_months(TODAY, 5) + Period.last_quarters(TODAY, 3)
    for one in order[:4]:
        told = [figure.value for figure in indicators.trend(lake, one, unit, periods, TODAY)]
        assert told == [indicators.computed(lake, one, unit, Frame(each, TODAY)).value for each in periods]
        assert [figure.value for figure in indicators.trend(lake, one, unit, periods, TODAY)] == told
        several = indicators.at_units(lake, one, [1, 2, 8], Frame(periods[0], TODAY))
        assert several[unit].value == told[0]


def test_the_last_months_and_quarters_cross_the_year():
    months, quarters = Period.last_months(date(2026, 2, 9), 4), Period.last_quarters(date(2026, 2, 9), 3)
    assert [one.text for one in months] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [one.text for one in quarters] == ["2025-Q3", "2025-Q4", "2026-Q1"]


def test_what_runs_is_compared_with_as_much_of_the_one_before():
    running, whole = (Frame(Period.parse(text), date(2026, 3, 30)) for text in ("2026-03", "2026-02"))
    assert running.as_far_before.as_of == date(2026, 2, 28)
    assert Frame(Period.parse("2026-03"), date(2026, 3, 10)).as_far_before.as_of == date(2026, 2, 10)
    assert whole.as_far_before.as_of == date(2026, 1, 31)


def worked(*spells):
    return [{"subject": who, "unit": unit, "since": since, "is_production": who % 2 == 0, "occupation": "车工"}
            for who, unit, since in spells]  # fmt: skip


def test_it_names_the_unit_and_the_part_that_made_most_of_it(tmp_path):
    before, now = date(2026, 10, 5), date(2026, 11, 5)
    spells = worked((1, 4, before), (2, 6, before), (3, 6, now), (5, 6, now), (4, 4, now))
    lake = lake_of(tmp_path, **town(), persons=PERSONS, employments=spells)
    one = indicators.named("register.workers")
    found = indicators.moved(lake, one, 1, Period.parse("2026-11"), TODAY)
    assert (found.past.value, found.now.value, found.difference) == (2, 5, 3)
    assert [(part.label, part.difference) for part in found.below] == [("单位3", 2), ("单位2", 1)]
    assert found.by and found.parts[0].difference > 0
    assert found.parts[0].label != "没有登记"


@FEW
@given(spells(), st.sampled_from([1, 2, 3]), st.sampled_from(["2026-11", "2026-Q3", "2026"]))
def test_parts_add_up_to_the_difference_where_each_has_one_place(tmp_path_factory, made, unit, text):
    lake = lake_of(tmp_path_factory.mktemp("lake"), **town(), persons=PERSONS, employments=made)
    for key in ("register.hired", "register.women_share"):
        one = indicators.named(key)
        found = indicators.moved(lake, one, unit, Period.parse(text), TODAY, most=50)
        if found.by and found.by in ("sex", "age", "education", "hukou"):
            assert sum(part.difference for part in found.parts) == pytest.approx(found.difference, abs=0.01), key


def test_what_did_not_move_has_no_parts(tmp_path):
    lake = lake_of(tmp_path, **town(), persons=PERSONS, employments=worked((1, 4, date(2025, 1, 1))))
    found = indicators.moved(lake, indicators.named("register.workers"), 1, Period.parse("2026-11"), TODAY)
    assert (found.difference, found.below, found.by, found.parts) == (0, [], "", [])
    nothing = lake_of(tmp_path, **town())
    found = indicators.moved(nothing, indicators.named("register.women_share"), 1, Period.parse("2026-11"), TODAY)
    assert (found.difference, found.below, found.by) == (None, [], "")


def test_what_was_written_down_is_what_compiling_gives_and_only_for_the_declared(tmp_path, monkeypatch):
    monkeypatch.setenv("JIANGTAI_HOME", str(tmp_path))
    one, frame = indicators.named("register.workers"), Frame(Period.parse("2026"), date(2026, 11, 30))
    monkeypatch.setattr(compiled, "_KEPT", {})
    monkeypatch.setattr(compiled, "_WRITTEN", {})
    monkeypatch.setattr(computing, "indicators", lambda: [one])
    every = 6 + len(DIMENSIONS)
    assert [computing.compile_all(frame, 3), computing.compile_all(frame, 3)] == [3, 6]
    assert [computing.compile_all(frame), computing.compile_all(frame, 1)] == [every, every]
    fresh = dict(compiled._KEPT)
    compiled._KEPT.clear()

    def never(frame, units):
        raise AssertionError("it was compiled anew")

    for (_, shape, _), asked in fresh.items():
        found = compiled.question(one, shape, never, frame)
        assert (found.sql, found.tables, found.schema) == (asked.sql, asked.tables, asked.schema)
    with pytest.raises(AssertionError):
        compiled.question(replace(one, aliases=("别的",)), "one", never, frame)
    monkeypatch.setattr(compiled, "state", lambda: "another state of the code")
    compiled._KEPT.clear()
    with pytest.raises(AssertionError):
        compiled.question(one, "one", never, frame)
