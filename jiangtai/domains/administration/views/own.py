"""A worker's own account: change the phone, take the data along, leave for good."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai import people
from jiangtai.access import accounts, audit, phones
from jiangtai.kernel import clock
from jiangtai.web import WORKER, ActionPage, Entry, as_file, errand, message, page

from ..queries import own_entries


class ExportOwn(ActionPage):
    """Everything held of a worker, as a file for the worker."""

    gives_file = True
    permission, title, face, submit = WORKER, "导出我的数据", "pocket", "导出"
    parents = ("web.errands",)
    text = "把系统里与您有关的数据存成一个文件，包括手机号、登录记录和单位为您登记的档案。请妥善保管。"

    def act(self, reason: str) -> str:
        """Note that it was taken."""
        audit.record("data.exported", target=self.acting.account)
        return ""

    def done(self, saved: Any) -> HttpResponseBase:
        """The file itself."""
        held = {**phones.own_data(self.acting.account), "档案": people.own_data(self.acting.account)}
        content = json.dumps(held, ensure_ascii=False, indent=2, default=str)
        return as_file(content.encode(), f"jiangtai-{clock.today()}.json", "application/json")


class LeaveForm(forms.Form):
    """One word that says one means it."""

    sure = forms.CharField(label="请输入“注销”两个字", max_length=4)

    def clean_sure(self) -> str:
        """Exactly that."""
        if self.cleaned_data["sure"].strip() != "注销":
            raise forms.ValidationError("请输入“注销”两个字确认")
        return "注销"


class EraseOwn(ActionPage):
    """A worker leaves: the key is destroyed, and what was held is unreadable for good."""

    permission, title, face, submit, danger = WORKER, "注销账号", "pocket", "注销并擦除", True
    parents = ("web.errands",)
    text = (
        "注销的只是登录账号：账号里的手机号、消息等立即销毁，谁也不能恢复，以后不能再用它登录。"
        "单位和工会为您登记的档案（姓名、身份证号、用工、会籍）不随账号注销，单位和工会仍然看得到。"
        "想连档案一起删除的，请先在“办事”里“申请删除登记档案”，办结以后再来注销账号。"
    )

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        """With the word."""
        return LeaveForm(data=data)

    def act(self, reason: str) -> str:
        """Erase."""
        accounts.erase(self.acting.account)
        return ""

    def done(self, saved: Any) -> HttpResponse:
        """Signed out, and told."""
        logout(self.request)
        messages.success(self.request, "账号已注销，个人信息已销毁")
        return HttpResponseRedirect("/")


@errand(order=80, permission=WORKER)
def own_errands(acting: Any) -> list[Entry]:
    """What a worker can do with the own account."""
    return [
        Entry("更换手机号", f"现在是 {phones.masked(acting.actor) or '未登记'}", reverse("phone.change")),
        Entry("导出我的数据", "把系统里与我有关的数据存成文件", reverse("own.export")),
        Entry("注销账号", "销毁个人信息，不能恢复", reverse("own.erase")),
    ]


@message(order=90, permission=WORKER)
def own_sign_ins(acting: Any) -> list[Entry]:
    """When and from where the account was used."""
    return [
        Entry(
            f"您的账号：{entry.get_action_label()}",
            "不是您本人操作的，点这里看登录设备，让它下线",
            reverse("usersessions_list"),
            at=entry.made_at,
        )
        for entry in own_entries(acting)
    ]


routes = [
    page("pocket/export/", ExportOwn, "own.export"),
    page("pocket/erase/", EraseOwn, "own.erase"),
]
