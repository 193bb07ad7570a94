"""Sets of dockets (三张清单): listed, set up, begun, ended."""

from typing import Any

from django.http import Http404
from django.urls import reverse

from jiangtai.web import (
    Act,
    ActionPage,
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
    Search,
    Section,
    TableSection,
    Tag,
    Value,
    page,
)

from ..actions import dockets as actions
from ..forms.dockets import DescribeForm, ListForm, SetForm
from ..models import Docket, DocketColumn, DocketSet, Keeper
from ..queries import dockets as queries
from ..rules.lights import Tone
from .dockets import STATES, rows_url, show


class SetList(ListPage):
    """The sets that one defines or keeps."""

    permission, title, counted = "dockets.view", "工作清单", "组"
    nav = Nav("改革方案", "工作清单", 54)
    keywords = "三张清单 思想清单 竞赛清单 权益清单 责任清单"
    conditions = (
        Search("名称", fields=("title__contains",)),
        Choice("状态", "state", choices=DocketSet.State.choices),
    )
    columns = (
        Column("title", "清单组", link=show, note=lambda row: row.about),
        Column("unit", "主办单位", lambda row: str(row.unit)),
        Column("lists", "清单", kind="num"),
        Column("kept_by", "填报单位", kind="num"),
        Column("number", "条目", kind="num"),
        Column("done", "已完成", kind="num"),
        Column("begun_on", "启用日期", kind="date", sort=("begun_on", "id")),
        Column("state", "状态", lambda row: STATES[row.state], kind="tag"),
    )
    actions = (Act("设清单", "dockets.new", primary=True),)
    empty = Empty(
        "还没有清单",
        "先起名、写明有哪几张清单，再设栏目和填报单位，启用后各单位填自己的。",
        Act("设清单", "dockets.new"),
    )

    def rows(self) -> Any:
        """Those seen."""
        return queries.counted(queries.seen(self.acting))


class NewSet(FormPage):
    """A set is defined."""

    permission, title, form, submit, parents = "dockets.change", "设清单", SetForm, "下一步", ("dockets.list",)
    intro = "先起名，写明有哪几张清单；栏目、填报单位和确认周期在下一步逐张设。"
    success = "已存为草稿，请逐张设栏目和填报单位"

    def save(self, form: Any) -> DocketSet:
        """As a draft."""
        return actions.define(**form.cleaned_data)

    def next_url(self, saved: DocketSet) -> str:
        """To it."""
        return show(saved)


class SetObject(ObjectMixin):
    """A page about one set that one sees."""

    object: DocketSet
    acting: Any

    def objects(self) -> Any:
        """Those seen."""
        return queries.seen(self.acting)

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the set."""
        return [Crumb("工作清单", reverse("dockets.list")), Crumb(self.object.title, show(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return show(self.object)


class HostedSet(SetObject):
    """A page on which only the office that defined a set works."""

    def prepare(self) -> None:
        """Only the host's."""
        super().prepare()
        if not queries.is_host(self.object, self.acting):
            raise Http404


class SetPage(SetObject, DetailPage):
    """One set: its lists with columns, keepers and how far they are."""

    permission, title, parents = "dockets.view", "清单组", ("dockets.list",)

    def get_title(self) -> str:
        """Its name."""
        return self.object.title

    def get_tags(self) -> list[Tag]:
        """Where it stands."""
        return [STATES[self.object.state]]

    def get_actions(self) -> list[Act]:
        """What its state allows its host."""
        at, state = (self.object.pk,), self.object.state
        if not queries.is_host(self.object, self.acting) or state == DocketSet.State.ENDED:
            return []
        change = [Act("加一张清单", "dockets.add", at, dialog=True), Act("修改", "dockets.edit", at, dialog=True)]
        if state == DocketSet.State.DRAFT:
            drop = Act("删除", "dockets.drop", at, danger=True, dialog=True)
            return [drop, *change, Act("启用", "dockets.begin", at, primary=True, dialog=True)]
        return [*change, Act("结束", "dockets.end", at, dialog=True)]

    def sections(self) -> list[Any]:
        """The lists; in a draft what each still lacks."""
        one = self.object
        rows = list(one.dockets.order_by("place"))
        kept: dict[Any, list[Any]] = {}
        for row in queries.keepers(Keeper.unscoped.filter(docket__set=one)):
            kept.setdefault(row.docket_id, []).append(row)
        columns: dict[Any, list[str]] = {}
        for column in DocketColumn.objects.filter(docket__in=rows, ended_on__isnull=True).order_by("place"):
            columns.setdefault(column.docket_id, []).append(column.title)
        is_host = queries.is_host(one, self.acting)
        told = [
            Column("title", "清单", link=lambda row: self._url(row), note=lambda row: row.about),
            Column("columns", "栏目", lambda row: ["事项", *columns.get(row.pk, []), "完成期限", "印证材料"]),
            Column("kept", "填报单位", lambda row: len(kept.get(row.pk, [])), kind="num"),
            Column("every", "确认", "get_every_display"),
            Column("state", "填报情况", lambda row: self._state(kept.get(row.pk, [])), kind="tag"),
        ]
        if is_host and one.state != DocketSet.State.ENDED:
            told.append(
                Column(
                    "set_up",
                    "",
                    lambda row: "设置",
                    link=lambda row: reverse("dockets.design", args=[row.pk]),
                    kind="act",
                )
            )
        empty = Empty("还没有清单", "一组至少一张，如 思想清单。", Act("加一张清单", "dockets.add", (one.pk,)))
        note = "逐张点“设置”设栏目、填报单位和确认周期，再启用" if one.state == DocketSet.State.DRAFT else ""
        values = [Value("主办单位", one.unit.name), Value("说明", one.about)]
        return [TableSection("清单", told, rows, empty, note), Section("", values)]

    def _url(self, row: Docket) -> str:
        is_draft = self.object.state == DocketSet.State.DRAFT
        return reverse("dockets.design", args=[row.pk]) if is_draft else rows_url(row)

    def _state(self, rows: list[Any]) -> Tag:
        if self.object.state == DocketSet.State.DRAFT:
            return Tag("可以启用", "ok") if rows else Tag("还没有设填报单位", "warn")
        behind = sum(queries.standing(row)[0] == Tone.RED for row in rows)
        return Tag(f"{behind} 家滞后", "bad") if behind else Tag("没有滞后", "ok")

    def events(self) -> list[Event]:
        """Its life."""
        one = self.object
        life = [Event("设草稿", one.made_at, one.by_name)]
        if one.begun_on:
            life.insert(0, Event("启用", one.begun_on, text="已通知填报单位"))
        if one.ended_on:
            life.insert(0, Event("结束", one.ended_on))
        return life


class EditSet(HostedSet, FormPage):
    """Change what a set is called."""

    permission, title, form, submit, is_listed = "dockets.change", "修改清单组", DescribeForm, "保存", False

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        return {"title": self.object.title, "about": self.object.about}

    def save(self, form: Any) -> DocketSet:
        """Change it."""
        return actions.describe(self.object, **form.cleaned_data)


class AddList(HostedSet, FormPage):
    """Another list."""

    permission, title, form, submit, is_listed = "dockets.change", "加一张清单", ListForm, "加入", False

    def initial(self) -> dict[str, Any]:
        """Confirmed every quarter."""
        return {"every": Docket.Every.QUARTER}

    def save(self, form: Any) -> Docket:
        """Add it."""
        return actions.add_list(self.object, **form.cleaned_data)

    def next_url(self, saved: Docket) -> str:
        """To its columns."""
        return reverse("dockets.design", args=[saved.pk])


class BeginSet(HostedSet, ActionPage):
    """A set is put in use."""

    permission, title, submit = "dockets.change", "启用清单", "启用"
    text = "启用后通知各填报单位，清单和栏目的名称、类型不能再改（可以停用、另加）。"
    does, success = actions.begin, "已启用，并通知填报单位"


class EndSet(HostedSet, ActionPage):
    """A set ends."""

    permission, title, submit = "dockets.change", "结束清单", "结束"
    text = "结束后不能再填，已填内容可以查看和导出。"
    does = actions.end


class DropSet(HostedSet, ActionPage):
    """A draft is thrown away."""

    permission, title, submit, danger = "dockets.change", "删除清单草稿", "删除", True
    does, leads_to = actions.drop, "dockets.list"


# one list


_SET = "office/dockets/<uuid:id>/"
routes = [
    page("office/dockets/", SetList, "dockets.list"),
    page("office/dockets/new/", NewSet, "dockets.new"),
    page(_SET, SetPage, "dockets.set"),
    page(f"{_SET}edit/", EditSet, "dockets.edit"),
    page(f"{_SET}lists/new/", AddList, "dockets.add"),
    page(f"{_SET}begin/", BeginSet, "dockets.begin"),
    page(f"{_SET}end/", EndSet, "dockets.end"),
    page(f"{_SET}drop/", DropSet, "dockets.drop"),
]
