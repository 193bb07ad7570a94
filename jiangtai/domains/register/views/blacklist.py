"""The blacklist of employers: who stands on it, how one comes on it, and how one leaves it early."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from jiangtai import ledger, people
from jiangtai.access import Refused, Unit
from jiangtai.kernel import clock
from jiangtai.ledger import FactRow
from jiangtai.people import EmployerBlacklisted, EmployerDelisted, ListingReason
from jiangtai.web import (
    Act,
    Choice,
    Column,
    Crumb,
    DetailPage,
    Empty,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Section,
    TableSection,
    Tag,
    Value,
    page,
)

from .. import queries
from ..forms.employers import DelistForm, EnlistForm

STATES = (("now", "在列"), ("past", "已移出或期满"))
NOT_KEPT = "黑名单由人力资源和社会保障部门、领导小组办公室办理，您的单位只能查看"


def state_of(row: Any) -> Tag:
    """Whether an entry stands."""
    if row.is_off:
        return Tag("提前移出", "plain")
    return Tag("期满", "plain") if row.until < clock.today() else Tag("在列", "bad")


def _listing(row: Any) -> str:
    return reverse("blacklist.show", args=[row.pk])


COLUMNS = (
    Column("why", "事由", lambda row: row.fact.why.label, link=_listing),
    Column("decision", "决定文号", lambda row: row.fact.decision),
    Column("day", "列入日期", kind="date", sort="day"),
    Column("until", "期满日", kind="date", sort="until"),
    Column("state", "状态", state_of, kind="tag"),
)


def of_employer(unit: Unit) -> list[Any]:
    """Every entry of an employer, the latest first."""
    off = ledger.every(EmployerDelisted).filter(ends=OuterRef("pk"))
    rows = ledger.every(EmployerBlacklisted).of(unit.pk).annotate(is_off=Exists(off))
    return list(rows.order_by("-day", "-id"))


def _in_state(rows: Any, value: str) -> Any:
    now = rows.current().values("pk")
    return rows.filter(pk__in=now) if value == "now" else rows.exclude(pk__in=now)


class Blacklist(ListPage):
    """Every entry, those that stand and those that are past."""

    permission, title = "blacklist.view", "黑名单"
    nav = Nav("权益与服务", "黑名单", 40)
    keywords = "失信 拖欠工资 欠薪"
    counted, order, export_permission = "条", "-day", "blacklist.change"
    columns = (
        Column("unit", "用人单位", lambda row: row.unit.name, link=_listing, note=lambda row: row.unit.code),
        *(Column(one.key, one.label, one.value, sort=one.sort, kind=one.kind) for one in COLUMNS),
    )
    conditions = (
        Choice("状态", "state", choices=STATES, match=_in_state),
        Choice("事由", "why", choices=[(one.value, one.label) for one in ListingReason], field="payload__why"),
    )
    empty = Empty("黑名单上没有单位", "列入后，单位和责任人在评优、补贴等事项中受限；职工不受影响。")

    def rows(self) -> Any:
        """All of it for who keeps it, else what concerns units within reach."""
        return queries.listings(self.acting)

    def get_actions(self) -> list[Act]:
        """To list an employer, for who keeps the list."""
        return [Act("列入黑名单", "blacklist.enlist", primary=True)] if queries.keeps(self.acting) else []


class ListingObject(ObjectMixin):
    """A page about one entry."""

    object: Any

    def objects(self) -> Any:
        """As the list shows them."""
        return queries.listings(self.acting)  # type: ignore[attr-defined]

    def get_crumbs(self) -> list[Crumb]:
        """Through the list and the entry."""
        return [Crumb("黑名单", reverse("blacklist.list")), Crumb(str(self.object.unit), _listing(self.object))]

    def next_url(self, saved: Any) -> str:
        """Back to the entry."""
        return _listing(self.object)


class ListingPage(ListingObject, DetailPage):
    """One entry: why, until when, and who is barred with the employer."""

    permission, title = "blacklist.view", "黑名单记录"
    parents = ("blacklist.list",)

    def get_crumbs(self) -> list[Crumb]:
        """Without the entry."""
        return [Crumb("黑名单", reverse("blacklist.list"))]

    def get_title(self) -> str:
        """The employer."""
        return str(self.object.unit.name)

    def get_tags(self) -> list[Tag]:
        """How it stands."""
        return [state_of(self.object)]

    def get_actions(self) -> list[Act]:
        """To take it off, while it stands."""
        is_open = queries.keeps(self.acting) and self.get_tags()[0].label == "在列"
        return [Act("提前移出", "blacklist.delist", (self.object.pk,), dialog=True)] if is_open else []

    def sections(self) -> list[Any]:
        """The decision, and whom it bars."""
        row, fact = self.object, self.object.fact
        decision = Section(
            "列入决定",
            [
                Value("用人单位", row.unit.name),
                Value("统一社会信用代码", row.unit.code),
                Value("事由", fact.why.label),
                Value("决定文号", fact.decision),
                Value("列入日期", row.day),
                Value("期满日", row.until),
            ],
        )
        return [decision, self._barred()]

    def events(self) -> list[Any]:
        """Entry and exit."""
        off = ledger.every(EmployerDelisted).filter(ends=self.object.pk).select_related("unit")
        return queries.events_of([*off, self.object])

    def _barred(self) -> TableSection:
        bars = list(people.bars_of(self.object.pk))
        names = people.names_in_case(bar.subject for bar in bars)
        standing = set(people.bars_of(self.object.pk).current().values_list("pk", flat=True))
        columns = (
            Column("name", "姓名", lambda row: names.get(row.subject, "")),
            Column("until", "受限至", kind="date"),
            Column(
                "state",
                "状态",
                lambda row: Tag("受限", "bad") if row.pk in standing else Tag("已解除", "plain"),
                kind="tag",
            ),
        )
        empty = Empty("列入时没有登记责任人", "单位受限；以后登记的责任人不追溯。")
        return TableSection("一并受限的责任人", columns, bars, empty, note="职工不受影响")


class Enlist(FormPage):
    """Put an employer on the blacklist."""

    permission, title, submit, form = "blacklist.change", "列入黑名单", "列入", EnlistForm
    parents, success = ("blacklist.list",), "已列入黑名单"
    intro = "列入后，单位和当时登记的责任人受限到期满日；职工不受影响。请先登记责任人，再列入。"

    def save(self, form: Any) -> Any:
        """List it."""
        if not queries.keeps(self.acting):
            raise Refused(NOT_KEPT, "keeper")
        values = form.cleaned_data
        return people.enlist(**{**values, "why": ListingReason(values["why"])})

    def next_url(self, saved: Any) -> str:
        """To the new entry."""
        return reverse("blacklist.show", args=[saved])


class Delist(ListingObject, FormPage):
    """Take an employer off the blacklist early."""

    permission, title, submit, form = "blacklist.change", "提前移出", "移出", DelistForm
    parents, is_listed, success = ("blacklist.list",), False, "已移出黑名单"
    object: FactRow

    def save(self, form: Any) -> Any:
        """Take it off."""
        if not queries.keeps(self.acting):
            raise Refused(NOT_KEPT, "keeper")
        return people.delist(self.object, **form.values())


routes = [
    page("office/blacklist/", Blacklist, "blacklist.list"),
    page("office/blacklist/new/", Enlist, "blacklist.enlist"),
    page("office/blacklist/<uuid:id>/", ListingPage, "blacklist.show"),
    page("office/blacklist/<uuid:id>/exit/", Delist, "blacklist.delist"),
]
