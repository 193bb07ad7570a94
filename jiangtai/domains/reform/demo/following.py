"""What follows the demo's plan: a prompt for a late task, the quarter's bulletin, a meeting held and one to come."""

from collections.abc import Callable
from datetime import timedelta

from jiangtai.access import Account, Unit, acting_as
from jiangtai.kernel import clock

from ..actions import meetings, supervising
from ..facts import Sender
from ..models import Addressee, Plan, Task
from ..queries import supervising as queries
from ..rules import supervising as rules

OFFICE, LEADER, DESK = "zhoumin", "zhaoqiming", "hejing"


def fill(plan: Plan, *, say: Callable[[str], None]) -> None:
    """By the very calls of the pages."""
    office, leader, desk = (Account.objects.get(username=name) for name in (OFFICE, LEADER, DESK))
    with acting_as(office) as who:
        late = [str(one.pk) for one in queries.urgent(who) if one.tone == "red"]  # type: ignore[attr-defined]
        _prompt(who, late[:1])
        asked = _prompt(who, [str(_of(plan, "区人社局").pk)])
    with acting_as(desk):
        supervising.answer(asked, "已召开专题会研究，12 月 15 日前完成首批数据归集；责任人：何静。")
    _meeting(plan, office)
    with acting_as(office) as who:
        period = rules.quarter_of(clock.today())
        found = queries.unit_standings(period)
        said = rules.bulletin(period, found, clock.today())
        wording = supervising.Wording(said.title, said.body, due=queries.reply_day(who.unit))
        rows = [one.row for one in found]
        bulletin = supervising.draft(
            Sender.BULLETIN, wording, queries.units_with_tasks(), methods=said.methods, period=period, table=rows
        )
    with acting_as(leader):
        supervising.issue(bulletin)
    say("督办：工作提示 2 份、季度通报 1 份；联席会议 1 次已召开、1 次筹备中")


def _prompt(who: object, ids: list[str]) -> Addressee:
    found = queries.tasks_named(who, ids)  # type: ignore[arg-type]
    standings = [queries.standing_of(task) for task in found]
    said = rules.draft_for_tasks(Sender.PROMPT.label, standings, clock.today())
    wording = supervising.Wording(said.title, said.body, due=clock.today() + timedelta(days=14))
    units = [task.unit for task in found]
    one = supervising.draft(Sender.PROMPT, wording, units, standings, tasks=found, methods=said.methods)
    supervising.issue(one)
    return Addressee.unscoped.filter(instrument=one).select_related("unit").get()


def _of(plan: Plan, unit: str) -> Task:
    return Task.unscoped.filter(measure__plan=plan, unit__short_name=unit, due__isnull=False).order_by("due")[0]


def _meeting(plan: Plan, office: Account) -> None:
    today = clock.today()
    with acting_as(office) as who:
        found = Unit.objects.filter(short_name__in=("区人社局", "区教育局", "区总工会", "区财政局", "区委宣传部"))
        units = list(found.exclude(tree=Unit.Tree.UNION).order_by("path"))
        by_name = {unit.short_name: unit for unit in units}
        title = f"{rules.quarter_said(rules.quarter_of(today))}产业工人队伍建设改革联席会议"
        one = meetings.prepare(meetings.Call(title, today, "9:30", "区政府第三会议室", "赵启明"), units)
        meetings.call(one)
        measures = {measure.number: measure for measure in plan.measures.all()}
        for item in one.items.filter(kind="task")[:1]:
            meetings.note(item, "会议原则同意区委宣传部的安排，请抓紧公布全年宣讲课表。")
        due = today + timedelta(days=40)
        meetings.settle(one, "会同区财政局提出职业技能培训券年度资金方案", by_name["区人社局"], due, measures[6])
        meetings.settle(
            one, "公布全年宣讲课表并报领导小组办公室", by_name["区委宣传部"], today + timedelta(days=10), measures[1]
        )
        meetings.hold(one, "会议听取了改革任务推进情况，研究了亮红灯、黄灯的任务。")
        later = meetings.Call(
            "下一次产业工人队伍建设改革联席会议", today + timedelta(days=60), "9:30", "区政府第三会议室", "赵启明"
        )
        meetings.prepare(later, units)
        assert who
