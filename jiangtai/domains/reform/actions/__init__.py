"""What the office changes of the reform outside a flow: each noun has its own module here, called by its name.

`from ..actions import plans, tasks`, then `plans.confirm(plan)`, `tasks.hand_out(plan)`.
"""

from . import (
    assessments,
    docket_papers,
    docket_sheets,
    dockets,
    lights,
    meetings,
    papers,
    pilot_lists,
    pilots,
    plans,
    programmes,
    proofs,
    reminding,
    reporting,
    sheets,
    supervising,
    supplying,
    tasks,
    versions,
    wording,
)

__all__ = [
    "assessments",
    "docket_papers",
    "docket_sheets",
    "dockets",
    "lights",
    "meetings",
    "papers",
    "pilot_lists",
    "pilots",
    "plans",
    "programmes",
    "proofs",
    "reminding",
    "reporting",
    "sheets",
    "supervising",
    "supplying",
    "tasks",
    "versions",
    "wording",
]
