"""How progress is asked for: the office asks units, each answers once, is checked, and the leading group takes note."""

from datetime import date
from functools import partial

from jiangtai.flows import Case, Check, End, Flow, Ranking, Task, itself, root

from .actions import inspecting, library, pilot_lists, reporting
from .actions import pilots as pilot_actions
from .actions.tasks import WORKERS
from .facts import FindingClosed, PilotNamed, PilotReported, PolicyPaperReviewed, ProgressAccepted
from .forms.inspecting import RectifyForm
from .forms.library import AssessForm as ReviewForm
from .forms.pilots import ApplyForm, AssessForm, PilotReportForm, RecommendForm
from .forms.reporting import ReportForm
from .queries import pilots
from .queries import reporting as queries
from .rules import pilots as pilot_rules


class ReportProgress(Flow):
    """A unit says how its tasks go, with evidence; the office checks and the leading group takes note（进展调度）."""

    since, basis = date(2026, 1, 1), "003"
    about = "unit"

    ask = Task("发起调度", by=root("group_office"), to={"report": "请单位报送"})
    report = Task(
        "报送进展", by=itself(*WORKERS), form=ReportForm, due="reform.report_days",
        by_letter=True, by_link=True, to={"check": "报送"},
    )  # fmt: skip
    check = Task(
        "核对进展", by=root("group_office"), due="reform.check_days", offers=queries.ways,
        to={"note": "报领导小组审阅", "accepted": "核对通过", "report": "退回补正"}, back=("report",),
    )  # fmt: skip
    note = Task(
        "领导小组审阅", by=root("leader"), to={"accepted": "认可", "check": "退回再核"}, back=("check",),
    )  # fmt: skip
    accepted = End("已认可", records=reporting.accepted, fact=ProgressAccepted, applies=reporting.accept)


CANDIDATE = Check(pilot_rules.may_apply, of=pilots.applying)


def nothing(case: Case) -> list[object]:
    """Who was not named is asserted nothing of."""
    return []


class NamePilot(Flow):
    """A unit applies, is recommended level by level, assessed beside the others, ranked and confirmed（试点申报）."""

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
        to={"rank": "评定完成", "apply": "退回补正", "declined": "不予受理"}, back=("apply", "declined"),
    )  # fmt: skip
    rank = Ranking(
        "择优排序", by=root("group_office"), ties=pilot_rules.TIES, order=pilot_rules.order, of=pilots.ranked,
        to={"confirm": "列入建议名单", "passed_over": "未列入"},
    )  # fmt: skip
    confirm = Task(
        "审定名单", by=root("leader"), not_by="assess", check=CANDIDATE, due="reform.pilot_confirm_days",
        to={"named": "确定为试点", "declined": "不予确定"}, back=("declined",),
    )  # fmt: skip
    named = End("已确定", records=pilot_actions.named, fact=PilotNamed, applies=pilot_actions.name)
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


class ReviewPolicyPaper(Flow):
    """A paper's owner assesses it beside its uptake, the office checks: kept, revised, repealed（政策评估）."""

    since, basis = date(2026, 1, 1), "003#21.2"
    about, in_rounds = "policy_paper", False

    ask = Task("发起评估", by=root("group_office"), to={"assess": "请责任单位评估"})
    assess = Task(
        "撰写评估", by=itself("liaison", "union_officer", "unit_admin", "group_office"), form=ReviewForm,
        due="reform.review_days", by_letter=True, by_link=True, to={"check": "提交评估"},
    )  # fmt: skip
    check = Task(
        "核对评估", by=root("group_office"), due="reform.check_days",
        to={"kept": "继续执行", "to_revise": "修订", "to_repeal": "废止", "assess": "退回补正"}, back=("assess",),
    )  # fmt: skip
    kept = End(
        "继续执行", records=partial(library.reviewed, outcome="kept"), fact=PolicyPaperReviewed,
        applies=partial(library.settle, outcome="kept"),
    )  # fmt: skip
    to_revise = End(
        "修订", records=partial(library.reviewed, outcome="to_revise"), fact=PolicyPaperReviewed,
        applies=partial(library.settle, outcome="to_revise"),
    )  # fmt: skip
    to_repeal = End(
        "废止", records=partial(library.reviewed, outcome="to_repeal"), fact=PolicyPaperReviewed,
        applies=partial(library.settle, outcome="to_repeal"),
    )  # fmt: skip


class RectifyFinding(Flow):
    """What an inspection found is put right by the unit, with evidence, looked at again and closed（检查问题整改）."""

    since, basis = date(2026, 1, 1), "003#21.3"
    about, in_rounds = "finding", False

    found = Task("发现问题", by=root("group_office"), to={"rectify": "发整改通知"})
    rectify = Task(
        "整改", by=itself("liaison", "union_officer", "unit_admin", "enterprise_union", "enterprise_hr", "school"),
        form=RectifyForm, due="reform.rectify_days", by_letter=True, by_link=True, to={"recheck": "提交整改情况"},
    )  # fmt: skip
    recheck = Task(
        "复查", by=root("group_office"), due="reform.check_days",
        to={"closed": "销号", "rectify": "退回再改"}, back=("rectify",),
    )  # fmt: skip
    closed = End("已销号", records=inspecting.closed, fact=FindingClosed, applies=inspecting.settle)
