"""How a policy paper is looked at again: its owner assesses it, the office decides what becomes of it."""

from datetime import date
from functools import partial

from jiangtai.flows import End, Flow, Task, itself, root

from ..actions import library
from ..facts import PolicyPaperReviewed
from ..forms.library import AssessForm

OWNERS = ("liaison", "union_officer", "unit_admin")
"""Who assesses a paper for the unit that owns it, and may begin a review of it."""


class ReviewPolicyPaper(Flow):
    """A paper's owner assesses it, asked or of itself, the office checks: kept, revised, repealed（政策评估）."""

    since, basis = date(2026, 1, 1), "003#21.2"
    about, in_rounds = "policy_paper", False

    ask = Task("发起评估", by=root("group_office", *OWNERS), to={"assess": "请责任单位评估"})
    assess = Task(
        "撰写评估", by=itself(*OWNERS, "group_office"), form=AssessForm,
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
