"""How what an inspection found is put right, looked at again and closed."""

from datetime import date

from jiangtai.flows import End, Flow, Task, itself, named, root

from ..actions import inspecting
from ..facts import FindingClosed
from ..forms.inspecting import RectifyForm
from ..queries import inspecting as queries


class RectifyFinding(Flow):
    """What was found is put right, looked at again by who found it, and closed by the office（检查问题整改）."""

    since, basis = date(2026, 1, 1), "003#21.3"
    about, in_rounds = "finding", False

    found = Task("发现问题", by=root("group_office"), to={"rectify": "发整改通知"})
    rectify = Task(
        "整改", by=itself("liaison", "union_officer", "unit_admin", "enterprise_union", "enterprise_hr", "school"),
        form=RectifyForm, due="reform.rectify_days", by_letter=True, by_link=True, to={"recheck": "提交整改情况"},
    )  # fmt: skip
    recheck = Task(
        "复查", by=named(queries.inspectors_of, "检查人员", "group_office"), due="reform.check_days",
        to={"close": "复查合格", "rectify": "退回再改"}, back=("rectify",),
    )  # fmt: skip
    close = Task(
        "销号", by=root("group_office"), not_by="recheck", due="reform.check_days",
        to={"closed": "销号", "recheck": "退回复查"}, back=("recheck",),
    )  # fmt: skip
    closed = End("已销号", records=inspecting.closed, fact=FindingClosed, applies=inspecting.settle)
