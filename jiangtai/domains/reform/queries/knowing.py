"""What the house knows of a unit's tasks since they were last reported: facts of their figures and the cases behind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from jiangtai import flows, indicators, ledger
from jiangtai.access import Unit

from ..models import Evidence, Report, Supply, Task

MOST, SHOWN = 5_000, 3


@dataclass
class Known:
    """What is known of one task: since when, how many facts of its figure, which cases, and what was laid beside it."""

    since: date
    label: str = ""
    facts: int = 0
    cases: list[flows.Case] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def words(self) -> str:
        """As a unit would say it; nothing where nothing is known."""
        if not self.facts:
            return ""
        shown = "、".join(one.number for one in self.cases[:SHOWN])
        more = "等" if len(self.cases) > SHOWN else ""
        of_cases = f"，其中办件 {len(self.cases)} 件（{shown}{more}）" if self.cases else ""
        return f"{self.since} 以来，“{self.label}”相关台账 {self.facts} 条{of_cases}。"


def of_tasks(unit: Unit, rows: Iterable[Task], last: Mapping[UUID, Report]) -> dict[UUID, Known]:
    """What is known of each of a unit's tasks; as many questions for many tasks as for one."""
    rows = list(rows)
    found = {one.pk: Known(last[one.pk].accepted_on if one.pk in last else one.since) for one in rows}
    for proof in Evidence.unscoped.filter(task__in=rows).order_by("-made_at"):
        found[proof.task_id].evidence.append(proof)
    figures = _figures(unit, rows)
    kinds = {pk: known for pk, one in figures.items() if (known := getattr(one.measure.rows, "known", None))}
    if not kinds:
        return found
    facts = _facts(unit, {known.cls for known in kinds.values()}, min(one.since for one in found.values()))
    behind = {fact["cause_id"] for fact in facts if fact["cause"] == "case"}
    cases = flows.Case.unscoped.filter(unit__path__within=unit.reach).exclude(flow__in=_hidden()).in_bulk(behind)
    for pk, known in kinds.items():
        held = found[pk]
        mine = [fact for fact in facts if fact["type"] == known.key and fact["day"] >= held.since]
        held.label, held.facts = figures[pk].label, len(mine)
        held.cases = [cases[one] for one in dict.fromkeys(fact["cause_id"] for fact in mine) if one in cases]
    return found


def _hidden() -> list[str]:
    """The flows whose cases no firm sees: they are not counted before anybody here."""
    return [one.key for one in flows.flows() if one.hidden_from_own_unit]


def _figures(unit: Unit, rows: list[Task]) -> dict[UUID, indicators.Indicator]:
    """By task its own figure, or that of its measure in its year, as far as the unit is told of it."""
    known = {one.key: one for one in indicators.indicators() if indicators.is_open_at(one, unit)}
    counted = Supply.objects.filter(measure__in={one.measure_id for one in rows}, kind=Supply.Kind.FIGURE)
    of_measure = {(one.measure_id, one.year): one.indicator for one in counted.filter(state=Supply.State.COUNTED)}
    found = {one.pk: one.indicator or of_measure.get((one.measure_id, one.year), "") for one in rows}
    return {pk: known[key] for pk, key in found.items() if key in known}


def _facts(unit: Unit, kinds: Iterable[type], since: date) -> list[dict[str, Any]]:
    rows = ledger.every(*kinds).filter(unit__path__within=unit.reach, day__gte=since).order_by("-day", "-id")
    return [dict(row) for row in rows.values("type", "day", "cause", "cause_id")[:MOST]]
