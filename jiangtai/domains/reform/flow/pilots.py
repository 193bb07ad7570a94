"""How a unit becomes a pilot of the reform, and how a pilot reports of its year."""

from datetime import date

from jiangtai.flows import Case, Check, End, Flow, Ranking, Task, itself, root

from ..actions import pilot_lists
from ..actions import pilots as actions
from ..facts import PilotNamed, PilotReported
from ..forms.pilots import ApplyForm, AssessForm, PilotReportForm, RecommendForm
from ..queries import pilots
from ..rules import pilots as rules

CANDIDATE = Check(rules.may_apply, of=pilots.applying)


def nothing(case: Case) -> list[object]:
    """Who was not named is asserted nothing of."""
    return []


class NamePilot(Flow):
    """A unit applies, is recommended level by level, assessed by two, ranked and confirmed（试点申报）."""

    since, basis = date(2026, 1, 1), "002"
    about, rounds_at = "unit", "pilots.batches"

    apply = Task(
        "申报试点", by=pilots.APPLIES, form=ApplyForm, check=CANDIDATE, offers=pilots.ways_up,
        to={"recommend": "报上级推荐", "assess": "报领导小组办公室"},
    )  # fmt: skip
    recommend = Task(
        "逐级推荐", by=pilots.RECOMMENDS, not_by="apply", form=RecommendForm, due="reform.recommend_days",
        by_letter=True, offers=pilots.ways_on, back=("apply", "declined"),
        to={"recommend": "推荐至上一级", "assess": "推荐至领导小组办公室", "apply": "退回补正", "declined": "不予推荐"},
    )  # fmt: skip
    assess = Task(
        "综合评定", by=root("group_office"), form=AssessForm, due="reform.pilot_assess_days",
        to={"countersign": "评定完成", "apply": "退回补正", "declined": "不予受理"}, back=("apply", "declined"),
    )  # fmt: skip
    countersign = Task(
        "复核评定", by=root("group_office"), not_by="assess", due="reform.pilot_countersign_days",
        to={"rank": "复核同意", "assess": "退回重评"}, back=("assess",),
    )  # fmt: skip
    rank = Ranking(
        "择优排序", by=root("group_office"), ties=rules.TIES, order=rules.order, of=pilots.ranked,
        to={"confirm": "列入建议名单", "passed_over": "未列入"},
    )  # fmt: skip
    confirm = Task(
        "审定名单", by=root("leader"), not_by="assess", check=CANDIDATE, due="reform.pilot_confirm_days",
        to={"named": "确定为试点", "declined": "不予确定"}, back=("declined",),
    )  # fmt: skip
    named = End("已确定", records=actions.named, fact=PilotNamed, applies=actions.name)
    passed_over = End("未列入名单", records=nothing)
    declined = End("未确定", records=nothing)


class ReportPilot(Flow):
    """A pilot says how a year went, its form filled with how its tasks stand; the office checks（试点年度报告）."""

    since, basis = date(2026, 1, 1), "002"
    about, rounds_at = "unit", "pilots.batches"

    ask = Task("请试点报告", by=root("group_office"), to={"report": "请试点报送"})
    report = Task(
        "报送年度报告", by=itself(*pilots.APPLICANTS), form=PilotReportForm, due="reform.pilot_report_days",
        by_letter=True, by_link=True, to={"check": "报送"},
    )  # fmt: skip
    check = Task(
        "审核年度报告", by=root("group_office"), due="reform.check_days",
        to={"accepted": "审核通过", "report": "退回补正"}, back=("report",),
    )  # fmt: skip
    accepted = End("已认可", records=pilot_lists.accepted, fact=PilotReported, applies=pilot_lists.accept)
