"""Places and seals: committed facts get their position, and a root over them that anyone may keep."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from jiangtai.access import acting_as_job
from jiangtai.kernel import log, merkle

from .models import LOG, FactRow, Leaf, Seal, Waiting
from .spelling import COLUMNS, READ, respelled, spelled

_BATCH = 5_000
_TAKE = (
    "DELETE FROM ledger_waiting WHERE fact IN (SELECT fact FROM ledger_waiting ORDER BY fact LIMIT %s) RETURNING fact"
)
_NEW = f"SELECT {READ} FROM ledger_factrow f WHERE f.id = ANY(%s) AND NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.fact = f.id) ORDER BY f.id"  # noqa: E501, S608


def seal() -> log.Head | None:
    """Place what is committed, then seal; the head, or None while nothing was ever written."""
    with acting_as_job("账本封存"):
        return LOG.sequence(_placed)


def head(size: int | None = None) -> log.Head | None:
    """The newest seal, or that over so many facts."""
    return LOG.head(size)


def tail() -> int:
    """How many committed facts no seal holds yet."""
    return Waiting.objects.count()


def roots(limit: int = 30) -> list[log.Head]:
    """The last seal of each day, the newest first, as the square shows them."""
    rows = Seal.objects.order_by("-made_at__date", "-size").distinct("made_at__date")[:limit]
    return [log.Head(row.size, bytes(row.root), row.made_at) for row in rows]


def digest(position: int, *columns: Any) -> bytes:
    """The leaf of a fact at its position: a row moved to another place does not fit there."""
    return merkle.leaf_hash(spelled(str(position), *columns))


def write_seal(file: Path) -> log.Head | None:
    """Keep the newest seal outside the database."""
    if newest := head():
        file.write_text(json.dumps(as_json(newest), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return newest


def extends(older: log.Head) -> bool:
    """Whether the newest seal can be proved to cover all that an older one, kept outside, covers."""
    newest = head()
    if newest is None or not 0 < older.size <= newest.size:
        return False
    path = LOG.consistency(older.size, newest.size)
    return merkle.verify_consistency(older.size, newest.size, older.root, newest.root, path)


def newest_moment() -> datetime | None:
    """When the newest fact was written, by the clock that may have been moved since."""
    return FactRow.unscoped.aggregate(newest=Max("made_at"))["newest"]


def as_json(one: log.Head) -> dict[str, Any]:
    """A seal as it is kept outside."""
    return {"size": one.size, "root": one.root_hex, "at": one.at.isoformat()}


def places(facts: Iterable[UUID]) -> dict[UUID, int]:
    """Where these facts stand in the ledger, counted from one; those that still wait are left out."""
    rows = Leaf.objects.filter(fact__in=list(facts)).values_list("fact", "position")
    return {fact: position + 1 for fact, position in rows}


def prove(fact: UUID) -> dict[str, Any] | None:
    """All that is needed to check, with SHA-256 alone, that a fact stands under a root; None while it waits."""
    place, row = Leaf.objects.filter(fact=fact).first(), FactRow.unscoped.filter(pk=fact).first()
    if place is None or row is None:
        return None
    columns = [getattr(row, name) for name in COLUMNS]
    proof = LOG.proof(place.position, digest(place.position, *columns))
    if proof is None:
        return None
    return {
        "fact": str(fact),
        "entry": spelled(str(place.position), *columns).decode(),
        "position": place.position,
        "path": [one.hex() for one in proof.path],
        "seal": as_json(proof.head),
        "holds": proof.holds,
    }


def check_proof(proof: dict[str, Any]) -> bool:
    """Whether a proof leads from its entry to its root; needs no database."""
    leaf = merkle.leaf_hash(proof["entry"].encode())
    path = [bytes.fromhex(one) for one in proof["path"]]
    root = bytes.fromhex(proof["seal"]["root"])
    return merkle.verify_inclusion(leaf, proof["position"], proof["seal"]["size"], path, root)


@dataclass(frozen=True)
class Proof:
    """A proof that came back as a file: of which fact, under which root, and whether its path leads there."""

    fact: UUID
    kind: str
    day: date
    position: int
    size: int
    root: bytes
    holds: bool

    @property
    def sealed(self) -> log.Head | None:
        """The seal under that root as this ledger made it, whatever the file says of when; None where it made none."""
        own = head(self.size)
        return own if self.holds and own and own.root == self.root and extends(own) else None


def read_proof(proof: Any) -> Proof:
    """A proof out of what a file says; ValueError for what is none."""
    try:
        place, *texts = json.loads(proof["entry"])
        told, sealed = dict(zip(COLUMNS, texts, strict=True)), proof["seal"]
        size, root = int(sealed["size"]), bytes.fromhex(sealed["root"])
        holds = place == str(proof["position"]) and check_proof(proof)
        return Proof(UUID(told["id"]), told["type"], date.fromisoformat(told["day"]), int(place), size, root, holds)
    except (AttributeError, KeyError, TypeError, OverflowError) as error:
        raise ValueError("no proof") from error


def _placed(position: int) -> Iterator[log.Placed]:
    """What waits, in the order of writing, with its places; what was placed waits no more."""
    while ids := _take():
        with connection.cursor() as cursor:
            cursor.execute(_NEW, [ids])
            rows = cursor.fetchall()
        for place, texts in enumerate(rows, position):
            yield place, merkle.leaf_hash(placed(place, respelled(texts))), texts[0]
        position += len(rows)


def placed(position: int, columns: str) -> bytes:
    """What the leaf covers of columns that are one text already."""
    return f'["{position}",{columns}]'.encode()


def _take() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [_BATCH])
        return [fact for (fact,) in cursor.fetchall()]
