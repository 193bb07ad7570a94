"""Plans: the list, handing one in, the plan with its measures, and what is done with a whole plan."""

from functools import cached_property, partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from jiangtai.access import audit
from jiangtai.kernel import FileRefused, clock
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    Crumb,
    Empty,
    FormPage,
    Hit,
    ListPage,
    Nav,
    ObjectMixin,
    Search,
    Tag,
    page,
    searchable,
    stored_file,
)

from ..actions import plans as actions
from ..actions import tasks as handing
from ..forms.plans import DescribeForm, EndForm, HandInForm, ResumeForm
from ..forms.tasks import YearForm
from ..models import Measure, Part, Plan, Task
from ..queries import plans as queries
from ..queries import standing
from ..rules.lights import Tone
from ..rules.plans import Lack, lacks, short
from .lights import LIGHTS, light_counts, tag_of

STATES = {"draft": "warn", "in_force": "ok", "replaced": "plain", "ended": "plain"}
_MOST_HITS = 8


def state_tag(plan: Plan) -> Tag:
    """Where a plan stands."""
    return Tag(plan.get_state_display(), STATES[plan.state])


def show(plan: Plan) -> str:
    """A plan's page: what is still to be confirmed is read first."""
    return reverse("plans.read" if plan.state == Plan.State.DRAFT else "plans.show", args=[plan.pk])


def term(plan: Plan) -> str:
    """From when to when it runs."""
    return f"{plan.since or '未写明'} 至 {plan.until or '长期'}"


class Plans(ListPage):
    """Every plan, the newest first."""

    permission, title, counted, order = "reform.view", "改革方案", "份", "-made_at"
    nav = Nav("改革方案", "改革方案", 10)
    keywords = "实施方案 责任分解 举措 牵头单位 台账"
    columns = (
        Column("title", "方案", link=show, note=lambda plan: plan.number),
        Column("state", "状态", state_tag, kind="tag", sort="state"),
        Column("term", "执行时间", term),
        Column("measures", "举措", lambda plan: plan.measure_count, kind="num"),
        Column("doubtful", "待确认名称", lambda plan: plan.doubtful_count or None, kind="num"),
        Column("public", "向社会公开", lambda plan: "已公开" if plan.is_public else None),
        Column("made_at", "上传时间", kind="date", sort="made_at"),
    )
    conditions = (
        Search("名称、文号", fields=("title__contains", "number__contains")),
        Choice("状态", "state", choices=Plan.State.choices),
    )
    actions = (Act("上传方案", "plans.new", primary=True),)
    empty = Empty(
        "还没有改革方案",
        "上传本级的实施方案，系统读出举措、牵头和配合单位、工作内容、期限和指标，核对确认后分派任务。",
        Act("上传方案", "plans.new"),
    )

    def rows(self) -> QuerySet[Plan]:
        """Those that this account may see."""
        return queries.with_counts(queries.plans(self.acting))


class HandIn(FormPage):
    """Hand a plan in."""

    permission, title, submit, form = "reform.change", "上传方案", "上传并读取", HandInForm
    parents, failed = ("plans.list",), "没有读成"
    intro = "系统从方案原文读出举措和分工，每一处都指着原文；读出来的由您核对、改正后确认，不会自动生效。"
    groups = (("方案原文", ("file", "text")), ("方案信息", ("title", "number", "since", "until")))

    def initial(self) -> dict[str, Any]:
        """From today."""
        return {"since": clock.today()}

    def save(self, form: Any) -> Plan:
        """Read it, whole or not at all."""
        told = form.cleaned_data
        text, file = told["text"], None
        if told["file"]:
            try:
                text, file = actions.text_of(told["file"])
            except FileRefused as error:
                raise ValueError(str(error)) from error
        return actions.draft(
            text, title=told["title"], number=told["number"], since=told["since"], until=told["until"], file=file,
            replaces=self.replaced(),
        )  # fmt: skip

    def replaced(self) -> Plan | None:
        """A plan of its own, no version of another."""
        return None

    def said(self, saved: Plan) -> str:
        """What was found."""
        return f"读出 {saved.measures.count()} 项举措，请核对后确认"

    def next_url(self, saved: Plan) -> str:
        """To the text and what was understood of it."""
        return reverse("plans.read", args=[saved.pk])


class PlanObject(ObjectMixin):
    """A page about one plan."""

    object: Plan
    acting: Any

    def objects(self) -> QuerySet[Plan]:
        """Those that this account may see."""
        return queries.plans(self.acting)

    def get_crumbs(self) -> list[Crumb]:
        """Through the list."""
        return [Crumb("改革方案", reverse("plans.list")), Crumb(short(self.object.title), show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class DraftObject(PlanObject):
    """A page about one plan that is still to be confirmed."""

    def objects(self) -> QuerySet[Plan]:
        """Drafts."""
        return super().objects().filter(state=Plan.State.DRAFT)


class NewVersion(PlanObject, HandIn):
    """Hand in the next version of a plan that is in force."""

    title, is_listed = "上传新版", False
    intro = "新版读好后与现行版逐项对照：增、改、去了什么，进行中的任务怎么办，由您逐项定；确认以前现行版照常执行。"

    def objects(self) -> QuerySet[Plan]:
        """Only what is in force can be replaced."""
        return super().objects().filter(state=Plan.State.IN_FORCE)

    def initial(self) -> dict[str, Any]:
        """Called the same, for the same time."""
        one = self.object
        return {"title": one.title, "number": one.number, "since": one.since, "until": one.until}

    def replaced(self) -> Plan:
        """This one."""
        return self.object

    def next_url(self, saved: Plan) -> str:
        """To what differs."""
        return reverse("plans.compare", args=[saved.pk])


def parts_of(measure: Measure, role: str) -> str:
    """The units of one role, as they are called."""
    said = [str(part) for part in measure.parts.all() if part.role == role]
    return "、".join(said) + (" 等" if measure.is_open and role == Part.Role.SUPPORT else "")


def forces_of(measure: Measure) -> str:
    """How many sentences ask how strongly."""
    counts: dict[str, int] = {}
    for action in measure.actions.all():
        label = action.get_force_display() or "未写明"
        counts[label] = counts.get(label, 0) + 1
    return "、".join(f"{label} {count}" for label, count in counts.items())


def lacks_of(measure: Measure) -> str:
    """What it lacks, in words."""
    return "、".join(one.label for one in lacks(queries.said(measure)))


class PlanPage(PlanObject, ListPage):
    """A plan: its measures, who answers for each, and what is lacking."""

    permission, title, template, counted = "reform.view", "方案", "reform/plan.html", "项"
    parents, is_listed, order = ("plans.list",), False, "place"
    conditions = (
        Search("举措、内容", match=lambda rows, text: rows.filter(
            Q(title__contains=text) | Q(actions__text__contains=text)).distinct()),
        Choice("单位", "unit", choices=lambda one: one.units(), match=queries.answered_by),
        Choice("还缺", "lack", choices=[(one.value, one.label) for one in Lack], match=queries.lacking_what),
        Choice("灯", "light", choices=LIGHTS, match=lambda rows, tone: rows),
    )  # fmt: skip
    empty = Empty("这份方案没有举措")

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """Its light first; the plan itself is not there yet when its columns are asked for."""
        return (
            Column("light", "灯", self._light, kind="tag", note=self._why),
            Column("place", "次序", sort="place", kind="num", hidden=True),
            Column("title", "举措", str, link=lambda row: reverse("measures.show", args=[row.pk])),
            Column("section", "所在部分", hidden=True),
            Column("lead", "牵头单位", lambda row: parts_of(row, Part.Role.LEAD)),
            Column("support", "配合单位", lambda row: parts_of(row, Part.Role.SUPPORT)),
            Column("actions", "工作", lambda row: f"{len(row.actions.all())} 条", note=forces_of),
            Column("deadline", "完成期限", kind="date", sort="deadline"),
            Column("lacks", "还缺", lacks_of),
            Column("tasks", "任务（已完成）", self._tasks,
                   link=lambda row: f"{reverse('tasks.list')}?measure={row.pk}&state=live"),
        )  # fmt: skip

    def _light(self, row: Measure) -> Tag | None:
        return tag_of(self.stands.of[row.pk].light) if self.stands else None

    def _why(self, row: Measure) -> str:
        return self.stands.of[row.pk].light.why if self.stands else ""

    def _tasks(self, row: Measure) -> str | None:
        counts = self.stands.of[row.pk].counts if self.stands else {}
        return f"{sum(counts.values())}（{counts.get(Tone.DONE.value, 0)}）" if counts else None

    def prepare(self) -> None:
        """The plan first: whose rows are asked for."""
        super().prepare()
        self.counts = queries.lack_counts(self.object)

    @cached_property
    def stands(self) -> standing.Standings | None:
        """How its measures stand, once it runs."""
        return None if self.object.state == Plan.State.DRAFT else standing.standings(self.object, self.acting)

    def get_title(self) -> str:
        """Its name."""
        return self.object.title

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        return [state_tag(self.object)] + ([Tag("已向社会公开", "info")] if self.object.is_public else [])

    def get_crumbs(self) -> list[Crumb]:
        """Only the list."""
        return super().get_crumbs()[:1]

    def rows(self) -> QuerySet[Measure]:
        """All its measures."""
        rows, tone = queries.measures(self.object), self.request.GET.get("light", "")
        if tone and self.stands:
            rows = rows.filter(pk__in=[pk for pk, one in self.stands.of.items() if one.light.tone.value == tone])
        return rows

    def units(self) -> list[tuple[str, str]]:
        """The units that have a part in it."""
        rows = Part.objects.filter(measure__plan=self.object, unit__isnull=False).order_by("unit__rank", "unit__number")
        return [
            (str(part.unit_id), str(part.unit))
            for part in rows.select_related("unit").distinct("unit__rank", "unit__number")
        ]

    def get_actions(self) -> list[Act]:
        """What can be done with it, by where it stands."""
        one, at = self.object, (self.object.pk,)
        acts = [Act("原文与读出的内容", "plans.read", at), Act("导出责任分解表", "plans.export", at, menu="责任分解表")]
        if one.state in (Plan.State.DRAFT, Plan.State.IN_FORCE):
            acts.append(Act("导入改好的责任分解表", "plans.import", at, menu="责任分解表"))
        more = [Act("与上一版对照", "plans.compare", at, menu="更多")] if one.replaces_id else []
        match one.state:
            case Plan.State.DRAFT:
                return [*acts, *more, Act("核对确认", "plans.confirm", at, primary=True)]
            case Plan.State.IN_FORCE:
                return [*acts, *self._running(more)]
            case Plan.State.ENDED:
                resume = [] if queries.is_past(one) else [Act("恢复执行", "plans.resume", at, dialog=True)]
                return [*acts, *more, *resume]
        return [*acts, *more]

    def _running(self, more: list[Act]) -> list[Act]:
        """What is done with a plan in force: its next year is handed out, or else its next version comes."""
        one, at, years = self.object, (self.object.pk,), self._to_hand_out()
        public = ("不再公开", "plans.hide") if one.is_public else ("向社会公开", "plans.publish")
        version = Act("上传新版", "plans.version", at, primary=not years, menu="更多" if years else "")
        hand_out = [Act(f"下达 {year} 年任务", "plans.hand_out", (one.pk, year), primary=year == years[0])
                    for year in years]  # fmt: skip
        return [
            Act("并行对照", "plans.beside", at, menu="更多"),
            *more,
            *([version] if years else []),
            Act(*public, at, dialog=True, menu="更多"),
            Act("结束方案", "plans.end", at, danger=True, dialog=True, menu="更多"),
            *reversed(hand_out),
            *([] if years else [version]),
        ]

    def get_context(self) -> dict[str, Any]:
        """With how much it holds and what it lacks."""
        one, roles = self.object, queries.role_counts(self.object)
        later = one.replaced_by.exclude(state=Plan.State.DRAFT).first()
        return {
            **super().get_context(),
            "plan": one,
            "term": term(one),
            "leads": roles.get(Part.Role.LEAD, 0),
            "supports": roles.get(Part.Role.SUPPORT, 0),
            "lights": [
                (tag, number, f"?light={tone.value}")
                for tone, number in (self.stands.counts if self.stands else {}).items()
                for tag in (Tag(tone.label, tone.tag),)
                if number
            ],
            "years": self._years(),
            "lack_counts": [(lack.value, lack.label, count) for lack, count in self.counts.items()],
            "later": later,
        }

    def _to_hand_out(self) -> list[int]:
        """The years that run or come next and have no task yet, or whose year before has open ones."""
        if self.stands is None:
            return []
        this, found = clock.today().year, self.stands.years
        open_ones = {year for year, counts in found.items() if sum(counts.values()) > counts.get(Tone.DONE.value, 0)}
        years = [year for year in plan_years(self.object) if year in (this, this + 1)]
        return [year for year in years if not found.get(year) or (year - 1 in open_ones and year > min(found))]

    def _years(self) -> list[dict[str, Any]]:
        """Each year of the plan with its tasks by their lights; each number opens to its rows."""
        one = self.object
        if self.stands is None:
            return []
        found = self.stands.years
        url = reverse("tasks.list")
        return [
            {"year": year, "counts": light_counts(found.get(year, {}), f"{url}?plan={one.pk}&year={year}"),
             "total": sum(found.get(year, {}).values()), "url": f"{url}?plan={one.pk}&year={year}&state=live"}
            for year in sorted({*found, *plan_years(one)})
        ]  # fmt: skip


def plan_years(plan: Plan) -> list[int]:
    """The years in which a plan runs; one without an end is shown to the next year."""
    first = plan.since.year if plan.since else clock.today().year
    last = plan.until.year if plan.until else max(first, clock.today().year) + 1
    return list(range(first, min(last, first + 20) + 1))


class HandOutYear(PlanObject, FormPage):
    """A year of a plan is handed out at once, with what is open of the year before."""

    permission, title, submit, form, is_listed = "reform.change", "下达年度任务", "下达", YearForm, False
    kwargs: dict[str, Any]

    def objects(self) -> QuerySet[Plan]:
        """Only what is in force."""
        return super().objects().filter(state=Plan.State.IN_FORCE)

    def get_title(self) -> str:
        """Which year."""
        return f"下达 {self.kwargs['year']} 年任务"

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What becomes of what is open, and what is asked for."""
        year = self.kwargs["year"]
        count = Task.unscoped.filter(
            measure__plan=self.object, year=year - 1, state=Task.State.OPEN, parent__isnull=True
        ).count()
        going_on = (
            f"{year - 1} 年没有完成的 {count} 项任务转入 {year} 年，期限、节点和指标随任务转入；" if count else ""
        )
        return f"{going_on}还没有下达过的工作，期限在 {year} 年以前的除外，分派给牵头单位，各单位收到一条通知。"

    def form_kwargs(self) -> dict[str, Any]:
        """What is done may be asked for again."""
        return {"plan": self.object, "year": self.kwargs["year"]}

    def save(self, form: Any) -> tuple[int, int]:
        """Hand it out."""
        again = [UUID(one) for one in form.cleaned_data.get("again", ())]
        return handing.hand_out_year(self.object, self.kwargs["year"], again)

    def said(self, saved: tuple[int, int]) -> str:
        """How many."""
        return f"已结转 {saved[0]} 项，新下达 {saved[1]} 项"


class EndPlan(PlanObject, FormPage):
    """A plan is over."""

    permission, title, submit, form, is_listed = "reform.change", "结束方案", "结束方案", EndForm, False

    def objects(self) -> QuerySet[Plan]:
        """Only what is in force."""
        return super().objects().filter(state=Plan.State.IN_FORCE)

    @property
    def intro(self) -> str:  # type: ignore[override]
        """What follows."""
        count = Task.unscoped.filter(measure__plan=self.object, state=Task.State.OPEN).count()
        return (
            f"“{self.object}”执行 {term(self.object)}，还有 {count} 项任务进行中。结束以后不再下达任务、不再公开，"
            f"各单位的分工随之结束。{'' if queries.is_past(self.object) else '误结束的，可以再恢复执行。'}"
        )

    def save(self, form: Any) -> int:
        """End it."""
        told = form.cleaned_data
        return actions.end(self.object, told["said"], cancels=told["tasks"] == "cancel")

    def said(self, saved: int) -> str:
        """How many tasks went with it."""
        return f"方案已结束，取消任务 {saved} 项" if saved else "方案已结束"


class ResumePlan(PlanObject, FormPage):
    """A plan that was ended by mistake goes on."""

    permission, title, submit, form, is_listed = "reform.change", "恢复执行", "恢复执行", ResumeForm, False
    intro = (
        "结束时的登记按更正撤回：各单位的分工照旧，结束时一并取消的任务恢复为进行中，原来的期限不变，承担单位收到通知。"
        "不会自动重新公开。"
    )

    def objects(self) -> QuerySet[Plan]:
        """Only what was ended."""
        return super().objects().filter(state=Plan.State.ENDED)

    def save(self, form: Any) -> int:
        """Take the end back."""
        return actions.resume(self.object, form.cleaned_data["said"])

    def said(self, saved: int) -> str:
        """How many tasks run again."""
        return f"方案已恢复执行，恢复任务 {saved} 项" if saved else "方案已恢复执行"


class PlanFile(PlanObject, ActionPage):
    """The plan's own file, as it was handed in; every taking stands in the audit."""

    gives_file = True
    permission, title, submit, is_listed = "reform.view", "下载方案原文件", "下载", False
    text = "每次下载都记入审计。"

    def objects(self) -> QuerySet[Plan]:
        """Those that have one."""
        return super().objects().filter(file__isnull=False)

    def get_question(self) -> str:
        """Which."""
        return f"下载“{self.object.file.name if self.object.file else ''}”？"

    def save(self, form: Any) -> Any:
        """Open it, and note that it was taken."""
        assert self.object.file
        audit.record("paper.taken", target=self.object, details={"name": self.object.file.name})
        return self.object.file

    def done(self, saved: Any) -> Any:
        """The file."""
        return stored_file(saved)


class Describe(DraftObject, FormPage):
    """What a plan is called and when it runs."""

    permission, title, form = "reform.change", "方案信息", DescribeForm
    parents, is_listed = ("plans.list",), False

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """Of a plan fetched for it: what is typed does not reach the page's own."""
        return DescribeForm(data=data, instance=Plan.objects.get(pk=self.object.pk))

    def save(self, form: Any) -> Plan:
        """Keep it."""
        return actions.describe(self.object, form.cleaned_data)


class Drop(DraftObject, ActionPage):
    """Give a draft up."""

    permission, title, submit, danger = "reform.change", "放弃这份方案", "放弃", True
    text = "读出的内容和改过的都不保留；审计里记有上传和放弃。以后可以重新上传。"
    does, leads_to = actions.drop, "plans.list"


class Publish(PlanObject, ActionPage):
    """Show a plan to citizens."""

    permission, title, submit = "reform.change", "向社会公开方案", "公开"
    question = "向社会公开这份方案？"
    text = "公开的有：方案名称、举措、工作内容、牵头和配合单位、完成期限。任务、进展和内部要求不公开。"
    does = partial(actions.publish, is_public=True)

    def objects(self) -> QuerySet[Plan]:
        """Only what is in force."""
        return super().objects().filter(state=Plan.State.IN_FORCE)


class Hide(Publish):
    """Take a plan down from the square."""

    title, submit = "不再公开方案", "不再公开"
    question, text = "不再向社会公开这份方案？", "公开页面随即撤下；方案照常执行。"
    does = partial(actions.publish, is_public=False)


@searchable("改革方案", "reform.view")
def plans(acting: Any, text: str) -> list[Hit]:
    """Plans by name or number, measures by title."""
    found = queries.plans(acting).filter(Q(title__contains=text) | Q(number__contains=text))[:_MOST_HITS]
    hits = [Hit(plan.title, plan.get_state_display(), show(plan), id=str(plan.pk)) for plan in found]
    rows = Measure.objects.filter(plan__in=queries.plans(acting).order_by(), title__contains=text).select_related(
        "plan"
    )
    return hits + [Hit(str(one), one.plan.title, reverse("measures.show", args=[one.pk])) for one in rows[:_MOST_HITS]]


routes = [
    page("office/reform/plans/", Plans, "plans.list"),
    page("office/reform/plans/new/", HandIn, "plans.new"),
    page("office/reform/plans/<uuid:id>/", PlanPage, "plans.show"),
    page("office/reform/plans/<uuid:id>/file/", PlanFile, "plans.file"),
    page("office/reform/plans/<uuid:id>/years/<int:year>/", HandOutYear, "plans.hand_out"),
    page("office/reform/plans/<uuid:id>/describe/", Describe, "plans.describe"),
    page("office/reform/plans/<uuid:id>/drop/", Drop, "plans.drop"),
    page("office/reform/plans/<uuid:id>/publish/", Publish, "plans.publish"),
    page("office/reform/plans/<uuid:id>/hide/", Hide, "plans.hide"),
    page("office/reform/plans/<uuid:id>/end/", EndPlan, "plans.end"),
    page("office/reform/plans/<uuid:id>/resume/", ResumePlan, "plans.resume"),
    page("office/reform/plans/<uuid:id>/version/", NewVersion, "plans.version"),
]
