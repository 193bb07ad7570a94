"""Points on the way of a task: set, moved, reached with evidence, dropped."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404

from jiangtai.web import ActionPage, FormPage, page

from ..actions import tasks as actions
from ..forms.tasks import MilestoneForm, ReachForm
from ..models import Evidence, Milestone
from ..queries import knowing
from .tasks import WorkObject, lay


class NewPoint(WorkObject, FormPage):
    """A new point on the way."""

    permission, title, submit, form, is_listed = "reform.work", "添加节点", "添加", MilestoneForm, False
    success = "节点已添加"

    def save(self, form: Any) -> Any:
        """Set it."""
        return actions.set_milestone(self.object, form.cleaned_data["title"], form.cleaned_data["due"])


class PointObject(WorkObject):
    """A page about one point of a task."""

    kwargs: dict[str, Any]
    point: Milestone

    def prepare(self) -> None:
        """Of this task only, while it is not reached."""
        super().prepare()
        rows = Milestone.unscoped.filter(task=self.object, reached_on__isnull=True).select_related("task")
        self.point = get_object_or_404(rows, pk=self.kwargs["point"])


class EditPoint(PointObject, FormPage):
    """Change a point."""

    permission, title, submit, form, is_listed = "reform.work", "修改节点", "保存", MilestoneForm, False

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {"title": self.point.title, "due": self.point.due}

    def save(self, form: Any) -> Any:
        """Move it."""
        told = form.cleaned_data
        return actions.set_milestone(self.object, told["title"], told["due"], row=self.point)


class ReachPoint(PointObject, FormPage):
    """A point is reached, with what proves it."""

    permission, title, submit, form, is_listed = "reform.work", "达到节点", "已达到", ReachForm, False
    groups = (("", ("on", "there")), ("没有合适的，在这里补一份", ("kind", "label", "file", "indicator", "reference")))

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Which point."""
        return f"节点“{self.point.title}”，期限 {self.point.due}。达到须有佐证材料，谁在哪天确认的会留痕。"

    def form_kwargs(self) -> dict[str, Any]:
        """What lies beside the task already, and what is known of it."""
        known = knowing.of_task(self.object)
        return {"reach": self.acting.reach, "known": known, "there": Evidence.unscoped.filter(task=self.object)}

    def save(self, form: Any) -> Milestone:
        """Say so."""
        told = form.cleaned_data
        with transaction.atomic():
            return actions.reach(self.point, told["on"], proof=told["there"] or lay(self.object, told))

    def said(self, saved: Milestone) -> str:
        """Which."""
        return f"已记录“{saved.title}”达到"


class DropPoint(PointObject, ActionPage):
    """A point is not asked for any more."""

    permission, title, submit, danger = "reform.work", "删除节点", "删除", True
    text = "已过期限的节点只能由分派任务的单位删除。"
    does, on, success = actions.drop_milestone, "point", "节点已删除"

    def get_question(self) -> str:
        """Which."""
        return f"删除节点“{self.point.title}”？"


routes = [
    page("office/tasks/<uuid:id>/points/new/", NewPoint, "tasks.point"),
    page("office/tasks/<uuid:id>/points/<uuid:point>/edit/", EditPoint, "tasks.point.edit"),
    page("office/tasks/<uuid:id>/points/<uuid:point>/reach/", ReachPoint, "tasks.point.reach"),
    page("office/tasks/<uuid:id>/points/<uuid:point>/drop/", DropPoint, "tasks.point.drop"),
]
