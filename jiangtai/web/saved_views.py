"""A saved view is a list's address under a name of the user's own."""

from typing import Any

from django.core.exceptions import ValidationError

from .models import SavedView

LONGEST_NAME, LONGEST_QUERY, MOST_VIEWS = 20, 1000, 20


def views_of(acting: Any, page: str, address: str) -> list[dict[str, Any]]:
    """The account's views of a page; the one that shows what is shown now is marked."""
    if acting.account is None:
        return []
    views = SavedView.objects.filter(account_id=acting.account.id, page=page).order_by("name")
    return [{"view": view, "is_current": view.query == address} for view in views]


def keep_view(acting: Any, page: str, name: str, address: str) -> str:
    """Keep an address under a name; the same name again replaces it. Returns what to tell the user."""
    name = " ".join(name.split())[:LONGEST_NAME]
    mine = SavedView.objects.filter(account_id=acting.account.id, page=page)
    if not name or len(address) > LONGEST_QUERY:
        return ""
    if mine.count() >= MOST_VIEWS and not mine.filter(name=name).exists():
        return f"最多保存 {MOST_VIEWS} 个视图，请先删去不用的"
    SavedView.objects.update_or_create(account_id=acting.account.id, page=page, name=name, defaults={"query": address})
    return f"已保存视图“{name}”"


def drop_view(acting: Any, page: str, view_id: str) -> str:
    """Forget one of the account's own views."""
    try:
        SavedView.objects.filter(account_id=acting.account.id, page=page, pk=view_id).delete()
    except (ValueError, ValidationError):
        return ""
    return "已删除视图"
