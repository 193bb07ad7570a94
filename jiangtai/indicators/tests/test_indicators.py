"""Every figure is what its list holds, whatever the scope; and what a plain reading of the rows would count."""

import gc
import json
import weakref
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import ibis
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ibis import _
from ibis.config import Config

from jiangtai import indicators
from jiangtai.indicators import (
    BELOW,
    DIMENSIONS,
    Employments,
    Facts,
    Frame,
    IndicatorError,
    Measure,
    MeasureError,
    Period,
    attendances,
    computing,
    coverage,
    dimensions_of,
    drafts,
    growth,
    indicator,
    naming,
    persons,
    rows,
    share,
    total,
    units,
)
from jiangtai.kernel.quantities import Unit
from jiangtai.ledger import declared
from jiangtai.people.facts import Level, PersonRegistered

from .small import lake_of, town


class _Spark(Config):
    """What the compiler asks of Spark's own settings, which only a running Spark would bring."""

    treat_nan_as_null: bool = False


TODAY = date(2026, 11, 30)
ALL = indicators.indicators()
FIRMS = (4, 5, 6, 7)
DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
PERIODS = st.sampled_from(["2025", "2026", "2026-Q3", "2026-02", "2026-11", "2026-07-15", "2025-12-31"])


def frame(text="2026", known=None):
    return Frame(Period.parse(text), TODAY, known)


def ends(day, days):
    return None if days is None else day + timedelta(days=days)


@st.composite
def spells(draw, table_units=FIRMS):
    made = []
    for _number in range(draw(st.integers(0, 12))):
        since = draw(DAYS)
        made.append({
            "subject": draw(st.integers(1, 5)), "unit": draw(st.sampled_from(table_units)), "since": since,
            "until": ends(since, draw(st.none() | st.integers(0, 300))),
            "occupation": draw(st.sampled_from(["车工", "焊工"])),
            "form": draw(st.sampled_from(["", "contract", "dispatched", "platform"])),
            "is_production": draw(st.none() | st.booleans()),
            "why": draw(st.sampled_from(["retired", "resigned"])),
        })  # fmt: skip
    return made


PERSONS = [
    {"subject": one, "id": f"p{one}", "state": "registered", "sex": "女" if one % 2 else "男",
     "birth_year": 1970 + 8 * one if one != 4 else None, "hukou": "local_rural" if one < 3 else "", "education": "20"}
    for one in range(1, 6)
]  # fmt: skip


@st.composite
def honors(draw):
    """Grants and what became of them, as rows of the ledger."""
    granted, revoked, taken_back = [], [], []
    for position in range(1, draw(st.integers(0, 10)) + 1):
        day = draw(DAYS)
        granted.append({
            "position": position, "fact": f"f{position}", "subject": draw(st.integers(1, 5)),
            "unit": draw(st.sampled_from(FIRMS)), "day": day, "until": ends(day, draw(st.none() | st.integers(0, 400))),
            "known": day, "title": "t1", "tier": draw(st.sampled_from(["national", "district"])), "name": "工匠",
        })  # fmt: skip
        if draw(st.booleans()):
            end = draw(DAYS)
            revoked.append({"position": 100 + position, "fact": f"r{position}", "subject": granted[-1]["subject"],
                            "unit": granted[-1]["unit"], "day": end, "ends": position, "known": end})  # fmt: skip
            if draw(st.booleans()):
                taken_back.append({"position": 100 + position, "known": end})
        if draw(st.integers(0, 4)) == 0:
            taken_back.append({"position": position, "known": day})
    return granted, revoked, taken_back


FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


CERTIFIED = [
    {"position": 200 + one, "fact": f"s{one}", "subject": 1 + one % 4, "unit": FIRMS[one % 4], "known": day, "day": day,
     "occupation": "车工", "level": 1 + one % 8}
    for one, day in enumerate(date(2025, 1, 5) + timedelta(days=97 * step) for step in range(7))
]  # fmt: skip


@FEW
@given(spells(), spells(table_units=(9,)), honors(), PERIODS, st.sampled_from(range(1, 10)), st.permutations(ALL))
def test_a_figure_is_what_its_list_holds(tmp_path_factory, worked, belonged, given_, period, unit, order):
    """The number, its list, and its number at every unit agree."""
    granted, revoked, taken_back = given_
    lake = lake_of(
        tmp_path_factory.mktemp("lake"), **town(), persons=PERSONS, employments=worked, memberships=belonged,
        **{"fact__honors.HonorGranted": granted, "fact__honors.HonorRevoked": revoked, "reversed": taken_back},
        **{"fact__people.SkillCertified": CERTIFIED},
    )  # fmt: skip
    seen = frame(period)
    for one in order[:9]:
        figure = indicators.computed(lake, one, unit, seen)
        lines = indicators.named_rows(lake, one, unit, seen)
        assert lines.num_rows == figure.lines, one.key
        if one.measure.is_told_apart:
            counted = lines["counted"].to_pylist()
            assert (sum(counted), len(counted)) == (figure.part, figure.whole), one.key
        elif one.measure.amount is not None:
            assert sum(lines["amount"].to_pylist()) == pytest.approx(figure.part), one.key
        else:
            assert figure.value == lines.num_rows, one.key
        if one.kind in ("persons", "units"):
            assert len(set(lines["id"].to_pylist())) == lines.num_rows, one.key
    for one in order[:2]:
        at = {figure.unit: figure.value for figure in indicators.everywhere(lake, one, seen)}
        assert (at.get(unit) or 0) == (indicators.computed(lake, one, unit, seen).value or 0)


@FEW
@given(spells(), honors(), PERIODS, st.sampled_from(range(1, 8)), st.none() | DAYS)
def test_it_counts_what_a_plain_reading_of_the_rows_would(tmp_path_factory, worked, given_, period, unit, known):
    granted, revoked, taken_back = given_
    lake = lake_of(
        tmp_path_factory.mktemp("lake"), **town(), persons=PERSONS, employments=worked,
        **{"fact__honors.HonorGranted": granted, "fact__honors.HonorRevoked": revoked, "reversed": taken_back},
    )  # fmt: skip
    seen = frame(period, known)
    below = {row["unit"] for row in town()["lineage"] if row["ancestor"] == unit}
    day, first = seen.as_of, seen.first
    works = [row for row in worked if row["unit"] in below and row["since"] <= day < (row["until"] or date.max)]
    told = [indicators.named(f"register.{one}") for one in ("workers", "employers", "hired", "women_share",
                                                        "production_workers", "production_share",
                                                        "dispatched_share")]  # fmt: skip
    told += [indicators.named(f"honors.{one}") for one in ("held", "holders")]
    value = {one.key: indicators.computed(lake, one, unit, seen).value for one in told}
    assert value["register.workers"] == len({row["subject"] for row in works})
    assert value["register.employers"] == len({row["unit"] for row in works})
    hired = [row for row in worked if row["unit"] in below and first <= row["since"] <= day]
    assert value["register.hired"] == len(hired)
    women = {row["subject"] for row in works if row["subject"] % 2}
    everybody = {row["subject"] for row in works}
    assert value["register.women_share"] == (round(len(women) / len(everybody) * 100, 4) if everybody else None)
    at_it = {row["subject"] for row in works if row["is_production"]}
    known_of = {row["subject"] for row in works if row["is_production"] is not None}
    assert value["register.production_workers"] == len(at_it)
    of_known = round(len(at_it) / len(known_of) * 100, 4) if known_of else None
    assert value["register.production_share"] == of_known
    formed = {row["subject"] for row in works if row["form"]}
    lent = {row["subject"] for row in works if row["form"] == "dispatched"}
    share = round(len(lent) / len(formed) * 100, 4) if formed else None
    assert value["register.dispatched_share"] == share
    back = {row["position"] for row in taken_back if known is None or row["known"] <= known}
    was_known = [row for row in granted if row["position"] not in back and (known is None or row["known"] <= known)]
    ended = {row["ends"] for row in revoked if row["position"] not in back and row["day"] <= day
             and (known is None or row["known"] <= known)}  # fmt: skip
    holds = [row for row in was_known if row["unit"] in below and row["day"] <= day
             and (row["until"] is None or row["until"] >= day) and row["position"] not in ended]  # fmt: skip
    assert value["honors.held"] == len(holds)
    assert value["honors.holders"] == len({row["subject"] for row in holds})


@FEW
@given(spells(), PERIODS, st.sampled_from([1, 2, 3, 8]), st.sampled_from([BELOW, *DIMENSIONS]))
def test_what_is_broken_down_adds_up_where_each_has_one_place(tmp_path_factory, worked, period, unit, by):
    lake = lake_of(tmp_path_factory.mktemp("lake"), **town(), persons=PERSONS, employments=worked)
    one, seen = indicators.named("register.hired"), frame(period)
    parts = indicators.buckets(lake, one, unit, seen, by)
    assert sum(part.value for part in parts) == indicators.computed(lake, one, unit, seen).value


def test_what_has_an_order_keeps_it_and_all_else_begins_with_the_greatest(tmp_path):
    worked = [{"subject": who, "unit": 4, "since": date(2026, 1, 1), "occupation": "车工" if who < 4 else "焊工"}
              for who in range(1, 6)]  # fmt: skip
    lake, one = lake_of(tmp_path, **town(), persons=PERSONS, employments=worked), indicators.named("register.workers")
    told = {by: [part.bucket for part in indicators.buckets(lake, one, 1, frame(), by)] for by in ("age", "occupation")}
    assert told == {"age": ["30岁以下", "30至39岁", "40至49岁", ""], "occupation": ["车工", "焊工"]}


def test_a_level_is_the_highest_that_somebody_holds_at_the_end_of_the_period(tmp_path):
    def certified(position, who, level, day=date(2026, 1, 1)):
        return {"position": position, "fact": f"f{position}", "subject": who, "unit": 1, "day": day, "known": day,
                "occupation": "车工", "level": int(level)}  # fmt: skip

    held = [
        certified(1, 1, Level.JUNIOR), certified(2, 1, Level.SENIOR), certified(3, 2, Level.TECHNICIAN),
        certified(4, 2, Level.INTERMEDIATE), certified(5, 3, Level.SENIOR, date(2026, 12, 1)), certified(6, 5, 8),
    ]  # fmt: skip
    gone = {"position": 7, "fact": "f7", "subject": 2, "unit": 1, "day": date(2026, 6, 1), "known": date(2026, 6, 1)}
    lake = lake_of(
        tmp_path, **town(), employments=[{"subject": who, "unit": 4, "since": date(2026, 1, 1)} for who in range(1, 5)],
        **{"fact__people.SkillCertified": held, "fact__people.CertificateWithdrawn": [gone | {"ends": 3}]},
    )  # fmt: skip
    workers = indicators.named("register.workers")

    def told(period):
        return [(part.bucket, part.value) for part in indicators.buckets(lake, workers, 4, frame(period), "level")]

    assert told("2026-05") == [("4", 1), ("5", 1), ("", 2)]
    assert told("2026-11") == [("3", 1), ("4", 1), ("", 2)]
    assert naming.labels_of("level", ["3", "4", ""], lake) == {
        "3": "中级工（四级）", "4": "高级工（三级）", "": "没有技能等级证书"
    }  # fmt: skip
    value = {key: indicators.computed(lake, indicators.named(f"skills.{key}"), 4, frame()).value
             for key in ("holders", "high_skill_share")}  # fmt: skip
    assert value == {"holders": 2, "high_skill_share": 50.0}
    assert indicators.computed(lake, indicators.named("skills.certified"), 1, frame("2026-01")).value == 3


def test_a_share_by_degrees_is_the_mean_of_what_its_list_holds(tmp_path):
    def assessed(position, unit, marks, full):
        return {"position": position, "fact": f"f{position}", "subject": unit, "unit": unit, "day": date(2026, 1, 10),
                "known": date(2026, 1, 10), "marks": Decimal(marks), "full": Decimal(full)}  # fmt: skip

    rows = [assessed(1, 4, "90", "100"), assessed(2, 4, "60", "120"), assessed(3, 2, "100", "100")]
    lake = lake_of(tmp_path, **town(), **{"fact__reform.UnitAssessed": rows})
    one = indicators.named("reform.mean_marks")
    at = {found.unit: found.value for found in indicators.everywhere(lake, one, frame("2026-01"))}
    assert (at[4], at[1]) == (70.0, 80.0)
    found, held = indicators.computed(lake, one, 1, frame("2026-01")), indicators.listed(lake, one, 1, frame("2026-01"))
    degrees = held.column("amount").to_pylist()
    assert sorted(degrees) == [0.5, 0.9, 1.0]
    assert (found.lines, found.whole, found.part) == (3, 3, sum(degrees))
    assert indicators.computed(lake, one, 1, frame("2026-02")).value is None


def test_nobody_is_counted_twice_up_the_tree(tmp_path):
    both = [{"subject": 1, "unit": unit, "since": date(2026, 1, 1), "is_production": False} for unit in (4, 6)]
    lake = lake_of(tmp_path, **town(), persons=PERSONS, employments=both)
    at = {one.unit: one.value for one in indicators.everywhere(lake, indicators.named("register.workers"), frame())}
    assert at == {4: 1, 6: 1, 2: 1, 3: 1, 1: 1, 9: 1, 8: 1}


def test_firms_are_those_of_the_period(tmp_path):
    """A firm counts from its first day on and no longer on its last; where its last day is unknown it is gone."""
    places = town()
    for row, more in zip(places["units"][3:7], [
        {"since": date(2025, 6, 1)}, {"since": None},
        {"since": date(2024, 1, 1), "until": date(2026, 3, 1), "state": "closed"}, {"state": "merged"},
    ], strict=True):  # fmt: skip
        row.update(more)
    lake, one = lake_of(tmp_path, **places), indicators.named("register.enterprises")
    at = {text: indicators.computed(lake, one, 1, frame(text)).value for text in ("2024", "2025", "2026-02", "2026-03")}
    assert at == {"2024": 2, "2025": 3, "2026-02": 3, "2026-03": 2}


def test_two_files_of_one_person_count_once(tmp_path):
    two = [{"position": one, "fact": f"f{one}", "subject": one, "unit": 4, "day": date(2026, 1, 1),
            "known": date(2026, 1, 1), "tier": "district"} for one in (1, 2)]  # fmt: skip
    lake = lake_of(tmp_path, **town(), stands=[{"subject": 2, "into": 1}], **{"fact__honors.HonorGranted": two})
    assert indicators.computed(lake, indicators.named("honors.holders"), 1, frame()).value == 1
    assert indicators.computed(lake, indicators.named("honors.held"), 1, frame()).value == 2


def test_a_case_reopened_is_open_again_until_it_is_closed_again(tmp_path):
    def event(position, day):
        return {"position": position, "fact": f"f{position}", "subject": 1, "unit": 4, "day": day, "known": day}

    opened, closed, again = event(1, date(2026, 1, 1)), event(2, date(2026, 2, 1)), event(3, date(2026, 3, 1))
    lake = lake_of(
        tmp_path, **town(),
        **{"fact__flows.CaseOpened": [opened], "fact__flows.CaseClosed": [closed], "fact__flows.CaseReopened": [again]},
    )  # fmt: skip
    one = indicators.named("work.open")
    at = [indicators.computed(lake, one, 1, frame(month)).value for month in ("2026-01", "2026-02", "2026-03")]
    assert at == [1, 0, 1]


def test_persons_and_attendances_never_add():
    with pytest.raises(MeasureError, match="人数不能与人次相加"):
        persons(Employments()) + attendances(Employments())
    with pytest.raises(MeasureError, match="会数两次"):
        persons(Employments()) + persons(Employments())
    with pytest.raises(MeasureError, match="没有增长率"):
        growth(share(Employments(), where=_.is_production))
    with pytest.raises(MeasureError, match="要么给条件 where，要么给程度 degree"):
        share(Employments())


def test_a_sum_counts_the_rows_of_both_and_lists_them(tmp_path):
    worked = [{"subject": 1, "unit": 4, "since": date(2026, 1, day), "until": date(2026, 2, 1)} for day in (1, 2, 3)]
    lake = lake_of(tmp_path, **town(), employments=worked)
    both = attendances(Employments().begun()) + attendances(Employments().ended())
    marked = rows.scoped(both.marked(frame()), 1)
    assert lake.answer(both.figures(marked)).to_pylist() == [{"part": 6, "whole": 6, "lines": 6}]
    assert lake.answer(both.lines(marked)).num_rows == 6


@pytest.mark.parametrize(("way", "now", "past"), [(persons, 2, 1), (attendances, 3, 1)])
def test_growth_is_that_of_the_figure_it_is_made_of(tmp_path, way, now, past):
    begun = [(1, date(2025, 5, 1)), (1, date(2026, 1, 1)), (2, date(2026, 2, 1)), (2, date(2026, 3, 1))]
    worked = [{"subject": who, "unit": 4, "since": day} for who, day in begun]
    lake, measure = lake_of(tmp_path, **town(), employments=worked), growth(way(Employments().begun()))
    marked = rows.scoped(measure.marked(frame("2026")), 1)
    assert lake.answer(measure.figures(marked)).to_pylist() == [{"part": now, "whole": past, "lines": now}]
    assert lake.answer(measure.lines(marked)).num_rows == now


def test_no_answer_is_taken_for_that_of_another_way_to_count(tmp_path):
    """What was answered is kept under the indicator itself, also where it was nothing: its place goes to no other."""
    lake, hired = lake_of(tmp_path, **town()), indicators.named("register.hired")
    another = replace(hired, measure=growth(hired.measure))
    assert indicators.buckets(lake, another, 4, frame(), "sex") == []
    still = weakref.ref(another)
    del another
    gc.collect()
    assert still() is not None and still() != hired


def test_growth_of_money_is_that_of_the_sums(tmp_path):
    paid = [{"position": one, "fact": f"f{one}", "subject": 1, "unit": 4, "day": day, "known": day, "amount": amount}
            for one, (day, amount) in enumerate([(date(2025, 5, 1), 100), (date(2026, 1, 1), 250)], 1)]  # fmt: skip
    lake = lake_of(tmp_path, **town(), **{"fact__honors.AwardPaid": paid})
    measure = growth(total(Facts(declared("honors.AwardPaid").cls).during(), _.amount))
    marked = rows.scoped(measure.marked(frame("2026")), 1)
    assert lake.answer(measure.figures(marked)).to_pylist() == [{"part": 250, "whole": 100, "lines": 1}]


def test_a_list_is_turned_page_by_page_without_losing_or_doubling_a_row(tmp_path):
    same = {"unit": 4, "since": date(2026, 1, 1), "is_production": True}
    lake = lake_of(tmp_path, **town(), employments=[{**same, "subject": who} for who in range(1, 60)])
    one = indicators.named("register.workers")
    seen = [row for start in range(0, 59, 7) for row in
            indicators.listed(lake, one, 1, frame(), 7, start)["subject"].to_pylist()]  # fmt: skip
    assert sorted(seen) == list(range(1, 60))


def declare(function, **more):
    told = {"label": "甲", "unit": Unit.PERSON, "better": "up", "basis": "ours", **more}
    return indicator("test.one", **told)(function)


def test_what_is_declared_wrongly_is_refused_in_a_sentence():
    def silent(employed: Employments) -> Measure:
        return persons(employed)

    def english(employed: Employments) -> Measure:
        """Persons."""
        return persons(employed)

    def nothing() -> Measure:
        """口径。"""
        return persons(Employments())

    def untyped(employed) -> Measure:
        """口径。"""
        return persons(employed)

    def number(employed: Employments) -> int:
        """口径。"""
        return 3

    def wrong_column(employed: Employments) -> Measure:
        """口径。"""
        return persons(employed.where(_.colour == "red"))

    def wrong_subject(entered: Facts[PersonRegistered]) -> Measure:
        """口径。"""
        return units(entered.during())

    def right(employed: Employments) -> Measure:
        """口径。"""
        return persons(employed)

    for function, words in ((silent, "published method"), (english, "published method"), (nothing, "no row set"),
                            (untyped, "no row set"), (number, "gives a int")):  # fmt: skip
        with pytest.raises(IndicatorError, match=words):
            declare(function)
    with pytest.raises(IndicatorError, match="not told in 人次"):
        declare(right, unit=Unit.ATTENDANCE)
    with pytest.raises(IndicatorError, match="better is"):
        declare(right, better="more")
    with pytest.raises(MeasureError, match="about a person"):
        declare(wrong_subject, unit=Unit.FIRM)
    with pytest.raises(Exception, match="colour"):
        declare(wrong_column)


ANSWERS, NEWS = Path(drafts.__file__).parent / "tests" / "answers.json", {"000", "001", "002", "004"}


def test_forty_can_be_computed_and_what_cannot_is_no_number():
    of_people = [one for one in ALL if one.key.partition(".")[0] in ("register", "skills", "honors", "work")]
    assert len(of_people) >= 40 and len({one.label for one in ALL}) == len(ALL)
    waiting = indicators.needed()
    assert waiting and not {one.key for one in waiting} & {one.key for one in ALL}
    assert all(one.facts and all(one.facts.values()) for one in waiting)
    assert len({one.label for one in waiting} | {one.label for one in ALL}) == len(waiting) + len(ALL)


def test_each_figure_of_the_news_sources_is_computed_or_waited_for_or_said_to_be_neither():
    """Each answer ends in the key of the figure that it tells of, or in null where no figure of ours is meant."""
    told_in = {}
    for source, answers in json.loads(ANSWERS.read_text(encoding="utf-8")).items():
        for answer in answers:
            told_in.setdefault(answer[-1], set()).add(source)
    waiting = {one.key: set(one.basis) for one in indicators.needed()}
    assert set(told_in) - {None} <= {one.key for one in ALL} | set(waiting)
    untold = {key: basis & NEWS - told_in.get(key, set()) for key, basis in waiting.items()}
    assert not any(untold.values()), untold
    # the plan of 003 asks for these, and no news tells of them
    assert {key for key, basis in waiting.items() if not basis & NEWS} == {
        *("funds.training_subsidy", "innovation.studios"),
        *("learning.apprentices", "learning.funds_share", "rights.contracts"),
    }


def test_a_frame_sees_a_period_up_to_today():
    assert frame("2026-12").as_of == TODAY and frame("2026-09").as_of == date(2026, 9, 30)


def test_every_expression_compiles_for_spark():
    """What is asked of one unit, of several, of all and of those right below, the list, its first lines, and the list
    with names."""
    ibis.options.pyspark = _Spark()
    seen = frame("2026", date(2026, 6, 1))
    for one in ALL:
        marked = one.measure.marked(seen)
        builds = (computing._of_one(one), computing._of_several(one), computing._of_buckets(one, BELOW))
        made = [build(seen, [1]) for build in builds]
        made += [one.measure.figures(rows.rolled_up(marked), "ancestor")]
        made += [one.measure.figures(rows.in_parts(marked), "unit", "above")]
        made += [of(one, 1, seen) for of in (computing.listing, computing.named_listing)]
        made += [computing.listing(one, 1, replace(seen, **some)) for some in ({"at": (4, 5)}, {"about": (1, 2)})]
        for expression in made:
            assert "SELECT" in str(ibis.to_sql(expression, dialect="pyspark")), one.key
    for one in {(one.measure.kind, one.measure.by, one.measure.rows.about): one for one in ALL}.values():
        for by in dimensions_of(one.measure.rows):
            split = computing._of_buckets(one, by)(seen, [1])
            assert "SELECT" in str(ibis.to_sql(split, dialect="pyspark")), (one.key, by)


def test_what_tells_of_persons_breaks_down_no_figure_about_anything_else(tmp_path):
    persons_only = {"sex", "age", "education", "hukou", "occupation", "level", "form"}
    for one in ALL:
        by = set(dimensions_of(one.measure.rows))
        assert by == set(DIMENSIONS) if one.measure.rows.about == "person" else by == set(DIMENSIONS) - persons_only, (
            one
        )


def test_a_months_end_tells_who_was_where_and_not_when_somebody_came_or_left():
    asks = {one.key for one in ALL if one.measure.asks_when}
    assert asks == {f"register.{one}" for one in ("hired", "left", "retired", "new_members", "left_members")}
    assert not asks & {one.key for one in ALL if one.is_of_month_ends}
    begun, there = Employments().begun(), Employments().current()
    for rows_ in (there.among(begun), there.but(begun), there.at(begun), there.not_followed_by(begun)):
        assert persons(rows_).asks_when and not persons(there).asks_when
    assert coverage(there, within=begun).asks_when and growth(attendances(begun)).asks_when
    assert (attendances(there) + attendances(begun)).asks_when
    told = {one.key for one in ALL if one.is_of_month_ends}
    assert {"register.workers", "register.union_coverage", "skills.holders"} <= told
    assert "register.enterprises" not in told, "what a unit was, the month's end does not keep"


@FEW
@given(spells(), spells(table_units=(9,)), PERIODS)
def test_narrowing_early_changes_no_figure(tmp_path_factory, worked, belonged, period):
    """Whose one place it is, is said of all places; asked everywhere at once, every unit has the same figure."""
    folder = tmp_path_factory.mktemp("lake")
    lake = lake_of(folder, **town(), persons=PERSONS, employments=worked, memberships=belonged)
    one, seen = indicators.named("register.persons"), frame(period)
    at = {figure.unit: figure.value for figure in indicators.everywhere(lake, one, seen)}
    for unit in range(1, 10):
        assert indicators.computed(lake, one, unit, seen).value == at.get(unit, 0), unit


def test_whose_one_place_is_elsewhere_does_not_count_here(tmp_path):
    places = [{"subject": 1, "unit": unit, "since": date(2026, month, 1)} for unit, month in ((4, 2), (6, 1))]
    lake = lake_of(tmp_path, **town(), persons=PERSONS, employments=places)
    one = indicators.named("register.persons")
    assert [indicators.computed(lake, one, unit, frame()).value for unit in (1, 2, 3, 4, 6)] == [1, 0, 1, 0, 1]


def test_whoever_worked_in_a_firm_worked_in_what_was_its_industry_then(tmp_path):
    """A shop that became a factory in March, and what it has been before anybody knows."""
    places, day = town(), date(2024, 1, 1)
    places["industries"] = [{"unit_id": "u4", "code": code, "since": since}
                            for code, since in (("F5212", date(2025, 1, 1)), ("C3811", date(2026, 3, 1)))]  # fmt: skip
    lake = lake_of(tmp_path, **places, persons=PERSONS, employments=[{"subject": 1, "unit": 4, "since": day}])
    works, factory = indicators.named("register.workers"), indicators.named("register.manufacturing_workers")
    told = {}
    for text in ("2024", "2025", "2026-02", "2026-03", "2026"):
        [part] = indicators.buckets(lake, works, 1, frame(text), "industry")
        told[text] = part.bucket, indicators.computed(lake, factory, 1, frame(text)).value
    assert told == {"2024": ("", 0), "2025": ("F", 0), "2026-02": ("F", 0), "2026-03": ("C", 1), "2026": ("C", 1)}


def test_firms_are_told_apart_by_list_park_and_ecosystem(tmp_path):
    places = town()
    places["units"][2]["kind"] = "park"  # the second street
    day = date(2026, 1, 1)
    lists = enumerate([(4, "high_tech"), (4, "above_scale"), (6, "high_tech")], 1)
    tagged = [{"position": at, "fact": f"f{at}", "subject": firm, "unit": firm, "day": day, "known": day, "tag": tag}
              for at, (firm, tag) in lists]  # fmt: skip
    members = [{"group_id": "g1", "unit_id": "u6", "since": day},
               {"group_id": "g1", "unit_id": "u4", "since": day, "until": date(2026, 2, 1)}]  # fmt: skip
    worked = [{"subject": who, "unit": unit, "since": day} for who, unit in ((1, 4), (2, 4), (3, 5), (4, 6))]
    lake = lake_of(tmp_path, **places, persons=PERSONS, employments=worked, ecosystems=members,
                   **{"fact__people.EmployerTagged": tagged})  # fmt: skip
    one = indicators.named("register.workers")
    told = {by: {part.bucket: part.value for part in indicators.buckets(lake, one, 1, frame(), by)}
            for by in ("tag", "park", "ecosystem")}  # fmt: skip
    assert told == {"tag": {"high_tech": 3, "above_scale": 2, "": 1}, "park": {"3": 1, "": 3},
                    "ecosystem": {"g1": 1, "": 3}}  # fmt: skip
