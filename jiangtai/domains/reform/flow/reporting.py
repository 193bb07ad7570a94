"""How progress is asked for: the office asks units, each answers once, is checked, and the leading group takes note."""

from datetime import date

from jiangtai.flows import End, Flow, Task, itself, root

from ..actions import reporting
from ..actions.tasks import WORKERS
from ..facts import ProgressAccepted
from ..forms.reporting import ReportForm
from ..queries import reporting as queries


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
