"""What leads are asked to add to plans, what was added, and the figures by which measures are measured."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from jiangtai import indicators
from jiangtai.access import Acting, Unit, links, parameters
from jiangtai.kernel import clock, office_calendar, quantities

from ..models import Measure, Part, Plan, Supply
from . import plans


def figures_for(unit: Unit | None) -> list[indicators.Indicator]:
    """The figures that can have a target and that a unit is told of; without a unit all of them."""
    able = [one for one in indicators.indicators() if one.better]
    return able if unit is None else [one for one in able if indicators.is_open_at(one, unit)]


def labels() -> dict[str, str]:
    """What figures are called, by their keys."""
    return {one.key: one.label for one in indicators.indicators()}


def measured_in(key: str) -> str:
    """The unit of a figure, as it is written behind a number."""
    one = next((one for one in indicators.indicators() if one.key == key), None)
    if one is None:
        return ""
    return "%" if one.unit is indicators.Unit.PERCENT else f" {one.unit.label}"


def said_of(one: Supply, known: dict[str, str] | None = None) -> str:
    """What was added, in words; `known` are what figures are called, where many are told."""
    if one.kind == Supply.Kind.DEADLINE:
        return f"完成期限 {one.deadline}"
    if one.kind == Supply.Kind.NONE:
        return f"不设指标：{one.said}"
    named = (labels() if known is None else known).get(one.indicator, one.indicator)
    return f"{named}，{one.year} 年达到 {quantities.plain(one.value)}{measured_in(one.indicator)}"


def lacking_at(units: Iterable[Any]) -> QuerySet[Measure]:
    """The measures in force that lack a day or a figure and are asked of these units: the designated or first lead."""
    units = list(units)
    leads = Part.objects.filter(measure=OuterRef("pk"), role=Part.Role.LEAD, unit__isnull=False).order_by("place")
    led = Part.objects.filter(unit__in=units, role=Part.Role.LEAD).values("measure")
    rows = Measure.objects.filter(plan__state=Plan.State.IN_FORCE)
    rows = rows.filter(Q(designated__in=units) | Q(designated__isnull=True, pk__in=led))
    rows = rows.annotate(first_lead=Subquery(leads.values("unit")[:1]))
    rows = rows.filter(Q(designated__isnull=False) | Q(first_lead__in=units))
    return plans.with_lacks(rows).filter(Q(lacks_deadline=True) | Q(lacks_figure=True))


def own_lacking(who: Acting) -> QuerySet[Measure]:
    """The same for the unit at which someone acts, and for whom its union organisation serves."""
    units = [one for one in (who.unit.pk, who.unit.serves_id) if one] if who.unit else []
    return lacking_at(units)


def asked_units(plan: Plan) -> dict[Unit, list[Measure]]:
    """Whom a plan's office asks to add what is lacking, each with its measures."""
    found: dict[Unit, list[Measure]] = defaultdict(list)
    rows = plans.with_lacks(plans.measures(plan)).filter(Q(lacks_deadline=True) | Q(lacks_figure=True))
    for one in rows:
        if unit := plans.asked(one):
            found[unit].append(one)
    return dict(found)


def asked_everywhere() -> dict[Unit, list[Measure]]:
    """The same for all plans in force."""
    found: dict[Unit, list[Measure]] = defaultdict(list)
    for plan in Plan.objects.filter(state=Plan.State.IN_FORCE).order_by("made_at"):
        for unit, measures in asked_units(plan).items():
            found[unit] += measures
    return dict(sorted(found.items(), key=lambda one: (one[0].rank, one[0].number)))


def due_of(plan: Plan) -> date | None:
    """By when leads add what a plan lacks."""
    if plan.confirmed_at is None:
        return None
    day = clock.day_of(plan.confirmed_at)
    result: date = office_calendar().add(day, int(parameters.value("reform.supply_days", unit=plan.unit))).result
    return result


def asked_by(unit: Unit, measures: Iterable[Measure]) -> date | None:
    """By when a unit is to add by its link: by the first day that its plans set and that is to come, or while it opens.

    Nothing where it has no link that opens.
    """
    until = links.open_until("supply", [unit.pk]).get(unit.pk)
    if until is None:
        return None
    days = {due for plan in {one.plan for one in measures} if (due := due_of(plan)) and due >= clock.today()}
    return min({*days, clock.day_of(until)})


def supplies(who: Acting) -> QuerySet[Supply]:
    """What was added: the office sees all, a unit what units within reach added."""
    rows = Supply.objects.select_related("measure__plan", "unit", "amount")
    return rows if who.reach.is_everything else rows.filter(unit__path__within=who.reach)


def waiting() -> QuerySet[Supply]:
    """What waits for the office."""
    return Supply.objects.filter(state=Supply.State.WAITING, measure__plan__state=Plan.State.IN_FORCE)


def in_measure(rows: QuerySet[Any], year: int) -> QuerySet[Any]:
    """Of these, the figures that count in a year."""
    return rows.filter(kind=Supply.Kind.FIGURE, state=Supply.State.COUNTED, year=year)


def paced(measures: Iterable[Any], who: Acting, year: int) -> dict[Any, list[Supply]]:
    """By measure its figures of a year, as far as the unit of whoever asks is told of them."""
    found: dict[Any, list[Supply]] = defaultdict(list)
    told = {one.key for one in figures_for(None if who.reach.is_everything else who.unit)}
    for one in in_measure(Supply.objects.filter(measure__in=measures), year).order_by("made_at"):
        if one.indicator in told:
            found[one.measure_id].append(one)
    return found


def of_state(rows: QuerySet[Supply], state: str) -> QuerySet[Supply]:
    """Those in a state, the waiting ones only while their plan is in force."""
    rows = rows.filter(state=state)
    return rows.filter(measure__plan__state=Plan.State.IN_FORCE) if state == Supply.State.WAITING else rows


def with_action(rows: QuerySet[Any], first: int, last: int) -> QuerySet[Any]:
    """Of a measure's tasks those whose sentence holds a stretch of the plan."""
    return rows.filter(action__first__lte=first, action__last__gte=last, action__first__lt=F("action__last"))
