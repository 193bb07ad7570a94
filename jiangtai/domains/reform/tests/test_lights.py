"""The light of a task: the pure rule and the database say the same of every mix, and every light says why."""

from datetime import date, timedelta
from itertools import product

import pytest

from jiangtai.access import acting_as, acting_as_job, parameters
from jiangtai.domains.reform.models import Milestone, Plan, Report, Task
from jiangtai.domains.reform.queries import tasks as queries
from jiangtai.domains.reform.rules.lights import Point, Standing, Tone, light
from jiangtai.kernel import clock
from tests.office import Office

TODAY = date(2026, 6, 15)
NEAR = date(2026, 7, 7)
DUES = (None, TODAY - timedelta(days=12), TODAY, NEAR - timedelta(days=1), NEAR, date(2026, 12, 31))
LEFT = (None, TODAY - timedelta(days=3), TODAY, NEAR, "reached")
SAYS = ("", "on_track", "stuck", "done")


def standing(**values: object) -> Standing:
    return Standing(**{"state": "open", "due": date(2026, 12, 31), "near": NEAR, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "tone", "why"),
    [
        (standing(due=date(2026, 6, 3)), Tone.RED, "已过期限 12 天"),
        (standing(earliest=Point("出台办法", date(2026, 5, 31))), Tone.RED, "节点“出台办法”应于 2026年5月31日达到"),
        (
            standing(pace="red", pace_why="应达 500 人，实为 310 人"),
            Tone.RED,
            "指标慢于序时进度（应达 500 人，实为 310 人）",
        ),
        (standing(due=date(2026, 6, 3), pace="red"), Tone.RED, "已过期限 12 天；指标慢于序时进度"),
        (standing(due=date(2026, 6, 20)), Tone.AMBER, "离期限还有 5 天"),
        (standing(due=TODAY), Tone.AMBER, "今天到期"),
        (standing(says="stuck"), Tone.AMBER, "上期报告有困难"),
        (standing(says="done"), Tone.GREEN, "离期限还有 199 天"),
        (standing(pace="green"), Tone.GREEN, "指标达到序时进度"),
        (standing(earliest=Point("出台办法", date(2026, 9, 30))), Tone.GREEN, "下一节点“出台办法”2026年9月30日到期"),
        (standing(due=None), Tone.NONE, "没有期限、节点和指标，请牵头单位补充"),
        (standing(state="done", done_on=date(2026, 6, 1)), Tone.DONE, "2026年6月1日完成，按期"),
        (
            standing(state="done", due=date(2026, 5, 30), done_on=date(2026, 6, 1)),
            Tone.DONE,
            "2026年6月1日完成，超期 2 天",
        ),
        (standing(state="cancelled", due=date(2026, 5, 30)), Tone.NONE, "已取消"),
    ],
)
def test_every_light_says_why(one: Standing, tone: Tone, why: str) -> None:
    found = light(one, TODAY)
    assert (found.tone, found.why) == (tone, why)


def test_the_database_says_the_same_of_every_mix(office: Office) -> None:
    with clock.at(TODAY), acting_as_job("测试"):
        made = _every_mix(office)
        rows = {row.pk: row for row in queries.lit(Task.unscoped.all(), TODAY)}
        assert len(rows) == made
        assert {row.near for row in rows.values()} == {NEAR}
        differs = [row for row in rows.values() if queries.light_of(row, TODAY).tone.value != row.tone]
        assert not differs, [(row.state, row.due, row.point_due, row.pace, row.says, row.tone) for row in differs[:5]]
        assert {row.tone for row in rows.values()} == {tone.value for tone in Tone}
        known = queries.counts(Task.unscoped.all(), TODAY)
        assert sum(known.values()) == len([row for row in rows.values() if row.state in ("open", "done")])


def test_a_unit_that_warns_earlier_sees_amber_earlier(office: Office) -> None:
    with clock.at(TODAY):
        with acting_as(office.person("group_office")):
            parameters.set_value(office.units["甲街"], "reform.near_days", "40", since=TODAY, reason="提前盯办")
        with acting_as_job("测试"):
            measure = _measure(office)
            due = date(2026, 8, 3)
            for unit in ("甲街", "甲厂", "局"):
                Task.unscoped.create(
                    measure=measure, unit=office.units[unit], title="任务", year=2026, since=TODAY, due=due
                )
            tones = dict(queries.lit(Task.unscoped.all()).values_list("unit__name", "tone"))
    assert tones == {"甲街道办事处": "amber", "甲厂有限公司": "amber", "区人力资源和社会保障局": "green"}


def _measure(office: Office):  # type: ignore[no-untyped-def]
    plan = Plan.objects.create(
        unit=office.units["区"], title="方案", text="一、举措", state="in_force", confirmed_at=clock.now()
    )
    return plan.measures.create(place=0, number=1, title="举措", first=0, last=1)


def _every_mix(office: Office) -> int:
    measure, unit = _measure(office), office.units["局"]
    tasks, milestones, reports = [], [], []
    for state, due, left, pace, says in product(Task.State.values, DUES, LEFT, ["", *Task.Pace.values], SAYS):
        task = Task(
            measure=measure,
            unit=unit,
            title="任务",
            year=2026,
            since=date(2026, 1, 1),
            due=due,
            state=state,
            pace=pace,
            done_on=TODAY if state == "done" else None,
        )
        tasks.append(task)
        if left:
            reached = TODAY if left == "reached" else None
            day = TODAY - timedelta(days=1) if left == "reached" else left
            milestones.append(Milestone(task=task, title="节点", due=day, reached_on=reached))
            milestones.append(Milestone(task=task, title="往后", due=date(2026, 12, 1), reached_on=reached))
        if says:
            values = {"task": task, "narrative": "已推进", "reported_on": TODAY, "accepted_on": TODAY}
            earlier = {**values, "accepted_on": TODAY - timedelta(days=30)}
            reports.append(Report(period="4月", says="stuck" if says == "on_track" else "on_track", **earlier))
            reports.append(Report(period="5月", says=says, **values))
    Task.unscoped.bulk_create(tasks)
    Milestone.unscoped.bulk_create(milestones)
    Report.unscoped.bulk_create(reports)
    return len(tasks)
