"""Public notices: on the square for everyone, for one firm only in the office and the pocket; objections to them."""

from typing import Any

from allauth.core.internal import ratelimit
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse

from jiangtai import people
from jiangtai.access import Refused, phones
from jiangtai.kernel import clock, codes, office_calendar
from jiangtai.web import (
    PUBLIC,
    WORKER,
    Act,
    Choice,
    Column,
    Crumb,
    Empty,
    Entry,
    FormPage,
    ListPage,
    LongTextField,
    Nav,
    ObjectMixin,
    Page,
    Panel,
    Search,
    Stat,
    Tag,
    Value,
    errand,
    figure,
    own_name,
    page,
    square_panel,
)

from .. import notices
from ..declare import Flow, Notice, flow_named
from ..models import PublicNotice
from .inbox import flow_choices
from .rounds import notice_tag

LIMIT, ASKED = "10/h/ip", "20/h/ip"
NOT_FOUND = "受理编号和电话对不上，请核对后再查；公示对象的档案已经注销的，异议随之删除，也查不到"
FEW = 6
LABELS = {"name": "姓名", "unit": "单位", "score": "得分", "place": "名次", "title": "名称", "amount": "金额"}


def step_of(notice: PublicNotice) -> Notice:
    """The step by which a notice is shown."""
    step = _kind(notice).steps.get(notice.step)
    if not isinstance(step, Notice):
        raise Http404
    return step


def _kind(notice: PublicNotice) -> type[Flow]:
    return flow_named(notice.flow)


def title_of(notice: PublicNotice) -> str:
    """What a notice is about."""
    name = notice.round.name if notice.round else _kind(notice).label
    return f"{name}{step_of(notice).label}"


def columns_of(notice: PublicNotice) -> list[tuple[str, str]]:
    """The columns of the table: as the declaration labels them, else as the forms of the flow do."""
    kind, shows = _kind(notice), step_of(notice).shows
    labels: dict[str, str] = dict(shows) if isinstance(shows, dict) else {}
    forms_asked = [getattr(getattr(step, "form", None), "base_fields", {}) for step in kind.steps.values()]
    asked = {name: str(field.label) for fields in forms_asked for name, field in fields.items() if field.label}
    return [(name, labels.get(name) or LABELS.get(name) or asked.get(name) or name) for name in shows]


def is_over(notice: PublicNotice) -> bool:
    """Whether its days are over; from then on nobody's data is shown."""
    return bool(notice.closed_at or clock.today() > notice.last)


def results_of(notice: PublicNotice) -> list[tuple[str, int]]:
    """How many came to which result; the rest are still under way."""
    rows = notice.shown.values_list("result").annotate(number=Count("pk")).order_by("-number", "result")
    return [(result or "办理中", number) for result, number in rows]


def for_firm(who: Any) -> QuerySet[PublicNotice]:
    """The notices that only one firm's people may see, for who belongs to it."""
    rows = PublicNotice.objects.filter(place="unit")
    if who.account is None:
        return rows.none()
    if who.is_worker:
        person = people.person_of(who.account)
        unit = people.unit_of(person.pk) if person else None
        return rows.filter(unit=unit) if unit else rows.none()
    if who.unit is None:
        return rows.none()
    own = Q(unit=who.unit) | Q(unit=who.unit.serves_id)
    return rows.filter(own | Q(unit__path__within=who.reach) if who.may("cases.browse") else own)


class NoticeObject(ObjectMixin):
    """A page about one notice."""

    object: PublicNotice
    acting: Any

    def objects(self) -> Any:
        """Those that everybody may see."""
        return notices.on_square().select_related("round", "unit")

    def get_title(self) -> str:
        """What it is about."""
        return title_of(self.object)


class ForPeople(NoticeObject):
    """A notice as officers see it: the public ones, and those of their own firm."""

    def objects(self) -> Any:
        """Both."""
        rows = notices.on_square() | for_firm(self.acting)
        return rows.select_related("round", "unit")


class NoticeSheet(NoticeObject, Page):
    """One notice: number, days, telephone, the list; once it is over, the result only."""

    face, permission, title, template, is_listed = "square", PUBLIC, "公示", "flows/notice.html", False
    to_object = "notices.object"

    def get_context(self) -> dict[str, Any]:
        """The table while it stands."""
        row, columns = self.object, columns_of(self.object)
        over = is_over(row)
        lines = [] if over else notices.shows(row)
        return {
            "notice": row,
            "over": over,
            "tag": notice_tag(row, office_calendar()),
            "columns": [label for _, label in columns],
            "lines": [{"url": reverse(self.to_object, args=[row.pk, line["id"]]),
                       "cells": [(label, line[name]) for name, label in columns]} for line in lines],
            "total": row.shown.count(),
            "results": results_of(row) if over else [],
            "about": step_of(row).label,
        }  # fmt: skip


class TelephoneField(forms.CharField):
    """A number by which somebody is reached: a mobile one, or a fixed line with its area code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs.update(inputmode="tel", autocomplete="tel")

    def clean(self, value: Any) -> Any:
        """In its one spelling, or what is wrong with it."""
        value = super().clean(value)
        try:
            return codes.parse_landline(value) if value[:1] in ("0", "０", "(", "（") else codes.parse_phone(value)
        except codes.CodeError as error:
            raise forms.ValidationError(str(error).partition("；")[0]) from error


class ObjectionForm(forms.Form):
    """Who objects, how to reach them, and to what."""

    text = LongTextField(label="异议内容", max_length=2000, rows=6, help_text="请写明具体事实和线索，便于核查")
    name = forms.CharField(
        label="您的姓名", max_length=40, help_text="实名异议会得到答复；只有核查人员能看到",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = TelephoneField(label="联系电话", help_text="手机号，或带区号的固定电话。用于核实情况和答复，不对外公开")


class RaiseObjection(NoticeObject, FormPage):
    """Object to one of those shown; no account is needed, and no script."""

    face, permission, title, submit, is_listed = "square", PUBLIC, "提出异议", "提交异议", False
    template, form = "flows/objection.html", ObjectionForm
    to_notice = "notices.public"
    success = ""

    def prepare(self) -> None:
        """Only to someone who is shown now."""
        super().prepare()
        self.line = next(iter(notices.shows(self.object, only=self.kwargs["shown"])), None)
        if self.line is None:
            raise Http404

    def get_title(self) -> str:
        """The act."""
        return self.title

    def get_context(self) -> dict[str, Any]:
        """To whom, in which notice."""
        columns = columns_of(self.object)[:2]
        told = "，".join(str(self.line[name]) for name, _ in columns if self.line and self.line[name])
        return {**super().get_context(), "notice": self.object, "told": told, "about": title_of(self.object)}

    def initial(self) -> dict[str, Any]:
        """A worker's own name and phone, shown to the worker alone."""
        who = self.acting
        if who is None or not who.is_worker:
            return {}
        try:
            return {"name": own_name(who.account), "phone": phones.own(who.account)}
        except Refused:
            return {"name": own_name(who.account)}

    def sources(self) -> dict[str, str]:
        """That they come from the worker's own account."""
        return {name: "您登录的账号，可以修改" for name, value in self.initial().items() if value}

    def save(self, form: Any) -> Any:
        """Raise it; one address cannot flood a notice."""
        usage = ratelimit.consume(
            self.request, app="flows", action="objection", config={"objection": LIMIT}, limit_get=True
        )
        if usage is None:
            raise Refused("提交过于频繁，请一小时后再试，或拨打公示电话", "rate")
        return notices.object_to(self.kwargs["shown"], **form.cleaned_data)

    def done(self, saved: Any) -> HttpResponse:
        """Its number, shown here and in no address: on a shared phone an address would tell that somebody objected."""
        return self.render_as("flows/objection_received.html", receipt=saved.receipt, back=self.back_url())

    def back_url(self) -> str:
        """To the notice."""
        return reverse(self.to_notice, args=[self.object.pk])


class OutcomeForm(forms.Form):
    """The two things that only whoever raised an objection knows."""

    receipt = forms.CharField(
        label="受理编号", max_length=30, help_text="提交异议后显示的编号，形如 YY2026-7K3M-Q9XP",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    phone = TelephoneField(label="联系电话", help_text="提交异议时留的电话")


class ObjectionOutcome(FormPage):
    """What became of an objection, for who knows its number and the telephone left with it."""

    face, permission, title, form, submit, is_listed = "square", PUBLIC, "查询异议办理情况", OutcomeForm, "查询", False
    template, failed, place = "flows/objection_outcome.html", "没有查到", None
    intro = "凭受理编号和提交时留的电话查询。这里不显示异议人和异议内容。"

    def save(self, form: Any) -> Any:
        """Nothing is written; whoever tries many numbers has to wait."""
        usage = ratelimit.consume(
            self.request, app="flows", action="objection_asked", config={"objection_asked": ASKED}, limit_get=True
        )
        if usage is None:
            raise Refused("查询过于频繁，请一小时后再试，或拨打公示电话", "rate")
        self.asked = form
        return notices.came_of(form.cleaned_data["receipt"], form.cleaned_data["phone"])

    def done(self, saved: Any) -> HttpResponse:
        """The answer, in no address; a try that found nothing stays counted, which a refused `save` would take back."""
        if saved is None:
            return self._refuse(self.asked, ValidationError(NOT_FOUND))
        row = saved.objection
        label, tone = ("核查中", "warn") if row.answered_at is None else ("已答复", "ok")
        values = [
            Value("受理编号", row.receipt),
            Value("公示", f"{row.shown.notice.number} {title_of(row.shown.notice)}"),
            Value("提出时间", row.made_at),
            *([Value("答复时间", row.answered_at), Value("核查结果", "异议成立" if row.upheld else "异议不成立"),
               Value("答复", saved.answer)] if row.answered_at else []),
        ]  # fmt: skip
        return self.render(tag=Tag(label, tone), values=values, telephone=row.shown.notice.telephone)


class PublicNotices(Page):
    """All notices on the square."""

    face, permission, title, template = "square", PUBLIC, "公示", "flows/notices.html"

    def get_context(self) -> dict[str, Any]:
        """Those that stand, and the latest of those that are over."""
        rows = notices.on_square().select_related("round", "unit").annotate(number_shown=Count("shown"))
        today = clock.today()
        standing = rows.filter(closed_at__isnull=True, last__gte=today).order_by("last", "id")
        over = rows.exclude(pk__in=standing.values("pk")).order_by("-first", "-id")[:30]
        return {"standing": lines_of(standing, "notices.public"), "over": lines_of(over, "notices.public")}


def lines_of(rows: Any, to: str) -> list[dict[str, Any]]:
    """Notices as lines of a list."""
    calendar = office_calendar()
    return [{"title": f"{title_of(one)}（{one.number_shown}）", "number": one.number, "first": one.first,
             "last": one.last, "tag": notice_tag(one, calendar), "url": reverse(to, args=[one.pk])}
            for one in rows]  # fmt: skip


class OfficeNotices(ListPage):
    """The notices that an officer may see."""

    permission, title, counted = "cases.view", "公示", "份"
    nav = Nav("我的工作", "公示", 6)
    exports = False
    conditions = (
        Search("编号", fields=("number__contains",)),
        Choice("事项", "flow", choices=flow_choices),
        Choice("范围", "place", choices=(("square", "向社会"), ("unit", "单位内"))),
    )
    empty = Empty("还没有公示", "批次排名确定或办件到公示环节后，由主办单位发布。")

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With this page's calendar."""
        calendar = office_calendar()
        return (
            Column("number", "公示编号", link=lambda row: reverse("notices.show", args=[row.pk]), note=title_of),
            Column("unit", "发布单位", lambda row: str(row.unit)),
            Column("first", "公示开始", kind="date", sort="first"),
            Column("last", "公示结束", kind="date", sort="last"),
            Column("shown", "对象", "number_shown", kind="num"),
            Column("place", "范围", lambda row: "向社会" if row.place == "square" else "单位内"),
            Column("state", "状态", lambda row: notice_tag(row, calendar), kind="tag"),
        )

    def rows(self) -> Any:
        """The public ones, and those of one's own firm."""
        rows = notices.running_first(notices.on_square() | for_firm(self.acting))
        return rows.select_related("round", "unit").annotate(number_shown=Count("shown", distinct=True))


class OfficeNotice(ForPeople, NoticeSheet):
    """One notice in the office."""

    face, permission, title, is_listed = "office", "cases.view", "公示", False
    parents, to_object = ("notices.list",), "notices.object_here"

    def get_actions(self) -> list[Act]:
        """The text to take along; a firm's own list stays on its own wall."""
        one = self.object.pk
        acts = [Act("下载 Word", "notices.paper", (one, "docx")), Act("下载 PDF", "notices.paper", (one, "pdf"))]
        return acts if self.object.place == "square" else []


class OfficeObjection(ForPeople, RaiseObjection):
    """Object from the office; who was signed in is not kept."""

    face, permission, title, is_listed = "office", "cases.view", "提出异议", False
    to_notice = "notices.show"

    def get_crumbs(self) -> list[Crumb]:
        """Back to the notice."""
        return [Crumb("公示", reverse("notices.list")), Crumb(self.object.number, self.back_url())]


class PocketNotice(ForPeople, NoticeSheet):
    """One notice on a worker's phone."""

    face, permission, title, is_listed = "pocket", WORKER, "公示", False
    template, to_object, tab = "flows/pocket_notice.html", "notices.object_mine", "errands"


class PocketObjection(ForPeople, RaiseObjection):
    """Object from the phone."""

    face, permission, title, is_listed = "pocket", WORKER, "提出异议", False
    to_notice, tab = "notices.mine", "errands"


@figure(order=14, permission="cases.view")
def hanging_out(acting: Any) -> Stat | None:
    """How many notices run that this account may see; nothing where none does."""
    rows = (notices.on_square() | for_firm(acting)).filter(closed_at__isnull=True, last__gte=clock.today())
    number = rows.values("pk").distinct().count()
    return Stat(
        "正在公示", f"{number:,}", "份", method="今天在公示期内、还没有结束的公示", source="公示",
        as_of=f"{clock.today()}",
        url=reverse("notices.list"),
    ) if number else None  # fmt: skip


@square_panel(order=10)
def standing_notices(acting: Any) -> Panel | None:
    """What is under objection now."""
    today = clock.today()
    rows = notices.on_square().filter(closed_at__isnull=True, last__gte=today).select_related("round", "unit")
    shown = list(rows.annotate(number_shown=Count("shown")).order_by("last", "id")[:FEW])
    if not shown and not notices.on_square().exists():
        return None
    return Panel("正在公示", "flows/square_panel.html", {"lines": lines_of(shown, "notices.public")})


@errand(order=50, permission=WORKER)
def firm_notices(acting: Any) -> list[Entry]:
    """The notices within a worker's own firm that stand now."""
    rows = for_firm(acting).filter(closed_at__isnull=True, last__gte=clock.today()).select_related("round", "unit")
    calendar = office_calendar()
    return [Entry(f"单位公示：{title_of(one)}", f"{one.first} 至 {one.last}", reverse("notices.mine", args=[one.pk]),
                  notice_tag(one, calendar)) for one in rows[:3]]  # fmt: skip


routes = [
    page("notices/", PublicNotices, "notices.square"),
    page("notices/objections/", ObjectionOutcome, "notices.outcome"),
    page("notices/<uuid:id>/", NoticeSheet, "notices.public"),
    page("notices/<uuid:id>/<uuid:shown>/", RaiseObjection, "notices.object"),
    page("office/notices/", OfficeNotices, "notices.list"),
    page("office/notices/<uuid:id>/", OfficeNotice, "notices.show"),
    page("office/notices/<uuid:id>/<uuid:shown>/", OfficeObjection, "notices.object_here"),
    page("pocket/notices/<uuid:id>/", PocketNotice, "notices.mine"),
    page("pocket/notices/<uuid:id>/<uuid:shown>/", PocketObjection, "notices.object_mine"),
]
