"""How progress is asked for: the office asks units, each answers once, is checked, and the leading group takes note."""

from datetime import date
from functools import partial

from jiangtai.flows import End, Flow, Task, itself, root

from .actions import inspecting, library, reporting
from .facts import FindingClosed, PolicyPaperReviewed, ProgressAccepted
from .forms.inspecting import RectifyForm
from .forms.library import AssessForm
from .forms.reporting import ReportForm
from .queries import reporting as queries


class ReportProgress(Flow):
    """A unit says how its tasks go, with evidence; the office checks and the leading group takes note（进展调度）."""

    since, basis = date(2026, 1, 1), "003"
    about = "unit"

    ask = Task("发起调度", by=root("group_office"), to={"report": "请单位报送"})
    report = Task(
        "报送进展", by=itself("liaison", "union_officer", "unit_admin"), form=ReportForm, due="reform.report_days",
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


class ReviewPolicyPaper(Flow):
    """A paper's owner assesses it beside its uptake, the office checks: kept, revised, repealed（政策评估）."""

    since, basis = date(2026, 1, 1), "003#21.2"
    about, in_rounds = "policy_paper", False

    ask = Task("发起评估", by=root("group_office"), to={"assess": "请责任单位评估"})
    assess = Task(
        "撰写评估", by=itself("liaison", "union_officer", "unit_admin", "group_office"), form=AssessForm,
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
