"""A person's card: what a list may show, encrypted under the person's key and opened for a whole page at once.

Full numbers never stand on a card; they lie in the vault and are shown for a reason.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jiangtai import vault
from jiangtai.access import acting_as_job
from jiangtai.kernel import crypto

if TYPE_CHECKING:
    from .models import Person

ERASED_NAME = "已注销"


@dataclass(frozen=True)
class Card:
    """Name and birth date in full, numbers masked."""

    name: str = ""
    birth: date | None = None
    id_number: str = ""
    phone: str = ""
    union_card: str = ""


_FIELDS = tuple(one.name for one in fields(Card))
_json = json.JSONEncoder(default=date.isoformat, ensure_ascii=False).encode
HOLLOW = Card()
"""The card of whoever was erased, or lies beyond the reader's reach."""


def seal(person: UUID, sealer: crypto.Sealer, card: Card) -> bytes:
    """The card as it is stored."""
    values = {name: value for name in _FIELDS if (value := getattr(card, name))}
    return sealer(_json(values).encode(), _context(person))


def unseal(person: UUID, key: crypto.Key, sealed: bytes) -> Card:
    """The card as it was."""
    values: dict[str, Any] = json.loads(crypto.decrypt(key, sealed, context=_context(person)))
    return Card(**{**values, "birth": date.fromisoformat(values["birth"]) if "birth" in values else None})


def cards_of(people: Iterable["Person"]) -> dict[UUID, Card]:
    """The cards of these persons, opened with one question to the vault; each person keeps its own."""
    people = [one for one in people if one is not None]
    return _open(people, _keys({one.pk for one in people if one.card_secret is not None}))


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of the persons within the reader's scope; the erased are called 已注销, the others left out."""
    from .scope import those

    return _names(those(set(ids)), {})


def names_in_case(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these persons wherever they are: for who handles a case in which they stand, and for honours."""
    from .models import Person

    wanted = set(ids)
    with acting_as_job("办件姓名"):
        return _names(Person.unscoped.filter(pk__in=wanted), vault.subject_keys(wanted))


def _names(rows: Any, keys: dict[UUID, crypto.Key]) -> dict[UUID, str]:
    people = list(rows)
    cards = _open(people, keys) if keys else cards_of(people)
    named = {one.pk: ERASED_NAME if one.is_erased else cards[one.pk].name for one in people}
    return {person: name for person, name in named.items() if name}


def _open(people: "list[Person]", keys: dict[UUID, crypto.Key]) -> dict[UUID, Card]:
    found = {}
    for one in people:
        key = keys.get(one.pk)
        is_open = key is not None and one.card_secret is not None
        one._card = found[one.pk] = unseal(one.pk, key, bytes(one.card_secret)) if is_open else HOLLOW  # type: ignore[arg-type]
    return found


def _keys(wanted: set[UUID]) -> dict[UUID, crypto.Key]:
    """Keys by the database's own lock, which knows every place of a person."""
    return vault.subject_keys(wanted) if wanted else {}


def _context(person: UUID) -> bytes:
    return b"people.card" + person.bytes
