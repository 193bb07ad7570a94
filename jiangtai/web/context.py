"""What the shells need on every page: the rail, the posts to switch to, the demo mark, the elder mode."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .doors import admits
from .pages import SECTIONS, SHELLS
from .place import place_name
from .registry import every_page, public_places
from .search import box_words

ELDER_COOKIE = "elder"
SHORT_RAIL = 12


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of the shells; what costs a query is asked only where it is drawn."""
    acting = getattr(request, "acting", None)
    return {
        "acting": acting,
        "is_demo": getattr(settings, "DEMO", False),
        "is_elder": request.COOKIES.get(ELDER_COOKIE) == "1",
        "manage_shell": SHELLS[_manage_face(acting)],
        "find_words": SimpleLazyObject(lambda: box_words(acting)),
        "place": SimpleLazyObject(place_name),
        "places": SimpleLazyObject(public_places),
        "rail": SimpleLazyObject(lambda: rail(acting)),
    }


def rail(acting: Any) -> list[dict[str, Any]]:
    """The sections that hold at least one page this account may open; a long rail opens its first one only."""
    entries: list[dict[str, Any]] = [
        {"nav": one.kind.nav, "name": one.name, "url": one.url, "count": _count(one.kind.nav, acting)}
        for one in every_page()
        if one.kind.nav and one.kind.face == "office" and admits(acting, one.kind.permission) and one.url
    ]
    entries.sort(key=lambda entry: (entry["nav"].order, entry["nav"].label))
    sections = [_section(title, [one for one in entries if one["nav"].section == title]) for title in SECTIONS]
    found = [section for section in sections if section["entries"]]
    for section in found:
        section["is_open"] = section is found[0] or len(entries) <= SHORT_RAIL
    return found


def _section(title: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """A section with the names of its pages and with what waits in it, which is said while it is closed."""
    names = [one["name"] for one in entries]
    return {"title": title, "entries": entries, "names": names, "count": sum(one["count"] or 0 for one in entries)}


def _manage_face(acting: Any) -> str:
    """The face in which an account looks after itself: passwords, second factors, sessions."""
    if acting is None or acting.account is None:
        return "bare"
    return "pocket" if acting.is_worker else "office"


def _count(nav: Any, acting: Any) -> int | None:
    return nav.count(acting) if nav.count else None
