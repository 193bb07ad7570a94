"""Tasks: handed out once, handed on by leads only, given days once, finished with evidence only; each kept as facts."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from jiangtai import ledger
from jiangtai.access import Refused, acting_as, acting_as_job
from jiangtai.domains.reform.actions import lights
from jiangtai.domains.reform.actions import tasks as actions
from jiangtai.domains.reform.facts import LightShown, PartGiven, TaskCancelled, TaskFinished, TaskHandedOut, TaskRolled
from jiangtai.domains.reform.models import Milestone, Plan, Task
from jiangtai.domains.reform.queries import tasks as queries
from jiangtai.domains.reform.rules.lights import Tone
from jiangtai.kernel import clock
from jiangtai.messages import Message
from tests.office import Office, at_once

from .working import MONDAY, Work, light_on, planned

DRILL, BOOK, RULES, STATION = "开展岗位练兵。", "建立培训台账。", "出台评价办法。", "建设服务站。"


def test_each_sentence_is_asked_of_the_first_lead_once(work: Work) -> None:
    assert {title: task.unit.name for title, task in work.tasks.items()} == {
        DRILL: "区人力资源和社会保障局", BOOK: "区人力资源和社会保障局", RULES: "甲街道办事处", STATION: "乙街道办事处",
    }  # fmt: skip
    assert work.tasks[RULES].due == date(2026, 6, 30)
    with acting_as(work.office.person("group_office")):
        assert actions.hand_out(work.plan) == 0
    assert ledger.every(TaskHandedOut).current().count() == 4
    assert ledger.every(PartGiven).current().count() == 8
    assert ledger.every(PartGiven).current().of(work.office.units["局"].pk).filter(payload__role="lead").count() == 1


def test_two_at_once_hand_each_out_once(twin: Office) -> None:
    with clock.at(MONDAY):
        plan = planned(twin)
        twin.person("group_office")

        def hand_out() -> int:
            with clock.at(MONDAY), acting_as(twin.people["group_office@区"]):
                return actions.hand_out(plan)

        found = at_once(hand_out, hand_out)
    assert sorted(found) == [0, 4], found
    with acting_as_job("测试"):
        tasks = set(Task.unscoped.filter(measure__plan=plan).values_list("pk", flat=True))
        assert len(tasks) == 4
        assert ledger.every(TaskHandedOut).of(*tasks).count() == 4


def test_a_designated_unit_is_asked_instead(office: Office) -> None:
    with clock.at(MONDAY):
        plan = planned(office)
        plan.measures.filter(number=1).update(designated=office.units["乙街"])
        with acting_as(office.person("group_office")):
            actions.hand_out(plan)
    assert set(Task.unscoped.filter(measure__number=1).values_list("unit__name", flat=True)) == {"乙街道办事处"}


def test_a_lead_hands_on_and_the_other_is_told(work: Work) -> None:
    street = work.office.person("liaison", "甲街")
    task, to = work.tasks[DRILL], work.office.units["甲街"]
    made = work.at("liaison", "局", lambda: actions.hand_on(task, to, "组织辖区企业参赛", due=date(2026, 9, 30)))
    assert (made.parent, made.unit, made.measure) == (task, to, task.measure)
    assert Message.objects.filter(to=street, kind="reform.handed_on").count() == 1
    with acting_as(work.office.person("liaison", "局")) as who:
        assert made in queries.seen(who)
    with acting_as(work.office.person("liaison", "乙街")) as who:
        assert made not in queries.seen(who)
    with pytest.raises(Refused):
        work.at("liaison", "乙街", lambda: actions.hand_on(task, to, "越权"))
    with pytest.raises(ValidationError, match="不能再往下分解"):
        work.at("liaison", "甲街", lambda: actions.hand_on(made, work.office.units["甲厂"], "再分"))
    with pytest.raises(ValidationError, match="不能晚于"):
        work.at("liaison", "局", lambda: actions.hand_on(task, to, "太晚", due=date(2027, 1, 5)))


def test_a_day_that_is_set_is_moved_by_whoever_gave_the_task(work: Work) -> None:
    station = work.tasks[STATION]
    work.at("liaison", "乙街", lambda: actions.amend(station, due=date(2026, 10, 31)))
    with pytest.raises(ValidationError, match="已经确定"):
        work.at("liaison", "乙街", lambda: actions.amend(station, due=date(2026, 12, 31)))
    work.at("group_office", "区", lambda: actions.amend(station, due=date(2026, 12, 31)))
    assert work.fresh(STATION).due == date(2026, 12, 31)


def test_a_point_that_passed_is_not_moved_by_who_missed_it(work: Work) -> None:
    rules = work.tasks[RULES]
    row = work.at("liaison", "甲街", lambda: actions.set_milestone(rules, "征求意见", date(2026, 4, 30)))
    with clock.at(date(2026, 5, 6)):
        assert light_on(rules).why == "节点“征求意见”应于 2026年4月30日达到"
        with pytest.raises(ValidationError, match="已过"):
            work.at("liaison", "甲街", lambda: actions.set_milestone(rules, "征求意见", date(2026, 6, 1), row=row))
        with pytest.raises(Refused):
            work.at("liaison", "甲街", lambda: actions.drop_milestone(row))
        with pytest.raises(ValidationError, match="还没有能证明节点达到的佐证材料"):
            work.at("liaison", "甲街", lambda: actions.reach(row))
        proof = work.at(
            "liaison", "甲街", lambda: actions.prove(rules, "paper", "意见汇总", reference="甲街〔2026〕2号")
        )
        work.at("liaison", "甲街", lambda: actions.reach(row, proof=proof))
        assert light_on(rules).tone is Tone.GREEN


def test_nothing_is_finished_without_evidence_or_over_open_parts(work: Work) -> None:
    task = work.tasks[DRILL]
    with pytest.raises(ValidationError, match="佐证"):
        work.at("liaison", "局", lambda: actions.finish(task))
    made = work.at("liaison", "局", lambda: actions.hand_on(task, work.office.units["甲街"], "组织参赛"))
    work.at("liaison", "局", lambda: actions.prove(task, "paper", "练兵通报", reference="测人社〔2026〕3号"))
    with pytest.raises(ValidationError, match="分解给甲街道办事处"):
        work.at("liaison", "局", lambda: actions.finish(task))
    work.at("liaison", "甲街", lambda: actions.prove(made, "paper", "名单"))
    work.at("liaison", "甲街", lambda: actions.finish(made))
    work.at("liaison", "局", lambda: actions.finish(task))
    assert light_on(task).why == "2026年3月2日完成，按期"
    assert not ledger.every(TaskHandedOut).current().of(task.pk).exists()
    assert ledger.every(TaskFinished).of(task.pk).get().fact.in_time is True
    with pytest.raises(Refused):
        work.at("liaison", "局", lambda: actions.reopen(task, "还有尾巴"))
    work.at("group_office", "区", lambda: actions.reopen(task, "成果未落地"))
    assert ledger.every(TaskHandedOut).current().of(task.pk).exists()
    assert work.fresh(DRILL).state == "open"


def test_what_is_cancelled_ends_with_its_parts(work: Work) -> None:
    task = work.tasks[DRILL]
    made = work.at("liaison", "局", lambda: actions.hand_on(task, work.office.units["甲街"], "组织参赛"))
    with pytest.raises(Refused):
        work.at("liaison", "局", lambda: actions.cancel(task, "做不了"))
    work.at("liaison", "局", lambda: actions.cancel(made, "改由本局办理"))
    work.at("group_office", "区", lambda: actions.cancel(task, "方案调整"))
    assert set(Task.unscoped.filter(state="cancelled")) == {task, made}
    assert ledger.every(TaskCancelled).count() == 2
    assert light_on(made).why == "已取消"


def test_a_point_that_was_reached_meanwhile_stays_reached(work: Work) -> None:
    drill = work.tasks[DRILL]
    seen = work.at("group_office", "区", lambda: actions.set_milestone(drill, "印发通知", date(2026, 4, 30)))
    proof = work.at("liaison", "局", lambda: actions.prove(drill, "paper", "通知", reference="测人社〔2026〕3号"))
    work.at("liaison", "局", lambda: actions.reach(Milestone.unscoped.get(pk=seen.pk), proof=proof))
    with pytest.raises(Refused, match="已经达到"):
        work.at("group_office", "区", lambda: actions.set_milestone(drill, "改", date(2026, 5, 30), row=seen))
    assert Milestone.unscoped.get(pk=seen.pk).reached_on


def test_a_year_is_rolled_once(work: Work) -> None:
    drill = work.tasks[DRILL]
    sub = work.at("liaison", "局", lambda: actions.hand_on(drill, work.office.units["甲街"], "组织参赛"))
    point = work.at("liaison", "局", lambda: actions.set_milestone(drill, "总结", date(2026, 12, 20)))
    with clock.at(date(2027, 1, 4)):
        with pytest.raises(Refused):
            work.at("liaison", "局", lambda: actions.roll(2026, Task.unscoped.all()))
        assert work.at("group_office", "区", lambda: actions.roll(2026, Task.unscoped.all())) == 5
        assert work.at("group_office", "区", lambda: actions.roll(2026, Task.unscoped.all())) == 0
        made = Task.unscoped.get(title=DRILL, year=2027)
        assert Task.unscoped.get(title=sub.title, year=2027).parent == made
        assert Milestone.unscoped.get(pk=point.pk).task == made
        assert light_on(drill).why == "已转入下年度"
        assert light_on(made).tone is Tone.RED
        assert ledger.every(TaskRolled).count() == 5
        assert ledger.every(TaskHandedOut).current().count() == 5


def test_the_ledger_hears_of_every_change_of_light(work: Work) -> None:
    def shown(day: date) -> dict[Any, int]:
        with clock.at(day), acting_as_job("测试"):
            count = actions.note_lights(Task.unscoped.all())
            assert actions.note_lights(Task.unscoped.all()) == 0
        lights = [fact.light for _, fact in ledger.every(LightShown).current(day).as_facts()]
        return {"changed": count, **{one: lights.count(one) for one in sorted(set(lights))}}

    assert shown(MONDAY) == {"changed": 4, "green": 3, "none": 1}
    assert shown(date(2026, 6, 29)) == {"changed": 1, "amber": 1, "green": 2, "none": 1}
    assert shown(date(2026, 7, 1)) == {"changed": 1, "green": 2, "none": 1, "red": 1}


def test_what_a_newer_version_keeps_goes_on_as_the_task_of_its_sentence(work: Work) -> None:
    with acting_as(work.office.person("group_office")):
        newer = planned(work.office)
        Plan.objects.filter(pk=newer.pk).update(replaces=work.plan)
        newer.refresh_from_db()
        kept = newer.measures.get(number=2)
        Task.unscoped.filter(title=RULES).update(measure=kept, action=None)
        assert actions.hand_out(newer) == 3
    assert Task.unscoped.filter(measure=kept).get().action == kept.actions.get()
    parts = ledger.every(PartGiven).current()
    assert parts.count() == 8
    assert {row.payload["measure"] for row in parts} == {str(one.pk) for one in newer.measures.all()}


def test_a_task_is_not_measured_by_a_figure_that_its_unit_is_not_told(work: Work) -> None:
    drill = work.tasks[DRILL]
    with pytest.raises(ValidationError, match="不向区人社局公布"):
        work.at("liaison", "局", lambda: actions.amend(drill, indicator="register.members"))
    Task.unscoped.filter(pk=drill.pk).update(indicator="register.members")
    with acting_as_job("测试"):
        lights.set_paces()
    assert (work.fresh(DRILL).pace, work.fresh(DRILL).pace_why) == ("", "这项指标的数不向本单位公布")
    assert work.at("liaison", "局", lambda: actions.amend(drill, indicator="register.workers")).indicator
