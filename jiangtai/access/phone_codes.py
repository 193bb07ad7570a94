"""A one-time code shows that whoever asks holds the phone; the phone waits in the session, encrypted."""

import base64
import hashlib
import hmac
import secrets

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import parse_rates
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest

from jiangtai import vault
from jiangtai.kernel import clock, codes, crypto, masking, sms

from . import audit, parameters
from .acting import Acting
from .refusals import Refused

SLOT, PROVED, TRIES, DIGITS = "phone_code", "phone_proved", 5, 6


def send(request: HttpRequest, phone: str) -> None:
    """Send a code to a phone and remember both until it is entered."""
    phone = codes.parse_phone(phone)
    if not ratelimit.consume(request, action="phone_code", key=_digest(phone, "rate")):
        raise Refused(f"验证码发送过于频繁：同一号码 {_rates()}，请稍后再试", "rate")
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    minutes = int(parameters.value("access.code_minutes"))
    try:
        sms.send(phone, f"验证码 {code}，{minutes} 分钟内有效。不要告诉任何人，工作人员也不会索要。")
    except sms.SmsError as error:
        raise Refused(str(error), "sms") from error
    sealed = crypto.encrypt(vault.keyring().active("wrap"), phone.encode(), context=b"phone-code")
    request.session[SLOT] = {
        "phone": base64.b64encode(sealed).decode(),
        "code": _digest(code, "code"),
        "until": clock.now().timestamp() + minutes * 60,
        "id": secrets.token_hex(8),
    }
    audit.record("code.sent", details={"phone": masking.phone(phone)}, who=Acting(label=masking.phone(phone)))


def waiting_phone(request: HttpRequest) -> str:
    """The phone to which a code was sent, masked; empty when none is waited for."""
    slot = request.session.get(SLOT)
    return masking.phone(_phone(slot)) if slot else ""


def resend(request: HttpRequest) -> None:
    """Send another code to the same phone."""
    slot = request.session.get(SLOT)
    if not slot:
        raise Refused("请先输入手机号", "code")
    send(request, _phone(slot))


def claim_try(request: HttpRequest) -> None:
    """Count a try before it is looked at, in turn: guesses sent at once count each."""
    if slot := request.session.get(SLOT):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [slot["id"]])
        cache.set(_counter(slot), cache.get(_counter(slot), 0) + 1, 3600)


def check(request: HttpRequest, code: str) -> str:
    """The phone that the code proves; the code is spent."""
    slot = request.session.get(SLOT)
    if not slot or slot["until"] < clock.now().timestamp():
        request.session.pop(SLOT, None)
        raise Refused("验证码已过期，请重新获取", "code")
    tries = cache.get(_counter(slot), 0)
    is_right = hmac.compare_digest(slot["code"], _digest(code.strip(), "code"))
    if tries > TRIES or (tries == TRIES and not is_right):
        request.session.pop(SLOT, None)
        raise Refused("验证码错误次数过多，请重新获取", "code")
    if not is_right:
        raise Refused(f"验证码不对，还可以试 {TRIES - tries} 次", "code")
    del request.session[SLOT]
    return _phone(slot)


def note_proof(request: HttpRequest) -> None:
    """Remember for as long as a code counts that whoever sits here holds the account's own phone."""
    request.session[PROVED] = clock.now().timestamp()


def is_proved(request: HttpRequest) -> bool:
    """Whether the account's own phone was proved in this session a moment ago."""
    age = clock.now().timestamp() - request.session.get(PROVED, 0)
    return 0 <= age <= int(parameters.value("access.code_minutes")) * 60


def _rates() -> str:
    """How often one phone gets a code, as the settings say."""
    rates = parse_rates(settings.ACCOUNT_RATE_LIMITS["phone_code"])
    return "、".join(f"{clock.span(rate.duration / 60)} {rate.amount} 次" for rate in rates if rate.per == "key")


def _counter(slot: dict[str, str]) -> str:
    return f"phone-code:{slot['id']}"


def _phone(slot: dict[str, str]) -> str:
    return crypto.decrypt(vault.keyring(), base64.b64decode(slot["phone"]), context=b"phone-code").decode()


def _digest(text: str, purpose: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
