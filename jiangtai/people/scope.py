"""Whom somebody sees: the persons who now work for, or are union members at, a unit within reach."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.query import ModelIterable
from django_scopes import get_scope
from django_scopes.manager import DisabledQuerySet

from jiangtai.access import current

_TOGETHER = 2_000


class _InCompany(ModelIterable):
    """Persons of one query know one another, so that the first name read fetches all of them."""

    def __iter__(self) -> Iterator[Any]:
        rows = super().__iter__()
        while peers := list(islice(rows, _TOGETHER)):
            for one in peers:
                one.peers = peers
                yield one


class PersonSet(QuerySet[Any]):
    """Rows of persons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._iterable_class = _InCompany


class People(models.Manager.from_queryset(PersonSet)):  # type: ignore[misc]
    """Only the persons within the scope; without one, a query raises."""

    is_everybody = False

    @classmethod
    def everybody(cls) -> "People":
        """The same, for rules and jobs that no reader's scope may narrow."""
        made = cls()
        made.is_everybody = True
        return made

    def get_queryset(self) -> QuerySet[Any]:
        """Within reach, or of the firm that the acting union organisation serves."""
        known, rows = get_scope(), super().get_queryset()
        if self.is_everybody or not known.get("_enabled", True):
            return rows
        if "unit" not in known:
            return DisabledQuerySet(self.model, using=self._db, missing_scopes={"unit"})
        return rows if known["unit"].is_everything else rows.filter(pk__in=_belonging(known["unit"]))


def gathered() -> QuerySet[Any]:
    """The same persons as within the scope, for who lists and counts them all: their ids are gathered first.

    The database takes the people of a street for two hundred and walks to each of a hundred thousand apart; of an array
    it knows better. Whoever asks for a few persons asks the scope itself, which gathers nobody.
    """
    from .models import Person

    rows, reach = Person.objects.all(), get_scope().get("unit")
    if reach is None or reach.is_everything:
        return rows
    return Person.unscoped.filter(pk__among=_belonging(reach))


def served_unit() -> Any:
    """The firm that the acting union organisation serves, if one acts for its union: the id of its unit."""
    unit = current().unit
    return unit.serves_id if unit is not None else None


def _belonging(reach: Any) -> QuerySet[Any]:
    from .models import NOW, Employment, UnionMembership

    def belonging(kind: Any, where: Q) -> QuerySet[Any]:
        return kind.unscoped.filter(NOW, where).order_by().values("person")

    near = Q(unit__path__within=reach)
    rows = belonging(Employment, near).union(belonging(UnionMembership, near), all=True)
    served = served_unit()
    return rows.union(belonging(Employment, Q(unit=served)), all=True) if served else rows
