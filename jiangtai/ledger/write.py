"""Adding to the ledger: one fact, or many by COPY; nothing is ever changed."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jiangtai.access import Unit
from jiangtai.kernel import array, new_ids

from .causes import Cause
from .declare import Declared, FactError, FactId, declared
from .models import FactRow
from .spelling import COLUMNS, Speller, no_unit

_APPEND = f"SELECT ledger_append({', '.join(['%s'] * (len(COLUMNS) + 1))})"
_COPY = f"COPY ledger_factrow ({', '.join(COLUMNS)}, stamp) FROM STDIN"
_LIST = "INSERT INTO ledger_waiting (fact) SELECT unnest(%s::uuid[])"
_BLOCK = 200
_MONTHS: set[tuple[int, int]] = set()


class Ended(ValueError):
    """What was to be ended does not hold any more."""


def append(fact: Any, *, cause: Cause) -> FactId:
    """Add one fact in the transaction of what caused it."""
    (made,), known = new_ids(1), declared(fact)
    # What ends nothing is one statement, which needs no transaction around it.
    with transaction.atomic() if known.ends and not connection.in_atomic_block else nullcontext():
        speller = Speller(cause, [fact])
        if known.ends and (ended := getattr(fact, known.ends)):
            _check_end(known, ended, fact.on)
        _open_month(made)
        with connection.cursor() as cursor:
            cursor.execute(_APPEND, speller.values(made, fact))
            if not cursor.fetchone()[0]:
                raise no_unit(speller.unit(fact))
    return FactId(UUID(made))


def append_many(facts: Iterable[Any], *, cause: Cause, batch: int = 10_000) -> int:
    """Add facts by COPY, all or none; how many. What ends another fact is added one by one."""
    added = 0
    with transaction.atomic():
        for chunk in _chunks(facts, batch):
            added += len(_copy(chunk, cause))
    return added


def append_each(facts: list[Any], *, cause: Cause) -> list[FactId]:
    """The same for no more than fit into one COPY: their ids, in order."""
    with transaction.atomic():
        return [FactId(UUID(made)) for made in _copy(facts, cause)] if facts else []


def take_lock(row: UUID | None) -> None:
    """Two who end or take back the same fact come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(row)])


def _check_units(facts: Iterable[Any]) -> None:
    wanted = {unit for one in facts if isinstance(unit := getattr(one, "unit", None), UUID)}
    missing = wanted - set(Unit.unscoped.filter(pk__in=wanted).values_list("pk", flat=True))
    if missing:
        raise no_unit(min(missing))


def _check_end(known: Declared, fact: UUID, day: date) -> None:
    """A fact is ended once, by a kind that may end it; two who try at once meet at its lock."""
    take_lock(fact)
    ended = FactRow.unscoped.filter(id__in=[fact]).first()
    if ended is None or known.cls.__name__ not in declared(ended.type).enders:
        raise Ended(f"“{known.label}”要终止的事实不存在，或不能由它终止")
    if FactRow.unscoped.filter(reverses=fact).exists():
        raise Ended(f"“{declared(ended.type).label}”已经更正，不再需要终止")
    if day < ended.day:
        raise Ended(f"“{known.label}”的日期 {day} 早于它要终止的“{declared(ended.type).label}”（{ended.day}）")
    rows = FactRow.unscoped.filter(ends=fact)
    if rows.exclude(id__in=FactRow.unscoped.filter(reverses__isnull=False).values("reverses")).exists():
        raise Ended(f"“{declared(ended.type).label}”已经终止，不能再次终止")


def _chunks(facts: Iterable[Any], size: int) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for one in facts:
        chunk.append(one)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _copy(chunk: list[Any], cause: Cause) -> list[str]:
    """The rows are made while the database takes in those before them."""
    kinds = {kind: declared(kind) for kind in set(map(type, chunk))}
    if any(known.reverses for known in kinds.values()) or any(
        getattr(one, known.ends) for one in chunk if (known := kinds[type(one)]).ends
    ):
        raise FactError("终止或更正其他事实的事实须逐条写入")
    _check_units(chunk)
    speller, ids = Speller(cause, chunk), new_ids(len(chunk))
    for made in (ids[0], ids[-1]):
        _open_month(made)
    with connection.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            for first in range(0, len(chunk), _BLOCK):
                part = zip(ids[first : first + _BLOCK], chunk[first : first + _BLOCK], strict=True)
                copy.write("".join([speller.line(made, fact) for made, fact in part]))
        cursor.execute(_LIST, [array(ids)])
    return ids


def open_months(cursor: Any) -> None:
    """Make the tables of this month and the next ahead of time, so that no writer has to wait for them."""
    for ahead in range(2):
        cursor.execute("SELECT ledger_open_month((current_date + make_interval(months => %s))::date)", [ahead])


def _open_month(row: str) -> None:
    """The table of the month in which a row was made, should nobody have made it yet."""
    moment = datetime.fromtimestamp(int(row[:8] + row[9:13], 16) / 1000, UTC)
    month = moment.year, moment.month
    if month in _MONTHS:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_open_month(%s)", [moment.date()])
    transaction.on_commit(lambda: _MONTHS.add(month))
