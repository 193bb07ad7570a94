"""A log that can only grow, in three tables: leaves in their order, the nodes above every 256 of them, and the seals.

The ledger and the audit are such logs. Whoever writes an entry never waits: a single sequencer gives committed entries
their position afterwards. The nodes make a proof cost a few hundred rows, however long the log has become.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

from . import clock, merkle
from .rows import AppendOnly

Placed = tuple[int, bytes, Any]
"""The position and digest of an entry, and the entry's id."""
SPAN_BITS = 8
SPAN = 1 << SPAN_BITS
_BATCH = 5_000


class Leaf(models.Model):
    """The position of an entry; given when the entry was seen committed, never changed."""

    is_append_only = True

    position = models.BigIntegerField("位置", primary_key=True)
    digest = models.BinaryField("叶摘要")

    class Meta:
        abstract = True
        triggers = AppendOnly.Meta.triggers


class Node(models.Model):
    """The root over 256, 65 536, … leaves that lie full below it."""

    is_append_only = True

    id = models.BigAutoField(primary_key=True)
    level = models.PositiveSmallIntegerField("层")
    index = models.BigIntegerField("序号")
    digest = models.BinaryField("摘要")

    class Meta:
        abstract = True
        triggers = AppendOnly.Meta.triggers
        constraints = (models.UniqueConstraint(fields=("level", "index"), name="%(app_label)s_%(class)s_once"),)


class Seal(AppendOnly):
    """The root over the first `size` entries at a moment."""

    size = models.BigIntegerField("条数", unique=True)
    root = models.BinaryField("根")
    peaks = models.BinaryField("树峰")

    class Meta(AppendOnly.Meta):
        abstract = True
        ordering = ("-size",)


@dataclass(frozen=True)
class Head:
    """The state of a log at one of its seals."""

    size: int
    root: bytes
    at: datetime

    @property
    def root_hex(self) -> str:
        """The root as people compare it."""
        return self.root.hex()


@dataclass(frozen=True)
class Proof:
    """The hashes that lead from one entry to the root of a seal, and whether they do."""

    position: int
    head: Head
    path: tuple[bytes, ...]
    holds: bool


def spelled(columns: Iterable[Any]) -> bytes:
    """The bytes that a leaf covers: the columns of an entry as text, spelled one way."""
    return json.dumps(list(columns), ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Log:
    """One log: its tables, and the number of the lock that lets one sequencer run at a time."""

    leaves: type[Any]
    nodes: type[Any]
    seals: type[Any]
    lock: int

    def sequence(self, waiting: Callable[[int], Iterable[Placed]]) -> Head | None:
        """Give what waits its place, a batch at a time, then seal; `waiting(position)` yields leaves from there on."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [self.lock])
            rows = iter(waiting(self._next()))
            while batch := list(islice(rows, _BATCH)):
                self._place(batch)
            self._seal()
        return self.head()

    def head(self, size: int | None = None) -> Head | None:
        """The newest seal, or that over `size` entries."""
        rows = self.seals.objects.order_by("-size")
        found = (rows if size is None else rows.filter(size=size)).first()
        return Head(found.size, bytes(found.root), found.made_at) if found else None

    def proof(self, position: int, leaf: bytes) -> Proof | None:
        """What shows that a leaf stands under the newest seal; None while it is not sealed yet."""
        newest = self.head()
        if newest is None or position >= newest.size:
            return None
        path = merkle.inclusion_path(position, newest.size, self._subtree)
        holds = merkle.verify_inclusion(leaf, position, newest.size, path, newest.root)
        return Proof(position, newest, tuple(path), holds)

    def consistency(self, first: int, size: int) -> list[bytes]:
        """What shows that the log of `first` entries begins the log of `size`."""
        return merkle.consistency_path(first, size, self._subtree)

    def faults(self, leaves: Iterable[tuple[int, bytes, str]], outside: Head | None = None) -> Iterator[str]:
        """What does not fit among leaves in order, and the seals over them."""
        seals = {row.size: bytes(row.root) for row in self.seals.objects.order_by("size")}
        yield from faults_of(leaves, seals, outside)

    def _place(self, batch: list[Placed]) -> None:
        leaves = self.leaves._meta
        entry = next(field.column for field in leaves.concrete_fields if field.name not in ("position", "digest"))
        statement = f"INSERT INTO {leaves.db_table} (position, digest, {entry}) SELECT * FROM unnest(%s::bigint[], %s::bytea[], %s::uuid[])"  # noqa: E501, S608
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(column) for column in zip(*batch, strict=True)])

    def _next(self) -> int:
        last = self.leaves.objects.order_by("-position").values_list("position", flat=True).first()
        return 0 if last is None else last + 1

    def _seal(self) -> None:
        newest = self.seals.objects.order_by("-size").first()
        peaks = merkle.Peaks.from_bytes(bytes(newest.peaks)) if newest else merkle.Peaks()
        size = self._next()
        if size == peaks.size:
            return
        grown = peaks.extend(self._digests(peaks.size, size))
        self._keep_nodes(size)
        self.seals.objects.create(size=size, root=grown.root(), peaks=grown.to_bytes(), made_at=clock.now())

    def _keep_nodes(self, size: int) -> None:
        """Every span that is full has its node, also one that was full before nodes were kept."""
        level, below = 1, size
        while below := below >> SPAN_BITS:
            first = self.nodes.objects.filter(level=level).count()
            self.nodes.objects.bulk_create(
                self.nodes(level=level, index=index, digest=self._span(level, index)) for index in range(first, below)
            )
            level += 1

    def _span(self, level: int, index: int) -> bytes:
        low, high = index << SPAN_BITS, index + 1 << SPAN_BITS
        return merkle.root(self._digests(low, high) if level == 1 else self._nodes(level - 1, low, high))

    def _subtree(self, low: int, high: int) -> bytes:
        """The root over a range of leaves, from the highest nodes that fill it."""
        width = high - low
        if width <= SPAN:
            return merkle.root(self._digests(low, high))
        full = 1 << width.bit_length() - 1
        if full != width:
            return merkle.node_hash(self._subtree(low, low + full), self._subtree(low + full, high))
        level = (width.bit_length() - 1) // SPAN_BITS
        shift = level * SPAN_BITS
        return merkle.root(self._nodes(level, low >> shift, high >> shift))

    def _digests(self, low: int, high: int) -> Iterator[bytes]:
        rows = self.leaves.objects.filter(position__gte=low, position__lt=high).order_by("position")
        return (bytes(one) for one in rows.values_list("digest", flat=True).iterator(_BATCH))

    def _nodes(self, level: int, low: int, high: int) -> Iterator[bytes]:
        rows = self.nodes.objects.filter(level=level, index__gte=low, index__lt=high).order_by("index")
        return (bytes(one) for one in rows.values_list("digest", flat=True))


def faults_of(
    leaves: Iterable[tuple[int, bytes, str]], seals: dict[int, bytes], outside: Head | None = None
) -> Iterator[str]:
    """What does not fit among (position, digest, fault of the entry) in order, and the roots over them."""
    peaks, new, expected, before = merkle.Peaks(), [], 0, 0
    for position, digest, fault in leaves:
        if position != expected:
            yield f"第 {expected + 1} 条缺失：下一条的位置是 {position + 1}"
            return
        if fault:
            yield f"第 {position + 1} 条{fault}"
        new.append(digest)
        expected += 1
        is_kept = outside is not None and expected == outside.size
        if expected not in seals and not is_kept and len(new) < _BATCH:
            continue
        peaks, new = peaks.extend(new), []
        if expected in seals:
            if seals.pop(expected) != peaks.root():
                yield f"前 {expected} 条的根与封存的根不一致（第 {before + 1} 条到第 {expected} 条之间有改动）"
            before = expected
        if outside and is_kept and peaks.root() != outside.root:
            yield f"前 {expected} 条的根与库外封印（{outside.root_hex[:16]}…）不一致：库内记录和封存都被改写过"
    yield from (f"封存了 {size} 条，现只有 {expected} 条" for size in seals)
    if outside and outside.size > expected:
        yield f"库外封印有 {outside.size} 条，现只有 {expected} 条"
