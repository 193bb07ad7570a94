"""More people for a test office, and what its audit says."""

from typing import Any

from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiangtai.access import Account, AuditEntry, Grant, Unit, accounts, acting_as_job


def person(username: str, name: str, unit: Unit, duty: str, role: str = "") -> Account:
    """An activated account, with a role at its unit."""
    account, _ = accounts.open_account(username=username, name=name, unit=unit, duty=duty)
    account.set_password("Gongjiang-2026")
    account.save()
    if role:
        Grant.objects.create(account=account, duty=duty, role=role, unit=unit, reason="测试")
    return account


def url(name: str, *args: Any) -> str:
    """The address of a page."""
    return reverse(name, args=args)


def entries(action: str, **conditions: Any) -> list[AuditEntry]:
    """What the audit says of an action."""
    with acting_as_job("测试"):
        return list(AuditEntry.objects.filter(action=action, **conditions))


def costly(caught: CaptureQueriesContext) -> list[str]:
    """The queries of a page, without what only tells the database who asks."""
    return [one["sql"][:160] for one in caught if "set_config" not in one["sql"] and "SAVEPOINT" not in one["sql"]]
