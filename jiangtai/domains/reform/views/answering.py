"""What units were sent: shown to them, answered, recorded from letters, settled or sent back."""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai.access import audit, inquiries
from jiangtai.kernel import FileRefused, clock, keep_file, office_calendar, workdays
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    Crumb,
    DetailPage,
    Empty,
    Event,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Page,
    Panel,
    Search,
    Section,
    Tag,
    Value,
    page,
    panel,
    stored_file,
)

from ..actions import supervising as actions
from ..forms.supervising import (
    CloseForm,
    LetterReplyForm,
    ReplyForm,
    ReturnForm,
)
from ..models import Addressee, ReplyFile
from ..queries import supervising as queries
from .official import KINDS, OfficialPaper, called, paper_of, state_of, text_of


class AddresseeList(ListPage):
    """What units within reach were sent, and owe an answer to."""

    permission, title, counted, order = "reform.view", "督办答复", "份", "due"
    nav = Nav("督办考核", "督办答复", 22, count=queries.waiting)
    keywords = "工作提示 通报 督查 收文 销号"
    conditions = (
        Search(
            "单位、标题", fields=("unit__name__contains", "unit__short_name__contains", "instrument__title__contains")
        ),
        Choice("文种", "kind", choices=KINDS, field="instrument__kind"),
        Choice(
            "状态",
            "state",
            choices=[("late", "逾期未答复"), *Addressee.State.choices[1:]],
            match=lambda found, value: (
                found.filter(state="waiting", due__lt=clock.today()) if value == "late" else found.filter(state=value)
            ),
        ),
    )
    empty = Empty("没有收到督办文书", "领导小组办公室发来工作提示、通报、督查时，会出现在这里。")

    @cached_property
    def calendar(self) -> workdays.Calendar:
        """The office's calendar, read once."""
        return office_calendar()

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With the light of this page's calendar."""
        return (
            Column(
                "title",
                "标题",
                lambda row: row.instrument.title,
                link=lambda row: reverse("addressees.show", args=[row.pk]),
                note=lambda row: row.instrument.number,
            ),
            Column("unit", "受文单位", lambda row: str(row.unit), sort="unit__pinyin"),
            Column("kind", "文种", lambda row: row.instrument.sender.label),
            Column("due", "答复期限", kind="date", sort="due"),
            Column("state", "状态", lambda row: state_of(row, self.calendar), kind="tag", sort="state"),
        )

    def rows(self) -> Any:
        """Within reach."""
        return queries.addressed(self.acting)


class AddresseeObject(ObjectMixin):
    """A page about what one unit was sent."""

    object: Addressee

    def objects(self) -> Any:
        """Within reach."""
        return queries.addressed(self.acting)  # type: ignore[attr-defined]

    def get_crumbs(self) -> list[Crumb]:
        """The list, then this one."""
        at = Crumb(
            f"{self.object.unit} · {self.object.instrument.number}",
            reverse("addressees.show", args=[self.object.pk]),
        )
        return [Crumb("督办答复", reverse("addressees.list")), at]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return reverse("addressees.show", args=[self.object.pk])


class AddresseePage(AddresseeObject, DetailPage):
    """What one unit was sent, and what it answered."""

    permission, title, parents = "reform.view", "督办答复", ("addressees.list",)
    template = "reform/instrument.html"

    def get_title(self) -> str:
        """The title of what it was sent."""
        return self.object.instrument.title

    def get_tags(self) -> list[Tag]:
        """Its light."""
        return [Tag(self.object.instrument.sender.label), state_of(self.object, office_calendar())]

    def reference(self) -> str:
        """The number."""
        return self.object.instrument.number

    def get_actions(self) -> list[Act]:
        """The unit answers; the office records, settles or sends back."""
        at, state = (self.object.pk,), self.object.state
        is_own = queries.own(self.acting).filter(pk=self.object.pk).exists()
        acts = [
            Act("下载 Word", "addressees.paper", (*at, "docx"), dialog=True),
            Act("下载 PDF", "addressees.paper", (*at, "pdf"), dialog=True),
        ]
        if state == Addressee.State.WAITING:
            acts += [Act("代录来函", "addressees.record", at)]
            acts += [Act("答复", "addressees.answer", at, primary=True)] if is_own else []
            acts += [Act("直接销号", "addressees.close", at, dialog=True)]
        if state == Addressee.State.ANSWERED:
            acts += [
                Act("退回重报", "addressees.return", at, dialog=True),
                Act("同意销号", "addressees.close", at, primary=True, dialog=True),
            ]
        return acts

    def sections(self) -> list[Any]:
        """What is asked and what was answered."""
        one = self.object
        replies = [
            Section(f"{reply.answered_on} 的答复", self._reply(reply))
            for reply in one.replies.select_related("letter").prefetch_related("files__file")
        ]
        return [*replies, text_of(one.instrument, "来文")]

    def _reply(self, reply: Any) -> list[Value]:
        shown = [
            Value("答复内容", reply.text, source="来函代录" if reply.letter_id else f"账号填报 {reply.by_name}"),
            Value("审核", reply.get_verdict_display() + (f"：{reply.said}" if reply.said else "")),
        ]
        if reply.letter_id:
            url = reverse("addressees.letter", args=[self.object.pk, reply.pk])
            shown.append(
                Value(
                    "来函",
                    f"{reply.letter_number}（{reply.letter_date}）",
                    url=url if self.acting.may("instruments.record") else "",
                )
            )
        shown += [
            Value("附件", str(one), url=reverse("addressees.file", args=[self.object.pk, one.pk]))
            for one in reply.files.all()
        ]
        return shown

    def events(self) -> list[Event]:
        """Its life."""
        one, life = self.object, []
        if one.closed_on:
            life.append(Event("销号", one.closed_on))
        elif one.state == Addressee.State.WAITING:
            life.append(Event("等待单位答复", one.due, str(one.unit), now=True))
        else:
            life.append(Event("等待审核", now=True))
        for reply in one.replies.all():
            if reply.verdict == "returned":
                life.append(Event("退回重报", reply.judged_at, text=reply.said, tone="warn"))
            life.append(Event("代录来函" if reply.letter_id else "单位答复", reply.made_at, reply.by_name))
        return [
            *life,
            Event(f"发出 {one.instrument.number}", one.instrument.issued_on, one.instrument.issued_by_name),
        ]


class AddresseePaper(AddresseeObject, OfficialPaper):
    """What a unit was sent, as a file."""

    permission, title = "reform.view", "下载来文文稿"
    makes, on = paper_of, "object.instrument"

    def called(self) -> str:
        """Its number and title."""
        return called(self.object.instrument)


class AnswerInstrument(AddresseeObject, FormPage):
    """A unit answers by its account."""

    permission, title, form, submit, is_listed = "reform.work", "答复", ReplyForm, "报送答复", False
    success = "已报送，等待审核"

    def objects(self) -> Any:
        """Only what one's own unit was sent and still owes."""
        return queries.own(self.acting).filter(state=Addressee.State.WAITING)

    @property
    def intro(self) -> str:  # type: ignore[override]
        """To what, until when."""
        due = f"，请在 {self.object.due} 前答复" if self.object.due else ""
        return f"{self.object.instrument.number}《{self.object.instrument.title}》{due}。"

    def save(self, form: Any) -> Any:
        """Answer."""
        return answered(self.object, form)


def answered(addressee: Addressee, form: Any, letter: inquiries.Letter | None = None) -> Any:
    """The answer of a form; a file that is refused is said beside its field."""
    try:
        return actions.answer(addressee, form.cleaned_data["text"], letter, form.cleaned_data["papers"])
    except FileRefused as error:
        raise ValidationError({"papers": str(error)}) from error


class RecordReply(AddresseeObject, FormPage):
    """The office records what a unit answered by letter (代录)."""

    permission, title, form, submit, is_listed = "instruments.record", "代录来函", LetterReplyForm, "代录", False

    def objects(self) -> Any:
        """Only what is still owed."""
        return super().objects().filter(state=Addressee.State.WAITING)

    def save(self, form: Any) -> Any:
        """Keep the scan, then answer with it as the source."""
        values = form.cleaned_data
        scan = keep_file(
            values["letter"], allowed=inquiries.LETTER_KINDS, max_bytes=inquiries.LETTER_BYTES, by=self.acting.actor
        )
        return answered(self.object, form, inquiries.Letter(scan, values["letter_number"], values["letter_date"]))

    def said(self, saved: Any) -> str:
        """With its source."""
        return f"已代录，来源标为“来函 {saved.letter_number}”"


class CloseAddressee(AddresseeObject, ActionPage):
    """What a unit was sent is settled."""

    permission, title, submit = "instruments.close", "销号", "销号"

    def get_question(self) -> str:
        """Whose."""
        return f"销号“{self.object.unit}”的{self.object.instrument.number}？"

    def get_text(self) -> str:
        """What it means where nothing was answered."""
        return "" if self.object.state == Addressee.State.ANSWERED else "单位还没有答复，直接销号须写明原因。"

    def make_form(self, data: Any = None, files: Any = None) -> CloseForm:
        """Why."""
        return CloseForm(data=data)

    def save(self, form: Any) -> str:
        """Settle it."""
        actions.close(self.object, form.cleaned_data["said"])
        return "已销号"


class ReturnReply(AddresseeObject, ActionPage):
    """An answer is sent back."""

    permission, title, submit = "instruments.close", "退回重报", "退回"

    def get_question(self) -> str:
        """Whose."""
        return f"退回“{self.object.unit}”的答复？"

    def make_form(self, data: Any = None, files: Any = None) -> ReturnForm:
        """What is missing, until when."""
        return ReturnForm(data=data, initial={"due": queries.reply_day(self.acting.unit)})

    def save(self, form: Any) -> str:
        """Send it back."""
        actions.return_reply(self.object, form.cleaned_data["said"], form.cleaned_data["due"])
        return "已退回，单位已收到通知"


class ReplyLetter(AddresseeObject, Page):
    """The scan of a letter, as a download that the audit notes."""

    permission, title, is_listed = "instruments.record", "查看来函", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes."""
        reply = (
            self.object.replies.filter(pk=self.kwargs["reply"], letter__isnull=False).select_related("letter").first()
        )
        if reply is None or reply.letter is None:
            raise Http404
        audit.record("instrument.letter_read", target=self.object.unit, details={"letter": reply.letter_number})
        return stored_file(reply.letter)


class ReplyAttachment(AddresseeObject, Page):
    """A file that came with an answer, as a download that the audit notes."""

    permission, title, is_listed = "reform.view", "下载答复附件", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes."""
        rows = ReplyFile.objects.filter(reply__addressee=self.object).select_related("file")
        found = get_object_or_404(rows, pk=self.kwargs["file"])
        audit.record("instrument.opened_file", target=self.object.unit, details={"file": found.file.sha256})
        return stored_file(found.file)


@panel(order=16, permission="reform.work")
def owed_panel(acting: Any) -> Panel | None:
    """What one's own unit was sent and owes an answer to."""
    found = list(queries.own(acting).filter(state=Addressee.State.WAITING).order_by("due")[:6])
    if not found:
        return None
    calendar = office_calendar()
    lines = [
        {
            "title": one.instrument.title,
            "url": reverse("addressees.show", args=[one.pk]),
            "number": one.instrument.number,
            "tag": state_of(one, calendar),
        }
        for one in found
    ]
    return Panel("待答复的督办", "reform/owed_panel.html", {"lines": lines}, url=reverse("addressees.list"))


routes = [
    page("office/addressees/", AddresseeList, "addressees.list"),
    page("office/addressees/<uuid:id>/", AddresseePage, "addressees.show"),
    page("office/addressees/<uuid:id>/paper/<slug:form>/", AddresseePaper, "addressees.paper"),
    page("office/addressees/<uuid:id>/answer/", AnswerInstrument, "addressees.answer"),
    page("office/addressees/<uuid:id>/record/", RecordReply, "addressees.record"),
    page("office/addressees/<uuid:id>/close/", CloseAddressee, "addressees.close"),
    page("office/addressees/<uuid:id>/return/", ReturnReply, "addressees.return"),
    page("office/addressees/<uuid:id>/files/<uuid:file>/", ReplyAttachment, "addressees.file"),
    page("office/addressees/<uuid:id>/letter/<uuid:reply>/", ReplyLetter, "addressees.letter"),
]
