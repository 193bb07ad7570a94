"""The name of the place this installation serves: its root unit's, asked for once a minute at most."""

import time

from jiangtai.access import root

_KEPT_SECONDS = 60
_known: tuple[float, str] = (0.0, "")


def place_name() -> str:
    """锦川区, or nothing before the first unit exists."""
    global _known
    if not _known[1] or time.monotonic() - _known[0] > _KEPT_SECONDS:
        _known = (time.monotonic(), _ask())
    return _known[1]


def _ask() -> str:
    unit = root()
    return unit.name if unit else ""
