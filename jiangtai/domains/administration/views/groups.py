"""Pages about industrial ecosystems: which units of both trees belong together."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from jiangtai.access import GroupMember, UnitGroup, groups
from jiangtai.web import (
    Act,
    ActionPage,
    Column,
    Crumb,
    DetailPage,
    Empty,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Search,
    Section,
    TableSection,
    Value,
    head_of,
    page,
)

from ..forms.units import GroupForm, JoinGroupForm
from .units import show

MOST = 200


class GroupList(ListPage):
    """All ecosystems."""

    permission, title, counted, order = "groups.view", "产业生态圈", "个", "name"
    nav = Nav("队伍", "产业生态圈", 40)
    columns = (
        Column("name", "名称", sort="name", link=lambda row: reverse("groups.show", args=[row.pk])),
        Column("note", "说明"),
        Column("members", "成员单位", "active", kind="num", sort="active"),
    )
    conditions = (Search("名称", fields=("name__contains",)),)
    export_permission = "lists.export"
    actions = (Act("新建产业生态圈", "groups.new", primary=True),)
    empty = Empty(
        "还没有产业生态圈",
        "产业生态圈跨行政树和工会树，把同一产业的单位归在一起。",
        Act("新建产业生态圈", "groups.new"),
    )

    def rows(self) -> Any:
        """With the number of units within reach that belong now."""
        inside = Q(members__until__isnull=True) & Q(members__unit__path__within=self.acting.reach)
        return UnitGroup.objects.annotate(active=Count("members", filter=inside))


class GroupObject(ObjectMixin):
    """A page about one ecosystem."""

    def objects(self) -> Any:
        """All of them: a group's name is no secret between units."""
        return UnitGroup.objects.all()

    def next_url(self, saved: Any) -> str:
        """Back to the group."""
        return reverse("groups.show", args=[self.object.pk])

    def get_crumbs(self) -> list[Crumb]:
        """The list, then the group."""
        return [
            Crumb("产业生态圈", reverse("groups.list")),
            Crumb(str(self.object), reverse("groups.show", args=[self.object.pk])),
        ]


class GroupPage(GroupObject, DetailPage):
    """One ecosystem and its members."""

    permission, title, parents = "groups.view", "产业生态圈", ("groups.list",)

    def get_title(self) -> str:
        """Its name."""
        return self.object.name

    def get_actions(self) -> list[Act]:
        """A unit may be added."""
        return [Act("加入单位", "groups.join", (self.object.pk,), primary=True)]

    def sections(self) -> list[Any]:
        """What it is and who belongs."""
        members = GroupMember.objects.filter(group=self.object).select_related("unit").order_by("until", "unit__pinyin")
        columns = [
            Column("unit", "单位", lambda row: row.unit.name, link=lambda row: show(row.unit)),
            Column("kind", "类别", lambda row: row.unit.get_kind_display()),
            Column("since", "加入", kind="date"),
            Column("until", "退出", lambda row: row.until or "", kind="date"),
        ]
        if self.acting.may("groups.change"):
            columns.append(Column("leave", "", lambda row: "" if row.until else "退出", link=_leave, kind="act"))
        empty = Empty("还没有成员单位", "把企业、院校和工会加入进来。")
        return [
            Section("说明", [Value("说明", self.object.note)]),
            TableSection("成员单位", columns, empty=empty, **head_of(members, MOST)),
        ]


def _leave(row: GroupMember) -> str | None:
    return None if row.until else reverse("groups.leave", args=[row.pk])


class NewGroup(FormPage):
    """Found an ecosystem."""

    permission, title, parents, form, submit = "groups.change", "新建产业生态圈", ("groups.list",), GroupForm, "建立"

    def save(self, form: Any) -> UnitGroup:
        """Found it."""
        return groups.make(**form.cleaned_data)

    def next_url(self, saved: UnitGroup) -> str:
        """To the group."""
        return reverse("groups.show", args=[saved.pk])


class JoinGroup(GroupObject, FormPage):
    """A unit joins."""

    permission, title, parents, form, submit, is_listed = (
        "groups.change",
        "加入单位",
        ("groups.list",),
        JoinGroupForm,
        "加入",
        False,
    )

    def save(self, form: Any) -> GroupMember:
        """Join."""
        return groups.join(self.object, **form.cleaned_data)


class LeaveGroup(ObjectMixin, ActionPage):
    """A unit leaves."""

    permission, title, parents, submit = "groups.change", "退出产业生态圈", ("groups.list",), "退出"
    does, success = groups.leave, "“{one.unit}”已退出"

    def objects(self) -> Any:
        """Members within reach."""
        return GroupMember.objects.filter(GroupMember.NOW).select_related("unit", "group")

    def get_question(self) -> str:
        """Who leaves what."""
        return f"“{self.object.unit}”退出“{self.object.group}”？"

    def next_url(self, saved: Any) -> str:
        """Back to the group."""
        return reverse("groups.show", args=[self.object.group_id])


routes = [
    page("office/groups/", GroupList, "groups.list"),
    page("office/groups/new/", NewGroup, "groups.new"),
    page("office/groups/<uuid:id>/", GroupPage, "groups.show"),
    page("office/groups/<uuid:id>/join/", JoinGroup, "groups.join"),
    page("office/groups/members/<uuid:id>/leave/", LeaveGroup, "groups.leave"),
]
