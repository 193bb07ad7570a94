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
    ActionPage,
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
from ..forms.employers import DelistForm, EnlistForm, InvestigateForm

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
        if not queries.keeps(self.acting):
            return []
        return [Act("核查中的单位", "investigations.list"), Act("列入黑名单", "blacklist.enlist", primary=True)]


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
                Value("事由发生日", fact.caused or row.day),
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
        empty = Empty("事由发生那天没有已确认的责任人", "单位受限；以后登记的责任人不追溯。")
        note = "事由发生那天的责任人，列入前换人的也在内；职工不受影响"
        return TableSection("一并受限的责任人", columns, bars, empty, note=note)


class Enlist(FormPage):
    """Put an employer on the blacklist."""

    permission, title, submit, form = "blacklist.change", "列入黑名单", "列入", EnlistForm
    parents, success = ("blacklist.list",), "已列入黑名单"
    intro = "列入后，单位和事由发生那天的责任人受限到期满日；职工不受影响。还有待确认的责任人登记的，请先确认或退回。"

    def initial(self) -> dict[str, Any]:
        """What the investigation says already, where one leads here."""
        asked = self.request.GET.get("from", "")
        rows = queries.investigations(self.acting)
        found = next((row for row in rows.current() if str(row.pk) == asked), None) if asked else None
        return {"unit": found.subject, "why": found.fact.why.value, "caused": found.fact.caused} if found else {}

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


class Investigations(ListPage):
    """Who is, or was, looked into for the blacklist."""

    permission, title, parents = "blacklist.change", "黑名单核查", ("blacklist.list",)
    keywords = "立案 核查 拟列入"
    counted, order, exports = "条", "-day", False
    columns = (
        Column("unit", "用人单位", lambda row: row.unit.name, note=lambda row: row.unit.code),
        Column("why", "事由", lambda row: row.fact.why.label),
        Column("caused", "事由发生日", lambda row: row.fact.caused, kind="date"),
        Column("decision", "立案文号", lambda row: row.fact.decision),
        Column("day", "立案日期", kind="date", sort="day"),
        Column("state", "状态", lambda row: Tag("已结束") if row.is_over else Tag("核查中", "warn"), kind="tag"),
        Column("enlist", "列入", lambda row: "" if row.is_over else "列入黑名单",
               link=lambda row: "" if row.is_over else f"{reverse('blacklist.enlist')}?from={row.pk}"),
        Column("close", "结束", lambda row: "" if row.is_over else "不列入，结束",
               link=lambda row: "" if row.is_over else reverse("investigations.close", args=[row.pk])),
    )  # fmt: skip
    actions = (Act("列入核查", "investigations.new", primary=True),)
    empty = Empty("没有核查中的单位", "列入核查后，单位的责任人不能变更，直到核查结束。")

    def rows(self) -> Any:
        """All of it for who keeps the list, else what concerns units within reach."""
        return queries.investigations(self.acting)


class Investigate(FormPage):
    """Begin to look into an employer for the blacklist."""

    permission, title, submit, form = "blacklist.change", "列入核查", "列入核查", InvestigateForm
    parents, success = ("blacklist.list", "investigations.list"), "已列入核查，责任人不能变更，直到核查结束"
    intro = "核查期间单位不受限，但责任人不能变更：列入时按事由发生那天的责任人办理。"

    def save(self, form: Any) -> Any:
        """Begin."""
        if not queries.keeps(self.acting):
            raise Refused(NOT_KEPT, "keeper")
        values = form.cleaned_data
        return people.investigate(**{**values, "why": ListingReason(values["why"])})


class CloseInvestigation(ObjectMixin, ActionPage):
    """Nothing came of it: the employer is not listed."""

    permission, title, submit, asks_reason = "blacklist.change", "结束核查", "结束核查", True
    parents = ("blacklist.list", "investigations.list")
    text = "结束后不列入黑名单，单位的责任人可以变更；核查记录保留。"
    object: FactRow

    def objects(self) -> Any:
        """Those that go on."""
        return queries.investigations(self.acting).current()

    def get_question(self) -> str:
        """Of which employer."""
        return f"结束对“{self.object.unit}”的核查，不列入黑名单？"

    def act(self, reason: str) -> str:
        """End it."""
        if not queries.keeps(self.acting):
            raise Refused(NOT_KEPT, "keeper")
        people.close_investigation(self.object, reason=reason)
        return "已结束核查"


routes = [
    page("office/blacklist/investigations/", Investigations, "investigations.list"),
    page("office/blacklist/investigations/new/", Investigate, "investigations.new"),
    page("office/blacklist/investigations/<uuid:id>/close/", CloseInvestigation, "investigations.close"),
    page("office/blacklist/", Blacklist, "blacklist.list"),
    page("office/blacklist/new/", Enlist, "blacklist.enlist"),
    page("office/blacklist/<uuid:id>/", ListingPage, "blacklist.show"),
    page("office/blacklist/<uuid:id>/exit/", Delist, "blacklist.delist"),
]
