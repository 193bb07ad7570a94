"""How what an inspection found is put right, looked at again and closed."""

from datetime import date

from jiangtai.flows import End, Flow, Task, itself, root

from ..actions import inspecting
from ..facts import FindingClosed
from ..forms.inspecting import RectifyForm


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
