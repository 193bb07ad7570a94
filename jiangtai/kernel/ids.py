"""Every row's id is a UUIDv7 (RFC 9562): it sorts by the moment it was made."""

import os
import secrets
import threading
import time
import uuid

_TAIL_BITS = 74
_STEP_BITS = 32
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
            fresh = milliseconds << _TAIL_BITS | secrets.randbits(_TAIL_BITS - 1)
            stepped = self._last + 1 + secrets.randbits(_STEP_BITS)
            # A full tail carries into the milliseconds, and a clock set back is ignored: order comes first.
            self._last = fresh if milliseconds > self._last >> _TAIL_BITS else stepped
            return self._last


_sequence = _Sequence()
os.register_at_fork(after_in_child=_sequence.start)


def new_id() -> uuid.UUID:
    """A UUIDv7 greater than every one this process made before."""
    number = _sequence.following(time.time_ns() // 1_000_000)
    milliseconds, tail = number >> _TAIL_BITS, number & (1 << _TAIL_BITS) - 1
    high, low = tail >> 62, tail & (1 << 62) - 1
    return uuid.UUID(int=milliseconds << 80 | high << 64 | low | _VERSION_AND_VARIANT)
