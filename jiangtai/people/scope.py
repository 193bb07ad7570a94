"""Whom somebody sees: the persons who now work for, or are union members at, a unit within reach."""

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.query import ModelIterable
from django_scopes import get_scope
from django_scopes.manager import DisabledQuerySet

from jiangtai.access import current

_TOGETHER = 2_000
_MANY = 20_000
"""So many are gathered as quickly as they are looked for one by one."""
_NEWEST = 2_000


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
    it knows better.
    """
    from .models import Person

    reach = _narrow_reach()
    return Person.unscoped.filter(pk__among=_belonging(reach)) if reach else Person.objects.all()


def those(ids: Iterable[UUID]) -> QuerySet[Any]:
    """Of these few persons those within the scope: each is looked at, where the scope itself would gather a street."""
    from .models import Person

    reach = _narrow_reach()
    rows = Person.unscoped.filter(_belongs(reach)) if reach else Person.objects.all()
    return rows.filter(pk__in=list(ids))


def newest(count: int) -> QuerySet[Any] | None:
    """Of many within the scope those among the last that anybody registered, each looked at by itself; of fewer none.

    The newest of a street fill its first page, and nobody else of it is gathered.
    """
    from .models import Person

    reach = _narrow_reach()
    if count < _MANY or reach is None:
        return None
    known = Person.unscoped.filter(state=Person.State.REGISTERED).order_by("-made_at", "pk")
    since = known.values_list("made_at", flat=True)[_NEWEST:].first()
    return Person.unscoped.filter(_belongs(reach), made_at__gte=since) if since else None


def number_seen() -> int:
    """How many registered persons are within the scope: their spells are counted, and none of them is looked at."""
    from .models import Person

    reach = _narrow_reach()
    if reach is None:
        return int(Person.objects.filter(state=Person.State.REGISTERED).count())
    first, *others = [_of_registered(spells).order_by().values("person") for spells in _spells(reach)]
    told, values = first.union(*others, all=True).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(DISTINCT person) FROM ({told}) seen", values)  # noqa: S608  ours
        return int(cursor.fetchone()[0])


def number_of_members() -> int:
    """How many registered persons are union members now, of everybody: each is in one union at a time."""
    from .models import NOW, UnionMembership

    return int(_of_registered(UnionMembership.unscoped.filter(NOW)).count())


def served_unit() -> Any:
    """The firm that the acting union organisation serves, if one acts for its union: the id of its unit."""
    unit = current().unit
    return unit.serves_id if unit is not None else None


def _narrow_reach() -> Any:
    """The scope's reach, where there is one and it leaves somebody out."""
    known = get_scope()
    reach = known.get("unit") if known.get("_enabled", True) else None
    return reach if reach is not None and not reach.is_everything else None


def _belonging(reach: Any) -> QuerySet[Any]:
    """The ids of all who belong, some of them twice."""
    first, *others = [spells.order_by().values("person") for spells in _spells(reach)]
    return first.union(*others, all=True)


def _belongs(reach: Any) -> Q:
    """Whether one person does."""
    return reduce(or_, (Q(Exists(spells.order_by().filter(person=OuterRef("pk")))) for spells in _spells(reach)))


def _of_registered(spells: QuerySet[Any]) -> QuerySet[Any]:
    from .models import Person

    gone = Person.unscoped.exclude(state=Person.State.REGISTERED)
    return spells.filter(~Exists(gone.filter(pk=OuterRef("person"))))


def _spells(reach: Any) -> list[QuerySet[Any]]:
    """By which a person belongs: now at a unit within reach, or at the firm that the acting union serves."""
    from .models import NOW, Employment, UnionMembership

    near, served = Q(unit__path__within=reach), served_unit()
    rows = [kind.unscoped.filter(NOW, near) for kind in (Employment, UnionMembership)]
    return [*rows, Employment.unscoped.filter(NOW, unit=served)] if served else rows
