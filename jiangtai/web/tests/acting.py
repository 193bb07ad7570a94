"""Accounts and requests for the tests of this room, without any of access's tables."""

import uuid
from types import SimpleNamespace
from typing import Any

from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory
from django.urls import get_resolver

UNIT = SimpleNamespace(id=uuid.UUID(int=7), name="锦川区总工会", short_name="区总工会")


def acting(*permissions: str, kind: str = "office") -> Any:
    """Someone with these permissions; `kind` is office, worker or nobody."""
    account = SimpleNamespace(id=uuid.UUID(int=1), pk=uuid.UUID(int=1), name="周敏", username="zhoumin")
    return SimpleNamespace(
        account=None if kind == "nobody" else account,
        unit=UNIT if kind == "office" else None,
        posts=(SimpleNamespace(unit=UNIT, role_labels=["工会干部"], is_current=True),) if kind == "office" else (),
        role_labels=["工会干部"],
        is_office=kind == "office",
        is_worker=kind == "worker",
        may=lambda permission: permission in permissions,
    )


def ask(page: Any, who: Any, path: str = "/x/", data: Any = None, target: str = "", **kwargs: Any) -> Any:
    """What a page answers: a GET, or a POST when there is data; `target` makes it one of htmx."""
    headers = {"HX-Request": "true", "HX-Target": target} if target else {}
    factory = RequestFactory()
    request = factory.get(path, headers=headers) if data is None else factory.post(path, data, headers=headers)
    request.acting = who  # type: ignore[attr-defined]
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    assert get_resolver().url_patterns, "every page is registered by loading the addresses"
    page.name = page.name or "web.office"
    response = page.as_view()(request, **kwargs)
    response.said = [str(one) for one in request._messages]  # type: ignore[attr-defined]
    return response


def text_of(response: Any) -> str:
    """The page as text."""
    return response.content.decode()
