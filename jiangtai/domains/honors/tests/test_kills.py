"""A process that decides cases is killed at a random point, twenty times: nothing is lost, nothing doubled."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections

from jiangtai.access import acting_as_job
from jiangtai.flows import Case, Decision, engine
from jiangtai.flows.tests.invariants import faults
from jiangtai.flows.tests.walker import Walker
from jiangtai.kernel import clock, new_id
from tests.office import Office

from .test_paths import filled
from .town import MONDAY, Town, build

KILLS = 20


@pytest.fixture
def busy(twin: Office) -> Iterator[Town]:
    """A town in the database where rows are really committed."""
    with clock.at(MONDAY):
        yield build(twin, quota=6, name=f"耐久{new_id().hex[-8:]}")


def decide_on_and_on(case_ids: list[object]) -> None:
    """Take every case one step further, again and again, until killed."""
    walker = Walker(filled)
    while True:
        for case_id in case_ids:
            case = Case.unscoped.select_related("unit", "round").get(pk=case_id)
            if case.state == Case.State.OPEN:
                with suppress(ValidationError, PermissionDenied):
                    walker.take(case, next(iter(engine.step_of(case).outcomes)))


def child(case_ids: list[object]) -> int:
    """A process of its own that decides; it inherits no connection."""
    pid = os.fork()
    if pid:
        return pid
    try:
        for alias in connections:
            connections[alias].connection = None
        with clock.at(MONDAY):
            decide_on_and_on(case_ids)
    finally:
        os._exit(0)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_twenty_kills(busy: Town) -> None:
    cases = [busy.nominate(one) for one in busy.workers]
    draw = random.Random()
    decided = 0
    for _ in range(KILLS):
        connections.close_all()
        pid = child([case.pk for case in cases])
        time.sleep(draw.uniform(0.05, 0.6))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with acting_as_job("核对"):
            assert [one for one in faults() if any(case.number in one for case in cases)] == []
            decided = Decision.objects.filter(case__in=cases).count()
    assert decided > len(cases) * 2, "it did get on"
    finish(busy, cases)


def finish(town: Town, cases: list[Case]) -> None:
    """What the killed processes left goes on to its end as if nothing had been."""
    with clock.at(MONDAY + timedelta(days=1)):
        walker = Walker(filled)
        for _ in range(12):
            for case in cases:
                current = town.fresh(case)
                if current.state == Case.State.OPEN:
                    with suppress(ValidationError):
                        walker.take(current, next(iter(engine.step_of(current).outcomes)))
    assert {town.fresh(case).step for case in cases} == {"granted"}
    with acting_as_job("核对"):
        assert [one for one in faults() if any(case.number in one for case in cases)] == []
