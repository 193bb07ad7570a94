"""The inbox: 待办, 已办, 办结, 我发起的, and, for who oversees them, every case within reach."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count as Total
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse

from jiangtai import people
from jiangtai.access import Refused
from jiangtai.kernel import clock, office_calendar, workdays
from jiangtai.web import (
    Act,
    Bulk,
    Choice,
    Column,
    Condition,
    Count,
    DateRange,
    Empty,
    ListPage,
    LongTextField,
    Nav,
    Panel,
    Search,
    Stat,
    Tab,
    Tag,
    figure,
    page,
    panel,
)

from .. import engine, inbox, notices, subjects
from ..declare import Joint, Notice, Step, Task, flow_named, flows
from ..models import Case, Round, Seat
from . import showing

LIGHTS = (
    *(("red", "已逾期"), ("today", "今天到期"), ("amber", "今天或下一工作日到期")),
    *(("green", "未到期"), ("none", "没有期限")),
)
FEW = 6
LONGEST_NUMBER = 6


def case_url(case: Case) -> str:
    """A case's page in the office."""
    return reverse("cases.show", args=[case.pk])


def flow_choices(page: Any) -> list[tuple[str, str]]:
    """Every flow by name."""
    return [(one.key, one.label) for one in flows()]


def step_choices(page: Any) -> list[tuple[str, str]]:
    """The steps of the flow that is chosen, or of all flows, told apart by their flow."""
    chosen = page.request.GET.get("flow", "")
    kinds = [one for one in flows() if one.key == chosen] or list(flows())
    return [
        (f"{kind.key}:{name}", step.label if len(kinds) == 1 else f"{kind.label} · {step.label}")
        for kind in kinds
        for name, step in kind.steps.items()
        if step.outcomes
    ]


def at_step(prefix: str) -> Any:
    """The condition on flow and step, whose fields begin with a prefix."""

    def match(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        flow, _, step = value.partition(":")
        return rows.filter(**{f"{prefix}flow": flow, "step": step})

    return match


def by_words(prefix: str) -> Any:
    """The search: a number from its beginning or its last digits of this year, a unit's name, a person's full name."""

    def match(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        text = text.strip()
        if text.isdigit() and len(text) <= LONGEST_NUMBER:
            return rows.filter(**{f"{prefix}number": f"{clock.today().year}-{int(text):06d}"})
        if text[:1].isdigit():
            return rows.filter(**{f"{prefix}number__startswith": text.upper()})
        named = Q(**{f"{prefix}unit__name__contains": text}) | Q(**{f"{prefix}unit__short_name__contains": text})
        persons = [one.pk for one in people.find(name=text)]
        return rows.filter(named | Q(**{f"{prefix}subject__in": persons}) if persons else named)

    return match


def by_light(field: str) -> Any:
    """The condition on the working days that are left."""

    def match(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        today, green = clock.today(), showing.amber_ends(office_calendar())
        lookups: dict[str, dict[str, Any]] = {
            "red": {f"{field}__lt": today},
            "today": {field: today},
            "amber": {f"{field}__gte": today, f"{field}__lt": green},
            "green": {f"{field}__gte": green},
            "none": {f"{field}__isnull": True},
        }
        return rows.filter(**lookups[value]) if value in lookups else rows.none()

    return match


def asked_for(case: Case, step: str) -> str:
    """The step by name, and that it was sent back."""
    again = f"（{showing.RETURNED}）" if case.step == step and showing.is_returned(case) else ""
    return f"{engine.step_label(case, step)}{again}"


class InboxList(ListPage):
    """A list of cases or of seats, with names and lights looked up once for a page."""

    permission, counted, rail_as = "cases.view", "件", "cases.waiting"
    template = "flows/inbox.html"
    keywords: ClassVar[str] = "办件 审批"
    to_case: ClassVar[str] = ""
    """The path from a row to its case, with its dots."""

    @cached_property
    def calendar(self) -> workdays.Calendar:
        """The office's calendar, read once."""
        return office_calendar()

    @cached_property
    def tabs(self) -> list[Tab]:
        """The four lists beside one another; what still goes on is counted, what is past is counted on its own page."""
        going_on: dict[type[InboxList], Any] = {
            Waiting: inbox.waiting(self.acting),
            Begun: inbox.begun(self.acting).filter(state=Case.State.OPEN),
        }
        return [
            Tab(kind.title, reverse(kind.name), type(self) is kind, going_on[kind].order_by().count()
                if kind in going_on else None) for kind in (Waiting, Done, Over, Begun)
        ]  # fmt: skip

    def get_context(self) -> dict[str, Any]:
        """With the tabs, where the whole page is drawn."""
        return {**super().get_context(), "tabs": [] if self.is_fragment else self.tabs}

    def case_of(self, row: Any) -> Case:
        """The row's case."""
        found: Case = row.case if isinstance(row, Seat) else row
        return found

    def subject_column(self) -> Column:
        """Who or what, leading to the case, with its number."""
        return Column(
            "subject",
            "对象",
            lambda row: self.case_of(row).subject_label,  # type: ignore[attr-defined]
            link=lambda row: case_url(self.case_of(row)),
            note=lambda row: str(self.case_of(row).unit),
        )

    def flow_column(self) -> Column:
        """The flow and the round."""
        return Column(
            "flow",
            "事项",
            lambda row: showing.flow_label(self.case_of(row).flow),
            note=lambda row: self.case_of(row).round.name if self.case_of(row).round_id else "",  # type: ignore[union-attr]
        )

    def number_column(self) -> Column:
        """The case's number."""
        sort = f"{self.to_case.replace('.', '__')}number"
        return Column("number", "编号", lambda row: self.case_of(row).number, sort=sort, kind="code")

    def step_column(self) -> Column:
        """The row's step."""
        return Column("step", "环节", lambda row: asked_for(self.case_of(row), row.step))

    def round_column(self) -> Column:
        """The round, off until asked for."""
        return Column("round", "批次", lambda row: str(self.case_of(row).round or ""), hidden=True)

    def opened_column(self) -> Column:
        """When the case was opened."""
        return Column(
            "opened", "发起时间", lambda row: self.case_of(row).made_at,
            sort=f"{self.to_case.replace('.', '__')}made_at", kind="date", hidden=True,
        )  # fmt: skip


class BatchForm(forms.Form):
    """One outcome and one opinion for many cases at the same step."""

    outcome = forms.ChoiceField(label="办理结果", widget=forms.RadioSelect)
    opinion = LongTextField(label="意见", rows=3, max_length=500, required=False, stock=("同意", "拟同意", "情况属实"))

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        forward = [(key, label) for key, label in step.outcomes.items() if key not in getattr(step, "back", ())]
        self.fields["outcome"].choices = forward  # type: ignore[attr-defined]
        self.fields["outcome"].initial = forward[0][0] if forward else None


class Waiting(InboxList):
    """What waits for this account at its present post."""

    title, to_case = "待办", "case."
    nav = Nav("我的工作", "待办", 2, count=lambda acting: inbox.waiting(acting).order_by().count())
    conditions = (
        Search("编号、单位、姓名", match=by_words("case__")),
        Choice("事项", "flow", choices=flow_choices, field="case__flow"),
        Choice("环节", "step", choices=step_choices, match=at_step("case__")),
        Choice("期限", "light", choices=LIGHTS, match=by_light("due")),
    )
    actions = (Act("发起办件", "cases.new", primary=True),)
    bulk = (
        Bulk("decide", "批量办理", "cases.view", "decide_many", confirm="逐件办理，结果相同。"),
        Bulk("publish", "发布公示", "cases.view", "publish", confirm="公示后名单立即对外可见，公示期按规定计算。"),
    )
    empty = Empty("没有待办", "轮到您办理的事项会出现在这里，并发消息告诉您。")

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """What is asked of me, and until when."""
        return (
            self.subject_column(),
            self.flow_column(),
            self.step_column(),
            Column("due", "期限", kind="date", sort="due", hidden=True),
            Column("light", "剩余", lambda row: showing.light(row.due, self.calendar), kind="tag"),
            Column("urged", "催办", lambda row: Tag("已催办", "warn") if row.urged_at else None, kind="tag"),
            self.number_column(),
            self.round_column(),
            self.opened_column(),
        )

    def rows(self) -> Any:
        """With names."""
        return subjects.labelled(inbox.waiting(self.acting))

    def open_bulks(self) -> list[Bulk]:
        """A notice is offered only to whom one waits for."""
        found = super().open_bulks()
        steps = {name for kind in flows() for name, step in kind.steps.items() if isinstance(step, Notice)}
        has_notice = inbox.waiting(self.acting).filter(step__in=steps).exists()
        return [one for one in found if one.key != "publish" or has_notice]

    def _ask_first(self, wanted: Bulk, count: int) -> HttpResponse:
        """What is asked before many are decided: which outcome, and the opinion."""
        if wanted.key != "decide":
            return super()._ask_first(wanted, count)
        try:
            step = self._common_step(list(self.chosen()[:1000]))
        except ValidationError as error:
            return self._back("", "".join(error.messages))
        return self._ask_outcome(wanted, count, BatchForm(step=step))

    def _ask_outcome(self, wanted: Bulk, count: int, form: BatchForm, status: int = 200) -> HttpResponse:
        carried = [("pick", one) for one in self.request.POST.getlist("pick")]
        carried += [("all", "1")] if self.request.POST.get("all") else []
        carried += [("do", wanted.key), ("confirmed", "1")]
        return self.render_as(
            "flows/batch.html", status, title=wanted.label, form=form, carried=carried, submit="办理", acts=[],
            question=f"对选中的 {count} 件作同样的办理", text=wanted.confirm, back=self.request.get_full_path(),
        )  # fmt: skip

    def decide_many(self, rows: Any) -> str:
        """Answer each with the same outcome and opinion; what does not pass is named and stays."""
        seats = list(rows)
        form = BatchForm(self.request.POST, step=self._common_step(seats))
        if not form.is_valid():
            raise ValidationError("请选择办理结果，意见不超过 500 字")
        outcome, opinion = form.cleaned_data["outcome"], form.cleaned_data["opinion"]
        refused = [words for seat in seats if (words := self._decide_one(seat, outcome, opinion))]
        passed = f"已办理 {len(seats) - len(refused)} 件"
        return passed if not refused else f"{passed}；{len(refused)} 件没有办理：{'；'.join(refused[:5])}"

    def _decide_one(self, seat: Seat, outcome: str, opinion: str) -> str:
        try:
            with transaction.atomic():
                engine.decide(seat.pk, outcome, opinion=opinion)
        except ValidationError as error:
            return f"{seat.case.number}：{''.join(error.messages)}"
        except (Refused, ValueError) as error:
            return f"{seat.case.number}：{error}"
        return ""

    def _common_step(self, seats: list[Seat]) -> Step:
        """The step at which all the chosen wait, if many may be decided there at once."""
        found = {(one.case.flow, one.case.since, one.step) for one in seats}
        if len(found) != 1:
            raise ValidationError("所选办件不在同一事项的同一环节，请先用上面的条件筛选")
        flow, since, name = found.pop()
        step = flow_named(flow, since).steps[name]
        if not isinstance(step, Task | Joint) or getattr(step, "form", None):
            raise ValidationError(f"“{step.label}”须逐件填写，不能批量办理")
        return step

    def publish(self, rows: Any) -> str:
        """Show the chosen: one notice, or, where only the firm is told, one for each firm."""
        seats = list(rows)
        made = [notices.publish(cases) for cases in notice_groups(seats)]
        return f"已发布 {'、'.join(one.number for one in made)}，共 {len(seats)} 件"


def notice_groups(seats: list[Seat]) -> Iterator[list[Any]]:
    """The cases that one notice may show together."""
    groups: dict[Any, list[Any]] = {}
    for seat in seats:
        step = engine.flow_of(seat.case).steps[seat.step]
        if not isinstance(step, Notice):
            raise ValidationError(f"{seat.case.number} 现在不在公示环节，请先按环节筛选")
        own = seat.case.unit_id if step.place == "unit" else None
        groups.setdefault((seat.case.flow, seat.step, seat.case.round_id, own), []).append(seat.case_id)
    yield from groups.values()


class Done(InboxList):
    """What this account answered."""

    title, to_case = "已办", "case."
    conditions = (
        Search("编号、单位、姓名", match=by_words("case__")),
        Choice("事项", "flow", choices=flow_choices, field="case__flow"),
        Choice("环节", "step", choices=step_choices, match=at_step("case__")),
        DateRange("办理时间", "on", field="done_at"),
    )
    empty = Empty("还没有办过", "您办理过的事项会留在这里，随时可以回看。")

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """What I did, and where the case is now."""
        return (
            self.subject_column(),
            self.flow_column(),
            Column("step", "我办的环节", lambda row: engine.step_label(row.case, row.step)),
            Column("done_at", "办理时间", kind="date", sort="done_at"),
            Column("now", "现在", lambda row: showing.state(row.case, self.calendar), kind="tag"),
            self.number_column(),
            self.round_column(),
        )

    def rows(self) -> Any:
        """With names."""
        return subjects.labelled(inbox.done(self.acting))


class CaseRows(InboxList):
    """A list whose rows are cases."""

    conditions: ClassVar[Sequence[Condition]] = (
        Search("编号、单位、姓名", match=by_words("")),
        Choice("事项", "flow", choices=flow_choices),
        Choice("环节", "step", choices=step_choices, match=at_step("")),
        Choice("期限", "light", choices=LIGHTS, match=by_light("due")),
        Choice("状态", "state", choices=Case.State.choices),
        DateRange("发起时间", "made", field="made_at"),
    )

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """Where each stands."""
        return (
            self.subject_column(),
            self.flow_column(),
            self.step_column(),
            Column("state", "状态", lambda row: showing.state(row, self.calendar), kind="tag"),
            Column("made_at", "发起时间", kind="date", sort="made_at"),
            Column("ended_at", "办结时间", kind="date", sort="ended_at", hidden=True),
            self.number_column(),
            self.round_column(),
        )


class Over(CaseRows):
    """The cases in which this account took part and which are over."""

    title = "办结"
    conditions = (
        Search("编号、单位、姓名", match=by_words("")),
        Choice("事项", "flow", choices=flow_choices),
        DateRange("办结时间", "ended", field="ended_at"),
    )
    empty = Empty("还没有办结的办件", "您经手的办件办结后会出现在这里。")

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """How each ended."""
        return (
            self.subject_column(),
            self.flow_column(),
            Column("state", "结果", lambda row: showing.state(row, self.calendar), kind="tag"),
            Column("ended_at", "办结时间", kind="date", sort="ended_at"),
            self.number_column(),
            self.round_column(),
            self.opened_column(),
        )

    def rows(self) -> Any:
        """With names."""
        return subjects.labelled(inbox.over(self.acting), lambda: inbox.number_over(self.acting))


class Begun(CaseRows):
    """The cases that this account opened."""

    title = "我发起的"
    actions = (Act("发起办件", "cases.new", primary=True),)
    empty = Empty("还没有发起过办件", "从“发起办件”选一个事项开始。", Act("发起办件", "cases.new"))

    def rows(self) -> Any:
        """With names."""
        return subjects.labelled(inbox.begun(self.acting))


class AllCases(CaseRows):
    """Every case within reach, for who oversees them."""

    permission, title = "cases.browse", "全部办件"
    nav = Nav("我的工作", "全部办件", 4)
    tabs = ()  # type: ignore[assignment]
    keywords = "督办 办件查询"
    conditions = (
        *CaseRows.conditions,
        Choice("批次", "round", choices=lambda page: [(str(pk), name) for pk, name in _rounds(page)], field="round"),
    )
    empty = Empty("还没有办件", "本单位及下级的办件都会出现在这里。")

    def rows(self) -> Any:
        """Within reach, the newest first; ids are in order of time."""
        return subjects.labelled(inbox.overseen(self.acting).select_related("unit", "round").order_by("-pk"))


def _rounds(page: Any) -> list[tuple[Any, str]]:
    """The latest rounds, and the one that is asked for."""
    return list(Round.unscoped.order_by("-opens").values_list("pk", "name")[:60])


@panel(order=5, permission="cases.view")
def waiting_panel(acting: Any) -> Panel | None:
    """The most urgent of what waits, on the office's home."""
    if acting.unit is None and not inbox.waiting(acting).exists():
        return None
    rows = list(subjects.labelled(inbox.waiting(acting))[:FEW])
    calendar, asked = office_calendar(), inbox.waiting(acting).order_by()
    today = clock.today()
    url, total = reverse("cases.waiting"), asked.count()
    counts = [
        Count("全部", total, url),
        Count("今天到期", asked.filter(due=today).count(), f"{url}?light=today"),
        Count("已逾期", asked.filter(due__lt=today).count(), f"{url}?light=red"),
    ]
    lines = [{"case": one.case, "step": asked_for(one.case, one.step),
              "flow": showing.flow_label(one.case.flow), "url": case_url(one.case),
              "tag": showing.light(one.due, calendar)} for one in rows]  # fmt: skip
    return Panel(
        "待我办理",
        "flows/waiting_panel.html",
        {"lines": lines},
        url=url,
        wide=True,
        counts=[one for one in counts if one.number],
        rest=total - len(lines),
    )


@figure(order=10, permission="cases.browse")
def going_on(acting: Any) -> Stat | None:
    """How many cases go on within reach."""
    rows = inbox.overseen(acting).filter(state=Case.State.OPEN).order_by()
    told = rows.aggregate(number=Total("pk"), late=Total("pk", filter=Q(due__lt=clock.today())))
    number, late = told["number"], told["late"]
    return Stat(
        "在办", f"{number:,}", "件", method="没有办结、没有撤回的办件；逾期的按现在环节的期限", source="办件",
        as_of=f"{clock.today()}", url=f"{reverse('cases.all')}?state=open",
        note=f"其中逾期 {late:,} 件" if late else "",
    )  # fmt: skip


@figure(order=12, permission="cases.browse")
def on_time_this_year(acting: Any) -> Stat | None:
    """Which share of what was answered within reach this year was answered in time; nothing where nothing was."""
    first = clock.now().astimezone(clock.OFFICE_ZONE).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = Seat.objects.filter(state=Seat.State.DONE, done_at__gte=first, due__isnull=False)
    rows = rows.filter(case__in=inbox.overseen(acting))
    in_time = Q(done_at__date__lte=F("due"))
    told = rows.order_by().aggregate(number=Total("pk"), kept=Total("pk", filter=in_time))
    if not told["number"]:
        return None
    return Stat(
        "本年按期办理率", f"{told['kept'] * 100 / told['number']:.1f}", "%",
        method=f"本年办过的 {told['number']:,} 个有期限的环节中，在期限当天及以前办的 {told['kept']:,} 个",
        source="办件", as_of=f"{clock.today()}",
    )  # fmt: skip


routes = [
    page("office/cases/", Waiting, "cases.waiting"),
    page("office/cases/done/", Done, "cases.done"),
    page("office/cases/over/", Over, "cases.over"),
    page("office/cases/begun/", Begun, "cases.begun"),
    page("office/cases/all/", AllCases, "cases.all"),
]
