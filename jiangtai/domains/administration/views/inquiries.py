"""Pages by which units are asked and answer: the office's list, a unit's own, the link without account, the letter."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.access import Inquiry, acting_by_link, audit, inquiries, links, parameters
from jiangtai.kernel import clock, keep_file, office_calendar, workdays
from jiangtai.web import (
    PUBLIC,
    Act,
    ActionPage,
    Choice,
    Column,
    Count,
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

from ..forms.inquiries import AskForm, LetterForm
from ..queries import light, name_of_unit, open_inquiries
from .units import show

STATES = (("open", "填报中"), ("late", "已逾期"), ("done", "已填报"), ("cancelled", "已撤回"))


def topic_of(inquiry: Inquiry) -> inquiries.Topic:
    """What is asked."""
    return inquiries.TOPICS[inquiry.topic]


def state_of(inquiry: Inquiry, calendar: Any) -> Tag:
    """Where it stands, with the working days that are left."""
    if inquiry.cancelled_at:
        return Tag("已撤回", "plain")
    if inquiry.answered_at:
        return Tag("已填报", "ok")
    tone, words = light(inquiry, calendar)
    return Tag(words, tone)


def _in_state(rows: Any, value: str) -> Any:
    still = rows.filter(Inquiry.OPEN)
    match value:
        case "open":
            return still
        case "late":
            return still.filter(due__lt=clock.today())
        case "done":
            return rows.filter(answered_at__isnull=False)
        case "cancelled":
            return rows.filter(cancelled_at__isnull=False)
    return rows.none()


class InquiryRows(ListPage):
    """Inquiries in a list, their deadlines counted by one reading of the calendar."""

    @cached_property
    def calendar(self) -> workdays.Calendar:
        """The office's calendar, read once."""
        return office_calendar()

    def light_of(self, row: Inquiry) -> Tag:
        """A row's light."""
        return state_of(row, self.calendar)


class InquiryList(InquiryRows):
    """Everything that units within reach were asked."""

    permission, title, counted, order = "inquiries.ask", "填报事项", "件", "due"
    nav = Nav("我的工作", "填报事项", 20, count=lambda acting: open_inquiries(acting).count())
    conditions = (
        Search(
            "单位名称、拼音首字母",
            fields=("unit__name__contains", "unit__short_name__contains", "unit__initials__startswith"),
        ),
        Choice("状态", "state", choices=STATES, match=_in_state),
        Choice("事项", "topic", choices=lambda page: [(one.key, one.label) for one in inquiries.TOPICS.values()]),
        Choice("方式", "source", choices=Inquiry.Source.choices),
    )
    export_permission = "lists.export"
    actions = (Act("请单位填报", "inquiries.ask", primary=True),)
    empty = Empty(
        "还没有请单位填报",
        "选定事项、粘贴单位名单、定好期限，系统逐家发起并盯期限。",
        Act("请单位填报", "inquiries.ask"),
    )

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With the light of this page's calendar."""
        return (
            Column(
                "unit",
                "填报单位",
                lambda row: str(row.unit),
                sort="unit__pinyin",
                link=lambda row: reverse("inquiries.show", args=[row.pk]),
            ),
            Column("topic", "事项", lambda row: topic_of(row).label, sort="topic"),
            Column("due", "期限", kind="date", sort="due"),
            Column("state", "状态", self.light_of, kind="tag"),
            Column("source", "方式", "get_source_display"),
            Column("answered_at", "填报时间", kind="date", sort="answered_at"),
            Column("asked_by_name", "发起人", hidden=True),
        )

    def rows(self) -> Any:
        """Within reach."""
        return Inquiry.objects.select_related("unit")


class Ask(FormPage):
    """Ask units."""

    permission, title, parents, form, submit = "inquiries.ask", "请单位填报", ("inquiries.list",), AskForm, "发起"

    def initial(self) -> dict[str, Any]:
        """Due in as many working days as the parameter says."""
        days = int(parameters.value("access.inquiry_days", unit=self.acting.unit))
        return {
            "due": office_calendar().add(clock.today(), days).result,
            "units": name_of_unit(self.request.GET.get("unit", "")),
            "topic": self.request.GET.get("topic", ""),
        }

    def save(self, form: Any) -> int:
        """Ask each; what is open already is named, and nothing half-made stays."""
        values = form.cleaned_data
        for unit in values["units"]:
            inquiries.ask(unit, values["topic"], due=values["due"], note=values["note"])
        return len(values["units"])

    def said(self, saved: int) -> str:
        """How many."""
        return f"已向 {saved} 个单位发起"


class InquiryObject(ObjectMixin):
    """A page about one inquiry."""

    object: Inquiry

    def objects(self) -> Any:
        """Within reach."""
        return Inquiry.objects.select_related("unit", "letter")

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return reverse("inquiries.show", args=[self.object.pk])

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the inquiry."""
        label = f"{self.object.unit} · {topic_of(self.object).label}"
        return [
            Crumb("填报事项", reverse("inquiries.list")),
            Crumb(label, reverse("inquiries.show", args=[self.object.pk])),
        ]


class InquiryPage(InquiryObject, DetailPage):
    """One inquiry: what is asked, what was answered and how it came."""

    permission, title, parents = "inquiries.ask", "填报事项", ("inquiries.list",)

    def get_title(self) -> str:
        """Who is asked what."""
        return f"{self.object.unit} · {topic_of(self.object).label}"

    def get_tags(self) -> list[Tag]:
        """Its light."""
        return [state_of(self.object, office_calendar())]

    def get_actions(self) -> list[Act]:
        """While it is open: link, letter, cancel."""
        if not self.object.is_open:
            return []
        return [
            Act("撤回", "inquiries.cancel", (self.object.pk,), danger=True, dialog=True),
            Act("代录来函", "inquiries.record", (self.object.pk,)),
            Act(f"{_anew(self.object)}生成填报链接", "inquiries.link", (self.object.pk,), primary=True),
        ]

    def sections(self) -> list[Any]:
        """Question and answer."""
        row, topic = self.object, topic_of(self.object)
        asked = [
            Value("填报单位", row.unit.name, url=show(row.unit) or ""),
            Value("事项", topic.label, source=topic.method),
            Value("期限", row.due),
            Value("说明", row.note),
            Value("发起", f"{row.asked_by_name} {clock.day_of(row.made_at)}"),
        ]
        return [
            Section("请填什么", asked),
            *([Section("填报内容", self._answer(), note=row.get_source_display())] if row.answered_at else []),
        ]

    def events(self) -> list[Event]:
        """Its life."""
        row = self.object
        life = [Event("发起填报", row.made_at, row.asked_by_name, row.note)]
        if row.answered_at:
            life.insert(0, Event("单位填报", row.answered_at, str(row.unit), row.get_source_display()))
        elif row.cancelled_at:
            life.insert(0, Event("撤回", row.cancelled_at, tone="plain"))
        else:
            life.insert(0, Event("等待单位填报", None, str(row.unit), now=True))
        return life

    def _answer(self) -> list[Value]:
        row, topic = self.object, topic_of(self.object)
        shown = [Value(str(field.label), _shown(row, name)) for name, field in topic.form.base_fields.items()]
        if row.letter:
            shown.append(
                Value(
                    "来函", f"{row.letter_number}（{row.letter_date}）", url=reverse("inquiries.letter", args=[row.pk])
                )
            )
        return shown


def _shown(inquiry: Inquiry, name: str) -> Any:
    """An answered value; personal ones are not kept here but where they belong."""
    if name in topic_of(inquiry).personal:
        return "已按规定另存，见单位页面"
    return inquiry.answer.get(name)


class MakeLink(InquiryObject, ActionPage):
    """A link by which the unit answers without an account."""

    permission, title, parents, submit = "inquiries.ask", "生成填报链接", ("inquiries.list",), "生成链接"

    def get_title(self) -> str:
        """Whether one that opens is made anew."""
        return f"{_anew(self.object)}{self.title}"

    def get_question(self) -> str:
        """For whom."""
        return f"为“{self.object.unit}”{self.get_title()}？"

    def get_text(self) -> str:
        """What it opens, and for how long."""
        lasts = clock.span(parameters.value("access.link_hours") * 60)
        return f"持有链接的人不用登录即可填报这一件事，{lasts}内有效，用一次即失效。以前生成的链接随之作废。"

    def act(self, reason: str) -> str:
        """Make it."""
        return inquiries.link_for(self.object)

    def done(self, saved: str) -> HttpResponse:
        """Show the link this once: only its digest is kept."""
        url = self.request.build_absolute_uri(reverse("inquiries.by_link", args=[saved]))
        topic = topic_of(self.object)
        response = self.render_as(
            "administration/link.html", url=url, inquiry=self.object, topic=topic, back=self.next_url(None), acts=[]
        )
        response["Cache-Control"] = "no-store"
        return response


def _anew(inquiry: Inquiry) -> str:
    """What stands before the making of a link that takes another's place."""
    return "重新" if links.open_until("inquiry", [inquiry.pk]) else ""


class CancelInquiry(InquiryObject, ActionPage):
    """Stop asking."""

    permission, title, parents, submit, danger = "inquiries.ask", "撤回填报", ("inquiries.list",), "撤回", True
    text = "撤回后单位不再看到这件事项，已发出的链接作废。"
    does = inquiries.cancel


class AnswerPage(FormPage):
    """The topic's own form, arriving filled with what is known."""

    inquiry: Inquiry

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The topic's form."""
        topic = topic_of(self.inquiry)
        return topic.form(data=data, files=files, initial=topic.known(self.inquiry.unit))

    def get_title(self) -> str:
        """What is asked."""
        return topic_of(self.inquiry).label

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What to do, and until when."""
        due = f"请在 {self.inquiry.due:%Y-%m-%d} 前填报"
        return f"{topic_of(self.inquiry).method}{self.inquiry.note}{due}，已知的内容已经填好，有误请直接改。"


class MyInquiries(InquiryRows):
    """What one's own unit was asked."""

    permission, title, counted, order = "inquiries.answer", "单位填报", "件", "due"
    nav = Nav("我的工作", "单位填报", 10, count=lambda acting: inquiries.waiting(acting).count())
    exports = False
    conditions = (Choice("状态", "state", choices=STATES, match=_in_state),)
    empty = Empty("没有要填报的事项", "领导小组办公室请本单位填报时，会出现在这里。")

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With the light of this page's calendar."""
        return (
            Column(
                "topic",
                "事项",
                lambda row: topic_of(row).label,
                link=lambda row: reverse("inquiries.answer", args=[row.pk]) if row.is_open else None,
            ),
            Column("note", "说明"),
            Column("due", "期限", kind="date", sort="due"),
            Column("state", "状态", self.light_of, kind="tag"),
            Column("source", "方式", "get_source_display"),
        )

    def rows(self) -> Any:
        """Of one's own unit only."""
        return Inquiry.objects.filter(unit=self.acting.unit).select_related("unit")


class AnswerOwn(ObjectMixin, AnswerPage):
    """The unit answers by account."""

    permission, title, parents, submit, is_listed = "inquiries.answer", "单位填报", ("inquiries.mine",), "报送", False
    success, leads_to = "已报送，谢谢", "inquiries.mine"

    def objects(self) -> Any:
        """What one's own unit is still asked."""
        return inquiries.waiting(self.acting)

    @property
    def inquiry(self) -> Inquiry:  # type: ignore[override]
        """The object."""
        return self.object

    def save(self, form: Any) -> Inquiry:
        """Answer."""
        return inquiries.answer(self.inquiry, form.cleaned_data)


class RecordLetter(InquiryObject, AnswerPage):
    """The office records what a unit wrote in a letter (代录); the scan stands behind it."""

    permission, title, parents, submit, is_listed = "inquiries.ask", "代录来函", ("inquiries.list",), "代录", False
    groups = (("来函", ("letter_number", "letter_date", "letter")),)

    def objects(self) -> Any:
        """Only what is still asked."""
        return super().objects().filter(Inquiry.OPEN)

    @property
    def inquiry(self) -> Inquiry:  # type: ignore[override]
        """The object."""
        return self.object

    def get_title(self) -> str:
        """Recorded for whom."""
        return f"代录来函：{self.object.unit}"

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The topic's form with the letter before it."""
        topic = topic_of(self.inquiry)
        both = type("RecordedForm", (LetterForm, topic.form), {})
        form = both(data=data, files=files, initial=topic.known(self.inquiry.unit))
        form.order_fields([*LetterForm.base_fields, *topic.form.base_fields])
        return form

    def save(self, form: Any) -> Inquiry:
        """Keep the scan, then answer with it as the source."""
        values = dict(form.cleaned_data)
        upload = values.pop("letter")
        scan = keep_file(upload, allowed=inquiries.LETTER_KINDS, max_bytes=inquiries.LETTER_BYTES, by=self.acting.actor)
        letter = inquiries.Letter(scan, values.pop("letter_number"), values.pop("letter_date"))
        return inquiries.answer(self.inquiry, values, letter=letter)

    def said(self, saved: Any) -> str:
        """With its source."""
        return f"已代录，来源标为“来函 {saved.letter_number}”"


class Letter(InquiryObject, Page):
    """The scan of a letter, as a download that the audit notes."""

    permission, title, is_listed = "inquiries.ask", "查看来函", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes, never shown inside the page."""
        stored = self.object.letter
        if stored is None:
            raise Http404
        audit.record("letter.opened", target=self.object.unit, details={"file": stored.sha256})
        return stored_file(stored)


class AnswerByLink(AnswerPage):
    """A unit answers through a link: no account, this one thing, once."""

    permission, title, face, submit, is_listed = PUBLIC, "单位填报", "bare", "报送", False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Act as the link's bearer for this request only."""
        with self._as_bearer():
            return super().dispatch(request, *args, **kwargs)

    @contextmanager
    def _as_bearer(self) -> Iterator[None]:
        self.link = links.look("inquiry", self.kwargs["token"])
        self.inquiry = inquiries.of_link(self.link)
        with acting_by_link(self.inquiry.unit, f"{self.inquiry.unit}（链接）"):
            yield

    def get_title(self) -> str:
        """What is asked of whom."""
        return f"{self.inquiry.unit} · {topic_of(self.inquiry).label}"

    def save(self, form: Any) -> Inquiry:
        """Answer, and spend the link."""
        return inquiries.answer(self.inquiry, form.cleaned_data, link=self.link)

    def done(self, saved: Any) -> HttpResponse:
        """Thanks, on a page that needs no account."""
        return self.render_as("administration/answered.html", inquiry=saved, topic=topic_of(saved))

    def back_url(self) -> str:
        """There is nowhere else to go."""
        return "/"


@panel(order=10, permission="inquiries.answer")
def waiting_for_us(acting: Any) -> Panel:
    """What one's own unit is asked."""
    calendar = office_calendar()
    asked, url = inquiries.waiting(acting), reverse("inquiries.mine")
    rows, total = [(row, topic_of(row), state_of(row, calendar)) for row in asked[:8]], asked.count()
    counts = [Count("全部", total, url)] if total else []
    return Panel(
        "等本单位填报", "administration/waiting.html", {"rows": rows}, url=url, counts=counts, rest=total - len(rows)
    )


@panel(order=10, permission="inquiries.ask")
def asked_of_units(acting: Any) -> Panel:
    """What units still owe, the most urgent first."""
    calendar = office_calendar()
    rows = open_inquiries(acting).order_by("due")
    shown = [(row, topic_of(row), state_of(row, calendar)) for row in rows[:8]]
    url, total, late = reverse("inquiries.list"), rows.count(), rows.filter(due__lt=clock.today()).count()
    counts = [Count("填报中", total, f"{url}?state=open"), Count("已逾期", late, f"{url}?state=late")]
    return Panel(
        "请单位填报",
        "administration/asked.html",
        {"rows": shown},
        url=url,
        wide=True,
        counts=[one for one in counts if one.number],
        rest=total - len(shown),
    )


routes = [
    page("office/inquiries/", InquiryList, "inquiries.list"),
    page("office/inquiries/ask/", Ask, "inquiries.ask"),
    page("office/inquiries/<uuid:id>/", InquiryPage, "inquiries.show"),
    page("office/inquiries/<uuid:id>/link/", MakeLink, "inquiries.link"),
    page("office/inquiries/<uuid:id>/cancel/", CancelInquiry, "inquiries.cancel"),
    page("office/inquiries/<uuid:id>/record/", RecordLetter, "inquiries.record"),
    page("office/inquiries/<uuid:id>/letter/", Letter, "inquiries.letter"),
    page("office/mine/", MyInquiries, "inquiries.mine"),
    page("office/mine/<uuid:id>/", AnswerOwn, "inquiries.answer"),
    page("f/<str:token>/", AnswerByLink, "inquiries.by_link"),
]
