"""How a worker comes into the union: asked by phone, decided by the union, and never by the employer."""

from datetime import date

from jiangtai.flows import OPENER, Check, End, Flow, Task, own
from jiangtai.people import UnionJoined

from . import actions, queries, rules
from .forms.joining import AdmitForm, ApplyForm


class JoinUnion(Flow):
    """A worker asks to join the union; the firm's union decides, or the one above it（加入工会）."""

    since, basis = date(2026, 1, 1), rules.BASIS
    opens = OPENER
    in_rounds = False
    place = queries.union_to_ask  # a union's case lies in the unions' tree: no employer reaches it

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
