"""Reading everything again: each fact against its stamp and its leaf, every leaf against the seals, all against a seal
kept outside.
"""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from jiangtai.access import acting_as_job
from jiangtai.kernel import log, merkle

from .models import LOG
from .seals import placed, tail
from .spelling import READ, respelled, stamps

_BATCH = 5_000
_FACT = f"{READ}, f.stamp"
_PLACED = f"SELECT l.position, l.digest, l.fact, {_FACT} FROM ledger_leaf l LEFT JOIN ledger_factrow f ON f.id = l.fact ORDER BY l.position"  # noqa: E501, S608
_UNPLACED = f"SELECT {_FACT}, w.fact IS NULL FROM ledger_factrow f LEFT JOIN ledger_waiting w ON w.fact = f.id WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.fact = f.id) ORDER BY f.id"  # noqa: E501, S608
_LOST = "SELECT w.fact FROM ledger_waiting w WHERE NOT EXISTS (SELECT FROM ledger_factrow f WHERE f.id = w.fact)"


@dataclass(frozen=True)
class Report:
    """What a verification read and the faults it found, in order."""

    size: int
    tail: int
    head: log.Head | None
    faults: list[str]


class BadSeal(ValueError):
    """The file is no seal of a ledger."""


def read_seal(file: Path) -> log.Head:
    """A seal that was kept outside the database."""
    try:
        row = json.loads(file.read_text(encoding="utf-8"))
        row = row["seals"][0] if "seals" in row else row  # the square's file holds many, the newest first
        return log.Head(int(row["size"]), bytes.fromhex(row["root"]), datetime.fromisoformat(row["at"]))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise BadSeal(f"{file} 不是账本封印文件，请给出 jiangtai ledger seal --out 写出的文件") from error


def verify(outside: log.Head | None = None) -> Report:
    """Read every row in one snapshot; the faults, the first that does not fit first."""
    with acting_as_job("账本核验"), transaction.atomic():
        with connection.cursor() as cursor:
            if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        counted = _Counted(_leaves())
        faults = list(LOG.faults(counted, outside))
        faults += _unplaced()
        return Report(counted.size, tail(), LOG.head(), faults)


class _Counted:
    """Leaves as they pass, counted."""

    def __init__(self, leaves: Iterator[tuple[int, bytes, str]]) -> None:
        self.size, self._leaves = 0, leaves

    def __iter__(self) -> Iterator[tuple[int, bytes, str]]:
        for one in self._leaves:
            self.size += 1
            yield one


def _leaves() -> Iterator[tuple[int, bytes, str]]:
    makers = stamps()
    for position, kept, fact, *texts, stamp in _rows(_PLACED):
        yield position, bytes(kept), _fault(position, bytes(kept), fact, texts, stamp, makers)


def _fault(position: int, kept: bytes, fact: Any, texts: list[str | None], stamp: Any, makers: list[Any]) -> str:
    if texts[0] is None:
        return f"（{fact}）的事实已不在库中"
    columns = respelled(texts)
    if merkle.leaf_hash(placed(position, columns)) != kept:
        return f"（{fact}，{texts[1]}）内容与封存时不一致"
    return "" if _is_ours(columns, stamp, makers) else f"（{fact}，{texts[1]}）不是本系统写入的：防伪戳不符"


def _unplaced() -> list[str]:
    makers, found = stamps(), []
    for *texts, stamp, is_lost in _rows(_UNPLACED):
        if is_lost:
            found.append(f"未封存的事实（{texts[0]}，{texts[1]}）不在待定位之列：不是正常写入的")
        elif not _is_ours(respelled(texts), stamp, makers):
            found.append(f"未封存的事实（{texts[0]}，{texts[1]}）不是本系统写入的：防伪戳不符")
    return found + [f"待定位的事实（{fact}）已不在库中" for (fact,) in _rows(_LOST)]


def _is_ours(columns: str, stamp: Any, makers: list[Any]) -> bool:
    text = f"[{columns}]".encode()
    return any(hmac.compare_digest(make(text), bytes(stamp)) for make in makers)


def _rows(statement: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(_BATCH):
            yield from rows
