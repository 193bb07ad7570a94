"""What the office changes of the reform outside a flow: each noun has its own module here, called by its name.

`from ..actions import plans, tasks`, then `plans.confirm(plan)`, `tasks.hand_out(plan)`.
"""

from . import (
    assessments,
    inspecting,
    inspecting_papers,
    library,
    library_papers,
    lights,
    meetings,
    papers,
    plans,
    reporting,
    sheets,
    supervising,
    tasks,
    versions,
    wording,
)

__all__ = [
    "assessments",
    "inspecting",
    "inspecting_papers",
    "library",
    "library_papers",
    "lights",
    "meetings",
    "papers",
    "plans",
    "reporting",
    "sheets",
    "supervising",
    "tasks",
    "versions",
    "wording",
]
