"""Hands for every kind of step: walk any declared flow along any path, as whoever is asked."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from jiangtai.access import Grant, acting_as, acting_as_job
from jiangtai.flows import Case, Flow, Joint, Notice, Panel, Ranking, Seat, Task, Wait, engine, notices, rankings
from jiangtai.kernel import clock

Edge = tuple[str, str]


def edges(flow: type[Flow]) -> list[Edge]:
    """Every way from a step to a step that the declaration names."""
    return [(name, target) for name, step in flow.steps.items() for target in step.targets]


def path_to(flow: type[Flow], edge: Edge) -> list[Edge]:
    """The shortest way from the first step through this edge."""
    ways: dict[str, list[Edge]] = {flow.first(): []}
    ahead = deque(ways)
    while ahead:
        name = ahead.popleft()
        for target in flow.steps[name].targets:
            if target not in ways:
                ways[target] = [*ways[name], (name, target)]
                ahead.append(target)
    return [*ways[edge[0]], edge]


def asked(seat: Seat) -> AbstractContextManager[Any]:
    """Act as an account that this seat asks."""
    if seat.account:
        return acting_as(seat.account)
    with acting_as_job("测试"):
        grant = Grant.objects.filter(unit=seat.unit, role=seat.role, revoked_at__isnull=True).first()
    assert grant, f"nobody holds {seat.role} at {seat.unit}"
    return acting_as(grant.account, grant.unit_id)


class Walker:
    """Walks a case; `data` fills the form of a step."""

    def __init__(self, data: Callable[[str], dict[str, Any]]) -> None:
        self.data = data
        self.log: list[tuple[str, str, str]] = []

    def walk(self, case: Case, path: list[Edge]) -> Case:
        """Take every edge in turn; the case as it stands then."""
        for step, target in path:
            case = fresh(case)
            assert case.step == step, f"at {case.step}, not {step}"
            self.take(case, target)
        return fresh(case)

    def take(self, case: Case, target: str) -> None:
        """One edge, by whatever the step asks for."""
        step = engine.step_of(case)
        if case.state != Case.State.OPEN:
            with acting_as(case.opened_by, case.opened_unit_id):
                engine.appeal(case.pk, "有新情况")
        elif isinstance(step, Notice):
            self._notice(case, step, target)
        elif isinstance(step, Ranking):
            self._rank(case, step, target)
        elif isinstance(step, Wait):
            with clock.at((case.due or clock.today()) + timedelta(days=1)):
                notices.end_due()
        else:
            self._decide(case, step, target)

    def _decide(self, case: Case, step: Any, target: str) -> None:
        for seat in list(open_seats(case)):
            self._note(seat)
            with asked(seat):
                if isinstance(step, Panel):
                    engine.decide(seat.pk, "marked", mark=90)
                else:
                    assert isinstance(step, Task | Joint)
                    data = self.data(case.step) if getattr(step, "form", None) else None
                    engine.decide(seat.pk, target, data=data, opinion="已核")

    def _rank(self, case: Case, step: Ranking, target: str) -> None:
        (seat,) = open_seats(case)
        self._note(seat)
        left_out = {} if target == next(iter(step.to)) else {case.pk: "不列入"}
        with asked(seat):
            rankings.settle(case.round, left_out)

    def _notice(self, case: Case, step: Notice, target: str) -> None:
        for seat in open_seats(case):
            self._note(seat)
            with asked(seat):
                notices.publish([case.pk], telephone="028-0000000")
        shown = case.shown.filter(notice__step=case.step).get()
        if target == step.objection:
            notices.object_to(shown.pk, name="反映人", phone="13800000000", text="请核实")
            return
        with clock.at(shown.notice.last + timedelta(days=1)):
            notices.end_due()

    def _note(self, seat: Seat) -> None:
        self.log.append((seat.step, seat.role or "评委", str(seat.unit or "")))


def open_seats(case: Case) -> Iterator[Seat]:
    """The seats that wait."""
    yield from case.seats.filter(state=Seat.State.OPEN).select_related("unit", "account").order_by("id")


def fresh(case: Case) -> Case:
    """The case as it stands."""
    return Case.unscoped.select_related("unit", "round__host", "opened_by").get(pk=case.pk)
