"""How units are asked: for progress, which is checked and taken note of, and for the marks of an assessment."""

from datetime import date

from jiangtai.flows import End, Flow, Task, itself, root

from .actions import reporting, schemes
from .facts import ProgressAccepted, UnitAssessed
from .forms.reporting import ReportForm
from .forms.schemes import CheckedMarksForm, ObjectionForm, OwnMarksForm, ReviewForm
from .queries import reporting as queries
from .queries import schemes as schemes_known

SCORERS = ("liaison", "union_officer", "unit_admin", "enterprise_hr", "enterprise_union", "school", "evaluator")
"""Who marks a unit for it, and answers for it: the first of these that somebody holds there."""


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


class AssessUnit(Flow):
    """An office marks its own units: own marks, check, answer, review of objections, confirmation（考核所属单位）."""

    since, basis = date(2026, 1, 1), "004"
    about = "unit"
    settles = schemes_known.settled

    ask = Task("发起考核", by=root("group_office"), to={"score": "请单位自评"})
    score = Task(
        "单位自评", by=itself(*SCORERS), form=OwnMarksForm, due="reform.own_marks_days", by_letter=True, by_link=True,
        to={"check": "报送自评"},
    )  # fmt: skip
    check = Task(
        "核查打分", by=root("group_office"), form=CheckedMarksForm, due="reform.check_marks_days",
        to={"answer": "反馈单位", "score": "退回补正"}, back=("score",),
    )  # fmt: skip
    answer = Task(
        "单位反馈", by=itself(*SCORERS), form=ObjectionForm, due="reform.objection_days", by_letter=True, by_link=True,
        to={"confirm": "认可", "review": "提出异议"},
    )  # fmt: skip
    review = Task(
        "复核异议", by=root("group_office"), not_by="check", form=ReviewForm, due="reform.review_days",
        to={"confirm": "复核完毕"},
    )  # fmt: skip
    confirm = Task(
        "审定结果", by=root("leader"), due="reform.confirm_marks_days", to={"assessed": "审定", "check": "退回再核"},
        back=("check",),
    )  # fmt: skip
    assessed = End("已审定", records=schemes.assessed, fact=UnitAssessed, applies=schemes.settle)
