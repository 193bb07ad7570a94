"""Versions and plans side by side: what a new version adds, changes and leaves out, and what answers what."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet

from jiangtai.web import Act, FormPage, Page, Tag, page

from ..actions import versions as actions
from ..forms.versions import BesideForm, LinkForm
from ..models import Measure, Plan
from ..queries import plans as queries
from ..queries import versions
from .measures import MeasureObject
from .plans import PlanObject, state_tag

PER_PAGE = 30
KINDS = {
    "added": Tag("新增", "ok"), "changed": Tag("修改", "warn"), "removed": Tag("去掉", "bad"), "same": Tag("没有变化"),
}  # fmt: skip


class Compare(PlanObject, Page):
    """A version beside the one before it, measure by measure."""

    permission, title, template = "reform.view", "新旧版对照", "reform/compare.html"
    is_listed, parents = False, ("plans.list",)

    def objects(self) -> QuerySet[Plan]:
        """Only versions have one before them."""
        return super().objects().filter(replaces__isnull=False)

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        return [state_tag(self.object)]

    def get_actions(self) -> list[Act]:
        """On to the reading, and to confirming."""
        one = self.object
        if one.state != Plan.State.DRAFT:
            return []
        return [Act("核对新版", "plans.read", (one.pk,)), Act("确认接替", "plans.confirm", (one.pk,), primary=True)]

    def get_context(self) -> dict[str, Any]:
        """What differs, what stays only counted; what is asked shows one kind."""
        one = self.object
        changes = versions.compared(one)
        running = versions.running(one.replaces) if one.replaces else {}
        wanted = self.request.GET.get("kind", "")
        shown = [each for each in changes if (each.kind == wanted if wanted in KINDS else each.kind != "same")]
        found = Paginator(shown, PER_PAGE).get_page(self.request.GET.get("page"))
        return {
            **super().get_context(),
            "plan": one,
            "counts": [(kind, tag.label, sum(each.kind == kind for each in changes)) for kind, tag in KINDS.items()],
            "wanted": wanted if wanted in KINDS else "",
            "changes": [
                {"change": each, "tag": KINDS[each.kind], "bits": each.words(), "fate": each.fate.label,
                 "running": running.get(str(each.before.id), 0) if each.before else 0} for each in found
            ],
            "found": found,
            "query": f"kind={wanted}&" if wanted in KINDS else "",
        }  # fmt: skip


class Beside(PlanObject, Page):
    """Two plans that run side by side, with the measures that answer one another."""

    permission, title, template = "reform.view", "两份方案并行对照", "reform/beside.html"
    is_listed, parents = False, ("plans.list",)

    def get_context(self) -> dict[str, Any]:
        """Each measure of this plan with what answers it in the other."""
        one = self.object
        others = queries.plans(self.acting).filter(state=Plan.State.IN_FORCE).exclude(pk=one.pk)
        form = BesideForm(self.request.GET or None, plans=others)
        other = form.cleaned_data["other"] if form.is_bound and form.is_valid() else others.first()
        rows = list(queries.measures(one))
        mine = {row.answers_id: row for row in rows if row.answers_id}
        theirs = list(queries.measures(other)) if other else []
        answering: dict[Any, list[Measure]] = {row.pk: [] for row in rows}
        loose: list[Measure] = []
        for row in theirs:
            at = row.answers_id if row.answers_id in answering else mine[row.pk].pk if row.pk in mine else None
            (answering[at] if at else loose).append(row)
        return {
            **super().get_context(),
            "plan": one,
            "other": other,
            "others": others,
            "pairs": [(row, answering[row.pk]) for row in rows],
            "loose": loose,
            "may_change": self.acting.may("reform.change") and one.state == Plan.State.IN_FORCE,
        }


class Link(MeasureObject, FormPage):
    """Say which measure of another plan a measure answers."""

    permission, title, form, submit = "reform.change", "对应另一方案的举措", LinkForm, "保存"
    is_listed, parents = False, ("plans.list",)
    intro = "两份方案同时执行时，写明这项举措对应另一份方案的哪一项，两边的任务和进展可以对着看。"

    def objects(self) -> QuerySet[Measure]:
        """Of plans in force."""
        return super().objects().filter(plan__state=Plan.State.IN_FORCE)

    def form_kwargs(self) -> dict[str, Any]:
        """The measures of all other plans in force."""
        rows = Measure.objects.filter(plan__state=Plan.State.IN_FORCE).exclude(plan=self.object.plan)
        return {"measures": rows.select_related("plan").order_by("plan", "place")}

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {"answers": self.object.answers_id}

    def save(self, form: forms.Form) -> None:
        """Keep it."""
        actions.link(self.object, form.cleaned_data["answers"])


routes = [
    page("office/reform/plans/<uuid:id>/compare/", Compare, "plans.compare"),
    page("office/reform/plans/<uuid:id>/beside/", Beside, "plans.beside"),
    page("office/reform/measures/<uuid:id>/link/", Link, "measures.link"),
]
