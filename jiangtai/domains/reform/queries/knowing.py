"""What the house knows of a unit's tasks since they were last reported: facts, cases, documents, points reached."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from jiangtai import flows, indicators, ledger
from jiangtai.access import Unit
from jiangtai.kernel import clock

from ..models import Evidence, Milestone, Report, Supply, Task
from ..rules.plans import cut
from .figures import NOT_YET

MOST, SHOWN, OFFERED, _SHORT = 5_000, 3, 20, 40
CASE, FACTS, FIGURE, PAPER = "办件", "台账", "指标", "材料"


@dataclass(frozen=True)
class Happened:
    """A fact of a task's figure: its day, what it says, and the case behind it."""

    day: date
    label: str
    case: flows.Case | None


@dataclass(frozen=True)
class Item:
    """What can be ticked as evidence: what is kept of it, as users read it, and whether it arrives ticked."""

    value: str
    label: str
    is_ticked: bool


@dataclass
class Known:
    """What is known of one task since a day: its figure and its pace, facts of it, cases, papers, points, parts."""

    since: date
    figure: indicators.Indicator | None = None
    pace: str = ""
    facts: list[Happened] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    handed_on_done: int = 0

    @property
    def cases(self) -> list[flows.Case]:
        """The cases behind the facts, the latest first."""
        return list({one.case.pk: one.case for one in self.facts if one.case}.values())

    @property
    def papers(self) -> list[Evidence]:
        """What was laid beside the task since, and stands behind no report yet."""
        return [one for one in self.evidence if one.report_id is None and clock.day_of(one.made_at) >= self.since]

    @property
    def counted(self) -> str:
        """How many facts of its figure there are, and since when; nothing where there is none."""
        return f"{self.figure.label}（{self.since} 以来 {len(self.facts)} 条）" if self.figure and self.facts else ""

    @property
    def items(self) -> list[Item]:
        """What can be ticked as evidence of a report; what came since arrives ticked."""
        laid = {one.reference for one in self.papers if one.reference}
        papers = {one.label: one for one in reversed(self.papers)}
        found = [Item(f"{CASE} {one.number}", _case_words(one), True) for one in self.cases if one.number not in laid]
        if self.figure and self.facts:
            found.append(Item(f"{FACTS} {self.figure.label}", f"{FACTS} {self.counted}", True))
        if self.figure and self.figure.key not in laid:
            label = f"{FIGURE} {self.figure.label}（{self.pace}）"
            found.append(Item(f"{FIGURE} {self.figure.label}", label, bool(self.facts)))
        for label, one in papers.items():
            told = f"{one.get_kind_display()}，{clock.day_of(one.made_at)} 提交"
            found.append(Item(f"{PAPER} {label}", f"{PAPER} {label}（{told}）", True))
        return found

    @property
    def words(self) -> str:
        """As a unit would say it; nothing where nothing came since."""
        said = [*self._said_of_facts(), *self._said_of_work()]
        return f"{clock.chinese_day(self.since)}以来，{'；'.join(said)}。" if said else ""

    def _said_of_facts(self) -> list[str]:
        if not self.facts or not self.figure:
            return []
        cases = self.cases
        of_cases = f"，其中办件 {len(cases)} 件（{shown([one.number for one in cases])}）" if cases else ""
        return [f"“{self.figure.label}”相关台账 {len(self.facts)} 条{of_cases}"]

    def _said_of_work(self) -> list[str]:
        papers = [cut(one.label, _SHORT) for one in self.papers]
        points = [f"“{cut(one, _SHORT)}”" for one in self.points]
        return [
            *([f"达到节点 {len(points)} 个（{shown(points)}）"] if points else []),
            *([f"分解出去的任务完成 {self.handed_on_done} 项"] if self.handed_on_done else []),
            *([f"提交材料 {len(papers)} 份（{shown(papers)}）"] if papers else []),
        ]


def shown(names: list[str]) -> str:
    """The first few of some names, and whether there are more."""
    return f"{'、'.join(names[:SHOWN])}{'等' if len(names) > SHOWN else ''}"


def facts_label(figure: indicators.Indicator, on: date) -> str:
    """What the facts of a figure are called as evidence."""
    return f"{figure.label}，截至 {on}"


def of_task(task: Task) -> Known:
    """What is known of one task since it was last reported."""
    last = Report.unscoped.filter(task=task).order_by("accepted_on", "id").last()
    return of_tasks(task.unit, [task], {task.pk: last} if last else {})[task.pk]


def _case_words(case: flows.Case) -> str:
    ended = f"，{clock.day_of(case.ended_at)} 办结" if case.ended_at else ""
    return f"{CASE} {case.number}（{flows.flow_named(case.flow).label}{ended}）"


def of_tasks(unit: Unit, rows: Iterable[Task], last: Mapping[UUID, Report]) -> dict[UUID, Known]:
    """What is known of each of a unit's tasks; as many questions for many tasks as for one."""
    rows = list(rows)
    found = {one.pk: Known(last[one.pk].accepted_on if one.pk in last else one.since) for one in rows}
    _add_work(found)
    kinds = {}
    for pk, (figure, pace) in figures_of(unit, rows).items():
        found[pk].figure, found[pk].pace = figure, pace
        if known := getattr(figure.measure.rows, "known", None):
            kinds[pk] = known
    if not kinds:
        return found
    facts = _facts(unit, {known.cls for known in kinds.values()}, min(one.since for one in found.values()))
    behind = {fact["cause_id"] for fact in facts if fact["cause"] == "case"}
    cases = flows.Case.unscoped.filter(unit__path__within=unit.reach).exclude(flow__in=_hidden()).in_bulk(behind)
    for pk, known in kinds.items():
        mine = [fact for fact in facts if fact["type"] == known.key and fact["day"] >= found[pk].since]
        found[pk].facts = [Happened(fact["day"], known.label, cases.get(fact["cause_id"])) for fact in mine]
    return found


def _add_work(found: dict[UUID, Known]) -> None:
    """What was laid beside each task, and of what it was divided into the points reached and the parts done."""
    for proof in Evidence.unscoped.filter(task__in=found).order_by("-made_at"):
        found[proof.task_id].evidence.append(proof)
    first = min((one.since for one in found.values()), default=clock.today())
    for point in Milestone.unscoped.filter(task__in=found, reached_on__gte=first).order_by("reached_on", "id"):
        if point.reached_on and point.reached_on >= found[point.task_id].since:
            found[point.task_id].points.append(point.title)
    done = Task.unscoped.filter(parent__in=found, state=Task.State.DONE, done_on__gte=first)
    for parent, day in done.order_by().values_list("parent", "done_on"):
        if parent and day and day >= found[parent].since:
            found[parent].handed_on_done += 1


def _hidden() -> list[str]:
    """The flows whose cases no firm sees: they are not counted before anybody here."""
    return [one.key for one in flows.flows() if one.hidden_from_own_unit]


def figures_of(unit: Unit, rows: Iterable[Task]) -> dict[UUID, tuple[indicators.Indicator, str]]:
    """By task its own figure, or that of its measure in its year, as far as the unit is told of it; and its pace."""
    rows = list(rows)
    known = {one.key: one for one in indicators.indicators() if indicators.is_open_at(one, unit)}
    counted = Supply.objects.filter(measure__in={one.measure_id for one in rows}, kind=Supply.Kind.FIGURE)
    counted = counted.filter(state=Supply.State.COUNTED).order_by("made_at")
    of_measure = {(one.measure_id, one.year): (one.indicator, one.pace_why) for one in counted}
    found = {
        one.pk: (one.indicator, one.pace_why) if one.indicator else of_measure.get((one.measure_id, one.year), ("", ""))
        for one in rows
    }
    return {pk: (known[key], pace or NOT_YET) for pk, (key, pace) in found.items() if key in known}


def _facts(unit: Unit, kinds: Iterable[type], since: date) -> list[dict[str, Any]]:
    rows = ledger.every(*kinds).filter(unit__path__within=unit.reach, day__gte=since).order_by("-day", "-id")
    return [dict(row) for row in rows.values("type", "day", "cause", "cause_id")[:MOST]]
