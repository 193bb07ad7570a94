"""The register of all pages: the rail, the `/` search and the house's tests read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, URLPattern, path, reverse

from .doors import PUBLIC, admits

if TYPE_CHECKING:
    from .pages import Page

_pages: dict[str, "Registered"] = {}


@dataclass(frozen=True)
class Registered:
    """One page at its place."""

    name: str
    route: str
    kind: "type[Page]"

    @property
    def url(self) -> str | None:
        """The page's address, or None when it needs an object's id."""
        try:
            return reverse(self.name)
        except NoReverseMatch:
            return None


def page(route: str, kind: "type[Page]", name: str) -> URLPattern:
    """Give a page its address and its name, and list it; one that does not say who may open it is refused."""
    kind.check()
    if name in _pages and _pages[name].kind is not kind:
        raise ImproperlyConfigured(
            f"two pages are called {name!r}: {_pages[name].kind.__qualname__} and {kind.__qualname__}"
        )
    if kind.__dict__.get("name", name) != name:
        raise ImproperlyConfigured(
            f"{kind.__qualname__} is already called {kind.name!r}; give {name!r} a subclass of its own"
        )
    kind.name = name
    _pages[name] = Registered(name, route, kind)
    return path(route, kind.as_view(), name=name)


def every_page() -> Iterator[Registered]:
    """Every page of the installation."""
    yield from _pages.values()


def page_named(name: str) -> Registered | None:
    """The page of that name, if there is one."""
    return _pages.get(name)


def permission_of(name: str) -> str:
    """Who may open the page of that name; empty when no page is called so."""
    found = _pages.get(name)
    return found.kind.permission if found else ""


def open_pages(acting: Any) -> Iterator[Registered]:
    """The pages with an address of their own that this account may open."""
    for entry in _pages.values():
        if entry.kind.is_listed and admits(acting, entry.kind.permission) and entry.url is not None:
            yield entry


def public_places() -> list[Registered]:
    """The pages of the square that anyone is led to, in their order."""
    places = [
        one
        for one in _pages.values()
        if one.kind.face == "square" and one.kind.permission == PUBLIC and one.kind.is_listed and one.url
    ]
    return sorted((one for one in places if one.kind.place is not None), key=lambda one: one.kind.place or 0)
