"""The quality board: what the register lacks, whose it is, and who is asked to mend it."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from jiangtai import people
from jiangtai.access import Unit
from jiangtai.people.sources import SOURCES, disputed, disputes_by_list
from jiangtai.web import Choice, Crumb, Empty, Nav, Page, Stat, page

from .. import queries
from .persons import Roster

MOST_FIRMS = 50


class Quality(Page):
    """How complete, fresh and undisputed the register is within reach; every number opens."""

    permission, title, template = "sources.view", "数据质量", "register/quality.html"
    nav = Nav("队伍", "数据质量", 18)
    keywords = "完整 缺项 补正 质量 核对"

    def get_context(self) -> dict[str, Any]:
        """The numbers, and the firms that lack most."""
        counts = queries.lacking_counts()
        rows = queries.lacking_by_firm(MOST_FIRMS)
        return {
            **super().get_context(),
            "stats": [
                Stat(label, f"{counts[key]:,}", "人", url=reverse("quality.list", args=[key]))
                for key, (label, _) in queries.LACKS.items()
            ],
            "others": self._others(),
            "labels": [label for label, _ in queries.LACKS.values()],
            "firms": [self._firm(row) for row in rows],
            "sources": [self._source(row) for row in queries.quality_of_sources()],
            "lists": [self._list(row) for row in queries.quality_of_lists(self._may_doubt(), MOST_FIRMS)],
            "may_doubt": self._may_doubt(),
            "is_cut": len(rows) == MOST_FIRMS,
        }

    def _may_doubt(self) -> bool:
        return self.acting.may("doubts.decide")

    def _source(self, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "url": f"{reverse('quality.disputes')}?{urlencode({'source': row['source'].key})}"}

    def _list(self, row: dict[str, Any]) -> dict[str, Any]:
        asked = urlencode({"list": row["key"]})
        return {
            **row,
            "disputes_url": f"{reverse('quality.disputes')}?{asked}",
            "doubts_url": f"{reverse('doubts.list')}?{asked}",
        }

    def _others(self) -> list[Stat]:
        sources = queries.freshness_of_sources()
        late = sum(row["words"].startswith("已过期") for row in sources)
        found = [
            Stat("名册里有误未改", f"{queries.lines_to_put_right():,}", "行", url=reverse("batches.list")),
            Stat("来源已过期", str(late), "个", url=reverse("sources.list")),
        ]
        if self.acting.may("doubts.decide"):
            found.append(Stat("疑似同人", f"{people.doubts().count():,}", "对", url=reverse("doubts.list")))
        return found

    def _firm(self, row: dict[str, Any]) -> dict[str, Any]:
        unit = row["unit"]
        asked = {"unit": unit.pk, "topic": "mend"}
        return {
            "unit": unit,
            "people": row["people"],
            "counts": [
                (label, row["counts"][key], f"{reverse('quality.list', args=[key])}?{urlencode({'firm': unit.pk})}")
                for key, (label, _) in queries.LACKS.items()
            ],
            "ask": f"{reverse('inquiries.ask')}?{urlencode(asked)}" if self.acting.may("inquiries.ask") else "",
        }


class Lacking(Roster):
    """The persons whom one lack concerns."""

    permission, is_listed, nav = "people.view", False, None
    actions = ()

    def prepare(self) -> None:
        """Which lack, and of which firm."""
        if self.kwargs["lack"] not in queries.LACKS:
            raise Http404
        super().prepare()

    def get_title(self) -> str:
        """What is lacking."""
        return queries.LACKS[self.kwargs["lack"]][0]

    def get_crumbs(self) -> list[Crumb]:
        """Through the board."""
        return [Crumb("数据质量", reverse("quality"))]

    def get_empty(self) -> Empty:
        """Nobody lacks it."""
        return Empty("没有缺这一项的人")

    def rows(self) -> Any:
        """Those within reach, of the firm in the address."""
        firm = self.request.GET.get("firm", "")
        unit = queries.unit_named(Unit.objects.all(), firm) if firm else None
        if firm and unit is None:
            raise Http404
        rows = queries.lacking(self.kwargs["lack"], unit)
        return rows if self.named is None else rows.filter(pk__in=[one.pk for one in self.named.people])


class Disputed(Roster):
    """The persons of whom a list says otherwise than the register has."""

    permission, is_listed, nav, title = "people.view", False, None, "来源说法不同"
    parents, actions = ("quality",), ()
    conditions = (
        Choice(
            "来源",
            "source",
            choices=[(one.key, one.label) for one in SOURCES.values()],
            match=lambda rows, key: disputed(rows, key),
        ),
        Choice(
            "名册",
            "list",
            choices=lambda page: queries.lists_named((source, unit) for source, unit, _ in disputes_by_list()),
            match=lambda rows, key: disputed(rows, *queries.of_list(key)),
        ),
        *Roster.conditions,
    )
    empty = Empty("没有说法不同的人", "名册导入后每十分钟比对一次；打开职工档案，在“信息来源”里看是哪一项。")

    def rows(self) -> Any:
        """Those within reach."""
        return disputed(super().rows())


routes = [
    page("office/quality/disputes/", Disputed, "quality.disputes"),
    page("office/quality/", Quality, "quality"),
    page("office/quality/<slug:lack>/", Lacking, "quality.list"),
]
