"""Every row's id is a UUIDv7 (RFC 9562): it sorts by the moment it was made."""

import os
import secrets
import threading
import time
import uuid
from array import array
from itertools import accumulate

_TAIL_BITS = 74
_STEP_BITS = 32
_TAIL, _LOW = (1 << _TAIL_BITS) - 1, (1 << 62) - 1
_VERSION_AND_VARIANT = 0x7 << 76 | 0b10 << 62


class _Sequence:
    """The last id this process made, as milliseconds and a 74-bit tail; the next one is always greater."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin anew: a forked child must not wait for a lock that its parent held."""
        self._lock = threading.Lock()
        self._last = 0

    def following(self, milliseconds: int) -> int:
        """The next number: random within a new millisecond, a random step onwards within the same one."""
        with self._lock:
            self._last = self._next(milliseconds)
            return self._last

    def many(self, milliseconds: int, count: int) -> list[int]:
        """The next number, and so many in all, each a random step onwards."""
        steps = array("I", secrets.token_bytes((count - 1) * _STEP_BITS // 8))
        with self._lock:
            first = self._next(milliseconds)
            numbers = list(accumulate(steps, lambda number, step: number + 1 + step, initial=first))
            self._last = numbers[-1]
            return numbers

    def _next(self, milliseconds: int) -> int:
        # A full tail carries into the milliseconds, and a clock set back is ignored: order comes first.
        if milliseconds > self._last >> _TAIL_BITS:
            return milliseconds << _TAIL_BITS | secrets.randbits(_TAIL_BITS - 1)
        return self._last + 1 + secrets.randbits(_STEP_BITS)


_sequence = _Sequence()
os.register_at_fork(after_in_child=_sequence.start)


def new_id() -> uuid.UUID:
    """A UUIDv7 greater than every one this process made before."""
    return uuid.UUID(int=_spread(_sequence.following(_milliseconds())))


def new_ids(count: int) -> list[str]:
    """So many of them, made at one moment: as text, for whoever writes thousands of rows."""
    if not count:
        return []
    texts = [f"{_spread(number):032x}" for number in _sequence.many(_milliseconds(), count)]
    return [f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}" for one in texts]


def read_id(text: str) -> uuid.UUID | None:
    """The id that a text is, or None."""
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


def _spread(number: int) -> int:
    """Milliseconds and tail, with version and variant between."""
    tail = number & _TAIL
    return number >> _TAIL_BITS << 80 | tail >> 62 << 64 | tail & _LOW | _VERSION_AND_VARIANT
