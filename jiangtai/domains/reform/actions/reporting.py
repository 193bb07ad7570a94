"""Reporting rounds (调度): the office asks units, what they report is accepted, and the lights change."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from jiangtai import flows, indicators
from jiangtai.access import Refused, Unit, audit, current, root
from jiangtai.flows import Case, Decision, Round, Seat, engine, materials, seating
from jiangtai.flows import rounds as windows
from jiangtai.kernel import clock
from jiangtai.ledger import SubjectId, UnitId
from jiangtai.messages import MessageKind, message_kind, send

from ..facts import ProgressAccepted, Said
from ..models import Evidence, Report, Task
from ..queries import knowing
from ..queries import reporting as queries
from ..queries import tasks as known
from . import tasks

ASKED = message_kind(
    MessageKind("reform.asked", "进展调度", "“{name}”：请于 {due} 前报送本单位 {count} 项任务的进展。{note}")
)
audit.actions(reform__called="发起进展调度")


def call(name: str, units: Iterable[Unit], *, to_leaders: bool = False, note: str = "") -> Round:
    """Ask these units how their tasks go: one round, one case for each, whole or not at all."""
    asked, top = list(units), root()
    if top is None or not current().may("reform.change"):
        raise Refused("只有领导小组办公室可以发起调度")
    if not asked:
        raise ValidationError("没有要报送的单位")
    today = clock.today()
    due = seating.deadline("reform.report_days", top) or today
    with transaction.atomic():
        held = windows.make(
            queries.FLOW, name=name.strip(), host=top, opens=today, closes=due, quota=len(asked),
            terms={"to_leaders": to_leaders, "note": note.strip()},
        )  # fmt: skip
        held = windows.start(held)
        for unit in asked:
            case = engine.open_case(queries.FLOW, unit.pk, unit, round=held)
            engine.decide(case.seats.get().pk, "report")
            _tell(case, held, note)
        audit.record("reform.called", target=held, details={"units": len(asked), "to_leaders": to_leaders})
    return held


def _tell(case: Case, held: Round, note: str) -> None:
    seat = case.seats.get(state="open")
    count = Task.unscoped.filter(unit=case.unit, state=Task.State.OPEN).count()
    words = {"name": held.name, "due": seat.due, "count": count, "note": note.strip()}
    for account in tasks.people_of(case.unit):
        send(account, ASKED, values=words, link=reverse("cases.show", args=[case.pk]), cause=case.pk)


def links(held: Round, *, anew: bool = False) -> list[tuple[Seat, str]]:
    """A link for each unit that has not reported and has none that opens, to answer without an account; anew for all.

    A link that is made anew ends the one before.
    """
    with transaction.atomic():
        seats = list(queries.unreported(held))
        there = {} if anew else queries.links_of(seats)
        return [(seat, engine.link_for(seat.pk)) for seat in seats if seat.pk not in there]


def urge_all(held: Round) -> int:
    """Remind every unit that has not reported, once a day; how many."""
    count = 0
    for case in queries.cases(held).filter(state="open", step="report"):
        try:
            count += engine.urge(case.pk)
        except ValidationError:  # was reminded today
            continue
    if not count:
        raise ValidationError("今天已经催办过，或都已报送")
    return count


def reported(case: Case) -> tuple[dict[UUID, dict[str, Any]], Decision | None]:
    """What a case's unit said of each task that is still its own, and the decision by which it said so."""
    values, _ = engine.last_filled(case, "report")
    said: dict[UUID, dict[str, Any]] = {}
    for name, value in values.items():
        field, _, end = name.partition("_")
        if len(end) == 32:
            said.setdefault(UUID(end), {})[field] = value
    still = set(Task.unscoped.filter(pk__in=said, unit=case.unit_id).values_list("pk", flat=True))
    said = {pk: one for pk, one in said.items() if pk in still}
    return said, case.decisions.filter(step="report").order_by("-made_at", "-id").first()


def accepted(case: Case) -> list[ProgressAccepted]:
    """What is now asserted: of each task, what was said and whether in time."""
    said, decision = reported(case)
    if decision is None:
        return []
    in_time = decision.seat.due is None or clock.day_of(decision.made_at) <= decision.seat.due
    return [
        ProgressAccepted(
            task=SubjectId(task), period=_period(case), says=Said(one["says"]), in_time=in_time,
            unit=UnitId(case.unit_id), on=clock.today(),
        )
        for task, one in sorted(said.items())
    ]  # fmt: skip


def accept(case: Case) -> None:
    """Keep what was reported beside each task, with its evidence; what is done ends; lights follow."""
    said, decision = reported(case)
    if decision is None:
        return
    named, held = queries.papers(case), []
    sent = materials.named(case, case.attachments.filter(removed_at__isnull=True).select_related("file"))
    parts = queries.open_parts(Task.unscoped.filter(pk__in=said))
    rows = list(Task.unscoped.select_for_update(of=("self",)).filter(pk__in=said).select_related("unit").order_by("pk"))
    figures = knowing.figures_of(case.unit, rows)
    for task in rows:
        row = _keep(case, task, said[task.pk], decision, figures.get(task.pk))
        for one in sent:
            if one.material == named.get(task.pk):
                tasks.prove(task, Evidence.Kind.FILE, one.called, report=row, stored=one.file)  # type: ignore[attr-defined]
        if decision.letter is not None:
            tasks.prove(task, Evidence.Kind.FILE, "来函", report=row, stored=decision.letter)
        _tie(task, row, said[task.pk])
        if row.says == Report.Says.DONE and task.state == Task.State.OPEN and not parts.get(task.pk):
            tasks.end(task, max(row.reported_on, task.since))
        held.append(task.pk)
    tasks.note_lights(Task.unscoped.filter(pk__in=held))


def _keep(
    case: Case, task: Task, one: dict[str, Any], decision: Decision, measured: tuple[indicators.Indicator, str] | None
) -> Report:
    figure = f"{measured[0].label}：{measured[1]}" if measured else ""
    return Report.unscoped.create(
        task=task, case=case.pk, period=_period(case), says=one["says"], narrative=one.get("narrative", ""),
        problem=one.get("problem") or "", coming=one.get("coming") or "", figures=[figure] if figure else [],
        reported_on=clock.day_of(decision.made_at), accepted_on=clock.today(),
    )  # fmt: skip


def _tie(task: Task, row: Report, one: dict[str, Any]) -> None:
    """What was ticked stands behind the report: papers beside the task, its figure, cases; and what was typed."""
    ticked = [(kind, name) for kind, _, name in (value.partition(" ") for value in one.get("known") or ())]
    laid = [name for kind, name in ticked if kind == knowing.PAPER]
    Evidence.unscoped.filter(task=task, report=None, label__in=laid).update(report=row)
    typed = str(one.get("proof") or "").strip()
    for kind, name in dict.fromkeys([*(one for one in ticked if one[0] != knowing.PAPER), ("", typed)]):
        if name:
            _prove(task, row, name, is_facts=kind == knowing.FACTS)


def _prove(task: Task, row: Report, proof: str, *, is_facts: bool) -> None:
    """A number that names a case or a figure is one; all else is a paper that is kept elsewhere."""
    figure = next((one for one in indicators.indicators() if proof in (one.label, one.key)), None)
    if figure is not None and is_facts:
        label = knowing.facts_label(figure, row.reported_on)
        tasks.prove(task, Evidence.Kind.FACTS, label, reference=figure.key, report=row)
    elif figure is not None:
        tasks.prove(task, Evidence.Kind.INDICATOR, figure.label, reference=figure.key, report=row)
    elif known.case_named(proof, task.unit.reach):
        tasks.prove(task, Evidence.Kind.CASE, f"办件 {proof}", reference=proof, report=row)
    else:
        tasks.prove(task, Evidence.Kind.PAPER, proof, reference=proof, report=row)


def _period(case: Case) -> str:
    return case.round.name[:20] if case.round else flows.flow_named(case.flow).label
