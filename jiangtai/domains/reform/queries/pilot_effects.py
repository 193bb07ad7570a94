"""Before and after (前后对照): one indicator at a batch's pilots and at the other units of their kind, with the people
who stand behind each number."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from jiangtai import indicators, lake
from jiangtai.access import Acting, Unit
from jiangtai.indicators import Figure, Frame, Indicator, Period, suppressing
from jiangtai.kernel import clock
from jiangtai.lake import Lake

from ..models import Pilot, PilotBatch
from . import pilots

WORKERS = FIRST = "register.workers"
PILOTS, OTHERS = "pilots", "others"
GROUPS = ((PILOTS, "试点单位"), (OTHERS, "同类其他单位"))
MOST_ASKED = 2_000


@dataclass(frozen=True)
class Cell:
    """One number of the comparison: of a group of units, in one of the two years."""

    group: str
    kind: str
    when: str
    units: int
    value: float | None
    """The mean of a unit for what is counted; for a share, that of all of them taken together."""
    total: float
    whole: float
    persons: int
    hidden: str = ""
    lines: int = 0
    """How many rows it counts: as many persons stand behind it at most."""


@dataclass
class Compared:
    """Both years of both groups, by kind of unit."""

    indicator: Indicator
    before: Frame
    since: Frame
    at: Any
    kinds: list[tuple[str, str]] = field(default_factory=list)
    cells: dict[tuple[str, str, str], Cell] = field(default_factory=dict)

    @property
    def is_uneven(self) -> bool:
        """Whether what adds up over a year is told for a whole one and for one that still runs."""
        return self.indicator.measure.rows.is_of_period and self.since.as_of < self.since.period.last

    @property
    def empty(self) -> list[tuple[str, str]]:
        """The kinds of unit at which nothing was counted then or now, with nobody there; none where it is so of all."""
        found = [
            kind for kind in self.kinds if not any(self._counts(place) for place in self.cells if place[1] == kind[0])
        ]
        return found if len(found) < len(self.kinds) else []

    def _counts(self, place: tuple[str, str, str]) -> bool:
        one = self.cells[place]
        return bool(one.total or one.whole or one.persons or one.hidden)

    def frame(self, when: str) -> Frame:
        """The span of one of the two."""
        return self.before if when == "before" else self.since


def open_to(who: Acting) -> list[Indicator]:
    """The indicators that whoever asks is told, in which a unit's own figure says something."""
    found = [one for one in indicators.indicators() if not one.key.startswith("reform.")]
    unit = who.unit
    return [one for one in found if who.reach.is_everything or (unit and indicators.is_open_at(one, unit))]


def frames(batch: PilotBatch, one: Indicator, year: int) -> tuple[Frame, Frame]:
    """The year before the batch was named, and a year since.

    What is counted on a day is compared on the same day of both years where the later one still runs. What adds up over
    a year is told for the whole year before: only so does it open to its rows.
    """
    today = clock.today()
    first = (batch.named_on or date(batch.year, 12, 31)).year
    before = Period.parse(str(first - 1))
    if year < today.year or one.measure.rows.is_of_period:
        return Frame(before, today), Frame(Period.parse(str(year)), today)
    day = date(first - 1, today.month, min(today.day, 28) if today.month == 2 else today.day)
    return Frame(before, day), Frame(Period.parse(str(year)), today)


def years(batch: PilotBatch) -> list[int]:
    """The years since a batch was named, the latest first."""
    first = (batch.named_on or date(batch.year, 12, 31)).year
    return list(range(clock.today().year, first - 1, -1))


def compared(batch: PilotBatch, one: Indicator, year: int) -> Compared:
    """An indicator before and since, at pilots and at others of their kind; small groups of persons are hidden."""
    at = lake.opened()
    before, since = frames(batch, one, year)
    made = Compared(one, before, since, at.at)
    own, others = members(batch)
    for kind in sorted({unit.kind for unit in own}, key=lambda kind: list(Unit.Kind).index(Unit.Kind(kind))):
        made.kinds.append((kind, str(Unit.Kind(kind).label)))
        groups = {PILOTS: [unit for unit in own if unit.kind == kind], OTHERS: others(kind)}
        for group, units in groups.items():
            for when, frame in (("before", before), ("since", since)):
                made.cells[group, kind, when] = _cell(at, one, (group, kind, when), units, frame)
    _hide(made)
    return made


def members(batch: PilotBatch) -> tuple[list[Unit], Callable[[str], list[Unit]]]:
    """The units of a batch that are pilots today, and those of a kind that are in no batch today."""
    still = pilots.going_on(Pilot.unscoped.all())
    own = [one.unit for one in still.filter(batch=batch).select_related("unit").order_by("type__place", "place")]
    busy = still.values("unit")

    def others(kind: str) -> list[Unit]:
        rows = Unit.unscoped.filter(kind=kind, tree=Unit.Tree.ADMINISTRATIVE, state=Unit.State.ACTIVE)
        return list(rows.exclude(pk__in=busy).order_by("number"))

    return own, others


@dataclass(frozen=True)
class UnitFigure:
    """One unit's number, with those who work there."""

    unit: Unit
    figure: Figure | None
    persons: int


def rows(batch: PilotBatch, one: Indicator, year: int, place: tuple[str, str, str]) -> list[UnitFigure]:
    """The units that a cell counts, each with its own number."""
    group, kind, when = place
    own, others = members(batch)
    units = [unit for unit in own if unit.kind == kind] if group == PILOTS else others(kind)
    frame = frames(batch, one, year)[0 if when == "before" else 1]
    at = lake.opened()
    known, persons = figures(at, one, units, frame), figures(at, _workers(), units, frame)
    return [
        UnitFigure(unit, known.get(unit.pk), int(persons[unit.pk].part) if unit.pk in persons else 0) for unit in units
    ]


def figures(at: Lake, one: Indicator, units: Iterable[Unit], frame: Frame) -> dict[UUID, Figure]:
    """One figure of each of these units, by the unit; those that the lake does not know are left out."""
    numbers = {scope.id: scope.unit for scope in indicators.scopes(at, [str(unit.pk) for unit in units])}
    if not numbers:
        return {}
    if len(numbers) > MOST_ASKED:
        every = {figure.unit: figure for figure in indicators.everywhere(at, one, frame)}
        blank = replace(next(iter(every.values())), value=None, part=0, whole=0, lines=0) if every else None
        found = {number: every.get(number) or blank for number in numbers.values()}
    else:
        found = dict(indicators.at_units(at, one, list(numbers.values()), frame))
    return {UUID(pk): figure for pk, number in numbers.items() if (figure := found.get(number)) is not None}


def _workers() -> Indicator:
    return indicators.named(WORKERS)


def _cell(at: Lake, one: Indicator, place: tuple[str, str, str], units: list[Unit], frame: Frame) -> Cell:
    found = list(figures(at, one, units, frame).values())
    part, whole = sum(each.part for each in found), sum(each.whole for each in found)
    persons = sum(int(each.part) for each in figures(at, _workers(), units, frame).values())
    if one.measure.is_ratio:
        pooled = (part - whole) if one.measure.kind == "growth" else part
        value = round(pooled / whole * 100, 4) if whole else None
    else:
        value = part / len(found) if found else None
    return Cell(*place, len(units), value, part, whole, persons, lines=sum(each.lines for each in found))


def _hide(made: Compared) -> None:
    """Hide what is told of one to four persons, and what the rest of its line would give away."""
    about_persons = made.indicator.measure.rows.about == "person"
    for place, cell in made.cells.items():
        known: dict[Any, int] = {"persons": cell.persons}
        sums: list[suppressing.Sum] = []
        if about_persons and made.indicator.kind in ("share", "coverage"):
            known |= {"value": int(cell.total), "rest": int(cell.whole - cell.total), "whole": int(cell.whole)}
            sums = [suppressing.Sum("whole", ("value", "rest"))]
        elif about_persons:
            known["value"] = cell.lines
        marks = suppressing.hidden(known, sums)
        if marks:
            made.cells[place] = replace(cell, hidden=suppressing.SMALL)
