"""Adding to the ledger: one fact, or many by COPY; nothing is ever changed."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jiangtai import vault
from jiangtai.access import Unit, current, root
from jiangtai.kernel import clock, crypto, new_id

from . import codec
from .causes import Cause
from .declare import Declared, FactError, FactId, declared
from .models import FactRow

COLUMNS = (
    *("id", "type", "subject", "unit_id", "day", "until", "ends", "reverses", "payload", "secret"),
    *("cause", "cause_id", "cause_step", "by", "made_at"),
)
STAMPED = b"ledger"
Text = list[str | None]
_WRITTEN = ", ".join((*COLUMNS, "stamp"))
_PAYLOAD, _SECRET = COLUMNS.index("payload"), COLUMNS.index("secret")
# One statement asks for the unit and writes; where there is none, nothing is written.
_INSERT = f"INSERT INTO ledger_factrow ({_WRITTEN}) SELECT {'%s, ' * len(COLUMNS)} %s WHERE EXISTS (SELECT FROM access_unit WHERE id = %s)"  # noqa: E501, S608
_BLOCK = 200
_MONTHS: set[str] = set()


class Ended(ValueError):
    """What was to be ended does not hold any more."""


def append(fact: Any, *, cause: Cause) -> FactId:
    """Add one fact in the transaction of what caused it."""
    made, known = new_id(), declared(fact)
    # What ends nothing is one statement, which needs no transaction around it.
    with transaction.atomic() if known.ends and not connection.in_atomic_block else nullcontext():
        writer = _Writer(cause, [fact])
        if known.ends and (ended := getattr(fact, known.ends)):
            _check_end(known, ended, fact.on)
        _open_month(made)
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [*writer.values(made, fact), unit := writer.unit(fact)])
            if not cursor.rowcount:
                raise _no_unit(unit)
    return FactId(made)


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
    """Columns as one text, spelled one way: as JSON spells the list of their texts."""
    return f"[{_listed([_text(value) for value in values])}]".encode()


def stamps() -> list[Any]:
    """The functions that make a stamp, the newest key first."""
    return [_stamper(key) for key in vault.keyring().of("sign")]


def _listed(texts: Text) -> str:
    return ",".join(["null" if one is None else encode_basestring(one) for one in texts])


def _text(value: Any) -> str | None:
    return _TEXT.get(type(value), str)(value)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_TEXT: dict[type, Callable[[Any], str | None]] = {
    type(None): lambda value: None,
    str: str,
    dict: _json,
    bytes: bytes.hex,
    memoryview: memoryview.hex,
    datetime: _moment,
}


@lru_cache(maxsize=8)
def _stamper(key: crypto.Key) -> Any:
    return crypto.stamper(key, STAMPED)


class _Writer:
    """Makes rows of one cause at one moment, as text: what is sent is what the stamp covers."""

    def __init__(self, cause: Cause, facts: list[Any]) -> None:
        self.stamp = stamps()[0]
        self.tail = [_text(one) for one in (cause.kind, cause.id, cause.step, current().actor, clock.now())]
        self.spelled_tail, self.copied_tail = _listed(self.tail), _copied([_escaped(one) for one in self.tail])
        self.home: dict[str, str] = {}
        kinds = ((one, known) for one in facts if (known := declared(one)).personal)
        self.personal = {id(one): text for one, known in kinds if (text := codec.personal(known, one))}
        owners = [(one, getattr(one, declared(one).subject)) for one in facts if id(one) in self.personal]
        self.keys = vault.subject_keys([subject for _, subject in owners]) if owners else {}
        for one, subject in owners:
            if subject not in self.keys:
                path = Unit.unscoped.filter(pk=self.unit(one)).values_list("path", flat=True).first()
                if path is None:
                    raise _no_unit(self.unit(one))
                self.keys[subject] = vault.ensure_key(subject, path)

    def unit(self, fact: Any) -> str:
        """Where a fact belongs."""
        if found := getattr(fact, "unit", None):
            return str(found)
        if "root" not in self.home:
            top = root()
            if top is None:
                raise FactError("还没有建立根单位，不能写入事实")
            self.home["root"] = str(top.id)
        return self.home["root"]

    def values(self, made: UUID, fact: Any) -> Text:
        """The columns of one fact and its stamp, as INSERT takes them."""
        head, stamp = self._head(made, fact)
        head[_SECRET] = head[_SECRET] and f"\\x{head[_SECRET]}"
        return [*head, *self.tail, f"\\x{stamp}"]

    def line(self, made: UUID, fact: Any) -> str:
        """The same as COPY reads it."""
        head, stamp = self._head(made, fact)
        head[_PAYLOAD] = _escaped(head[_PAYLOAD])
        head[_SECRET] = head[_SECRET] and f"\\\\x{head[_SECRET]}"
        return f"{_copied(head)}\t{self.copied_tail}\t\\\\x{stamp}\n"

    def _head(self, made: UUID, fact: Any) -> tuple[Text, str]:
        """The columns before the cause, and the stamp over all."""
        known, payload = declared(fact), _payload(fact)
        subject, secret = getattr(fact, known.subject), None
        until = getattr(fact, known.until) if known.until else None
        if until and until < fact.on:
            raise FactError(f"{known.label}的有效期至 {until} 早于发生日期 {fact.on}，请核对")
        if personal := self.personal.get(id(fact)):
            secret = codec.lock(self.keys[subject], personal, made).hex()
        head = [
            *(str(made), known.key, str(subject), self.unit(fact), str(fact.on), _text(until)),
            _text(getattr(fact, known.ends)) if known.ends else None,
            _text(getattr(fact, known.reverses)) if known.reverses else None,
            *(payload, secret),
        ]
        return head, self.stamp(f"[{_listed(head)},{self.spelled_tail}]".encode()).hex()


def _copied(texts: Text) -> str:
    return "\t".join(["\\N" if one is None else one for one in texts])


def _escaped(text: str | None) -> str | None:
    return text and text.translate(_ESCAPES)


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _payload(fact: Any) -> str:
    """The fields in clear, every one checked against its declaration."""
    known, values = declared(fact), {}
    for name, kind, spell, is_kept in _fields(known.cls):
        value = getattr(fact, name)
        text = spell(value) if type(value) is kind else codec.spell(known, name, value)
        if is_kept and text is not None:
            values[name] = text
    return _json(values)


@lru_cache(maxsize=1_000)
def _fields(cls: type) -> list[tuple[str, type, Callable[[Any], Any], bool]]:
    """Of every field in clear: its name, how a value of just its type is spelled, and whether it is in the payload."""
    known, found = declared(cls), []
    for name, field in known.fields.items():
        kind = field.type if isinstance(field.type, type) else UUID
        spell = _SPELL.get(kind) or (attrgetter("value") if issubclass(kind, Enum) else None)
        if name not in known.personal:
            found.append((name, kind if spell else type(...), spell or str, name not in known.columns))
    return found


_SPELL: dict[type, Callable[[Any], Any]] = {UUID: str, Decimal: str, date: str, bool: bool, int: int}
"""How codec.spell spells what it has nothing to ask of: texts are not among them, since it measures those."""


def _check_units(facts: Iterable[Any]) -> None:
    wanted = {unit for one in facts if (unit := getattr(one, "unit", None))}
    missing = wanted - set(Unit.unscoped.filter(pk__in=wanted).values_list("pk", flat=True))
    if missing:
        raise _no_unit(min(missing))


def _no_unit(unit: Any) -> FactError:
    return FactError(f"没有编号为 {unit} 的单位，事实未写入")


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


def _copy(chunk: list[Any], cause: Cause) -> int:
    """The rows are made while the database takes in those before them."""
    if any((known.ends and getattr(one, known.ends)) or known.reverses for one in chunk if (known := declared(one))):
        raise FactError("终止或更正其他事实的事实须逐条写入")
    _check_units(chunk)
    writer, ids = _Writer(cause, chunk), [new_id() for _ in chunk]
    for made in (ids[0], ids[-1]):
        _open_month(made)
    with connection.cursor() as cursor, cursor.copy(f"COPY ledger_factrow ({_WRITTEN}) FROM STDIN") as copy:
        for first in range(0, len(chunk), _BLOCK):
            part = zip(ids[first : first + _BLOCK], chunk[first : first + _BLOCK], strict=True)
            copy.write("".join([writer.line(made, fact) for made, fact in part]))
    return len(chunk)


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
