"""A role is granted to a person at a unit, by someone else who may, and taken back the same way."""

from django.db import IntegrityError, transaction

from jiangtai.kernel import clock

from . import audit
from .acting import current
from .models import Account, Grant, Unit
from .refusals import Refused
from .roles import ROLES, Duty, Role
from .roots import is_root
from .signin import has_second_factor


def grantable(account: Account) -> list[Role]:
    """The roles that whoever acts may grant to this account."""
    who = current()
    if account.pk == who.actor:
        return []
    wanted = Duty(account.duty)
    permission = "grants.change" if wanted == Duty.BUSINESS else "grants.change_admins"
    return [role for role in ROLES.values() if role.duty == wanted] if who.may(permission) else []


def grant(account: Account, role: str, unit: Unit, reason: str) -> Grant:
    """Give a role, or refuse with the rule that forbids it."""
    _check(account, role, unit, giving=True)
    try:
        with transaction.atomic():
            given = Grant.objects.create(
                account=account, duty=account.duty, role=role, unit=unit, granted_by=current().account, reason=reason
            )
    except IntegrityError as error:
        raise Refused(_why(error, account, role, unit)) from error
    audit.record("grant.given", target=account, reason=reason, details=_told(role, unit))
    return given


def revoke(given: Grant, reason: str) -> None:
    """Take a role back."""
    _check(given.account, given.role, given.unit, giving=False)
    open_grant = Grant.objects.filter(Grant.HELD, pk=given.pk)
    if not open_grant.update(revoked_at=clock.now(), revoked_by=current().account, revoked_reason=reason):
        raise Refused("这项授权已被收回")
    audit.record("grant.revoked", target=given.account, reason=reason, details=_told(given.role, given.unit))


def _check(account: Account, role: str, unit: Unit, *, giving: bool) -> None:
    who = current()
    if account.pk == who.actor:
        raise Refused("不能给自己授权或收回自己的授权，请由另一位管理员办理", "oneself")
    if role not in ROLES:
        raise Refused(f"没有“{role}”这个角色")
    if role not in {one.key for one in grantable(account)} and who.duty != "job":
        raise Refused(f"您的角色不能授予或收回“{ROLES[role].label}”", "role")
    if not who.reach.holds(unit.path):
        raise Refused(f"“{unit}”不在您的管理范围内", "reach")
    if ROLES[role].only_at_root and giving and not is_root(unit):
        raise Refused(f"“{ROLES[role].label}”管全局，只能在根单位授予", "root")
    if giving and who.duty != "job" and account.duty != Duty.BUSINESS and not has_second_factor(account):
        raise Refused(f"“{account}”还没有启用账号并登记二次验证，请核实本人已完成后再授予三员角色", "factor")
    if not account.is_active and giving:
        raise Refused(f"{account}的账号已停用，请先恢复账号再授权")
    if not unit.is_active and giving:
        raise Refused(f"“{unit}”{unit.get_state_display()}，不能授权")


def _why(error: IntegrityError, account: Account, role: str, unit: Unit) -> str:
    text = str(error)
    if "grant_once" in text:
        return f"{account}在“{unit}”已有“{ROLES[role].label}”角色"
    if "grant_not_by_oneself" in text:
        return "不能给自己授权，请由另一位管理员办理"
    duty = account.get_duty_display()
    return f"“{ROLES[role].label}”与该账号的职责类别（{duty}）不符：系统、安全、审计三员与业务须由不同的人担任"


def _told(role: str, unit: Unit) -> dict[str, str]:
    return {"role": role, "role_label": ROLES[role].label, "unit": str(unit.id), "unit_name": str(unit)}
