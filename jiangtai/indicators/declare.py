"""How an indicator is declared: one row set, one way to count, its unit and direction; the docstring is the method."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from django.utils.module_loading import autodiscover_modules
from ibis.expr.operations import UnboundTable

from jiangtai.kernel import declare as enter
from jiangtai.lake import EMPLOYMENTS, MEMBERSHIPS, UNITS

from . import measures
from .measures import Measure, Unit
from .periods import Frame, Period
from .rows import Facts, Rows

_KNOWN: dict[str, "Indicator"] = {}
_HEADINGS: dict[str, tuple[int, str]] = {}
_NEEDED: dict[str, "Needed"] = {}
_BETTER = {"up": "越高越好", "down": "越低越好", "": "不分高低"}
T = TypeVar("T")
_SAMPLE = Frame(Period.parse("2026-01"), date(2026, 1, 31))


class IndicatorError(TypeError):
    """An indicator is declared wrongly; the message says what and where."""


@dataclass(frozen=True, eq=False)
class Indicator:
    """One declared figure; it is equal to itself alone, so that answers can be kept under it."""

    key: str
    label: str
    unit: Unit
    better: str
    basis: tuple[str, ...]
    method: str
    measure: Measure
    aliases: tuple[str, ...] = ()

    @property
    def is_of_people(self) -> bool:
        """Whether each row tells of somebody: of a person, or of a case, which is somebody's."""
        return self.measure.rows.about in ("person", "case")

    @property
    def somebody(self) -> str:
        """In what those are counted who are not to be recognised."""
        return "件" if self.measure.rows.about == "case" else "人"

    @property
    def kind(self) -> str:
        """In which way it counts."""
        return self.measure.kind

    @property
    def direction(self) -> str:
        """Which way is better, as users read it."""
        return _BETTER[self.better]

    @property
    def accumulates(self) -> bool:
        """Whether it grows from 0 through a year, as what came about does; all else is a level."""
        return not self.measure.is_ratio and self.measure.rows.is_of_period

    @property
    def tells_of_members(self) -> bool:
        """Whether its rows say who belongs to a union, which no employer is told."""
        return MEMBERSHIPS.name in self._tables

    @property
    def is_of_facts(self) -> bool:
        """Whether it counts facts alone, of which is kept since when they are known; of spells that is not kept."""
        return not {EMPLOYMENTS.name, MEMBERSHIPS.name, UNITS.name} & self._tables

    @property
    def is_of_month_ends(self) -> bool:
        """Whether the kept end of a month can tell it as it was known: who was where, not when, nor what a unit was."""
        return UNITS.name not in self._tables and not self.measure.asks_when

    @cached_property
    def lists_facts(self) -> bool:
        """Whether each line of its list is a fact, which leads on to the case it came from; a case is that itself."""
        return self.measure.rows.about != "case" and "fact" in self.measure.marked(_SAMPLE).columns

    @cached_property
    def listed_kinds(self) -> dict[str, str]:
        """The kinds of fact that its list leads on to, each with what it is about."""
        sets = (one.rows for one in (self.measure, *self.measure.more)) if self.lists_facts else ()
        return {one.known.key: one.about for one in sets if isinstance(one, Facts)}

    @cached_property
    def _tables(self) -> frozenset[str]:
        return frozenset(table.name for table in self.measure.marked(_SAMPLE).op().find(UnboundTable))


@dataclass(frozen=True)
class Needed:
    """A figure of the sources that cannot be computed yet, and the facts that it waits for."""

    key: str
    label: str
    unit: Unit
    basis: tuple[str, ...]
    facts: Mapping[str, str]
    """By their future names, and as users read them."""

    @property
    def waits_for(self) -> str:
        """The facts, as users read them."""
        return "、".join(self.facts.values())


def indicator(
    key: str, *, label: str, unit: Unit, better: str, basis: str | tuple[str, ...], aliases: tuple[str, ...] = ()
) -> Callable[[Callable[..., Measure]], Indicator]:
    """Declare a figure; one that says too little, or counts what its unit does not name, is refused while loading."""

    def declared(function: Callable[..., Measure]) -> Indicator:
        where = f"{function.__module__}.{function.__name__}"
        method = inspect.cleandoc(function.__doc__ or "")
        if not method or not any("\u4e00" <= sign <= "\u9fff" for sign in method):
            raise IndicatorError(f"{where}: the docstring is the published method (口径), in Chinese")
        if better not in _BETTER:
            raise IndicatorError(f'{where}: better is "up", "down" or "", not {better!r}')
        measure = _measure(where, function)
        if not measures.fits(measure, unit):
            gives = "、".join(kind.value for kind in measure.gives)
            raise IndicatorError(f"{where} counts {gives}, which is not told in {unit.label}")
        found = (basis,) if isinstance(basis, str) else tuple(basis)
        made = Indicator(key, label, unit, better, found, method, measure, aliases)
        enter("indicator", key, label, basis, method, function.__module__)
        _KNOWN[key] = made
        return made

    return declared


def heading(first: str, label: str, place: int) -> None:
    """Under which heading pages list the figures whose keys begin so, and where it stands among the others."""
    _HEADINGS[first] = (place, label)


def headed(found: Iterable[T], key: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    """What is about figures, by their headings in their order; a figure without one is an error, not left out."""
    known = {first: [] for first, _ in sorted(_HEADINGS.items(), key=lambda each: each[1])}  # type: dict[str, list[T]]
    for one in found:
        first = key(one).partition(".")[0]
        if first not in known:
            raise IndicatorError(f'{key(one)} has no heading: say heading("{first}", …) beside its declaration')
        known[first].append(one)
    return [(_HEADINGS[first][1], of_it) for first, of_it in known.items() if of_it]


def needs(key: str, label: str, unit: Unit, basis: str | tuple[str, ...], **facts: str) -> None:
    """Name a figure of the sources that no fact can say yet: it is listed, and never told as a number."""
    _NEEDED[key] = Needed(key, label, unit, (basis,) if isinstance(basis, str) else basis, facts)


def indicators() -> list[Indicator]:
    """Every declared indicator, as declared; the domains' own files are loaded when somebody first asks."""
    autodiscover_modules("indicators")
    return list(_KNOWN.values())


def needed() -> list[Needed]:
    """What cannot be computed yet, by key."""
    autodiscover_modules("indicators")
    return [_NEEDED[key] for key in sorted(_NEEDED)]


def _measure(where: str, function: Callable[..., Measure]) -> Measure:
    hints = get_type_hints(function)
    sets = [_rows(where, name, hints.get(name)) for name in inspect.signature(function).parameters]
    if not sets:
        raise IndicatorError(f"{where} takes no row set: give it a parameter such as `granted: Facts[HonorGranted]`")
    measure = function(*sets)
    if not isinstance(measure, Measure):
        raise IndicatorError(f"{where} gives a {type(measure).__name__}, not one of the ways to count")
    measure.marked(_SAMPLE)  # a column that is not there is told now
    return measure


def _rows(where: str, name: str, hint: Any) -> Rows:
    origin = get_origin(hint) or hint
    if not (isinstance(origin, type) and issubclass(origin, Rows)):
        raise IndicatorError(f"{where}: {name} is no row set: Facts[…], Employments, Memberships, Persons or Units")
    return origin(*get_args(hint))
