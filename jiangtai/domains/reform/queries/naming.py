"""Units by what an office calls them."""

from collections.abc import Iterable

from django.db.models import Q

from jiangtai.access import Unit


def units_called(names: Iterable[str]) -> dict[str, list[Unit]]:
    """The active units within reach that each name, short name or code means; all for one question."""
    wanted = list(names)
    active = Unit.objects.filter(state=Unit.State.ACTIVE)
    rows = active.filter(Q(name__in=wanted) | Q(short_name__in=wanted) | Q(code__in=wanted))
    found: dict[str, list[Unit]] = {}
    for unit in rows:
        for name in {unit.name, unit.short_name, unit.code} & set(wanted):
            found.setdefault(name, []).append(unit)
    return {
        name: exact if (exact := [one for one in units if one.name == name]) else units for name, units in found.items()
    }
