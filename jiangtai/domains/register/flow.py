"""What a worker asks of the register: to come into the union, and to have a value put right."""

from datetime import date

from jiangtai.flows import OPENER, Check, End, Flow, Task, itself, own, street
from jiangtai.people import PersonChanged, UnionJoined

from . import actions, queries, rules
from .forms.contests import ContestForm
from .forms.joining import AdmitForm, ApplyForm


class JoinUnion(Flow):
    """A worker asks to join the union; the firm's union decides, or the one above it（加入工会）."""

    since, basis = date(2026, 1, 1), rules.BASIS
    opens = OPENER
    in_rounds = False
    place = queries.union_to_ask  # a union's case lies in the unions' tree: no employer reaches it
    offered = queries.is_outside_the_union

    apply = Task(
        "提出申请", by=OPENER, form=ApplyForm, check=Check(rules.may_ask_to_join, of=queries.joining),
        to={"admit": "交本单位工会", "above": "交上级工会"},
    )  # fmt: skip
    admit = Task(
        "单位工会审批", by=own("enterprise_union"), due="register.union_answer_days",
        to={"joined": "同意入会", "above": "转上级工会", "declined": "不同意"}, back=("declined",),
    )  # fmt: skip
    above = Task(
        "上级工会审批", by=own("union_officer"), not_by="admit", form=AdmitForm, due="register.union_above_days",
        to={"joined": "同意入会", "declined": "不同意"}, back=("declined",),
    )  # fmt: skip
    joined = End("已入会", records=lambda case: [], fact=UnionJoined, applies=actions.admit)
    declined = End("未获批准", records=lambda case: [], appeal="above", appeal_days="register.union_appeal_days")


class ContestValue(Flow):
    """A worker says that a value of the own file is wrong, and what it should be（更正登记信息）.

    The employer looks into it; of the membership the union does, whose case no employer reaches.
    """

    since, basis = date(2026, 1, 1), rules.CONTEST_BASIS
    opens = OPENER
    in_rounds = False
    place = queries.unit_to_ask
    offered = queries.may_contest

    contest = Task(
        "提出更正", by=OPENER, form=ContestForm,
        to={"verify": "交本单位（工会）核对", "above": "交街道（上级）工会核对"},
    )  # fmt: skip
    verify = Task(
        "单位（工会）核对", by=itself("enterprise_hr", "enterprise_union"), due="register.contest_days",
        to={"corrected": "属实，更正", "above": "转街道（上级）工会", "kept": "不予更正"}, back=("kept",),
    )  # fmt: skip
    above = Task(
        "街道（上级）工会核对", by=street("union_officer"), not_by="verify", due="register.contest_above_days",
        to={"corrected": "属实，更正", "kept": "不予更正"}, back=("kept",),
    )  # fmt: skip
    corrected = End("已更正", records=lambda case: [], fact=PersonChanged, applies=actions.correct)
    kept = End("不予更正", records=lambda case: [], appeal="above", appeal_days="register.contest_appeal_days")
