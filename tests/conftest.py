"""Browsers for the walks: each demo account signs in once in a session, and every test gets fresh windows of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live import DESK, Live, sign_in

Window = Callable[..., Any]


@pytest.fixture(scope="session")
def signed_states(chromium: Any, live: Live) -> Callable[[str], Any]:
    """What a browser remembers of a signed-in demo account; a code serves once, so nobody signs in twice."""
    known: dict[str, Any] = {}

    def state(username: str) -> Any:
        if username not in known:
            context = chromium.new_context(viewport=DESK, base_url=live.url, locale="zh-CN")
            page = context.new_page()
            sign_in(page, live, username)
            known[username] = context.storage_state()
            context.close()
        return known[username]

    return state


@pytest.fixture
def window(chromium: Any, live: Live, signed_states: Callable[[str], Any]) -> Iterator[Window]:
    """`window("zhoumin")`, `window(size=PHONE)`, `window(scripts=False)`: a window of its own, empty or signed in."""
    contexts, faults = [], []

    def open_window(username: str = "", size: dict[str, int] = DESK, scripts: bool = True) -> Any:
        context = chromium.new_context(
            viewport=size, base_url=live.url, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=scripts,
            reduced_motion="reduce", storage_state=signed_states(username) if username else None,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def forge(live: Live) -> Callable[..., Any]:
    """`forge(page, path, **fields)`: a POST that no page of ours offers, with this window's cookies and token."""

    def post(page: Any, path: str, **fields: str) -> Any:
        token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
        form = {"csrfmiddlewaretoken": token, **fields}
        return page.context.request.post(path, form=form, headers={"Referer": live.url}, max_redirects=0)

    return post
