"""A table of a figure that may leave the house: small cells of persons hidden, and what would give them away.

What left is remembered, and the next table of the same figure is reckoned with it. Tables about persons come from one
unit at the top of a tree and tell months, quarters and years that are over. So two of them are of one moment, or of
moments apart, of which what differs by one to four is hidden; of what came about in a period no two may overlap. Where
nothing can be hidden any more, the table is refused with the reason and what to do instead.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from jiangtai.access import Refused, audit, current
from jiangtai.access import Unit as Office
from jiangtai.kernel import clock
from jiangtai.lake import UNITS, Lake

from . import computing, naming, suppressing
from .computing import Figure
from .declare import Indicator
from .dimensions import BELOW, DIMENSIONS
from .lights import said
from .measures import Kind, Measure, Unit, value_of
from .models import Publication
from .periods import Frame
from .suppressing import MORE, Sum

TOTAL, OWN = "合计", "本级"
NESTED = "nested"
MOST_ROWS = 20_000
_NAMES = {BELOW: "下级单位", NESTED: "下级单位和再下一级"}
_PERSONS: dict[str, Indicator] = {}
_Key = str


@dataclass
class _Table:
    """What a table is made of: rows with their names and figures, and which rows add up to which."""

    rows: list[tuple[_Key, tuple[str, ...], Figure]] = field(default_factory=list)
    groups: list[tuple[_Key, list[_Key]]] = field(default_factory=list)


@dataclass(frozen=True)
class Published:
    """A table as it is published: its heads, its rows as text, and what is said below it."""

    title: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    note: str
    cells: dict[str, Any] = field(default_factory=dict)
    """What is shown in each cell that counts persons: a number, or the mark in its place."""


def published(
    lake: Lake, one: Indicator, unit: int, frame: Frame, by: str = BELOW, before: Iterable[Publication] = ()
) -> Published:
    """A figure of a unit by those right below, by two levels below, or by a dimension, as the public may see it.

    What is told of persons, or of cases, is hidden where it is about one to four of them, and wherever another cell of
    this table, or a table that was published `before`, would give that away. `ValidationError` says why it cannot be
    published.
    """
    before = list(before)
    if one.is_of_people:
        _refuse_what_subtracts(lake, one, unit, frame, before)
    table = _nested(lake, one, unit, frame) if by == NESTED else _flat(lake, one, unit, frame, by)
    if len(table.rows) > MOST_ROWS:
        raise ValidationError(f"这张表有 {len(table.rows):,} 行，一次最多公布 {MOST_ROWS:,} 行，请换一种分组")
    marks, cells = _hidden(lake, one, frame, table, before)
    told = [(*names, *_told(figure, key, marks)) for key, names, figure in table.rows]
    number = ("其中", "总数", "比重（%）") if one.measure.is_ratio else (f"{one.label}（{one.unit.label}）",)
    heads = (*(("单位", "下一级") if by == NESTED else ("分组",)), *number)
    shown = {str(key): marks.get(key, value) for key, value in cells.items()}
    return Published(f"{one.label}，{frame.period.label}，按{named(by)}", heads, told, _note(one, marks), shown)


def publish(lake: Lake, one: Indicator, unit: int, frame: Frame, by: str) -> Published:
    """Publish it: what was told is remembered, so that no later table gives away what this one hides."""
    who = current()
    if who.account is None or who.unit is None:
        raise Refused("须由单位的经办人办理")
    with transaction.atomic():
        list(Office.unscoped.select_for_update().filter(parent=None).order_by("pk"))  # one after the other
        made = published(lake, one, unit, frame, by, earlier(one))
        same = {"indicator": one.key, "scope": unit, "by": by, "period": frame.period.text, "as_of": frame.as_of}
        last = Publication.objects.filter(**same).first()
        if last is None or last.cells != made.cells:
            Publication.objects.create(
                **same, first=frame.first, last=frame.period.last, cells=made.cells, who=who.account, at_unit=who.unit
            )
        audit.record("figure.published", details={"indicator": one.key, "filter": made.title, "rows": len(made.rows)})
    return made


def earlier(one: Indicator) -> Iterable[Publication]:
    """What was published of a figure, the latest first."""
    return Publication.objects.filter(indicator=one.key).select_related("at_unit")


def named(by: str) -> str:
    """By what, as users call it."""
    return _NAMES.get(by) or DIMENSIONS[by].label


def _flat(lake: Lake, one: Indicator, unit: int, frame: Frame, by: str) -> _Table:
    parts = computing.buckets(lake, one, unit, frame, by)
    labels = naming.labels_of(by, [part.bucket or "" for part in parts], lake)
    keys = [_key(by, part.bucket or "", unit) for part in parts]
    rows = [(key, (labels[part.bucket or ""],), part) for key, part in zip(keys, parts, strict=True)]
    total = _unit_key(unit)
    return _Table([*rows, (total, (TOTAL,), computing.computed(lake, one, unit, frame))], [(total, keys)])


def _nested(lake: Lake, one: Indicator, unit: int, frame: Frame) -> _Table:
    """The units right below and those below them; what stands at a unit itself has a line of its own."""
    table = _flat(lake, one, unit, frame, BELOW)
    *parts, total = table.rows
    made = _Table([(total[0], (TOTAL, ""), total[2])], list(table.groups))
    for key, (name,), figure in parts:
        if not figure.bucket:
            made.rows.append((key, (name, ""), figure))
            continue
        *within, whole = (inner := _flat(lake, one, int(figure.bucket), frame, BELOW)).rows
        made.rows.append((key, (name, "小计"), whole[2]))
        if any(each.bucket for _, _, each in within):  # else the line would only repeat it
            made.rows += [(below, (name, label), each) for below, (label,), each in within]
            made.groups += inner.groups
    return made


def _unit_key(unit: int | str) -> _Key:
    return f"unit:{unit}"


def _key(by: str, bucket: str, unit: int) -> _Key:
    """A cell is called the same in every table in which it stands."""
    if by != BELOW:
        return f"{by}:{bucket}@{unit}"
    return _unit_key(bucket) if bucket else f"own:{unit}"


def _hidden(
    lake: Lake, one: Indicator, frame: Frame, table: _Table, before: Iterable[Publication]
) -> tuple[dict[suppressing.Key, str], dict[Any, int]]:
    """The marks of this table, and the numbers of persons that its cells tell."""
    if not one.is_of_people:
        return {}, {}
    cells, sums = _counted(lake, one, frame, table)
    besides, known = _told_before(one, frame, cells, before)
    try:
        return suppressing.hidden(cells, sums, besides=besides, known=known), cells
    except suppressing.GivenAway:
        raise ValidationError(
            "以前公布过的表已经写出了这张表要隐去的数旁边的数，再公布这一张，隐去的人数就能推算出来；请换一种分组，或不公布"
        ) from None


def _counted(lake: Lake, one: Indicator, frame: Frame, table: _Table) -> tuple[dict[Any, int], list[Sum]]:
    """Every cell that counts persons, and the sums among them."""
    if one.measure.is_ratio:
        cells: dict[Any, int] = {}
        for key, _, figure in table.rows:
            part, whole = int(figure.part), int(figure.whole)
            cells |= {f"{key}|part": part, f"{key}|rest": whole - part, f"{key}|whole": whole}
        sums = [Sum(f"{key}|whole", (f"{key}|part", f"{key}|rest")) for key, _, _ in table.rows]
        return cells, sums + [
            _down(cells, f"{total}|{column}", [f"{key}|{column}" for key in keys])
            for total, keys in table.groups
            for column in ("part", "rest", "whole")
        ]
    counts = {key: int(figure.part) for key, _, figure in table.rows}
    if one.kind != "persons":
        about = _persons_of(one)
        units = {key: int(key.removeprefix("unit:")) for key in counts if key.startswith("unit:")}
        told = computing.at_units(lake, about, set(units.values()), frame)
        counts = {key: int(told[units[key]].part) if key in units else 0 for key in counts}
        for total, keys in table.groups:
            counts |= _persons_in(lake, about, units[total], frame, keys)
    cells = {**counts}
    return cells, [_down(counts, total, keys) for total, keys in table.groups]


def _persons_in(lake: Lake, about: Indicator, unit: int, frame: Frame, keys: list[_Key]) -> dict[_Key, int]:
    """How many persons the cells of a group are about that are no unit's own total."""
    loose = [key for key in keys if not key.startswith("unit:")]
    found: dict[_Key, int] = {}
    for by in {BELOW if key.startswith("own:") else key.partition(":")[0] for key in loose}:
        parts = computing.buckets(lake, about, unit, frame, by)
        found |= {_key(by, part.bucket or "", unit): int(part.part) for part in parts}
    return {key: found.get(key, 0) for key in loose}


def _down(cells: Mapping[Any, int], total: _Key, keys: Sequence[_Key]) -> Sum:
    """These cells add up to the total; somebody may stand in two of them."""
    return Sum(total, tuple(keys), sum(cells[key] for key in keys) - cells[total])


def _refuse_what_subtracts(lake: Lake, one: Indicator, unit: int, frame: Frame, before: Sequence[Publication]) -> None:
    """`ValidationError` where another table, told before or to come, could be subtracted from this one."""
    if frame.period.every == "day" or frame.as_of != frame.period.last:
        why = "是一天" if frame.period.every == "day" else "还没有过完"
        raise ValidationError(
            f"涉及人数的表只公布已经过完的月、季度或年，{frame.period.label}{why}；隔几天再公布一次，两张表相减就能推算出"
            f"这几天变动的人。请选{frame.period.month_of(frame.as_of).before.label}或更早的期间"
        )
    if not _is_top(lake, unit):
        raise ValidationError(
            "涉及人数的表由最上面的单位统一公布：各单位自己再公布一张，与上级的表相减，隐去的人数就能推算出来。"
            "本单位的数在上级按“下级单位”“下级单位和再下一级”公布的表里，请向上级索取"
        )
    for row in before:
        told = f"{row.at_unit}已于 {day_of(row)} 公布过{frame.period.parse(row.period).label}的这个数"
        if row.scope != unit:
            raise ValidationError(
                f"{told}，范围是另一个单位；两个范围里的人有重叠，两张表相减，隐去的人数就能推算出来。"
                f"这个数以后都由{row.at_unit}公布，这里不再另外公布"
            )
        if _is_of_period(one) and _overlap(row, frame) and not _is_same_moment(one, row, frame):
            raise ValidationError(
                f"{told}，与{frame.period.label}有重叠；两张表相减，隐去的人数就能推算出来。"
                f"请公布与它同样长、不重叠的期间，或者不公布"
            )


def _is_top(lake: Lake, unit: int) -> bool:
    rows = lake.matching(UNITS, "unit", [unit])
    return bool(rows) and rows[0]["parent"] is None


def _is_of_period(one: Indicator) -> bool:
    """Whether a longer period has more of it, its shares too, so that one can be subtracted from another."""
    return one.measure.rows.is_of_period


def _overlap(row: Publication, frame: Frame) -> bool:
    return bool(row.first <= frame.as_of and frame.first <= row.as_of)


def _is_same_moment(one: Indicator, row: Publication, frame: Frame) -> bool:
    """September, its quarter and its last day are one moment of what holds, and three periods of what came about."""
    return row.as_of == frame.as_of and (row.period == frame.period.text or not _is_of_period(one))


def _told_before(
    one: Indicator, frame: Frame, cells: dict[Any, int], before: Iterable[Publication]
) -> tuple[set[suppressing.Key], set[suppressing.Key]]:
    """What must be hidden for what earlier tables told, and what they told so that hiding it is vain.

    What came about in periods apart has nothing to be subtracted, so that such tables do not touch one another.
    """
    besides, known = set[suppressing.Key](), set[suppressing.Key]()
    for row in before:
        is_same = _is_same_moment(one, row, frame)
        if _is_of_period(one) and not is_same:
            continue
        for key in cells.keys() & row.cells.keys():
            then, now = row.cells[str(key)], cells[key]
            if isinstance(then, str):
                besides |= {key} if is_same else set()
            elif 0 < abs(now - then) < suppressing.LEAST:
                besides.add(key)
            elif is_same:
                known.add(key)
    return besides, known - besides


def day_of(row: Publication) -> str:
    """On which day, in the office's time."""
    return f"{clock.day_of(row.made_at)}"


def _told(figure: Figure, key: _Key, marks: dict[suppressing.Key, str]) -> tuple[str, ...]:
    if not figure.indicator.measure.is_ratio:
        return (marks.get(key) or _number(figure.value or 0),)
    part, rest, whole = (marks.get(f"{key}|{name}") for name in ("part", "rest", "whole"))
    value = value_of(figure.indicator.measure, figure.part, figure.whole)
    share = MORE if part or rest or whole or value is None else _number(value)
    return part or _number(figure.part), whole or _number(figure.whole), share


def _number(value: float) -> str:
    return said(value, Unit.PERSON).strip().removesuffix(Unit.PERSON.label).strip()


def _persons_of(one: Indicator) -> Indicator:
    """How many persons an indicator's rows are about, by whatever else they are counted."""
    if one.key not in _PERSONS:
        _PERSONS[one.key] = replace(
            one, key=f"{one.key}#persons", measure=Measure("persons", (Kind.PERSONS,), one.measure.rows)
        )
    return _PERSONS[one.key]


def _note(one: Indicator, marks: dict[suppressing.Key, str]) -> str:
    if not marks:
        return ""
    small, more, most, sign = suppressing.SMALL, suppressing.MORE, suppressing.LEAST - 1, one.somebody
    return (
        f"涉及 1 至 {most} {sign}的不显示，写作“{small}”；能推算出它们的，以及与以前公布的表相差 1 至 {most} {sign}的，"
        f"也不显示，写作“{more}”。"
    )
