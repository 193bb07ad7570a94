"""Where lists say otherwise than the register: found by a job beside the loading, counted without opening anything.

A person is looked at again when a list that names them came in, when somebody changed a value by hand, and when files
were merged, parted or split.
"""

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from jiangtai import ledger
from jiangtai.kernel import clock

from .. import reading
from ..facts import PersonChanged
from ..lacks import seen_lacks
from ..models import Merge, Person, Split
from . import loading, telling
from .declare import SOURCES
from .matching import Known, known
from .models import Batch, Dispute, Record

_TOGETHER = 500
_LOOKING_BACK = timedelta(days=1)


def compare_all() -> int:
    """Everybody of lists that came in, and whoever changed since yesterday; how many lists."""
    waiting = Batch.unscoped.filter(Batch.TAKEN, is_compared=False).order_by("pk")
    number = 0
    for batch in waiting:
        people = Record.objects.filter(Record.NOW, batch=batch).order_by("pk").values_list("person", flat=True)
        _compare(people.iterator(chunk_size=5_000))
        still = Record.objects.filter(Record.NOW, person=OuterRef("person"), source=batch.source)
        Dispute.objects.filter(Q(source=batch.source, unit=batch.unit_id) & ~Exists(still)).delete()
        Batch.unscoped.filter(pk=batch.pk).update(is_compared=True)
        number += 1
    _compare(_changed())
    Dispute.objects.exclude(person__state=Person.State.REGISTERED).delete()
    return number


def _changed() -> set[UUID]:
    since = clock.now() - _LOOKING_BACK
    found = set(
        ledger.every(PersonChanged).filter(made_at__gt=since).exclude(cause="import").values_list("subject", flat=True)
    )
    for pair in Merge.objects.filter(Q(done_at__gt=since) | Q(undone_at__gt=since)).values_list("kept", "gone"):
        found |= set(pair)
    for pair in Split.objects.filter(done_at__gt=since).values_list("person", "other"):
        found |= set(pair)
    return found


def _compare(people: Iterable[UUID]) -> None:
    rest = iter(people)
    while some := set(islice(rest, _TOGETHER)):
        _compare_some(some)


def _compare_some(ids: set[UUID]) -> None:
    """Write anew what is said otherwise of these."""
    ids |= set(Person.unscoped.filter(pk__in=ids, merged_into__isnull=False).values_list("merged_into", flat=True))
    with transaction.atomic():
        found = known(ids)
        batches = {record.batch_id for one in found.values() for record in one.records}
        units = dict(Batch.unscoped.filter(pk__in=batches).values_list("pk", "unit"))
        rows = [
            Dispute(person_id=who, source=record.source, unit_id=units[record.batch_id], field=field)
            for who, one in found.items()
            for record in one.records
            for field in _otherwise(one, record)
        ]
        Dispute.objects.filter(person__in=ids).delete()
        Dispute.objects.bulk_create(rows, batch_size=2_000, ignore_conflicts=True)


def _otherwise(one: Known, record: Record) -> Iterable[str]:
    values = loading.read(one.keys, record)
    for field in telling.DETAILS:
        value = values.get(field)
        if value and loading.is_there(one, field) and not loading.has(one, field, value):
            yield field


def disputes() -> QuerySet[Dispute]:
    """Those about persons within reach, as far as the reader may know who stands on the list."""
    rows = Dispute.objects.filter(person__in=Person.objects.filter(state=Person.State.REGISTERED))
    return rows.filter(_told())


def _told() -> Q:
    """Whom another firm has on its own list is told to nobody else."""
    return Q(source__in=told_sources()) & (~Q(source__in=of_firms()) | reading.within_reach())


def lines_told() -> Q:
    """The same for the lines of lists."""
    near = Batch.unscoped.filter(reading.within_reach()).values("pk")
    return Q(source__in=told_sources()) & (~Q(source__in=of_firms()) | Q(batch__in=near))


def of_firms() -> list[str]:
    """The sources whose lists firms hand in of their own people."""
    return [key for key, one in SOURCES.items() if one.of_one_firm]


def told_sources() -> list[str]:
    """The sources of which the reader may be told what they say of somebody."""
    members = [] if telling.sees_members() else telling.of_members()
    return [key for key in SOURCES if key not in members]


def disputed(rows: QuerySet[Person], source: str = "", unit: str = "", field: str = "") -> QuerySet[Person]:
    """Of these persons those of whom a list says otherwise: any, one source's, one unit's, or of one detail."""
    told = {name: value for name, value in (("source", source), ("unit", unit), ("field", field)) if value}
    return rows.filter(pk__in=disputes().filter(**told).order_by().values("person"))


def with_disputes(rows: QuerySet[Person]) -> QuerySet[Person]:
    """These persons, each with what is said otherwise of them in `told`: which detail and by whom; what, says
    `told_beside`."""
    told = Dispute.objects.filter(_told()).select_related("unit").order_by("field", "source", "unit")
    return rows.prefetch_related(Prefetch("disputes", told, to_attr="told"))


def disputes_by_source() -> dict[str, int]:
    """Of how many persons within reach each source said otherwise when it was counted."""
    return {source: number for source, unit, number in counted("said") if not unit}


def disputes_by_list() -> list[tuple[str, UUID, int]]:
    """The same for each unit's list of each source, the most first."""
    rows = [(source, UUID(unit), number) for source, unit, number in counted("said") if unit]
    return sorted(rows, key=lambda one: (-one[2], one[0], one[1]))


def counted(what: str) -> Iterable[tuple[str, str, int]]:
    """What was counted of every list of which the reader may be told; no unit stands for all lists of a source."""
    may_know = set(told_sources())
    for key, number in seen_lacks().items():
        kind, _, rest = key.partition(":")
        source, _, unit = rest.partition(":")
        if kind == what and source in may_know:
            yield source, unit, number
