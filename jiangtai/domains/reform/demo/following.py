"""What follows the demo's plan: prompts, the quarter's bulletin, meetings, an assessment in preparation."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from jiangtai.access import Account, Unit, acting_as, current, inquiries
from jiangtai.kernel import Period, clock, keep_file

from ..actions import assessments, meetings, supervising
from ..facts import Sender
from ..models import Addressee, Plan
from ..queries import assessments as assessed
from ..queries import supervising as queries
from ..reading.scoring import read_scoring, rows_of_text
from ..rules import supervising as rules

OFFICE, LEADER = "zhoumin", "zhaoqiming"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
TABLE = """序号\t考核项目\t考核内容\t分值\t评分标准\t责任单位
1\t组织领导\t召开产业工人队伍建设改革联席会议\t10\t每季度召开一次，有纪要，少一次扣 2 分\t区总工会
2\t\t按季度通报改革任务推进情况\t5\t少一次扣 1 分\t区总工会
3\t思想引领\t组织宣讲小队到班组讲政策、讲形势\t10\t不少于 60 场，少一场扣 0.2 分\t区委宣传部
4\t技能提升\t发放职业技能培训券\t15\t完成年度目标得满分\t区人社局
5\t\t提高高技能人才占技能人才比重\t15\t比上年提高得满分\t区人社局
6\t\t组织全区职工技能大赛，赛项不少于 12 个\t15\t按赛项数计分\t区总工会
7\t权益保障\t在功能区设立劳动争议调解室\t15\t少一个扣 2 分\t区人社局
8\t\t工会会员实名制入会\t15\t按覆盖率计分\t区总工会
合计\t\t\t100\t\t
"""


def fill(plan: Plan, *, say: Callable[[str], None]) -> None:
    """By the very calls of the pages."""
    office, leader = (Account.objects.get(username=name) for name in (OFFICE, LEADER))
    with acting_as(office) as who:
        red: list[Any] = [one for one in queries.urgent(who) if one.tone == "red"]  # type: ignore[attr-defined]
        late = [str(one.pk) for one in sorted(red, key=lambda one: not (one.due and one.due < clock.today()))]
        _prompt(who, late[:1])
        asked = _prompt(who, late[1:2])
        scan = keep_file(SimpleUploadedFile("复函.pdf", PDF), allowed={"pdf"}, max_bytes=2**20, by=office.pk)
        letter = inquiries.Letter(scan, "锦宣函〔2026〕21号", clock.today())
        supervising.answer(asked, "三个功能区的职工文化角已选定场地，12 月 20 日前挂牌。", letter)
    _meeting(plan, office)
    with acting_as(office) as who:
        period = Period.quarter_of(clock.today()).before.text
        found = queries.unit_standings(period)
        said = rules.bulletin(period, found, queries.standing_day(period))
        wording = supervising.Wording(said.title, said.body, due=queries.reply_day(who.unit))
        bulletin = supervising.draft(
            Sender.BULLETIN, wording, queries.units_with_tasks(), methods=said.methods, period=period, table=said.table
        )
    with acting_as(leader):
        supervising.issue(bulletin)
    with acting_as(office):
        _assessment()
    say("督办：工作提示 2 份、季度通报 1 份；联席会议 1 次已召开、1 次筹备中；迎检考核 1 次准备中")


def _prompt(who: object, ids: list[str]) -> Addressee:
    found = queries.tasks_named(who, ids)  # type: ignore[arg-type]
    standings = [queries.standing_of(task) for task in found]
    said = rules.draft_for_tasks(Sender.PROMPT.label, standings, clock.today())
    wording = supervising.Wording(said.title, said.body, due=clock.today() + timedelta(days=14))
    units = [task.unit for task in found]
    one = supervising.draft(Sender.PROMPT, wording, units, standings, tasks=found, methods=said.methods)
    supervising.issue(one)
    return Addressee.unscoped.filter(instrument=one).select_related("unit").get()


def _assessment() -> None:
    """The city's table, with what the house has for its first points."""
    call = assessments.Call(
        f"{clock.today().year}年度产业工人队伍建设改革考核", "锦川市产业工人队伍建设改革工作领导小组办公室",
        clock.today().year, clock.today() + timedelta(days=25),
    )  # fmt: skip
    one = assessments.take(call, read_scoring(rows_of_text(TABLE)))
    for point in one.points.order_by("place")[:3]:
        for kind, key, _ in assessed.suggestions(point, current())[:1]:
            assessments.show(point, kind, key)
        assessments.score(point, point.score, "按要求完成，材料齐全。")


def _meeting(plan: Plan, office: Account) -> None:
    today = clock.today()
    with acting_as(office) as who:
        found = Unit.objects.filter(short_name__in=("区人社局", "区教育局", "区总工会", "区财政局", "区委宣传部"))
        units = list(found.exclude(tree=Unit.Tree.UNION).order_by("path"))
        by_name = {unit.short_name: unit for unit in units}
        title = f"{Period.quarter_of(today).label}产业工人队伍建设改革联席会议"
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
