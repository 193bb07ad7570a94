"""Whoever owes an answer, a report, a task or what a plan lacks is reminded before it falls due, once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from jiangtai.access import acting_as, acting_as_job, current
from jiangtai.domains.reform.actions import dockets, pilot_lists, reminding, reporting, schemes, supervising
from jiangtai.domains.reform.facts import Sender
from jiangtai.domains.reform.models import Addressee, Docket, Pilot, PilotBatch, Plan
from jiangtai.domains.reform.queries import supplying as lacks
from jiangtai.kernel import Period, clock
from jiangtai.messages import Message, texts_of
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


def test_a_docket_is_reminded_of_before_its_period_ends_unless_it_was_confirmed(place: Following) -> None:
    office, last = place.office, date(2026, 12, 31)
    with acting_as(office.person("group_office")):
        made = dockets.define("三张清单", "", ["责任清单", "年度清单", "随时清单"])
        for one, every in zip(made.dockets.order_by("place"), ("quarter", "year", ""), strict=True):
            Docket.unscoped.filter(pk=one.pk).update(every=every)
            dockets.set_keepers(one, [office.units["局"], office.units["甲街"]])
        dockets.begin(made)
    first = Docket.unscoped.select_related("set__unit").get(set=made, every="quarter")
    with acting_as(office.person("liaison", "局")):
        dockets.enter(first, office.units["局"], dockets.Matter("落实责任", None, None, {}))
        with clock.at(last - timedelta(days=20)):
            dockets.confirm(first, office.units["局"])
    office.person("liaison", "甲街")
    remind(last - timedelta(days=20))
    assert told(place, "reform.confirm_due") == 0
    remind(last - timedelta(days=1))
    remind(last)
    assert told(place, "reform.confirm_due") == 1  # the yearly one
    with acting_as(office.person("liaison", "甲街")):
        links = {one.link for one in Message.objects.filter(kind="reform.confirm_due", to=current().account)}
    asked = Docket.unscoped.filter(set=made).exclude(every="")
    assert links == {reverse("dockets.show", args=[one.pk]) for one in asked}
    with acting_as(office.person("group_office")):
        dockets.end(made)
    remind(date(2027, 12, 31))
    assert told(place, "reform.confirm_due") == 1


def test_a_pilots_yearly_report_is_reminded_of_before_its_day(place: Following) -> None:
    office = place.office
    with acting_as_job("测试"):
        batch = PilotBatch.unscoped.create(unit=office.units["区"], title="试点", year=2026, is_listed=True,
                                           state="named", named_on=TODAY)  # fmt: skip
        kind = batch.types.create(place=1, name="全面试点", quota=1)
        Pilot.unscoped.create(batch=batch, type=kind, unit=office.units["甲厂"], place=1, named_on=TODAY)
    desk = office.person("enterprise_union", "甲厂工会")
    with acting_as(office.person("group_office")):
        held = pilot_lists.call(batch, 2026)

    def count() -> int:
        with acting_as(desk):
            return Message.objects.filter(to=desk, kind="reform.pilot_report_due").count()

    remind(TODAY)
    assert count() == 0
    remind(held.closes)
    remind(held.closes)
    remind(held.closes + timedelta(days=1))
    assert count() == 1


def test_a_unit_is_reminded_of_its_own_marks_before_their_day(place: Following) -> None:
    with acting_as(place.office.person("group_office")):
        terms = schemes.SchemeTerms("年度考核", 2026, "rescale", Decimal(90), Decimal(80), Decimal(60))
        scheme = schemes.draft(terms)
        schemes.add(scheme, {"text": "开会", "score": Decimal(100)})
        held = schemes.call(scheme, [place.office.units["局"]])
    remind(TODAY)
    assert told(place, "reform.marks_due") == 0
    remind(held.closes)
    remind(held.closes)
    assert told(place, "reform.marks_due") == 1


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


def test_the_office_hears_once_of_a_quarter_that_is_over_and_has_no_bulletin(place: Following) -> None:
    office = place.office.person("group_office")
    over = Period.quarter_of(TODAY)
    day = over.last + timedelta(days=1)

    def heard() -> int:
        with acting_as(office):
            return Message.objects.filter(to=office, kind="reform.bulletin_due").count()

    remind(over.last)
    before = heard()
    remind(day)
    remind(day + timedelta(days=1))
    assert heard() == before + 1
    with clock.at(day):
        page = place.office.client(office).get(reverse("instruments.bulletin"))
    assert f'<option value="{over.text}" selected>' in page.content.decode()


def test_of_a_quarter_whose_bulletin_is_drafted_nobody_hears(place: Following) -> None:
    office, over = place.office.person("group_office"), Period.quarter_of(TODAY)
    day = over.last + timedelta(days=1)
    with clock.at(day), acting_as(office):
        wording = supervising.Wording("关于季度进展的通报", "现将情况通报如下。", needs_reply=False)
        supervising.draft(Sender.BULLETIN, wording, [place.office.units["局"]], period=over.text)
    remind(day)
    with acting_as(office):
        assert not Message.objects.filter(to=office, kind="reform.bulletin_due").exists()


def test_the_office_hears_once_that_a_plans_last_day_has_passed(place: Following) -> None:
    office = place.office.person("group_office")
    plan = place.measure.plan
    plan.until = TODAY
    plan.save(update_fields=("until",))
    told = Message.objects.filter(to=office, kind="reform.plan_over")
    remind(TODAY)
    assert not told.exists()
    for days in (1, 2):
        remind(TODAY + timedelta(days=days))
    with acting_as(office):
        assert [one.link for one in told] == [reverse("plans.show", args=[plan.pk])]
        assert f"执行到 {TODAY}，已经到期" in next(iter(texts_of(office, list(told)).values()))
