"""Parts: who leads a measure of a plan in force, what is expected of who supports it, and how units hear of both."""

from collections import Counter
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from jiangtai.access import Refused, Unit, audit, current
from jiangtai.kernel import new_id
from jiangtai.messages import MessageKind, message_kind, send

from ..models import Measure, Part, Plan, Task
from ..queries import plans as queries
from . import tasks, versions

SUPPORTS = message_kind(
    MessageKind("reform.supports", "配合举措", "“{plan}”请本单位配合 {count} 项举措，请在“单位分工”中查看。")
)
LEADS_BESIDE = message_kind(
    MessageKind(
        "reform.leads_beside", "牵头举措", "“{plan}”有 {count} 项举措，本单位为牵头单位之一，请在“单位分工”中查看。"
    )
)
EXPECTED = message_kind(MessageKind("reform.expected", "配合要求", "对本单位在“{measure}”中的要求：{expected}"))

audit.actions(measure__designated="指定总牵头单位")


def tell(plan: Plan) -> None:
    """Each unit that supports measures of a plan that came into force, or leads beside whom is asked, hears once."""
    counts: dict[str, Counter[Unit]] = {role: Counter() for role in Part.Role}
    for measure in queries.worded(plan):
        for part in queries.besides(measure):
            if part.unit:
                counts[part.role][part.unit] += 1
    for role, kind, once in ((Part.Role.SUPPORT, SUPPORTS, "supports"), (Part.Role.LEAD, LEADS_BESIDE, "leads")):
        for unit, number in counts[role].items():
            words = {"plan": plan.title[:40], "count": number}
            for account in tasks.people_of(unit):
                send(account, kind, values=words, link=_own(role), cause=uuid5(plan.pk, f"{once}{unit.pk}"))


def expect(measure: Measure, expected: dict[str, str]) -> None:
    """Say what is expected of who supports, or leads beside whom is asked, by the part's id; in force it is told."""
    with transaction.atomic():
        if measure.plan.state not in (Plan.State.DRAFT, Plan.State.IN_FORCE):
            raise Refused(f"“{measure.plan}”{measure.plan.get_state_display()}，不能再改")
        for part in measure.parts.select_related("unit"):
            words = expected.get(str(part.pk), part.expected)
            if words != part.expected:
                who = {"unit": part.unit} if part.unit else {"unit": None, "name": part.name}
                _in_drafts(measure).filter(role=part.role, expected=part.expected, **who).update(expected=words)
                part.expected = words
                part.save(update_fields=("expected",))
                _tell_expected(measure, part)
        audit.record(
            "plan.changed", target=measure.plan, details={"measure": measure.number, "expected": len(expected)}
        )


def _in_drafts(measure: Measure) -> QuerySet[Part]:
    """The parts of the same measure in versions that wait to take its plan's place."""
    return Part.objects.filter(measure__earlier=measure, measure__plan__state=Plan.State.DRAFT)


def _tell_expected(measure: Measure, part: Part) -> None:
    if not part.expected or part.unit is None or measure.plan.state != Plan.State.IN_FORCE:
        return
    words = {"measure": str(measure)[:60], "expected": part.expected[:120]}
    link, cause = reverse("measures.show", args=[measure.pk]), new_id()
    for account in tasks.people_of(part.unit):
        send(account, EXPECTED, values=words, link=link, cause=cause)


def designate(measure: Measure, unit: Unit | None, said: str = "") -> int:
    """The leading group says who leads a measure in force, or that the first named does: its open tasks go there."""
    if not queries.may_designate(current()):
        raise Refused("由领导小组指定总牵头单位")
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=measure.plan_id)  # nobody hands out a year meanwhile
        held = Measure.objects.select_for_update(of=("self",)).select_related("plan", "designated").get(pk=measure.pk)
        if held.plan.state != Plan.State.IN_FORCE:
            raise Refused(f"“{held.plan}”{held.plan.get_state_display()}，现在不能指定总牵头单位")
        before = queries.asked(held)
        drafts = Measure.objects.filter(earlier=held, plan__state=Plan.State.DRAFT, designated=held.designated)
        same = [one.pk for one in drafts.prefetch_related("parts") if versions.leads(one) == versions.leads(held)]
        Measure.objects.filter(pk__in=same).update(designated=unit)
        held.designated = unit
        after = queries.asked(held)
        if after is None:
            raise ValidationError({"unit": "这项举措没有单独的牵头单位，请指定一家"})
        held.save(update_fields=("designated",))
        moved = _hand_over(held, before, after) if before != after else 0
        details = {"measure": held.number, "unit": str(after.pk), "tasks": moved}
        audit.record("measure.designated", target=held.plan, reason=said.strip(), details=details)
    return moved


def _hand_over(measure: Measure, before: Unit | None, after: Unit) -> int:
    """What the one asked before has open of the plan's sentences; where nobody was asked, they are handed out now."""
    if before is None:
        return tasks.hand_out(measure.plan)
    rows = Task.unscoped.filter(measure=measure, unit=before, action__isnull=False, parent__isnull=True)
    return tasks.move(rows, after)


def _own(role: Part.Role) -> str:
    return f"{reverse('parts.list')}?of=own&role={role.value}"
