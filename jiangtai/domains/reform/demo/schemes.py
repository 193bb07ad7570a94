"""The demo's assessment of units: last year's finished, one objection upheld and one not; this year's drawn up."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jiangtai.access import Account, Unit, acting_as, acting_as_job, acting_by_link, links
from jiangtai.flows import Case, engine
from jiangtai.kernel import clock, office_calendar

from ..actions import schemes as actions
from ..models import Scheme
from ..queries import schemes as queries
from ..reading.scoring import read_scoring, rows_of_text

OFFICE, REVIEWER, LEADER = "zhoumin", "luhaiyan", "zhaoqiming"
SILENT = "望桥街道"
UNITS = ("区人社局", "区应急局", "区教育局", "区财政局", "锦河街道", SILENT)
HANDS = {"区人社局": "hejing", "区应急局": "shizhan"}
"""Who marks by an account; the others by a link."""
TABLE = """考核项目\t考核内容\t分值\t评分标准\t适用单位
组织领导\t主要负责同志研究部署产业工人队伍建设改革\t10\t全年不少于 2 次，有纪要，少一次扣 5 分\t所有单位
组织领导\t按期报送改革任务进展\t15\t逾期一次扣 3 分\t所有单位
任务落实\t承担的改革任务按期完成\t30\t按完成率计分，红灯一项扣 2 分\t所有单位
任务落实\t督办文书按期答复\t15\t逾期一次扣 5 分\t所有单位
技能提升\t牵头出台或落实技能人才政策\t15\t未出台扣 10 分\t各部门
服务职工\t建好用好职工服务站点\t15\t少一个扣 3 分\t各街道
服务职工\t开展职工需求走访并办结反映事项\t15\t按办结率计分\t所有单位
加分项\t经验做法在市级以上推广\t5\t市级 2 分，省级以上 5 分\t所有单位
扣分项\t报送情况不实\t10\t查实一次扣 5 分\t所有单位
"""
GIVEN = {
    # what the office takes off, by the criterion's number: marks and why
    "区人社局": {3: ("4", "两项任务亮过红灯。"), 4: ("5", "一份工作提示逾期答复。")},
    "区应急局": {2: ("6", "两期进展逾期报送。")},
    "区教育局": {3: ("6", "三项任务未按期完成。"), 7: ("3", "有两件反映事项没有办结。")},
    "区财政局": {7: ("1.5", "一件反映事项超期办结。")},
    "锦河街道": {6: ("3", "一个站点没有挂牌开放。")},
}


def fill(*, say: Callable[[str], None]) -> None:
    """By the very calls of the pages, each on its day."""
    made = _LastYear()
    made.open()
    for name in UNITS:
        made.score(name)
    made.pass_over()
    for name in UNITS:
        made.check(name)
    made.answer()
    made.review()
    made.confirm()
    with acting_as(made.office):
        terms = made.terms(clock.today().year)
        actions.draft(terms, origin=f"scheme:{made.scheme.pk}")
    say(f"考核所属单位：上年度 {len(UNITS)} 家已审定，异议成立、不成立各 1 项；本年度办法拟定中")


class _LastYear:
    """Takes every step of last year's round as whoever is asked."""

    def __init__(self) -> None:
        self.today = clock.today()
        self.office, self.reviewer, self.leader = (
            Account.objects.get(username=name) for name in (OFFICE, REVIEWER, LEADER)
        )
        self.first = self._after(self.today - timedelta(days=121), 1)
        self.scheme: Scheme

    def terms(self, year: int) -> actions.SchemeTerms:
        """As the parameters have it, with an end to the bonus."""
        grades = {"excellent": Decimal(90), "good": Decimal(80), "passing": Decimal(60)}
        title = f"{year}年度产业工人队伍建设改革考核办法"
        return actions.SchemeTerms(title, year, Scheme.Unfit.RESCALE.value, most_bonus=Decimal(5), **grades)

    def open(self) -> None:
        """The scheme, with figures beside two criteria, and the round."""
        with clock.at(self.first), acting_as(self.office):
            self.scheme = actions.draft(self.terms(self.today.year - 1), read_scoring(rows_of_text(TABLE)))
            for place, key in ((2, "reform.reports_in_time"), (3, "reform.finished_in_time")):
                actions.amend(self.scheme.criteria.get(place=place), {"indicator": key})
            found = Unit.objects.filter(tree=Unit.Tree.ADMINISTRATIVE, state=Unit.State.ACTIVE)
            units = [found.get(short_name=name) for name in UNITS]
            actions.call(self.scheme, units, "请对照评分标准如实自评，附佐证。")
            self.scheme.refresh_from_db()
            self.cases = {case.unit.short_name: case.pk for case in queries.cases(self.scheme)}

    def score(self, name: str) -> None:
        """Full marks from everybody, with a sentence for each; one lets the day go by."""
        if name == SILENT:
            return
        with clock.at(self._after(self.first, 4 + UNITS.index(name))):
            sent: dict[str, Any] = {}
            for one in self._lines(name):
                if one.kind == "base":
                    sent |= {f"own_{one.key}": one.score, f"said_{one.key}": "已按要求完成，材料齐全。"}
                elif one.kind == "bonus" and name == "区财政局":
                    sent |= {f"own_{one.key}": 2, f"said_{one.key}": "专项资金管理办法在全市推广。"}
            self._send(name, "check", sent)

    def pass_over(self) -> None:
        """The office goes on without the one that never answered."""
        with clock.at(self._after(self.first, 12)), acting_as(self.office):
            actions.pass_over(self.scheme)

    def check(self, name: str) -> None:
        """Some marks are lower, with the reason."""
        with clock.at(self._after(self.first, 14)), acting_as(self.office):
            sent: dict[str, Any] = {}
            for one in self._lines(name):
                off, why = GIVEN.get(name, {}).get(one.number, ("0", ""))
                mark = (one.own or Decimal(0)) - Decimal(off)
                if name == SILENT:
                    mark = round(one.score * Decimal("0.6"), 1) if one.kind == "base" else Decimal(0)
                sent |= {f"mark_{one.key}": mark, f"why_{one.key}": why}
            engine.decide(self._seat(name), "answer", data=sent)

    def answer(self) -> None:
        """Two object, the others agree."""
        objections = {"区人社局": (4, "该件已于到期当日书面答复，收文登记晚了一天。"),
                      "区应急局": (2, "逾期是因为应急值守，请酌情不扣。")}  # fmt: skip
        for name in UNITS:
            with clock.at(self._after(self.first, 16)):
                if name not in objections:
                    self._send(name, "confirm", {})
                    continue
                number, why = objections[name]
                key = next(one.key for one in self._lines(name) if one.number == number)
                self._send(name, "review", {f"object_{key}": why})

    def review(self) -> None:
        """One is right, the other is not; decided by a colleague of who checked."""
        for name, values in (
            ("区人社局", {"upheld": "yes", "settled": "15", "answer": "经核对收文登记，按期答复属实，不扣分。"}),
            ("区应急局", {"upheld": "no", "settled": "", "answer": "报送期限已提前告知，维持核查分。"}),
        ):
            with clock.at(self._after(self.first, 18)), acting_as(self.reviewer):
                key = next(one.key for one in self._lines(name) if one.objection)
                sent = {f"{field}_{key}": value for field, value in values.items()}
                engine.decide(self._seat(name), "confirm", data=sent)

    def confirm(self) -> None:
        """The leader confirms all."""
        with clock.at(self._after(self.first, 20)), acting_as(self.leader):
            actions.confirm_all(self.scheme, "同意。")

    def _send(self, name: str, outcome: str, sent: dict[str, Any]) -> None:
        if username := HANDS.get(name):
            with acting_as(Account.objects.get(username=username)):
                engine.decide(self._seat(name), outcome, data=sent)
            return
        with acting_as(self.office):
            token = engine.link_for(self._seat(name))
        link, unit = links.look("seat", token), self._case(name).unit
        with acting_by_link(unit, f"{unit}（链接）", link.target):
            engine.decide(link.target, outcome, data=sent, link=link)

    def _case(self, name: str) -> Case:
        return Case.unscoped.select_related("unit", "round").get(pk=self.cases[name])

    def _lines(self, name: str) -> list[Any]:
        with acting_as_job("演示初始化"):
            return queries.lines_of(self._case(name))

    def _seat(self, name: str) -> Any:
        return self._case(name).seats.get(state="open").pk

    def _after(self, day: date, days: int) -> date:
        return office_calendar().add(day, days).result
