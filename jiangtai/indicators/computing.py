"""Computing: for one unit or all of them, for a period, by a dimension; and the list under a figure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from ibis import _

from jiangtai.lake import SUBJECTS, UNITS, Lake, NoLake, known_at

from . import compiled, measures, rows
from .declare import Indicator, IndicatorError, indicators, needed
from .desks import watched_keys
from .dimensions import BELOW, DIMENSIONS, below, dimensions_of
from .periods import Frame, Period

_TOLD = ("subject", "unit", "day", "since", "position", "fact", "counted", "amount")
"""What a page tells of a line, or orders it by."""


@dataclass(frozen=True)
class Figure:
    """One computed figure of one unit."""

    indicator: Indicator
    unit: int
    frame: Frame
    value: float | None
    part: float
    whole: float
    lines: int
    bucket: str | None = None


@dataclass(frozen=True)
class Scope:
    """A unit as the lake knows it."""

    unit: int
    id: str
    name: str
    code: str


def scopes(lake: Lake, names: list[str]) -> list[Scope]:
    """The units of these ids, codes or full names; where an organisation and its union share one, the organisation. Who
    is no more is found where nobody else is: its years are told as before."""
    any_of = _.id.isin(names) | _.code.isin(names) | _.name.isin(names)
    found = lake.answer(UNITS.rows.filter(any_of)).to_pylist()
    found = [row for row in found if row["state"] == "active"] or found
    first = [row for row in found if row["tree"] == "administrative"] or found
    return [Scope(row["unit"], row["id"], row["name"], row["code"]) for row in first]


def root(lake: Lake) -> Scope:
    """The unit at the top."""
    top = UNITS.rows.filter(_.parent.isnull(), _.tree == "administrative").order_by(_.unit).limit(1)
    rows = lake.answer(top).to_pylist()
    if not rows:
        raise NoLake("还没有根单位，请先运行 jiangtai init")
    [row] = rows
    return Scope(row["unit"], row["id"], row["name"], row["code"])


def named(key: str) -> Indicator:
    """The indicator of this key."""
    found = {one.key: one for one in indicators()}.get(key)
    if found is not None:
        return found
    if waits := next((one for one in needed() if one.key == key), None):
        raise IndicatorError(f"指标“{key}”（{waits.label}）还不能计算，等这些事实入账：{waits.waits_for}")
    raise IndicatorError(f"没有指标“{key}”，可用 jiangtai indicators 列出全部")


def computed(lake: Lake, one: Indicator, unit: int, frame: Frame) -> Figure:
    """One figure of one unit."""
    return trend_of(lake, one, unit, [frame])[0]


def trend(
    lake: Lake, one: Indicator, unit: int, periods: Sequence[Period], today: date, known: date | None = None
) -> list[Figure]:
    """One figure of one unit for several periods, in their order, in one question to the lake.

    `Period.last_months(today, 13)` and `Period.last_quarters(today, n)` give the periods; the one that runs is told up
    to today.
    """
    return trend_of(lake, one, unit, [Frame(period, today, known) for period in periods])


def trend_of(lake: Lake, one: Indicator, unit: int, frames: Sequence[Frame]) -> list[Figure]:
    """One figure of one unit for several frames; what was asked is kept with this moment of the lake."""
    kept, known = {frame: (one, unit, frame) for frame in frames}, lake.kept
    if missing := [frame for frame, key in kept.items() if key not in known]:
        answers = compiled.ask_many(lake, one, "one", _of_one(one), missing, [unit])
        for frame, answer in zip(missing, answers, strict=True):
            found = answer.to_pylist()
            known[kept[frame]] = figure_of(one, unit, frame, found[0] if found else {})
    return [known[kept[frame]] for frame in frames]


def at_units(lake: Lake, one: Indicator, units: Collection[int], frame: Frame) -> dict[int, Figure]:
    """One figure of several units, by the unit, asked at once and kept with this moment of the lake."""
    kept, known = {unit: (one, unit, frame) for unit in units}, lake.kept
    if missing := [unit for unit, key in kept.items() if key not in known]:
        answer = compiled.ask(lake, one, "several", _of_several(one), frame, missing)
        found = {row["ancestor"]: row for row in answer.to_pylist()}
        for unit in missing:
            known[kept[unit]] = figure_of(one, unit, frame, found.get(unit, {}))
    return {unit: known[key] for unit, key in kept.items()}


def everywhere(lake: Lake, one: Indicator, frame: Frame) -> list[Figure]:
    """One figure of every unit that has any rows, each person once at each level."""
    found = everywhere_with_parts(lake, one, frame).to_pylist()
    return [figure_of(one, row["unit"], frame, row) for row in found if row["unit"] is not None]


def everywhere_with_parts(lake: Lake, one: Indicator, frame: Frame) -> Any:
    """The same as Arrow, with the unit right above, and for units with others below what stands at none of those."""
    return compiled.ask(lake, one, "everywhere", _of_all(one), frame, [])


def buckets(lake: Lake, one: Indicator, unit: int, frame: Frame, by: str) -> list[Figure]:
    """One figure broken down by a dimension, in its own order or the greatest first; what has no value comes last."""
    kept, known = (one, unit, frame, by), lake.kept
    if kept in known:
        return list(known[kept])
    found = compiled.ask(lake, one, f"by {by}", _of_buckets(one, by), frame, [unit]).to_pylist()
    made = [figure_of(one, unit, frame, row, row["bucket"]) for row in found]
    known[kept] = in_order(by, made)
    return list(known[kept])


def in_order(by: str, parts: list[Figure]) -> list[Figure]:
    """The parts as they are told: in the order of their dimension or the greatest first, what has no value last."""
    is_ordered = by != BELOW and DIMENSIONS[by].is_ordered
    return sorted(parts, key=lambda one: (one.bucket == "", 0 if is_ordered else -(one.value or 0), one.bucket))


def listed(lake: Lake, one: Indicator, unit: int, frame: Frame, limit: int | None = None, offset: int = 0) -> Any:
    """The list under a figure, from the very same expression, as Arrow: what a page tells of each line."""
    tail = f"\nLIMIT {limit:d} OFFSET {offset:d}" if limit is not None else ""
    return compiled.ask(lake, one, _list_shape(frame), _of_list(one), frame, [unit], tail)


def listed_part(
    lake: Lake,
    one: Indicator,
    unit: int,
    frame: Frame,
    part: tuple[str, str],
    limit: int | None = None,
    offset: int = 0,
) -> Any:
    """What of that list stands in one bucket of a dimension, from the expression by which its parts are counted."""
    by, bucket = part
    lines = _lines_of(one, _split(one, by, frame, unit).filter(_.bucket == bucket))
    return known_at(lake, frame.as_of).answer(_in_order(_told(lines)).limit(limit, offset=offset))


def listing(one: Indicator, unit: int, frame: Frame) -> Any:
    """The list as an expression: whom or what each line is about, where and when."""
    return _in_order(_lines(one, unit, frame))


def _lines(one: Indicator, unit: int, frame: Frame) -> Any:
    return _lines_of(one, _within(one, frame, unit))


def _lines_of(one: Indicator, marked: Any) -> Any:
    measure = one.measure
    return measure.lines(marked).drop("key", *(() if measure.amount is not None else ("amount",)))


def _in_order(lines: Any) -> Any:
    """Unit by unit, so that the first lines stand at the first units and nobody need look for them elsewhere."""
    # No two rows are alike in all of these: a list is turned page by page, and nothing may change its place meanwhile.
    return lines.order_by([name for name in ("unit", "day", "since", "position", "subject") if name in lines.columns])


def named_rows(lake: Lake, one: Indicator, unit: int, frame: Frame) -> Any:
    """The list with the ids, codes and names by which somebody else can use it."""
    return known_at(lake, frame.as_of).answer(named_listing(one, unit, frame))


def named_listing(one: Indicator, unit: int, frame: Frame) -> Any:
    """That list as an expression."""
    lines, about = listing(one, unit, frame), UNITS.rows.select("unit", unit_code="code", unit_name="name")
    wide = lines.left_join(about, "unit").drop("unit_right")
    if one.measure.by == "unit":
        wide = wide.left_join(UNITS.rows.select("unit", "id"), "unit").drop("unit_right")
    elif one.measure.rows.about == "unit":
        wide = wide.left_join(UNITS.rows.select(subject=_.unit.cast("int64"), id="id"), "subject")
    else:
        wide = wide.left_join(SUBJECTS.rows.select("subject", id=_.who.cast("string")), "subject")
    first = ["id", "unit_code", "unit_name"]
    rest = [name for name in lines.columns if name not in ("subject", "unit", "position", "ends")]
    counted = ["counted"] if one.measure.is_told_apart else []
    rest = [name for name in rest if name != "counted"]
    return wide.mutate(counted=_.counted.cast("int8")).select(*first, *rest, *counted)


def _of_one(one: Indicator) -> compiled.Build:
    return lambda frame, units: one.measure.figures(_within(one, frame, units[0]))


def _list_shape(frame: Frame) -> str:
    return "list at" if frame.at else "list about" if frame.about else "list"


def _of_list(one: Indicator) -> compiled.Build:
    """Without what a page does not tell: what is not asked for is not read."""

    def build(frame: Frame, units: list[int]) -> Any:
        return _in_order(_told(_lines(one, units[0], frame)))

    return build


def _told(lines: Any) -> Any:
    return lines.select([name for name in _TOLD if name in lines.columns])


def _of_several(one: Indicator) -> compiled.Build:
    return lambda frame, units: one.measure.figures(rows.rolled_up(one.measure.marked(frame), units), "ancestor")


def _of_all(one: Indicator) -> compiled.Build:
    return lambda frame, units: one.measure.figures(rows.in_parts(one.measure.marked(frame)), "unit", "above")


def _of_buckets(one: Indicator, by: str) -> compiled.Build:
    def build(frame: Frame, units: list[int]) -> Any:
        return one.measure.figures(_split(one, by, frame, units[0]), "bucket")

    return build


def _split(one: Indicator, by: str, frame: Frame, unit: int) -> Any:
    """The marked rows, each with its bucket."""
    split_by = below(unit) if by == BELOW else DIMENSIONS[by].add
    return split_by(_within(one, frame, unit), frame).mutate(bucket=_.bucket.fill_null(""))


def compile_all(frame: Frame, most: int | None = None) -> int:
    """Compile what a figure's page and the cockpit ask of every indicator, so many of what is not written down yet, and
    write it down; how many questions there are now."""
    missing = (
        (one, shape, build, asked)
        for one in indicators()
        for shape, build, asked in _questions_of(one, frame)
        if not compiled.is_known(one, shape, frame)
    )
    for one, shape, build, asked in islice(missing, most):
        compiled.question(one, shape, build, asked)
    return compiled.keep()


def _questions_of(one: Indicator, frame: Frame) -> Iterator[tuple[str, compiled.Build, Frame]]:
    yield "one", _of_one(one), frame
    for asked in (frame, replace(frame, at=(1,)), *([replace(frame, about=(1,))] if one.measure.is_ranked else [])):
        yield _list_shape(asked), _of_list(one), asked
    yield "several", _of_several(one), frame
    yield "everywhere", _of_all(one), frame
    for by in (BELOW, *dimensions_of(one.measure.rows)) if one.key in watched_keys() else (BELOW,):
        yield f"by {by}", _of_buckets(one, by), frame


def _within(one: Indicator, frame: Frame, unit: int) -> Any:
    """The marked rows at a unit and below."""
    return rows.scoped(one.measure.marked(replace(frame, within=unit)), unit)


def figure_of(
    one: Indicator, unit: int, frame: Frame, row: dict[str, Any] | None = None, bucket: str | None = None
) -> Figure:
    """A figure out of its counted parts, whole numbers as such wherever they were kept; zero where nothing counted."""
    counted = ((row or {}).get(name) or 0 for name in ("part", "whole", "lines"))
    part, whole, lines = (int(value) if value == int(value) else value for value in counted)
    value = measures.value_of(one.measure, part, whole)
    return Figure(one, unit, frame, value, part, whole, int(lines), bucket)
