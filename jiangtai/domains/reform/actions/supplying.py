"""What a plan lacks is added by its leads: a figure with its target, or why there is none; the office settles it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from jiangtai import indicators
from jiangtai.access import Link, Refused, Unit, audit, current, links
from jiangtai.kernel import clock
from jiangtai.messages import MessageKind, message_kind, send

from ..models import Amount, Measure, Plan, Supply, Task
from ..queries import supplying as queries
from . import tasks, wording

ASKED = message_kind(
    MessageKind(
        "reform.lacking", "请补充方案", "“{plan}”中本单位牵头的 {count} 项举措缺期限或指标，请在 {due} 前补充。"
    )
)
SETTLED = message_kind(MessageKind("reform.supply_settled", "方案补充核定", "“{measure}”补充的{what}：{said}。"))

audit.actions(
    measure__supplied="补充方案缺项", measure__supply_counted="采用方案补充", measure__supply_declined="不采用方案补充"
)


def note_deadline(measure: Measure, deadline: date) -> Supply:
    """Keep who added a day; it counts at once."""
    return _keep(measure, Supply(kind=Supply.Kind.DEADLINE, deadline=deadline, state=Supply.State.COUNTED))


def tie(measure: Measure, indicator: str, year: int, value: Decimal, *, amount: Amount | None = None) -> Supply:
    """Say by which figure a measure, or a figure of its plan, is counted, and what a year is to reach.

    What the office says counts at once; what a lead says once the office has looked at it, for the target is that of
    the whole place.
    """
    one = next((one for one in queries.figures_for(None) if one.key == indicator), None)
    if one is None:
        raise ValidationError({"indicator": "没有这项指标，或它不分高低，不能设目标，请改选"})
    if value < 0:
        raise ValidationError({"value": f"目标值填的是 {value}，不能小于 0"})
    with transaction.atomic():
        held = _open(measure)
        who, plan = current(), held.plan
        is_office = who.may("reform.change")
        if not is_office and who.unit and not indicators.is_open_at(one, who.unit):
            raise ValidationError({"indicator": "这项指标的数不向本单位公布，请改选，或请领导小组办公室补充"})
        first, last = _years(plan)
        if not first <= year <= last:
            raise ValidationError({"year": f"年度填的是 {year}，方案执行年度是 {first} 到 {last}，请核对"})
        if amount is not None and amount.measure_id != held.pk:
            raise ValidationError("这个数不在这项举措里，请刷新页面再试")
        made = _keep(held, Supply(kind=Supply.Kind.FIGURE, indicator=one.key, year=year, value=value, amount=amount))
        if is_office:
            adopt(made)
            made.refresh_from_db()
    return made


def _years(plan: Plan) -> tuple[int, int]:
    """The years for which a target of this plan can be set now: of the plan's, last year to five years on."""
    today = clock.today().year
    first = max(plan.since.year if plan.since else today, today - 1)
    return first, min(plan.until.year if plan.until else today + 5, today + 5)


def go_without(measure: Measure, said: str) -> Supply:
    """Say why a measure has no figure; it is no longer asked for, and the office sees the reason."""
    if not said.strip():
        raise ValidationError({"said": "请写明不设指标的理由"})
    with transaction.atomic():
        held = _open(measure)
        if held.amounts.exists():
            raise ValidationError("方案里写了数，请为它对应指标；确实不能统计的，请领导小组办公室上传新版方案时调整")
        return _keep(held, Supply(kind=Supply.Kind.NONE, said=said.strip()[:300], state=Supply.State.COUNTED))


def adopt(one: Supply) -> Supply:
    """The office takes a figure and its target: the target is set for the place, the sentence's tasks are measured."""
    with transaction.atomic():
        held = _waiting(one)
        plan = held.measure.plan
        assert held.year is not None and held.value is not None
        there = indicators.targets_in_force().filter(indicator=held.indicator, unit=plan.unit, year=held.year).first()
        if there is None or there.value != held.value:
            document = plan.number or plan.title[:60]
            indicators.set_target(held.indicator, plan.unit, held.year, held.value, document=document)
        if held.amount:
            Amount.objects.filter(pk=held.amount.pk).update(indicator=held.indicator)
            _measure_tasks(held)
        _settle(held, Supply.State.COUNTED)
        audit.record("measure.supply_counted", target=plan, details=_told(held))
        _tell(held, "已采用")
    return held


def decline(one: Supply, why: str) -> Supply:
    """The office does not take it, and says why; the measure lacks it again."""
    with transaction.atomic():
        held = _waiting(one)
        _settle(held, Supply.State.DECLINED, why.strip()[:300])
        audit.record("measure.supply_declined", target=held.measure.plan, reason=why, details=_told(held))
        _tell(held, f"未采用，{why.strip()[:80]}")
    return held


def ask(plan: Plan) -> int:
    """Tell whoever is asked for each measure what the plan lacks; how many units."""
    due, found = queries.due_of(plan), queries.asked_units(plan)
    for unit, measures in found.items():
        tell_lacking(plan, unit, measures, due, "asked")
    return len(found)


def links_for_lacking() -> list[tuple[Unit, list[Measure], str]]:
    """A link for each unit that is asked, by which it adds what its measures lack; earlier ones stop."""
    if not current().may("reform.change"):
        raise Refused("只有领导小组办公室可以生成补充链接")
    found = queries.asked_everywhere()
    if not found:
        raise ValidationError("执行中的方案都写明了期限和指标，没有要补充的单位")
    with transaction.atomic():
        return [(unit, measures, links.make(Link.Purpose.SUPPLY, unit.pk)) for unit, measures in found.items()]


def answer(link: Link, told: dict[Measure, dict[str, Any]]) -> int:
    """What a unit adds by a link to the measures that it is asked about, all of it or nothing; how many things.

    The link is spent once nothing is left to ask for.
    """
    who, count = current(), 0
    if who.link != link.target or who.unit is None or link.purpose != Link.Purpose.SUPPLY:
        raise Refused("链接与本单位不符，请使用最近一次收到的链接", "link")
    asked = set(queries.lacking_at([who.unit.pk]).values_list("pk", flat=True))
    with transaction.atomic():
        for measure, values in told.items():
            if measure.pk not in asked:
                raise Refused(f"“{measure}”不由本单位补充，或已经补充过，请刷新页面查看")
            try:
                count += _add(measure, values)
            except ValidationError as error:
                raise _of(measure, error) from error
        if not queries.lacking_at([who.unit.pk]).exists():
            links.use(link)
    return count


def _add(measure: Measure, values: dict[str, Any]) -> int:
    if day := values.get("deadline"):
        wording.supply(measure, day)
    if key := values.get("indicator"):
        tie(measure, key, values["year"], values["value"])
    if said := values.get("said"):
        go_without(measure, said)
    return sum(bool(one) for one in (day, key, said))


def _of(measure: Measure, error: ValidationError) -> ValidationError:
    """What was wrong, beside the fields of its measure."""
    if not hasattr(error, "error_dict"):
        return ValidationError([f"{measure}：{words}" for words in error.messages])
    return ValidationError({f"{name}_{measure.pk.hex}": words for name, words in error.message_dict.items()})


def tell_lacking(plan: Plan, unit: Unit, measures: Iterable[Measure], due: date | None, once: str) -> int:
    """Tell a unit that it has something to add; once for each occasion. How many people were told."""
    words = {"plan": plan.title[:40], "count": len(list(measures)), "due": due or "近日"}
    cause = uuid5(plan.pk, f"lacking{unit.pk}{once}")
    people = tasks.people_of(unit)
    for account in people:
        send(account, ASKED, values=words, link=reverse("supplies.own"), cause=cause)
    return len(people)


def _open(measure: Measure) -> Measure:
    """The measure, locked, of a plan in force, for whoever may add to it."""
    held = Measure.objects.select_for_update(of=("self",)).select_related("plan__unit").get(pk=measure.pk)
    who = current()
    if held.plan.state != Plan.State.IN_FORCE:
        raise Refused(f"“{held.plan}”{held.plan.get_state_display()}，现在不能补充")
    if not wording.may_supply(held, who.unit, who.may("reform.change")):
        raise Refused("只有这项举措的牵头单位和领导小组办公室可以补充")
    return held


def _keep(measure: Measure, one: Supply) -> Supply:
    who = current()
    one.measure, one.unit, one.by, one.by_name = measure, who.unit, who.actor, who.name[:60]
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        raise ValidationError("这一项已经补充过，请刷新页面查看") from error
    audit.record("measure.supplied", target=measure.plan, details=_told(one))
    return one


def _waiting(one: Supply) -> Supply:
    if not current().may("reform.change"):
        raise Refused("由领导小组办公室核定")
    rows = Supply.objects.select_for_update(of=("self",)).select_related("measure__plan__unit", "amount", "unit")
    held = rows.get(pk=one.pk)
    if held.state != Supply.State.WAITING:
        raise Refused(f"这一项{held.get_state_display()}，不用再核定")
    return held


def _settle(one: Supply, state: str, why: str = "") -> None:
    who = current()
    one.state, one.why, one.settled_at = state, why, clock.now()
    one.settled_by, one.settled_by_name = who.actor, who.name[:60]
    one.save(update_fields=("state", "why", "settled_at", "settled_by", "settled_by_name"))


def _measure_tasks(one: Supply) -> None:
    """The open tasks of the sentence in which the figure stands are measured by it, where nothing else was said."""
    assert one.amount
    rows = Task.unscoped.filter(measure=one.measure, state=Task.State.OPEN, indicator="", parent__isnull=True)
    found = queries.with_action(rows, one.amount.first, one.amount.last).select_related("unit")
    for task in found:
        if tasks.queries.is_told(task, one.indicator):
            tasks.amend(task, indicator=one.indicator)


def _told(one: Supply) -> dict[str, Any]:
    said = {
        "measure": one.measure.number,
        "kind": one.get_kind_display(),
        "indicator": one.indicator,
        "year": one.year,
        "value": str(one.value or ""),
        "deadline": str(one.deadline or ""),
        "said": one.said,
    }
    return {name: value for name, value in said.items() if value}


def _tell(one: Supply, said: str) -> None:
    if one.unit is None or one.by == current().actor:
        return
    words = {"measure": str(one.measure)[:60], "what": one.get_kind_display(), "said": said}
    link = reverse("measures.show", args=[one.measure_id])
    for account in tasks.people_of(one.unit):
        send(account, SETTLED, values=words, link=link, cause=uuid5(one.pk, "settled"))
