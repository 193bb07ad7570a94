"""The few ways to count. Each says what unit it gives, what it counts, and so what the list under it is."""

from dataclasses import dataclass, field, replace
from typing import Any

import ibis
from ibis import _

from jiangtai.kernel.quantities import Kind, Unit

from .periods import Frame
from .rows import Rows


class MeasureError(TypeError):
    """Two figures do not go together; raised while Python loads the declaration."""


@dataclass(frozen=True)
class Measure:
    """One way of counting one row set; `listed` is the list under the figure, one line for each thing counted."""

    kind: str
    gives: tuple[Kind, ...]
    rows: Rows
    condition: Any = None
    within: Rows | None = None
    amount: Any = None
    by: str = "subject"
    others: tuple["Measure", ...] = field(default=())

    def __add__(self, other: "Measure") -> "Measure":
        """The sum of two figures of one kind, where nothing could be counted twice."""
        if not isinstance(other, Measure) or not (set(self.gives) & set(other.gives)):
            gives = "、".join(one.value for one in getattr(other, "gives", ())) or type(other).__name__
            raise MeasureError(f"{'、'.join(one.value for one in self.gives)}不能与{gives}相加：不是同一种量")
        if self.is_distinct or self.is_ratio:
            raise MeasureError(f"两个{self.gives[0].value}不能相加：同一个会数两次，请对行集求并")
        return replace(self, others=(*self.others, other))

    @property
    def is_ratio(self) -> bool:
        """Whether it is a part of a whole."""
        return self.kind in ("share", "coverage", "growth")

    @property
    def is_distinct(self) -> bool:
        """Whether each counts once, however many rows it has."""
        return self.kind in ("persons", "units")

    def marked(self, frame: Frame) -> Any:
        """The rows with `key`, what is counted once; `counted`, whether it is of the part; `amount`, what it adds."""
        if self.kind == "growth":
            now, past = self.rows.resolved(frame), self.rows.resolved(frame.before)
            both = [_marked(rows, self.by, is_now, None) for rows, is_now in ((now, True), (past, False))]
            columns = [name for name in both[0].columns if name in both[1].columns]
            return both[0].select(columns).union(both[1].select(columns))
        rows, counted = self.rows.resolved(frame), ibis.literal(True)
        if self.within is not None:
            return _covered(rows, self.within.resolved(frame), self.by)
        if self.condition is not None:
            counted = self.condition
        return _marked(rows, self.by if self.is_once else "", counted, self.amount)

    @property
    def is_once(self) -> bool:
        """Whether `key` is somebody, and not just the row itself."""
        return self.kind not in ("attendances", "things", "total")

    def figures(self, marked: Any, *groups: str) -> Any:
        """Of marked rows, by groups: what is counted, the whole it is a part of, and how many lines the list has."""
        if self.kind == "growth":
            part, whole = _.key.nunique(where=_.counted), _.key.nunique(where=~_.counted)
            lines = part
        elif self.is_once:
            whole = lines = _.key.nunique()
            part = _.key.nunique(where=_.counted) if self.is_ratio else whole
        else:
            whole = lines = _.count()
            part = _.amount.sum() if self.kind == "total" else whole
        figures = {"part": part.cast("float64"), "whole": whole.cast("float64"), "lines": lines}
        return marked.group_by(*groups).agg(**figures) if groups else marked.agg(**figures)

    def lines(self, marked: Any) -> Any:
        """The list under the figure: for what counts once the latest row of each, else every row."""
        if self.kind == "growth":
            marked = marked.filter(_.counted)
        if not self.is_once:
            return marked
        order = [ibis.desc(_.counted), ibis.desc(marked["day"] if "day" in marked.columns else marked["key"])]
        nth = ibis.row_number().over(group_by=_.key, order_by=order)
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
    return Measure("total", (Kind.MONEY,), rows, amount=amount)


def share(rows: Rows, *, where: Any, by: str = "subject") -> Measure:
    """Which part of those counted fulfils a condition (%), each counted once; `by="position"` counts every fact."""
    return Measure("share", (Kind.SHARE,), rows, condition=where, by=by)


def coverage(rows: Rows, *, within: Rows, by: str = "subject") -> Measure:
    """Which part of those counted is also among others (%), each counted once."""
    return Measure("coverage", (Kind.SHARE,), rows, within=within, by=by)


def growth(measure: Measure) -> Measure:
    """By how much more or less than in the period before (%)."""
    return replace(measure, kind="growth", gives=(Kind.SHARE,))


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


def _marked(rows: Any, key: str, counted: Any, amount: Any) -> Any:
    keyed = rows[key].cast("int64") if key else ibis.literal(0, "int64")
    return rows.mutate(
        key=keyed,
        counted=ibis.coalesce(counted, False) if not isinstance(counted, bool) else ibis.literal(counted),
        amount=(amount if amount is not None else ibis.literal(0)).cast("float64"),
    )  # fmt: skip


def _covered(rows: Any, others: Any, by: str) -> Any:
    known = others.select(other=by).distinct()
    joined = rows.left_join(known, rows[by] == known.other)
    return _marked(joined, by, joined.other.notnull(), None).drop("other")
