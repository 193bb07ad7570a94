"""Who may open a page: a permission by name, or one of four words where no single permission decides."""

from typing import Any

PUBLIC, SIGNED_IN, WORKER, OFFICE = "public", "signed-in", "worker", "office"
"""Anyone; any account; workers; office accounts."""


def admits(acting: Any, permission: str) -> bool:
    """Whether an account may open what asks for this permission."""
    if permission == PUBLIC:
        return True
    if acting is None or acting.account is None:
        return False
    if permission in (SIGNED_IN, WORKER, OFFICE):
        return {SIGNED_IN: True, WORKER: acting.is_worker, OFFICE: acting.is_office}[permission]
    return bool(acting.may(permission))
