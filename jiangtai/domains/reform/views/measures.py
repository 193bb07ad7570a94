"""One measure of a plan: what is asked, of whom, until when, and how it stands."""

from functools import cached_property, partial
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import reverse

from jiangtai.kernel import quantities
from jiangtai.web import (
    Act,
    Column,
    Crumb,
    DetailPage,
    Empty,
    FormPage,
    ObjectMixin,
    Section,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    page,
)

from ..actions import wording
from ..forms.plans import SupplyForm
from ..models import Amount, Measure, Part, Plan
from ..queries import plans as queries
from ..queries import standing, supplying, tasks
from ..rules.plans import Lack, lacks, short
from .library import papers_section
from .lights import LIGHT, light_counts, tag_of
from .plans import show

FORCES = {"required": "info", "encouraged": "plain", "explored": "plain", "": "plain"}
_MOST_TASKS = 100


def meant(part: Part) -> str:
    """Which unit is meant, if one is."""
    return str(part.unit) if part.unit else "一类单位" if part.is_collective else "待确认"


class MeasureObject(ObjectMixin):
    """A page about one measure."""

    object: Measure
    acting: Any

    def objects(self) -> QuerySet[Measure]:
        """Of the plans that this account may see."""
        rows = Measure.objects.filter(plan__in=queries.plans(self.acting).order_by())
        return rows.select_related(
            "plan", "plan__replaces", "designated", "earlier__plan", "answers__plan"
        ).prefetch_related("parts__unit", "actions", "amounts", Prefetch("supplies", queries.live_supplies()))

    def get_crumbs(self) -> list[Crumb]:
        """Through the list and the plan."""
        one = self.object
        return [
            Crumb("改革方案", reverse("plans.list")),
            Crumb(short(one.plan.title), show(one.plan)),
            Crumb(f"第{one.number}项", reverse("measures.show", args=[one.pk])),
        ]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return reverse("measures.show", args=[self.object.pk])


class MeasurePage(MeasureObject, DetailPage):
    """One measure: its words, who answers for it, what is to be done, and what came of it."""

    permission, title, parents, template = "reform.view", "举措", ("plans.list",), "reform/measure.html"

    def get_title(self) -> str:
        """Its number and title."""
        return str(self.object)

    def get_tags(self) -> list[Tag]:
        """Its light, and what it lacks."""
        lacking = [Tag(one.label, "warn") for one in lacks(queries.said(self.object))]
        return lacking if self.stands is None else [tag_of(self.stands.light), *lacking]

    @cached_property
    def stands(self) -> standing.Standing | None:
        """How it stands, once its plan runs."""
        if self.object.plan.state == Plan.State.DRAFT:
            return None
        return standing.standings(self.object.plan, self.acting, [self.object]).of[self.object.pk]

    def get_actions(self) -> list[Act]:
        """What can be done with it, by where its plan stands."""
        one = self.object
        if one.plan.state == Plan.State.DRAFT:
            return [
                Act("修改", "measures.edit", (one.pk,), primary=True),
                Act("配合要求", "measures.expect", (one.pk,)),
            ]
        if one.plan.state != Plan.State.IN_FORCE:
            return []
        acts, may = [], self.may_supply
        if may and Lack.FIGURE in lacks(queries.said(one)):
            acts.append(Act("说明不设指标", "measures.go_without", (one.pk,), dialog=True))
        if may and (Lack.FIGURE in lacks(queries.said(one)) or not one.amounts.all()):
            acts.append(Act("补充指标和目标", "measures.tie", (one.pk,)))
        if may and one.deadline is None:
            acts.append(Act("补充完成期限", "measures.supply", (one.pk,), primary=True, dialog=True))
        if queries.may_designate(self.acting):
            acts.append(Act("指定总牵头单位", "measures.designate", (one.pk,), dialog=True))
        return [
            *acts,
            Act("配合要求", "measures.expect", (one.pk,)),
            Act("对应另一方案的举措", "measures.link", (one.pk,), dialog=True),
        ]

    @cached_property
    def may_supply(self) -> bool:
        """Whether this account may add what the plan lacks, now."""
        one = self.object
        runs = one.plan.state == Plan.State.IN_FORCE and self.acting.may("reform.work")
        return runs and wording.may_supply(one, self.acting.unit, self.acting.may("reform.change"))

    def sections(self) -> list[Any]:
        """Words, units, work, figures, tasks."""
        from .reading import draw

        one = self.object
        return [
            Section("举措", self._values()),
            TemplateSection(
                "reform/words_section.html", {"one": draw(one.plan, one, None)}, "方案原文", "划线处是读出的内容"
            ),
            self._parts(),
            self._actions(),
            *([self._amounts()] if one.amounts.all() else []),
            *([self._supplies()] if one.supplies.all() else []),
            *([self._tasks(), papers_section(one, self.acting)] if one.plan.state != Plan.State.DRAFT else []),
        ]  # fmt: skip

    def _values(self) -> list[Value]:
        one, asked = self.object, queries.asked(self.object)
        values = [Value("为什么", self.stands.light.why, url=self._of_light())] if self.stands else []
        values += [
            Value("方案", one.plan.title, url=show(one.plan)),
            Value("所在部分", one.section),
            Value("完成期限", one.deadline or "方案没有写明"),
            Value(
                "牵头汇总", f"{asked}（{'领导小组指定' if one.designated else '牵头单位第一位'}）" if asked else "未定"
            ),
        ]
        if one.earlier:
            values.append(Value("旧版中的举措", str(one.earlier), url=reverse("measures.show", args=[one.earlier.pk])))
        linked = [(one.answers, "对应")] if one.answers else []
        answering = one.answered_by.filter(plan__state=Plan.State.IN_FORCE).select_related("plan")
        linked += [(other, "被对应") for other in answering]
        values += [
            Value(f"{label}的举措", f"{other}（{other.plan}）", url=reverse("measures.show", args=[other.pk]))
            for other, label in linked
        ]
        return values

    def _of_light(self) -> str:
        """The tasks for which it shows its light, if any do."""
        if self.stands is None or not self.stands.counts.get(self.stands.light.tone.value):
            return ""
        return f"{reverse('tasks.list')}?measure={self.object.pk}&light={self.stands.light.tone.value}"

    def _parts(self) -> TableSection:
        columns = [
            Column("role", "职责", "get_role_display"),
            Column("name", "方案中的名称"),
            Column("unit", "单位", meant),
            Column("expected", "配合要求", lambda part: part.expected or None),
        ]  # fmt: skip
        parts = sorted(self.object.parts.all(), key=lambda part: (part.role, part.place))
        note = "方案写明“等单位”，没有列全" if self.object.is_open else ""
        return TableSection("分工", columns, parts, Empty("方案没有写责任单位"), note)

    def _actions(self) -> TableSection:
        columns = [
            Column("place", "序号", kind="num"),
            Column("text", "内容"),
            Column(
                "force", "力度", lambda row: Tag(row.get_force_display() or "未写明", FORCES[row.force]), kind="tag"
            ),
        ]
        return TableSection("工作", columns, list(self.object.actions.all()), Empty("方案没有写具体工作"))

    def _amounts(self) -> TableSection:
        labels = supplying.labels()
        columns = [
            Column("text", "原文"),
            Column("value", "数值", lambda row: quantities.plain(row.value), kind="num"),
            Column("unit", "单位"),
            Column("indicator", "对应指标", lambda row: labels.get(row.indicator, row.indicator) or self._tied(row)),
        ]
        if self.may_supply:
            columns.append(
                Column("tie", "", lambda row: None if self._tied(row) else "对应指标",
                       link=lambda row: None if self._tied(row) else reverse("amounts.tie", args=[row.pk]), kind="act")
            )  # fmt: skip
        return TableSection("方案中的数", columns, list(self.object.amounts.all()))

    def _tied(self, row: Amount) -> str:
        """What was said of a figure and waits for the office."""
        return next((one.get_state_display() for one in self.object.supplies.all() if one.amount_id == row.pk), "")

    def _supplies(self) -> TableSection:
        from .supplying import show as opened
        from .supplying import state_tag

        said = partial(supplying.said_of, known=supplying.labels())
        columns = [
            Column("state", "状态", state_tag, kind="tag"),
            Column("what", "补充", said, link=opened, note=lambda row: row.pace_why),
            Column("unit", "补充单位", lambda row: str(row.unit or ""), note=lambda row: row.by_name),
            Column("made_at", "补充时间", kind="date"),
        ]
        return TableSection("补充", columns, list(self.object.supplies.all()), note="方案没有写明，由牵头单位补充")

    def _tasks(self) -> TableSection:
        rows = tasks.lit(tasks.seen(self.acting).filter(measure=self.object, parent__isnull=True))
        columns = [
            LIGHT,
            Column("title", "任务", link=lambda row: reverse("tasks.show", args=[row.pk])),
            Column("unit", "承担单位", lambda row: str(row.unit)),
            Column("year", "年度", lambda row: str(row.year)),
            Column("due", "完成期限", kind="date"),
            Column("state", "状态", "get_state_display"),
        ]
        counts = (
            light_counts(self.stands.counts, f"{reverse('tasks.list')}?measure={self.object.pk}") if self.stands else ()
        )
        note = "，".join(f"{one['tag'].label} {one['number']}" for one in counts)
        found = list(rows.select_related("unit").order_by("year", "action__place")[:_MOST_TASKS])
        total = sum(self.stands.counts.values()) if self.stands else 0
        more = f"{reverse('tasks.list')}?measure={self.object.pk}" if total > len(found) else ""
        return TableSection("任务", columns, found, Empty("还没有任务"), note, more=more, total=total)


class AddDay(MeasureObject, FormPage):
    """A unit that leads adds the day that the plan does not name."""

    permission, title, form, submit = "reform.work", "补充完成期限", SupplyForm, "补充"
    is_listed, parents = False, ("plans.list",)
    intro = "方案没有写明期限，由牵头单位补充；补充后任务按它计时，只能补一次，要调整请领导小组办公室上传新版。"

    def get_object(self) -> Measure:
        """Only for the office and the units that lead it."""
        found = super().get_object()
        if not wording.may_supply(found, self.acting.unit, self.acting.may("reform.change")):
            raise Http404
        return found

    def save(self, form: Any) -> None:
        """Add it."""
        wording.supply(self.object, form.cleaned_data["deadline"])


routes = [
    page("office/reform/measures/<uuid:id>/", MeasurePage, "measures.show"),
    page("office/reform/measures/<uuid:id>/supply/", AddDay, "measures.supply"),
]
