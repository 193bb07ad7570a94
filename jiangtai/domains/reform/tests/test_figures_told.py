"""A figure that speaks for a point or stands beside a criterion is printed with its value, period and method."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from jiangtai import indicators, lake, ledger
from jiangtai.access import acting_as, acting_as_job
from jiangtai.domains.reform.actions import assessments
from jiangtai.domains.reform.facts import TaskHandedOut
from jiangtai.domains.reform.models import Assessment, Plan, Task
from jiangtai.domains.reform.queries import figures
from jiangtai.domains.reform.reading.scoring import read_scoring, rows_of_text
from jiangtai.kernel import clock
from jiangtai.lake import manifest
from jiangtai.people.tests import invented

from .following import read_paper

TABLE = "考核内容\t分值\n壮大产业工人队伍\t5\n开会\t5"


@pytest.fixture
def folder(twin: Any, tmp_path: Any, monkeypatch: Any) -> Any:
    """Two workers at 甲厂, in a lake."""
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    with acting_as_job("测试"):
        for name in ("诸葛靓", "司马光"):
            invented.worker(twin.units["甲厂"], name)
        lake.refresh()
    return tmp_path


def test_it_is_told_for_a_unit_and_a_year_and_up_to_which_day(folder: Any, twin: Any) -> None:
    today, firm = clock.today(), twin.units["甲厂"]
    found = figures.told_each([("register.workers", firm), ("no.such", firm)], today.year)
    told = found["register.workers", firm.pk]
    assert len(found) == 1
    assert told.value.endswith(" 人")
    assert int(told.value.split()[0]) >= 2
    assert told.period == f"{today.year}年（截至{today.year}年{today.month}月{today.day}日）" or today.month == 12
    assert told.footnote.startswith(f"{told.label}（{told.period}）：")
    coming = figures.told_each([("register.workers", firm)], today.year + 1)
    assert coming["register.workers", firm.pk].value == figures.NOT_YET


def test_self_report_and_catalogue_print_it_with_a_footnote(folder: Any, twin: Any) -> None:
    today = clock.today()
    with acting_as(twin.person("group_office")):
        call = assessments.Call("市里的考核", "市领导小组办公室", today.year, today + timedelta(days=9))
        one = assessments.take(call, read_scoring(rows_of_text(TABLE)))
        first, second = one.points.order_by("place")
        assessments.show(first, "indicator", "register.workers")
        assessments.score(first, Decimal(5), "")
        assessments.score(second, Decimal(5), "")
    with acting_as_job("测试"):
        told = figures.told_each([("register.workers", one.unit)], today.year)["register.workers", one.unit_id]
    client = twin.client(twin.person("group_office"))
    said = _words(client, one, "report")
    assert f"印证指标：{told.said}⑦。" in said
    assert f"⑦ {told.footnote}" in said
    said = _words(client, one, "catalogue")
    assert f"{told.said}②" in said
    assert f"② {told.footnote}" in said
    page = client.get(reverse("assessments.point", args=[one.pk, first.pk])).content.decode()
    assert told.said in page


def test_what_was_handed_in_keeps_the_figures_of_that_day(folder: Any, twin: Any, monkeypatch: Any) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(figures, "_figures", lambda one, numbers, year, day: (asked.append(day), ("", None))[1])
    with acting_as(twin.person("group_office")):
        call = assessments.Call("报送过的", "市领导小组办公室", 2026, clock.today() + timedelta(days=9))
        one = assessments.take(call, read_scoring(rows_of_text("考核内容\t分值\n壮大队伍\t5")))
        assessments.show(one.points.get(), "indicator", "register.workers")
        assessments.score(one.points.get(), Decimal(5), "")
        one = assessments.hand_in(one)
        from jiangtai.domains.reform.queries import assessments as queries

        queries.said(Assessment.unscoped.get(pk=one.pk))
    assert asked == [one.handed_in_on]
    assert isinstance(asked[0], date)


def _words(client: Any, one: Assessment, which: str) -> str:
    return read_paper(client.post(reverse("assessments.paper", args=[one.pk, which, "docx"])).content)


def test_a_list_of_tasks_that_came_with_a_claim_names_them_by_their_titles(folder: Any, twin: Any) -> None:
    today, street = clock.today(), twin.units["甲街"]
    with acting_as_job("测试"):
        indicators.Claim.unscoped.all().delete()
        plan = Plan.objects.create(unit=twin.units["区"], title="上报的方案", text="一", state="ended",
                                   confirmed_at=clock.now())  # fmt: skip
        measure = plan.measures.create(place=0, number=1, title="举措", first=0, last=1)
        made = [
            Task.unscoped.create(measure=measure, unit=street, title=title, year=today.year, since=today)
            for title in ("上报过的任务", "没有上报的任务", "同名的任务", "同名的任务")
        ]
        for one in made:
            fact = TaskHandedOut(task=ledger.SubjectId(one.pk), measure=measure.pk, year=today.year, by_lead=False,
                                 unit=ledger.UnitId(street.pk), on=today)  # fmt: skip
            ledger.append(fact, cause=ledger.Cause.act("分派"))
        lake.refresh()
        before = today - timedelta(days=366)  # of a year ago, and not counted
        Task.unscoped.create(measure=measure, unit=street, title="上报过的任务", year=before.year, since=before)
    with acting_as(twin.person("group_office")):
        sent = ["上报过的任务", "同名的任务", "从来没有的任务"]
        claim = indicators.enter_claim("reform.open_tasks", street, str(today.year), "街道", 3, numbers=sent)
        found = indicators.compared(lake.opened(), claim)
    assert claim.doubts == [(2, "several"), (3, "stranger")]
    assert found.theirs == [] and made[1].pk in found.ours and made[0].pk not in found.ours
    page = twin.client(twin.person("group_office")).get(f"/office/claims/{claim.pk}/").content.decode()
    assert "没有上报的任务" in page and "不止一个叫这个名字" in page
