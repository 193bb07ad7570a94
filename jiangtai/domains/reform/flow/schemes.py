"""How an office assesses its own units: their own marks, its check, their answer, a review, and the leader's word."""

from datetime import date

from jiangtai.flows import End, Flow, Task, itself, root

from ..actions import schemes
from ..facts import UnitAssessed
from ..forms.schemes import CheckedMarksForm, ObjectionForm, OwnMarksForm, ReviewForm
from ..queries import schemes as queries

SCORERS = ("liaison", "union_officer", "unit_admin", "enterprise_hr", "enterprise_union", "school", "evaluator")
"""Who marks a unit for it, and answers for it: the first of these that somebody holds there."""


class AssessUnit(Flow):
    """An office marks its own units: own marks, check, answer, review of objections, confirmation（考核所属单位）."""

    since, basis = date(2026, 1, 1), "004"
    about = "unit"
    settles = queries.settled

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
        "复核异议", by=root("group_office"), not_by="check", form=ReviewForm, due="reform.review_marks_days",
        to={"confirm": "复核完毕"},
    )  # fmt: skip
    confirm = Task(
        "审定结果", by=root("leader"), due="reform.confirm_marks_days", to={"assessed": "审定", "check": "退回再核"},
        back=("check",),
    )  # fmt: skip
    assessed = End("已审定", records=schemes.assessed, fact=UnitAssessed, applies=schemes.settle)
