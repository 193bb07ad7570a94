"""Versions: a new version is set beside the one in force, and takes its place with the tasks that run."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from jiangtai import ledger
from jiangtai.access import Refused, Unit, audit, current
from jiangtai.kernel import Row, clock
from jiangtai.ledger import Cause, FactId, UnitId

from ..facts import PlanConfirmed, PlanReplaced
from ..models import Action, Amount, Hanging, Measure, Part, Plan, PolicyPaper, Supply, Task
from ..queries import plans as queries
from ..queries import versions
from ..rules.comparing import Fate, Version, changes, pairs
from . import tasks

R = TypeVar("R", bound=Row)
_TOGETHER = 2_000

audit.actions(plan__replaced="改革方案由新版接替", measure__linked="对应两份方案的举措")


def successor(plan: Plan) -> tuple[Plan, dict[str, str]]:
    """A draft that says all that a plan in force says and is to take its place; and which row became which."""
    made = Plan.objects.create(
        unit=plan.unit, title=plan.title, number=plan.number, since=plan.since, until=plan.until, text=plan.text,
        file=plan.file, replaces=plan, by=current().actor,
    )  # fmt: skip
    keys: dict[str, str] = {}
    measures: list[Measure] = []
    rest: dict[Any, list[Any]] = defaultdict(list)
    for one in queries.measures(plan):
        row = _like(one, plan_id=made.pk, earlier_id=one.pk)
        measures.append(row)
        keys[one.pk.hex] = row.pk.hex
        for below in (*one.parts.all(), *one.actions.all(), *one.amounts.all()):
            copied = _like(below, measure_id=row.pk)
            rest[type(below)].append(copied)
            keys[below.pk.hex] = copied.pk.hex
    Measure.objects.bulk_create(measures, batch_size=_TOGETHER)
    for kind, rows in rest.items():
        kind.objects.bulk_create(rows, batch_size=_TOGETHER)
    audit.record("plan.drafted", target=made, details={"measures": len(measures), "of": str(plan.pk)})
    return made, keys


def _like(row: R, **changed: Any) -> R:
    """A row that says the same, with an id and a moment of its own."""
    same = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{name: same[name] for name in same if name not in ("id", "made_at")} | changed)


def pair(plan: Plan) -> None:
    """Say of each measure which one of the version before it was, as far as that can be told."""
    assert plan.replaces
    found = pairs(versions.told(plan.replaces), versions.told(plan))
    rows = list(plan.measures.filter(pk__in=found).select_related("plan").prefetch_related("parts"))
    known = plan.replaces.measures.prefetch_related("parts", "supplies").in_bulk(found.values())
    for one in rows:
        _go_on(one, known[found[one.pk]])
    Measure.objects.bulk_update(rows, ["earlier", "designated", "deadline"], batch_size=_TOGETHER)
    _expect_the_same(rows)


def _go_on(one: Measure, earlier: Measure) -> None:
    """What was decided of a measure since stays where the new text says nothing else: who was designated while the same
    units lead, and the day that a lead added while none is named."""
    one.earlier = earlier
    if leads(one) == leads(earlier):
        one.designated_id = earlier.designated_id
    day, since, until = earlier.deadline, one.plan.since, one.plan.until
    is_added = day and any(added.deadline == day for added in earlier.supplies.all())
    if one.deadline is None and is_added and day and (not since or day >= since) and (not until or day <= until):
        one.deadline = day


def leads(one: Measure) -> list[Any]:
    """Who leads a measure, in the order of the text: units, and names that mean none."""
    return [part.unit_id or part.name for part in one.parts.all() if part.role == Part.Role.LEAD]


def _expect_the_same(rows: Iterable[Measure]) -> None:
    """A text says nothing of what is expected of units; where one stays in its role, that stays too."""
    known: dict[Any, str] = {
        (part.measure_id, part.role, part.unit_id): part.expected
        for part in Part.objects.filter(measure__in=[one.earlier_id for one in rows], unit__isnull=False)
    }
    earlier = {one.pk: one.earlier_id for one in rows}
    parts = list(Part.objects.filter(measure__in=earlier, unit__isnull=False))
    for part in parts:
        part.expected = known.get((earlier[part.measure_id], part.role, part.unit_id), "")
    Part.objects.bulk_update(parts, ["expected"], batch_size=_TOGETHER)


def replace(plan: Plan, decisions: Mapping[UUID, Fate]) -> None:
    """The version before gives way: its running tasks are kept, moved or cancelled as decided for each measure.

    What is done or was cancelled goes on with its sentence, so that nobody is asked for it again.
    """
    assert plan.replaces
    before = Plan.objects.select_for_update().get(pk=plan.replaces.pk)
    if before.state != Plan.State.IN_FORCE:
        raise Refused(f"“{before}”{before.get_state_display()}，不能再由新版接替")
    known = Task.unscoped.filter(measure__plan=before).exclude(state=Task.State.ROLLED)
    counts = dict.fromkeys(Fate, 0)
    found = changes(versions.told(before), versions.told(plan))
    _carry_said({one.before.id: one.after.id for one in found if one.before and one.after})
    for change in found:
        if change.before is None:
            continue
        fate = decisions.get(change.before.id, change.fate)
        kept = known.filter(measure=change.before.id)
        rows = kept.filter(state=Task.State.OPEN)
        if fate is Fate.CANCEL or change.after is None:
            counts[Fate.CANCEL] += tasks.drop(rows.select_related("unit"), f"“{plan}”接替原方案，不再要求这项工作")
            continue
        after = Measure.objects.get(pk=change.after.id)
        if fate is Fate.MOVE and change.after.asked:
            to = Unit.unscoped.get(pk=change.after.asked)
            tasks.move(rows.filter(parent__isnull=True).exclude(unit=to), to)
        counts[fate] += rows.count()
        _carry_over(kept, after, change.before.deadline)
    plan.is_public = before.is_public
    before.state, before.is_public = Plan.State.REPLACED, False
    before.save(update_fields=("state", "is_public"))
    _end_fact(before, plan)
    audit.record(
        "plan.replaced", target=before, details={"by": str(plan.pk), **{one.value: counts[one] for one in Fate}}
    )


def _carry_said(became: Mapping[UUID, UUID]) -> None:
    """What units, the office and other plans said of measures holds of those that they became."""
    after = Measure.objects.in_bulk(became.values())
    amounts = _same_amounts(became)
    tied = [(old, new) for old, new in amounts.items() if old.indicator and not new.indicator]
    for old, new in tied:
        new.indicator = old.indicator
    Amount.objects.bulk_update([new for _, new in tied], ["indicator"], batch_size=_TOGETHER)
    _carry_supplies(became, after, amounts)
    _lead_on(Hanging, "measure_id", became)
    _lead_on(Measure, "answers_id", became)
    links = PolicyPaper.measures.through
    named = links.objects.filter(measure_id__in=became)
    links.objects.bulk_create(
        [links(policypaper_id=one.policypaper_id, measure_id=became[one.measure_id]) for one in named],
        ignore_conflicts=True,
    )
    named.delete()
    answered = Measure.objects.filter(pk__in=became, answers__isnull=False).values_list("pk", "answers")
    answering = [(after[became[pk]], answer) for pk, answer in answered if after[became[pk]].answers_id is None]
    for measure, answer in answering:
        measure.answers_id = answer
    Measure.objects.bulk_update([measure for measure, _ in answering], ["answers"], batch_size=_TOGETHER)


def _carry_supplies(
    became: Mapping[UUID, UUID], after: Mapping[UUID, Measure], amounts: Mapping[Amount, Amount]
) -> None:
    """What was added goes on, unless the new text names another day, or a figure where none was to be."""
    figured = set(Amount.objects.filter(measure__in=after).values_list("measure_id", flat=True))
    supplies = []
    for one in Supply.objects.filter(measure__in=became).select_related("amount"):
        measure = after[became[one.measure_id]]
        if one.kind == Supply.Kind.DEADLINE and one.deadline != measure.deadline:
            continue
        if one.kind == Supply.Kind.NONE and measure.pk in figured:
            continue
        if one.amount and one.amount not in amounts:
            continue  # the new text names another number
        one.measure, one.amount = measure, amounts.get(one.amount) if one.amount else None
        supplies.append(one)
    Supply.objects.bulk_update(supplies, ["measure", "amount"], batch_size=_TOGETHER)


def _lead_on(model: Any, column: str, became: Mapping[UUID, UUID]) -> None:
    """Rows that point at a measure point at the one that it became."""
    rows = list(model.objects.filter(**{f"{column}__in": list(became)}))
    for row in rows:
        setattr(row, column, became[getattr(row, column)])
    model.objects.bulk_update(rows, [column.removesuffix("_id")], batch_size=_TOGETHER)


def _same_amounts(became: Mapping[UUID, UUID]) -> dict[Amount, Amount]:
    """By each figure of a measure the one of the measure it became that says the same."""
    left: dict[tuple[UUID, str], list[Amount]] = defaultdict(list)
    for one in Amount.objects.filter(measure__in=became.values()).order_by("-place"):
        left[one.measure_id, one.text].append(one)
    old = Amount.objects.filter(measure__in=became).order_by("place")
    return {one: same.pop() for one in old if (same := left[became[one.measure_id], one.text])}


def _carry_over(rows: QuerySet[Task], measure: Measure, deadline: date | None) -> None:
    """Tasks go on under a measure of the new version, each at the sentence that says the same, if one does.

    Those that were due when the measure was are due when it is now, those called as the sentence was are called as it
    is; a day and a name of their own stay. What is over goes on as it is, with what was handed on of it, and stays
    where it was when no sentence asks for the same any more.
    """
    held = list(rows.select_related("action").order_by("id"))  # what is handed on comes after what it is handed on of
    sentences = {task.action.pk: task.action for task in held if task.action}
    now = {one.pk: one for one in measure.actions.all()}
    same = {before: after for after, before in pairs(_sentences(sentences.values()), _sentences(now.values())).items()}
    going: dict[UUID, Task] = {}
    for task in held:
        before, after = task.action, now.get(same[task.action_id]) if task.action_id in same else None
        if task.state != Task.State.OPEN:
            if not (before and after and after.text == before.text) and task.parent_id not in going:
                continue
        else:
            if before and after and task.title == tasks.called(before):
                task.title = tasks.called(after)
            if measure.deadline and task.due == deadline:
                task.due, task.since = measure.deadline, min(task.since, measure.deadline)
        task.measure, task.action = measure, after
        going[task.pk] = task
    Task.unscoped.bulk_update(going.values(), ["measure", "action", "title", "due", "since"], batch_size=_TOGETHER)
    tasks.note_lights(Task.unscoped.filter(pk__in=going))


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
