"""What must hold of cases whatever was killed and whenever: `faults` says in sentences what does not."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count

from jiangtai import ledger
from jiangtai.access import acting_as_job
from jiangtai.flows import Case, Decision, End, Joint, Move, Ranking, Seat, Task, engine
from jiangtai.flows.facts import CaseClosed, CaseOpened, CaseReopened, StepDecided
from jiangtai.ledger import FactRow

Once = Mapping[str, tuple[type, ...]]
"""The facts that an end brings beside the one it declares, by step: one of each, every time a case comes there."""


def faults(once: Once | None = None) -> list[str]:
    """What is wrong with the cases and their facts as one reader sees them; nothing, where all is well."""
    with acting_as_job("核对"):
        return [*_moves(), *_seats(), *_decisions(), *_ends(once or {}), *_lives()]


def _moves() -> Iterator[str]:
    """One move a turn, each from where the one before it led, and the case stands where the last one led."""
    found: dict[UUID, list[tuple[int, str, str]]] = {}
    for case, turn, step, to in Move.objects.order_by("turn", "id").values_list("case", "turn", "step", "to"):
        found.setdefault(case, []).append((turn, step, to))
    for case in Case.unscoped.order_by("id"):
        moves = found.get(case.pk, [])
        at = engine.flow_of(case).first()
        for place, (turn, step, to) in enumerate(moves):
            if turn != place:
                yield f"{case}: its moves are of turns {[one for one, *_ in moves]}, not one a turn"
                break
            if step != at:
                yield f"{case}: move {turn} left {step}, but the case was at {at}"
            at = step if to == engine.WITHDRAWN else to
        if case.turn != len(moves):
            yield f"{case} is in turn {case.turn} after {len(moves)} moves"
        if case.step != at:
            yield f"{case} is at {case.step}, but its moves lead to {at}"


def _seats() -> Iterator[str]:
    """A seat is answered at most once, and is done if and only if it was; what waits, waits in the case's turn."""
    answered = dict(Decision.objects.values_list("seat").annotate(Count("id")))
    waiting: Counter[UUID] = Counter()
    for seat in Seat.objects.select_related("case").order_by("id"):
        count = answered.get(seat.pk, 0)
        if count > 1:
            yield f"{seat.case}: {count} decisions at one seat of {seat.step}"
        if (seat.state == Seat.State.DONE) != (count > 0) and not (seat.state == Seat.State.RECUSED and count):
            yield f"{seat.case}: a seat of {seat.step} is {seat.get_state_display()} with {count} decisions"
        if seat.state == Seat.State.OPEN:
            waiting[seat.case_id] += 1
            if seat.turn != seat.case.turn or seat.case.state != Case.State.OPEN:
                yield f"{seat.case} is {seat.case.state} in turn {seat.case.turn}; a seat of {seat.turn} still waits"
    for case in Case.unscoped.filter(state=Case.State.OPEN):
        if isinstance(engine.step_of(case), Task | Joint | Ranking) and not waiting[case.pk]:
            yield f"{case} waits at {case.step} for nobody"


def _decisions() -> Iterator[str]:
    """No decision without its fact, and no such fact without its decision."""
    numbers = dict(Case.unscoped.values_list("pk", "number"))
    made = Counter(Decision.objects.values_list("case", "turn", "step", "outcome"))
    told: Counter[Any] = Counter()
    for case, payload in _facts(StepDecided).values_list("subject", "payload"):
        told[case, payload["turn"], payload["step"], payload["outcome"]] += 1
    for case, turn, step, outcome in (made - told).elements():
        yield f"{numbers.get(case, case)}: a decision says {outcome} at {step} in turn {turn}, and no fact does"
    for case, turn, step, outcome in (told - made).elements():
        yield f"{numbers.get(case, case)}: a fact says {outcome} at {step} in turn {turn}, and no decision does"


def _ends(once: Once) -> Iterator[str]:
    """What an end brings stands once for every time a case came to it, and nowhere else."""
    arrived = Counter(Move.objects.values_list("case", "to"))
    cases = {case.pk: case for case in Case.unscoped.all()}
    causes = FactRow.unscoped.filter(cause="case").values_list("cause_id", "cause_step", "type")
    brought = Counter(causes)
    flows = {engine.flow_of(case) for case in cases.values()}
    kinds = {
        flow: {
            name: (*((step.fact,) if step.fact else ()), *once.get(name, ()))
            for name, step in flow.steps.items()
            if isinstance(step, End)
        }
        for flow in flows
    }
    for case in cases.values():
        for step, facts in kinds[engine.flow_of(case)].items():
            for kind in facts:
                known, times = ledger.declared(kind), arrived[case.pk, step]
                if (count := brought[case.pk, step, known.key]) != times:
                    yield f"{case} came to {step} {times} times, and {count} {known.cls.__name__} say so"


def _lives() -> Iterator[str]:
    """A case is opened once; it is closed once, and once more for every time that it was reopened."""
    said = {
        kind: Counter(_facts(kind).values_list("subject", flat=True))
        for kind in (CaseOpened, CaseClosed, CaseReopened)
    }  # fmt: skip
    for case in Case.unscoped.order_by("id"):
        opened, closed, again = (said[kind].pop(case.pk, 0) for kind in said)
        if opened != 1:
            yield f"{case}: {opened} CaseOpened"
        is_over = case.state != Case.State.OPEN
        if closed != again + is_over:
            yield f"{case} is {case.state}: {closed} CaseClosed and {again} CaseReopened"
        if is_over != (case.ended_at is not None):
            yield f"{case} is {case.state} and ended at {case.ended_at}"
    for kind, left in said.items():
        for case in left:
            yield f"a {kind.__name__} is about case {case}, and there is none"


def _facts(kind: type) -> Any:
    """Every fact of a kind, taken back or not."""
    return FactRow.unscoped.filter(type=ledger.declared(kind).key)
