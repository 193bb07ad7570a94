"""Units by what an office calls them."""

from collections.abc import Iterable

from django.db.models import Q

from jiangtai.access import Unit, unit_among
from jiangtai.kernel import row_with


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
    return unit_among(Unit.unscoped.filter(state=Unit.State.ACTIVE), text)


def name_of_unit(text: str) -> str:
    """The name of the unit with this id; empty for what is no id."""
    found = row_with(Unit.unscoped.all(), text)
    return found.name if found else ""
