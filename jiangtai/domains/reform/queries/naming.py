"""Units by what an office calls them."""

from collections.abc import Iterable

from jiangtai.access import Unit, units


def units_called(names: Iterable[str]) -> dict[str, list[Unit]]:
    """The active units within reach that each name, short name or code means; all for one question."""
    return units.called(Unit.objects.filter(state=Unit.State.ACTIVE), names)


def unit_named(text: str) -> Unit | None:
    """The one active unit that an id, a name or a code names, wherever it stands: work is handed across branches."""
    return units.named(Unit.unscoped.filter(state=Unit.State.ACTIVE), text)


def name_of_unit(text: str) -> str:
    """The name of the unit with this id, wherever it stands."""
    return units.name_of(Unit.unscoped.all(), text)
