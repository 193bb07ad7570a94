"""The RFC 6962 hash tree: whoever keeps an old root can check that a log was only ever added to."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
_SIZE_BYTES = 8


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry of the log."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Peaks:
    """A growing tree reduced to the roots of its perfect subtrees, largest first: all it takes to go on."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Peaks":
        """The tree with one more leaf hash."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Peaks":
        """The tree with these leaf hashes added in order."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            hashes.append(leaf)
            # Every trailing one bit of the old size is a perfect subtree that the new leaf completes.
            for _ in range((size ^ (size + 1)).bit_length() - 1):
                right = hashes.pop()
                hashes[-1] = node_hash(hashes[-1], right)
            size += 1
        return Peaks(size, tuple(hashes))

    def root(self) -> bytes:
        """The Merkle tree hash; of no leaves, the hash of nothing."""
        if not self.hashes:
            return hashlib.sha256(b"").digest()
        *rest, found = self.hashes
        for left in reversed(rest):
            found = node_hash(left, found)
        return found

    def to_bytes(self) -> bytes:
        """The size in eight bytes, then the hashes."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Peaks":
        """What `to_bytes` wrote, checked for its length."""
        size, body = int.from_bytes(data[:_SIZE_BYTES], "big"), data[_SIZE_BYTES:]
        expected = _SIZE_BYTES + size.bit_count() * HASH_BYTES
        if len(data) != expected:
            raise ValueError(
                f"封印数据长度不对：{size} 条记录应为 {expected} 字节，这里是 {len(data)} 字节，请从备份恢复"
            )
        return cls(size, tuple(body[i : i + HASH_BYTES] for i in range(0, len(body), HASH_BYTES)))


def root(leaves: Iterable[bytes]) -> bytes:
    """The Merkle tree hash over these leaf hashes."""
    return Peaks().extend(leaves).root()


Subtree = Callable[[int, int], bytes]
"""The root over the leaves from one position up to, not including, another."""


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The sibling hashes, nearest first, that lead from the leaf at `index` to the root."""
    return inclusion_path(index, len(leaves), lambda low, high: root(leaves[low:high]))


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The same over leaves that only `subtree` can read, as where they lie in a database."""
    if not 0 <= index < size:
        raise ValueError(f"第 {index} 条不在日志中：共 {size} 条，序号应从 0 到 {size - 1}")
    return _path(index, 0, size, subtree)


def _path(index: int, low: int, high: int, subtree: Subtree) -> list[bytes]:
    if high - low == 1:
        return []
    half = low + _split(high - low)
    if index < half:
        return [*_path(index, low, half, subtree), subtree(half, high)]
    return [*_path(index, half, high, subtree), subtree(low, half)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether `proof` shows that `leaf` stands at `index` in the tree of `size` with the `expected` root."""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(sibling, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and hmac.compare_digest(found, expected)


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """The hashes that show the tree of the `first` leaves to be the beginning of this one."""
    return consistency_path(first, len(leaves), lambda low, high: root(leaves[low:high]))


def consistency_path(first: int, size: int, subtree: Subtree) -> list[bytes]:
    """The same over leaves that only `subtree` can read."""
    if not 0 <= first <= size:
        raise ValueError(f"不能证明前 {first} 条：日志共 {size} 条，请改为 0 到 {size} 之间的数")
    return _subproof(first, 0, size, True, subtree) if first else []


def _subproof(first: int, low: int, high: int, known: bool, subtree: Subtree) -> list[bytes]:
    """RFC 6962 section 2.1.2; `known` says that the verifier already holds the root of these leaves."""
    if low + first == high:
        return [] if known else [subtree(low, high)]
    half = _split(high - low)
    if first <= half:
        return [*_subproof(first, low, low + half, known, subtree), subtree(low + half, high)]
    return [*_subproof(first - half, low + half, high, False, subtree), subtree(low, low + half)]


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `second` leaves begins with the tree of `first` leaves."""
    if not 0 < first < second:
        return _trivially_consistent(first, second, first_root, second_root, proof)
    steps = list(proof)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    if not steps:
        return False
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, step)
        here, last = here >> 1, last >> 1
    return last == 0 and hmac.compare_digest(old, first_root) and hmac.compare_digest(new, second_root)


def _trivially_consistent(first: int, second: int, old: bytes, new: bytes, proof: Sequence[bytes]) -> bool:
    """An empty tree begins every tree and a tree begins itself; neither needs a proof."""
    if proof or not 0 <= first <= second:
        return False
    return hmac.compare_digest(old, new) if first == second else hmac.compare_digest(old, root(()))


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
