"""Versions of a plan in plain values, side by side."""

from collections.abc import Iterable

from ..models import Measure, Part, Plan, Task
from ..rules.comparing import Change, Version, changes
from . import plans


def told(plan: Plan, rows: Iterable[Measure] | None = None) -> list[Version]:
    """A plan's measures in plain values, units by the names of those that are meant; `rows` where they are read."""
    return [_version(one) for one in (plans.worded(plan) if rows is None else rows)]


def _version(one: Measure) -> Version:
    parts = list(one.parts.all())
    named = {
        role: tuple(str(part.unit) if part.unit else part.name for part in parts if part.role == role)
        for role in Part.Role
    }
    asked = plans.asked(one)
    return Version(
        id=one.pk,
        number=one.number,
        title=one.title,
        text="\n".join(action.text for action in one.actions.all()),
        leads=named[Part.Role.LEAD],
        supports=named[Part.Role.SUPPORT],
        deadline=one.deadline,
        earlier=one.earlier_id,
        asked=asked.pk if asked else None,
        forces={action.text: action.get_force_display() for action in one.actions.all()},
        said=_said(one, parts),
    )


def _said(one: Measure, parts: Iterable[Part]) -> dict[str, str]:
    return {
        "所在部分": one.section,
        "总牵头单位": str(one.designated or ""),
        "责任单位": "没有列全" if one.is_open else "",
        **{f"对{part}的要求": part.expected for part in parts},
        "量化目标": "；".join(amount.text for amount in one.amounts.all()),
    }


def compared(plan: Plan, rows: Iterable[Measure] | None = None) -> list[Change]:
    """A version set beside the one that it is to replace; `rows` are its measures, where they are read already."""
    return changes(told(plan.replaces), told(plan, rows)) if plan.replaces else []


def running(plan: Plan) -> dict[str, int]:
    """How many tasks still run, by the measure of the plan."""
    rows = Task.unscoped.filter(measure__plan=plan, state=Task.State.OPEN).values_list("measure_id", flat=True)
    found: dict[str, int] = {}
    for one in rows:
        found[str(one)] = found.get(str(one), 0) + 1
    return found
