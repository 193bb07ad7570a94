"""The root of an installation: the unit that the setting names, else the top of the administrative tree."""

from django.conf import settings
from django.db.models import Q, QuerySet

from .models import Unit


def roots() -> QuerySet[Unit]:
    """The root unit as a query: one row, or none before it was founded."""
    named = Q(code=settings.ROOT_UNIT) if settings.ROOT_UNIT else Q(parent__isnull=True)
    return Unit.unscoped.filter(named, tree=Unit.Tree.ADMINISTRATIVE, state=Unit.State.ACTIVE)


def root() -> Unit | None:
    """The root unit; None before it was founded."""
    return roots().first()


def is_root(unit: Unit) -> bool:
    """Whether a unit is the root."""
    is_named = unit.code == settings.ROOT_UNIT if settings.ROOT_UNIT else unit.parent_id is None
    return is_named and unit.tree == Unit.Tree.ADMINISTRATIVE
