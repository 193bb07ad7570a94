"""Adding to the ledger: one fact, or many by COPY; nothing is ever changed."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from jiangtai import vault
from jiangtai.access import Unit, current, units
from jiangtai.kernel import clock, crypto, log, new_id

from . import codec
from .causes import Cause
from .declare import Declared, FactError, FactId, declared
from .models import FactRow

COLUMNS = (
    *("id", "type", "subject", "unit_id", "day", "until", "ends", "reverses", "payload", "secret"),
    *("cause", "cause_id", "cause_step", "by", "made_at"),
)
STAMPED = b"ledger"
_MONTHS: set[str] = set()


class Ended(ValueError):
    """What was to be ended does not hold any more."""


def append(fact: Any, *, cause: Cause) -> FactId:
    """Add one fact in the transaction of what caused it."""
    with transaction.atomic():
        _check_units([fact])
        row = _row(fact, cause, vault.ensure_key, {})
        if row.ends:
            _check_end(declared(fact), row)
        _open_month(row.id)
        row.save(force_insert=True)
    return FactId(row.id)


def append_many(facts: Iterable[Any], *, cause: Cause, batch: int = 10_000) -> int:
    """Add facts by COPY, all or none; how many. What ends another fact is added one by one."""
    added = 0
    with transaction.atomic():
        for chunk in _chunks(facts, batch):
            added += _copy(chunk, cause)
    return added


def take_lock(row: UUID | None) -> None:
    """Two who end or take back the same fact come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(row)])


def entry(row: FactRow) -> bytes:
    """The bytes that stamp and leaf cover."""
    return spelled(*(getattr(row, name) for name in COLUMNS))


def spelled(*values: Any) -> bytes:
    """Columns as one text, spelled one way."""
    return log.spelled(_text(value) for value in values)


def stamps() -> list[Any]:
    """The functions that make a stamp, the newest key first."""
    return [_stamper(key) for key in vault.keyring().of("sign")]


def _text(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case dict():
            return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        case bytes() | memoryview():
            return bytes(value).hex()
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case _:
            return str(value)


@lru_cache(maxsize=8)
def _stamper(key: crypto.Key) -> Any:
    return crypto.stamper(key, STAMPED)


def _row(fact: Any, cause: Cause, key_of: Any, home: dict[Any, Any]) -> FactRow:
    known = declared(fact)
    subject = getattr(fact, known.subject)
    row = FactRow(
        id=new_id(),
        type=known.key,
        subject=subject,
        unit_id=getattr(fact, "unit", None) or _root(home),
        day=fact.on,
        until=getattr(fact, known.until) if known.until else None,
        ends=getattr(fact, known.ends) if known.ends else None,
        reverses=getattr(fact, known.reverses) if known.reverses else None,
        payload=codec.plain(known, fact),
        cause=cause.kind,
        cause_id=cause.id,
        cause_step=cause.step,
        by=current().actor,
        made_at=clock.now(),
    )
    if known.until and row.until and row.until < row.day:
        raise FactError(f"{known.label}的有效期至 {row.until} 早于发生日期 {row.day}，请核对")
    if secret := codec.personal(known, fact):
        if row.unit_id not in home:
            home[row.unit_id] = Unit.unscoped.values_list("path", flat=True).get(pk=row.unit_id)
        row.secret = codec.lock(key_of(subject, home[row.unit_id]), secret, row.id)
    row.stamp = stamps()[0](entry(row))
    return row


def _root(home: dict[Any, Any]) -> UUID:
    if "root" not in home:
        root = units.root()
        if root is None:
            raise FactError("还没有建立根单位，不能写入事实")
        home["root"] = root.id
    found: UUID = home["root"]
    return found


def _check_units(facts: Iterable[Any]) -> None:
    wanted = {unit for one in facts if (unit := getattr(one, "unit", None))}
    missing = wanted - set(Unit.unscoped.filter(pk__in=wanted).values_list("pk", flat=True))
    if missing:
        raise FactError(f"没有编号为 {min(missing)} 的单位，事实未写入")


def _check_end(known: Declared, row: FactRow) -> None:
    """A fact is ended once, by a kind that may end it; two who try at once meet at its lock."""
    take_lock(row.ends)
    ended = FactRow.unscoped.filter(id__in=[row.ends]).first()
    if ended is None or known.cls.__name__ not in declared(ended.type).enders:
        raise Ended(f"“{known.label}”要终止的事实不存在，或不能由它终止")
    rows = FactRow.unscoped.filter(ends=row.ends)
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


def _copy(chunk: list[Any], cause: Cause) -> int:
    keyed = [getattr(one, declared(one).subject) for one in chunk if codec.personal(declared(one), one)]
    keys = vault.subject_keys(keyed) if keyed else {}

    def key_of(subject: UUID, path: str) -> crypto.Key:
        if subject not in keys:
            keys[subject] = vault.ensure_key(subject, path)
        return keys[subject]

    home: dict[Any, Any] = {}
    _check_units(chunk)
    rows = [_row(one, cause, key_of, home) for one in chunk]
    if any(row.ends or row.reverses for row in rows):
        raise FactError("终止或更正其他事实的事实须逐条写入")
    for row in (rows[0], rows[-1]):
        _open_month(row.id)
    names = ", ".join((*COLUMNS, "stamp"))
    with connection.cursor() as cursor, cursor.copy(f"COPY ledger_factrow ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([_sent(getattr(row, name)) for name in (*COLUMNS, "stamp")])
    return len(rows)


def _sent(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict) else value


def open_months(cursor: Any) -> None:
    """Make the tables of this month and the next ahead of time, so that no writer has to wait for them."""
    for ahead in range(2):
        cursor.execute("SELECT ledger_open_month((current_date + make_interval(months => %s))::date)", [ahead])


def _open_month(row: UUID) -> None:
    """The table of the month in which a row was made, should nobody have made it yet."""
    month = datetime.fromtimestamp((row.int >> 80) / 1000, UTC).strftime("%Y-%m-01")
    if month in _MONTHS:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_open_month(%s)", [month])
    transaction.on_commit(lambda: _MONTHS.add(month))
