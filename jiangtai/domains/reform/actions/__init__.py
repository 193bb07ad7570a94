"""What the office changes of the reform outside a flow: each noun has its own module here, called by its name.

`from ..actions import plans, tasks`, then `plans.confirm(plan)`, `tasks.hand_out(plan)`.
"""

from . import (
    assessments,
    lights,
    meetings,
    papers,
    plans,
    reporting,
    scheme_papers,
    schemes,
    sheets,
    supervising,
    tasks,
    versions,
    wording,
)

__all__ = [
    "assessments",
    "lights",
    "meetings",
    "papers",
    "plans",
    "reporting",
    "scheme_papers",
    "schemes",
    "sheets",
    "supervising",
    "tasks",
    "versions",
    "wording",
]
