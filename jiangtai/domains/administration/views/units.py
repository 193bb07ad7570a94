"""Pages about units: the tree, the list, one unit with its past, and what can be done to it."""

from typing import Any

from django.http import Http404
from django.urls import reverse

from jiangtai.access import ROLES, Acting, Grant, GroupMember, Liaison, Unit, current, phones, units
from jiangtai.web import (
    Act,
    ActionPage,
    Branch,
    Choice,
    Column,
    Crumb,
    DetailPage,
    Empty,
    Event,
    FormPage,
    ListPage,
    Masked,
    Nav,
    Node,
    ObjectMixin,
    RevealPage,
    Search,
    Section,
    TableSection,
    Tag,
    TemplateSection,
    TreePage,
    Value,
    head_of,
    page,
)

from ..forms.units import EditUnitForm, MergeUnitForm, MoveUnitForm, NewUnitForm
from ..queries import child_counts, liaison_of, unit_of

STATE_TONES = {Unit.State.ACTIVE: "ok", Unit.State.MERGED: "plain", Unit.State.CLOSED: "plain"}
FEW = 20


def show(unit: Unit | None) -> str | None:
    """A unit's page."""
    return reverse("units.show", args=[unit.pk]) if unit else None


def _above(unit: Unit) -> str | None:
    """The page of the unit above, where one reaches it."""
    above = unit.parent
    return show(above) if above and current().reach.holds(above.path) else None


class UnitTree(TreePage):
    """Both trees, opened branch by branch."""

    permission, title = "units.view", "组织树"
    rail_as = "units.list"
    keywords = "组织架构 机构"
    actions = (Act("新建单位", "units.new", primary=True), Act("看名册", "units.list"))

    def children(self, parent_id: str | None, offset: int) -> Branch:
        """One screen of a unit's children."""
        parent = unit_of(parent_id) if parent_id else None
        if parent_id and parent is None:
            return Branch([], 0)
        shown = list(units.children(parent, offset))
        counts = child_counts(shown)
        total = child_counts([parent])[parent.pk] if parent and shown else len(shown)
        return Branch([self._node(unit, counts.get(unit.pk, 0)) for unit in shown], total)

    def opened(self) -> list[str]:
        """The tops stand open."""
        return [str(unit.pk) for unit in units.children(None)]

    def _node(self, unit: Unit, below: int) -> Node:
        note = unit.get_kind_display() + (f" · 下级 {below:,}" if below else "")
        return Node(str(unit.pk), unit.name, note=note, url=show(unit) or "", has_children=below > 0)


class UnitList(ListPage):
    """All units within reach, as a list."""

    permission, title = "units.view", "单位"
    nav = Nav("队伍", "单位", 20)
    keywords = "单位名册 机构名录"
    counted, order = "个", "name"
    export_permission = "lists.export"
    columns = (
        Column(
            "name",
            "名称",
            sort="pinyin",
            link=show,
            note=lambda unit: unit.short_name if unit.short_name != unit.name else "",
        ),
        Column("kind", "类别", "get_kind_display", sort="kind"),
        Column("parent", "上级单位", lambda unit: str(unit.parent or ""), link=_above),
        Column("code", "代码", sort="code", kind="code"),
        Column("telephone", "公开电话"),
        Column("address", "地址", hidden=True),
        Column("state", "状态", lambda unit: Tag(unit.get_state_display(), STATE_TONES[unit.state]), kind="tag"),
        Column("made_at", "建立时间", kind="date", sort="made_at", hidden=True),
    )
    conditions = (
        Search(
            "名称、拼音首字母、代码",
            match=lambda rows, text: rows.filter(pk__in=units.search(text, every=True).values("pk")),
        ),
        Choice("类别", "kind", choices=Unit.Kind.choices),
        Choice("组织树", "tree", choices=Unit.Tree.choices),
        Choice("状态", "state", choices=Unit.State.choices),
    )
    actions = (Act("新建单位", "units.new", primary=True), Act("看组织树", "units.tree"))
    empty = Empty("还没有单位", "先建立本级单位，再逐级添加下级。", Act("新建单位", "units.new"))

    def rows(self) -> Any:
        """Every unit within reach, past ones too."""
        return Unit.objects.select_related("parent")


class UnitObject(ObjectMixin):
    """A page about one unit."""

    object: Unit
    acting: Acting

    def objects(self) -> Any:
        """Units within reach."""
        return Unit.objects.select_related("parent", "merged_into", "serves")

    def next_url(self, saved: Any) -> str:
        """Back to the unit."""
        return reverse("units.show", args=[(saved if isinstance(saved, Unit) else self.object).pk])

    def get_crumbs(self) -> list[Crumb]:
        """The units above, as far as they are within reach."""
        return [*lineage(self.object, self.acting), Crumb(str(self.object), show(self.object) or "")]


def lineage(unit: Unit, acting: Any) -> list[Crumb]:
    """The way down to a unit."""
    above = [one for one in units.above(unit)[:-1] if acting.reach.holds(one.path)]
    return [Crumb("单位", reverse("units.list")), *(Crumb(str(one), show(one) or "") for one in above)]


class UnitPage(UnitObject, DetailPage):
    """One unit: what it is, who works there, what became of it."""

    permission, title, life_title = "units.view", "单位", "沿革"
    parents = ("units.list",)

    def get_crumbs(self) -> list[Crumb]:
        """Without the unit itself."""
        return lineage(self.object, self.acting)

    def get_object(self) -> Unit:
        """An id once given out goes on resolving: also for whoever sees only the unit that it was merged into."""
        unit = Unit.unscoped.select_related("parent", "merged_into", "serves").filter(pk=self.kwargs["id"]).first()
        if unit is None or not any(self.acting.reach.holds(one.path) for one in (unit, units.present(unit))):
            raise Http404
        return unit

    def get_title(self) -> str:
        """The full name."""
        return self.object.name

    def get_tags(self) -> list[Tag]:
        """Said only where it no longer acts."""
        unit = self.object
        return [] if unit.is_active else [Tag(unit.get_state_display(), "warn")]

    def get_actions(self) -> list[Act]:
        """What can be done to a unit that still acts."""
        unit = self.object
        if not unit.is_active:
            return []
        return [
            Act("新建下级", "units.new", query=f"under={unit.pk}"),
            Act("移动", "units.move", (unit.pk,)),
            Act("合并", "units.merge", (unit.pk,)),
            Act("撤销", "units.close", (unit.pk,), danger=True, dialog=True),
            Act("修改", "units.edit", (unit.pk,), primary=True),
        ]

    def sections(self) -> list[Any]:
        """Basics, liaison, children, people, groups."""
        return [*self._merged(), self._basics(), *self._liaison(), self._children(), *self._people(), *self._groups()]

    def events(self) -> list[Event]:
        """Every change, the latest first."""
        rows = self.object.versions.select_related("parent")
        return [Event(_change(row), row.since, row.by_name, row.reason) for row in rows]

    def _merged(self) -> list[TemplateSection]:
        """Where to go instead."""
        if self.object.merged_into is None:
            return []
        now = units.present(self.object)
        url = show(now) if self.acting.reach.holds(now.path) else ""
        return [TemplateSection("administration/merged.html", {"unit": self.object, "now": now, "url": url})]

    def _basics(self) -> Section:
        unit = self.object
        values = [
            Value("全称", unit.name),
            Value("简称", unit.short_name),
            Value("类别", f"{unit.get_kind_display()}（{unit.get_tree_display()}树）"),
            Value("上级单位", str(unit.parent or "无"), url=_above(unit) or ""),
            Value("代码", unit.code),
            Value("地址", unit.address),
            Value("公开电话", unit.telephone),
        ]
        if unit.serves:
            values.append(Value("对应的行政单位", str(unit.serves), url=show(unit.serves) or ""))
        return Section("基本情况", values)

    def _liaison(self) -> list[Section]:
        liaison = liaison_of(self.object) if self.acting.may("liaisons.view") else None
        if liaison is None:
            return []
        url = reverse("liaisons.reveal", args=[liaison.pk]) if self.acting.may("phones.reveal") else ""
        phone = phones.masked(liaison.pk, phones.LIAISON)
        source = liaison.inquiry.get_source_display() if liaison.inquiry else ""
        values = [
            Value("姓名", liaison.name, source=f"{source} {liaison.since}"),
            Value("职务", liaison.position),
            Value("手机号", Masked(phone, url) if phone else None),
        ]
        return [Section("联络员", values)]

    def _children(self) -> TableSection:
        rows = list(units.children(self.object)[:FEW])
        counts = child_counts(rows)
        columns = (
            Column("name", "名称", link=show),
            Column("kind", "类别", "get_kind_display"),
            Column("below", "下级", lambda unit: counts.get(unit.pk, 0), kind="num"),
        )
        total = child_counts([self.object]).get(self.object.pk, 0)
        more = f"{reverse('units.tree')}?open={self.object.pk}" if total > FEW else ""
        return TableSection(
            "下级单位", columns, rows, Empty("没有下级单位"), note=f"{total:,} 个", total=total, more=more
        )

    def _people(self) -> list[TableSection]:
        if not self.acting.may("accounts.view"):
            return []
        rows = Grant.objects.filter(Grant.HELD, unit=self.object).select_related("account").order_by("made_at")
        columns = (
            Column("name", "姓名", "account.name", link=lambda row: reverse("accounts.show", args=[row.account_id])),
            Column("role", "角色", lambda row: ROLES[row.role].label),
            Column("made_at", "授权时间", kind="date"),
        )
        empty = Empty("还没有人在这里任职", "在“账号”里给人授予本单位的角色。")
        return [TableSection("在此任职", columns, empty=empty, **head_of(rows, FEW))]

    def _groups(self) -> list[Section]:
        rows = self.object.groups.filter(GroupMember.NOW).select_related("group")
        opens = self.acting.may("groups.view")
        values = [
            Value(str(row.group), f"{row.since} 加入", url=reverse("groups.show", args=[row.group_id]) if opens else "")
            for row in rows
        ]
        return [Section("产业生态圈", values)] if values else []


def _change(row: Any) -> str:
    if row.change in ("created", "moved") and row.parent:
        return f"{row.get_change_display()}：{row.name}（上级 {row.parent}）"
    return f"{row.get_change_display()}：{row.name}"


class NewUnit(FormPage):
    """Found a unit."""

    permission, title, submit = "units.change", "新建单位", "建立"
    parents, form = ("units.list",), NewUnitForm
    is_listed = True
    groups = (
        ("单位", ("parent", "kind", "name", "short_name", "code")),
        ("联系", ("address", "telephone")),
        ("依据", ("since", "reason")),
    )

    def initial(self) -> dict[str, Any]:
        """Under the unit from which one came."""
        return {"parent": self.request.GET.get("under", "")}

    def save(self, form: Any) -> Unit:
        """Found it."""
        return units.found(**form.cleaned_data)

    def said(self, saved: Unit) -> str:
        """Its name."""
        return f"已建立“{saved}”"

    def next_url(self, saved: Unit) -> str:
        """To the new unit."""
        return reverse("units.show", args=[saved.pk])


class EditUnit(UnitObject, FormPage):
    """Change a unit."""

    permission, title, parents, form = "units.change", "修改单位", ("units.list",), EditUnitForm
    is_listed = False
    groups = (
        ("单位", ("name", "short_name", "code")),
        ("联系", ("address", "telephone")),
        ("依据", ("since", "reason")),
    )

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.object, name) for name in ("name", "short_name", "code", "address", "telephone")}

    def save(self, form: Any) -> Unit:
        """Change what differs."""
        return units.change(self.object, **form.cleaned_data)


class MoveUnit(UnitObject, FormPage):
    """Put a unit under another."""

    permission, title, submit, parents, form = "units.restructure", "移动单位", "移动", ("units.list",), MoveUnitForm
    intro = "下级单位随之移动；账号、授权和历史都不变，只是隶属不同。"
    is_listed, success = False, "已移动"

    def save(self, form: Any) -> Unit:
        """Move it."""
        return units.move(self.object, **form.cleaned_data)


class MergeUnit(UnitObject, FormPage):
    """Let a unit go up in another."""

    permission, title, submit, parents, form = "units.restructure", "合并单位", "合并", ("units.list",), MergeUnitForm
    intro = "下级单位、账号和生态圈成员转入目标单位；原单位的授权、联络员和填报随之终止，授权由安全保密管理员重新授予。"
    is_listed, success = False, "已合并"

    def save(self, form: Any) -> Unit:
        """Merge it."""
        return units.merge(self.object, **form.cleaned_data)


class CloseUnit(UnitObject, ActionPage):
    """End a unit."""

    permission, title, parents, submit, danger, asks_reason = (
        "units.restructure",
        "撤销单位",
        ("units.list",),
        "撤销",
        True,
        True,
    )
    text = "撤销后不能再选用，历史记录不变。有下级或有人任职的单位须先移走或收回。"

    def get_question(self) -> str:
        """With its name."""
        return f"撤销“{self.object}”？"

    def act(self, reason: str) -> str:
        """Close it."""
        units.close(self.object, reason=reason)
        return f"已撤销“{self.object}”"


class RevealLiaison(ObjectMixin, RevealPage):
    """A liaison officer's phone, for a reason."""

    permission, title, what, parents = "phones.reveal", "显示手机号", "联络员手机号", ("units.list",)

    def objects(self) -> Any:
        """Within reach."""
        return Liaison.objects.select_related("unit")

    def value(self, reason: str) -> str:
        """From the vault."""
        return phones.reveal(self.object.pk, phones.LIAISON, reason, target=self.object.unit)


routes = [
    page("office/units/", UnitList, "units.list"),
    page("office/units/tree/", UnitTree, "units.tree"),
    page("office/units/new/", NewUnit, "units.new"),
    page("office/units/<uuid:id>/", UnitPage, "units.show"),
    page("office/units/<uuid:id>/edit/", EditUnit, "units.edit"),
    page("office/units/<uuid:id>/move/", MoveUnit, "units.move"),
    page("office/units/<uuid:id>/merge/", MergeUnit, "units.merge"),
    page("office/units/<uuid:id>/close/", CloseUnit, "units.close"),
    page("office/liaisons/<uuid:id>/phone/", RevealLiaison, "liaisons.reveal"),
]
