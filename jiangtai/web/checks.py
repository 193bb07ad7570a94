"""What is checked of all pages together, once every address is loaded."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import get_resolver

from .registry import every_page, page_named


def check_parents(app_configs: Any, **rest: Any) -> list[CheckMessage]:
    """Every parent that a page names is a page."""
    get_resolver().url_patterns  # noqa: B018
    return [
        Error(
            f"{one.kind.__module__}.{one.kind.__qualname__}: its parent {name!r} is not a page",
            id="web.E001",
            hint="`parents` holds the names given to page(route, Class, name)",
        )
        for one in every_page()
        for name in one.kind.parents
        if page_named(name) is None
    ]
