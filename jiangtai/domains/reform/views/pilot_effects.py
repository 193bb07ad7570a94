"""Before and after (前后对照): one indicator at a batch's pilots beside others of their kind; it proves nothing."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai import indicators, lake
from jiangtai.indicators import Indicator
from jiangtai.kernel import clock
from jiangtai.web import Column, Crumb, Empty, Page, TableSection, admits, export, page

from ..models import PilotBatch
from ..queries import pilot_effects as queries
from ..queries import pilots
from ..queries.pilot_effects import GROUPS, Cell, Compared, UnitFigure

WARNING = (
    "这是对照，不是因果证明：试点单位本来就可能与其他单位不同，变化也可能来自别的原因。比重按全部单位合并计算，"
    "其余取一家的平均数；人数是这些单位在册的职工人数，由 1 至 4 人组成的数不显示。"
)
UNEVEN = "这项指标按年累计，所选年度还没有过完，与上一个全年不可比，不算变化。"
WHENS = (("before", "试点前"), ("since", "试点后"))


class Line(NamedTuple):
    """One line of the comparison: a group of units of one kind."""

    kind: str
    group: str
    before: Cell
    since: Cell
    unit: indicators.Unit

    @property
    def pk(self) -> str:
        """By what it is told apart."""
        return f"{self.before.kind}-{self.before.group}"


def written(cell: Cell, unit: indicators.Unit) -> str:
    """The number as it is written, or why it is not."""
    if cell.hidden:
        return cell.hidden
    if cell.value is None:
        return "—"
    text = f"{cell.value:,.1f}".removesuffix(".0")
    return f"{text}{unit.label}"


def change(line: Line) -> str:
    """By how much it moved; nothing where one of the two is hidden."""
    if line.before.hidden or line.since.hidden or line.before.value is None or line.since.value is None:
        return "—"
    if not line.before.value and not line.since.value:
        return "—"  # nothing was counted then or now: there is nothing that stayed the same
    moved = line.since.value - line.before.value
    said = f"{abs(moved):,.1f}".removesuffix(".0")
    unit = "个百分点" if line.unit is indicators.Unit.PERCENT else line.unit.label
    return "持平" if said == "0" else f"{'+' if moved > 0 else '−'}{said}{unit}"


def persons(cell: Cell) -> str:
    """How many people stand behind it."""
    return cell.hidden if 0 < cell.persons < queries.suppressing.LEAST else f"{cell.persons:,}"


class Comparing(Page):
    """What the comparison and the rows beneath one of its numbers have in common."""

    permission, title, is_listed = "pilots.compare", "试点前后对照", True
    parents = ("pilots.list",)
    compared: Compared | None

    def prepare(self) -> None:
        """The batch, the indicator and the year that the address names, or the first of each."""
        super().prepare()
        if not self.acting.reach.is_everything:  # a unit's own leader is not told how other units stand
            raise Http404
        asked = self.request.GET
        self.batches = list(pilots.batches(self.acting).filter(state=PilotBatch.State.NAMED))
        self.known = queries.open_to(self.acting)
        self.batch = _one(self.batches, asked.get("batch", ""), lambda row: str(row.pk))
        self.indicator: Indicator | None = _one(self.known, asked.get("of", queries.FIRST), lambda row: row.key)
        self.years = queries.years(self.batch) if self.batch else []
        self.year = _one(self.years, asked.get("year", ""), str)

    def address(self, **more: str) -> str:
        """The same question, with more."""
        asked = {"batch": self.batch.pk if self.batch else "", "of": self.indicator.key if self.indicator else "",
                 "year": self.year or ""}  # fmt: skip
        return urlencode({**asked, **more})


def _one(rows: list[Any], wanted: str, key: Any) -> Any:
    """The one that is asked for; the first where nothing is asked; what is not there is no page."""
    if not wanted:
        return rows[0] if rows else None
    found = next((row for row in rows if key(row) == wanted), None)
    if found is None and rows:
        raise Http404
    return found


class Compare(Comparing):
    """The comparison."""

    template = "reform/pilot_effects.html"
    keywords = "试点成效 对比 前后"

    def prepare(self) -> None:
        """Computed, where there is something to compare."""
        super().prepare()
        self.compared = None
        if self.batch and self.indicator and self.year:
            try:
                self.compared = queries.compared(self.batch, self.indicator, self.year)
            except lake.NoLake:
                self.compared = None

    def get_context(self) -> dict[str, Any]:
        """The table, what it says of itself, and what may be asked."""
        made = self.compared
        found = TableSection("", self.columns(), list(self.lines()))
        return {
            "batches": self.batches, "batch": self.batch, "known": self.known, "of": self.indicator,
            "years": self.years, "year": self.year, "compared": made, "section": found, "warning": self.warning,
            "spans": [(label, _span(made, when)) for when, label in WHENS] if made else [],
            "may_export": made is not None and bool(made.cells) and admits(self.acting, "lists.export"),
        }  # fmt: skip

    def lines(self) -> Iterator[Line]:
        """Group by group, kind by kind, where anything is counted."""
        made = self.compared
        if made is None:
            return
        for kind, label in [one for one in made.kinds if one not in made.empty]:
            for group, said in GROUPS:
                before, since = (made.cells[group, kind, when] for when, _ in WHENS)
                yield Line(label, said, before, since, made.indicator.unit)

    @property
    def is_uneven(self) -> bool:
        """Whether one of the years is not over, and the numbers add up over a year."""
        return self.compared is not None and self.compared.is_uneven

    @property
    def warning(self) -> str:
        """What the comparison does not say."""
        empty = "、".join(label for _, label in self.compared.empty) if self.compared else ""
        return WARNING + (UNEVEN if self.is_uneven else "") + (f"{empty}前后都没有数，没有列出。" if empty else "")

    def columns(self) -> list[Column]:
        """Each number with the people behind it, and the way to its rows."""
        first, second = WHENS[0][1], WHENS[1][1]
        return [
            Column("kind", "单位类别"),
            Column("group", "组别"),
            Column("units", "单位数", lambda line: line.since.units, kind="num"),
            Column("before", first, lambda line: written(line.before, line.unit), kind="num",
                   link=lambda line: self._rows(line.before)),
            Column("before_persons", f"{first}职工人数", lambda line: persons(line.before), kind="num"),
            Column("since", second, lambda line: written(line.since, line.unit), kind="num",
                   link=lambda line: self._rows(line.since)),
            Column("since_persons", f"{second}职工人数", lambda line: persons(line.since), kind="num"),
            Column("change", "变化", lambda line: "—" if self.is_uneven else change(line), kind="num"),
        ]  # fmt: skip

    def _rows(self, cell: Cell) -> str:
        return f"{reverse('pilots.compare.rows')}?{self.address(group=cell.group, kind=cell.kind, when=cell.when)}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The sheet, with what the page says of itself in front."""
        made = self.compared
        if made is None or not made.cells or not admits(self.acting, "lists.export"):
            raise Http404
        words = f"{self.batch}；{made.indicator.label}；{_span(made, 'before')}与{_span(made, 'since')}"
        moment = f"{made.at.astimezone(clock.OFFICE_ZONE):%Y-%m-%d %H:%M}"
        more = [("口径", made.indicator.method), ("数据时点", moment),
                ("说明", self.warning)]  # fmt: skip
        return export(self, list(self.lines()), self.columns(), words, more)


def _span(made: Compared, when: str) -> str:
    frame = made.frame(when)
    return f"{frame.period.label}（{frame.first:%m-%d} 至 {frame.as_of:%m-%d}）"


class CompareRows(Comparing):
    """The units beneath one number, each with its own; a unit's number opens to the rows it counts."""

    is_listed, template = False, "reform/pilot_effect_rows.html"

    def prepare(self) -> None:
        """Which number; the pilots' own since they were named where none is asked for."""
        super().prepare()
        asked, (group, when) = self.request.GET, (GROUPS[0][0], WHENS[1][0])
        self.cell = (asked.get("group", group), asked.get("kind", ""), asked.get("when", when))
        if self.cell[0] not in dict(GROUPS) or self.cell[2] not in dict(WHENS):
            raise Http404
        self.rows: list[UnitFigure] = []
        if self.batch and self.indicator and self.year:
            try:
                self.rows = queries.rows(self.batch, self.indicator, self.year, self.cell)
            except lake.NoLake:
                self.rows = []

    def get_title(self) -> str:
        """Of what."""
        label = self.indicator.label if self.indicator else self.title
        return f"{label}：{dict(GROUPS)[self.cell[0]]}，{dict(WHENS)[self.cell[2]]}"

    def get_crumbs(self) -> list[Crumb]:
        """Back to the comparison."""
        return [*super().get_crumbs(), Crumb("试点前后对照", f"{reverse('pilots.compare')}?{self.address()}")]

    def get_context(self) -> dict[str, Any]:
        """The units and their sum."""
        if not (self.rows and self.batch and self.indicator):
            return {"section": TableSection("", (), [], Empty("这里没有单位", "回到前后对照，点开其中的一个数。"))}
        of = self.indicator
        frame = queries.frames(self.batch, of, self.year)[0 if self.cell[2] == "before" else 1]
        period = frame.period.text if frame.as_of == frame.period.last or frame.today >= clock.today() else ""
        columns = [
            Column("unit", "单位", lambda row: row.unit.name),
            Column("value", f"{of.label}（{of.unit.label}）", lambda row: _value(row),
                   link=lambda row: _figure(of, row, period or str(frame.as_of)), kind="num"),
            Column("persons", "职工人数", lambda row: row.persons, kind="num"),
        ]  # fmt: skip
        known = [row.figure for row in self.rows if row.figure]
        total = (f"合计 {sum(one.part for one in known):,.0f}" if not of.measure.is_ratio else
                 f"合计 {sum(one.part for one in known):,.0f} / {sum(one.whole for one in known):,.0f}")  # fmt: skip
        note = f"{len(self.rows)} 家，{total}，截至 {frame.as_of}"
        return {"section": TableSection("", columns, self.rows, Empty("这里没有单位")), "note": note}


def _value(row: UnitFigure) -> str:
    if row.figure is None or row.figure.value is None:
        return "—"
    return f"{row.figure.value:,.1f}".removesuffix(".0")


def _figure(of: Indicator, row: UnitFigure, period: str) -> str:
    return indicators.figure_url(of.key, unit=row.unit.pk, period=period)


routes = [
    page("office/pilots/compare/", Compare, "pilots.compare"),
    page("office/pilots/compare/rows/", CompareRows, "pilots.compare.rows"),
]
