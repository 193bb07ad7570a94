"""The matrix of units and measures with their lights, and the leading group's one page; every number opens to rows."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse

from jiangtai.access import Unit
from jiangtai.kernel import clock
from jiangtai.web import Nav, Page, Tag, page

from ..models import Measure, Part, Plan
from ..queries import library
from ..queries import tasks as queries
from ..rules.lights import Tone
from .lights import tag_of
from .tasks import show

ROWS, MOST_RED, MOST_LINES = 50, 8, 6
GRAVE = (Tone.RED, Tone.AMBER, Tone.NONE, Tone.GREEN, Tone.DONE)
LETTERS = {Part.Role.LEAD.value: "牵", Part.Role.SUPPORT.value: "配"}
OWN = "办"
"""Works on a part of it without being named in the plan."""


class OfPlans(Page):
    """A page about the plans in force, or about the one that is asked for."""

    @cached_property
    def plans(self) -> list[Plan]:
        """Those in force."""
        return list(Plan.objects.filter(state=Plan.State.IN_FORCE).order_by("-since", "pk"))

    @cached_property
    def asked(self) -> Plan | None:
        """The one asked for."""
        wanted = self.request.GET.get("plan", "")
        return next((one for one in self.plans if str(one.pk) == wanted), None)


class Matrix(OfPlans):
    """Who does what, and how it stands: measures down, units across, only what is there."""

    permission, title, template = "reform.view", "责任矩阵", "reform/matrix.html"
    nav = Nav("改革方案", "责任矩阵", 24)
    keywords = "单位 举措 牵头 配合 分工"

    @cached_property
    def plan(self) -> Plan | None:
        """The one asked for, or the newest."""
        return self.asked or (self.plans[0] if self.plans else None)

    def get_context(self) -> dict[str, Any]:
        """One page of measures, and the units that have anything in them."""
        if self.plan is None:
            return {"plan": None}
        rows = Measure.objects.filter(plan=self.plan).order_by("place")
        sections = list(dict.fromkeys(rows.values_list("section", flat=True)))
        section = self.request.GET.get("section", "")
        if section:
            rows = rows.filter(section=section)
        found = Paginator(rows, ROWS).get_page(self.request.GET.get("page"))
        heads, lines = self._lines(list(found))
        return {
            "plan": self.plan, "plans": self.plans, "sections": sections, "section": section, "found": found,
            "heads": heads, "lines": lines, "tones": [Tag(tone.label, tone.tag) for tone in GRAVE],
            "numbers": list(found.paginator.get_elided_page_range(found.number, on_each_side=2, on_ends=1)),
        }  # fmt: skip

    def _lines(self, measures: list[Measure]) -> tuple[list[Unit], list[dict[str, Any]]]:
        roles = {
            (measure, unit): role
            for measure, unit, role in Part.objects.filter(
                measure__in=measures, unit__isnull=False, unit__path__within=self.acting.reach
            )
            .order_by("-role")
            .values_list("measure_id", "unit_id", "role")
        }  # who both leads and supports, leads
        lights = queries.cells(measures, self.acting)
        named = Unit.unscoped.filter(pk__in={unit for _, unit in (*roles, *lights)})
        heads = list(named.order_by("rank", "number"))
        place = {unit.pk: at for at, unit in enumerate(heads)}
        by_measure: dict[Any, dict[int, dict[str, Any]]] = {}
        for measure, unit in {*roles, *lights}:
            cell = self._cell(
                measure, heads[place[unit]], roles.get((measure, unit), ""), lights.get((measure, unit), {})
            )
            by_measure.setdefault(measure, {})[place[unit]] = cell
        url, papers = reverse("tasks.list"), library.papers_of(measures)
        return heads, [
            {"measure": one, "url": f"{url}?measure={one.pk}", "papers": papers.get(one.pk, 0),
             "cells": _runs(by_measure.get(one.pk, {}), len(heads))}
            for one in measures
        ]  # fmt: skip

    def _cell(self, measure: Any, unit: Unit, role: str, lights: dict[str, int]) -> dict[str, Any]:
        worst = next((tone for tone in GRAVE if lights.get(tone.value)), None)
        number, letter = sum(lights.values()), LETTERS.get(role, OWN)
        words = "，".join(f"{tone.label} {lights[tone.value]} 项" for tone in GRAVE if lights.get(tone.value))
        part = {"牵": "牵头", "配": "配合"}.get(letter, "承办")
        return {
            "letter": letter, "tone": worst.tag if worst else "", "number": number if number > 1 else "",
            "said": f"{unit}{part}：{words or '没有分派任务'}",
            "url": f"{reverse('tasks.list')}?measure={measure}&unit={unit.pk}" if number else "",
        }  # fmt: skip


def _runs(cells: dict[int, dict[str, Any]], width: int) -> list[dict[str, Any]]:
    """The cells that hold something, and between them how many hold nothing."""
    line, last = [], 0
    for place in sorted(cells):
        if place > last:
            line.append({"gap": place - last})
        line.append(cells[place])
        last = place + 1
    return [*line, {"gap": width - last}] if last < width else line


class Sheet(OfPlans):
    """What the leading group has to know, on one page: lights, what is late and why, what moved, who is slow."""

    permission, title, template = "reform.view", "推进一览", "reform/sheet.html"
    nav = Nav("改革方案", "推进一览", 5)
    keywords = "领导小组 一页纸 调度会 红灯 滞后"

    def get_context(self) -> dict[str, Any]:
        """Each number with the address of its rows."""
        today, who, plan = clock.today(), self.acting, self.asked
        rows = queries.seen(who).filter(measure__plan=plan) if plan else queries.seen(who)
        tail, url = f"&plan={plan.pk}" if plan else "", reverse("tasks.list")
        red = queries.listed(rows).filter(tone=Tone.RED.value).order_by("due", "pk")[:MOST_RED]
        burdens = queries.burdens(who, plan)
        counts = {tone: sum(one[tone.value] for one in burdens) for tone in Tone}
        moved = queries.moved(rows, today - timedelta(days=queries.LATELY))
        return {
            "day": today, "plans": self.plans, "plan": plan,
            "stats": [
                {"tag": Tag(tone.label, tone.tag), "number": counts[tone], "url": f"{url}?light={tone.value}{tail}"}
                for tone in (Tone.RED, Tone.AMBER, Tone.GREEN, Tone.NONE, Tone.DONE)
            ],
            "total": sum(counts.values()),
            "red": [{"row": row, "url": show(row), "why": queries.light_of(row).why} for row in red],
            "red_rest": max(counts[Tone.RED] - MOST_RED, 0), "red_url": f"{url}?light=red{tail}",
            "moved": [
                {"row": row, "url": show(row), "was": Tag(Tone(before).label, Tone(before).tag),
                 "now": tag_of(queries.light_of(row))}
                for row, before in moved[:MOST_LINES]
            ],
            "moved_total": len(moved),
            "worse": sum(queries.is_worse(row.tone, before) for row, before in moved), "days": queries.LATELY,
            "moved_url": f"{url}?{tail[1:]}&changed=" if plan else f"{url}?changed=",
            "slow": self._units(burdens, tail, lambda one: (one["red"], one["amber"]), "red"),
            "busy": self._units(burdens, tail, lambda one: (one["lead"] + one["support"], one["open"]), "lead"),
            "coming": [
                {"day": day, "words": words, "unit": task.unit, "url": show(task)}
                for day, words, task in queries.next_days(rows, today, MOST_LINES)
            ],
        }  # fmt: skip

    def _units(self, burdens: list[dict[str, Any]], tail: str, weight: Any, needs: str) -> list[dict[str, Any]]:
        """The first few units by a weight; each opens to its tasks."""
        order = sorted(burdens, key=lambda one: (*(-number for number in weight(one)), one["unit"].number))
        asked, url = "&light=red" if needs == "red" else "&state=open", reverse("tasks.list")
        return [
            {**one, "url": f"{url}?unit={one['unit'].pk}{tail}{asked}", "cells": _cells(one, needs, tail)}
            for one in order[:MOST_LINES]
            if any(weight(one))
        ]


def _cells(one: dict[str, Any], needs: str, tail: str) -> list[tuple[int, str]]:
    """The numbers of a unit's line, each with the address of its rows."""
    unit, url, parts = f"?unit={one['unit'].pk}{tail}", reverse("tasks.list"), reverse("parts.list")
    firsts = ("red", "amber") if needs == "red" else ("lead", "support")
    base = f"{url}{unit}&light=" if needs == "red" else f"{parts}{unit}&role="
    return [*((one[key], f"{base}{key}") for key in firsts), (one["open"], f"{url}{unit}&state=open")]


routes = [
    page("office/reform/", Sheet, "reform.sheet"),
    page("office/reform/matrix/", Matrix, "reform.matrix"),
]
