"""An officer adds a passkey and signs in by it, in a real browser with a virtual authenticator."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.live import DESK, Live, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def desk_with_key(chromium: Any, live: Live) -> Iterator[Any]:
    """A page at `localhost` (a passkey belongs to a name, not to an address), with an authenticator plugged in."""
    context = chromium.new_context(viewport=DESK, base_url=live.url.replace("127.0.0.1", "localhost"), locale="zh-CN")
    page = context.new_page()
    key = context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    context.close()


def test_a_passkey_serves_as_the_second_factor_and_confirms_who_sits_here(desk_with_key: Any, live: Live) -> None:
    page = desk_with_key
    sign_in(page, live, "gaiwenbo")
    page.goto("/account/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.get_by_label("密码").fill(live.password)
        page.locator(".button.primary").click()
    page.get_by_label("给它起个名").fill("办公电脑")
    page.locator("#mfa_webauthn_add").click()
    expect(page).not_to_have_url(re.compile("/add/"))
    page.goto("/account/2fa/webauthn/")
    assert "办公电脑" in page.content()

    page.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_label("登录名").fill("gaiwenbo")
    page.get_by_label("密码", exact=True).fill(live.password)
    page.get_by_role("button", name="登录").click()
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url("**/office/")
    assert "盖文博" in page.content()

    page.goto("/account/2fa/webauthn/reauthenticate/?next=/office/me/")
    page.locator("#mfa_webauthn_reauthenticate").click()
    page.wait_for_url("**/office/me/")
