"""Dockets: the lists of a set with their columns, entries and keepers, and what one's own unit keeps."""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jiangtai.access import audit
from jiangtai.kernel import clock
from jiangtai.web import (
    Act,
    ActionPage,
    Bulk,
    Choice,
    Column,
    Crumb,
    DateRange,
    DetailPage,
    Empty,
    FormPage,
    ListPage,
    Nav,
    ObjectMixin,
    Panel,
    Search,
    Section,
    TableSection,
    Tag,
    Value,
    as_file,
    page,
    panel,
)

from ..actions import docket_papers, docket_sheets
from ..actions import dockets as actions
from ..forms.dockets import ColumnForm, KeepersForm, ListForm, PaperForm, RowsForm
from ..models import Docket, DocketColumn, DocketSet, Keeper
from ..queries import dockets as queries
from ..rules import dockets as rules
from ..rules.lights import Tone
from .tasks import LIGHTS, tag_of
from .tasks import queries as tasks

STATES = {"draft": Tag("草稿"), "in_use": Tag("在用", "ok"), "ended": Tag("已结束", "info")}
MOST_KEPT, MOST_LINES = 60, 6


def show(row: DocketSet) -> str:
    """The page of a set."""
    return reverse("dockets.set", args=[row.pk])


def rows_url(row: Docket) -> str:
    """The page of a list's entries."""
    return reverse("dockets.show", args=[row.pk])


def standing_tag(row: Any) -> Tag:
    """How a keeper stands."""
    tone, why = queries.standing(row)
    return Tag(why, tone.tag)


class DocketObject(ObjectMixin):
    """A page about one list of a set that one sees."""

    object: Docket
    acting: Any

    def objects(self) -> Any:
        """Those seen."""
        return queries.dockets(self.acting)

    def get_crumbs(self) -> list[Crumb]:
        """The list of sets, the set, the list."""
        one = self.object
        return [Crumb("工作清单", reverse("dockets.list")), Crumb(one.set.title, show(one.set)),
                Crumb(one.title, rows_url(one))]  # fmt: skip

    def next_url(self, saved: Any) -> str:
        """Back to its setting."""
        return reverse("dockets.design", args=[self.object.pk])

    @cached_property
    def is_host(self) -> bool:
        """Whether one acts for the office that defined it."""
        return queries.is_host(self.object.set, self.acting)


class HostedDocket(DocketObject):
    """A page on which only the office that defined a list works."""

    def prepare(self) -> None:
        """Only the host's."""
        super().prepare()
        if not self.is_host:
            raise Http404


class DesignDocket(HostedDocket, DetailPage):
    """How a list is made up: its columns, its keepers, how often it is confirmed."""

    permission, title, parents = "dockets.change", "设置清单", ("dockets.list",)

    def get_title(self) -> str:
        """Of which."""
        return f"设置“{self.object.title}”"

    def get_crumbs(self) -> list[Crumb]:
        """Up to the set."""
        return super().get_crumbs()[:2]

    def get_actions(self) -> list[Act]:
        """Its words, columns and keepers."""
        at = (self.object.pk,)
        return [
            Act("名称和确认周期", "dockets.set_up", at, dialog=True),
            Act("设填报单位", "dockets.keepers.set", at),
            Act("加栏目", "dockets.column", at, primary=True, dialog=True),
        ]

    def sections(self) -> list[Any]:
        """Columns, keepers."""
        one = self.object
        rows = queries.columns(one, ended=True)
        columns = [
            Column("title", "栏目", link=lambda row: self._column(row, "edit")),
            Column(
                "kind",
                "类型",
                lambda row: row.get_kind_display() + (f"（{row.measure_word}）" if row.measure_word else ""),
            ),
            Column("is_required", "必填"),
            Column(
                "state",
                "状态",
                lambda row: Tag(f"{row.ended_on} 停用") if row.ended_on else Tag("在用", "ok"),
                kind="tag",
            ),
            Column(
                "end",
                "",
                lambda row: "" if row.ended_on else "停用",
                link=lambda row: self._column(row, "end"),
                kind="act",
            ),
        ]
        units = [
            str(row.unit) for row in Keeper.unscoped.filter(docket=one).select_related("unit").order_by("unit__path")
        ]
        who = "、".join(units[:30]) + (f" 等 {len(units)} 家" if len(units) > 30 else "")
        empty = Empty("还没有另设栏目", "事项、完成期限、方案任务、印证材料每张清单都有；要多填的加在这里。")
        values = [
            Value("填什么", one.about),
            Value("确认", one.get_every_display()),
            Value(f"填报单位（{len(units)} 家）", who or "还没有设"),
        ]
        return [TableSection("栏目", columns, rows, empty), Section("填报", values)]

    def _column(self, row: DocketColumn, what: str) -> str | None:
        return None if row.ended_on else reverse(f"dockets.column.{what}", args=[self.object.pk, row.pk])


class SetUp(HostedDocket, FormPage):
    """What a list is called, what is filled in, how often it is confirmed."""

    permission, title, form, submit, is_listed = "dockets.change", "名称和确认周期", ListForm, "保存", False

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        return {name: getattr(self.object, name) for name in ("title", "about", "every")}

    def save(self, form: Any) -> Docket:
        """Change it."""
        return actions.set_up(self.object, **form.cleaned_data)


class NewColumn(HostedDocket, FormPage):
    """Another column."""

    permission, title, form, submit, is_listed = "dockets.change", "加栏目", ColumnForm, "加入", False

    def save(self, form: Any) -> DocketColumn:
        """Add it."""
        return actions.add_column(self.object, **form.cleaned_data)


class ColumnObject(HostedDocket):
    """A page about one column in use."""

    kwargs: dict[str, Any]

    def prepare(self) -> None:
        """The column, of this list."""
        super().prepare()
        rows = self.object.columns.filter(ended_on__isnull=True).select_related("docket__set__unit")
        self.column: DocketColumn = get_object_or_404(rows, pk=self.kwargs["column"])


class EditColumn(ColumnObject, FormPage):
    """Change a column."""

    permission, title, form, submit, is_listed = "dockets.change", "修改栏目", ColumnForm, "保存", False

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        return {name: getattr(self.column, name) for name in ("title", "kind", "measure_word", "is_required")}

    def save(self, form: Any) -> Any:
        """Change it."""
        return actions.change_column(self.column, **form.cleaned_data)


class EndColumn(ColumnObject, ActionPage):
    """A column is asked for no more."""

    permission, title, submit, danger = "dockets.change", "停用栏目", "停用", True
    text = "草稿里的栏目直接删去；在用的停用后不再填，已填内容留存。"
    does, on = actions.end_column, "column"

    def get_question(self) -> str:
        """Which."""
        return f"停用“{self.column.title}”？"


class SetKeepers(HostedDocket, FormPage):
    """Which units keep a list."""

    permission, title, form, submit, is_listed = "dockets.change", "设填报单位", KeepersForm, "保存", False
    intro = "可以按类加入，也可以粘贴名单；重点街道、园区、企业写在名单里。"

    def initial(self) -> dict[str, Any]:
        """As it stands."""
        rows = Keeper.unscoped.filter(docket=self.object).select_related("unit").order_by("unit__path")
        return {"units": [row.unit for row in rows]}

    def save(self, form: Any) -> int:
        """Set them."""
        return actions.set_keepers(self.object, form.cleaned_data["units"])

    def said(self, saved: int) -> str:
        """How many."""
        return f"已设 {saved} 个填报单位"


def _light(row: Any) -> Tag:
    return Tag(Tone(row.tone).label, Tone(row.tone).tag)


class DocketPage(DocketObject, ListPage):
    """The entries of a list: the office sees all, a unit its own."""

    permission, title, counted, order = "dockets.view", "清单", "项", "due"
    parents, is_listed = ("dockets.list",), False
    template = "reform/docket.html"
    conditions = (
        Search("事项、单位", fields=("title__contains", "unit__name__contains", "unit__short_name__contains")),
        Choice("灯", "light", choices=LIGHTS, match=lambda rows, tone: rows.filter(tone=tone)),
        DateRange("期限", "due"),
    )
    empty = Empty("清单上还没有条目", "填报单位点“填一项”，或导出表格填好再导入。")

    def prepare(self) -> None:
        """The list first: its columns are what the address is read by."""
        self.object = self.get_object()
        ListPage.prepare(self)

    def get_title(self) -> str:
        """Its name."""
        return f"{self.object.set}·{self.object}"

    def get_tags(self) -> list[Tag]:
        """Whether it is in use."""
        return [STATES[self.object.set.state]]

    @cached_property
    def own(self) -> Any:
        """The unit for which one keeps it."""
        return queries.keeps(self.object, self.acting)

    @cached_property
    def keeper(self) -> Any:
        """One's own unit as a keeper, with how it stands."""
        rows = Keeper.unscoped.filter(docket=self.object, unit=self.own)
        return queries.keepers(rows).first() if self.own else None

    def get_actions(self) -> list[Act]:
        """Fill in, confirm, take along; for the host who lags."""
        at, acts = (self.object.pk,), []
        if self.is_host:
            acts = [Act("设置", "dockets.design", at), Act("填报情况", "dockets.keepers", at)]
        acts += [Act("公文", "dockets.paper", at), Act("导出表格", "dockets.export", at)]
        if self.object.set.state != DocketSet.State.IN_USE or not (self.own or self.is_host):
            return acts
        acts.append(Act("导入表格", "dockets.import", at))
        if self.own:
            if self.object.every:
                acts.append(Act("确认本期", "dockets.confirm", at, dialog=True))
            acts.append(Act("填一项", "dockets.fill", at, primary=True))
        return acts

    @cached_property
    def shown(self) -> list[DocketColumn]:
        """The office's columns in use."""
        return queries.columns(self.object)

    @cached_property
    def told(self) -> queries.Told:
        """Cells by their names."""
        return queries.Told(self.object, docket_sheets.labels())

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The light first, with its reason; then the office's own columns."""
        own = [self._told(one, at > 2) for at, one in enumerate(self.shown)]
        return (
            Column("light", "灯", _light, kind="tag", note=queries.why),
            Column("title", "事项", link=lambda row: reverse("entries.show", args=[row.pk])),
            Column("unit", "填报单位", lambda row: str(row.unit), sort="unit__pinyin"),
            *own,
            Column("due", "完成期限", kind="date", sort=("due", "id")),
            Column("task", "方案任务", lambda row: tag_of(tasks.light_of(row.task)) if row.task else None, kind="tag",
                   note=lambda row: row.task.title[:24] if row.task else ""),
            Column("proved", "印证", kind="num"),
        )  # fmt: skip

    def _told(self, one: DocketColumn, hidden: bool) -> Column:
        def words(row: Any) -> str:
            return self.told.words(row, one)

        def link(row: Any) -> str | None:
            return self._file(row, one) if one.kind == DocketColumn.Kind.FILE else None

        return Column(f"c{one.place}", one.title, words, hidden=hidden, link=link)

    def _file(self, row: Any, one: DocketColumn) -> str | None:
        held = row.values.get(one.pk.hex)
        return reverse("entries.file", args=[row.pk, held["id"]]) if held else None

    def rows(self) -> Any:
        """All of them in the office, elsewhere one's own."""
        return queries.entries(self.object, self.acting)

    def get_context(self) -> dict[str, Any]:
        """With how one's own unit stands."""
        span = rules.span_of(self.object.every, clock.today())
        mine = standing_tag(self.keeper) if self.keeper and self.object.set.state == "in_use" else None
        return {**super().get_context(), "docket": self.object, "mine": mine, "span": span}


class Keepers(HostedDocket, ListPage):
    """Who keeps a list and how each stands; who lags is urged."""

    permission, title, counted, order = "dockets.change", "填报情况", "家", "unit"
    parents, is_listed = ("dockets.list",), False
    conditions = (
        Search("单位", fields=("unit__name__contains", "unit__short_name__contains")),
        Choice("情况", "state", choices=(("lagging", "没有填、超期或本期没有确认"), ("urged", "催办过")),
               match=lambda rows, said: _narrowed(rows, said)),
    )  # fmt: skip
    bulk = (Bulk("urge", "催办", "dockets.change", "urge"),)
    columns = (
        Column("unit", "填报单位", lambda row: str(row.unit), sort="unit__path",
               link=lambda row: f"{rows_url(row.docket)}?q={row.unit}"),
        Column("standing", "情况", standing_tag, kind="tag"),
        Column("entries", "条目", kind="num", sort=("entries", "id")),
        Column("done", "已完成", kind="num", sort=("done", "id")),
        Column("late", "超期", kind="num", sort=("late", "id")),
        Column("confirmed_on", "上次确认", kind="date"),
        Column("urged_on", "上次催办", kind="date"),
    )  # fmt: skip
    empty = Empty("还没有填报单位", "在“设置”里设填报单位。")

    def get_title(self) -> str:
        """Of which."""
        return f"{self.object}填报情况"

    def rows(self) -> Any:
        """All who keep it."""
        return queries.keepers(Keeper.unscoped.filter(docket=self.object))

    def urge(self, rows: QuerySet[Any]) -> str:
        """Remind those who lag."""
        count = actions.urge(self.object, list(rows))
        return f"已催办 {count} 家" if count else "选中的单位都没有滞后，不用催办"


def _narrowed(rows: Any, said: str) -> Any:
    if said == "urged":
        return rows.filter(urged_on__isnull=False)
    first = rows.first()
    return queries.lagging(rows, first.docket) if first else rows


class OwnDockets(ListPage):
    """What one's own unit keeps."""

    permission, title, counted = "dockets.fill", "本单位清单", "张"
    nav = Nav("我的工作", "本单位清单", 17)
    keywords = "填清单 确认清单 三张清单"
    columns = (
        Column("docket", "清单", lambda row: f"{row.docket.set}·{row.docket}", link=lambda row: rows_url(row.docket)),
        Column("unit", "填报单位", lambda row: str(row.unit)),
        Column("standing", "情况", standing_tag, kind="tag"),
        Column("entries", "条目", kind="num"),
        Column("done", "已完成", kind="num"),
        Column("late", "超期", kind="num"),
        Column("every", "确认", lambda row: row.docket.get_every_display()),
        Column("confirmed_on", "上次确认", kind="date"),
    )
    empty = Empty("没有要填的清单", "领导小组办公室把本单位列入清单后，会出现在这里。")

    def rows(self) -> Any:
        """In sets in use."""
        return queries.kept_here(self.acting)


class ConfirmDocket(DocketObject, ActionPage):
    """One's own unit says that its list is right."""

    permission, title, submit = "dockets.fill", "确认清单", "确认"

    def get_question(self) -> str:
        """For which period."""
        span = rules.span_of(self.object.every, clock.today())
        return f"确认{span.label if span else '本期'}的“{self.object}”？"

    def get_text(self) -> str:
        """What it says."""
        return "表示条目、期限和完成情况截至今天属实；每期确认一次，之后仍可更新条目。"

    def act(self, reason: str) -> str:
        """Confirm it."""
        unit = queries.keeps(self.object, self.acting)
        if unit is None:
            raise ValidationError("本单位不填报这张清单")
        actions.confirm(self.object, unit)
        return "已确认"

    def next_url(self, saved: Any) -> str:
        """Back to it."""
        return rows_url(self.object)


class ExportDocket(DocketObject, ActionPage):
    """The entries as a workbook that can come back."""

    gives_file = True
    permission, title, submit = "dockets.view", "导出清单", "下载"
    text = "一项一行，可以改、可以加，再用“导入表格”传回来；空清单下载的就是模板。下载记入审计。"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        one = self.object
        rows = list(queries.entries(one, self.acting).order_by("unit__path", "id"))
        file = docket_sheets.workbook(one, rows)
        audit.record("export", target=one.set, details={"page": self.name, "rows": len(rows)})
        return as_file(file, f"{one.set}-{one}.xlsx")


class ImportDocket(DocketObject, FormPage):
    """A changed workbook is taken over, all of it or nothing."""

    permission, title, form, submit, is_listed = "dockets.fill", "导入清单", RowsForm, "导入", False
    intro = (
        "在这张清单导出的表上改。有识别码的行更新原条目（已完成的不动），没有的加为新条目；表上没有的条目不会删。"
        "有一行看不懂就都不导入，逐行说明。"
    )

    def save(self, form: Any) -> tuple[int, int]:
        """Read it, take it over."""
        rows = docket_sheets.read(self.object, form.cleaned_data["file"], self.acting)
        return actions.take_rows(self.object, rows)

    def said(self, saved: tuple[int, int]) -> str:
        """How many."""
        return f"新加 {saved[0]} 项，更新 {saved[1]} 项"

    def next_url(self, saved: Any) -> str:
        """To the entries."""
        return rows_url(self.object)


class PaperDocket(DocketObject, FormPage):
    """The list as an official paper."""

    gives_file = True
    permission, title, form, submit, is_listed = "dockets.view", "清单公文", PaperForm, "下载", False
    intro = "按公文格式排好，Word 可以再改。下载记入审计。"

    def save(self, form: Any) -> HttpResponseBase:
        """The file."""
        kind, one = form.cleaned_data["form"], self.object
        rows = list(queries.entries(one, self.acting).order_by("unit__path", "id"))
        content = docket_papers.paper(one, rows, kind)
        audit.record("export", target=one.set, details={"page": self.name, "rows": len(rows), "form": kind})
        return as_file(content, f"{one.set}-{one}.{kind}")

    def done(self, saved: HttpResponse) -> HttpResponse:
        """The file itself."""
        return saved


@panel(order=13, permission="dockets.fill")
def our_dockets(acting: Any) -> Panel | None:
    """What one's own unit keeps and has not filled in, has late or has not confirmed."""
    rows = [(row, *queries.standing(row)) for row in queries.kept_here(acting)[:MOST_KEPT]]
    late = [(row, tone, why) for row, tone, why in rows if tone in (Tone.RED, Tone.AMBER)]
    if not late:
        return None
    late.sort(key=lambda one: one[1] != Tone.RED)
    lines = [
        {
            "name": f"{row.docket.set}·{row.docket}",
            "url": rows_url(row.docket),
            "why": why,
            "tag": Tag(tone.label, tone.tag),
        }
        for row, tone, why in late[:MOST_LINES]
    ]
    url, rest = reverse("dockets.own"), max(len(late) - MOST_LINES, 0)
    return Panel("本单位清单", "reform/dockets_panel.html", {"lines": lines}, url=url, rest=rest, counted="张")


_SET, _ONE = "office/dockets/<uuid:id>/", "office/dockets/lists/<uuid:id>/"


_ONE = "office/dockets/lists/<uuid:id>/"
routes = [
    page("office/dockets/own/", OwnDockets, "dockets.own"),
    page(_ONE, DocketPage, "dockets.show"),
    page(f"{_ONE}design/", DesignDocket, "dockets.design"),
    page(f"{_ONE}edit/", SetUp, "dockets.set_up"),
    page(f"{_ONE}columns/new/", NewColumn, "dockets.column"),
    page(f"{_ONE}columns/<uuid:column>/edit/", EditColumn, "dockets.column.edit"),
    page(f"{_ONE}columns/<uuid:column>/end/", EndColumn, "dockets.column.end"),
    page(f"{_ONE}keepers/", Keepers, "dockets.keepers"),
    page(f"{_ONE}keepers/set/", SetKeepers, "dockets.keepers.set"),
    page(f"{_ONE}confirm/", ConfirmDocket, "dockets.confirm"),
    page(f"{_ONE}export/", ExportDocket, "dockets.export"),
    page(f"{_ONE}import/", ImportDocket, "dockets.import"),
    page(f"{_ONE}paper/", PaperDocket, "dockets.paper"),
]
