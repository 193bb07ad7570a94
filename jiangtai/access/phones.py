"""Phones lie in the vault: found by blind index, shown masked, in full only for a reason that the audit keeps."""

import uuid
from typing import Any

from django.db import models

from jiangtai import vault
from jiangtai.kernel import codes, masking

from . import audit
from .models import Account, AuditEntry
from .refusals import Refused

ACCOUNT, LIAISON = "account.phone", "liaison.phone"


def keep(account: Account, phone: str) -> None:
    """Keep an account's phone; a phone belongs to one account."""
    path = account.unit.path if account.unit else ""
    try:
        vault.put(account.id, ACCOUNT, codes.parse_phone(phone), path=path, findable=True)
    except vault.Taken as error:
        raise Refused("这个手机号已用于另一个账号，请换一个号码，或先在原账号中更换") from error


def holder(phone: str) -> Account | None:
    """The account that holds a phone."""
    subjects = vault.find(ACCOUNT, codes.parse_phone(phone))
    return Account.objects.filter(pk__in=subjects).first() if subjects else None


def own(account: Account) -> str:
    """The phone itself, for its holder."""
    phone = vault.get(account.id, ACCOUNT)
    if phone is None:
        raise Refused("没有登记手机号，请联系所在单位工会")
    return phone


def masked(subject: uuid.UUID, field: str = ACCOUNT) -> str:
    """The phone as everyone may see it; empty when there is none within reach."""
    phone = vault.get(subject, field)
    return masking.phone(phone) if phone else ""


def reveal(subject: uuid.UUID, field: str, reason: str, *, target: models.Model | None = None) -> str:
    """The phone itself, for a stated reason that the audit keeps."""
    phone = vault.get(subject, field)
    if phone is None:
        raise Refused("没有登记手机号，或不在您的范围内")
    audit.record("reveal", target=target, reason=reason, details={"subject": str(subject), "field": field})
    return phone


def change(account: Account, phone: str) -> None:
    """Replace an account's phone by another that its holder has proved."""
    keep(account, phone)
    audit.record("phone.changed", target=account)


def own_data(account: Account) -> dict[str, Any]:
    """Everything held of an account, for its holder."""
    entries = AuditEntry.objects.filter(actor=account.id).order_by("made_at")
    return {
        "账号编号": str(account.id),
        "建立时间": account.made_at,
        "手机号": vault.get(account.id, ACCOUNT),
        "使用记录": [
            {"时间": entry.made_at, "操作": entry.get_action_label(), "来源地址": entry.address} for entry in entries
        ],
    }
