"""The few ways to count. Each says what unit it gives, what it counts, and so what the list under it is."""

from dataclasses import dataclass, replace
from typing import Any

import ibis
from ibis import _

from jiangtai.kernel import quantities
from jiangtai.lake import PERSONS

from .periods import Frame
from .rows import Rows

Kind = quantities.Kind
Unit = quantities.Unit


class MeasureError(TypeError):
    """Two figures do not go together; raised while Python loads the declaration."""


@dataclass(frozen=True)
class Measure:
    """One way of counting one row set; `lines` is the list under the figure, one line for each thing counted."""

    kind: str
    gives: tuple[Kind, ...]
    rows: Rows
    condition: Any = None
    within: Rows | None = None
    amount: Any = None
    by: str = "subject"
    more: tuple["Measure", ...] = ()
    """What is added to it, row by row."""
    of: "Measure | None" = None
    """Whose growth it is."""

    def __add__(self, other: "Measure") -> "Measure":
        """The sum of two figures of one kind, where nothing could be counted twice."""
        if not isinstance(other, Measure) or not (set(self.gives) & set(other.gives)):
            gives = "、".join(one.value for one in getattr(other, "gives", ())) or type(other).__name__
            raise MeasureError(f"{'、'.join(one.value for one in self.gives)}不能与{gives}相加：不是同一种量")
        if self.is_once:
            raise MeasureError(f"两个{self.gives[0].value}不能相加：同一个会数两次，请对行集求并")
        return replace(self, more=(*self.more, other))

    @property
    def is_ratio(self) -> bool:
        """Whether it is a part of a whole."""
        return self.kind in ("share", "mean", "coverage", "growth")

    @property
    def asks_when(self) -> bool:
        """Whether any of its rows ask on which day a spell began or ended."""
        within = self.within is not None and self.within.asks_when
        others = (*self.more, *((self.of,) if self.of else ()))
        return self.rows.asks_when or within or any(one.asks_when for one in others)

    @property
    def is_graded(self) -> bool:
        """Whether each of the whole is of the part to a degree, and not either in it or not."""
        return self.kind == "mean"

    @property
    def is_told_apart(self) -> bool:
        """Whether each line of its list is of the part or not; else all of them count alike."""
        return self.is_ratio and not self.is_graded

    @property
    def about(self) -> str:
        """What each line of the list is: as the rows say, or the unit where the rows stand, if units are counted."""
        return "unit" if self.by == "unit" else self.rows.about

    @property
    def is_once(self) -> bool:
        """Whether `key` is somebody, who counts once, and not just the row itself."""
        return self.kind in ("persons", "units", "share", "mean", "coverage")

    @property
    def names_once(self) -> bool:
        """Whether nobody and nothing stands on its list twice."""
        return self.is_once and self.by != "position"

    @property
    def is_repeated(self) -> bool:
        """Whether what counts once may stand in several rows; else rows are counted and listed as they are."""
        return self.is_once and self.by != self.rows.once

    @property
    def is_ranked(self) -> bool:
        """Whether it takes all rows of somebody to say which one the list tells, wherever they stand."""
        of = self.of or self
        is_of_rows = of.kind == "share" and of.is_repeated and not _is_of_persons(of.condition)
        return of.rows.is_placed or is_of_rows

    def marked(self, frame: Frame) -> Any:
        """The rows with `key`, what is counted once; `counted`, whether it is of the part; `amount`, what it adds."""
        if self.of is not None:
            now, past = self.of.marked(frame), self.of.marked(frame.before)
            return _joined([now, past.mutate(counted=ibis.literal(False))])
        rows = self.rows.resolved(frame)
        if self.within is not None:
            return _covered(rows, self.within.resolved(frame.everywhere), self.by, is_narrow=frame.within is not None)
        condition = ibis.literal(True) if self.condition is None else self.condition
        own = _marked(rows, self.by if self.is_once else "", condition, self.amount)
        return _joined([own, *(one.marked(frame) for one in self.more)])

    def figures(self, marked: Any, *groups: str) -> Any:
        """Of marked rows, by groups: what is counted, the whole it is a part of, and how many lines the list has."""
        if self.of is not None:
            part, whole = self.of.counting(_.counted), self.of.counting(~_.counted)
            lines = (_.key.nunique if self.of.is_repeated else _.key.count)(where=_.counted)
        else:
            whole, lines = self.counting(None), _.key.nunique() if self.is_repeated else _.count()
            part = _.amount.sum() if self.is_graded else self.counting(_.counted) if self.is_ratio else whole
        figures = {"part": part.cast("float64"), "whole": whole.cast("float64"), "lines": lines}
        return marked.group_by(*groups).agg(**figures) if groups else marked.agg(**figures)

    def counting(self, where: Any) -> Any:
        """How those marked rows are counted for which something holds."""
        if self.kind == "sum":
            return _.amount.sum(where=where)
        return _.key.nunique(where=where) if self.is_repeated else _.key.count(where=where)

    def lines(self, marked: Any) -> Any:
        """The list under the figure: for what counts once the latest row of each at the first unit, else every row."""
        if self.of is not None:
            return self.of.lines(marked.filter(_.counted))
        if not self.is_repeated:
            return marked
        latest = [ibis.desc(marked[name]) for name in ("day", "since", "position") if name in marked.columns]
        nth = ibis.row_number().over(group_by=_.key, order_by=[ibis.desc(_.counted), _.unit, *latest])
        return marked.mutate(nth=nth).filter(_.nth == 0).drop("nth")


def persons(rows: Rows) -> Measure:
    """How many people (人): each once, however many rows."""
    return Measure("persons", (Kind.PERSONS,), _about(rows, "person", "persons"))


def attendances(rows: Rows) -> Measure:
    """How many times people took part (人次): every row."""
    return Measure("attendances", (Kind.ATTENDANCES,), _about(rows, "person", "attendances"))


def units(rows: Rows, *, where: str = "subject") -> Measure:
    """How many units (家): each once; `where="unit"` counts the units at which rows about others stand."""
    _ = _about(rows, "unit", "units") if where == "subject" else rows
    return Measure("units", (Kind.FIRMS,), rows, by=where)


def things(rows: Rows) -> Measure:
    """How many cases, papers, sessions (件、场次、个): every row."""
    return Measure("things", (Kind.ITEMS, Kind.SESSIONS, Kind.THINGS, Kind.PROJECTS, Kind.TIMES), rows)


def total(rows: Rows, amount: Any) -> Measure:
    """The sum of an amount of money (元)."""
    return Measure("sum", (Kind.MONEY,), rows, amount=amount)


def share(rows: Rows, *, where: Any = None, degree: Any = None, by: str = "subject") -> Measure:
    """Which part of those counted fulfils a condition (%), each counted once; `by="position"` counts every fact.

    With a `degree` between 0 and 1 each fact fulfils it so far, and the share is the mean of all of them.
    """
    if (where is None) == (degree is None):
        raise MeasureError("share() 要么给条件 where，要么给程度 degree")
    if degree is not None:
        return Measure("mean", (Kind.SHARE,), rows, amount=degree, by="position")
    return Measure("share", (Kind.SHARE,), rows, condition=where, by=by)


def coverage(rows: Rows, *, within: Rows, by: str = "subject") -> Measure:
    """Which part of those counted is also among others (%), each counted once."""
    return Measure("coverage", (Kind.SHARE,), rows, within=within, by=by)


def growth(measure: Measure) -> Measure:
    """By how much more or less than in the period before (%)."""
    if measure.is_ratio:
        raise MeasureError(f"{measure.gives[0].value}没有增长率：比重的变化用百分点说")
    return Measure("growth", (Kind.SHARE,), measure.rows, of=measure)


def value_of(measure: Measure, part: float, whole: float) -> float | None:
    """The figure out of its parts; None where there is nothing to be a part of."""
    if not measure.is_ratio:
        return part
    if not whole:
        return None
    return round(((part - whole) if measure.kind == "growth" else part) / whole * 100, 4)


def fits(measure: Measure, unit: Unit) -> bool:
    """Whether a measure can be told in a unit."""
    return unit.kind in measure.gives


def _about(rows: Rows, wanted: str, name: str) -> Rows:
    if rows.about != wanted:
        raise MeasureError(f"{name}() counts rows about a {wanted}, and these are about a {rows.about}")
    return rows


def _is_of_persons(condition: Any) -> bool:
    """Whether a condition asks of the person alone, and so says the same of all rows of somebody."""
    try:
        PERSONS.rows.select(told=condition)
    except AttributeError:
        return False
    return True


def _marked(rows: Any, key: str, counted: Any, amount: Any) -> Any:
    return rows.mutate(
        key=rows[key].cast("int64") if key else ibis.literal(0, "int64"),
        counted=ibis.coalesce(counted, False),
        amount=(ibis.literal(0) if amount is None else amount).cast("float64"),
    )


def _covered(rows: Any, others: Any, by: str, *, is_narrow: bool) -> Any:
    known = others.select(other=by)
    known = (known.semi_join(rows.select(other=by), "other") if is_narrow else known).distinct()
    joined = rows.left_join(known, rows[by] == known.other)
    return _marked(joined, by, joined.other.notnull(), None).drop("other")


def _joined(parts: list[Any]) -> Any:
    """Rows of several sets as one, by the columns that all of them have."""
    first, *rest = parts
    shared = [name for name in first.columns if all(name in one.columns for one in rest)]
    return first if not rest else ibis.union(*(one.select(shared) for one in parts))
