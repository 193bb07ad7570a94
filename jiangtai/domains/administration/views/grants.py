"""Pages about grants: giving a role, taking it back, and the one table of who may do what."""

from typing import Any

from django.urls import reverse

from jiangtai.access import PERMISSIONS, ROLES, Duty, Grant, Refused, grants
from jiangtai.domains.administration.forms.accounts import GrantForm
from jiangtai.web import OFFICE, ActionPage, Crumb, FormPage, Nav, ObjectMixin, Page, page

from .accounts import AccountObject, show


class GrantRole(AccountObject, FormPage):
    """Grant a role to somebody else."""

    permission, title, submit, form = "grants.change", "授予角色", "授予", GrantForm
    is_listed = False

    def prepare(self) -> None:
        """Whoever may grant nothing here is told why before filling anything in."""
        super().prepare()
        if self.request.method == "GET" and not grants.grantable(self.object):
            raise Refused(self._why_not())

    def form_kwargs(self) -> dict[str, Any]:
        """The roles that fit the account's duty; `grants` itself refuses what whoever acts may not give."""
        return {"roles": [role for role in ROLES.values() if role.duty == self.object.duty]}

    def initial(self) -> dict[str, Any]:
        """At the account's own unit."""
        return {"unit": str(self.object.unit_id)}

    def get_title(self) -> str:
        """With the name."""
        return f"授予 {self.object.name} 角色"

    def save(self, form: Any) -> Grant:
        """Grant it."""
        return grants.grant(self.object, **form.cleaned_data)

    def said(self, saved: Grant) -> str:
        """What was granted."""
        return f"已授予 {self.object.name} “{ROLES[saved.role].label}”（{saved.unit}）"

    def next_url(self, saved: Grant) -> str:
        """Back to the account."""
        return show(self.object)

    def _why_not(self) -> str:
        if self.is_oneself:
            return "不能给自己授权，请由另一位管理员办理"
        return f"您的角色不能给{self.object.get_duty_display()}账号授权，请由安全保密管理员办理"


class RevokeGrant(ObjectMixin, ActionPage):
    """Take a role back."""

    permission, title, submit, danger, asks_reason = "grants.change", "收回角色", "收回", True, True
    text = "收回后立即失效，正在使用的页面下一步就打不开；授权记录保留。"
    parents = ("accounts.list",)

    def objects(self) -> Any:
        """Grants that stand, within reach."""
        return Grant.objects.filter(Grant.HELD).select_related("account", "unit")

    def get_crumbs(self) -> list[Crumb]:
        """By way of the account."""
        account = self.object.account
        return [Crumb("账号", reverse("accounts.list")), Crumb(account.name, show(account))]

    def get_question(self) -> str:
        """Which role, where, whose."""
        return f"收回 {self.object.account.name} 在“{self.object.unit}”的“{ROLES[self.object.role].label}”？"

    def act(self, reason: str) -> str:
        """Revoke."""
        grants.revoke(self.object, reason)
        return f"已收回 {self.object.account.name} 的“{ROLES[self.object.role].label}”"


class RoleTable(Page):
    """The one table of roles and permissions."""

    permission, title, template = OFFICE, "角色与权限", "administration/roles.html"
    nav = Nav("管理", "角色与权限", 30)
    keywords = "三员 授权 权限表"

    def get_context(self) -> dict[str, Any]:
        """The table, its three administrators first, and the same by role."""
        three = [role for role in ROLES.values() if role.duty != Duty.BUSINESS]
        business = [role for role in ROLES.values() if role.duty == Duty.BUSINESS]
        roles = [*three, *business]
        return {
            "roles": [self._role(role) for role in roles],
            "three": len(three),
            "business": len(business),
            "lines": [self._line(label, holders, roles) for label, holders in PERMISSIONS.values()],
        }

    def _role(self, role: Any) -> dict[str, Any]:
        held = [label for label, holders in PERMISSIONS.values() if role.key in holders]
        is_mine = role.key in self.acting.roles
        return {"role": role, "permissions": held, "is_mine": is_mine, "is_administrator": role.duty != Duty.BUSINESS}

    def _line(self, label: str, holders: tuple[str, ...], roles: list[Any]) -> dict[str, Any]:
        cells = [
            {"holds": role.key in holders, "role": role, "is_mine": role.key in self.acting.roles} for role in roles
        ]
        return {"label": label, "cells": cells}


routes = [
    page("office/accounts/<uuid:id>/grant/", GrantRole, "grants.new"),
    page("office/grants/<uuid:id>/revoke/", RevokeGrant, "grants.revoke"),
    page("office/roles/", RoleTable, "roles.show"),
]
