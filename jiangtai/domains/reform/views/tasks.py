"""Tasks: a unit's own and all within reach as lists; one task with its words, points and evidence, and its changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max, Min, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai import flows, indicators, ledger
from jiangtai.access import Unit, audit
from jiangtai.flows import records
from jiangtai.kernel import FileRefused, clock, open_file
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    Condition,
    Crumb,
    DateRange,
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
    Tab,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    as_file,
    page,
    page_named,
    panel,
)
from jiangtai.web import Count as Heading

from ..actions import tasks as actions
from ..facts import LightShown, ProgressAccepted, TaskCancelled, TaskFinished, TaskHandedOut, TaskRolled
from ..forms.tasks import AmendForm, EvidenceForm, FinishForm, HandOnForm, RollForm
from ..models import Evidence, Measure, Milestone, Plan, Report, Task
from ..queries import knowing
from ..queries import tasks as queries
from ..rules.lights import Light, Tone
from .hanging import HUNG, hung
from .lights import LIGHT, LIGHTS, point_tag, tag_of

NEAR_WORDS = 160
FACES = (("list", "列表", "tasks.list"), ("board", "看板", "tasks.board"), ("timeline", "时间轴", "tasks.timeline"))
FACTS = (TaskHandedOut, TaskFinished, TaskCancelled, TaskRolled, ProgressAccepted, LightShown)


def show(row: Task) -> str:
    """A task's page."""
    return reverse("tasks.show", args=[row.pk])


def origin(row: Task) -> str:
    """The measure it comes of, and who handed it on."""
    by = f"，{row.parent.unit}分解" if row.parent_id and row.parent else ""
    return f"{row.measure.number}. {row.measure.title}{by}"


@dataclass(frozen=True)
class Named(Condition):
    """One object that another page names in the address; here it only shows as a chip."""

    of: Any = None
    field: str = ""
    template = "reform/named.html"

    def read(self, query: QueryDict) -> Any:
        """The object, if there is one."""
        text = query.get(self.key, "")
        try:
            return self.of().filter(pk=UUID(text)).first() if text else None
        except ValueError:
            return None

    def apply(self, rows: Any, value: Any) -> Any:
        """Of it."""
        return rows.filter(**{self.field: value})


CONDITIONS: tuple[Condition, ...] = (
    Named("举措", "measure", of=lambda: Measure.objects.exclude(plan__state=Plan.State.DRAFT), field="measure"),
    Named("承担单位", "unit", of=lambda: Unit.unscoped, field="unit"),
    Search(
        "任务、举措、单位",
        fields=(
            "title__contains",
            "measure__title__contains",
            "unit__name__contains",
            "unit__short_name__contains",
            "unit__initials__startswith",
        ),
    ),
    Choice("灯", "light", choices=LIGHTS, match=queries.at_light),
    Choice(
        "变灯",
        "changed",
        choices=(("any", f"近 {queries.LATELY} 天变灯"), ("worse", f"近 {queries.LATELY} 天变差")),
        match=queries.lately_moved,
    ),
    Choice("状态", "state", choices=(("live", "进行中或已完成"), *Task.State.choices), match=queries.in_state),
    Choice("有无期限", "dated", choices=(("no", "没有期限"), ("yes", "有期限")), match=queries.dated),
    Choice("年度", "year", choices=lambda page: [(one, f"{one} 年") for one in page.years]),
    Choice(
        "方案", "plan", choices=lambda page: [(one.pk, one.title[:24]) for one in page.plans], field="measure__plan"
    ),
    HUNG,
    Choice("承担", "of", choices=(("own", "本单位承担"), ("given", "本单位分解出去")), match=queries.mine),
    DateRange("期限", "due"),
)


class TaskRows(ListPage):
    """Tasks in a list with their lights."""

    permission, counted, order = "reform.view", "项", "due"
    conditions: ClassVar[Sequence[Condition]] = CONDITIONS
    template = "reform/tasks.html"
    face_of = "list"

    @cached_property
    def years(self) -> list[int]:
        """From the first year that there are tasks of to the last, the last first."""
        found = self.whose().order_by().aggregate(first=Min("year"), last=Max("year"))
        return list(range(found["last"], found["first"] - 1, -1)) if found["last"] else []

    @cached_property
    def plans(self) -> list[Plan]:
        """The plans that tasks come of."""
        return list(Plan.objects.exclude(state=Plan.State.DRAFT))

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The light first, with its reason."""
        return (
            LIGHT,
            Column("title", "任务", link=show, note=origin),
            Column("unit", "承担单位", lambda row: str(row.unit), sort="unit__pinyin"),
            Column("due", "完成期限", kind="date", sort="due"),
            Column("said", "上期报告", lambda row: dict(Report.Says.choices).get(row.says or "")),
            Column("state", "状态", "get_state_display", hidden=True),
            Column("year", "年度", hidden=True),
            Column("expected", "要求和成果", hidden=True),
        )

    def whose(self) -> QuerySet[Task]:
        """Those that this account may open."""
        return queries.seen(self.acting)

    def rows(self) -> QuerySet[Any]:
        """With their lights."""
        return queries.listed(self.whose())

    def get_context(self) -> dict[str, Any]:
        """With the other faces of the same tasks."""
        return {**super().get_context(), "tabs": self.tabs(), "tabs_label": "任务的几种看法"}

    def tabs(self) -> list[Tab]:
        """List, board, timeline: what is asked of one is asked of the others."""
        asked = self.state.address(drop=("sort", "col", "light"))
        return [
            Tab(label, f"{reverse(name)}{f'?{asked}' if asked else ''}", key == self.face_of)
            for key, label, name in FACES
        ]


class AllTasks(TaskRows):
    """Every task within reach."""

    title = "任务台账"
    nav = Nav("改革方案", "任务台账", 20)
    keywords = "任务清单 举措 督办 亮灯"
    actions = (Act("结转年度任务", "tasks.roll", dialog=True),)
    empty = Empty("还没有任务", "确认改革方案后，每一句要做的工作成为一项任务，分派给牵头单位。")


class OwnTasks(TaskRows):
    """What one's own unit works on."""

    permission, title, face_of = "reform.work", "单位任务", ""
    nav = Nav("我的工作", "单位任务", 15, count=lambda acting: urgent(acting))
    empty = Empty("本单位没有任务", "改革方案确认后分派给本单位的任务，和其他单位分解来的任务，会出现在这里。")
    keywords = "我的任务"

    def whose(self) -> QuerySet[Task]:
        """One's own unit's."""
        return queries.own(self.acting)

    def tabs(self) -> list[Tab]:
        """The other faces, narrowed to one's own."""
        here = Tab("列表", reverse("tasks.own"), True)
        faces = (*FACES[1:], ("parts", "分工", "parts.list"))
        return [here, *(Tab(label, f"{reverse(name)}?of=own") for _, label, name in faces)]


def urgent(acting: Any) -> int:
    """How many of one's own unit's tasks are red or amber, as the ledger last heard: every page of the office asks."""
    late = (Tone.RED.value, Tone.AMBER.value)
    return queries.own(acting).filter(state=Task.State.OPEN, light__in=late).count()


class TaskObject(ObjectMixin):
    """A page about one task that this account may open; a neighbour's is not there."""

    object: Task
    acting: Any

    def objects(self) -> QuerySet[Any]:
        """Within reach, or handed on from there."""
        return queries.listed(queries.seen(self.acting))

    def get_crumbs(self) -> list[Crumb]:
        """The ledger of tasks, then this one."""
        return [Crumb("任务台账", reverse("tasks.list")), Crumb(short(self.object.title), show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class WorkObject(TaskObject):
    """A page that changes an open task, for who works on it or gave it."""

    def prepare(self) -> None:
        """Only while it is open, and only theirs."""
        super().prepare()
        task, who = self.object, self.acting
        if task.state != Task.State.OPEN or not (actions.works_at(task, who) or actions.gives(task, who)):
            raise Http404


def short(text: str) -> str:
    """As much of a sentence as a heading or a crumb holds."""
    return text if len(text) <= 28 else f"{text[:27]}…"


class TaskPage(TaskObject, DetailPage):
    """One task: its light and why, its words in the plan, points, parts, reports, evidence."""

    permission, title, rail_as, template = "reform.view", "任务", "tasks.list", "reform/task.html"

    def get_title(self) -> str:
        """What is asked."""
        return self.object.title if len(self.object.title) <= 60 else f"{self.object.title[:59]}…"

    @cached_property
    def light(self) -> Light:
        """Derived now."""
        return queries.light_of(self.object)

    def get_tags(self) -> list[Tag]:
        """Its light."""
        return [tag_of(self.light)]

    def get_actions(self) -> list[Act]:
        """What its state and this account allow."""
        task, one, who = self.object, (self.object.pk,), self.acting
        works, gives = actions.works_at(task, who), actions.gives(task, who)
        acts: list[Act] = []
        if task.state == Task.State.OPEN and gives:
            acts.append(
                Act("收回任务" if task.parent_id else "取消任务", "tasks.cancel", one, danger=True, dialog=True)
            )
        if task.state == Task.State.DONE and gives and (task.parent is None or task.parent.state == Task.State.OPEN):
            acts.append(Act("重新打开", "tasks.reopen", one, dialog=True))
        if task.state == Task.State.OPEN and (works or gives):
            acts.append(Act("修改期限和要求", "tasks.amend", one, dialog=True))
        if task.state == Task.State.OPEN and works:
            if not task.parent_id:
                acts.append(Act("分解任务", "tasks.hand_on", one))
            acts += [Act("提交佐证", "tasks.prove", one), Act("办结", "tasks.finish", one, primary=True, dialog=True)]
        if self.light.tone in (Tone.RED, Tone.AMBER):
            acts.append(Act("拟工作提示", "instruments.for_task", one, dialog=True))
        return acts

    def sections(self) -> list[Any]:
        """All that is known of it."""
        return [
            self._why(),
            *hung(self.object, self.acting),
            *self._words(),
            self._points(),
            *self._parts(),
            self._evidence(),
            self._reports(),
        ]

    def _why(self) -> Section:
        one = self.object
        values = [
            Value("为什么", self.light.why),
            Value("承担单位", one.unit.name),
            Value("完成期限", one.due),
            Value("要求和成果", one.expected),
            Value(
                "所属举措",
                f"{one.measure.number}. {one.measure.title}",
                source=one.measure.plan.title,
                url=self._measure_url(),
            ),
        ]
        if one.parent:
            values.append(Value("分解自", f"{one.parent.unit}：{one.parent.title}", url=self._parent_url()))
        if one.indicator:
            values.append(self._indicator())
        values.append(Value("年度", f"{one.year} 年"))
        return Section("", values)

    def _parent_url(self) -> str:
        is_open = queries.seen(self.acting).filter(children=self.object.pk).exists()
        return reverse("tasks.show", args=[self.object.parent_id]) if is_open else ""

    def _measure_url(self) -> str:
        known = page_named("measures.show")
        return reverse("measures.show", args=[self.object.measure_id]) if known else ""

    def _indicator(self) -> Value:
        known = {one.key: one.label for one in indicators.indicators()}
        at = f"{clock.day_of(self.object.paced_at)}" if self.object.paced_at else "尚未计算"
        words = known.get(self.object.indicator, self.object.indicator)
        url = reverse("figures.show", args=[self.object.indicator]) if self.acting.may("figures.view") else ""
        return Value("衡量指标", words, source=f"{self.object.pace_why or '没有目标'}，{at}", url=url)

    def _words(self) -> list[TemplateSection]:
        """The sentence in the plan, with what stands before and after it."""
        action, plan = self.object.action, self.object.measure.plan
        if action is None:
            return []
        text, first, last = plan.text, action.first, action.last
        start = max(text.rfind("\n", 0, max(first, 0)) + 1, first - NEAR_WORDS)
        stop = text.find("\n", last)
        stop = min(stop if stop >= 0 else len(text), last + NEAR_WORDS)
        shown = {
            "before": text[start:first],
            "words": text[first:last],
            "after": text[last:stop],
            "cut": start > 0 and text[start - 1] != "\n",
            "cut_after": stop < len(text) and text[stop] != "\n",
            "url": self._measure_url(),
        }
        return [TemplateSection("reform/words.html", shown, "方案原文", plan.number)]

    @cached_property
    def changes(self) -> bool:
        """Whether this account may change it now."""
        may = actions.works_at(self.object, self.acting) or actions.gives(self.object, self.acting)
        return self.object.state == Task.State.OPEN and may

    def _points(self) -> TemplateSection:
        rows = list(Milestone.unscoped.filter(task=self.object).select_related("proof"))
        today = clock.today()
        lines = [{"row": one, "tag": point_tag(one, today), "proof": one.proof} for one in rows]
        acts = [Act("添加节点", "tasks.point", (self.object.pk,), dialog=True)] if self.changes else []
        note = f"{len(rows)} 个，已达到 {sum(one.reached_on is not None for one in rows)} 个" if rows else ""
        return TemplateSection("reform/points.html", {"lines": lines, "changes": self.changes}, "节点", note, acts)

    def _parts(self) -> list[TableSection]:
        rows = list(queries.listed(Task.unscoped.filter(parent=self.object)).order_by("due", "id"))
        if self.object.parent_id or not rows:
            return []
        columns = [
            LIGHT,
            Column("title", "分解的任务", link=show),
            Column("unit", "承担单位", lambda row: str(row.unit)),
            Column("due", "完成期限", kind="date"),
        ]
        return [TableSection("分解情况", columns, rows, note=f"{len(rows)} 项")]

    def _evidence(self) -> TemplateSection:
        rows = Evidence.unscoped.filter(task=self.object).select_related("file", "report").order_by("made_at", "id")
        lines = [{"row": one, "url": evidence_url(one, self.acting), "day": one.made_at} for one in rows]
        acts = [Act("提交佐证", "tasks.prove", (self.object.pk,))] if self.changes else []
        return TemplateSection("reform/evidence.html", {"lines": lines}, "佐证材料", f"{len(lines)} 份", acts)

    def _reports(self) -> TemplateSection:
        rows = list(Report.unscoped.filter(task=self.object).order_by("-accepted_on", "-id"))
        may = self.acting.may("cases.view")
        lines = [
            {
                "row": one,
                "url": reverse("cases.show", args=[one.case]) if one.case and may else "",
                "tone": {"on_track": "ok", "stuck": "warn", "done": "info"}[one.says],
            }
            for one in rows
        ]
        return TemplateSection("reform/reports.html", {"lines": lines}, "历次进展", f"{len(lines)} 期" if lines else "")

    def events(self) -> list[Event]:
        """What the ledger knows of it, the latest first."""
        told = []
        for row in ledger.life(self.object.pk)[:60]:
            if row.reverses:
                continue
            fact = row.fact
            told.append(Event(ledger.declared(row.type).label, row.day, text=said(fact), tone=tone_of(fact)))
        return told


def said(fact: Any) -> str:
    """The gist of a fact of a task."""
    match fact:
        case LightShown():
            return Tone(fact.light).label
        case TaskFinished():
            return "按期" if fact.in_time else "超期"
        case ProgressAccepted():
            return f"{fact.period}：{dict(Report.Says.choices)[fact.says.value]}"
        case TaskHandedOut():
            return "由牵头单位分解" if fact.by_lead else ""
    return ""


def tone_of(fact: Any) -> str:
    """Its mark in the timeline."""
    return Tone(fact.light).tag if isinstance(fact, LightShown) else "ok"


def evidence_url(one: Evidence, acting: Any) -> str:
    """Where a piece of evidence opens."""
    if one.file_id:
        return reverse("tasks.evidence", args=[one.task_id, one.pk])
    if one.kind in (Evidence.Kind.INDICATOR, Evidence.Kind.FACTS) and acting.may("figures.view"):
        return reverse("figures.show", args=[one.reference])
    if one.kind == Evidence.Kind.CASE and acting.may("cases.view"):
        found = flows.inbox.seen(acting).filter(number=one.reference).first()
        return reverse("cases.show", args=[found.pk]) if found else ""
    return ""


class EvidenceFile(TaskObject, Page):
    """A file of evidence, as a download that the audit notes."""

    permission, title, is_listed = "reform.view", "下载佐证材料", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The bytes; what came with a report lies encrypted with its case."""
        one = Evidence.unscoped.filter(task=self.object, pk=kwargs["evidence"]).select_related("file", "report").first()
        if one is None or one.file is None:
            raise Http404
        case = flows.Case.unscoped.filter(pk=one.report.case).first() if one.report and one.report.case else None
        content = records.open_paper(case, one.file) if case else open_file(one.file)
        if content is None:
            raise Http404
        audit.record("task.opened_file", target=self.object, details={"file": one.file.sha256})
        return as_file(content, one.label_name, one.file.media_type)


class Amend(WorkObject, FormPage):
    """Days, what is expected, the figure."""

    permission, title, submit, form, is_listed = "reform.work", "修改期限和要求", "保存", AmendForm, False

    def initial(self) -> dict[str, Any]:
        """As it is."""
        one = self.object
        return {"due": one.due, "expected": one.expected, "indicator": one.indicator}

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Who may move a day."""
        if self.object.due and not actions.gives(self.object, self.acting):
            return f"期限 {self.object.due} 已经确定，需要调整的，请联系分派任务的单位。"
        return ""

    def save(self, form: Any) -> Any:
        """Change what differs."""
        return actions.amend(self.object, **form.cleaned_data)


class HandOn(WorkObject, FormPage):
    """A lead asks another unit for a part."""

    permission, title, submit, form, is_listed = "reform.work", "分解任务", "分解", HandOnForm, False

    def prepare(self) -> None:
        """Only the lead's own, and only once."""
        super().prepare()
        if self.object.parent_id or not actions.works_at(self.object, self.acting):
            raise Http404

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Who supports the measure, and what happens."""
        names = [str(one) for one in self.object.measure.parts.filter(role="support").select_related("unit")]
        told = f"方案中的配合单位：{'、'.join(names)}。" if names else ""
        return f"{told}对方会收到提醒，任务办结前，分解出去的任务须先完成。"

    def save(self, form: Any) -> Task:
        """Hand it on."""
        told = form.cleaned_data
        return actions.hand_on(self.object, told["unit"], told["title"], expected=told["expected"], due=told["due"])

    def said(self, saved: Task) -> str:
        """To whom."""
        return f"已请{saved.unit}承担，并已提醒"


class Prove(WorkObject, FormPage):
    """Lay evidence beside a task."""

    permission, title, submit, form, is_listed = "reform.work", "提交佐证", "提交", EvidenceForm, False
    groups = (("", ("kind", "label")), ("按类别填一项", ("file", "indicator", "reference")))
    success = "佐证材料已提交"

    def form_kwargs(self) -> dict[str, Any]:
        """Cases within reach, and what is known of the task."""
        return {"reach": self.acting.reach, "known": knowing.of_task(self.object)}

    def save(self, form: Any) -> Any:
        """Keep it."""
        return lay(self.object, form.cleaned_data)


def lay(task: Task, told: dict[str, Any]) -> Evidence:
    """Lay beside a task what a form of evidence says; a file that is refused is said beside its field."""
    reference = told["indicator"] if told["kind"] == Evidence.Kind.INDICATOR else told["reference"]
    upload = told["file"] if told["kind"] == Evidence.Kind.FILE else None
    try:
        return actions.prove(task, told["kind"], told["label"], reference=reference, upload=upload)
    except FileRefused as error:
        raise ValidationError({"file": str(error)}) from error


class Finish(WorkObject, FormPage):
    """A task is done."""

    permission, title, submit, form, is_listed = "reform.work", "办结任务", "办结", FinishForm, False
    intro = "办结须有佐证材料；分解出去的任务须已完成。"
    success = "任务已办结"

    def save(self, form: Any) -> Any:
        """Finish it."""
        return actions.finish(self.object, on=form.cleaned_data["on"])


class Reopen(TaskObject, ActionPage):
    """A finished task is opened again."""

    permission, title, submit, asks_reason = "reform.work", "重新打开任务", "重新打开", True
    text = "打开后任务重新亮灯，账本记下原来的办结不成立。"
    does, success = actions.reopen, "任务已重新打开"

    def prepare(self) -> None:
        """Only by whoever gave it."""
        super().prepare()
        if self.object.state != Task.State.DONE or not actions.gives(self.object, self.acting):
            raise Http404


class Cancel(WorkObject, ActionPage):
    """A task is not asked for any more."""

    permission, title, submit, danger, asks_reason = "reform.work", "取消任务", "取消任务", True, True
    leave = "不取消"
    text = "取消后不再亮灯和报送，分解出去的任务一并取消，承担单位会收到提醒；已有的进展和佐证留存。"
    does, success = actions.cancel, "任务已取消"

    def prepare(self) -> None:
        """Only by whoever gave it."""
        super().prepare()
        if not actions.gives(self.object, self.acting):
            raise Http404


class Roll(FormPage):
    """Open work of a year goes on in the next."""

    permission, title, submit, form = "reform.change", "结转年度任务", "结转", RollForm
    parents, is_listed = ("tasks.list",), False
    intro = "所选年度没有完成的任务转入下一年度，期限、未达到的节点和衡量指标随任务转入；原任务标为“已转入下年度”。"

    def initial(self) -> dict[str, Any]:
        """Last year, or this one at its end."""
        today = clock.today()
        return {"year": today.year if today.month == 12 else today.year - 1}

    def save(self, form: Any) -> int:
        """Roll them."""
        count = actions.roll(form.cleaned_data["year"], Task.unscoped.all())
        if not count:
            raise ValidationError(f"{form.cleaned_data['year']} 年没有未完成的任务")
        return count

    def said(self, saved: int) -> str:
        """How many."""
        return f"已结转 {saved} 项任务"


@panel(order=12, permission="reform.work")
def our_tasks(acting: Any) -> Panel | None:
    """One's own unit's tasks that are late or about to be, the earliest deadline first."""
    own = queries.own(acting).filter(state=Task.State.OPEN)
    counts = queries.counts(own)
    if not sum(counts.values()):
        return None
    rows = queries.listed(own).filter(tone__in=(Tone.RED.value, Tone.AMBER.value)).order_by("due", "pk")
    shown = [
        {"row": row, "url": show(row), "tag": tag_of(queries.light_of(row)), "why": queries.light_of(row).why}
        for row in rows[:6]
    ]
    url, total = reverse("tasks.own"), counts[Tone.RED] + counts[Tone.AMBER]
    heads = [
        Heading(Tone.RED.label, counts[Tone.RED], f"{url}?light=red"),
        Heading(Tone.AMBER.label, counts[Tone.AMBER], f"{url}?light=amber"),
        Heading("全部进行中", sum(counts.values()), f"{url}?state=open"),
    ]
    return Panel(
        "单位任务",
        "reform/own_panel.html",
        {"lines": shown},
        url=url,
        wide=True,
        counts=[one for one in heads if one.number],
        rest=max(total - len(shown), 0),
        counted="项",
    )


routes = [
    page("office/tasks/", AllTasks, "tasks.list"),
    page("office/tasks/own/", OwnTasks, "tasks.own"),
    page("office/tasks/roll/", Roll, "tasks.roll"),
    page("office/tasks/<uuid:id>/", TaskPage, "tasks.show"),
    page("office/tasks/<uuid:id>/edit/", Amend, "tasks.amend"),
    page("office/tasks/<uuid:id>/hand-on/", HandOn, "tasks.hand_on"),
    page("office/tasks/<uuid:id>/evidence/new/", Prove, "tasks.prove"),
    page("office/tasks/<uuid:id>/evidence/<uuid:evidence>/", EvidenceFile, "tasks.evidence"),
    page("office/tasks/<uuid:id>/finish/", Finish, "tasks.finish"),
    page("office/tasks/<uuid:id>/reopen/", Reopen, "tasks.reopen"),
    page("office/tasks/<uuid:id>/cancel/", Cancel, "tasks.cancel"),
]
