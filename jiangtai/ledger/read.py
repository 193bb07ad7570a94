"""Reading the ledger: by kind, subject, unit and time; what holds now, and what was known on a day."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiangtai import vault
from jiangtai.kernel import clock

from . import codec
from .codec import Gone
from .declare import declared
from .models import FactRow

__all__ = ["FactSet", "Gone", "every", "facts", "facts_since", "fetch", "life"]


class Keys:
    """The keys of several subjects, asked for all at once when the first is wanted."""

    def __init__(self, subjects: set[UUID]) -> None:
        self._subjects = subjects

    @cached_property
    def _found(self) -> dict[UUID, Any]:
        return vault.subject_keys(self._subjects)

    def fetch(self) -> None:
        """Ask now, as whoever acts now."""
        assert self._found is not None

    def of(self, subject: UUID) -> Any:
        """A subject's key, None where it is out of reach or destroyed."""
        return self._found.get(subject)


class FactSet(QuerySet[FactRow]):
    """Rows of the ledger, narrowed step by step; taken-back ones are left out unless asked for."""

    def of(self, *subjects: UUID) -> "FactSet":
        """Of these subjects."""
        return self.filter(subject__in=subjects)

    def happened(self, first: date, last: date) -> "FactSet":
        """That happened from a day to a day, both included."""
        return self.filter(day__gte=first, day__lte=last)

    def known(self, on: date) -> "FactSet":
        """As the office knew on the evening of a day: later entries, ends and corrections were not yet written."""
        moment = datetime.combine(on + timedelta(days=1), time(), clock.OFFICE_ZONE)
        rows = FactRow.unscoped.filter(made_at__lt=moment)
        return self._standing(rows).filter(made_at__lt=moment)

    def current(self, on: date | None = None, *, known: date | None = None) -> "FactSet":
        """Those that hold on a day: begun, not run out, and not ended by another fact by then."""
        day = on or clock.today()
        rows = FactRow.unscoped.all()
        if known is not None:
            rows = rows.filter(made_at__lt=datetime.combine(known + timedelta(days=1), time(), clock.OFFICE_ZONE))
        ended = _unreversed(rows.filter(ends=OuterRef("pk"), day__lte=day), rows)
        begun = self if known is None else self.known(known)
        return begun.filter(Q(until__isnull=True) | Q(until__gte=day), ~Exists(ended), day__lte=day)

    def standing(self) -> "FactSet":
        """Those that nobody took back."""
        return self._standing(FactRow.unscoped.all())

    def _standing(self, rows: QuerySet[FactRow]) -> "FactSet":
        return self.filter(~Exists(rows.filter(reverses=OuterRef("pk"))))

    def opened(self) -> list[FactRow]:
        """The rows with their keys, for somebody who is read to and has no reach of their own."""
        rows: list[FactRow] = list(self)
        if held := next((row.keys for row in rows if row.keys), None):
            held.fetch()
        return rows

    def as_facts(self) -> Iterable[tuple[UUID, Any]]:
        """Each fact with its id."""
        return [(row.id, row.fact) for row in self]

    def _fetch_all(self) -> None:
        """Rows read together share their keys, which are asked for once, when somebody first looks inside."""
        is_new = self._result_cache is None
        super()._fetch_all()
        if is_new:
            secret = [row for row in self._result_cache or () if isinstance(row, FactRow) and row.secret is not None]
            keys = Keys({row.subject for row in secret})
            for row in secret:
                row.keys = keys


def facts(*kinds: type, taken_back: bool = False) -> FactSet:
    """The facts of these kinds within the reader's scope, the latest first."""
    rows = _set(FactRow.objects.all()).filter(type__in=[declared(kind).key for kind in kinds]).order_by("-day", "-id")
    return rows if taken_back else rows.standing()


def life(*subjects: UUID, taken_back: bool = False) -> FactSet:
    """Everything about a subject, whoever wrote it: for whoever may see the subject. The latest first."""
    rows = _set(FactRow.unscoped.all()).of(*subjects).order_by("-day", "-id")
    return rows if taken_back else rows.standing()


def every(*kinds: type) -> FactSet:
    """The facts of these kinds in the whole house: for rules and jobs, which no reader's scope may narrow."""
    return _set(FactRow.unscoped.all()).filter(type__in=[declared(kind).key for kind in kinds]).standing()


def fetch(fact: UUID) -> FactRow | None:
    """One row, wherever it belongs."""
    return FactRow.unscoped.filter(pk=fact).first()


def facts_since(position: int, limit: int = 10_000) -> list[tuple[int, FactRow]]:
    """The facts placed after a position (-1 for all), in the one order: what the lake and other readers go by."""
    from .models import Leaf

    leaves = list(Leaf.objects.filter(position__gt=position).order_by("position")[:limit])
    rows = FactRow.unscoped.in_bulk([leaf.fact for leaf in leaves])
    return [(leaf.position, rows[leaf.fact]) for leaf in leaves]


def decoded(row: FactRow) -> Any:
    """The fact of a row."""
    secret: dict[str, Any] | Gone = {}
    if row.secret is not None:
        key = row.keys.of(row.subject) if row.keys else vault.subject_key(row.subject)
        secret = codec.unlock(key, bytes(row.secret), row.id) if key else codec.GONE
    return codec.rebuild(declared(row.type), row, secret)


def _set(rows: QuerySet[FactRow]) -> FactSet:
    return FactSet(model=FactRow, query=rows.query.chain(), using=rows.db)


def _unreversed(rows: QuerySet[FactRow], among: QuerySet[FactRow]) -> QuerySet[FactRow]:
    return rows.filter(~Exists(among.filter(reverses=OuterRef("pk"))))
