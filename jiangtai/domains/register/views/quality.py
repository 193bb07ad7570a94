"""The quality board: what the register lacks, whose it is, and who is asked to mend it.

Its numbers are counted by a job and say when; each opens to the persons, who are of the moment.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from jiangtai import people
from jiangtai.access import Unit, units
from jiangtai.kernel import row_with
from jiangtai.people.sources import (
    DETAILS,
    LABELS,
    SOURCES,
    Batch,
    Said,
    disputed,
    disputes_by_list,
    incomplete,
    lacks_by_list,
    told_beside,
    with_disputes,
)
from jiangtai.web import Act, Choice, Column, Empty, Nav, Page, Stat, page

from .. import queries
from .persons import Roster

MOST_FIRMS = 50


class Quality(Page):
    """How complete, fresh and undisputed the register is within reach; every number opens."""

    permission, title, template = "sources.view", "数据质量", "register/quality.html"
    nav = Nav("队伍", "数据质量", 18)
    keywords = "完整 缺项 补正 质量 核对"
    actions = (Act("不再在册的人", "quality.left_out"),)

    def get_context(self) -> dict[str, Any]:
        """The numbers, and the firms that lack most."""
        counts = queries.lacking_counts()
        rows = people.most_lacking(MOST_FIRMS)
        newest = list(queries.newest_lists().only("source", "unit", "as_of", "failed"))
        sources = [self._source(row) for row in queries.quality_of_sources(newest)]
        lists = queries.quality_of_lists(newest, self._may_doubt(), MOST_FIRMS)
        return {
            **super().get_context(),
            "counted_at": people.counted_at(),
            "opens": self.acting.may("people.view"),
            "stats": [
                Stat(label, f"{counts[key]:,}", "人", url=self._persons("quality.list", key))
                for key, (label, _) in queries.LACKS.items()
            ],
            "others": self._others(sources),
            "labels": [label for label, _ in queries.LACKS.values()],
            "firms": [self._firm(row) for row in rows],
            "sources": sources,
            "lists": [self._list(row) for row in lists],
            "lists_cut": len(lists) == MOST_FIRMS,
            "may_doubt": self._may_doubt(),
            "is_cut": len(rows) == MOST_FIRMS,
        }

    def _persons(self, name: str, *args: str, **query: Any) -> str:
        """Where the persons behind a number are listed; nothing for whoever may not look at persons."""
        if not self.acting.may("people.view"):
            return ""
        return reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")

    def _may_doubt(self) -> bool:
        return self.acting.may("doubts.decide")

    def _source(self, row: dict[str, Any]) -> dict[str, Any]:
        key = row["source"].key
        wrong = f"{reverse('batches.list')}?{urlencode({'source': key, 'wrong': 'yes'})}"
        return {
            **row,
            "url": self._persons("quality.disputes", source=key),
            "lacks_url": self._persons("quality.incomplete", source=key),
            "wrong_url": wrong,
        }

    def _list(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            **row,
            "ask": asking(row["unit"].pk, "recheck") if self.acting.may("inquiries.ask") else "",
            "wrong_url": reverse("batches.show", args=[row["newest"].pk]) if row["newest"] else "",
            "disputes_url": self._persons("quality.disputes", list=row["key"]),
            "lacks_url": self._persons("quality.incomplete", list=row["key"]),
            "doubts_url": f"{reverse('doubts.list')}?{urlencode({'list': row['key']})}",
        }

    def _others(self, sources: list[dict[str, Any]]) -> list[Stat]:
        late = queries.late_lists(Batch.objects.order_by()).count()
        wrong = sum(row["wrong"] for row in sources)
        found = [
            Stat("名册里有误未改", f"{wrong:,}", "行", url=f"{reverse('batches.list')}?wrong=yes"),
            Stat("名册已过期", f"{late:,}", "份", url=f"{reverse('batches.list')}?late=yes"),
        ]
        if self.acting.may("doubts.decide"):
            found.append(Stat("疑似同人", f"{people.doubts().count():,}", "对", url=reverse("doubts.list")))
        return found

    def _firm(self, row: people.LackCount) -> dict[str, Any]:
        return {
            "unit": row.unit,
            "people": row.people,
            "counts": [
                (label, row.counts[key], self._persons("quality.list", key, firm=row.unit_id))
                for key, (label, _) in queries.LACKS.items()
            ],
            "ask": asking(row.unit_id, "mend") if self.acting.may("inquiries.ask") else "",
        }


def asking(unit: Any, topic: str) -> str:
    """Where a unit is asked to mend what is lacking, or to look again at what it handed in."""
    return f"{reverse('inquiries.ask')}?{query_of(unit, topic)}"


def query_of(unit: Any, topic: str) -> str:
    """Whom to ask, and about what, as the address says it."""
    return urlencode({"unit": unit, "topic": topic})


class Lacking(Roster):
    """The persons whom one lack concerns."""

    permission, is_listed, nav, parents = "people.view", False, None, ("quality",)
    actions = ()

    def prepare(self) -> None:
        """Which lack, and of which firm."""
        if self.kwargs["lack"] not in queries.LACKS:
            raise Http404
        super().prepare()
        asked = self.request.GET.get("firm", "")
        self.firm = units.named(queries.served_units(), asked) if asked else None
        if asked and self.firm is None:
            raise Http404

    def get_title(self) -> str:
        """What is lacking, and where."""
        label = queries.LACKS[self.kwargs["lack"]][0]
        return f"{self.firm}：{label}" if self.firm else label

    def get_actions(self) -> list[Act]:
        """The firm can be asked to mend it."""
        if self.firm is None:
            return []
        return [Act("请单位补正", "inquiries.ask", query=query_of(self.firm.pk, "mend"))]

    def get_empty(self) -> Empty:
        """Nobody lacks it."""
        return Empty("没有缺这一项的人")

    def rows(self) -> Any:
        """Those within reach, of the firm in the address."""
        rows = queries.lacking(self.kwargs["lack"], self.firm)
        return rows if self.named is None else rows.filter(pk__in=[one.pk for one in self.named.people])


def _in_rows(rows: Any, value: str) -> Any:
    """The list itself asks for it: one line must meet all three."""
    return rows


def _by_line(lists: Callable[[], Iterable[tuple[str, Any, int]]]) -> tuple[Choice, Choice]:
    """By the source and by the list whose lines are asked about."""
    return (
        Choice("来源", "source", choices=[(one.key, one.label) for one in SOURCES.values()], match=_in_rows),
        Choice(
            "名册",
            "list",
            choices=lambda page: queries.lists_named((source, unit) for source, unit, _ in lists()),
            match=_in_rows,
        ),
    )


def _told_by(page: Roster, narrowed: Callable[..., Any], detail: str) -> Any:
    """The persons whom a line of the source and the list concerns in the detail asked for."""
    rows, asked = Roster.rows(page), {one.key: value for one, value in page.state.values}
    source, unit = queries.of_list(asked["list"]) if "list" in asked else (asked.get("source", ""), "")
    if asked.get("source", source) != source:
        return rows.none()
    return narrowed(rows, source, unit, asked.get(detail, ""))


class Incomplete(Roster):
    """The persons of whom something is lacking that a list on which they stand has a column for."""

    permission, is_listed, nav, title = "people.view", False, None, "名册里缺项的人"
    parents, actions = ("quality",), ()
    conditions = (
        *_by_line(lacks_by_list),
        Choice("缺哪一项", "lack", choices=[(key, label) for key, (label, _) in queries.LACKS.items()], match=_in_rows),
        *Roster.conditions,
    )
    columns = (Roster.columns[0], Column("lacks", "缺什么", lambda row: _lacked(row)), *Roster.columns[1:])
    empty = Empty("没有缺项的人", "只列名册有这一栏、登记库里仍是空的人；报送单位补填后重新报送即可。")

    def rows(self) -> Any:
        """Those within reach."""
        return _told_by(self, incomplete, "lack")


def _lacked(row: Any) -> list[str]:
    """What of a person is not known."""
    known = {
        "id_number": row.card.id_number,
        "phone": row.card.phone,
        "birth": row.birth_year,
        "education": row.education,
        "occupation": all(work.occupation for work in row.works),
    }
    return [label for key, (label, _) in queries.LACKS.items() if not known[key]]


class LeftOut(Roster):
    """Whom a whole list no longer holds: of one list everybody, else who still works somewhere."""

    permission, is_listed, nav, title = "people.view", False, None, "不再在册的人"
    parents, actions = ("quality",), ()
    empty = Empty("没有不再在册的人", "全量名册导入后，上次有、这次没有的人列在这里；用工关系不自动改，请单位核实。")

    def prepare(self) -> None:
        """Which list, and which firm."""
        super().prepare()
        self.batch = self._asked("batch", Batch.objects.filter(is_whole=True))
        self.firm = self._asked("firm", queries.served_units())

    def _asked(self, name: str, rows: Any) -> Any:
        text = self.request.GET.get(name, "")
        found = row_with(rows, text) if text else None
        if text and found is None:
            raise Http404
        return found

    def get_title(self) -> str:
        """Of which list, and where."""
        told = [str(self.firm)] if self.firm else []
        if self.batch:
            told.append(f"{SOURCES[self.batch.source].label}（截至 {self.batch.as_of}）")
        return "：".join(["，".join(told), self.title]) if told else self.title

    def get_actions(self) -> list[Act]:
        """The firm can be asked whether they still work there."""
        return [Act("请单位核实", "inquiries.ask", query=query_of(self.firm.pk, "staying"))] if self.firm else []

    def rows(self) -> Any:
        """Those within reach."""
        rows = queries.left_out(self.batch, self.firm)
        return rows if self.named is None else rows.filter(pk__in=[one.pk for one in self.named.people])

    batch: Batch | None
    firm: Unit | None


class Disputed(Roster):
    """The persons of whom a list says otherwise than the register has."""

    permission, is_listed, nav, title = "people.view", False, None, "来源说法不同"
    parents, actions = ("quality",), ()
    conditions = (
        *_by_line(disputes_by_list),
        Choice("哪一项", "field", choices=[(field, LABELS[field]) for field in DETAILS], match=_in_rows),
        *Roster.conditions,
    )
    columns = (
        Roster.columns[0],
        Column("told", "与登记不同的", lambda row: _told(row)),
        *(one if one.key == "unit" else replace(one, hidden=True) for one in Roster.columns[1:]),
    )
    page_size = 20  # what lists say takes lines, above all on a phone
    empty = Empty("没有说法不同的人", "名册导入后每十分钟比对一次；按什么规则选用，在职工档案的“信息来源”里看。")

    def rows(self) -> Any:
        """Those within reach, with what is said otherwise of each."""
        return with_disputes(_told_by(self, disputed, "field"))


def _told(row: Any) -> list[str]:
    """What the register has of a detail and on whose word, beside what those sources say that say otherwise."""
    found: dict[str, list[str]] = {}
    for one in row.told:
        found.setdefault(one.field, []).append(one.source)
    said = {one.field: one for one in told_beside(row)}
    return [_beside(field, said.get(field), sources) for field, sources in found.items()]


def _beside(field: str, said: Said | None, sources: list[str]) -> str:
    """Both values; where a value was put right since the lists were compared, which lists said otherwise then."""
    pairs = zip(said.choice.others, said.others, strict=True) if said else ()
    told = [other for claim, other in pairs if claim.source in sources]
    others = dict.fromkeys(one.words if one.value else f"{one.words}说法不同" for one in told)
    if said is None or not others:
        return f"{LABELS[field]}（{'、'.join(dict.fromkeys(SOURCES[one].label for one in sources))}）"
    return f"{LABELS[field]}：登记 {said.registered or '无'}，取自{said.source}；{'；'.join(others)}"


routes = [
    page("office/quality/disputes/", Disputed, "quality.disputes"),
    page("office/quality/incomplete/", Incomplete, "quality.incomplete"),
    page("office/quality/left-out/", LeftOut, "quality.left_out"),
    page("office/quality/", Quality, "quality"),
    page("office/quality/<slug:lack>/", Lacking, "quality.list"),
]
