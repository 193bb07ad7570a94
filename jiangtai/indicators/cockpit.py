"""The cockpit: a desk's five figures with what they were, their lights, and how the units below stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ibis import _

from jiangtai.lake import UNITS, Lake

from . import computing
from .comparing import Change
from .computing import Figure, Scope
from .declare import Indicator
from .lights import Light
from .periods import Frame, Period
from .targets import Standing

MONTHS = 13
PERSONS = "register.workers"
"""Whose number stands beside every unit that is compared: who works there."""


@dataclass(frozen=True)
class Card:
    """One of the five: what it is, what it was, how it stands to its target."""

    figure: Figure
    before: Change
    year_before: Change
    standing: Standing | None = None
    past: tuple[Figure | None, Figure | None] = (None, None)
    """The figures it is compared with: of the period before, and of the year before."""

    @property
    def light(self) -> Light | None:
        """Its light, where it has a target."""
        return self.standing.light if self.standing else None

    @property
    def indicator(self) -> Indicator:
        """Which one it is."""
        return self.figure.indicator


@dataclass(frozen=True)
class Below:
    """A unit right below, with its value, its light if it has a target, and how many work there."""

    scope: Scope
    figure: Figure
    persons: int
    light: Light | None


class Cockpit:
    """The figures of one unit for a period, asked of the lake when they are shown."""

    def __init__(self, lake: Lake, unit: int, frame: Frame) -> None:
        self.lake, self.unit, self.frame = lake, unit, frame

    def card(self, one: Indicator, standing: Standing | None = None) -> Card:
        """One figure with what it was; a period that still runs is held against as much of the other one."""
        frames = (self.frame, self.frame.as_far_before, year_before(self.frame))
        now, last, year = computing.trend_of(self.lake, one, self.unit, [*frames, *self._months])[:3]
        before, year_ago = Change(now.value, last.value, one.unit), Change(now.value, year.value, one.unit)
        return Card(now, before, year_ago, standing, (last, year))

    def trend(self, one: Indicator) -> list[Figure]:
        """The figure by month up to the period's end, the earliest first."""
        return computing.trend_of(self.lake, one, self.unit, self._months)

    def below(self, one: Indicator, lights: dict[int, Light]) -> list[Below]:
        """The units right below that have anything to tell, the greatest first."""
        numbers = [scope.unit for scope in self.children]
        if not numbers:
            return []
        found = computing.at_units(self.lake, one, numbers, self.frame)
        persons = computing.at_units(self.lake, computing.named(PERSONS), numbers, self.frame)
        rows = [Below(scope, found[scope.unit], int(persons[scope.unit].part), lights.get(scope.unit))
                for scope in self.children]  # fmt: skip
        told = [row for row in rows if row.figure.lines or row.persons or row.light]
        return sorted(told, key=lambda row: (row.figure.value is None, -(row.figure.value or 0), row.scope.name))

    @cached_property
    def children(self) -> list[Scope]:
        """The units right below, by name."""
        kept, known = ("units below", self.unit), self.lake.kept
        if kept not in known:
            rows = UNITS.rows.filter(_.parent == self.unit, _.state == "active").order_by("name")
            known[kept] = [
                Scope(row["unit"], row["id"], row["name"], row["code"]) for row in self.lake.answer(rows).to_pylist()
            ]
        return list(known[kept])

    @cached_property
    def _months(self) -> list[Frame]:
        """The months of a trend, asked together with all else that a card tells."""
        return [Frame(month, self.frame.today) for month in Period.last_months(self.frame.as_of, MONTHS)]


def year_before(frame: Frame) -> Frame:
    """The same a year earlier, as far as this one has come."""
    past = frame.period.year_before
    end = frame.as_of
    day = date(end.year - 1, end.month, 28) if (end.month, end.day) == (2, 29) else end.replace(year=end.year - 1)
    return Frame(past, past.last if frame.as_of == frame.period.last else min(day, past.last), frame.known)


def line(values: Sequence[float | None], width: int = 120, height: int = 28) -> str:
    """The points of a small line through these values, as SVG wants them; nothing where fewer than two are there."""
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    span, step = (high - low) or 1.0, (width - 4) / (len(values) - 1)
    flat = height / 2 if high == low else None
    return " ".join(
        f"{2 + at * step:.1f},{flat if flat is not None else height - 3 - (value - low) / span * (height - 6):.1f}"
        for at, value in known
    )
