"""Forms about accounts: opening one, its holder's first password, and granting a role."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from jiangtai.access import ROLES, Account, Duty, Role, passwords
from jiangtai.kernel import pinyin
from jiangtai.web import LongTextField, RadioCards

from .units import unit_field

_THREE = [(role.duty, f"{role.duty.label}｜{role.note}") for role in ROLES.values() if role.duty != Duty.BUSINESS]
DUTIES = [(Duty.BUSINESS, f"{Duty.BUSINESS.label}｜各单位的经办人、联络员、领导和单位管理员"), *_THREE]
_SHORTEST = 3


class NewAccountForm(forms.Form):
    """Who gets an account, and where."""

    name = forms.CharField(label="姓名", max_length=60)
    username = forms.CharField(
        label="登录名",
        max_length=40,
        required=False,
        help_text="留空则按姓名拼音生成；小写字母开头，可含数字、点、横线",
    )
    unit = unit_field("所在单位")
    duty = forms.ChoiceField(
        label="职责类别",
        widget=RadioCards,
        choices=DUTIES,
        initial=Duty.BUSINESS,
        help_text="开通后不能更改；系统管理、安全保密管理、安全审计须由三个不同的人担任",
    )

    def __init__(self, *args: Any, may_choose_duty: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["username"].widget.attrs.update(autocomplete="off", autocapitalize="none", spellcheck="false")
        if not may_choose_duty:
            del self.fields["duty"]

    def clean(self) -> dict[str, Any]:
        """A sign-in name out of the name's pinyin, where none was given."""
        cleaned = super().clean() or {}
        if not cleaned.get("username") and cleaned.get("name"):
            cleaned["username"] = free_username(cleaned["name"])
        return cleaned


def free_username(name: str) -> str:
    """The name's pinyin, with a number behind it where others have it already."""
    letters = re.sub("[^a-z]", "", pinyin.sort_key(name, is_person=True).lower())[:30]
    base = letters if len(letters) >= _SHORTEST else f"{letters}user"
    taken = set(Account.objects.filter(username__startswith=base).values_list("username", flat=True))
    if base not in taken:
        return base
    return next(spelled for number in range(2, 10_000) if (spelled := f"{base}{number}") not in taken)


class PasswordForm(forms.Form):
    """The holder's first password, twice."""

    password = forms.CharField(
        label="设置密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一遍",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["password"].help_text = passwords.policy()

    def clean_password(self) -> str:
        """By the house's rules."""
        validate_password(self.cleaned_data["password"], self.account)
        return str(self.cleaned_data["password"])

    def clean(self) -> dict[str, Any]:
        """Both alike."""
        cleaned = super().clean() or {}
        if "password" in cleaned and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", "两次输入的密码不一样，请重新输入第二遍")
        return cleaned


class GrantForm(forms.Form):
    """A role at a unit, and on what it stands."""

    role = forms.ChoiceField(label="角色", widget=RadioCards, error_messages={"required": "请选择一个角色"})
    unit = unit_field("授权单位", help_text="角色在这个单位及其下级有效；输入名称、拼音首字母或代码查找")
    reason = LongTextField(
        label="授权依据",
        max_length=200,
        rows=2,
        stock=("按岗位分工授权", "按单位来函授权"),
        help_text="文件、来函或分工说明；写入审计",
    )

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.key, f"{role.label}｜{role.note}") for role in roles]  # type: ignore[attr-defined]
