"""A light: how a figure stands to its target on a day, by the way that the year was to go; pure, with its reason."""

import math
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from .measures import Unit

GREEN, AMBER, RED, NONE = "green", "amber", "red", "none"


@dataclass(frozen=True)
class Thresholds:
    """How far behind, in percent of the whole year's way, is still green, and from where on it is red."""

    amber: float = 0.0
    red: float = 10.0


@dataclass(frozen=True)
class Light:
    """A colour with the sentence that says why, and what should have been reached."""

    color: str
    words: str
    expected: float | None = None
    behind: float | None = None
    """How much is missing to what should have been reached; below zero, how much it is ahead."""


def light(
    better: str,
    value: float | None,
    target: float,
    day: date,
    *,
    year: int,
    unit: Unit,
    accumulates: bool,
    base: float | None = None,
    points: Sequence[tuple[date, float]] = (),
    thresholds: Thresholds = Thresholds(),
) -> Light:
    """How a figure of which more is better (`up`), or less (`down`), stands on a day of its target's year.

    What accumulates begins at 0; a level at `base`, last year's end, which may be unknown. Where a level's target lies
    on the other side of it (a floor to be kept, a ceiling not to be passed) the target holds the whole year.
    """
    if better not in ("up", "down"):
        return Light(NONE, "这项指标不分高低，不亮灯")
    if day < date(year, 1, 1):
        return Light(NONE, f"{year}年还没有开始")
    if value is None:
        return Light(NONE, f"目标{said(target, unit)}，这一期没有可比的数，不亮灯")
    start = 0.0 if accumulates else target if base is None or _is_past(better, base, target) else base
    is_over = day >= date(year, 12, 31)
    expected = target if is_over else _whole(expected_on(day, year, start, target, points), better, unit)
    behind = (expected - value) if better == "up" else (value - expected)
    way = abs(target - start) or abs(target) or 1.0
    color = GREEN
    if round(behind, 6) > 0:
        share = behind / way * 100
        color = RED if is_over or share > thresholds.red else AMBER if share > thresholds.amber else GREEN
    return Light(color, _words(better, value, target, expected, behind, day, is_over, unit), expected, behind)


def expected_on(day: date, year: int, start: float, target: float, points: Sequence[tuple[date, float]] = ()) -> float:
    """What the way says for a day: straight, month by month, from the year's begin over the points to its end."""
    way = [(0.0, start), *((_gone(one), value) for one, value in sorted(points)), (12.0, target)]
    now = 12.0 if day.year > year else _gone(day)
    for (low, before), (high, after) in pairwise(way):
        if now <= high:
            return before if high == low else before + (after - before) * (now - low) / (high - low)
    return target


def said(value: float, unit: Unit, *, is_difference: bool = False) -> str:
    """A number with its unit; what lies between two shares are points."""
    digits = 2 if unit is Unit.PERCENT or value != int(value) else 0
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if unit is Unit.PERCENT:
        return f" {text} 个百分点" if is_difference else f" {text}%"
    return f" {text} {unit.label}"


def _words(
    better: str, value: float, target: float, expected: float, behind: float, day: date, is_over: bool, unit: Unit
) -> str:
    least = "达" if better == "up" else "不超过"
    due = f"全年应{least}" if is_over else f"按序时到 {_day(day)}应{least}"
    gap = said(abs(behind), unit, is_difference=True)
    if round(behind, 6) == 0:
        end = "正好"
    elif better == "up":
        end = f"{'差' if behind > 0 else '超'}{gap}"
    else:
        end = f"{'多' if behind > 0 else '少'}{gap}"
    return f"目标{said(target, unit)}，{due}{said(expected, unit)}，实为{said(value, unit)}，{end}"


def _day(day: date) -> str:
    is_last = day.day == monthrange(day.year, day.month)[1]
    return f"{day.month} 月底" if is_last else f"{day.month} 月 {day.day} 日"


def _gone(day: date) -> float:
    """How many months of its year are gone by the end of a day."""
    return day.month - 1 + day.day / monthrange(day.year, day.month)[1]


def _is_past(better: str, base: float, target: float) -> bool:
    return base >= target if better == "up" else base <= target


def _whole(expected: float, better: str, unit: Unit) -> float:
    """What is due as it can be reached: no half person; shares to a hundredth."""
    if unit is Unit.PERCENT:
        return round(expected, 2)
    exact = round(expected, 6)
    return float(math.floor(exact) if better == "up" else math.ceil(exact))
