"""Parts: which unit leads and supports what, and whom the leading group designates."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse

from jiangtai.access import Unit
from jiangtai.web import Choice, Column, Empty, FormPage, ListPage, Nav, Search, page

from ..actions import parts as actions
from ..forms.plans import DesignateForm
from ..models import Measure, Part, Plan
from ..queries import plans as queries
from ..queries import tasks
from .measures import MeasureObject
from .tasks import Named


class Parts(ListPage):
    """The parts of units within reach in plans in force: who leads, who supports, and what is expected of whom."""

    permission, title, counted, order = "reform.view", "单位分工", "处", "measure"
    nav = Nav("改革方案", "单位分工", 26)
    keywords = "牵头 配合 责任单位 配合要求 担子"
    conditions: ClassVar[Any] = (
        Named("单位", "unit", of=lambda: Unit.unscoped, field="unit"),
        Search("举措、单位", fields=("measure__title__contains", "name__contains", "unit__name__contains",
                                "unit__short_name__contains")),
        Choice("职责", "role", choices=Part.Role.choices),
        Choice("方案", "plan", field="measure__plan", choices=lambda page: [
            (str(one.pk), one.title[:24]) for one in Plan.objects.filter(state=Plan.State.IN_FORCE)]),
        Choice("承担", "of", choices=(("own", "本单位的"),), match=tasks.mine),
    )  # fmt: skip
    columns = (
        Column("unit", "单位", lambda row: str(row.unit), sort="unit__pinyin"),
        Column("role", "职责", "get_role_display", sort="role"),
        Column("measure", "举措", lambda row: str(row.measure), sort=("measure__plan__made_at", "measure__place", "id"),
               link=lambda row: reverse("measures.show", args=[row.measure_id]),
               note=lambda row: row.measure.plan.title),
        Column("expected", "配合要求"),
        Column("deadline", "完成期限", "measure.deadline", kind="date", sort="measure__deadline"),
        Column("name", "方案中的名称", hidden=True),
    )  # fmt: skip
    empty = Empty("还没有分工", "改革方案确认执行后，这里列出每个单位牵头、配合哪些举措，配合要做什么。")

    def rows(self) -> QuerySet[Part]:
        """Of plans in force, within reach."""
        return queries.parts_seen(self.acting).select_related("unit", "measure__plan")


class Designate(MeasureObject, FormPage):
    """The leading group designates who leads a measure that several lead."""

    permission, title, form, submit = "reform.designate", "指定总牵头单位", DesignateForm, "指定"
    is_listed, parents = False, ("plans.list",)
    intro = "进行中的任务随之转给总牵头单位，原单位和新单位都收到通知；分解出去的任务留在承担单位。"

    def objects(self) -> QuerySet[Measure]:
        """Of plans in force, for whom it is to say."""
        rows = super().objects().filter(plan__state=Plan.State.IN_FORCE)
        return rows if queries.may_designate(self.acting) else rows.none()

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {"unit": self.object.designated_id}

    def save(self, form: Any) -> int:
        """Hand its tasks over."""
        return actions.designate(self.object, form.cleaned_data["unit"], form.cleaned_data["said"])

    def said(self, saved: int) -> str:
        """How many."""
        return f"已指定，{saved} 项任务由总牵头单位承担" if saved else "已指定"


routes = [
    page("office/reform/parts/", Parts, "parts.list"),
    page("office/reform/measures/<uuid:id>/designate/", Designate, "measures.designate"),
]
