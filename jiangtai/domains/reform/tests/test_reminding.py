"""Whoever owes an answer, a report, a task or what a plan lacks is reminded before it falls due, once."""

from datetime import date, timedelta
from typing import Any

import pytest

from jiangtai.access import acting_as, acting_as_job
from jiangtai.domains.reform.actions import reminding, reporting, supervising
from jiangtai.domains.reform.facts import Sender
from jiangtai.domains.reform.models import Addressee, Plan
from jiangtai.domains.reform.queries import supplying as lacks
from jiangtai.kernel import clock
from jiangtai.messages import Message
from tests.office import Office

from .following import TODAY, Following

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(office: Office) -> Any:
    """Tasks of which one falls due in four days."""
    with clock.at(TODAY):
        office.person("liaison", "局")
        yield Following(office)


def told(place: Following, kind: str) -> int:
    desk = place.office.person("liaison", "局")
    with acting_as(desk):
        return Message.objects.filter(to=desk, kind=kind).count()


def remind(day: date) -> int:
    with acting_as_job("测试"):
        return reminding.remind_all(day)


def test_a_unit_is_reminded_of_tasks_that_fall_due_once(place: Following) -> None:
    due = TODAY + timedelta(days=4)
    remind(due - timedelta(days=20))
    assert told(place, "reform.tasks_due") == 0
    remind(due - timedelta(days=1))
    remind(due - timedelta(days=1))
    remind(due)
    assert told(place, "reform.tasks_due") == 1


@pytest.mark.parametrize("kind", [Sender.PROMPT, Sender.SUPERVISION])
def test_an_answer_that_is_owed_is_reminded_of_before_and_after_its_day(place: Following, kind: Sender) -> None:
    due = TODAY + timedelta(days=14)
    wording = supervising.Wording("关于推进任务的文书", "请抓紧。", due=due)
    sender = "group_office" if kind is Sender.PROMPT else "committee"
    with acting_as(place.office.person("group_office")):
        one = supervising.draft(kind, wording, [place.office.units["局"]])
    with acting_as(place.office.person(sender)):
        supervising.issue(one)
    remind(TODAY)
    assert told(place, "reform.answer_due") == 0
    remind(due - timedelta(days=1))
    remind(due)
    assert told(place, "reform.answer_due") == 1
    remind(due + timedelta(days=1))
    remind(due + timedelta(days=2))
    assert told(place, "reform.answer_due") == 2
    Addressee.unscoped.update(state="answered")
    remind(due + timedelta(days=3))
    assert told(place, "reform.answer_due") == 2


def test_a_report_is_reminded_of_before_its_day(place: Following) -> None:
    with acting_as(place.office.person("group_office")):
        held = reporting.call("11月调度", [place.office.units["局"]])
    remind(held.closes)
    remind(held.closes)
    assert told(place, "reform.report_due") == 1


def test_what_a_plan_lacks_is_reminded_of(place: Following) -> None:
    unit = place.office.units["局"]
    with acting_as_job("测试"):
        place.measure.parts.create(role="lead", place=1, name=unit.name, unit=unit)
        due = lacks.due_of(Plan.objects.get())
    assert due
    remind(TODAY)
    assert told(place, "reform.lacking") == 0
    remind(due)
    remind(due)
    assert told(place, "reform.lacking") == 1
    remind(due + timedelta(days=3))
    assert told(place, "reform.lacking") == 2
