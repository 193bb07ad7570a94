"""Units by what an office calls them."""

from collections.abc import Iterable
from uuid import UUID

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


def unit_named(text: str) -> Unit | None:
    """The one active unit that an id, a name or a code names, wherever it stands: work is handed across branches."""
    rows = Unit.unscoped.filter(state=Unit.State.ACTIVE)
    try:
        return rows.filter(pk=UUID(text)).first()
    except ValueError:
        found = list(rows.filter(Q(name=text) | Q(short_name=text) | Q(code=text))[:2])
    if len(found) > 1:
        raise ValueError(f"有多个单位叫“{text}”，请从下拉结果中选一个，或改填全称")
    return found[0] if found else None


def name_of_unit(text: str) -> str:
    """The name of the unit with this id; empty for what is no id."""
    try:
        found = Unit.unscoped.filter(pk=UUID(text)).first()
    except ValueError:
        return ""
    return found.name if found else ""
