"""A plan of several years is handed out year by year: what is open goes on, what is done only where it is ticked."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from jiangtai.access import Refused, acting_as
from jiangtai.domains.reform.actions import tasks as actions
from jiangtai.domains.reform.models import Action, Task
from jiangtai.domains.reform.rules.plans import recurs
from jiangtai.kernel import clock
from tests.office import Office

from . import working
from .working import Work

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 10)


@pytest.fixture
def work(office: Office) -> Any:
    """A plan until 2028, its first year handed out."""
    with clock.at(working.MONDAY):
        made = working.build(office)
    with clock.at(DECEMBER):
        yield made


def of_year(work: Work, year: int) -> dict[str, str]:
    return dict(Task.unscoped.filter(measure__plan=work.plan, year=year).values_list("title", "state"))


def finish(work: Work, title: str, unit: str) -> None:
    task = work.fresh(title)
    work.at("liaison", unit, lambda: actions.prove(task, "paper", "办法", reference="测〔2026〕1号"))
    work.at("liaison", unit, lambda: actions.finish(task))


def test_what_is_open_goes_on_and_what_ran_out_is_not_asked_for_again(work: Work) -> None:
    finish(work, "开展岗位练兵。", "局")
    work.plan.measures.filter(title="加强技能培训").update(deadline=None)
    rolled, made = work.at("group_office", "区", lambda: actions.hand_out_year(work.plan, 2027))
    assert (rolled, made) == (3, 0)
    assert set(of_year(work, 2027)) == {"建立培训台账。", "出台评价办法。", "建设服务站。"}
    assert set(of_year(work, 2026).values()) == {"done", "rolled"}


def test_what_is_done_is_asked_for_again_where_it_is_ticked(work: Work) -> None:
    finish(work, "开展岗位练兵。", "局")
    work.plan.measures.filter(title="加强技能培训").update(deadline=None)
    again = [Action.objects.get(text="开展岗位练兵。").pk]
    rolled, made = work.at("group_office", "区", lambda: actions.hand_out_year(work.plan, 2027, again))
    assert (rolled, made) == (3, 1)
    task = Task.unscoped.get(title="开展岗位练兵。", year=2027)
    assert (task.since, task.due, task.unit) == (date(2027, 1, 1), None, work.office.units["局"])


def test_a_second_press_finds_nothing_to_do(work: Work) -> None:
    work.at("group_office", "区", lambda: actions.hand_out_year(work.plan, 2027))
    with pytest.raises(ValidationError, match="2027 年的任务都已下达"):
        work.at("group_office", "区", lambda: actions.hand_out_year(work.plan, 2027))
    assert len(of_year(work, 2027)) == 4


def test_a_task_opened_again_goes_on_as_the_one_that_is_there(work: Work) -> None:
    finish(work, "开展岗位练兵。", "局")
    work.plan.measures.filter(title="加强技能培训").update(deadline=None)
    again = [Action.objects.get(text="开展岗位练兵。").pk]
    work.at("group_office", "区", lambda: actions.hand_out_year(work.plan, 2027, again))
    old = Task.unscoped.get(title="开展岗位练兵。", year=2026)
    work.at("group_office", "区", lambda: actions.reopen(old, "佐证不实"))
    assert work.at("group_office", "区", lambda: actions.roll(2026, Task.unscoped.all())) == 1
    assert Task.unscoped.filter(title="开展岗位练兵。", year=2027).count() == 1


@pytest.mark.parametrize("year", [2025, 2028, 2029])
def test_only_a_year_of_the_plan_that_runs_or_comes_next(work: Work, year: int) -> None:
    with pytest.raises(ValidationError, match="现在可以下达 2026 到 2027 年的任务"):
        work.at("group_office", "区", lambda: actions.hand_out_year(work.plan, year))


def test_only_the_office_hands_out_a_year(work: Work) -> None:
    with acting_as(work.office.person("liaison", "局")), pytest.raises(Refused):
        actions.hand_out_year(work.plan, 2027)


def test_by_one_press_on_the_plans_page(work: Work, signed_in: Any) -> None:
    office = signed_in("group_office")
    page = reverse("plans.show", args=[work.plan.pk])
    assert "下达 2027 年任务" in office.get(page).content.decode()
    form = reverse("plans.hand_out", args=[work.plan.pk, 2027])
    assert "2026 年没有完成的 4 项任务转入 2027 年" in office.get(form).content.decode()
    assert office.post(form, {}).status_code == 302
    shown = office.get(page).content.decode()
    assert "已结转 4 项，新下达 0 项" in shown
    assert "下达 2027 年任务" not in shown
    assert f"plan={work.plan.pk}&amp;year=2027" in shown
    assert office.post(form, {}).status_code == 422


def test_a_part_is_not_opened_again_under_a_finished_task(work: Work) -> None:
    task = work.fresh("开展岗位练兵。")
    with clock.at(DECEMBER):
        part = work.at("liaison", "局", lambda: actions.hand_on(task, work.office.units["甲街"], "组织参赛"))
    work.at("liaison", "甲街", lambda: actions.prove(part, "paper", "小结", reference="甲街〔2026〕1号"))
    work.at("liaison", "甲街", lambda: actions.finish(part))
    finish(work, "开展岗位练兵。", "局")
    with pytest.raises(Refused, match="请先重新打开那一项"):
        work.at("group_office", "区", lambda: actions.reopen(part, "佐证不实"))


@pytest.mark.parametrize(
    ("words", "is_so"),
    [("每年办班12期。", True), ("按月开课。", True), ("出台评价办法。", False), ("2026年底前建成服务站。", False)],
)
def test_whether_a_sentence_asks_year_by_year(words: str, is_so: bool) -> None:
    assert recurs(words) is is_so
