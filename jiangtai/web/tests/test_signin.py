"""Signing in by the real addresses: what stops it half way, and what proves a worker's phone."""

import re
from base64 import b32encode

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
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


def totp(secret):
    """The six digits of now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


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
