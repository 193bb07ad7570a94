"""Accounts are opened by someone else, activated by their holder, disabled with a reason, and never shared."""

import secrets
import uuid
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset as reset_lock
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, transaction

from jiangtai import vault
from jiangtai.kernel import pinyin

from . import audit, links, phones
from .acting import acting_as_job, current
from .models import Account, Grant, Link, Unit
from .refusals import Refused
from .roles import Duty

USERNAME = RegexValidator(
    r"^[a-z][a-z0-9._-]{2,39}$", "登录名须以小写字母开头，由 3 至 40 位小写字母、数字、点、横线组成"
)


def open_account(*, username: str, name: str, unit: Unit, duty: str = Duty.BUSINESS) -> tuple[Account, str]:
    """An office account without a password, and the token of the link by which its holder activates it."""
    username = username.strip().lower()
    USERNAME(username)
    account = Account(username=username, name=name.strip(), unit=unit, duty=duty)
    _within_powers(account)
    account.pinyin = pinyin.search_keys(account.name, is_person=True)[:200]
    account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"username": f"登录名“{username}”已被使用，请换一个"}) from error
    audit.record("account.opened", target=account, details={"username": username, "unit": str(unit)})
    return account, links.make(Link.Purpose.ACTIVATE, account.id)


def activate(link: Link, password: str) -> Account:
    """Its holder sets the password; the second factor follows at the first sign-in."""
    with transaction.atomic():
        links.use(link)
        account = Account.objects.select_for_update().get(pk=link.target)
        if not account.is_active:
            raise Refused("账号已停用，请联系管理员")
        validate_password(password, account)
        account.set_password(password)
        account.save(update_fields=("password",))
        audit.record("account.activated", target=account)
    return account


def renew_link(account: Account) -> str:
    """A fresh activation link, for an account whose holder lost the first one or forgot the password."""
    _not_oneself(account, "给自己生成启用链接")
    _within_powers(account)
    return links.make(Link.Purpose.ACTIVATE, account.id)


def disable(account: Account, reason: str) -> None:
    """Let nobody sign in by this account any more, and end what is signed in."""
    _not_oneself(account, "停用自己的账号")
    _within_powers(account)
    account.is_active, account.disabled_reason = False, reason
    account.save(update_fields=("is_active", "disabled_reason"))
    links.revoke(Link.Purpose.ACTIVATE, account.id)
    end_sessions(account, reason="账号停用")
    audit.record("account.disabled", target=account, reason=reason)


def enable(account: Account, reason: str) -> None:
    """Let an account sign in again."""
    _not_oneself(account, "恢复自己的账号")
    _within_powers(account)
    account.is_active, account.disabled_reason = True, ""
    account.save(update_fields=("is_active", "disabled_reason"))
    end_sessions(account, reason="账号恢复")  # what was half signed in before does not come back
    audit.record("account.enabled", target=account, reason=reason)


def unlock(account: Account, reason: str) -> None:
    """Lift the lock that failed sign-ins laid on an account."""
    _not_oneself(account, "解除自己的锁定")
    reset_lock(username=account.username)
    audit.record("account.unlocked", target=account, reason=reason)


def reset_second_factor(account: Account, reason: str) -> None:
    """Take away a lost second factor; the next sign-in enrols a new one."""
    _not_oneself(account, "重置自己的二次验证")
    Authenticator.objects.filter(user=account).delete()
    end_sessions(account, reason="重置二次验证")
    audit.record("second_factor.reset", target=account, reason=reason)


def end_sessions(account: Account, reason: str, keep: str | None = None) -> int:
    """Sign an account out everywhere, except in the session to keep."""
    sessions = [one for one in UserSession.objects.filter(user=account) if one.session_key != keep]
    for session in sessions:
        session.end()
    if sessions:
        audit.record("session.ended", target=account, reason=reason, details={"sessions": len(sessions)})
    return len(sessions)


def worker_of_phone(phone: str) -> Account:
    """The worker's account of a verified phone, made when this phone comes for the first time."""
    with acting_as_job("手机号登录"), transaction.atomic():
        known = phones.holder(phone)
        if known is not None:
            return known
        account = Account(username=f"w-{secrets.token_hex(8)}", duty=Duty.WORKER)
        account.set_unusable_password()
        account.save(force_insert=True)
        phones.keep(account, phone)
        audit.record("account.opened", target=account, details={"by": "phone"})
        return account


def erase(account: Account) -> None:
    """A worker leaves: personal data is destroyed, the account cannot be used, the audit keeps an id."""
    if not account.is_worker:
        raise Refused("办公账号由管理员停用，不能自行注销")
    with transaction.atomic():
        audit.record("account.erased", target=account)
        vault.erase(account.id, "本人注销", by=account.id)
        _close_erased(account)


def settle_erased(subjects: Iterable[uuid.UUID]) -> int:
    """Close again the accounts of whoever was erased, where an older backup brought them back; how many."""
    returned = Account.objects.filter(pk__in=list(subjects), is_active=True)
    for account in returned:
        _close_erased(account)
    return len(returned)


def _close_erased(account: Account) -> None:
    account.is_active, account.disabled_reason, account.name = False, "本人注销", ""
    account.save(update_fields=("is_active", "disabled_reason", "name"))
    end_sessions(account, reason="本人注销")


def _not_oneself(account: Account, act: str) -> None:
    if account.pk == current().actor:
        raise Refused(f"不能{act}，请由另一位管理员办理", "oneself")


def _within_powers(account: Account) -> None:
    """Who works in business has no hold over the three administrators, nor over whoever holds a role beyond reach."""
    who = current()
    if who.duty != Duty.BUSINESS:
        return
    if account.duty != Duty.BUSINESS:
        raise Refused(f"“{account}”是{account.get_duty_display()}账号，只能由系统管理员办理", "duty")
    held = Grant.objects.with_scopes_disabled().filter(Grant.HELD, account=account).select_related("unit")
    beyond = next((one.unit for one in held if not who.reach.holds(one.unit.path)), None)
    if beyond is not None:
        raise Refused(f"“{account}”还在“{beyond}”任职，不在您的管理范围内，请由系统管理员办理", "reach")
