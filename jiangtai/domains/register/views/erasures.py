"""Deleting a person's file: asked by one, in the office or on the phone, carried out by another."""

from typing import Any

from django.urls import reverse

from jiangtai import people
from jiangtai.access import Refused
from jiangtai.people import ErasureRequest
from jiangtai.web import (
    WORKER,
    ActionPage,
    Choice,
    Column,
    Empty,
    Entry,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Tag,
    errand,
    page,
)

from .. import actions, queries
from ..forms.erasures import AskForm, DecideForm
from .persons import PersonObject

COLOURS = {"open": "warn", "done": "plain", "kept": "info", "withdrawn": "plain"}


def _decide(row: Any) -> str:
    return reverse("erasures.decide", args=[row.pk]) if row.state == ErasureRequest.State.OPEN else ""


class Erasures(ListPage):
    """Who asked to have a file deleted, and what became of it."""

    permission, title = "people.erase", "删除档案申请"
    nav = Nav("队伍", "删除档案申请", 60, count=lambda acting: _waiting().order_by().count())
    keywords = "注销 个人信息 擦除"
    counted, order, exports = "件", "-made_at", False
    columns = (
        Column("name", "职工", lambda row: row.person.card.name or "已注销", link=_decide),
        Column("reason", "理由", "get_reason_display"),
        Column("by", "申请人", lambda row: "本人" if row.asked_by.is_worker else str(row.asked_by)),
        Column("made_at", "申请时间", kind="date", sort="made_at"),
        Column("state", "状态", lambda row: Tag(row.get_state_display(), COLOURS[row.state]), kind="tag"),
        Column("answer", "答复"),
    )
    conditions = (Choice("状态", "state", choices=ErasureRequest.State.choices),)
    empty = Empty("没有删除档案申请", "职工在手机上申请，或工会代为申请后，会出现在这里。")

    def rows(self) -> Any:
        """About whoever is within reach."""
        return people.erasure_requests()


def _waiting() -> Any:
    return people.erasure_requests().filter(ErasureRequest.OPEN)


class AskErasure(PersonObject, FormPage):
    """An office asks on behalf of somebody."""

    permission, title, submit, form = "people.ask_erasure", "申请删除档案", "提交申请", AskForm
    parents, is_listed, success = ("people.list",), False, "已提交，由总工会或街道的另一位经办人办理"
    intro = "请先核对本人身份和书面申请。删除由另一人办理；删除后姓名、号码、办件内容全部销毁，不能恢复，统计数不变。"

    def save(self, form: Any) -> Any:
        """Ask."""
        return actions.ask_erasure(self.object, form.cleaned_data["reason"])


class DecideErasure(ObjectMixin, FormPage):
    """Another carries it out, or says why the file is kept."""

    permission, title, submit, form = "people.erase", "办理删除档案", "办理", DecideForm
    parents, is_listed = ("erasures.list",), False
    object: Any

    def objects(self) -> Any:
        """Those that wait, about whoever is within reach."""
        return _waiting()

    def get_title(self) -> str:
        """Whose."""
        return f"删除“{self.object.person.card.name}”的登记档案"

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Who asked and why, and what stands in the way."""
        row = self.object
        by = "本人" if row.asked_by.is_worker else str(row.asked_by)
        asked = f"{by}申请，理由：{row.get_reason_display()}。"
        if kept := queries.why_kept(row.person):
            return f"{asked}现在还不能删除：{'；'.join(kept)}。"
        return f"{asked}没有查到须保留的事项。删除后不能恢复，用工记录和会籍同时终止，统计数不变。"

    def save(self, form: Any) -> bool:
        """Delete or keep; whether it was deleted."""
        is_erased = form.cleaned_data["result"] == "erase"
        if is_erased:
            actions.carry_out(self.object)
        else:
            actions.keep_on(self.object, form.cleaned_data["answer"])
        return is_erased

    def said(self, saved: bool) -> str:
        """What became of it."""
        return "已删除，个人信息已销毁" if saved else "已答复本人，档案保留"


class AskOwnErasure(ActionPage):
    """A worker asks to have the register's file deleted, or takes that back."""

    face, permission, title, tab = "pocket", WORKER, "删除登记档案", "mine"
    parents = ("own.file",)

    def prepare(self) -> None:
        """The own file, and what was asked last."""
        super().prepare()
        self.person = people.person_of(self.acting.account)
        self.asked = people.erasure_of(self.person) if self.person else None

    @property
    def is_waiting(self) -> bool:
        """Whether it has been asked and not been decided."""
        return self.asked is not None and self.asked.state == ErasureRequest.State.OPEN

    @property
    def submit(self) -> str:  # type: ignore[override]
        """What the button does."""
        return "撤回申请" if self.is_waiting else "申请删除"

    @property
    def danger(self) -> bool:  # type: ignore[override]
        """Only asking is."""
        return not self.is_waiting

    def get_question(self) -> str:
        """What is asked."""
        return "撤回删除登记档案的申请？" if self.is_waiting else "申请删除单位和工会为您登记的档案？"

    def get_text(self) -> str:
        """What follows, and what does not."""
        if self.person is None:
            return "还没有找到您的档案，请先核对身份证号。"
        if self.is_waiting:
            return "申请正在等工会办理。撤回后，档案照旧保留。"
        if kept := queries.why_kept(self.person):
            return f"现在还不能删除：{'；'.join(kept)}。"
        said = (
            "工会核对后办理。删除后，您的姓名、身份证号、手机号、办件内容全部销毁，谁也不能恢复，会籍同时终止；"
            "奖励、补贴等以后不能再凭档案办理。登录账号不受影响，不再使用的请另外“注销账号”。"
        )
        last = self.asked
        is_kept = last is not None and last.state == ErasureRequest.State.KEPT
        return f"上次申请不予删除：{last.answer}。{said}" if last is not None and is_kept else said

    def act(self, reason: str) -> str:
        """Ask, or take it back."""
        if self.person is None:
            raise Refused("还没有找到您的档案，请先核对身份证号")
        if self.is_waiting and self.asked is not None:
            people.withdraw_erasure(self.asked)
            return "已撤回申请，档案照旧保留"
        actions.ask_erasure(self.person, ErasureRequest.Reason.OWN_WISH)
        return "已提交，结果会发到“消息”"


@errand(order=79, permission=WORKER)
def own_erasure(acting: Any) -> list[Entry]:
    """The way to have one's file deleted."""
    person = people.person_of(acting.account)
    if person is None:
        return []
    asked = people.erasure_of(person)
    tag = Tag("待办理", "warn") if asked and asked.state == ErasureRequest.State.OPEN else None
    note = "删除单位和工会为您登记的姓名、号码和记录"
    return [Entry("申请删除登记档案", note, reverse("own.erase_file"), tag)]


routes = [
    page("office/erasures/", Erasures, "erasures.list"),
    page("office/erasures/<uuid:id>/", DecideErasure, "erasures.decide"),
    page("office/people/<uuid:id>/erase/", AskErasure, "people.erase"),
    page("pocket/file/erase/", AskOwnErasure, "own.erase_file"),
]
