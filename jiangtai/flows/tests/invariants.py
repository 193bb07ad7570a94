"""What must hold of cases, seats, decisions and facts whatever happened to the processes that wrote them."""

from django.db.models import Count, F

from jiangtai import ledger
from jiangtai.access import acting_as_job
from jiangtai.flows import Case, CaseClosed, CaseOpened, Decision, End, Seat, StepDecided, engine


def faults() -> list[str]:
    """A sentence for everything that does not fit; none when all of it does."""
    with acting_as_job("核对"):
        return [*_decisions(), *_moves(), *_seats(), *_ends()]


def _decisions() -> list[str]:
    """A seat is answered once, and every answer is a process fact."""
    twice = Decision.objects.values("seat").annotate(times=Count("id")).filter(times__gt=1)
    found = [f"seat {row['seat']} was answered {row['times']} times" for row in twice]
    told: dict[tuple[object, int, str], int] = {}
    for row in ledger.every(StepDecided):
        fact = row.fact
        key = (fact.case, fact.turn, fact.step)
        told[key] = told.get(key, 0) + 1
    made: dict[tuple[object, int, str], int] = {}
    for case, turn, step in Decision.objects.values_list("case", "turn", "step"):
        made[case, turn, step] = made.get((case, turn, step), 0) + 1
    numbers = dict(Case.unscoped.values_list("pk", "number"))
    keys = told.keys() | made.keys()
    found += [
        f"{numbers.get(key[0])} {key[2]}: {made.get(key, 0)} answers, {told.get(key, 0)} facts"
        for key in keys
        if told.get(key, 0) != made.get(key, 0)
    ]
    return found


def _moves() -> list[str]:
    """A case left every turn before its present one, once, and stands where the last move led."""
    found = []
    for case in Case.unscoped.prefetch_related("moves"):
        moves = sorted(case.moves.all(), key=lambda move: move.turn)
        if [move.turn for move in moves] != list(range(case.turn)):
            found.append(f"{case.number} has the moves {[move.turn for move in moves]} at turn {case.turn}")
        elif moves and moves[-1].to not in (case.step, engine.WITHDRAWN):
            found.append(f"{case.number} moved to {moves[-1].to} and stands at {case.step}")
    return found


def _seats() -> list[str]:
    """Who is asked is asked at the present turn of an open case; who answered has a decision."""
    stale = Seat.objects.filter(state=Seat.State.OPEN).exclude(turn=F("case__turn"), case__state=Case.State.OPEN)
    found = [f"{seat.case.number} still asks at {seat.step}" for seat in stale.select_related("case")]
    done = Seat.objects.filter(state=Seat.State.DONE, decision__isnull=True).select_related("case")
    return found + [f"{seat.case.number} has a seat done without a decision" for seat in done]


def _ends() -> list[str]:
    """Opened once; closed as often as it ended, and what its end says was recorded."""
    found = []
    for case in Case.unscoped.prefetch_related("moves"):
        steps = engine.flow_of(case).steps
        ends = [m for m in case.moves.all() if m.to == engine.WITHDRAWN or isinstance(steps.get(m.to), End)]
        opened = ledger.every(CaseOpened).of(case.pk).count()
        closed = ledger.every(CaseClosed).of(case.pk).count()
        if (opened, closed) != (1, len(ends)):
            found.append(f"{case.number} was opened {opened} and closed {closed} times, and ended {len(ends)} times")
        is_over = case.state != Case.State.OPEN
        if is_over != (isinstance(steps[case.step], End) or case.state == Case.State.WITHDRAWN):
            found.append(f"{case.number} is {case.state} at {case.step}")
        recorded = ledger.FactRow.unscoped.filter(cause_id=case.pk, cause_step=case.step)
        kind = getattr(steps[case.step], "fact", None)
        if is_over and kind and not recorded.filter(type=ledger.declared(kind).key).exists():
            found.append(f"{case.number} ended at {case.step} without its fact")
    return found


