"""Signing in by the real addresses: what stops it half way, and what proves a worker's phone."""

import re
import time
from base64 import b32encode
from datetime import UTC, datetime

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from jiangtai.access import AuditEntry, accounts, acting_as, acting_as_job, phones
from tests.office import PASSWORD

SECRET = b32encode(b"paper-ink-vermilion!").decode()
OLD, NEW = "19900000031", "19900000032"


@pytest.fixture
def half_signed_in(office, client):
    """A browser that gave the right password and is asked for the second factor; and whose it is."""
    cache.clear()
    person = office.person("liaison", "甲街")
    TOTP.activate(person, SECRET)
    answer = client.post("/account/login/", {"login": person.username, "password": PASSWORD})
    assert answer.url == "/account/2fa/authenticate/"
    return client, person


def test_a_second_factor_lets_in(half_signed_in):
    client, _ = half_signed_in
    assert client.post("/account/2fa/authenticate/", {"code": totp(SECRET)}).url == "/home/"
    assert client.get("/office/me/").status_code == 200


@pytest.fixture
def moment(monkeypatch):
    """`moment(seconds)`: it is now so many seconds into a step of codes."""
    start = 1_795_000_020 - 1_795_000_020 % 30

    def set_(seconds):
        monkeypatch.setattr("time.time", lambda: start + seconds)
        told = datetime.fromtimestamp(start + seconds, UTC)
        monkeypatch.setattr("django.core.cache.backends.db.tz_now", lambda: told)

    set_(0)
    return set_


@pytest.mark.parametrize(("steps", "leads"), [(-2, None), (-1, "/home/"), (0, "/home/"), (2, None)])
def test_a_code_typed_at_the_end_of_its_step_still_lets_in_but_not_one_of_two_before(
    half_signed_in, moment, steps, leads
):
    client, _ = half_signed_in
    answer = client.post("/account/2fa/authenticate/", {"code": totp(SECRET, steps)})
    assert (answer.status_code, getattr(answer, "url", None)) == ((302, leads) if leads else (200, None))


@pytest.mark.parametrize("later", [1, 31, 59])
def test_a_used_code_stays_refused_for_as_long_as_it_would_hold(half_signed_in, moment, later):
    client, person = half_signed_in
    code = totp(SECRET, 1 if later > 30 else 0)
    assert client.post("/account/2fa/authenticate/", {"code": code}).url == "/home/"
    moment(later)
    other = Client()
    other.post("/account/login/", {"login": person.username, "password": PASSWORD})
    answer = other.post("/account/2fa/authenticate/", {"code": code})
    assert answer.status_code == 200
    assert "动态码不对或已过期" in answer.content.decode()
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="sign_in.failed", target=person.pk, reason="二次验证不对").exists()
    assert other.post("/account/2fa/authenticate/", {"code": totp(SECRET, 1)}).url == "/home/"


def test_who_was_disabled_after_the_password_does_not_come_in_by_the_second_factor(half_signed_in, office):
    client, person = half_signed_in
    with acting_as(office.person("system_admin")):
        accounts.disable(person, "离职")
    answer = client.post("/account/2fa/authenticate/", {"code": totp(SECRET)})
    assert answer.url == "/account/inactive/"
    assert client.get("/office/me/").status_code == 302
    with acting_as_job("测试"):
        assert not AuditEntry.objects.filter(action="signed.in", target=person.pk).exists()
        assert AuditEntry.objects.filter(action="sign_in.failed", target=person.pk, reason="账号已停用").exists()
    with acting_as(office.person("system_admin")):
        accounts.enable(person, "回来了")
    assert client.get("/office/me/").status_code == 302, "what was begun before does not go on"
    assert client.post("/account/2fa/authenticate/", {"code": totp(SECRET)}).url == "/account/login/"


@pytest.fixture
def worker(db, settings, capsys):
    """A worker's browser, and `code(path, **fields)`: ask there for a code and read it from the text message."""
    settings.SMS_PORT = "jiangtai.kernel.sms.ConsolePort"
    cache.clear()
    client = Client()

    def code(path, **fields):
        cache.clear()  # one message a minute, let go
        assert client.post(path, fields).status_code == 302, path
        return re.search(r"验证码 (\d{6})", capsys.readouterr().out)[1]

    assert client.post("/signin/code/", {"code": code("/signin/", phone=OLD, consent="on")}).url == "/home/"
    return client, code


def totp(secret, steps=0):
    """The six digits of now, or of so many steps before (-1) or after (1)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def proof_is_past(client):
    session = client.session
    session["phone_proved"] = 0
    session.save()


def phone_held():
    with acting_as_job("测试"):
        return [number for number in (OLD, NEW) if phones.holder(number)]


def test_a_phone_is_changed_by_who_holds_the_old_and_the_new_one(worker):
    client, code = worker
    proof_is_past(client)
    assert "199****0031" in client.get("/pocket/phone/").content.decode()
    assert client.post("/pocket/phone/old/", {"code": code("/pocket/phone/")}).url == "/pocket/phone/new/"
    assert client.post("/pocket/phone/code/", {"code": code("/pocket/phone/new/", phone=NEW)}).url == "/home/"
    assert phone_held() == [NEW]


def test_who_signed_in_by_the_phone_a_moment_ago_is_not_asked_again(worker):
    client, code = worker
    assert client.get("/pocket/phone/").url == "/pocket/phone/new/"
    assert client.post("/pocket/phone/code/", {"code": code("/pocket/phone/new/", phone=NEW)}).url == "/home/"
    assert phone_held() == [NEW]


def test_a_live_session_alone_changes_no_phone(worker):
    client, code = worker
    proof_is_past(client)
    for path, fields in (("/pocket/phone/new/", {"phone": NEW}), ("/pocket/phone/code/", {"code": "123456"})):
        assert client.get(path).url == client.post(path, fields).url == "/pocket/phone/"
    stolen = code("/signin/", phone=NEW, consent="on")  # a code to the thief's own phone proves nothing here
    answer = client.post("/pocket/phone/old/", {"code": stolen})
    assert "不是发到原手机号的" in answer.content.decode()
    assert client.post("/pocket/phone/code/", {"code": stolen}).url == "/pocket/phone/"
    assert phone_held() == [OLD]
