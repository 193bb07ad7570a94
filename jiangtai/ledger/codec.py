"""How a fact becomes columns and comes back: plain fields in clear, personal ones under the subject's key."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jiangtai.kernel import crypto

if TYPE_CHECKING:
    from .models import FactRow

from .declare import LONGEST, PLAIN, Declared, FactError, FieldType


class Gone:
    """Stands where a personal field was: the subject was erased, or lies beyond the reader's reach."""

    def __repr__(self) -> str:
        return "（已擦除或无权查看）"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return False


GONE = Gone()
_json = json.JSONEncoder(ensure_ascii=False).encode


def plain(known: Declared, fact: Any) -> dict[str, Any]:
    """The fields in clear, as JSON holds them; every one is checked against its declaration."""
    values = {name: spell(known, name, getattr(fact, name)) for name in known.fields if name not in known.personal}
    return {name: value for name, value in values.items() if value is not None and name not in known.columns}


def personal(known: Declared, fact: Any) -> bytes:
    """The personal fields as one text, to be encrypted; empty where none has a value."""
    values = {name: spell(known, name, getattr(fact, name)) for name in sorted(known.personal)}
    kept = {name: value for name, value in values.items() if value is not None}
    return _json(kept).encode() if kept else b""


def spell(known: Declared, name: str, value: Any) -> Any:
    """One value as JSON holds it."""
    kind = known.fields[name]
    if value is None:
        if not kind.is_optional:
            raise FactError(f"{known.label}（{known.key}）缺少 {name}")
        return None
    wanted = kind.type if kind.type in PLAIN or isinstance(kind.type, type) else UUID
    if not isinstance(value, wanted) or (wanted in (int, date) and isinstance(value, bool | datetime)):
        raise FactError(f"{known.label}（{known.key}）的 {name} 应为 {wanted.__name__}，这里是 {value!r}")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str) and (len(value) > LONGEST or "\x00" in value):
        raise FactError(f"{known.label}（{known.key}）的 {name} 有 {len(value)} 个字，最多 {LONGEST} 个")
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | bool) else str(value)


def parse(kind: FieldType, value: Any) -> Any:
    """One value back from JSON."""
    if value is None:
        return None
    return _reader(kind.type)(value)


def _reader(kind: Any) -> Callable[[Any], Any]:
    if kind is datetime:
        return datetime.fromisoformat
    if kind is date:
        return date.fromisoformat
    if kind in (str, int, bool):
        return lambda value: value
    if kind is Decimal or (isinstance(kind, type) and issubclass(kind, Enum)):
        return kind
    return UUID


def rebuild(known: Declared, row: "FactRow", secret: dict[str, Any] | Gone) -> Any:
    """The fact from its row; fields that its class has gained since are empty."""
    values: dict[str, Any] = {known.subject: row.subject, "on": row.day}
    if "unit" in known.columns:
        values["unit"] = row.unit_id
    for name in known.fields.keys() - known.columns:
        if name not in known.personal:
            values[name] = parse(known.fields[name], row.payload.get(name))
        else:
            values[name] = secret if isinstance(secret, Gone) else parse(known.fields[name], secret.get(name))
    return known.cls(**values)


def lock(key: crypto.Key, text: bytes, row: UUID) -> bytes:
    """Encrypt the personal fields of one row; nobody can move them to another."""
    return crypto.encrypt(key, text, context=b"ledger" + row.bytes)


def unlock(key: crypto.Key, text: bytes, row: UUID) -> dict[str, Any]:
    """The personal fields of one row."""
    found: dict[str, Any] = json.loads(crypto.decrypt(key, text, context=b"ledger" + row.bytes))
    return found
