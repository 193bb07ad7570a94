"""The pages of claims: what others say a figure was, beside what is computed, with the difference and its rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.access import Unit
from jiangtai.kernel import clock
from jiangtai.people import Employment, Person, those
from jiangtai.web import (
    Act,
    ActionPage,
    Choice,
    Column,
    DetailPage,
    Empty,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Section,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    admits,
    export,
    page,
)

from .. import naming
from ..claims import WHY, Compared, compared, enter_claim, withdraw_claim
from ..computing import named
from ..declare import Indicator
from ..forms import ClaimForm
from ..lights import said
from ..measures import Kind
from ..models import IN_FORCE, Claim
from ..periods import Period
from ..places import figure_url
from . import lines
from .asking import age_of, open_indicators, opened, parts
from .figures import NO_LAKE

SHOWN, CHUNK = 50, 2_000


def within(acting: Any) -> Any:
    """The claims that who acts may see."""
    keys = [one.key for one in open_indicators(acting)]
    return Claim.objects.filter(IN_FORCE, indicator__in=keys).select_related("unit", "at_unit")


def difference(found: Compared) -> Tag:
    """By how much they differ, in words."""
    if found.difference is None:
        return Tag("没有可比的数", "plain")
    if not found.difference:
        return Tag("一致", "ok")
    gap = said(abs(found.difference), found.figure.indicator.unit, is_difference=True).strip()
    return Tag(f"{'多报' if found.difference > 0 else '少报'} {gap}", "warn")


def told(value: float | None, one: Indicator) -> str:
    """A number with its unit."""
    return "—" if value is None else said(value, one.unit).strip()


class ClaimList(ListPage):
    """What others claim, each beside what is computed."""

    permission, title = "claims.view", "上报数"
    nav = Nav("指标", "上报数", 30)
    keywords = "报表 统计 打架 不一致 差额 核对"
    counted, order, exports = "条", "-made", False
    columns = (
        Column("indicator", "指标", lambda row: named(row.indicator).label, sort="indicator",
               link=lambda row: reverse("claims.show", args=[row.pk])),
        Column("unit", "单位", sort="unit__path"),
        Column("period", "期间", lambda row: Period.parse(row.period).label, sort="period"),
        Column("who", "谁报的", sort="who", note=lambda row: row.document),
        Column("value", "报的数", lambda row: told(float(row.value), named(row.indicator))),
        Column("figure", "计算的数", lambda row: told(row.found and row.found.figure.value, named(row.indicator))),
        Column("gap", "相差", lambda row: difference(row.found) if row.found else Tag("还没有数据"), kind="tag"),
        Column("made", "录入日期", lambda row: clock.day_of(row.made_at), sort="made_at", kind="date"),
    )  # fmt: skip
    conditions = (Choice("指标", "indicator", choices=lambda page: page.reported()),)
    actions = (Act("录入上报数", "claims.new", primary=True),)
    empty = Empty("还没有上报数", "别处报来的数录入在这里，与计算的数并排；附了名单的，差在哪些人、哪些件也能打开。",
                  Act("录入上报数", "claims.new"))  # fmt: skip

    def get_context(self) -> dict[str, Any]:
        """The age of what is computed."""
        return {**super().get_context(), **age_of(opened())}

    def reported(self) -> list[tuple[str, str]]:
        """The figures of which there is any."""
        keys = set(within(self.acting).order_by().values_list("indicator", flat=True))
        return [(one.key, one.label) for one in open_indicators(self.acting) if one.key in keys]

    def rows(self) -> Any:
        """Those within reach that were not withdrawn."""
        return within(self.acting)

    def _page_of_rows(self) -> Any:
        found = super()._page_of_rows()
        found.object_list = list(found.object_list)
        for row in found.object_list:
            row.found = _compared(row, with_rows=False)
        return found


def _compared(row: Claim, *, with_rows: bool) -> Compared | None:
    lines, at = row.lines, opened()
    if at is None:
        return None
    try:
        row.lines = lines if with_rows else None
        return compared(at, row)
    finally:
        row.lines = lines


class NewClaim(FormPage):
    """Enter what somebody says a figure was."""

    permission, title, submit, form = "claims.change", "录入上报数", "录入", ClaimForm
    parents = ("claims.list",)
    intro = "报来的数不改计算的数，两个并排。附上名单，就能看到差在哪些人、哪些单位、哪些件。"

    def form_kwargs(self) -> dict[str, Any]:
        """What may be chosen, and where one stands."""
        return {"indicators": open_indicators(self.acting), "acting": self.acting}

    def save(self, form: Any) -> Claim:
        """Enter it."""
        values = form.cleaned_data
        return enter_claim(
            values["indicator"], values["unit"], values["period"], values["who"], values["value"],
            document=values["document"], numbers=values["numbers"], names=values["names"],
        )  # fmt: skip

    def said(self, saved: Claim) -> str:
        """Whose."""
        return f"已录入{saved.who}报的数"

    def next_url(self, saved: Claim) -> str:
        """To both numbers side by side."""
        return reverse("claims.show", args=[saved.pk])


class ClaimPage(DetailPage):
    """One claim beside the figure; where a list came with it, the rows that make the difference."""

    permission, title = "claims.view", "上报数"
    parents = ("claims.list",)
    object: Claim

    def objects(self) -> Any:
        """Those within reach."""
        return within(self.acting)

    def get_title(self) -> str:
        """Whose, of what."""
        return f"{self.object.who}报的“{named(self.object.indicator).label}”"

    def get_actions(self) -> list[Act]:
        """To withdraw it, for who may."""
        if not self.acting.reach.holds(self.object.at_unit.path):
            return []
        return [Act("撤回", "claims.withdraw", (self.object.pk,))]

    def get_context(self) -> dict[str, Any]:
        """The age of what is computed."""
        return {**super().get_context(), **age_of(opened())}

    def sections(self) -> list[Any]:
        """Both numbers, then the rows."""
        row, one = self.object, named(self.object.indicator)
        found = _compared(row, with_rows=True)
        if found is None:
            return [TableSection("", (), [], NO_LAKE)]
        address = figure_url(one.key, unit=row.unit_id, period=row.period)
        values = [
            Value("单位", row.unit.name), Value("期间", Period.parse(row.period).label),
            Value("报的数", told(float(row.value), one), source="，".join(filter(None, (row.who, row.document)))),
            Value("计算的数", _computed(found, one), source=f"截至 {found.figure.frame.as_of}", url=address),
            Value("相差", difference(found)), Value("口径", one.method),
        ]  # fmt: skip
        sections: list[Any] = [Section("两个数", values)]
        if found.theirs is not None and found.ours is not None:
            known = (row.lines or 0) - row.strangers
            note = f"名单 {row.lines:,} 行，认出 {known:,} {_counted(one)}，没有认出 {row.strangers:,} 行"
            note += "；比重的名单对的是其中计入的" if one.measure.is_ratio else ""
            sections += [
                _side(one, "名单上有、计算里没有", found.theirs, "名单上认出的都已计入。", note),
                _side(one, "计算里有、名单上没有", found.ours, "计入的都在名单上。", ""),
            ]
            if row.doubts:
                sections.append(_doubts(row))
            if admits(self.acting, lines.export_permission(one)) and (found.theirs or found.ours or row.doubts):
                sections.append(TemplateSection("indicators/claim_export.html"))
        return sections

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Everybody who makes the difference, as a sheet; it stands in the audit."""
        found = _compared(self.object, with_rows=True)
        one, row = named(self.object.indicator), self.object
        if found is None or found.theirs is None or not admits(self.acting, lines.export_permission(one)):
            raise Http404
        words = f"{row.unit}，{one.label}，{Period.parse(row.period).label}，{row.who}"
        columns = [Column("side", "差在哪里"), Column("name", _HEADS.get(one.measure.about, "事项"))]
        columns += [] if one.measure.names_once else [Column("times", "差几行", kind="num")]
        columns.append(Column("line", "名单行号", kind="num"))
        return export(self, _differing(found), columns, words, [("口径", one.method)])


_HEADS = {"person": "姓名", "unit": "单位", "case": "办件"}
_UNITS = {"person": "人", "unit": "家"}


def _computed(found: Compared, one: Indicator) -> str:
    """A share with its part and its whole: a list can be held against the part only."""
    value = told(found.figure.value, one)
    return f"{value}（{parts(found.figure)}）" if one.measure.is_ratio and found.figure.value is not None else value


def _counted(one: Indicator) -> str:
    """In what the rows are counted: a sum of money and a share have rows too."""
    if one.unit.kind is Kind.SHARE and one.measure.names_once:
        return _UNITS.get(one.measure.about, "件")
    return "行" if one.unit.kind in (Kind.MONEY, Kind.SHARE) else one.unit.label


def _side(one: Indicator, title: str, ids: list[UUID], nothing: str, note: str) -> TableSection:
    """The first of them by name, as far as one reaches; whatever lies beyond is counted."""
    times, what = Counter(ids), _counted(one)
    names = _named(one, list(times)[:SHOWN])
    firms = _firms(names) if one.measure.about == "person" else {}
    rows = [{"name": name, "url": url, "times": times[which], "firm": "、".join(firms.get(which, ()))}
            for which, (name, url) in names.items()]  # fmt: skip
    listed = sum(times[which] for which in names)
    count = f"{len(ids):,} {what}" + (f"，列出其中 {listed:,} {what}" if listed < len(ids) else "")
    columns = [Column("name", _HEADS.get(one.measure.about, "事项"), link=lambda row: row["url"])]
    columns += [Column("firm", "用人单位")] if one.measure.about == "person" else []
    columns += [] if one.measure.names_once else [Column("times", "差几行", kind="num")]
    return TableSection(title, columns, rows, Empty(nothing if not ids else "不在您的查看范围内"),
                        note="；".join(filter(None, (count, note))))  # fmt: skip


def _named(one: Indicator, ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """By what each of them within reach is called, and its page."""
    if one.measure.about == "unit":
        units = Unit.objects.filter(pk__in=ids).order_by("path")
        return {each.pk: (each.name, reverse("units.show", args=[each.pk])) for each in units}
    if one.measure.about != "person":
        return naming.called(one, ids)
    known = [each for each in those(ids) if each.state == Person.State.REGISTERED]
    for each in known:
        each.peers = known
    return {each.pk: (each.card.name, reverse("people.show", args=[each.pk])) for each in known}


def _firms(ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Where they work now, as far as one reaches: by that two of one name are told apart."""
    found: dict[UUID, list[str]] = {}
    for row in Employment.objects.filter(person__in=list(ids), until=None).select_related("unit"):
        found.setdefault(row.person_id, []).append(str(row.unit))
    return found


def _doubts(row: Claim) -> TableSection:
    """The lines of the list that mean nobody, by their numbers; what stood in them is not kept."""
    shown = [{"line": line, "why": WHY[why]} for line, why in row.doubts[:SHOWN]]
    columns = (Column("line", "行号", lambda row: f"第 {row['line']} 行"), Column("why", "为什么没有认出"))
    note = "名单没有保存，请对照您手里的原表：上传的是 Excel 左边的行号，表头也算；粘贴的从第一行数起，空行不算"
    note += f"；列出前 {SHOWN} 行" if row.strangers > SHOWN else ""
    return TableSection("名单上没有认出的行", columns, shown, note=note, total=row.strangers)


def _differing(found: Compared) -> Iterator[dict[str, Any]]:
    one = named(found.claim.indicator)
    for side, ids in (("名单上有、计算里没有", found.theirs), ("计算里有、名单上没有", found.ours)):
        times = Counter(ids)
        for start in range(0, len(times), CHUNK):
            part = list(times)[start : start + CHUNK]
            names = _named(one, part)
            for which in part:
                name, _url = names.get(which, ("（不在本人查看范围）", ""))
                yield {"side": side, "name": name, "times": times[which], "line": ""}
    for line, why in found.claim.doubts:
        yield {"side": WHY[why], "name": "", "times": "", "line": line}


class WithdrawClaim(ObjectMixin, ActionPage):
    """Let a claim no longer stand."""

    permission, title, danger, submit, asks_reason = "claims.change", "撤回上报数", True, "撤回", True
    parents = ("claims.list",)
    text = "撤回后不再并排显示，审计里留有记录。"
    does, success = withdraw_claim, "已撤回上报数"
    object: Claim

    def objects(self) -> Any:
        """Those within reach."""
        return within(self.acting)

    def get_question(self) -> str:
        """Whose."""
        return f"撤回{self.object.who}报的“{named(self.object.indicator).label}”？"


routes = [
    page("office/claims/", ClaimList, "claims.list"),
    page("office/claims/new/", NewClaim, "claims.new"),
    page("office/claims/<uuid:id>/", ClaimPage, "claims.show"),
    page("office/claims/<uuid:id>/withdraw/", WithdrawClaim, "claims.withdraw"),
]
