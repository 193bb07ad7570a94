"""The same tasks by light and by month: a board, on which what is late stands first, and a timeline."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse

from jiangtai.kernel import Period, clock
from jiangtai.web import Tag, page

from ..models import Task
from ..queries import tasks as queries
from ..rules.lights import Tone
from .lights import tag_of
from .tasks import CONDITIONS, TaskRows, origin, show

CARDS, LINES = 10, 6


def firsts(parts: Sequence[QuerySet[Any]], most: int) -> list[Any]:
    """The first few of each part by deadline, all in one question: each part is read only as far as it is shown."""
    if not parts:
        return []
    heads = [one.select_related(None).order_by("due", "pk").values("pk")[:most] for one in parts]
    rows = heads[0].union(*heads[1:], all=True) if len(heads) > 1 else heads[0]
    return [row["pk"] for row in rows]


def _within(month: date | None) -> dict[str, Any]:
    """Due in a month; without one, due on no day."""
    return {"due__gte": month, "due__lt": _after(month)} if month else {"due__isnull": True}


def _after(month: date) -> date:
    """The first day of the month that follows."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


class Board(TaskRows):
    """Tasks by light: what is late stands first."""

    title, face_of, template, rail_as = "任务看板", "board", "reform/board.html", "tasks.list"
    conditions = tuple(one for one in CONDITIONS if one.key not in ("light", "changed", "state", "dated"))
    exports = False

    def get_context(self) -> dict[str, Any]:
        """A column for each light: how many, and the first of them by deadline."""
        rows = self.state.narrow(self.rows()).exclude(state__in=queries.CLOSED)
        counts, asked = queries.counts(rows), self.state.address()
        asked_for = [rows.filter(tone=tone.value) for tone in Tone if tone is not Tone.NONE]
        first = firsts([*asked_for, rows.filter(tone=Tone.NONE.value, due__isnull=True)], CARDS)
        cards: dict[str, list[Any]] = {}
        for row in self.rows().filter(pk__in=first).order_by("due", "pk"):
            cards.setdefault(row.tone, []).append(row)
        columns = [
            {
                "tag": Tag(tone.label, tone.tag),
                "count": counts[tone],
                "rest": max(counts[tone] - CARDS, 0),
                "url": f"{reverse('tasks.list')}?light={tone.value}{f'&{asked}' if asked else ''}",
                "cards": [self._card(row) for row in cards.get(tone.value, [])],
            }
            for tone in Tone
        ]
        return {**super().get_context(), "board": columns}

    def _card(self, row: Task) -> dict[str, Any]:
        return {"row": row, "url": show(row), "why": queries.light_of(row).why, "origin": origin(row)}


class Timeline(TaskRows):
    """Tasks by the month in which they are due: how many at which light, and the next of them."""

    title, face_of, template, rail_as = "任务时间轴", "timeline", "reform/timeline.html", "tasks.list"
    conditions = tuple(one for one in CONDITIONS if one.key not in ("light", "changed", "state", "dated"))
    exports = False

    def get_context(self) -> dict[str, Any]:
        """Month by month, quarters marked; what has no deadline stands last."""
        rows = self.state.narrow(self.rows()).exclude(state__in=queries.CLOSED).annotate(month=TruncMonth("due"))
        found = rows.order_by().values("month", "tone").annotate(number=Count("pk"))
        months: dict[date | None, dict[str, int]] = {}
        for one in found:
            months.setdefault(one["month"], {})[one["tone"]] = one["number"]
        order = sorted(one for one in months if one is not None) + [one for one in months if one is None]
        shown: dict[date | None, list[Any]] = {}
        first = firsts([rows.filter(**_within(month)) for month in order], LINES)
        for row in rows.filter(pk__in=first).order_by("due", "pk"):
            shown.setdefault(row.month, []).append(row)
        return {
            **super().get_context(),
            "tones": [Tag(tone.label, tone.tag) for tone in Tone],
            "months": [self._month(one, months[one], shown.get(one, [])) for one in order],
        }

    def _month(self, month: date | None, counts: dict[str, int], rows: list[Any]) -> dict[str, Any]:
        asked = self.state.address()
        address = "dated=no&state=live"
        if month is not None:
            address = f"due_from={month}&due_to={_after(month) - timedelta(days=1)}&state=live"
        shown = [{"row": row, "url": show(row), "tag": tag_of(queries.light_of(row))} for row in rows]
        total, base = sum(counts.values()), f"{reverse('tasks.list')}?{asked}{'&' if asked else ''}"
        today = clock.today()
        return {
            "label": clock.chinese_month(month) if month else "没有期限",
            "quarter": Period.quarter_of(month).label if month and month.month % 3 == 1 else "",
            "is_now": month is not None and (month.year, month.month) == (today.year, today.month),
            "cells": [
                {"label": tone.label, "number": counts.get(tone.value, 0), "url": f"{base}{address}&light={tone.value}"}
                for tone in Tone
            ],
            "total": total,
            "url": f"{base}{address}",
            "lines": shown,
            "rest": total - len(shown),
        }


routes = [
    page("office/tasks/board/", Board, "tasks.board"),
    page("office/tasks/timeline/", Timeline, "tasks.timeline"),
]
