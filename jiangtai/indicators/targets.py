"""Targets: set for a unit and a year, replaced, taken back; and the lights that follow from them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from jiangtai import lake
from jiangtai.access import Refused, Unit, audit, current, parameters
from jiangtai.kernel import clock, quarter_called
from jiangtai.lake import Lake

from . import computing
from .computing import Figure
from .declare import Indicator, IndicatorError
from .desks import is_open_to
from .lights import NONE, Light, Thresholds, light
from .models import IN_FORCE, Target
from .periods import Frame, Period

MOST_POINTS = 24
_POINT = re.compile(
    r"(?:(?P<year>\d{4})[年/.-])?(?:第?(?P<quarter>[一二三四1-4])季度?|(?P<month>\d{1,2})(?:月底?|[/.-]|$)"
    r"(?:(?P<day>\d{1,2})日?)?)(?:末|底)?"
)
Point = tuple[date, Decimal]


@dataclass(frozen=True)
class Standing:
    """A target with what is computed for it and its light."""

    target: Target
    indicator: Indicator
    figure: Figure | None
    light: Light


def targets_in_force() -> QuerySet[Target]:
    """Those in force for the units within reach."""
    return Target.objects.filter(IN_FORCE).select_related("unit", "set_at")


def set_target(
    indicator: str,
    unit: Unit,
    year: int,
    value: Decimal | int,
    *,
    base: Decimal | int | None = None,
    points: Sequence[Point] = (),
    document: str = "",
) -> Target:
    """Set what a figure of a unit is to reach by the end of a year; what was set before it ends.

    Without `points` the year goes straight: from 0 where the figure accumulates, else from `base`, or where that is not
    said from last year's end as it is computed.
    """
    one, who = computing.named(indicator), current()
    if who.account is None or who.unit is None:
        raise Refused("须由单位的经办人办理")
    if not who.reach.holds(unit.path):
        raise Refused(f"“{unit}”不在本单位及下级之内，不能为它设目标", "reach")
    _check(one, unit, year, Decimal(value), points)
    with transaction.atomic():
        Unit.unscoped.select_for_update().get(pk=unit.pk)  # two who set at once wait for one another
        before = Target.unscoped.filter(IN_FORCE, indicator=one.key, unit=unit, year=year).first()
        if before is not None:
            _end(before, "换了新的目标")
        made = Target.unscoped.create(
            indicator=one.key, unit=unit, year=year, value=value, set_at=who.unit, by=who.account,
            base=None if one.accumulates else base, document=document,
            points=[[day.isoformat(), str(number)] for day, number in points],
        )  # fmt: skip
        told = {"indicator": one.key, "year": year, "value": str(value)}
        audit.record("target.set", target=unit, reason=document, details=told)
    return made


def take_back(target: Target, reason: str) -> None:
    """Let a target no longer count; whoever set it may, and whoever stands above."""
    with transaction.atomic():
        held = Target.unscoped.select_for_update().select_related("unit", "set_at").get(pk=target.pk)
        if held.ended_at is not None:
            raise ValidationError(f"这个目标已于 {clock.day_of(held.ended_at)} 收回")
        _end(held, reason)
        told = {"indicator": held.indicator, "year": held.year}
        audit.record("target.taken_back", target=held.unit, reason=reason, details=told)


def lights_of(unit: Unit, day: date, at: Lake | None = None) -> list[Standing]:
    """Every target of a unit in the year of a day with its light, as far as who asks may be told of the figure."""
    rows = targets_in_force().filter(unit=unit, year=day.year).order_by("indicator")
    return standings(rows, day, at)


def standings(rows: Iterable[Target], day: date, at: Lake | None = None) -> list[Standing]:
    """These targets with their lights on a day, or at their years' ends: one computing for each figure and year."""
    who, found = current(), _declared(rows)
    told = [(row, one) for row, one in found if is_open_to(one, who)]
    try:
        at = at or lake.opened()
    except lake.NoLake:
        return [Standing(row, one, None, Light(NONE, "还没有可用的数据，不亮灯")) for row, one in told]
    values, bases = _figures(at, told, day)
    made = []
    for row, one in told:
        figure, key = values.get((one.key, row.year, row.unit_id)), (one.key, row.year, row.unit_id)
        base = float(row.base) if row.base is not None else bases.get(key)
        made.append(Standing(row, one, figure, _light(row, one, figure, base, day)))
    return made


def points_of(text: str, year: int) -> list[Point]:
    """The points as they are written, one a line: `3月底 300`, `第二季度 500`, `2026-09-30 900`."""
    found: list[Point] = []
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        where, _, value = line.replace("：", " ").replace(":", " ").rpartition(" ")
        day = _day_of(where.strip(), year)
        try:
            amount = Decimal(value.replace(",", "").replace("，", ""))
        except InvalidOperation:
            day = None
        if day is None or not amount.is_finite():
            raise ValidationError(f"第 {number} 行“{line}”看不懂，应写作“3月底 300”或“第二季度 500”，每行一个")
        found.append((day, amount))
    return found


def _light(row: Target, one: Indicator, figure: Figure | None, base: float | None, day: date) -> Light:
    points = [(date.fromisoformat(when), float(value)) for when, value in row.points]
    return light(
        one.better, figure.value if figure else None, float(row.value), day, year=row.year, unit=one.unit,
        accumulates=one.accumulates, base=base, points=points, thresholds=thresholds(day),
    )  # fmt: skip


def thresholds(day: date) -> Thresholds:
    """As they count on a day: one light means the same everywhere."""
    found = parameters.resolve_all(["indicators.amber_behind", "indicators.red_behind"], on=day)
    return Thresholds(*(float(one.value) for one in found.values()))  # type: ignore[arg-type]


def _declared(rows: Iterable[Target]) -> list[tuple[Target, Indicator]]:
    """With their indicators; one that is no longer declared has no light to show."""
    made = []
    for row in rows:
        try:
            made.append((row, computing.named(row.indicator)))
        except IndicatorError:
            continue
    return made


_Key = tuple[str, int, object]


def _figures(
    at: Lake, told: list[tuple[Target, Indicator]], day: date
) -> tuple[dict[_Key, Figure], dict[_Key, float | None]]:
    """What is reached, and where the year began: for each figure and year all units at once."""
    values: dict[_Key, Figure] = {}
    bases: dict[_Key, float | None] = {}
    for one, year in {(one.key, row.year): (one, row.year) for row, one in told}.values():
        units = {row.unit.number: row.unit_id for row, other in told if other is one and row.year == year}
        if day >= date(year, 1, 1):
            frame = Frame(Period.parse(str(year)), day)
            for number, figure in computing.at_units(at, one, list(units), frame).items():
                values[one.key, year, units[number]] = figure
        open_ones = [row.unit.number for row, other in told if other is one and row.year == year and row.base is None]
        if open_ones and not one.accumulates:
            frame = Frame(Period.parse(str(year - 1)), day)
            for number, figure in computing.at_units(at, one, open_ones, frame).items():
                bases[one.key, year, units[number]] = figure.value
    return values, bases


def _end(target: Target, reason: str) -> None:
    who = current()
    if not who.reach.holds(target.set_at.path):
        raise Refused(f"这个目标是{target.set_at}下达的，由{target.set_at}或者它的上级调整", "setter")
    target.ended_at, target.ended_by, target.why_ended = clock.now(), who.account, reason
    target.save(update_fields=["ended_at", "ended_by", "why_ended"])


def _check(one: Indicator, unit: Unit, year: int, value: Decimal, points: Sequence[Point]) -> None:
    if not one.better:
        raise ValidationError({"indicator": f"“{one.label}”不分高低，不能设目标"})
    if not unit.is_active:
        raise ValidationError({"unit": f"“{unit}”已经撤销或并入别的单位，不能设目标"})
    if not clock.today().year - 1 <= year <= clock.today().year + 5:
        raise ValidationError({"year": f"年度填的是 {year}，应在去年到五年之后之间，请核对"})
    if value < 0:
        raise ValidationError({"value": f"目标值填的是 {value}，不能小于 0"})
    if len(points) > MOST_POINTS:
        raise ValidationError({"points": f"有 {len(points)} 个节点，最多 {MOST_POINTS} 个"})
    days = [day for day, _ in points]
    if any(day.year != year for day in days) or days != sorted(set(days)):
        raise ValidationError({"points": f"节点应在 {year} 年内，从早到晚，一天一个，请核对"})
    if points and days[-1] == date(year, 12, 31) and points[-1][1] != value:
        raise ValidationError({"points": f"年底的节点是 {points[-1][1]}，目标值是 {value}，两个数应相同，请核对"})


def _day_of(text: str, year: int) -> date | None:
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    its_year = int(found["year"] or year)
    rest = f"Q{quarter_called(found['quarter'])}" if found["quarter"] else f"{int(found['month']):02}"
    day = f"-{int(found['day']):02}" if found["day"] else ""
    try:
        return Period.parse(f"{its_year}-{rest}{day}").last
    except ValueError:
        return None
