"""The demo's pilots: an earlier batch from its list, one applied for and named, a list at work, a year reported."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from jiangtai.access import Account, acting_as, acting_as_job, acting_by_link, links
from jiangtai.flows import Case, engine, rankings
from jiangtai.kernel import clock, office_calendar

from ..actions import pilot_lists, tasks
from ..actions import pilots as actions
from ..models import Evidence, Pilot, PilotBatch, PilotType, Plan
from ..queries import pilots as queries
from ..reading.pilots import read_listing
from ..reading.scoring import rows_of_text
from ..rules.pilots import Kind

OFFICE, COLLEAGUE, LEADER = "zhoumin", "luhaiyan", "zhaoqiming"
EARLIER = """一、全面试点
锦河街道、望桥街道、浣溪街道、机场东街道、簇锦街道、玉泉街道、晋阳街道、火车南街道
锦川新城、三国创意功能区、智造产业功能区、锦川工业学校
锦城建工有限公司、云栈软件有限公司、蜀锦食品有限公司、玉泉新材料有限公司
晋阳物流有限公司、锦川轨道装备有限公司、南站冷链有限公司、锦川水务有限公司
二、项目试点
锦河电子有限公司\t首席技师薪酬与工资集体协商衔接
浣溪医疗器械有限公司\t班组微创新积分
望桥仪表有限公司\t老技师带徒津贴
簇锦服装有限公司\t计件工价协商
望桥职业中学\t车间里的专业课
锦川职业技能评价中心\t小微企业联合评价
川锦重工技能评价站\t焊工等级一考多证
区司法局\t新就业形态劳动争议一站式调解
区发改局\t重点项目带培训
区新经济局\t平台算法协商
区文体旅局\t厂区文化角共建
区国资和金融局\t国企技能人才工资单列
区委统战部\t民营企业师徒同行
区医保局\t异地就医一次备案
区税务局\t职工教育经费扣除提醒
团区委\t青年技师成长营
区妇联\t女职工弹性返岗
区科协\t车间里的科普讲堂
区残联\t残疾职工岗位改造
区委宣传部\t工匠故事进校园
三、部门试点
区教育局、区委组织部、区住建交局、区卫健局、区财政局、区公安分局
"""
REPORTING = (
    # unit, what came of its year, what is hard
    ("锦城建工", "工地夜校开到四个项目部，砌筑、钢筋两个工种实现持证上岗。", "劳务队伍流动快，学完就走的多。"),
    ("云栈软件", "设立“双通道”，技术岗可以走到首席工程师，待遇比照部门经理。", ""),
    ("蜀锦食品", "恢复班组长竞聘，一线工人进了管理层。", "夜班职工参训时间难安排。"),
    ("锦川水务", "巡检工等级与津贴挂钩，抢修响应时间缩短。", ""),
    ("锦河电子", "首席技师津贴写进集体合同，按月发放。", "小批量订单多，考核口径还要细化。"),
    ("浣溪医疗器械", "班组微创新积分可以换假期和培训名额。", ""),
    ("区教育局", "职业院校与企业共建实训点，学生到车间上课。", "校外实训保险还没有统一的办法。"),
)
"""Pilots of the earlier batch whose yearly report is in, by a link: they have no account."""
TYPES = (
    Kind("全面试点", 1, ["enterprise"], False),
    Kind("项目试点", 2, ["enterprise", "school"], True),
    Kind("部门试点", 1, ["department"], False),
)
CANDIDATES = (
    # type, account, recommended by, project, marks
    ("全面试点", "xielan", "ouyangwenjing", "", (27, 37, 28)),
    ("全面试点", "niuhaifeng", "ouyangwenjing", "", (26, 33, 25)),
    ("项目试点", "shiyulan", "wenjing", "车桥装配线技能等级自主评价", (25, 34, 26)),
    ("项目试点", "zhazhiyuan", "", "新型学徒制跨厂双导师", (28, 35, 27)),
    ("部门试点", "hejing", "", "", (28, 36, 26)),
    ("部门试点", "shizhan", "", "", (24, 31, 22)),
)
GROUND = "已建立职工技能档案，连续三年开展岗位练兵，职代会通过了技能津贴办法。"
SCHEME = "一年打通首席技师到高级技师五级通道，两年实现技能等级与薪酬挂钩，试点期末一线技能岗位覆盖八成以上。"
PROMISE = "主要负责人牵头，工会、人力资源部落实，年度经费纳入预算。"
ITEMS = (
    ("出台首席技师评聘办法", "办法文本和首批名单", 2, 40),
    ("开展全员岗位练兵和技术比武", "每季度一次", 5, 25),
    ("建成职工创新工作室并开展攻关", "立项不少于 6 个", 8, 10),
    ("签订技能要素参与分配专项集体合同", "合同文本和备案", 11, 35),
)


def fill(plan: Plan, *, say: Callable[[str], None]) -> None:
    """By the very calls of the pages."""
    held = _Pilots(plan)
    earlier = held.earlier()
    batch = held.batch()
    held.lists(batch)
    held.reports(batch)
    count = held.earlier_reports(earlier)
    numbers = f"早先名单 {queries.number_of(earlier)} 个，新一批申报评定 {queries.number_of(batch)} 个"
    say(f"试点：{numbers}，任务清单和年度报告（上年度 {count} 份）")


class _Pilots:
    """Takes every step as whoever is asked, on its day."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.today = plan, clock.today()
        self.office, self.leader = (Account.objects.get(username=name) for name in (OFFICE, LEADER))

    def earlier(self) -> PilotBatch:
        """Named last year, before there was a system."""
        year = self.today.year - 1
        with acting_as(self.office):
            lines, errors = queries.resolve(read_listing(rows_of_text(EARLIER)).rows)
            assert not errors, errors
            call = actions.Call("首批产业工人队伍建设改革试点", year, None, None, date(year + 2, 12, 31))
            made = actions.take_listing(call, f"锦产改〔{year}〕3号", date(year, 6, 18), lines)
            return actions.show(made, True)

    def batch(self) -> PilotBatch:
        """Called for two months ago, named three weeks ago."""
        call = actions.Call(
            "第二批产业工人队伍建设改革试点", self.today.year, self._day(70), self._day(50),
            date(self.today.year + 1, 12, 31), "已有工作基础，方案具体可行，主要负责人牵头。",
        )  # fmt: skip
        with clock.at(self._day(72)), acting_as(self.office):
            made = actions.open_batch(actions.prepare(call, TYPES))
        for number, (name, who, by, project, marks) in enumerate(CANDIDATES):
            self._candidate(made.types.get(name=name), number, Account.objects.get(username=who), by, project, marks)
        with clock.at(self._day(40)), acting_as(self.office):
            for kind in made.types.select_related("round"):
                assert kind.round is not None
                rankings.settle(kind.round)
        with clock.at(self._day(35)), acting_as(self.leader):
            actions.confirm_all(made, "同意，请抓好落实。")
        with clock.at(self._day(30)), acting_as(self.office):
            return actions.publish(made, f"锦产改〔{self.today.year}〕6号", self._day(30), is_public=True)

    def _candidate(
        self, kind: PilotType, number: int, who: Account, by: str, project: str, marks: tuple[int, ...]
    ) -> None:
        told = {"ground": GROUND, "scheme": SCHEME, "promise": PROMISE, "project": project}
        told["measure"] = str(self.plan.measures.order_by("place")[6 + number].pk) if project else ""
        with clock.at(self._day(65 - number)), acting_as(who):
            case = actions.apply(kind)
            engine.decide(self._seat(case), "recommend" if by else "assess", data=told)
        if by:
            with clock.at(self._day(60 - number)), acting_as(Account.objects.get(username=by)):
                engine.decide(self._seat(case), "assess", data={"said": "工作基础扎实，方案可行，同意推荐。"})
        with clock.at(self._day(48)), acting_as(self.office):
            names = ("ground", "scheme", "example")
            given = {**dict(zip(names, marks, strict=True)), "said": "材料齐全，方案可行。"}
            engine.decide(self._seat(case), "countersign", data=given)
        with clock.at(self._day(47)), acting_as(Account.objects.get(username=COLLEAGUE)):
            engine.decide(self._seat(case), "rank", opinion="打分有据，同意。")

    def lists(self, batch: PilotBatch) -> None:
        """One pilot's list is confirmed and worked on; another's waits for the office."""
        clerk = Account.objects.get(username="xielan")
        first = self._write(batch, clerk, 28, ITEMS)
        with clock.at(self._day(22)), acting_as(self.office):
            pilot_lists.confirm_list(first)
        with clock.at(self._day(6)), acting_as(clerk):
            task = tasks.Task.unscoped.get(list_item__list=first, list_item__place=1)
            tasks.prove(task, Evidence.Kind.PAPER, "首席技师评聘办法", reference="锦精制〔2026〕12号，存人力资源部")
            tasks.finish(task)
        self._write(batch, Account.objects.get(username="zhazhiyuan"), 9, ITEMS[1:3])

    def _write(self, batch: PilotBatch, who: Account, ago: int, items: Any) -> Any:
        with acting_as_job("演示初始化"):
            pilot = Pilot.unscoped.get(batch=batch, unit=who.unit)
        measures = list(self.plan.measures.order_by("place"))
        with clock.at(self._day(ago)), acting_as(who):
            made = pilot_lists.begin(pilot, self.today.year)
            for text, expected, place, ahead in items:
                due = min(self.today + timedelta(days=ahead), date(self.today.year, 12, 31))
                pilot_lists.put(made, text, measures[place % len(measures)], due, expected)
            return pilot_lists.send_list(made)

    def reports(self, batch: PilotBatch) -> None:
        """Every pilot was asked for its year; one has reported, and its report was accepted."""
        with clock.at(self._day(5)), acting_as(self.office):
            held = pilot_lists.call(batch, self.today.year, "请写清可推广的做法。")
        clerk = Account.objects.get(username="xielan")
        with clock.at(self._day(3)), acting_as(clerk):
            case = Case.unscoped.get(round=held, unit=clerk.unit)
            known = {name: one.value for name, one in engine.step_of(case).form.known(case).items()}  # type: ignore[attr-defined]
            results = "首席技师评聘办法已出台，首批 6 名首席技师到岗，形成“评聘、使用、待遇”一体的做法。"
            told = {**known, "results": results, "problem": "中小供应商参与技能评价的积极性还不高。"}
            engine.decide(self._seat(case), "check", data={**told, "coming": "把评价延伸到供应链企业。"})
        with clock.at(self._day(2)), acting_as(self.office):
            engine.decide(self._seat(case), "accepted", opinion="情况属实。")

    def earlier_reports(self, batch: PilotBatch) -> int:
        """The earlier batch was asked for last year; a part has reported, the last of them not yet accepted."""
        with clock.at(self._day(40)), acting_as(self.office):
            held = pilot_lists.call(batch, self.today.year - 1, "请对照试点方案，写清做成了什么、还差什么。")
        cases = {one.unit.short_name: one for one in Case.unscoped.filter(round=held).select_related("unit")}
        for at, (unit, results, problem) in enumerate(REPORTING):
            case = cases[unit]
            with clock.at(self._day(36 - at)):
                with acting_as(self.office):
                    token = engine.link_for(self._seat(case))
                link = links.look("seat", token)
                with acting_by_link(case.unit, f"{case.unit}（链接）", link.target):
                    known = {name: one.value for name, one in engine.step_of(case).form.known(case).items()}  # type: ignore[attr-defined]
                    told = {**known, "results": results, "problem": problem, "coming": "总结做法，在同类单位推开。"}
                    engine.decide(link.target, "check", data=told, link=link)
            if at < len(REPORTING) - 1:
                with clock.at(self._day(34 - at)), acting_as(self.office):
                    engine.decide(self._seat(case), "accepted", opinion="情况属实。")
        return len(REPORTING)

    def _seat(self, case: Case) -> Any:
        return case.seats.get(state="open").pk

    def _day(self, ago: int) -> date:
        """So many days ago, or the working day before."""
        day = self.today - timedelta(days=ago)
        return office_calendar().add(day - timedelta(days=7), 5).result if day.weekday() > 4 else day
