"""Tasks as pages ask for them: within reach or handed on by one's own unit, each with its light, all in SQL."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, DateField, F, Q, QuerySet, Value, When

from jiangtai import flows, indicators, ledger
from jiangtai.access import Acting, Reach, Unit, current, parameters
from jiangtai.kernel import clock, office_calendar

from ..facts import LightShown
from ..models import Action, Milestone, Part, Plan, Report, Task
from ..rules.lights import Light, Point, Standing, Tone, light

MOST, LATELY = 2_000, 30
NEAR = "reform.near_days"
CLOSED = (Task.State.CANCELLED, Task.State.ROLLED)


def seen(who: Acting) -> QuerySet[Task]:
    """The tasks that someone may open: at units within reach or served by one's own, and what was handed on there."""
    if who.reach.is_everything:
        return Task.unscoped.all()
    served = Q(unit=who.unit.serves_id) if who.unit and who.unit.serves_id else Q()
    return Task.unscoped.filter(Q(unit__path__within=who.reach) | Q(parent__unit__path__within=who.reach) | served)


def own(who: Acting) -> QuerySet[Task]:
    """The tasks of the unit at which someone acts; a union organisation also sees those of whom it serves."""
    if who.unit is None:
        return Task.unscoped.none()
    return Task.unscoped.filter(unit__in=[one for one in (who.unit.pk, who.unit.serves_id) if one])


def lit(rows: QuerySet[Any], day: date | None = None) -> QuerySet[Any]:
    """These tasks with their `tone` on a day, and what `light_of` needs to say why; told by their own columns alone."""
    day = day or clock.today()
    red = Q(due__lt=day) | Q(point_due__lt=day) | Q(pace=Task.Pace.RED)
    amber = Q(due__lt=F("near")) | Q(point_due__lt=F("near")) | Q(pace=Task.Pace.AMBER) | Q(says=Report.Says.STUCK)
    return rows.annotate(near=near_day(day)).annotate(
        tone=Case(
            When(state__in=CLOSED, then=Value(Tone.NONE.value)),
            When(state=Task.State.DONE, then=Value(Tone.DONE.value)),
            When(red, then=Value(Tone.RED.value)),
            When(amber, then=Value(Tone.AMBER.value)),
            When(due__isnull=True, pace="", point_due__isnull=True, then=Value(Tone.NONE.value)),
            default=Value(Tone.GREEN.value),
        )
    )


def near_day(day: date) -> Any:
    """From which day on a deadline is not near, as the database asks it of each task: units may set their own days."""
    calendar = office_calendar()
    whens = [
        When(unit__path__within=unit.reach, then=Value(_after(calendar, day, unit), output_field=DateField()))
        for unit in parameters.overriding(NEAR)
    ]
    default = Value(_after(calendar, day, None), output_field=DateField())
    return Case(*whens, default=default, output_field=DateField()) if whens else default


def _after(calendar: Any, day: date, unit: Unit | None) -> date:
    result: date = calendar.add(day, int(parameters.value(NEAR, unit=unit, on=day))).result
    return result


def light_of(row: Any, day: date | None = None) -> Light:
    """The light of a task that came out of `lit`."""
    left = Point(row.point_title, row.point_due) if row.point_due else None
    standing = Standing(
        state=row.state, due=row.due, near=row.near, done_on=row.done_on, pace=row.pace, pace_why=row.pace_why,
        earliest=left, says=row.says,
    )  # fmt: skip
    return light(standing, day or clock.today())


def counts(rows: QuerySet[Task], day: date | None = None) -> dict[Tone, int]:
    """How many of these tasks stand at which light; one question."""
    found = lit(rows.exclude(state__in=CLOSED).order_by(), day).values("tone").annotate(number=Count("pk"))
    numbers = {row["tone"]: row["number"] for row in found}
    return {tone: numbers.get(tone.value, 0) for tone in Tone}


def changed(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those whose light is another than the ledger last heard of."""
    return lit(rows.order_by("id")).exclude(light=F("tone"))


def is_told(task: Task, indicator: str) -> bool:
    """Whether the unit that a task is at is told of a figure: its number stands beside the task's light."""
    one = next((one for one in indicators.indicators() if one.key == indicator), None)
    return one is None or indicators.is_open_at(one, task.unit)


def case_named(number: str, reach: Reach) -> flows.Case | None:
    """A case of a unit within reach, by its number."""
    return flows.Case.unscoped.filter(number=number.strip(), unit__path__within=reach).first()


def listed(rows: QuerySet[Any], day: date | None = None) -> QuerySet[Any]:
    """These tasks with their lights and with what a line of them names."""
    return lit(rows, day).select_related("unit", "measure__plan", "parent__unit")


def mine(rows: QuerySet[Any], which: str) -> QuerySet[Any]:
    """Of these tasks or parts, what the unit of whoever asks has itself, or handed on to others."""
    who = current()
    here = [one for one in (who.unit.pk, who.unit.serves_id) if one] if who.unit else []
    return rows.filter(parent__unit__in=here) if which == "given" else rows.filter(unit__in=here)


def cells(measures: Iterable[Any], who: Acting) -> dict[tuple[Any, Any], dict[str, int]]:
    """By measure and unit, how many tasks stand at which light: only where there are any."""
    rows = lit(seen(who).filter(measure__in=list(measures)).exclude(state__in=CLOSED).order_by())
    found: dict[tuple[Any, Any], dict[str, int]] = {}
    for one in rows.values("measure", "unit", "tone").annotate(number=Count("pk")):
        found.setdefault((one["measure"], one["unit"]), {})[one["tone"]] = one["number"]
    return found


def settled_before(plan: Plan, year: int) -> QuerySet[Any]:
    """The sentences of a plan that were done or cancelled in an earlier year, and are open nowhere."""
    rows = Task.unscoped.filter(action__measure__plan=plan, parent__isnull=True, year__lt=year)
    over = rows.filter(state__in=(Task.State.DONE, Task.State.CANCELLED)).values("action")
    return Action.objects.filter(measure__plan=plan, pk__in=over).values_list("pk", flat=True)


def open_before(plan: Plan, year: int) -> QuerySet[Any]:
    """The sentences of a plan of which a task of an earlier year is still open."""
    rows = Task.unscoped.filter(action__measure__plan=plan, parent__isnull=True, year__lt=year)
    return rows.filter(state=Task.State.OPEN).values_list("action_id", flat=True)


def done_before(plan: Plan, year: int) -> QuerySet[Action]:
    """Of these the sentences that were done and whose measure still runs in a year: they may be asked for again."""
    done = Task.unscoped.filter(action__measure__plan=plan, year__lt=year, state=Task.State.DONE, parent__isnull=True)
    there = Task.unscoped.filter(action__measure__plan=plan, year=year).values("action")
    rows = Action.objects.filter(pk__in=done.values("action")).exclude(pk__in=there)
    rows = rows.filter(Q(measure__deadline__isnull=True) | Q(measure__deadline__year__gte=year))
    return rows.select_related("measure").order_by("measure__place", "place")


def by_measure_and_year(rows: QuerySet[Task]) -> dict[tuple[Any, int], dict[str, int]]:
    """By measure and year, how many of these tasks stand at which light; one question."""
    found: dict[tuple[Any, int], dict[str, int]] = {}
    asked = lit(rows.exclude(state__in=CLOSED).order_by()).values("measure", "year", "tone")
    for one in asked.annotate(number=Count("pk")):
        found.setdefault((one["measure"], one["year"]), {})[one["tone"]] = one["number"]
    return found


def burdens(who: Acting, plan: Any = None) -> list[dict[str, Any]]:
    """By unit: its roles in plans in force, its tasks at each light, and how many of them are open."""
    rows = lit(seen(who).exclude(state__in=CLOSED).order_by())
    parts = Part.objects.filter(measure__plan__state=Plan.State.IN_FORCE, unit__path__within=who.reach)
    if plan is not None:
        rows, parts = rows.filter(measure__plan=plan), parts.filter(measure__plan=plan)
    found: dict[Any, dict[str, Any]] = {}
    blank = {"lead": 0, "support": 0, "open": 0, **{tone.value: 0 for tone in Tone}}
    for one in parts.order_by().values("unit", "role").annotate(number=Count("pk")):
        found.setdefault(one["unit"], dict(blank))[one["role"]] = one["number"]
    for one in rows.values("unit", "tone").annotate(number=Count("pk")):
        held = found.setdefault(one["unit"], dict(blank))
        held[one["tone"]] = one["number"]
        held["open"] += one["number"] if one["tone"] != Tone.DONE else 0
    named = Unit.unscoped.in_bulk(list(found))
    return [{"unit": named[pk], **held} for pk, held in found.items()]


def moved(rows: QuerySet[Any], since: date) -> list[tuple[Any, str]]:
    """Of these tasks those whose light changed since a day and is another than it was then, each with what it was."""
    found = list(listed(rows.filter(lit_on__gt=since).exclude(state__in=CLOSED)).order_by("-lit_on", "pk")[:MOST])
    before = {
        row.subject: row.payload["light"]
        for row in ledger.every(LightShown).of(*[one.pk for one in found]).current(since)
    }
    return [(one, before[one.pk]) for one in found if one.pk in before and before[one.pk] != one.tone]


def lately_moved(rows: QuerySet[Any], how: str) -> QuerySet[Any]:
    """Of lit tasks those whose light changed of late, or grew worse."""
    found = moved(seen(current()), clock.today() - timedelta(days=LATELY))
    return rows.filter(pk__in=[one.pk for one, before in found if how != "worse" or is_worse(one.tone, before)])


def is_worse(now: str, before: str) -> bool:
    """Whether a light is nearer to red than it was."""
    order = [tone.value for tone in (Tone.RED, Tone.AMBER, Tone.NONE, Tone.GREEN, Tone.DONE)]
    return order.index(now) < order.index(before)


def next_days(rows: QuerySet[Task], day: date, most: int) -> list[tuple[date, str, Task]]:
    """What comes due next of these tasks: they and the points on their way, the earliest first."""
    rows = rows.filter(state=Task.State.OPEN)
    points = Milestone.unscoped.filter(task__in=rows, reached_on__isnull=True)
    points = points.filter(due__gte=day).select_related("task__unit").order_by("due", "pk")[:most]
    due = rows.filter(due__gte=day).select_related("unit").order_by("due", "pk")[:most]
    found = [(one.due, one.title, one) for one in due if one.due]
    found += [(one.due, f"节点：{one.title}", one.task) for one in points]
    return sorted(found, key=lambda one: one[0])[:most]


def at_light(rows: QuerySet[Any], tone: str) -> QuerySet[Any]:
    """Of lit tasks those at a light; what is cancelled or rolled has none."""
    return rows.filter(tone=tone).exclude(state__in=CLOSED)


def in_state(rows: QuerySet[Task], state: str) -> QuerySet[Task]:
    """Those in a state, or those that are open or done."""
    return rows.exclude(state__in=CLOSED) if state == "live" else rows.filter(state=state)


def dated(rows: QuerySet[Task], said: str) -> QuerySet[Task]:
    """Those with a deadline, or without."""
    return rows.filter(due__isnull=said == "no")
