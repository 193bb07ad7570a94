"""A parameter's value where and when it is asked: the nearest unit's own, else the declared one."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from jiangtai.kernel import clock
from jiangtai.kernel import parameters as declared

from . import audit, units
from .acting import current
from .models import ParameterValue, Unit


def resolve(key: str, *, unit: Unit | None = None, on: date | None = None) -> declared.Resolved:
    """The value with its source and the trace of how it was found."""
    return resolve_all([key], unit=unit, on=on)[key]


def resolve_all(
    keys: Iterable[str], *, unit: Unit | None = None, on: date | None = None
) -> dict[str, declared.Resolved]:
    """The values of many parameters, for the price of one."""
    wanted, day = list(keys), on or clock.today()
    lineage = _lineage(unit, day)
    rows = ParameterValue.objects.with_scopes_disabled().filter(key__in=wanted, unit__in=lineage).order_by("id")
    by_key: dict[str, list[ParameterValue]] = {}
    for row in rows if lineage else ():
        by_key.setdefault(row.key, []).append(row)
    return {key: declared.registry.value(key, day, _ranked(by_key.get(key, []), lineage)) for key in wanted}


def value(key: str, *, unit: Unit | None = None, on: date | None = None) -> Any:
    """The value alone."""
    return resolve(key, unit=unit, on=on).value


def overriding(key: str) -> list[Unit]:
    """The units that ever set a value of their own, the deepest first: who asks for many at once asks for each."""
    units_of = ParameterValue.objects.with_scopes_disabled().filter(key=key).values("unit")
    return sorted(Unit.unscoped.filter(pk__in=units_of), key=lambda one: (-len(one.path), one.path))


def set_value(unit: Unit, key: str, text: str, *, since: date, reason: str) -> ParameterValue:
    """Let a value count for a unit and all below it from a day on; an empty text gives it back to the unit above."""
    parameter = declared.registry.get(key)
    if not parameter.unit_may_override:
        raise ValidationError(f"“{parameter.label}”由全系统统一规定，单位不能另设")
    if since < clock.today():
        raise ValidationError({"since": f"生效日期不能早于今天（{clock.today()}），已办的事按当时的取值计算"})
    try:
        if text:
            declared.registry.check_override(key, text)
    except declared.ParameterError as error:
        raise ValidationError({"value": str(error)}) from error
    row = ParameterValue.objects.create(
        unit=unit, key=key, value=text, since=since, reason=reason, by=current().person, by_name=current().name
    )
    audit.record("parameter.set", target=unit, reason=reason, details={"key": key, "value": text, "since": str(since)})
    return row


def _lineage(unit: Unit | None, day: date) -> dict[UUID, Unit]:
    """The unit and those above it as they stood on a day, nearest first."""
    return {one.id: one for one in reversed(units.above(unit, day))} if unit else {}


def _ranked(rows: Iterable[ParameterValue], lineage: dict[UUID, Unit]) -> list[declared.Override]:
    """The values that units set, nearest unit first, the latest word of each day."""
    latest = {(row.unit_id, row.since): row for row in rows}
    order = list(lineage)
    return [
        declared.Override(str(row.unit_id), str(lineage[row.unit_id]), row.since, row.value, row.by_name, row.reason)
        for row in sorted(latest.values(), key=lambda row: (order.index(row.unit_id), row.since))
    ]
