"""Reviewing: a draft's figures, each held against what is computed for the unit and the period that it is told of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from ibis import _

from jiangtai.kernel import clock
from jiangtai.lake import LINEAGE, UNITS, Lake

from . import computing
from .computing import Scope
from .declare import Indicator
from .drafts import (
    Checked,
    Computed,
    Finding,
    Moment,
    Place,
    check,
    findings_in,
    held,
    period_said,
    place_said,
    places_in,
)
from .periods import Frame, Period, PeriodError


@dataclass(frozen=True)
class Entry:
    """One figure of the draft: the verdict, and for which unit and period it was held against which indicator."""

    number: int
    checked: Checked
    scope: Scope
    frame: Frame
    is_scope_said: bool = False
    is_period_said: bool = False

    @property
    def until(self) -> date | None:
        """The day up to which the text tells of a period that ended later, or has not ended: 截至9月10日."""
        return self.frame.today if self.is_period_said and self.frame.today < clock.today() else None

    @property
    def told_of(self) -> str:
        """The period as users read it."""
        until = f"截至{self.until.month}月{self.until.day}日" if self.until else ""
        return f"{self.frame.period.label}{until}"


@dataclass(frozen=True)
class Piece:
    """A stretch of the draft: of which entry it is a part, and of which contradictions."""

    text: str
    entry: Entry | None
    findings: tuple[int, ...]
    is_first: bool


class Review:
    """A draft as it is held against the figures of one desk; nothing of it is kept."""

    def __init__(self, text: str, lake: Lake, known: Iterable[Indicator], scope: Scope, frame: Frame) -> None:
        self.text, self.lake, self.scope, self.frame = text, lake, scope, frame
        self.known = {one.key: one for one in known}
        self._values: dict[tuple[str, int, Frame], Decimal | None] = {}

    @cached_property
    def entries(self) -> list[Entry]:
        """Every figure; which indicator is meant is said by words alone, and only those meant are computed."""
        labels = [Computed(one.key, one.label, one.aliases, one.unit.label, one.kind, Decimal(0))
                  for one in self.known.values()]  # fmt: skip
        found = check(self._without_places, labels)
        said = [replace(one, figure=replace(one.figure, text=self.text[one.figure.start : one.figure.end]))
                for one in found]  # fmt: skip
        return [self._entry(number, one) for number, one in enumerate(said, start=1)]

    @cached_property
    def findings(self) -> list[Finding]:
        """What the draft says against itself."""
        return findings_in(self.text)

    @cached_property
    def pieces(self) -> list[Piece]:
        """The draft cut at every beginning and end of what is told about it."""
        spans = [one.checked.figure.span for one in self.entries]
        spans += [span for one in self.findings for span in one.spans]
        cuts = sorted({0, len(self.text), *(place for span in spans for place in span)})
        owners = {one.checked.figure.start: one for one in self.entries}
        owner, made = None, []
        for start, end in pairwise(cuts):
            owner = owners.get(start) or (owner if owner and start < owner.checked.figure.end else None)
            about = [at for at, one in enumerate(self.findings, start=1) if any(_covers(s, start) for s in one.spans)]
            made.append(Piece(self.text[start:end], owner, tuple(about), start in owners))
        return made

    def taken(self, numbers: Sequence[int]) -> list[Entry]:
        """Those of these entries for which another wording is proposed."""
        return [one for one in self.entries if one.number in numbers and one.checked.wording]

    def corrected(self, numbers: Sequence[int]) -> str:
        """The draft with the proposed wordings of these entries."""
        text = self.text
        for one in sorted((one.checked for one in self.taken(numbers)), key=lambda one: -one.figure.start):
            text = text[: one.figure.start] + (one.wording or "") + text[one.figure.end :]
        return text

    def _entry(self, number: int, one: Checked) -> Entry:
        if one.indicator is None:
            return Entry(number, one, self.scope, self.frame)
        at = one.figure.start
        said, place = period_said(self.text, at, self.frame.today), place_said(self.text, at, self._places)
        if place == "":
            return Entry(number, _without(one, "文中把几个单位放在一起说，系统没有核"), self.scope, self.frame)
        scope = self._scopes[place] if place else self.scope
        try:
            frame = self._frame(said, self.known[one.indicator.key]) if said else self.frame
        except PeriodError as error:
            return Entry(number, _without(one, str(error)), scope, self.frame, bool(place))
        return Entry(number, self._held(one, scope, frame), scope, frame, bool(place), said is not None)

    def _frame(self, said: Moment, indicator: Indicator) -> Frame:
        """The period that is told of, or the year up to its end."""
        today = self.frame.today
        try:
            period = Period.parse(said.period)
        except PeriodError as error:
            raise PeriodError("文中说的期间不是一个年、半年、季度、月或日，系统没有核") from error
        if period.first > today:
            raise PeriodError(f"{period.label}还没有到，没有数可核")
        if said.is_from_new_year:
            year = Period.of("year", period.first)
            return Frame(year, today if period.last == year.last else min(period.last, today))
        if period.every == "day" and indicator.measure.rows.is_of_period:
            raise PeriodError("文中说的是一天，看不出是当天的数还是到这一天的累计数，系统没有核")
        return Frame(period, today)

    def _held(self, one: Checked, scope: Scope, frame: Frame) -> Checked:
        assert one.indicator
        value = self._value(one.indicator.key, scope.unit, frame)
        if value is None:
            return _without(one, f"{frame.period.label}“{one.indicator.label}”没有可算的数")
        return held(one.figure, replace(one.indicator, value=value))

    def _value(self, key: str, unit: int, frame: Frame) -> Decimal | None:
        asked = (key, unit, frame)
        if asked not in self._values:
            value = computing.computed(self.lake, self.known[key], unit, frame).value
            self._values[asked] = None if value is None else Decimal(str(value))
        return self._values[asked]

    @cached_property
    def _without_places(self) -> str:
        """The draft with blanks for the names of units: whose figure it is does not say which figure it is."""
        text = self.text
        for one in self._places:
            text = text[: one.start] + "\u3000" * (one.end - one.start) + text[one.end :]
        return text

    @cached_property
    def _places(self) -> list[Place]:
        """Where the draft names units."""
        return places_in(self.text, self._scopes)

    @cached_property
    def _scopes(self) -> dict[str, Scope]:
        """The units below the chosen one, by name."""
        within = LINEAGE.rows.filter(_.ancestor == self.scope.unit, _.depth > 0).select("unit")
        rows = self.lake.answer(UNITS.rows.semi_join(within, "unit").filter(_.state == "active")).to_pylist()
        return {row["name"]: Scope(row["unit"], row["id"], row["name"], row["code"]) for row in rows}


def _without(one: Checked, note: str) -> Checked:
    return Checked(one.figure, None, "unsupported", note=note)


def _covers(span: tuple[int, int], at: int) -> bool:
    return span[0] <= at < span[1]
