"""Reporting rounds (调度): the office's list, a new one, and one with each unit asked and where it stands."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from jiangtai.access import audit, parameters
from jiangtai.flows import Case, Round, Seat
from jiangtai.kernel import clock, office_calendar, workdays
from jiangtai.web import (
    Act,
    ActionPage,
    Column,
    Crumb,
    DetailPage,
    Empty,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Search,
    Section,
    TableSection,
    Tag,
    Value,
    as_file,
    page,
    renewing,
    sheet_file,
)

from ..actions import reporting as actions
from ..forms.reporting import CallForm
from ..queries import reporting as queries

_SHEET = "一个单位一行，链接只在这张表里，请逐个单位发送，不要整表转发。生成和下载记入审计。"
STEPS = {"report": ("待报送", "plain"), "check": ("待核对", "info"), "note": ("待领导小组审阅", "info")}


def progress(row: Any) -> Tag:
    """How far a round is."""
    left = row.reporting + row.checking
    if not left:
        return Tag("已结束", "ok")
    late = row.reporting and row.closes < clock.today()
    return Tag(f"{row.reporting} 家逾期未报" if late else "进行中", "bad" if late else "info")


class Rounds(ListPage):
    """Every reporting round, the newest first."""

    permission, title, counted, order = "reform.change", "进展调度", "次", "-opens"
    nav = Nav("督办考核", "进展调度", 10)
    keywords = "报送进展 督办 催办"
    conditions = (Search("名称", fields=("name__contains",)),)
    columns = (
        Column("name", "调度", link=lambda row: reverse("reporting.show", args=[row.pk])),
        Column("state", "进度", progress, kind="tag"),
        Column("opens", "发起", kind="date", sort="opens"),
        Column("closes", "报送期限", kind="date", sort="closes"),
        Column("asked", "请报送（家）", kind="num"),
        Column("reporting", "待报送", kind="num"),
        Column("checking", "待核对", kind="num"),
        Column("ended", "已认可", kind="num"),
    )
    actions = (Act("发起调度", "reporting.new", primary=True),)
    empty = Empty("还没有调度过", "有任务的单位各收到一件待办，逐项写明进展并附佐证；退回、催办都有记录。",
                  Act("发起调度", "reporting.new"))  # fmt: skip

    def rows(self) -> QuerySet[Round]:
        """With how many units stand where."""
        return queries.rounds()


class NewRound(FormPage):
    """Ask units how their tasks go."""

    permission, title, submit, form, parents = "reform.change", "发起调度", "发起", CallForm, ("reporting.list",)
    intro = "每个单位收到一件待办，列出它所有进行中的任务，已知的内容先填好；没有账号的单位，可以发链接或代录来函。"

    def initial(self) -> dict[str, Any]:
        """Named after the month."""
        today = clock.today()
        return {"name": f"{clock.chinese_month(today)}调度"}

    def save(self, form: Any) -> Round:
        """Ask."""
        told = form.cleaned_data
        return actions.call(told["name"], told["units"], to_leaders=told["to_leaders"], note=told["note"])

    def said(self, saved: Round) -> str:
        """How many."""
        return f"已请 {saved.quota} 个单位报送，{saved.closes} 截止"

    def next_url(self, saved: Round) -> str:
        """To it."""
        return reverse("reporting.show", args=[saved.pk])


class RoundObject(ObjectMixin):
    """A page about one reporting round."""

    object: Any
    acting: Any

    def objects(self) -> QuerySet[Round]:
        """Of this flow only."""
        return queries.rounds()

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the round."""
        url = reverse("reporting.show", args=[self.object.pk])
        return [Crumb("进展调度", reverse("reporting.list")), Crumb(self.object.name, url)]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return reverse("reporting.show", args=[self.object.pk])


class RoundPage(RoundObject, DetailPage):
    """One reporting round: each unit and where it stands."""

    permission, title, parents = "reform.change", "调度", ("reporting.list",)

    def get_title(self) -> str:
        """Its name."""
        return str(self.object.name)

    def get_tags(self) -> list[Tag]:
        """How far it is."""
        return [progress(self.object)]

    def get_actions(self) -> list[Act]:
        """Whoever has not reported can be reminded, and answer by a link."""
        at = (self.object.pk,)
        if not self.object.reporting:
            return []
        made = queries.links_of(queries.unreported(self.object))
        anew = [Act("重新生成全部链接", "reporting.links.anew", at, dialog=True)] if made else []
        new = len(made) < self.object.reporting
        links = [Act("生成未报单位链接", "reporting.links", at, dialog=True)] if new else []
        return [*anew, *links, Act("催办未报单位", "reporting.urge", at, dialog=True)]

    def sections(self) -> list[Any]:
        """What was asked, and the units: who still has to report stands first."""
        one = self.object
        to_leaders = "核对后报领导小组审阅" if one.terms.get("to_leaders") else "办公室核对后认可"
        values = [Value("发起", one.opens), Value("报送期限", one.closes), Value("程序", to_leaders)]
        if one.terms.get("note"):
            values.append(Value("对单位说的话", one.terms["note"]))
        rows = list(queries.cases(one).order_by("unit__rank", "unit__number"))
        waiting = Seat.objects.filter(case__in=rows, state=Seat.State.OPEN).order_by("id")
        self.due = {seat.case_id: seat for seat in waiting}
        self.links = queries.links_of(self.due.values())
        done = Seat.objects.filter(case__in=rows, step="report", state=Seat.State.DONE).select_related("decision")
        self.sent = {seat.case_id: seat for seat in done.order_by("turn")}
        order = ("report", "check", "note", "accepted")
        rows.sort(key=lambda case: order.index(case.step) if case.step in order else len(order))
        return [Section("", values), TableSection("单位", self._columns(), rows, note=self._note())]

    def _note(self) -> str:
        one = self.object
        return f"请 {one.asked} 家，待报送 {one.reporting}，待核对 {one.checking}，已认可 {one.ended}"

    def _columns(self) -> list[Column]:
        calendar = office_calendar()
        return [
            Column("unit", "单位", lambda case: str(case.unit), link=lambda case: reverse("cases.show", args=[case.pk]),
                   note=lambda case: f"办件 {case.number}"),
            Column("state", "进度", lambda case: self._state(case, calendar), kind="tag"),
            Column("sent", "报送", lambda case: self._sent(case)),
            Column("urged", "催办", lambda case: self._urged(case), kind="date"),
            Column("link", "填报链接", lambda case: self._link(case)),
            Column("make", "", lambda case: "重新生成" if self._until(case) else "生成链接",
                   link=lambda case: self._made_at(case), kind="act"),
        ]  # fmt: skip

    def _state(self, case: Case, calendar: workdays.Calendar) -> Tag:
        if case.state == Case.State.ENDED:
            return Tag("已认可", "ok")
        label, tone = STEPS.get(case.step, ("发起中", "plain"))
        if case.step == "report" and case.pk in self.sent:
            label, tone = "退回补正", "warn"
        seat = self.due.get(case.pk)
        if seat is None or seat.due is None:
            return Tag(label, tone)
        late = seat.due < clock.today()
        return Tag(f"{label}，{workdays.remaining(clock.today(), seat.due, calendar)}", "bad" if late else tone)

    def _sent(self, case: Case) -> str | None:
        seat = self.sent.get(case.pk)
        if seat is None or seat.done_at is None:
            return None
        decision = seat.decision
        by = "来函代录" if decision.letter_id else "链接" if decision.by_id is None else decision.by_name
        return f"{clock.day_of(seat.done_at)} {by}"

    def _urged(self, case: Case) -> Any:
        seat = self.due.get(case.pk)
        return seat.urged_at if seat and case.step == "report" else None

    def _until(self, case: Case) -> datetime | None:
        """Until when the link of a unit opens."""
        seat = self.due.get(case.pk)
        return self.links.get(seat.pk) if seat else None

    def _link(self, case: Case) -> str | None:
        if case.pk not in self.due or case.step != "report":
            return None
        until = self._until(case)
        return f"已生成（有效至 {clock.day_of(until)}）" if until else "未生成"

    def _made_at(self, case: Case) -> str | None:
        """Where the link of one unit is made, or made anew."""
        may = self._link(case) and self.acting.may("cases.record")
        return reverse("cases.link", args=[case.pk]) if may else None


class UrgeAll(RoundObject, ActionPage):
    """Remind every unit that has not reported."""

    permission, title, submit = "reform.change", "催办未报单位", "催办"
    text = "系统提醒每个还没有报送的单位，每天一次，催办会留痕；没有账号的单位请发链接或电话联系。"

    def act(self, reason: str) -> str:
        """Remind."""
        if not self.object.reporting:
            raise ValidationError("都已报送，不需要催办")
        return f"已提醒 {actions.urge_all(self.object)} 处办理人"


class RoundLinks(RoundObject, ActionPage):
    """A sheet with a link for every unit that has not reported."""

    gives_file = True
    permission, title, submit = "cases.record", "生成未报单位链接", "生成并下载"
    columns = (
        Column("unit", "单位", lambda row: str(row[0].unit)),
        Column("case", "办件", lambda row: row[0].case.number),
        Column("due", "报送期限", lambda row: row[0].due, kind="date"),
        Column("link", "填报链接", lambda row: row[1]),
    )

    anew = False

    @cached_property
    def made(self) -> int:
        """How many units have a link that still opens."""
        return len(queries.links_of(queries.unreported(self.object)))

    def get_question(self) -> str:
        """For how many."""
        return f"为 {self.object.reporting - self.made} 个还没有链接的未报单位各生成一个填报链接？"

    def get_text(self) -> str:
        """What becomes of those that were made, what the new ones open, and for how long."""
        lasts = clock.span(parameters.value("access.link_hours") * 60)
        return f"{self.before()}\n持有链接的人不用登录即可报送，{lasts}内有效，报送一次即失效。{_SHEET}"

    def before(self) -> str:
        """What becomes of the links that were made."""
        kept = f"{self.made} 个单位的链接已经生成，照常有效，这次不再列出。" if self.made else ""
        return f"{kept}以后再点，只为新的未报单位生成，不影响已经发出的链接。"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The sheet; none where there is no link to make."""
        rows = [
            (seat, request.build_absolute_uri(reverse("cases.by_link", args=[token])))
            for seat, token in actions.links(self.object, anew=self.anew)
        ]
        if not rows:
            said = "未报单位都已有链接，没有生成新的；链接遗失的，点该单位那一行的“重新生成”"
            return self._refuse(self.make_form(request.POST), ValidationError(said))
        file, count = sheet_file(self.get_title(), self.object.name, rows, self.columns, (), self.acting)
        audit.record("export", details={"page": self.name, "round": str(self.object.pk), "rows": count})
        return renewing(request, as_file(file, f"{self.object.name}-填报链接.xlsx"))


class RenewLinks(RoundLinks):
    """A sheet with a new link for every unit that has not reported; those sent before are void."""

    title, submit, danger, anew = "重新生成全部链接", "作废旧链接，重新生成", True, True

    def get_question(self) -> str:
        """For how many."""
        return f"为 {self.object.reporting} 个未报单位全部重新生成填报链接？"

    def before(self) -> str:
        """What becomes of the links that were made."""
        return (
            f"已经生成的 {self.made} 个链接立即作废，已经发给单位的打不开，须重新发送。"
            "只有个别单位遗失的，请在调度页点该单位那一行的“重新生成”。"
        )


routes = [
    page("office/reporting/", Rounds, "reporting.list"),
    page("office/reporting/new/", NewRound, "reporting.new"),
    page("office/reporting/<uuid:id>/", RoundPage, "reporting.show"),
    page("office/reporting/<uuid:id>/links/", RoundLinks, "reporting.links"),
    page("office/reporting/<uuid:id>/links/anew/", RenewLinks, "reporting.links.anew"),
    page("office/reporting/<uuid:id>/urge/", UrgeAll, "reporting.urge"),
]
