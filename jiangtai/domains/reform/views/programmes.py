"""Programmes: their items with what hangs on each, the matrix of items and units, and what is hung from lists."""

from functools import cached_property, partial
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai.access import Unit
from jiangtai.web import (
    Act,
    ActionPage,
    Bulk,
    Choice,
    Column,
    Crumb,
    DetailPage,
    Empty,
    Event,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Page,
    Search,
    Section,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    page,
)

from ..actions import programmes as actions
from ..forms.programmes import IndicatorForm, ProgrammeForm
from ..models import Hanging, Measure, Plan, Programme, ProgrammeItem, Task
from ..queries import programmes as queries
from .dockets import STATES
from .plans import show as plan_url
from .tasks import LIGHT, LIGHTS
from .tasks import queries as tasks
from .tasks import show as task_url

MOST_LINES = 200


def show(row: Programme) -> str:
    """The page of a programme."""
    return reverse("programmes.show", args=[row.pk])


def item_url(row: ProgrammeItem) -> str:
    """The page of an item."""
    return reverse("items.show", args=[row.pk])


class ProgrammeList(ListPage):
    """The programmes that one sees."""

    permission, title, counted = "programmes.view", "工作体系", "个"
    nav = Nav("改革方案", "工作体系", 55)
    keywords = "四个体系 一匠三创 三助推六提升 四同培育 标杆企业 培育"
    conditions = (
        Search("名称", fields=("title__contains",)),
        Choice("状态", "state", choices=Programme.State.choices),
    )
    columns = (
        Column("title", "工作体系", link=show, note=lambda row: row.about[:60]),
        Column("unit", "主办单位", lambda row: str(row.unit)),
        Column("items_number", "条目", kind="num"),
        Column("tasks_number", "挂接任务", kind="num"),
        Column("firms_number", "培育中企业", kind="num"),
        Column("public", "公开", lambda row: Tag("已公开", "info") if row.is_public else None, kind="tag"),
        Column("state", "状态", lambda row: STATES[row.state], kind="tag"),
    )
    actions = (Act("设工作体系", "programmes.new", primary=True),)
    empty = Empty(
        "还没有工作体系",
        "四个体系、一匠三创、四同培育都可以自己设：写名称和条目，再把任务、举措、指标、企业挂上去。",
        Act("设工作体系", "programmes.new"),
    )

    def rows(self) -> Any:
        """Those seen."""
        return queries.counted(queries.seen(self.acting))


class NewProgramme(FormPage):
    """A programme is defined."""

    permission, title, form, submit = "programmes.change", "设工作体系", ProgrammeForm, "存为草稿"
    parents = ("programmes.list",)
    intro = "名称、层级、条目都由本单位定。"

    def save(self, form: Any) -> Programme:
        """As a draft."""
        told = form.cleaned_data
        return actions.define(told["title"], told["about"], told["items"])

    def next_url(self, saved: Programme) -> str:
        """To it."""
        return show(saved)

    def said(self, saved: Programme) -> str:
        """What comes next."""
        return f"已存为草稿，共 {saved.items.count()} 个条目；启用后挂任务、指标和企业"


class ProgrammeObject(ObjectMixin):
    """A page about one programme that one sees."""

    object: Programme
    acting: Any

    def objects(self) -> Any:
        """Those seen."""
        return queries.seen(self.acting)

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the programme."""
        return [Crumb("工作体系", reverse("programmes.list")), Crumb(self.object.title, show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class HostedProgramme(ProgrammeObject):
    """A page on which only the office that defined a programme works."""

    def prepare(self) -> None:
        """Only the host's."""
        super().prepare()
        if not queries.is_host(self.object, self.acting):
            raise Http404


class ProgrammePage(ProgrammeObject, DetailPage):
    """One programme: its items with tasks by light, measures, figures and firms; its cohorts."""

    permission, title, parents, template = "programmes.view", "工作体系", ("programmes.list",), "reform/task.html"

    def get_title(self) -> str:
        """Its name."""
        return self.object.title

    def get_tags(self) -> list[Tag]:
        """Where it stands, and whether it is public."""
        one = self.object
        return [STATES[one.state], *([Tag("已公开", "info")] if one.is_public else [])]

    def get_actions(self) -> list[Act]:
        """What its state allows its host."""
        one, at = self.object, (self.object.pk,)
        acts = [Act("条目和单位", "programmes.matrix", at)]
        if not queries.is_host(one, self.acting) or one.state == Programme.State.ENDED:
            return acts
        change = Act("修改条目", "programmes.edit", at)
        if one.state == Programme.State.DRAFT:
            drop = Act("删除", "programmes.drop", at, danger=True, dialog=True)
            return [drop, change, Act("启用", "programmes.begin", at, primary=True, dialog=True)]
        public = Act("不再公开", "programmes.hide", at, dialog=True) if one.is_public else Act(
            "向社会公开", "programmes.publish", at, dialog=True)  # fmt: skip
        return [
            *acts,
            change,
            public,
            Act("结束", "programmes.end", at, dialog=True),
            Act("设培育期", "cohorts.new", at, primary=True),
        ]

    def sections(self) -> list[Any]:
        """Items, cohorts, figures."""
        one = self.object
        found = queries.items(one, self.acting)
        columns = [
            Column(
                "title",
                "条目",
                lambda row: f"{'└' * (row.row.level - 1)} {row.row.title}".strip(),
                link=lambda row: item_url(row.row),
            ),
            Column("worst", "灯", lambda row: Tag(row.worst.label, row.worst.tag) if row.worst else None, kind="tag"),
            Column("tasks", "任务", lambda row: len(row.tones), kind="num", link=lambda row: tasks_url(row)),
            Column("red", "滞后", lambda row: row.at("red"), kind="num", link=lambda row: tasks_url(row, "red")),
            Column("measures", "举措", lambda row: len(row.measures), kind="num"),
            Column("figures", "指标", lambda row: len(row.figures), kind="num"),
            Column("firms", "企业", lambda row: len(row.firms), kind="num", link=lambda row: firms_url(row)),
        ]
        note = "点条目，挂任务、举措、指标" if queries.is_host(one, self.acting) and one.state == "in_use" else ""
        return [
            TableSection("条目", columns, found, note=note),
            *self._cohorts(),
            *self._figures(),
            Section("", [Value("主办单位", one.unit.name), Value("说明", one.about)]),
        ]

    def _cohorts(self) -> list[TableSection]:
        rows = list(self.object.cohorts.all())
        if not rows:
            return []
        firms: dict[Any, list[Any]] = {row.pk: [] for row in rows}
        for firm in queries.firms(self.acting).filter(cohort__in=rows):
            firms[firm.cohort_id].append(firm)
        began = queries.quarter_began()

        def helped(row: Any) -> int:
            return sum(bool(one.last_on and one.last_on >= began) for one in firms[row.pk])

        columns = [
            Column("title", "培育期", link=lambda row: reverse("cohorts.show", args=[row.pk])),
            Column("year", "年度", lambda row: str(row.year)),
            Column("firms", "企业", lambda row: len(firms[row.pk]), kind="num"),
            Column("helped", "本季有帮扶", helped, kind="num"),
            Column("graduated", "已出师", lambda row: sum(one.graduated for one in firms[row.pk]), kind="num"),
        ]
        return [TableSection("培育期", columns, rows)]

    def _figures(self) -> list[TemplateSection]:
        rows = Hanging.objects.filter(item__programme=self.object).exclude(indicator="").select_related("item")
        return [figures_section(list(rows), self.acting)] if rows else []

    def events(self) -> list[Event]:
        """Its life."""
        one = self.object
        life = [Event("设草稿", one.made_at, one.by_name)]
        if one.begun_on:
            life.insert(0, Event("启用", one.begun_on))
        if one.ended_on:
            life.insert(0, Event("结束", one.ended_on))
        return life


def tasks_url(row: queries.ItemShown, light: str = "") -> str | None:
    """The tasks of an item, perhaps at a light."""
    number = row.at(light) if light else len(row.tones)
    return f"{reverse('tasks.list')}?item={row.row.pk}{f'&light={light}' if light else ''}" if number else None


def firms_url(row: queries.ItemShown) -> str | None:
    """The firms of an item."""
    return f"{reverse('firms.list')}?item={row.row.pk}&state=in" if row.firms else None


def figures_section(rows: list[Hanging], acting: Any, *, may_drop: bool = False) -> TemplateSection:
    """Indicators with their values, each opening to its rows."""
    lines = [
        {"label": label, "value": shown(figure, unit), "item": row.item,
         "url": reverse("figures.show", args=[row.indicator]) if acting.may("figures.view") and figure else "",
         "drop": reverse("items.unhang", args=[row.item_id, row.pk]) if may_drop else ""}
        for row, label, figure, unit in queries.hung_figures(rows, acting)
    ]  # fmt: skip
    return TemplateSection("reform/hung_figures.html", {"lines": lines}, "指标", "本单位本期数，点开看名单")


def shown(figure: Any, unit: str) -> str:
    """A computed figure with its unit."""
    if figure is None or figure.value is None:
        return "没有可算的数"
    number = f"{figure.value:,.2f}".rstrip("0").rstrip(".")
    return f"{number}{unit}" if unit == "%" else f"{number} {unit}"


class EditProgramme(HostedProgramme, FormPage):
    """Change words and items."""

    permission, title, form, submit, is_listed = "programmes.change", "修改工作体系", ProgrammeForm, "保存", False
    intro = "条目按名称对应：改了名的当作新条目；上面挂着东西的条目不能删去。"

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        one = self.object
        items = "\n".join(f"{'  ' * (row.level - 1)}{row.title}" for row in one.items.order_by("place"))
        return {"title": one.title, "about": one.about, "items": items}

    def save(self, form: Any) -> Programme:
        """Change it."""
        told = form.cleaned_data
        return actions.change(self.object, told["title"], told["about"], told["items"])


class BeginProgramme(HostedProgramme, ActionPage):
    """A programme is put in use."""

    permission, title, submit = "programmes.change", "启用工作体系", "启用"
    text = "启用后本级和下级单位都能看到，可以挂任务、指标和企业。"
    does = actions.begin


class EndProgramme(HostedProgramme, ActionPage):
    """A programme ends."""

    permission, title, submit = "programmes.change", "结束工作体系", "结束"
    text = "结束后不再公开，已挂的和已记的可以查看。"
    does = actions.end


class DropProgramme(HostedProgramme, ActionPage):
    """A draft is thrown away."""

    permission, title, submit, danger = "programmes.change", "删除工作体系草稿", "删除", True
    does, leads_to = actions.drop, "programmes.list"


class PublishProgramme(HostedProgramme, ActionPage):
    """A programme is shown on the square."""

    permission, title, submit = "programmes.change", "向社会公开工作体系", "公开"
    text = "公众可以看到条目、说明和培育企业名单；任务、亮灯和帮扶记录不公开。"
    does, success = partial(actions.publish, is_public=True), "“{one}”已公开"


class HideProgramme(HostedProgramme, ActionPage):
    """A programme is taken down from the square."""

    permission, title, submit = "programmes.change", "不再公开工作体系", "不再公开"
    text = "公开页面随即撤下；挂接的任务和培育期照常。"
    does, success = partial(actions.publish, is_public=False), "“{one}”不再公开"


class ProgrammeMatrix(ProgrammeObject, Page):
    """Items down, units across, each cell with how its tasks stand."""

    permission, title, template, is_listed = "programmes.view", "条目和单位", "reform/programme_matrix.html", False

    def get_title(self) -> str:
        """Of which."""
        return f"{self.object}：条目和单位"

    def get_context(self) -> dict[str, Any]:
        """Only units that have something."""
        found = queries.cells(self.object, self.acting)
        heads = list(Unit.unscoped.filter(pk__in={unit for _, unit in found}).order_by("rank", "number"))
        lines = [
            {"item": one, "url": item_url(one), "indent": "　" * (one.level - 1),
             "cells": [self._cell(one, unit, found.get((one.pk, unit.pk), {})) for unit in heads]}
            for one in self.object.items.order_by("place")
        ]  # fmt: skip
        return {**super().get_context(), "heads": heads, "lines": lines, "programme": self.object}

    def _cell(self, item: ProgrammeItem, unit: Unit, lights: dict[str, int]) -> dict[str, Any] | None:
        worst = next((tone for tone in queries.GRAVE if lights.get(tone.value)), None)
        if worst is None:
            return None
        words = "，".join(f"{tone.label} {lights[tone.value]} 项" for tone in queries.GRAVE if lights.get(tone.value))
        return {"tone": worst.tag, "number": sum(lights.values()), "said": f"{unit}：{words}",
                "url": f"{reverse('tasks.list')}?item={item.pk}&unit={unit.pk}"}  # fmt: skip


# one item


class ItemObject(ObjectMixin):
    """A page about one item of a programme that one sees."""

    object: ProgrammeItem
    acting: Any

    def objects(self) -> Any:
        """Those seen."""
        rows = ProgrammeItem.objects.filter(programme__in=queries.seen(self.acting))
        return rows.select_related("programme__unit", "parent")

    def get_crumbs(self) -> list[Crumb]:
        """The list, the programme, the item."""
        one = self.object
        return [Crumb("工作体系", reverse("programmes.list")), Crumb(one.programme.title, show(one.programme)),
                Crumb(one.title, item_url(one))]  # fmt: skip

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return item_url(self.object)

    @cached_property
    def is_host(self) -> bool:
        """Whether one acts for the office that defined it."""
        return queries.is_host(self.object.programme, self.acting)


class HostedItem(ItemObject):
    """A page on which only the office that defined a programme works."""

    def prepare(self) -> None:
        """Only the host's."""
        super().prepare()
        if not self.is_host:
            raise Http404


class ItemPage(ItemObject, DetailPage):
    """One item: its tasks with lights, measures, figures and firms."""

    permission, title, parents, template = "programmes.view", "体系条目", ("programmes.list",), "reform/task.html"

    def get_title(self) -> str:
        """Its name."""
        return self.object.title

    def get_actions(self) -> list[Act]:
        """What is hung."""
        at = (self.object.pk,)
        if not self.is_host or self.object.programme.state != Programme.State.IN_USE:
            return []
        return [
            Act("挂指标", "items.indicator", at, dialog=True),
            Act("挂举措", "items.measures", at),
            Act("挂任务", "items.tasks", at, primary=True),
        ]

    def sections(self) -> list[Any]:
        """Tasks, measures, figures, firms."""
        one = self.object
        hung = list(one.hangings.select_related("measure__plan", "item"))
        may = self.is_host and one.programme.state == Programme.State.IN_USE
        ids = {row.task_id: row for row in hung if row.task_id}
        seen = tasks.listed(tasks.seen(self.acting).filter(pk__in=list(ids))).order_by("due", "pk")
        rows = list(seen[:MOST_LINES])

        def drop(find: Any) -> list[Column]:
            link = lambda row: reverse("items.unhang", args=[one.pk, find(row).pk])  # noqa: E731
            return [Column("drop", "", lambda row: "取消挂接", link=link, kind="act")] if may else []

        task_columns = [
            LIGHT,
            Column("title", "任务", link=task_url),
            Column("unit", "承担单位", lambda row: str(row.unit)),
            Column("due", "完成期限", kind="date"),
            *drop(lambda row: ids[row.pk]),
        ]
        measures = [row for row in hung if row.measure_id]
        measure_columns = [
            Column("title", "举措", lambda row: f"{row.measure.number}. {row.measure.title}",
                   link=lambda row: reverse("measures.show", args=[row.measure_id])),
            Column("plan", "方案", lambda row: row.measure.plan.title, link=lambda row: plan_url(row.measure.plan)),
            *drop(lambda row: row),
        ]  # fmt: skip
        children = [Value(row.title, "下级条目", url=item_url(row)) for row in one.children.order_by("place")]
        empty = Empty("还没有挂任务", "挂上的任务带灯显示，任务台账可以按条目筛选。")
        figures = [row for row in hung if row.indicator]
        return [
            TableSection("任务", task_columns, rows, empty, f"{len(rows)} 项", total=len(ids),
                         more=f"{reverse('tasks.list')}?item={one.pk}"),
            *([TableSection("举措", measure_columns, measures)] if measures else []),
            *([figures_section(figures, self.acting, may_drop=may)] if figures else []),
            *self._firms(),
            *([Section("下级条目", children)] if children else []),
        ]  # fmt: skip

    def _firms(self) -> list[TableSection]:
        rows = list(queries.firms(self.acting).filter(item=self.object, left_on__isnull=True)[:MOST_LINES])
        columns = [
            Column("unit", "企业", lambda row: str(row.unit), link=lambda row: reverse("firms.show", args=[row.pk])),
            Column("cohort", "培育期", lambda row: str(row.cohort)),
            Column("helper", "结对单位", lambda row: str(row.helper or "")),
            Column("times", "帮扶", kind="num"),
            Column("last_on", "最近一次", kind="date"),
        ]
        return [TableSection("培育企业", columns, rows, note=f"{len(rows)} 家")] if rows else []


class PickTasks(HostedItem, ListPage):
    """Tasks that do not hang on an item yet; those chosen are hung."""

    permission, title, counted, order = "programmes.change", "挂任务", "项", "due"
    parents, is_listed, exports = ("programmes.list",), False, False
    conditions = (
        Search("任务、举措、单位", fields=("title__contains", "measure__title__contains", "unit__name__contains",
                                     "unit__short_name__contains")),
        Choice("灯", "light", choices=LIGHTS, match=tasks.at_light),
    )  # fmt: skip
    columns = (
        LIGHT,
        Column("title", "任务", link=task_url),
        Column("unit", "承担单位", lambda row: str(row.unit), sort="unit__pinyin"),
        Column("due", "完成期限", kind="date", sort="due"),
    )
    bulk = (Bulk("hang", "挂到这个条目", "programmes.change", "hang"),)
    empty = Empty("没有可挂的任务", "范围内的任务都已经挂上。")

    def get_title(self) -> str:
        """On what."""
        return f"挂到“{self.object}”的任务"

    def rows(self) -> Any:
        """Within reach, not hung here yet."""
        rows = tasks.seen(self.acting).exclude(state__in=tasks.CLOSED).exclude(hangings__item=self.object)
        return tasks.listed(rows)

    def hang(self, rows: Any) -> str:
        """Hang them."""
        return f"已挂 {actions.hang(self.object, Task.unscoped.filter(pk__in=[one.pk for one in rows]))} 项"


class PickMeasures(HostedItem, ListPage):
    """Measures of plans in force that do not hang on an item yet."""

    permission, title, counted, order = "programmes.change", "挂举措", "项", "number"
    parents, is_listed, exports = ("programmes.list",), False, False
    conditions = (Search("举措", fields=("title__contains", "section__contains")),)
    columns = (
        Column("number", "序号", kind="num", sort=("plan", "place")),
        Column("title", "举措", link=lambda row: reverse("measures.show", args=[row.pk])),
        Column("plan", "方案", lambda row: row.plan.title),
    )
    bulk = (Bulk("hang", "挂到这个条目", "programmes.change", "hang"),)
    empty = Empty("没有可挂的举措", "确认改革方案后，方案里的举措可以挂到条目上。")

    def get_title(self) -> str:
        """On what."""
        return f"挂到“{self.object}”的举措"

    def rows(self) -> Any:
        """Of plans in force within reach, not hung here yet."""
        rows = Measure.objects.filter(plan__in=Plan.objects.filter(state=Plan.State.IN_FORCE))
        return rows.exclude(hangings__item=self.object).select_related("plan")

    def hang(self, rows: Any) -> str:
        """Hang them."""
        return f"已挂 {actions.hang(self.object, list(rows))} 项"


class HangIndicator(HostedItem, FormPage):
    """An indicator is tied to an item."""

    permission, title, form, submit, is_listed = "programmes.change", "挂指标", IndicatorForm, "挂上", False

    def save(self, form: Any) -> Hanging:
        """Tie it."""
        return actions.hang_indicator(self.object, form.cleaned_data["indicator"])


class Unhang(HostedItem, ActionPage):
    """Something is taken off an item."""

    permission, title, submit, danger = "programmes.change", "取消挂接", "取消挂接", True
    leave = "不取消"
    does, on = actions.unhang, "hanging"
    kwargs: dict[str, Any]

    def prepare(self) -> None:
        """What hangs there."""
        super().prepare()
        rows = Hanging.objects.filter(item=self.object).select_related("item__programme__unit", "task", "measure")
        self.hanging = get_object_or_404(rows, pk=self.kwargs["hanging"])

    def get_question(self) -> str:
        """What."""
        one = self.hanging
        return f"把“{one.task or one.measure or '这项指标'}”从“{self.object}”上取下？"


_ONE, _ITEM = "office/programmes/<uuid:id>/", "office/programmes/items/<uuid:id>/"
routes = [
    page("office/programmes/", ProgrammeList, "programmes.list"),
    page("office/programmes/new/", NewProgramme, "programmes.new"),
    page(_ONE, ProgrammePage, "programmes.show"),
    page(f"{_ONE}edit/", EditProgramme, "programmes.edit"),
    page(f"{_ONE}begin/", BeginProgramme, "programmes.begin"),
    page(f"{_ONE}end/", EndProgramme, "programmes.end"),
    page(f"{_ONE}drop/", DropProgramme, "programmes.drop"),
    page(f"{_ONE}publish/", PublishProgramme, "programmes.publish"),
    page(f"{_ONE}hide/", HideProgramme, "programmes.hide"),
    page(f"{_ONE}matrix/", ProgrammeMatrix, "programmes.matrix"),
    page(_ITEM, ItemPage, "items.show"),
    page(f"{_ITEM}tasks/", PickTasks, "items.tasks"),
    page(f"{_ITEM}measures/", PickMeasures, "items.measures"),
    page(f"{_ITEM}indicator/", HangIndicator, "items.indicator"),
    page(f"{_ITEM}hung/<uuid:hanging>/drop/", Unhang, "items.unhang"),
]
