"""Yearly lists of pilots, item by item until they are confirmed, and their yearly reports with the paper."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai.kernel import clock
from jiangtai.web import (
    Act,
    ActionPage,
    Column,
    Crumb,
    DetailPage,
    Empty,
    Event,
    FormPage,
    ObjectMixin,
    Section,
    TableSection,
    Tag,
    Value,
    page,
)

from ..actions import pilot_lists as actions
from ..forms.pilots import ItemForm, YearForm
from ..models import ListItem, PilotReport, YearlyList
from ..queries import pilots as queries
from ..queries import tasks
from .official import FORMS, OfficialPaper
from .pilots import LISTS, PilotObject, pilot_url
from .tasks import tag_of


def show(row: Any) -> str:
    """The page of a list."""
    return reverse("yearly_lists.show", args=[row.pk])


class BeginList(PilotObject, FormPage):
    """The list of a year is begun."""

    permission, title, form, submit, is_listed = "pilots.work", "编制年度任务清单", YearForm, "开始编制", False
    success = ""

    def initial(self) -> dict[str, Any]:
        """The first year that has none."""
        there, year = {row.year for row in queries.lists_of(self.object)}, clock.today().year
        return {"year": year if year not in there else year + 1}

    def save(self, form: Any) -> YearlyList:
        """Begin it, or go on."""
        return actions.begin(self.object, form.cleaned_data["year"])

    def next_url(self, saved: YearlyList) -> str:
        """To it."""
        return show(saved)


class ListObject(ObjectMixin):
    """A page about one yearly list, of a pilot within reach."""

    object: YearlyList
    acting: Any

    def objects(self) -> QuerySet[YearlyList]:
        """Of the pilots that may be seen."""
        rows = YearlyList.unscoped.filter(pilot__in=queries.seen(self.acting))
        return rows.select_related("pilot__unit", "pilot__batch", "pilot__type")

    def get_crumbs(self) -> list[Crumb]:
        """The pilots, the pilot, the list."""
        pilot = self.object.pilot
        return [
            Crumb("试点单位", reverse("pilots.list")),
            Crumb(pilot.unit.name, pilot_url(pilot)),
            Crumb(str(self.object), show(self.object)),
        ]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class ListPageOfYear(ListObject, DetailPage):
    """One yearly list: its items, and once it is confirmed their tasks."""

    permission, title = "pilots.view", "年度任务清单"
    rail_as = "pilots.list"

    def get_title(self) -> str:
        """Whose, of which year."""
        return f"{self.object.pilot.unit}{self.object}"

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        return [LISTS[self.object.state]]

    @property
    def is_written(self) -> bool:
        """Whether whoever looks may write it now."""
        one = self.object
        may = one.state == YearlyList.State.WRITING and one.pilot.goes_on and self.acting.may("pilots.work")
        return may and queries.works_for(one.pilot, self.acting)

    def get_actions(self) -> list[Act]:
        """Write and send, or confirm and send back."""
        at = (self.object.pk,)
        if self.is_written:
            return [
                Act("添加事项", "yearly_lists.item", at),
                Act("报送清单", "yearly_lists.send", at, primary=True, dialog=True),
            ]
        if self.object.state == YearlyList.State.SENT and self.object.pilot.goes_on:
            return [
                Act("退回修改", "yearly_lists.send_back", at, dialog=True),
                Act("确认清单", "yearly_lists.confirm", at, primary=True, dialog=True),
            ]
        return []

    def sections(self) -> list[Any]:
        """Whose, and the items."""
        one = self.object
        told = [
            Value("试点单位", one.pilot.unit.name, url=pilot_url(one.pilot)),
            Value("批次和类型", f"{one.pilot.batch}，{one.pilot.type}"),
            Value("报送", f"{one.sent_on}，{one.sent_by}" if one.sent_on else "还没有报送"),
            Value("确认", one.confirmed_on or "还没有确认"),
        ]
        if one.said:
            told.append(Value("退回意见", one.said))
        return [Section("清单", told), self._items()]

    def _items(self) -> TableSection:
        rows = list(self.object.items.select_related("measure", "task").order_by("place"))
        wanted = [row.task_id for row in rows if row.task_id]
        lit = {row.pk: row for row in tasks.lit(tasks.Task.unscoped.filter(pk__in=wanted))} if wanted else {}
        columns = [
            Column("place", "序号", kind="num"),
            Column("text", "事项", link=self._link, note=lambda row: row.expected),
            Column("measure", "所属举措", lambda row: f"{row.measure.number}. {row.measure.title}"),
            Column("due", "完成期限", kind="date"),
        ]
        if lit:
            columns.append(
                Column("light", "灯", lambda row: tag_of(tasks.light_of(lit[row.task_id])) if row.task_id in lit else
                       None, kind="tag")
            )  # fmt: skip
        if self.is_written:
            columns.append(
                Column("drop", "", lambda row: "删除",
                       link=lambda row: reverse("yearly_lists.item.drop", args=[self.object.pk, row.pk]), kind="act")
            )  # fmt: skip
        empty = Empty("还没有事项", "逐项写明做什么、属于方案哪项举措、什么时候完成；确认后就是任务。")
        return TableSection("事项", columns, rows, empty, f"{len(rows)} 项")

    def _link(self, row: ListItem) -> str | None:
        if row.task_id:
            return reverse("tasks.show", args=[row.task_id])
        return reverse("yearly_lists.item.edit", args=[self.object.pk, row.pk]) if self.is_written else None

    def events(self) -> list[Event]:
        """Its life."""
        one = self.object
        life = [Event("开始编制", one.made_at)]
        if one.sent_on:
            life.insert(0, Event("报送", one.sent_on, one.sent_by))
        if one.confirmed_on:
            return [Event("确认，事项成为任务", one.confirmed_on), *life]
        waits = "等待领导小组办公室确认" if one.state == YearlyList.State.SENT else "等待试点单位报送"
        return [Event(waits, "", now=True), *life]


class NewItem(ListObject, FormPage):
    """Another item."""

    permission, title, form, submit, is_listed = "pilots.work", "添加事项", ItemForm, "添加", False

    def save(self, form: Any) -> ListItem:
        """Write it."""
        told = form.cleaned_data
        return actions.put(self.object, told["text"], told["measure"], told["due"], told["expected"])

    def said(self, saved: ListItem) -> str:
        """Which."""
        return f"已添加第 {saved.place} 项"


class ItemObject(ListObject):
    """A page about one item of a list."""

    def prepare(self) -> None:
        """The item, of this list."""
        super().prepare()
        rows = self.object.items.select_related("list", "measure")
        self.item: ListItem = get_object_or_404(rows, pk=self.kwargs["item"])


class ChangeItem(ItemObject, FormPage):
    """An item is changed."""

    permission, title, form, is_listed = "pilots.work", "修改事项", ItemForm, False

    def initial(self) -> dict[str, Any]:
        """As it is."""
        row = self.item
        return {"text": row.text, "measure": row.measure_id, "due": row.due, "expected": row.expected}

    def save(self, form: Any) -> ListItem:
        """Change it."""
        told = form.cleaned_data
        return actions.put(self.object, told["text"], told["measure"], told["due"], told["expected"], item=self.item)


class DropItem(ItemObject, ActionPage):
    """An item is taken off."""

    permission, title, submit, danger = "pilots.work", "删除事项", "删除", True
    does, on = actions.take_off, "item"

    def get_question(self) -> str:
        """Which."""
        return f"删除“{self.item.text[:40]}”？"


class SendList(ListObject, ActionPage):
    """The list goes to the office."""

    permission, title, submit = "pilots.work", "报送年度任务清单", "报送"
    text = "报送后等待领导小组办公室确认，确认前不能再改。"
    does, success = actions.send_list, "已报送，等待确认"


class SendBackList(ListObject, ActionPage):
    """The office asks for a better one."""

    permission, title, submit, asks_reason = "pilots.change", "退回年度任务清单", "退回", True
    does = actions.send_back


class ConfirmYearlyList(ListObject, ActionPage):
    """The office confirms, and the items are tasks."""

    permission, title, submit = "pilots.change", "确认年度任务清单", "确认"
    does, success = actions.confirm_list, "已确认，事项已成为任务"

    def get_text(self) -> str:
        """How many tasks."""
        return (
            f"{self.object.items.count()} 项事项将成为{self.object.pilot.unit}的任务，与其他任务一样亮灯、报送、办结。"
        )


# yearly reports


class ReportObject(ObjectMixin):
    """A page about one report, of a pilot within reach."""

    object: PilotReport
    acting: Any

    def objects(self) -> QuerySet[PilotReport]:
        """Of the pilots that may be seen."""
        return queries.reports(self.acting)

    def get_crumbs(self) -> list[Crumb]:
        """The pilots, the pilot, the report."""
        pilot = self.object.pilot
        return [
            Crumb("试点单位", reverse("pilots.list")),
            Crumb(pilot.unit.name, pilot_url(pilot)),
            Crumb(f"{self.object.year} 年度报告", reverse("pilot_reports.show", args=[self.object.pk])),
        ]


class ReportPage(ReportObject, DetailPage):
    """One yearly report, with its tasks as they stood."""

    permission, title = "pilots.view", "试点年度报告"
    rail_as = "pilots.list"

    def get_title(self) -> str:
        """Whose, of which year."""
        return str(self.object)

    def get_actions(self) -> list[Act]:
        """Its paper."""
        return [
            Act(f"下载 {label}", "pilot_reports.paper", (self.object.pk, form), dialog=True)
            for form, label in FORMS.items()
        ]

    def sections(self) -> list[Any]:
        """The words, and the tasks."""
        one = self.object
        told = [
            Value("报送", one.reported_on),
            Value("认可", one.accepted_on),
            Value("总体情况", one.summary),
            Value("成效和经验", one.results),
            Value("困难和问题", one.problem),
            Value("下一步打算", one.coming),
        ]
        columns = (
            Column("title", "任务", lambda row: row["title"]),
            Column("due", "完成期限", lambda row: row["due"]),
            Column("light", "当时", lambda row: row["light"]),
            Column("why", "说明", lambda row: row["why"]),
        )
        rows = TableSection(
            "任务清单完成情况", columns, one.tasks, Empty("这一年没有已确认的清单"), f"{len(one.tasks)} 项"
        )
        return [Section("报告", told), rows]


class ReportPaper(ReportObject, OfficialPaper):
    """A report as a file, with how the list of tasks stood."""

    permission, title, makes = "pilots.view", "下载试点年度报告", actions.paper

    def called(self) -> str:
        """By the report."""
        return str(self.object)


_LIST, _ITEM = "office/pilots/lists/<uuid:id>/", "office/pilots/lists/<uuid:id>/items/<uuid:item>/"
routes = [
    page("office/pilots/<uuid:id>/lists/new/", BeginList, "pilots.begin_list"),
    page(_LIST, ListPageOfYear, "yearly_lists.show"),
    page(f"{_LIST}items/new/", NewItem, "yearly_lists.item"),
    page(f"{_LIST}send/", SendList, "yearly_lists.send"),
    page(f"{_LIST}send-back/", SendBackList, "yearly_lists.send_back"),
    page(f"{_LIST}confirm/", ConfirmYearlyList, "yearly_lists.confirm"),
    page(f"{_ITEM}edit/", ChangeItem, "yearly_lists.item.edit"),
    page(f"{_ITEM}drop/", DropItem, "yearly_lists.item.drop"),
    page("office/pilots/reports/<uuid:id>/", ReportPage, "pilot_reports.show"),
    page("office/pilots/reports/<uuid:id>/<slug:form>/", ReportPaper, "pilot_reports.paper"),
]
