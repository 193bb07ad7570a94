"""What to call a worker: the account holds no name in clear, so another room says whose it is."""

from collections.abc import Callable
from typing import Any

NameOf = Callable[[Any], str]
_asked: list[NameOf] = []


def workers_are_called(find: NameOf) -> NameOf:
    """Register how the name behind a worker's account is found; the last word counts."""
    _asked[:] = [find]
    return find


def own_name(account: Any) -> str:
    """The account's own name, else what the register calls its holder; empty where nobody knows."""
    return account.name or next(filter(None, (find(account) for find in _asked)), "")
