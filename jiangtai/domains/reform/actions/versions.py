"""Versions: a new version is set beside the one in force, and takes its place with the tasks that run."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from jiangtai import ledger
from jiangtai.access import Refused, Unit, audit
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, FactId, UnitId

from ..facts import PlanConfirmed, PlanReplaced
from ..models import Action, Measure, Plan, Task
from ..queries import versions
from ..rules.comparing import Fate, Version, changes, pairs
from . import tasks

audit.actions(plan__replaced="改革方案由新版接替", measure__linked="对应两份方案的举措")


def pair(plan: Plan) -> None:
    """Say of each measure which one of the version before it was, as far as that can be told."""
    assert plan.replaces
    found = pairs(versions.told(plan.replaces), versions.told(plan))
    rows = list(plan.measures.filter(pk__in=found))
    for one in rows:
        one.earlier_id = found[one.pk]
    Measure.objects.bulk_update(rows, ["earlier"], batch_size=500)


def replace(plan: Plan, decisions: Mapping[UUID, Fate]) -> None:
    """The version before gives way: its running tasks are kept, moved or cancelled as decided for each measure."""
    assert plan.replaces
    before = Plan.objects.select_for_update().get(pk=plan.replaces.pk)
    if before.state != Plan.State.IN_FORCE:
        raise Refused(f"“{before}”{before.get_state_display()}，不能再由新版接替")
    running = Task.unscoped.filter(measure__plan=before, state=Task.State.OPEN)
    counts = dict.fromkeys(Fate, 0)
    for change in changes(versions.told(before), versions.told(plan)):
        if change.before is None:
            continue
        fate = decisions.get(change.before.id, change.fate)
        rows = running.filter(measure=change.before.id)
        if fate is Fate.CANCEL or change.after is None:
            counts[Fate.CANCEL] += tasks.drop(rows.select_related("unit"), f"“{plan}”接替原方案，不再要求这项工作")
            continue
        after = Measure.objects.get(pk=change.after.id)
        if fate is Fate.MOVE and change.after.asked:
            to = Unit.unscoped.get(pk=change.after.asked)
            tasks.move(rows.filter(parent__isnull=True).exclude(unit=to), to)
        counts[fate] += _carry_over(rows, after)
    plan.is_public = before.is_public
    before.state, before.is_public = Plan.State.REPLACED, False
    before.save(update_fields=("state", "is_public"))
    _end_fact(before, plan)
    audit.record(
        "plan.replaced", target=before, details={"by": str(plan.pk), **{one.value: counts[one] for one in Fate}}
    )


def _carry_over(rows: QuerySet[Task], measure: Measure) -> int:
    """Tasks go on under a measure of the new version, each at the sentence that says the same, if one does."""
    held = list(rows.select_related("action"))
    sentences = {task.action.pk: task.action for task in held if task.action}
    same = {
        before: after
        for after, before in pairs(_sentences(sentences.values()), _sentences(measure.actions.all())).items()
    }
    for task in held:
        task.measure = measure
        task.action_id = same.get(task.action_id) if task.action_id else None
    Task.unscoped.bulk_update(held, ["measure", "action"], batch_size=500)
    return len(held)


def _sentences(actions: Iterable[Action]) -> list[Version]:
    return [Version(one.pk, one.place, one.text, one.text) for one in actions]


def _end_fact(before: Plan, plan: Plan) -> None:
    known = ledger.every(PlanConfirmed).of(before.unit_id).current().filter(payload__plan=str(before.pk)).first()
    if known:
        ledger.append(
            PlanReplaced(unit=UnitId(before.unit_id), confirmed=FactId(known.pk), plan=plan.pk, on=clock.today()),
            cause=Cause.act("新版接替", plan.pk),
        )


def link(measure: Measure, other: Measure | None) -> None:
    """Say which measure of another plan that runs beside it a measure answers."""
    if other and other.plan_id == measure.plan_id:
        raise ValueError("两项举措在同一份方案里，请选另一份方案的举措")
    measure.answers = other
    measure.save(update_fields=("answers",))
    audit.record(
        "measure.linked",
        target=measure.plan,
        details={"measure": str(measure.pk), "to": str(other.pk if other else "")},
    )
