"""Pages of messages: an officer's list, one message, a worker's board, and what became of each SMS."""

from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiangtai.kernel import clock
from jiangtai.web import (
    OFFICE,
    WORKER,
    Act,
    ActionPage,
    Bulk,
    Choice,
    Column,
    DateRange,
    Empty,
    Entry,
    ListPage,
    Nav,
    ObjectMixin,
    Page,
    Stat,
    Tag,
    figure,
    message,
    page,
)

from .inbox import mark_all_read, mark_read, messages_of, texts_of, unread
from .kinds import KINDS
from .models import Message

SHOWN_ON_PHONE = 50
WEEK = timedelta(days=7)
TONES = {"waiting": "info", "sent": "ok", "failed": "bad", "no_phone": "warn", "none": "plain"}
STATES = (("unread", "未读"), ("read", "已读"))


def label_of(row: Message) -> str:
    """What users call its kind."""
    kind = KINDS.get(row.kind)
    return kind.label if kind else row.kind


def _in_state(rows: Any, value: str) -> Any:
    return rows.filter(read_at__isnull=value == "unread")


class MyMessages(ListPage):
    """我的消息: what this officer was told."""

    permission, title, counted, order, exports = OFFICE, "我的消息", "条", "-made_at", False
    nav = Nav("我的工作", "我的消息", 5, count=lambda acting: unread(acting.account) or None)
    keywords = "通知 提醒 短信"
    conditions = (
        Choice("状态", "state", choices=STATES, match=_in_state),
        Choice("种类", "kind", choices=lambda page: [(one.key, one.label) for one in KINDS.values()]),
    )
    actions = (Act("全部标为已读", "messages.read_all", dialog=True),)
    bulk = (Bulk("read", "标为已读", OFFICE, "read"),)
    empty = Empty("还没有消息", "办件有进展、到期提醒，都会发到这里。")

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With the words of this page's messages."""
        return (
            Column("state", "状态", lambda row: Tag("未读", "info") if row.is_unread else Tag("已读"), kind="tag"),
            Column("text", "内容", self.text, link=lambda row: reverse("messages.show", args=[row.pk])),
            Column("kind", "种类", label_of),
            Column("made_at", "时间", sort="made_at", kind="date"),
        )

    def rows(self) -> Any:
        """One's own."""
        return Message.objects.filter(to=self.acting.account)

    def text(self, row: Message) -> str:
        """The words, read together with those of the rows around it."""
        return self._texts.get(row.pk, "")

    @cached_property
    def _texts(self) -> dict[Any, str]:
        return texts_of(self.acting.account, self._around)

    def _page_of_rows(self) -> Any:
        found = super()._page_of_rows()
        found.object_list = self._around = list(found.object_list)
        return found

    def read(self, rows: Any) -> str:
        """Mark the chosen ones."""
        return f"{mark_read(self.acting.account, rows.values_list('pk', flat=True))} 条已标为已读"


class OneMessage(ObjectMixin, Page):
    """One message: its words, and the way to where one can act."""

    template, is_listed, title = "messages/message.html", False, "消息"
    read_all: ClassVar[str] = "messages.read_all"
    object: Message

    def objects(self) -> Any:
        """One's own only."""
        return messages_of(self.acting.account)

    def get_title(self) -> str:
        """Its kind."""
        return label_of(self.object)

    def get_context(self) -> dict[str, Any]:
        """With the words."""
        return {"message": self.object, "text": texts_of(self.acting.account, [self.object]).get(self.object.pk, "")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read: on to where one can act, or back to the others."""
        mark_read(self.acting.account, [self.object.pk])
        return HttpResponseRedirect(self.object.link or self.back_url())

    def back_url(self) -> str:
        """To the others."""
        return reverse("messages.list")


class OfficeMessage(OneMessage):
    """As an officer sees it."""

    permission, parents = OFFICE, ("messages.list",)


class PocketMessage(OneMessage):
    """As a worker sees it."""

    face, permission, tab, read_all = "pocket", WORKER, "messages", "messages.pocket.read_all"

    def back_url(self) -> str:
        """To the others."""
        return reverse("web.messages")


class ReadAll(ActionPage):
    """Everything was read."""

    permission, title, submit, parents = OFFICE, "全部标为已读", "标为已读", ("messages.list",)
    text = "标为已读的消息仍可随时查看。"

    def act(self, reason: str) -> str:
        """Mark them."""
        return f"{mark_all_read(self.acting.account)} 条已标为已读"


class PocketReadAll(ReadAll):
    """The same on the phone."""

    face, permission, parents, tab = "pocket", WORKER, ("web.messages",), "messages"


class SmsList(ListPage):
    """What became of each SMS; whose it was and what it said is not shown."""

    permission, title, counted, order = "messages.watch", "通知短信", "条", "-made_at"
    nav = Nav("管理", "通知短信", 85)
    keywords = "短信发送 失败 网关 验证码"
    conditions = (
        Choice("状态", "sms", choices=[one for one in Message.Sms.choices if one[0] != "none"]),
        DateRange("时间", "on", field="made_at"),
    )
    columns = (
        Column("made_at", "提交时间", sort="made_at", kind="date"),
        Column("kind", "种类", label_of),
        Column("sms", "状态", lambda row: Tag(row.get_sms_display(), TONES[row.sms]), kind="tag", sort="sms"),
        Column("sms_at", "处理时间", sort="sms_at", kind="date"),
        Column("sms_error", "失败原因"),
    )
    empty = Empty(
        "还没有发过通知短信",
        "这里只列办件和提醒的短信。登录验证码发出即了，不留在这里；谁在何时获取过，由安全审计员在审计里查。",
    )

    def rows(self) -> Any:
        """All that were to go out."""
        return Message.objects.exclude(sms=Message.Sms.NONE)


@figure(order=50, permission="messages.watch")
def failed_sms(acting: Any) -> Stat:
    """How many SMS did not go out in the last week."""
    first = clock.today() - WEEK
    number = Message.objects.filter(sms=Message.Sms.FAILED, made_at__date__gte=first).count()
    return Stat(
        "近 7 天没发出的通知短信",
        f"{number:,}",
        "条",
        method="按提交时间计，自动重试后仍未发出的",
        source="短信发送记录",
        as_of="此刻",
        url=f"{reverse('messages.sms')}?sms=failed&on_from={first}",
    )


@message(order=10, permission=WORKER)
def own_messages(acting: Any) -> list[Entry]:
    """What a worker was told, the latest first."""
    rows = list(messages_of(acting.account)[:SHOWN_ON_PHONE])
    texts = texts_of(acting.account, rows)
    return [
        Entry(
            texts.get(row.pk, label_of(row)),
            label_of(row),
            reverse("messages.pocket", args=[row.pk]),
            at=row.made_at,
            is_unread=row.is_unread,
        )
        for row in rows
    ]


urlpatterns = [
    page("messages/", MyMessages, "messages.list"),
    page("messages/sms/", SmsList, "messages.sms"),
    page("messages/read/", ReadAll, "messages.read_all"),
    page("messages/<uuid:id>/", OfficeMessage, "messages.show"),
    page("pocket/messages/read/", PocketReadAll, "messages.pocket.read_all"),
    page("pocket/messages/<uuid:id>/", PocketMessage, "messages.pocket"),
]
