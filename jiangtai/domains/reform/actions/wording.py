"""Wording: what was understood of a plan is put right before it is confirmed; what it lacks is added after, too."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q

from jiangtai.access import Refused, Unit, audit, current

from ..models import Action, Measure, Part, Plan, Task
from ..queries import plans as queries
from ..reading import sentences
from ..rules.plans import short
from . import plans

_NAME = 80


def change_measure(
    measure: Measure, values: dict[str, Any], lead: Sequence[str] | None = None, support: Sequence[str] | None = None
) -> None:
    """Put a measure's title, number, section, day, units and designated lead right."""
    with transaction.atomic():
        plan = plans.require_draft(measure.plan)
        held = Measure.objects.get(pk=measure.pk)
        changed = {name: str(value or "") for name, value in values.items() if getattr(held, name) != value}
        for name in changed:
            setattr(held, name, values[name])
        if changed:
            held.save(update_fields=list(changed))
        for role, names in ((Part.Role.LEAD, lead), (Part.Role.SUPPORT, support)):
            if names is not None and _name(held, role, names):
                changed[role] = "、".join(names)[:300]
        if changed:
            audit.record("plan.changed", target=plan, details={"measure": held.number, **changed})


def add_measure(
    plan: Plan,
    values: dict[str, Any],
    lead: Sequence[str],
    support: Sequence[str],
    texts: Sequence[str],
    told: str = "",
) -> Measure:
    """Write down a measure that was not found, where its words stand in the text, else at the end.

    A warning that told of it is answered with it.
    """
    with transaction.atomic():
        held = plans.require_draft(plan)
        rows = list(held.measures.order_by("place"))
        first, last = _stretch(held.text, [values["title"], *texts], [(one.first, one.last) for one in rows])
        before = max((one.place for one in rows if one.first <= first), default=0)
        _make_room(held.measures, before, 1)
        made = Measure.objects.create(plan=held, place=before + 1, first=first, last=last, **values)
        _name(made, Part.Role.LEAD, lead)
        _name(made, Part.Role.SUPPORT, support)
        at = first
        for place, text in enumerate(texts, start=1):
            start, end = _place(held.text, text, at, last, (last, last))
            Action.objects.create(
                measure=made, place=place, text=text, first=start, last=end, force=sentences.force(text) or ""
            )
            at = end if start < end else at
        held.warnings = [words for words in held.warnings if words != told]
        held.save(update_fields=("warnings",))
        audit.record("plan.changed", target=held, details={"measure": made.number, "added": made.title})
    return made


def _stretch(whole: str, said: Sequence[str], taken: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Where words follow one another in a text outside of what is taken; the end of all that is where none stand."""
    end = max((last for _, last in taken), default=0)
    found = None
    for words in said:
        hits = (hit.start() for hit in re.finditer(re.escape(words), whole))
        for at in hits:
            begin, stop = found[0] if found else at, at + len(words)
            if not any(begin < last and first < stop for first, last in taken) and (found is None or at >= found[1]):
                found = begin, stop
                break
    return found or (end, end)


def _name(measure: Measure, role: str, names: Sequence[str]) -> bool:
    """Name the units of one role anew; those that stay keep what was said of them. Whether any differs."""
    if long := next((name for name in names if len(name) > _NAME), ""):
        raise ValidationError(f"单位名称“{short(long)}”有 {len(long)} 字，超过 {_NAME} 字，请核对分隔符是否漏了")
    before = {part.name: part for part in measure.parts.filter(role=role)}
    wanted = list(dict.fromkeys(names))
    if list(before) == wanted:
        return False
    measure.parts.filter(role=role).exclude(name__in=wanted).delete()
    fresh = plans.parts_of(measure, role, wanted, queries.meant([one for one in wanted if one not in before]))
    Part.objects.bulk_create([part for part in fresh if part.name not in before])
    for place, name in enumerate(wanted, start=1):
        measure.parts.filter(role=role, name=name).exclude(place=place).update(place=place)
    return True


def rewrite(action: Action, texts: Sequence[str], force: str) -> None:
    """Put a sentence right; several lines make several of it."""
    texts = [text.strip() for text in texts if text.strip()]
    if not texts:
        raise ValidationError("内容不能空着；不要这一条，请用“删去”")
    with transaction.atomic():
        plan = plans.require_draft(action.measure.plan)
        held = Action.objects.get(pk=action.pk)
        _make_room(held.measure.actions, held.place, len(texts) - 1)
        whole, at = plan.text, held.first
        for number, text in enumerate(texts):
            first, last = _place(whole, text, at, held.last, (held.first, held.last))
            at = last if (first, last) != (held.first, held.last) else at
            if number == 0:
                Action.objects.filter(pk=held.pk).update(text=text, force=force, first=first, last=last)
            else:
                Action.objects.create(
                    measure=held.measure, place=held.place + number, text=text, force=force, first=first, last=last
                )
        audit.record("plan.changed", target=plan, details={"measure": held.measure.number, "action": held.place,
                                                           "into": len(texts)})  # fmt: skip


def _place(whole: str, text: str, start: int, end: int, otherwise: tuple[int, int]) -> tuple[int, int]:
    """Where words stand in the stretch they came from; the whole stretch where they were reworded."""
    at = whole.find(text, start, end)
    return (at, at + len(text)) if at >= 0 else otherwise


def _make_room(of: Any, place: int, many: int) -> None:
    """Places are unique at every moment, so those behind go over the end and come back."""
    if many:
        rows = of.filter(place__gt=place)
        behind = list(rows.values_list("pk", flat=True))
        top = (of.order_by("-place").values_list("place", flat=True).first() or 0) + abs(many) + 1
        rows.update(place=F("place") + top)
        of.filter(pk__in=behind).update(place=F("place") - top + many)


def add_action(measure: Measure, text: str, force: str) -> Action:
    """Write down a sentence that was not found in the text."""
    with transaction.atomic():
        plan = plans.require_draft(measure.plan)
        last = measure.actions.order_by("-place").values_list("place", flat=True).first() or 0
        made = Action.objects.create(
            measure=measure, place=last + 1, text=text.strip(), force=force, first=measure.last, last=measure.last
        )
        audit.record("plan.changed", target=plan, details={"measure": measure.number, "added": made.place})
    return made


def join(action: Action) -> None:
    """Make one sentence of two that follow one another."""
    with transaction.atomic():
        plan = plans.require_draft(action.measure.plan)
        held = Action.objects.get(pk=action.pk)
        following = held.measure.actions.filter(place__gt=held.place).first()
        if following is None:
            raise ValidationError("后面没有可以合并的一条")
        text, force = held.text + following.text, held.force or following.force
        following.delete()
        first, last = min(held.first, following.first), max(held.last, following.last)
        Action.objects.filter(pk=held.pk).update(text=text, force=force, first=first, last=last)
        audit.record("plan.changed", target=plan, details={"measure": held.measure.number, "joined": held.place})


def remove_action(action: Action) -> None:
    """Take a sentence out that asks for nothing."""
    with transaction.atomic():
        plan = plans.require_draft(action.measure.plan)
        audit.record(
            "plan.changed", target=plan, details={"measure": action.measure.number, "removed": action.text[:200]}
        )
        action.delete()


def remove_measure(measure: Measure) -> None:
    """Take out what is no measure."""
    with transaction.atomic():
        plan = plans.require_draft(measure.plan)
        audit.record("plan.changed", target=plan, details={"measure": measure.number, "removed": measure.title})
        measure.delete()


def supply(measure: Measure, deadline: date) -> None:
    """A unit that leads adds the day that the plan does not name; the tasks without one follow it."""
    with transaction.atomic():
        held = Measure.objects.select_for_update().select_related("plan").get(pk=measure.pk)
        plan = held.plan
        if plan.state != Plan.State.IN_FORCE:
            raise Refused(f"“{plan}”{plan.get_state_display()}，现在不能补充期限")
        if held.deadline:
            raise Refused(f"第{held.number}项已有完成期限 {held.deadline}，要调整请领导小组办公室上传新版方案")
        if plan.since and deadline < plan.since:
            raise ValidationError({"deadline": f"完成期限 {deadline} 早于方案开始执行的日期 {plan.since}，请核对"})
        held.deadline = deadline
        held.save(update_fields=("deadline",))
        begun = Q(plan__since__isnull=True) | Q(plan__since__lte=deadline)
        runs = begun & (Q(plan__until__isnull=True) | Q(plan__until__gte=deadline))
        waiting = Measure.objects.filter(runs, earlier=held, plan__state=Plan.State.DRAFT, deadline__isnull=True)
        waiting.update(deadline=deadline)
        from . import supplying  # which asks here who may

        supplying.note_deadline(held, deadline)
        tasks = Task.unscoped.filter(measure=held, due__isnull=True, state=Task.State.OPEN, since__lte=deadline)
        count = tasks.update(due=deadline)
        told = {"measure": held.number, "deadline": str(deadline), "tasks": count, "by": str(current().unit or "")}
        audit.record("plan.changed", target=plan, details=told)


def may_supply(measure: Measure, unit: Unit | None, is_office: bool) -> bool:
    """Whether somebody may add what a measure lacks: the office, or a unit that leads it."""
    leads = {part.unit_id for part in measure.parts.all() if part.role == Part.Role.LEAD}
    return is_office or (unit is not None and unit.pk in {*leads, measure.designated_id})
