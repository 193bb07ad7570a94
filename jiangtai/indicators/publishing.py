"""A table of a figure that may leave the house: small cells of persons hidden, and what would give them away."""

from dataclasses import dataclass, replace

from jiangtai.lake import Lake

from . import computing, naming, suppressing
from .computing import Figure
from .declare import Indicator
from .dimensions import BELOW, DIMENSIONS
from .lights import said
from .measures import Kind, Measure, Unit, value_of
from .periods import Frame
from .suppressing import Sum

TOTAL = "合计"
_PERSONS: dict[str, Indicator] = {}


@dataclass(frozen=True)
class Published:
    """A table as it is published: its heads, its rows as text with the total last, and what is said below it."""

    title: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    note: str


def published(lake: Lake, one: Indicator, unit: int, frame: Frame, by: str = BELOW) -> Published:
    """A figure of a unit by the units right below or by a dimension, as whoever is not entitled to the rows may see it.

    What is told of persons is hidden where it is about one to four of them, and wherever another cell of this table
    would give that away. Two tables for different periods or scopes can still be compared: publish one of them.
    """
    parts = computing.buckets(lake, one, unit, frame, by)
    all_of_them = computing.computed(lake, one, unit, frame)
    labels = naming.labels_of(by, [part.bucket or "" for part in parts], lake)
    figures = {part.bucket or "": part for part in parts} | {TOTAL: all_of_them}
    names = {part.bucket or "": labels[part.bucket or ""] for part in parts} | {TOTAL: TOTAL}
    marks = _marks(lake, one, unit, frame, by, figures)
    told = [(names[key], *_told(figure, key, marks)) for key, figure in figures.items()]
    number = ("其中", "总数", "比重（%）") if one.measure.is_ratio else (f"{one.label}（{one.unit.label}）",)
    heads = ("分组", *number)
    return Published(f"{one.label}，{frame.period.label}，按{_by(by)}", heads, told, _note(marks))


def _marks(
    lake: Lake, one: Indicator, unit: int, frame: Frame, by: str, figures: dict[str, Figure]
) -> dict[suppressing.Key, str]:
    if one.measure.rows.about != "person":
        return {}
    if not one.measure.is_ratio:
        about = one if one.kind == "persons" else _persons_of(one)
        found = {part.bucket or "": int(part.part) for part in computing.buckets(lake, about, unit, frame, by)}
        counted: dict[suppressing.Key, int] = {key: found.get(key, 0) for key in figures if key != TOTAL}
        counted[TOTAL] = int(computing.computed(lake, about, unit, frame).part)
        return suppressing.hidden(counted, [_down(counted, list(counted))])
    cells: dict[suppressing.Key, int] = {}
    for key, figure in figures.items():
        part, whole = int(figure.part), int(figure.whole)
        cells |= {(key, "part"): part, (key, "rest"): whole - part, (key, "whole"): whole}
    sums = [Sum((key, "whole"), ((key, "part"), (key, "rest"))) for key in figures]
    sums += [_down(cells, [(key, column) for key in figures]) for column in ("part", "rest", "whole")]
    return suppressing.hidden(cells, sums)


def _down(cells: dict[suppressing.Key, int], keys: list[suppressing.Key]) -> Sum:
    """The last of these cells is the total of the others; somebody may stand in two of them."""
    *parts, total = keys
    return Sum(total, tuple(parts), sum(cells[part] for part in parts) - cells[total])


def _told(figure: Figure, key: str, marks: dict[suppressing.Key, str]) -> tuple[str, ...]:
    if not figure.indicator.measure.is_ratio:
        return (marks.get(key) or _number(figure.value or 0),)
    part, whole = (marks.get((key, name)) for name in ("part", "whole"))
    value = value_of(figure.indicator.measure, figure.part, figure.whole)
    share = suppressing.MORE if part or whole or value is None else _number(value)
    return part or _number(figure.part), whole or _number(figure.whole), share


def _number(value: float) -> str:
    return said(value, Unit.PERSON).strip().removesuffix(Unit.PERSON.label).strip()


def _persons_of(one: Indicator) -> Indicator:
    """How many persons an indicator's rows are about, by whatever else they are counted."""
    if one.key not in _PERSONS:
        _PERSONS[one.key] = replace(one, measure=Measure("persons", (Kind.PERSONS,), one.measure.rows))
    return _PERSONS[one.key]


def _by(by: str) -> str:
    return "下级单位" if by == BELOW else DIMENSIONS[by].label


def _note(marks: dict[suppressing.Key, str]) -> str:
    if not marks:
        return ""
    small, more, most = suppressing.SMALL, suppressing.MORE, suppressing.LEAST - 1
    return f"涉及 1 至 {most} 人的不显示，写作“{small}”；能推算出它们的也不显示，写作“{more}”。"
