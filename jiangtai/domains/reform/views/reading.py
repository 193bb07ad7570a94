"""Reading: a plan's text on the left, what was understood of it on the right, each linked to its words."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse

from jiangtai.web import Act, ActionPage, Crumb, FormPage, ObjectMixin, Page, Tag, page

from ..actions import parts, wording
from ..actions import plans as actions
from ..forms.plans import (
    COLLECTIVE,
    OTHER,
    STRIKE,
    ActionForm,
    ConfirmForm,
    ExpectForm,
    MeasureForm,
    NameForm,
    NewMeasureForm,
)
from ..models import Action, Measure, Part, Plan
from ..queries import plans as queries
from ..queries import versions
from ..rules import naming
from ..rules.plans import Lack, Mark, Piece, hindrances, lacks, pieces, places, short
from .measures import FORCES, MeasureObject
from .plans import DraftObject, PlanObject, show, state_tag, term

PER_PAGE = 50
_NAMES_SHOWN = 200


@dataclass(frozen=True)
class Drawn:
    """One measure with its words on the one side and what was understood of them on the other."""

    row: Measure
    before: str
    pieces: list[Piece]
    leads: list[dict[str, Any]]
    supports: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    amounts: list[dict[str, Any]]
    lacks: list[Tag]
    after: str = ""
    places: frozenset[str] = field(default=frozenset())


def draw(plan: Plan, one: Measure, begin: int | None, end: int | None = None) -> Drawn:
    """A measure as it is drawn; `begin` is where the text before it begins, `end` where the text after it ends."""
    parts = sorted(one.parts.all(), key=lambda part: (part.role, part.place))
    key = f"{one.place}-"
    rows = [(f"{key}a{action.place}", action) for action in one.actions.all()]
    figures = [(f"{key}n{amount.place}", amount) for amount in one.amounts.all()]
    units = [(f"{key}{part.role[0]}{part.place}", part) for part in parts]
    marks = [Mark(row.first, row.last, "action", at) for at, row in rows]
    marks += [Mark(row.first, row.last, "amount", at) for at, row in figures]
    marks += places(plan.text, one.first, one.last, [(at, part.name) for at, part in units])
    if one.title and (found := plan.text.find(one.title, one.first, one.last)) >= 0:
        marks.append(Mark(found, found + len(one.title), "title", f"{key}t"))
    cut = pieces(plan.text, one.first, one.last, marks)
    has_place = frozenset(piece.key for piece in cut if piece.key)
    told = [_unit(at, part, has_place) for at, part in units]
    return Drawn(
        row=one,
        before=plan.text[begin : one.first].strip("\n") if begin is not None and begin < one.first else "",
        pieces=cut,
        leads=[row for row in told if row["part"].role == Part.Role.LEAD],
        supports=[row for row in told if row["part"].role == Part.Role.SUPPORT],
        actions=[
            {"key": at, "row": row, "has_place": at in has_place,
             "force": Tag(row.get_force_display() or "未写明", FORCES[row.force])} for at, row in rows
        ],
        amounts=[{"key": at, "row": row, "has_place": at in has_place} for at, row in figures],
        lacks=[Tag(lack.label, "bad" if lack is Lack.NAME else "warn") for lack in lacks(queries.said(one))],
        after=plan.text[one.last : end].strip("\n") if end is not None and end > one.last else "",
        places=has_place,
    )  # fmt: skip


def _unit(key: str, part: Part, has_place: frozenset[str]) -> dict[str, Any]:
    alias = part.name if part.unit and str(part.unit) != part.name else ""
    told = {"doubtful": queries.is_doubtful(part), "alias": alias, "asked": reverse("parts.settle", args=[part.pk])}
    return {"key": key, "part": part, "has_place": key in has_place, **told}


class Reading(PlanObject, Page):
    """The text and what was understood, measure by measure."""

    permission, title, template = "reform.view", "核对方案", "reform/reading.html"
    is_listed, parents = False, ("plans.list",)

    def prepare(self) -> None:
        """What is asked to be shown."""
        super().prepare()
        wanted = self.request.GET.get("lack", "")
        self.lack = Lack(wanted) if wanted in {one.value for one in Lack} else None

    def get_title(self) -> str:
        """The plan's name."""
        return self.object.title

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        return [state_tag(self.object)]

    def get_crumbs(self) -> list[Crumb]:
        """The list, and the plan's own page."""
        one = self.object
        return [Crumb("改革方案", reverse("plans.list")), Crumb("方案", reverse("plans.show", args=[one.pk]))]

    @property
    def is_draft(self) -> bool:
        """Whether it can still be put right."""
        return self.object.state == Plan.State.DRAFT

    def get_actions(self) -> list[Act]:
        """A draft is described, compared, dropped and confirmed."""
        one = self.object
        table = Act("举措表", "plans.show", (one.pk,))
        if not self.is_draft:
            return [table]
        acts = [table, Act("方案信息", "plans.describe", (one.pk,), dialog=True)]
        acts.append(Act("加举措", "measures.new", (one.pk,), dialog=True))
        acts.append(Act("导入改好的责任分解表", "plans.import", (one.pk,)))
        if one.replaces_id:
            acts.append(Act("与现行版对照", "plans.compare", (one.pk,)))
        acts.append(Act("放弃", "plans.drop", (one.pk,), danger=True, dialog=True))
        return [*acts, Act("核对完毕，确认", "plans.confirm", (one.pk,), primary=True)]

    def get_context(self) -> dict[str, Any]:
        """One screen of measures, what is doubtful first."""
        plan = self.object
        rows = queries.measures(plan)
        found = Paginator(queries.lacking(rows, self.lack) if self.lack else rows, PER_PAGE).get_page(
            self.request.GET.get("page")
        )
        counts, names = queries.lack_counts(plan), queries.doubtful(plan) if self.is_draft else []
        total = plan.measures.count()
        may_change = self.is_draft and self.acting.may("reform.change")
        return {
            **super().get_context(),
            "plan": plan,
            "term": term(plan),
            "found": found,
            "drawn": self._drawn(list(found), found.number, found.paginator.num_pages),
            "total": total,
            "lack": self.lack.value if self.lack else "",
            "lack_query": f"lack={self.lack.value}&" if self.lack else "",
            "lack_counts": [(one.value, one.label, count) for one, count in counts.items()],
            "names": [(part.name, reverse("parts.settle", args=[part.pk])) for part in names[:_NAMES_SHOWN]],
            "names_count": len(names),
            "warnings": self._warnings() if self.is_draft else [],
            "may_change": may_change,
        }

    def _warnings(self) -> list[tuple[str, str]]:
        """What the reader doubted, each with where a measure that is missing is added."""
        at = reverse("measures.new", args=[self.object.pk])
        return [
            (words, f"{at}?{urlencode({'warning': words})}" if queries.missed(self.object, words) else "")
            for words in self.object.warnings
        ]

    def _drawn(self, rows: list[Measure], number: int, pages: int) -> list[Drawn]:
        plan = self.object
        if self.lack:
            return [draw(plan, one, None) for one in rows]
        begin = 0 if number == 1 else self._end_before(rows)
        found = []
        for at, one in enumerate(rows):
            is_last = number == pages and at == len(rows) - 1
            found.append(draw(plan, one, begin, len(plan.text) if is_last else None))
            begin = max(begin, one.last)
        return found

    def _end_before(self, rows: list[Measure]) -> int:
        last = self.object.measures.filter(place__lt=rows[0].place).order_by("-last").first() if rows else None
        return last.last if last else 0


class Seen:
    """A form over the reading page: the page is drawn anew behind it, where it was."""

    is_fragment: bool
    object: Any

    def _go(self, url: str) -> HttpResponse:
        if self.is_fragment:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return super()._go(url)  # type: ignore[misc]


class NamePage(Seen, ObjectMixin, FormPage):
    """Which unit a name means, asked, or put right, at one of the parts that carry it."""

    permission, title, submit, form = "reform.change", "确认单位名称", "确定", NameForm
    is_listed, parents = False, ("plans.list",)
    object: Part

    def objects(self) -> Any:
        """Of drafts only."""
        drafts = queries.plans(self.acting).filter(state=Plan.State.DRAFT).order_by()
        return Part.objects.filter(measure__plan__in=drafts).select_related("measure__plan", "unit")

    def get_title(self) -> str:
        """Which."""
        return f"“{self.object.name}”是哪家单位？"

    def get_crumbs(self) -> list[Crumb]:
        """Through the list and the plan."""
        plan = self.object.measure.plan
        return [Crumb("改革方案", reverse("plans.list")), Crumb(short(plan.title), show(plan))]

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Where it stands."""
        rows = Part.objects.filter(measure__plan=self.object.measure.plan, name=self.object.name)
        numbers = rows.order_by("measure__place").values_list("measure__number", flat=True)
        told = "、".join(dict.fromkeys(map(str, numbers)))
        body = (
            f"“{self.object.name}”由几家单位组成，请选它的办公室设在哪家单位，任务和通知都到这家单位。"
            if naming.is_body(self.object.name)
            else ""
        )
        return f"{body}出现在第 {short(told)} 项。确定一次就记住，以后的方案不再问；已经确认执行的方案不变。"

    def initial(self) -> dict[str, Any]:
        """As it was answered; a doubtful name has nothing chosen, for somebody is to look."""
        unit = self.object.unit
        if unit is None:
            return {"means": COLLECTIVE} if self.object.is_collective else {}
        return {"means": str(unit.pk)} if unit.pk in self.likely else {"means": OTHER, "unit": str(unit.pk)}

    @cached_property
    def likely(self) -> tuple[UUID, ...]:
        """The units it may mean."""
        return queries.may_mean(self.object.name)

    def form_kwargs(self) -> dict[str, Any]:
        """Those it may be."""
        ids = self.likely
        units = queries.units_of(ids)
        said = [
            (str(pk), units[pk].name + (f"（{units[pk].short_name}）" if units[pk].short_name else "")) for pk in ids
        ]
        return {"candidates": said, "is_body": naming.is_body(self.object.name)}

    def save(self, form: Any) -> None:
        """Remember the answer."""
        means, plan, name = form.cleaned_data["means"], self.object.measure.plan, self.object.name
        if means == STRIKE:
            actions.strike(plan, name)
        elif means == COLLECTIVE:
            actions.settle(plan, name, None)
        elif means == OTHER:
            actions.settle(plan, name, form.cleaned_data["unit"])
        else:
            actions.settle(plan, name, queries.units_of([UUID(means)])[UUID(means)])

    def said(self, saved: Any) -> str:
        """That it is settled."""
        return f"“{self.object.name}”已确认"

    def next_url(self, saved: Any) -> str:
        """To what is doubtful still."""
        return reverse("plans.read", args=[self.object.measure.plan_id])


class DraftMeasure(Seen, MeasureObject):
    """A page about one measure of a draft."""

    def objects(self) -> Any:
        """Of drafts only."""
        return super().objects().filter(plan__state=Plan.State.DRAFT)

    def next_url(self, saved: Any) -> str:
        """Back to its place in the reading."""
        return _back(self, self.object)

    def get_crumbs(self) -> list[Crumb]:
        """Through the list and the plan."""
        return super().get_crumbs()[:2]


def _back(one: Any, measure: Measure) -> str:
    return f"{one.back_url().partition('#')[0]}#m-{measure.place}"


class EditMeasure(DraftMeasure, FormPage):
    """Put a measure right."""

    permission, title, form = "reform.change", "修改举措", MeasureForm
    is_listed, parents = False, ("plans.list",)

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """Of a measure fetched for it: what is typed does not reach the page's own."""
        return MeasureForm(data=data, instance=self.objects().get(pk=self.object.pk))

    def save(self, form: Any) -> None:
        """Keep it."""
        told = dict(form.cleaned_data)
        lead, support = told.pop("lead"), told.pop("support")
        wording.change_measure(self.object, told, lead, support)


class NewMeasure(Seen, DraftObject, FormPage):
    """Write down a measure that was not found; from a warning it arrives with what the text says."""

    permission, title, form, submit = "reform.change", "加举措", NewMeasureForm, "加上"
    is_listed, parents = False, ("plans.list",)
    intro = "原文里有的，照原文写，就排在原文的位置；原文里没有的，排在最后。"

    @property
    def told(self) -> str:
        """The warning that it answers."""
        asked = self.request.GET.get("warning", "")
        return asked if asked in self.object.warnings else ""

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """Of a measure that is none yet."""
        started = queries.missed(self.object, self.told)
        return NewMeasureForm(data=data, instance=Measure(plan=self.object), initial=started)

    def save(self, form: Any) -> Measure:
        """Write it down."""
        told = dict(form.cleaned_data)
        lead, support, text = told.pop("lead"), told.pop("support"), told.pop("text")
        return wording.add_measure(self.object, told, lead, support, text, self.told)

    def next_url(self, saved: Measure) -> str:
        """To its place in the reading."""
        return f"{reverse('plans.read', args=[self.object.pk])}#m-{saved.place}"


class RemoveMeasure(DraftMeasure, ActionPage):
    """Take out what is no measure."""

    permission, title, submit, danger, parents = "reform.change", "删去这项举措", "删去", True, ("plans.list",)
    text = "连同读出的工作、分工和数一并删去；原文不变。"
    does = wording.remove_measure

    def get_question(self) -> str:
        """Which."""
        return f"删去“{short(str(self.object))}”？"


class Expect(Seen, MeasureObject, FormPage):
    """Say what is expected of each unit that supports, or leads beside whom is asked."""

    permission, title, form = "reform.change", "配合要求", ExpectForm
    is_listed, parents = False, ("plans.list",)
    intro = "写明每个配合单位、其他牵头单位要做什么；空着就按方案原文。"

    def objects(self) -> Any:
        """While its plan runs or is drafted."""
        return super().objects().filter(plan__state__in=(Plan.State.DRAFT, Plan.State.IN_FORCE))

    def form_kwargs(self) -> dict[str, Any]:
        """Of this measure."""
        return {"measure": self.object}

    def save(self, form: Any) -> None:
        """Keep it."""
        parts.expect(self.object, form.cleaned_data)


class AddAction(DraftMeasure, FormPage):
    """Write down a sentence that was not found."""

    permission, title, form, submit = "reform.change", "加一条工作", ActionForm, "加上"
    is_listed, parents = False, ("plans.list",)

    def save(self, form: Any) -> None:
        """Add it."""
        for line in form.cleaned_data["text"].split("\n"):
            if line.strip():
                wording.add_action(self.object, line, form.cleaned_data["force"])


class ActionObject(Seen, ObjectMixin):
    """A page about one sentence of a draft."""

    object: Action
    acting: Any

    def objects(self) -> Any:
        """Of drafts that this account may see."""
        drafts = queries.plans(self.acting).filter(state=Plan.State.DRAFT).order_by()
        return Action.objects.filter(measure__plan__in=drafts).select_related("measure__plan")

    def get_crumbs(self) -> list[Crumb]:
        """Through the list and the plan."""
        plan = self.object.measure.plan
        return [Crumb("改革方案", reverse("plans.list")), Crumb(short(plan.title), show(plan))]

    def next_url(self, saved: Any) -> str:
        """Back to its measure."""
        return _back(self, self.object.measure)


class EditAction(ActionObject, FormPage):
    """Put a sentence right, or make several of it."""

    permission, title, form = "reform.change", "修改工作", ActionForm
    is_listed, parents = False, ("plans.list",)

    def initial(self) -> dict[str, Any]:
        """As it was read."""
        return {"text": self.object.text, "force": self.object.force}

    def save(self, form: Any) -> None:
        """Keep it."""
        wording.rewrite(self.object, form.cleaned_data["text"].split("\n"), form.cleaned_data["force"])


class JoinAction(ActionObject, ActionPage):
    """Make one of two."""

    permission, title, submit, parents = "reform.change", "与下一条合并", "合并", ("plans.list",)
    question = "与下一条合并成一条？"
    does = wording.join

    def get_text(self) -> str:
        """What it becomes."""
        following = self.object.measure.actions.filter(place__gt=self.object.place).first()
        return f"{self.object.text}{following.text}" if following else "后面没有可以合并的一条。"


class RemoveAction(ActionObject, ActionPage):
    """Take a sentence out."""

    permission, title, submit, danger, parents = "reform.change", "删去这条工作", "删去", True, ("plans.list",)
    question = "删去这条工作？"
    does = wording.remove_action

    def get_text(self) -> str:
        """Which."""
        return self.object.text


class Confirm(DraftObject, FormPage):
    """A plan comes into force, and its tasks go out."""

    permission, title, submit, template = "reform.change", "确认方案", "确认执行", "reform/confirm.html"
    is_listed, parents, form = False, ("plans.list",), ConfirmForm
    success = "方案已确认执行，任务已分派到牵头单位"

    def prepare(self) -> None:
        """What it holds, and what stands against it."""
        super().prepare()
        plan = self.object
        self.rows = list(queries.measures(plan))
        self.told = [queries.said(one) for one in self.rows]
        self.changes = versions.compared(plan, self.rows)

    def form_kwargs(self) -> dict[str, Any]:
        """The running tasks to be decided on."""
        old = self.object.replaces
        return {"changes": self.changes, "running": versions.running(old) if old else {}}

    def get_context(self) -> dict[str, Any]:
        """How many tasks go to whom."""
        tasks: dict[str, int] = {}
        for one in self.rows:
            if unit := queries.asked(one):
                tasks[str(unit)] = tasks.get(str(unit), 0) + len(one.actions.all())
        nobody = [one for one, said in zip(self.rows, self.told, strict=True) if not said.has_asked]
        return {
            **super().get_context(),
            "plan": self.object,
            "term": term(self.object),
            "hindrances": hindrances(self.told, self.object.since, self.object.until),
            "tasks": sorted(tasks.items(), key=lambda pair: -pair[1]),
            "task_total": sum(tasks.values()),
            "measure_total": len(self.rows),
            "undated": sum(one.deadline is None for one in self.rows),
            "nobody": nobody,
            "kinds": [
                (kind, sum(one.kind == kind for one in self.changes)) for kind in ("added", "changed", "removed")
            ],
        }

    def save(self, form: Any) -> Plan:
        """Confirm it."""
        return actions.confirm(self.object, form.decisions())

    def next_url(self, saved: Plan) -> str:
        """To the plan."""
        return reverse("plans.show", args=[saved.pk])

    def back_url(self) -> str:
        """To the reading."""
        return reverse("plans.read", args=[self.object.pk])


routes = [
    page("office/reform/plans/<uuid:id>/read/", Reading, "plans.read"),
    page("office/reform/parts/<uuid:id>/unit/", NamePage, "parts.settle"),
    page("office/reform/plans/<uuid:id>/confirm/", Confirm, "plans.confirm"),
    page("office/reform/plans/<uuid:id>/measures/new/", NewMeasure, "measures.new"),
    page("office/reform/measures/<uuid:id>/edit/", EditMeasure, "measures.edit"),
    page("office/reform/measures/<uuid:id>/remove/", RemoveMeasure, "measures.remove"),
    page("office/reform/measures/<uuid:id>/expect/", Expect, "measures.expect"),
    page("office/reform/measures/<uuid:id>/add/", AddAction, "measures.add"),
    page("office/reform/actions/<uuid:id>/edit/", EditAction, "actions.edit"),
    page("office/reform/actions/<uuid:id>/join/", JoinAction, "actions.join"),
    page("office/reform/actions/<uuid:id>/remove/", RemoveAction, "actions.remove"),
]
