"""The pages of figures: all of them at a glance, and each with its method, its parts and the rows it counts."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from jiangtai import people
from jiangtai.kernel import clock
from jiangtai.lake import UNITS, Lake
from jiangtai.ledger import FactRow, shows
from jiangtai.people import Person
from jiangtai.web import (
    Act,
    Column,
    DetailPage,
    Empty,
    Nav,
    Page,
    Section,
    Stat,
    Tab,
    TableSection,
    Tag,
    TemplateSection,
    Value,
    admits,
    export,
    page,
)

from .. import board, computing, exporting, naming, places, publishing
from ..charts import script_url
from ..cockpit import Cockpit
from ..comparing import Change
from ..computing import Figure, Scope
from ..declare import Indicator, IndicatorError, headed, needed
from ..desks import is_open_to
from ..dimensions import BELOW, dimensions_of
from ..periods import Frame, PeriodError
from ..places import figure_url
from . import lines, months
from .asking import (
    EARLIEST,
    age_of,
    frame_of,
    named_periods,
    note_of,
    number_of,
    open_indicators,
    opened,
    parts,
    shown,
    written,
)

LINES, TREND = 20, "trend"
_TO_LINES = "#section-5"
"""The list is the fifth part of the page."""


class Figures(Page):
    """Every figure of one's own unit for the month that runs."""

    permission, title, template = "figures.view", "指标一览", "indicators/figures.html"
    nav = Nav("指标", "指标一览", 10)
    keywords = "数据 统计 口径 数字 人数 比重"

    def get_context(self) -> dict[str, Any]:
        """By subject, with what cannot be computed yet at the end."""
        frame, at = frame_of(""), opened()
        told = self._told(at, frame) if at else []
        groups = [(label, [self._stat(one) for one in of_it]) for label, of_it in headed(told, _key)]
        return {**super().get_context(), "groups": groups, "frame": frame, **age_of(at),
                "needed": needed(), "unit": self.acting.unit, "empty": NO_LAKE}  # fmt: skip

    def _told(self, at: Lake, frame: Frame) -> list[Figure]:
        found = board.told(at, number_of(at, self.acting), frame).values()
        return [one for one in found if is_open_to(one.indicator, self.acting)]

    def _stat(self, figure: Figure) -> Stat:
        one = figure.indicator
        return Stat(one.label, shown(figure), one.unit.label, url=reverse("figures.show", args=[one.key]))


NO_LAKE = Empty("还没有可用的数据", "数据副本建好以后，这里列出各项指标；请系统管理员运行 jiangtai lake refresh。")


class FigurePage(DetailPage):
    """One figure: how it is counted, how it moved, what it is made of, and the rows that it counts, all or of one
    part."""

    permission, title, parents = "figures.view", "指标", ("figures.list",)
    template = "indicators/figure.html"
    object: Indicator

    @property
    def groupings(self) -> tuple[str, ...]:
        """By what it may be told."""
        return (BELOW, *dimensions_of(self.object.measure.rows))

    def prepare(self) -> None:
        """The indicator of this key, and the lake as it stands."""
        Page.prepare(self)
        try:
            self.object = computing.named(str(self.kwargs["key"]))
            self.frame = self.asked_frame()
        except (IndicatorError, PeriodError) as error:
            raise Http404 from error
        self.lake = opened()
        self.by = self.request.GET.get("by", BELOW)
        if not is_open_to(self.object, self.acting):
            raise Http404
        start = self.request.GET.get("start", "0")
        if self.by not in self.groupings or not (start.isascii() and start.isdecimal()):
            raise Http404
        self.start = min(int(start), 10**9)
        self.part = (self.by, self.request.GET["bucket"]) if "bucket" in self.request.GET else None
        if self.lake is not None:
            self.scope = self._scope(self.lake)

    def asked_frame(self) -> Frame:
        """The period asked for, up to the day asked for."""
        return frame_of(*(self.request.GET.get(name, "") for name in ("period", "as_of")))

    def _scope(self, at: Lake) -> Scope:
        """The unit asked for, one's own where none is; another's is not there."""
        own = number_of(at, self.acting)
        found = places.within(at, own, self.request.GET["unit"]) if "unit" in self.request.GET else None
        if found is None and "unit" in self.request.GET:
            raise Http404
        return found or Scope(own, "", str(self.acting.unit or ""), "")

    def get_title(self) -> str:
        """Its name."""
        return self.object.label

    def get_tags(self) -> list[Tag]:
        """Whose figure it is, where it is not one's own."""
        return [Tag(self.scope.name, "info")] if self.lake is not None and self.scope.id else []

    def tabs(self) -> list[Tab]:
        """The periods most asked for."""
        named, asked = named_periods(frame_of("")), self.frame.period.text
        return [Tab(label, self._address(period=text), text == asked) for label, text in named]

    def get_context(self) -> dict[str, Any]:
        """With the age of what it tells."""
        return {**super().get_context(), **age_of(self.lake), "echarts": script_url()}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page; or its months alone, which the page asks for once it stands."""
        if self.lake is None or request.headers.get("HX-Target") != TREND:
            return super().get(request, *args, **kwargs)
        response = render(request, "indicators/months.html", {"months": self._chart(self.lake)})
        patch_vary_headers(response, ["HX-Target"])
        return response

    def sections(self) -> list[Any]:
        """The number, its parts, its rows, its method."""
        if self.lake is None:
            return [TableSection("", (), [], NO_LAKE)]
        unit = self.scope.unit
        board.recall(self.lake, self.object, unit, self.frame)
        figure, *pasts = computing.trend_of(self.lake, self.object, unit, board.compared(self.frame))
        front = [self._figures(figure, pasts), self._trend(self.lake), self._method()]
        return [*front, self._parts(unit), self._lines(figure, unit)]

    def _figures(self, figure: Figure, pasts: list[Figure]) -> TemplateSection:
        one, frame = self.object, self.frame
        stats = [Stat(frame.period.label, shown(figure), one.unit.label, note=f"截至 {frame.as_of}")]
        if one.measure.is_ratio:
            stats.append(Stat("其中 / 总数", parts(figure)))
        for label, past in zip(("上期", "上年同期"), pasts, strict=True):
            called = f"{label}（{past.frame.period.label}）"
            moved = Change(figure.value, past.value, one.unit).short
            url = self._at(past.frame) if past.frame.first.year >= EARLIEST else ""
            stats.append(Stat(called, shown(past), one.unit.label, note=f"较{label} {moved}", url=url))
        return TemplateSection("indicators/stats.html", {"stats": stats})

    def _trend(self, at: Lake) -> TemplateSection:
        """Its months, where they are asked for: a page that waited for thirteen of them would come late."""
        asked = {"months": self._chart(at)} if TREND in self.request.GET else {"url": self._address(**{TREND: "1"})}
        return TemplateSection("indicators/trend.html", asked, "按月走势")

    def _chart(self, at: Lake) -> dict[str, Any]:
        words = f"{self.scope.name or '全部'}，截至 {self.frame.as_of}"
        return months.drawn(self._months(at), words, self.scope.id)

    def _months(self, at: Lake) -> list[Figure]:
        return Cockpit(at, self.scope.unit, self.frame).trend(self.object)

    def _parts(self, unit: int) -> TemplateSection:
        assert self.lake
        rows = self._part_rows(self.lake)
        below = self._below(rows)
        for row in rows:
            bucket = row["figure"].bucket or ""
            row["url"] = self._at(self.frame, unit=below[bucket]) if bucket in below else self._part_url(bucket)
        most = max((row["figure"].value or 0 for row in rows), default=0) or 1
        is_over = self.frame.as_of == self.frame.period.last or not self.object.is_of_people
        to_publish = self._asked() if is_over else self._asked(period="")  # what runs is not published: the last month
        views = [Tab(publishing.named(key), self._address(by=key), key == self.by) for key in self.groupings]
        context = {"rows": rows, "most": most, "views": views, "unit": self.object.unit.label,
                   "title": f"{self.object.label}（{self.object.unit.label}），按{publishing.named(self.by)}",
                   "note": f"{self._words()}。口径：{self.object.method}", "twice": self._counted_twice(rows),
                   "is_ratio": self.object.measure.is_ratio,
                   "publish": f"{reverse('figures.publish', args=[self.object.key])}?{to_publish}"}  # fmt: skip
        return TemplateSection("indicators/parts.html", context, title="构成")

    def _part_rows(self, at: Lake) -> list[dict[str, Any]]:
        found = computing.buckets(at, self.object, self.scope.unit, self.frame, self.by)
        labels = naming.labels_of(self.by, [one.bucket or "" for one in found], at)
        return [{"label": labels[one.bucket or ""], "shown": shown(one), "figure": one} for one in found]

    def _part_columns(self) -> list[Column]:
        """Numbers stay numbers in a sheet."""
        columns = [
            Column("label", publishing.named(self.by)),
            Column("value", f"数值（{self.object.unit.label}）", "figure.value", kind="num"),
        ]
        if self.object.measure.is_ratio:
            columns += [
                Column("part", "其中", "figure.part", kind="num"),
                Column("whole", "总数", "figure.whole", kind="num"),
            ]
        return columns

    def _counted_twice(self, rows: list[dict[str, Any]]) -> str:
        """Why the parts are more than the whole, where they are: who stands in several counts in each."""
        assert self.lake
        whole, unit = computing.computed(self.lake, self.object, self.scope.unit, self.frame), self.object.unit
        total = sum(row["figure"].value or 0 for row in rows)
        if self.object.measure.is_ratio or total <= (whole.value or 0):
            return ""
        said = f"{written(total, unit)}{unit.label}，去重以后 {shown(whole)}{unit.label}"
        return f"在几处都有的，各处都算一次：各行相加 {said}。"

    def _below(self, rows: list[dict[str, Any]]) -> dict[str, str]:
        """Of the parts that are units: bucket -> id."""
        assert self.lake
        below = [int(row["figure"].bucket) for row in rows if row["figure"].bucket] if self.by == BELOW else []
        return {str(row["unit"]): row["id"] for row in self.lake.matching(UNITS, "unit", below)} if below else {}

    @cached_property
    def _asked_part(self) -> dict[str, Any]:
        """The part that was asked for, which is one of those that are told."""
        assert self.lake and self.part
        found = (row for row in self._part_rows(self.lake) if (row["figure"].bucket or "") == self.part[1])
        if (row := next(found, None)) is None:
            raise Http404
        return row

    def _lines(self, figure: Figure, unit: int) -> TemplateSection:
        assert self.lake
        figure = self._asked_part["figure"] if self.part else figure
        rows = lines.some(self.lake, self.object, unit, self.frame, LINES, self.start, self.part)
        first, last = self.start + 1, self.start + len(rows)
        note = f"数的是这 {figure.lines:,} 行" + (
            f"，现在是第 {first:,} 至 {last:,} 行" if figure.lines > LINES else ""
        )
        acts = [self._turn("前一页", max(self.start - LINES, 0))] if self.start else []
        acts += [self._turn("后一页", last)] if last < figure.lines else []
        if self.part:
            note = f"只列{self._part_label()}；{note}"
            acts = [Act("列出全部", "figures.show", (self.object.key,), query=f"{self._asked()}{_TO_LINES}"), *acts]
        table = TableSection("明细", lines.columns(self.object), rows, Empty("这一期没有"))
        context = {
            "table": table,
            "may_export": figure.lines and admits(self.acting, lines.export_permission(self.object)),
        }
        return TemplateSection("indicators/lines.html", context, "明细", note, acts)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A sheet of the list, of the parts or of the months, with the method in front; each stands in the audit."""
        if self.lake is None:
            return self.render()
        wanted = request.POST.get("do")
        if wanted == "list" and admits(self.acting, lines.export_permission(self.object)):
            return self._export_list(self.lake)
        if wanted == "parts":
            return export(self, self._part_rows(self.lake), self._part_columns(), self._words(), self._note())
        if wanted == "months":
            found = months.rows(self._months(self.lake))
            return export(self, found, months.columns(self.object), self._words(), self._note())
        raise Http404

    def _export_list(self, at: Lake) -> HttpResponseBase:
        figure = computing.computed(at, self.object, self.scope.unit, self.frame)
        figure, most = (self._asked_part["figure"], exporting.AT_ONCE) if self.part else (figure, exporting.MOST_LINES)
        if figure.lines > most:
            words = f"这张表有 {figure.lines:,} 行，一次最多导出 {most:,} 行，请到下级单位分别导出"
            messages.error(self.request, words)
            return HttpResponseRedirect(self.request.get_full_path())
        if figure.lines > exporting.AT_ONCE:
            made = exporting.order(self.object.key, self.scope.unit, self.scope.name, self.frame)
            messages.success(self.request, f"这张表有 {figure.lines:,} 行，正在后台生成，做好后在消息里通知您")
            return HttpResponseRedirect(reverse("exports.show", args=[made.pk]))
        rows = lines.every(at, self.object, self.scope.unit, self.frame, self.part)
        words = f"{self._words()}，{self._part_label()}" if self.part else self._words()
        return export(self, rows, lines.columns(self.object), words, [("数值", self._told(figure)), *self._note()])

    def _told(self, figure: Figure) -> str:
        return f"{shown(figure)} {figure.indicator.unit.label}"

    def _words(self) -> str:
        return f"{self.scope.name or '全部'}，{self.frame.period.label}，截至 {self.frame.as_of}"

    def _note(self) -> list[tuple[str, Any]]:
        return note_of(self.object, self.lake)

    def _method(self) -> Section:
        one = self.object
        values = [Value(label, value or None) for label, value in note_of(one, self.lake)]
        return Section("口径", [*values, Value("方向", one.direction), Value("指标键", one.key)])

    def _turn(self, label: str, start: int) -> Act:
        bucket = {"bucket": self.part[1]} if self.part else {}
        return Act(label, "figures.show", (self.object.key,), query=self._asked(start=str(start), **bucket))

    def _part_url(self, bucket: str) -> str:
        return f"{self._address(bucket=bucket)}{_TO_LINES}"

    def _part_label(self) -> str:
        return f"{publishing.named(self.by)}：{self._asked_part['label']}"

    def _at(self, frame: Frame, unit: str = "") -> str:
        """The same figure at another time, or at a unit below."""
        as_of = frame.as_of if frame.as_of not in (frame.period.last, clock.today()) else ""
        return figure_url(self.object.key, period=frame.period.text, as_of=as_of, unit=unit or self.scope.id)

    def _address(self, **changed: str) -> str:
        return f"{reverse('figures.show', args=[self.object.key])}?{self._asked(**changed)}"

    def _asked(self, **changed: str) -> str:
        unit = {"unit": self.scope.id} if self.lake is not None and self.scope.id else {}
        as_of = self.request.GET.get("as_of") if "period" not in changed else None
        day = {"as_of": as_of} if as_of else {}
        return urlencode({"period": self.frame.period.text, **day, "by": self.by, **unit, **changed})


@shows
def under_a_figure(row: FactRow, who: Any) -> str | None:
    """A fact of a kind that a figure told at this desk counts, at one's own unit or below; of a person or a case to
    whoever is told which."""
    at = opened() if who.may("figures.view") else None
    about = {kind: about for one in open_indicators(who) for kind, about in one.listed_kinds.items()} if at else {}
    if at is None or row.type not in about or (about[row.type] == "person" and not who.may("people.view")):
        return None
    if row.cause == "case" and not naming.origins_of([{"fact": str(row.pk)}]):
        return None
    if about[row.type] == "person" and not Person.objects.filter(pk=people.standing(row.subject)).exists():
        return None
    return None if places.within(at, number_of(at, who), str(row.unit_id)) is None else ""


def _key(figure: Figure) -> str:
    return figure.indicator.key


routes = [
    page("office/figures/", Figures, "figures.list"),
    page("office/figures/<str:key>/", FigurePage, "figures.show"),
]
