"""How a fact is spelled: its columns as text, one way for the stamp, the leaf and the database."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any
from uuid import UUID

from jiangtai.access import Unit, current, root
from jiangtai.kernel import clock, crypto
from jiangtai.vault import ensure_key, keyring, subject_keys

from . import codec
from .causes import Cause
from .declare import LONGEST, Declared, FactError, declared

COLUMNS = (
    *("id", "type", "subject", "unit_id", "day", "until", "ends", "reverses", "payload", "secret"),
    *("cause", "cause_id", "cause_step", "by", "made_at"),
)
STAMPED = b"ledger"
_SPELLED_THERE = {
    **dict.fromkeys(("type", "cause", "cause_step"), "f.{0}"),
    **dict.fromkeys(("day", "until"), "to_char(f.{0}, 'YYYY-MM-DD')"),
    "secret": "encode(f.{0}, 'hex')",
    "made_at": "to_char(f.{0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')",
}
READ = ", ".join(_SPELLED_THERE.get(name, "f.{0}::text").format(name) for name in COLUMNS)
"""The columns of the table `f` as the database spells them; `respelled` makes one text of them."""
_PAYLOAD = COLUMNS.index("payload")
_SLASH = "\\"
_NULL, _BYTES = "\\N", "\\\\x"
"""How COPY reads nothing, and bytes."""
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def spelled(*values: Any) -> bytes:
    """Columns as one text, spelled one way: as JSON spells the list of their texts."""
    return f"[{listed([_text(value) for value in values])}]".encode()


def respelled(texts: Sequence[str | None]) -> str:
    """What the database spelled, as one text without its brackets: only a payload it spells in its own way."""
    head, payload, tail = texts[:_PAYLOAD], texts[_PAYLOAD], texts[_PAYLOAD + 1 :]
    return listed((*head, payload and canonical(json.loads(payload)), *tail))


def listed(texts: Iterable[str | None]) -> str:
    """Texts as JSON spells them in a list."""
    return ",".join(["null" if one is None else encode_basestring(one) for one in texts])


def stamps() -> list[Callable[[bytes], bytes]]:
    """The functions that make a stamp, the newest key first."""
    return _stampers(keyring())


@lru_cache(maxsize=4)
def _stampers(keys: crypto.Keyring) -> list[Callable[[bytes], bytes]]:
    return [crypto.stamper(key, STAMPED) for key in keys.of("sign")]


def _text(value: Any) -> str | None:
    return _TEXT.get(type(value), str)(value)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""How a payload is spelled."""
_TEXT: dict[type, Callable[[Any], str | None]] = {
    type(None): lambda value: None,
    str: str,
    dict: canonical,
    bytes: bytes.hex,
    memoryview: memoryview.hex,
    datetime: _moment,
}


class Speller:
    """Spells facts of one cause at one moment: what is sent is what the stamp covers."""

    def __init__(self, cause: Cause, facts: list[Any]) -> None:
        self._stamp = stamps()[0]
        self.tail = [_text(one) for one in (cause.kind, cause.id, cause.step, current().actor, clock.now())]
        self._listed_tail, self._copied_tail = f",{listed(self.tail)}]", ""
        self._units: dict[Any, str] = {}
        self._home = ""
        self._personal: dict[int, tuple[crypto.Key, bytes]] = {}
        # All that has to be asked of the database is asked here: while a COPY runs it answers nothing.
        kinds = {kind: declared(kind) for kind in set(map(type, facts))}
        homeless = {
            kind for kind, known in kinds.items() if "unit" not in known.fields or known.fields["unit"].is_optional
        }
        if homeless and any(getattr(one, "unit", None) is None for one in facts if type(one) in homeless):
            self._home = _root()
        if personal := {kind for kind, known in kinds.items() if known.personal}:
            self._take_keys([one for one in facts if type(one) in personal])

    def unit(self, fact: Any) -> str:
        """Where a fact belongs: at its unit, or where it names none, at the root."""
        named = getattr(fact, "unit", None)
        if (found := self._units.get(named)) is None:
            known = declared(fact)
            found = codec.spell(known, "unit", named) if "unit" in known.fields else None
            if found is None:
                return self._home
            self._units[named] = found
        return found

    def values(self, made: str, fact: Any) -> list[str | None]:
        """The columns of one fact and its stamp, as INSERT takes them."""
        *head, secret, stamp = self._spell(made, fact)
        return [*head, secret and f"\\x{secret}", *self.tail, f"\\x{stamp}"]

    def line(self, made: str, fact: Any) -> str:
        """The same as COPY reads it."""
        if not self._copied_tail:
            self._copied_tail = "\t".join([_NULL if one is None else one.translate(_ESCAPES) for one in self.tail])
        _, key, subject, unit, day, until, ends, reverses, payload, secret, stamp = self._spell(made, fact)
        # JSON spells a tab and a line's end by itself: of what COPY reads as its own, a payload has only backslashes.
        return (
            f"{made}\t{key}\t{subject}\t{unit}\t{day}\t{until or _NULL}\t{ends or _NULL}\t{reverses or _NULL}"
            f"\t{payload.replace(_SLASH, _SLASH * 2)}\t{_NULL if secret is None else _BYTES + secret}"
            f"\t{self._copied_tail}\t{_BYTES}{stamp}\n"
        )

    def _spell(self, made: str, fact: Any) -> tuple[Any, ...]:
        """The columns before the cause, and the stamp over all."""
        shape = _shape(declared(fact).cls)
        subject, day, payload = shape.clear(fact)
        until, ends, reverses = shape.marks(fact, day)
        unit, secret = self.unit(fact), None
        if personal := self._personal.get(id(fact)):
            key, text = personal
            secret = codec.lock(key, text, UUID(made)).hex()
        # Ids and days need no escaping: they are written as the list of all columns would be.
        marks = listed((until, ends, reverses)) if until or ends or reverses else "null,null,null"
        head = f'["{made}",{shape.key},"{subject}","{unit}","{day}",{marks},{encode_basestring(payload)},'
        covered = f"{head}{listed((secret,))}{self._listed_tail}"
        stamp = self._stamp(covered.encode()).hex()
        return made, shape.known.key, subject, unit, day, until, ends, reverses, payload, secret, stamp

    def _take_keys(self, facts: list[Any]) -> None:
        """The personal fields of these facts, and the keys of their subjects; whoever has none yet is given one."""
        texts = [(one, text) for one in facts if (text := codec.personal(declared(one), one))]
        owners = {getattr(one, declared(one).subject): one for one, _ in texts}
        keys = subject_keys(owners) if owners else {}
        for subject in owners.keys() - keys.keys():
            unit = self.unit(owners[subject])
            path = Unit.unscoped.filter(pk=unit).values_list("path", flat=True).first()
            if path is None:
                raise no_unit(unit)
            keys[subject] = ensure_key(subject, path)
        self._personal = {id(one): (keys[getattr(one, declared(one).subject)], text) for one, text in texts}


def _root() -> str:
    top = root()
    if top is None:
        raise FactError("还没有建立根单位，不能写入事实")
    return str(top.id)


def no_unit(unit: Any) -> FactError:
    """What is said where a fact names a unit that is not there."""
    return FactError(f"没有编号为 {unit} 的单位，事实未写入")


@dataclass(frozen=True, slots=True)
class _Field:
    """One field in clear: a value of just this type is spelled by `spell`, any other is asked for its fault."""

    name: str
    kind: type
    spell: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the facts of one class are spelled, found out once."""

    known: Declared
    key: str
    values: Callable[[Any], tuple[Any, ...]]
    kept: tuple[tuple[_Field, str], ...]
    marked: Callable[[Any], tuple[Any, ...]] | None

    def clear(self, fact: Any) -> tuple[str, str, str]:
        """Subject, day and payload, every field checked against its declaration."""
        known = self.known
        subject, day, *kept = self.values(fact)
        parts = []
        for (field, opening), value in zip(self.kept, kept, strict=True):
            if type(value) is field.kind:
                parts.append(opening + field.spell(value))
            elif (found := codec.spell(known, field.name, value)) is not None:
                parts.append(opening + canonical(found))
        return (
            str(subject) if type(subject) is UUID else codec.spell(known, known.subject, subject),
            str(day) if type(day) is date else codec.spell(known, "on", day),
            f"{{{','.join(parts)}}}",
        )

    def marks(self, fact: Any, day: str) -> tuple[str | None, str | None, str | None]:
        """Until when it holds, what it ends and what it takes back."""
        if self.marked is None:
            return None, None, None
        until, ends, reverses = self.marked(fact)
        if until and until < fact.on:
            raise FactError(f"{self.known.label}的有效期至 {until} 早于发生日期 {day}，请核对")
        return _text(until), _text(ends), _text(reverses)


@lru_cache(maxsize=1_000)
def _shape(cls: type) -> _Shape:
    known = declared(cls)
    kept = sorted(known.fields.keys() - known.columns - known.personal)
    marks = (known.until, known.ends, known.reverses)
    return _Shape(
        known,
        encode_basestring(known.key),
        attrgetter(known.subject, "on", *kept),
        tuple((_field(known, name), f"{encode_basestring(name)}:") for name in kept),
        (lambda fact: tuple(getattr(fact, name) if name else None for name in marks)) if any(marks) else None,
    )


def _field(known: Declared, name: str) -> _Field:
    kind = known.fields[name].type
    kind = kind if isinstance(kind, type) else UUID
    if issubclass(kind, Enum):
        return _Field(name, kind, {one: canonical(one.value) for one in kind}.__getitem__)
    if kind is str:
        return _Field(
            name, kind, lambda text: encode_basestring(text if _fits(text) else codec.spell(known, name, text))
        )
    return _Field(name, kind, _PLAIN.get(kind, lambda value: canonical(codec.spell(known, name, value))))


def _fits(text: str) -> bool:
    return len(text) <= LONGEST and "\x00" not in text


_PLAIN: dict[type, Callable[[Any], str]] = {
    **dict.fromkeys((UUID, Decimal, date), '"{}"'.format),
    bool: {True: "true", False: "false"}.__getitem__,
    int: str,
}
