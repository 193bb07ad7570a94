"""The cockpit's page: five figures of this desk; for one of them what moved it, its months, and the units below."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from jiangtai.web import Act, Column, Nav, Tab, Tag, export, page

from .. import cockpit, moving, publishing
from ..charts import script_url
from ..cockpit import Below, Card
from ..comparing import Change
from ..declare import Indicator
from ..lights import RED, Light
from ..measures import Unit
from ..places import figure_url
from ..targets import standings, targets_in_force
from . import months
from .asking import named_periods, note_of, parts, shown, written
from .desk import DeskPage
from .figures import NO_LAKE
from .tones import LIGHTS

MOST_TILES = 60


class CockpitPage(DeskPage):
    """Five numbers, why one of them moved, and who below stands how."""

    permission, title, template = "figures.view", "看板", "indicators/cockpit.html"
    nav = Nav("指标", "看板", 5)
    keywords = "驾驶舱 五个数 红灯 趋势 同比 环比 排名 对比"
    actions = (Act("生成简报", "figures.brief", primary=True),)

    def prepare(self) -> None:
        """One of the five, if one is asked for."""
        super().prepare()
        wanted = self.request.GET.get("figure", "")
        if wanted and wanted not in {one.key for one in self.five}:
            raise Http404

    @cached_property
    def _looked_at(self) -> Card:
        """The one asked for; else the first that is behind; else the first."""
        wanted = self.request.GET.get("figure", "")
        asked = [one for one in self.cards if one.indicator.key == wanted]
        behind = [one for one in self.cards if one.light and one.light.color == RED]
        return (asked or behind or self.cards)[0]

    def get_context(self) -> dict[str, Any]:
        """Everything of the page, or that there is nothing yet."""
        context = {**super().get_context(), "empty": NO_LAKE, "tabs": self._tabs(), "frame": self.frame}
        if self.lake is None or not self.five:
            return context
        one = self._looked_at.indicator
        below = self._below()
        return {
            **context,
            "unit": self.told_of,
            "cards": [self._card(card) for card in self.cards],
            "is_void": not any(card.figure.value for card in self.cards),
            "looked_at": self._card(self._looked_at),
            "moved": self._moved(one),
            "months": months.drawn(self.board.trend(one), f"{self.told_of}，截至 {self.frame.as_of}"),
            "tiles": [_tile(row) for row in below[:MOST_TILES]],
            "rest": len(below) - MOST_TILES,
            "silent": len(self.board.children) - len(below),
            "most": max((row.figure.value or 0 for row in below), default=0) or 1,
            "note": note_of(one, self.lake),
            "echarts": script_url(),
        }

    def _tabs(self) -> list[Tab]:
        asked = self.frame.period.text
        return [Tab(label, f"?{self._query(period=text)}", text == asked)
                for label, text in named_periods(self.frame)]  # fmt: skip

    def _query(self, **changed: str) -> str:
        asked = {name: self.request.GET[name] for name in ("period", "figure") if self.request.GET.get(name)}
        return urlencode({**asked, **changed})

    def _card(self, card: Card) -> dict[str, Any]:
        one = card.indicator
        values = [each.value for each in self.board.trend(one)]
        return {
            "key": one.key, "label": one.label, "value": shown(card.figure), "unit": one.unit.label,
            "method": one.method, "url": f"?{self._query(figure=one.key)}", "is_current": one is self._shown_one,
            "rows": self._url(one),
            "before": card.before, "year_before": card.year_before, "line": cockpit.line(values),
            "light": _light(card.light), "why": card.light.words if card.light else "",
        }  # fmt: skip

    @property
    def _shown_one(self) -> Indicator:
        return self._looked_at.indicator

    def _moved(self, one: Indicator) -> dict[str, Any]:
        assert self.lake
        found = moving.moved(self.lake, one, self.board.unit, self.frame.period, self.frame.today)
        by = publishing.named(found.by) if found.by else ""
        return {
            "change": Change(found.now.value, found.past.value, one.unit), "past": shown(found.past), "by": by,
            "below": [_part(each, one, self._below_url(each, one)) for each in found.below]
            if any(each.bucket for each in found.below) else [],
            "parts": [_part(each, one, self._url(one, by=found.by, bucket=each.bucket)) for each in found.parts],
            "period": self.frame.as_far_before.period.label,
        }  # fmt: skip

    def _url(self, one: Indicator, **asked: str) -> str:
        return figure_url(one.key, period=self.frame.period.text, **asked)

    def _below_url(self, each: moving.Contribution, one: Indicator) -> str:
        below = {str(scope.unit): scope.id for scope in self.board.children}
        return self._url(one, unit=below.get(each.bucket, ""))

    def _below(self) -> list[Below]:
        one = self._looked_at.indicator
        lights: dict[int, Light] = {}
        if self.acting.may("targets.view"):
            ids = [UUID(scope.id) for scope in self.board.children]
            rows = targets_in_force().filter(indicator=one.key, year=self.frame.as_of.year, unit__in=ids)
            lights = {each.target.unit.number: each.light for each in standings(rows, self.frame.as_of, self.lake)}
        return self.board.below(one, lights)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A sheet of the months, or of the units below, with the method in front."""
        if self.lake is None or not self.five:
            return self.render()
        one, wanted = self._looked_at.indicator, request.POST.get("do")
        words = f"{self.told_of}，{one.label}，{self.frame.period.label}，截至 {self.frame.as_of}"
        if wanted == "months":
            found = months.rows(self.board.trend(one))
            return export(self, found, months.columns(one), words, note_of(one, self.lake))
        if wanted == "below":
            return export(self, self._below(), _below_columns(one), words, note_of(one, self.lake))
        raise Http404


def _below_columns(one: Indicator) -> list[Column]:
    """Numbers stay numbers in a sheet."""
    columns = [Column("name", "单位", "scope.name"),
               Column("value", f"{one.label}（{one.unit.label}）", "figure.value", kind="num")]  # fmt: skip
    if one.measure.is_ratio:
        columns += [Column("part", "其中", "figure.part", kind="num"),
                    Column("whole", "总数", "figure.whole", kind="num")]  # fmt: skip
    return [*columns, Column("persons", "在岗职工（人）", kind="num"),
            Column("light", "年度序时进度", lambda row: _light(row.light)),
            Column("why", "年度情况", lambda row: row.light.words if row.light else "")]  # fmt: skip


def _tile(row: Below) -> dict[str, Any]:
    one = row.figure.indicator
    return {"name": row.scope.name, "shown": shown(row.figure), "value": row.figure.value, "persons": row.persons,
            "light": _light(row.light), "why": row.light.words if row.light else "",
            "parts": parts(row.figure) if one.measure.is_ratio else "",
            "persons_url": figure_url(cockpit.PERSONS, unit=row.scope.id, period=row.figure.frame.period.text),
            "url": figure_url(one.key, unit=row.scope.id, period=row.figure.frame.period.text)}  # fmt: skip


def _part(each: moving.Contribution, one: Indicator, url: str) -> dict[str, Any]:
    past, now = (figure.value if figure else None for figure in (each.past, each.now))
    sign, moved = "+" if each.difference > 0 else "−", written(abs(each.difference), one.unit)
    unit = " 个百分点" if one.unit is Unit.PERCENT else ""
    return {"label": each.label, "url": url, "past": written(past, one.unit), "now": written(now, one.unit),
            "difference": f"{sign}{moved}{unit}" if moved != "0" else "持平"}  # fmt: skip


def _light(light: Light | None) -> Tag | None:
    return LIGHTS[light.color] if light else None


routes = [page("office/cockpit/", CockpitPage, "figures.cockpit")]
