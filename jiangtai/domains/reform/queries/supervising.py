"""The instruments and their addressees as pages and procedures ask for them."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from jiangtai import ledger
from jiangtai.access import Account, Acting, Grant, Unit, acting_as_job, parameters, root
from jiangtai.kernel import Period, clock, office_calendar, read_id

from ..facts import LightShown, Sender, TaskCancelled, TaskRolled
from ..models import Addressee, Instrument, Report, Task
from ..rules import supervising as rules
from . import tasks

ANSWERERS = ("unit_admin", "liaison", "union_officer", "enterprise_union", "enterprise_hr", "school", "evaluator")
ABOUT = ("red", "amber")


def instruments() -> QuerySet[Instrument]:
    """Those of units within reach, each with how many units it went to and how many still owe an answer."""
    owing = Q(addressees__state__in=(Addressee.State.WAITING, Addressee.State.ANSWERED))
    return Instrument.objects.annotate(
        units=Count("addressees", distinct=True), owing=Count("addressees", filter=owing, distinct=True)
    )


def addressed(who: Acting) -> QuerySet[Addressee]:
    """What was sent to units within reach, and to whom one's own union organisation serves; no drafts."""
    sent = Addressee.unscoped.exclude(state=Addressee.State.DRAFT).select_related("unit", "instrument__unit")
    if who.reach.is_everything:
        return sent
    served = who.unit.serves_id if who.unit else None
    return sent.filter(Q(unit__path__within=who.reach) | Q(unit=served) if served else Q(unit__path__within=who.reach))


def own(who: Acting) -> QuerySet[Addressee]:
    """What was sent to one's own unit."""
    units = [one for one in (who.unit.pk, who.unit.serves_id) if one] if who.unit else []
    return addressed(who).filter(unit__in=units)


def waiting(who: Acting) -> int:
    """How many answers one's own unit owes."""
    return own(who).filter(state=Addressee.State.WAITING).count()


def next_serial(instrument: Instrument, year: int) -> int:
    """The number that comes next in the series of this kind and year."""
    rows = Instrument.unscoped.filter(unit=instrument.unit_id, kind=instrument.kind, year=year)
    return int(rows.aggregate(last=Max("serial"))["last"] or 0) + 1


def number_of(instrument: Instrument, year: int, serial: int) -> str:
    """产改提示〔2026〕3号."""
    series = str(parameters.value(f"reform.{instrument.kind}_series", unit=instrument.unit))
    return rules.number_of(series, year, serial)


def issuer_of(instrument: Instrument) -> str:
    """Whose name stands at its head."""
    return issuer(instrument.kind, instrument.unit, instrument.issued_on)


def issuer(kind: str, unit: Unit | None, on: date | None = None) -> str:
    """Who sends a kind, as it is called in this place."""
    top = root()
    return str(parameters.value(f"reform.{kind}_issuer", unit=unit, on=on)).replace("{本地}", top.name if top else "")


def is_issuer(kind: Sender, host: Unit | None, unit: Unit) -> bool:
    """Whether a unit is one of those in whose name a kind is sent, in full or as the place says it: 区总工会."""
    top = root()
    whole = [name.removeprefix("中共") for name in issuer(kind.value, host).split("、")]
    short = [name.replace(top.name, level(), 1) for name in whole] if top else []
    return unit.name.removeprefix("中共") in (*whole, *short)


def of_others(kind: Sender, host: Unit | None, found: list[Task]) -> list[Task]:
    """Of these tasks those of units that are not themselves the ones who send this kind."""
    return [task for task in found if not is_issuer(kind, host, task.unit)]


def level() -> str:
    """What this place calls itself: 区, 县, 市."""
    top = root()
    return rules.level_of(top.name, top.kind) if top else "区"


def reply_day(unit: Unit | None) -> Any:
    """The day by which an answer is asked when nobody says another."""
    days = int(parameters.value("reform.reply_days", unit=unit))
    return office_calendar().add(clock.today(), days).result


def tasks_named(who: Acting, ids: Iterable[str]) -> list[Task]:
    """The tasks with these ids within reach that stand at red or amber, those of one unit together."""
    wanted = [found for one in ids if (found := read_id(one))]
    rows = tasks.seen(who).filter(pk__in=wanted) if wanted else Task.unscoped.none()
    lit: Any = tasks.lit(rows)
    return list(lit.filter(tone__in=ABOUT).select_related("unit", "measure").order_by("unit__path", "due"))


def urgent(who: Acting) -> list[Task]:
    """The tasks within reach that stand at red or amber, the reddest unit first."""
    rows: Any = tasks.lit(tasks.seen(who))
    rows = rows.filter(tone__in=ABOUT).select_related("unit", "measure__plan")
    return sorted(rows, key=lambda one: (one.tone != "red", one.unit.path, str(one.due)))


def standing_of(task: Any) -> rules.Standing:
    """A task that came out of `tasks.lit`, as a text says it."""
    light = tasks.light_of(task)
    return rules.Standing(str(task.unit), task.measure.title, task.title, light.tone.value, light.why, task.due)


def standing_day(period: str) -> date:
    """The day on which a quarter's bulletin looks: its last, or today while it runs."""
    return min(Period.parse(period).last, clock.today())


def unit_standings(period: str) -> list[rules.UnitStanding]:
    """How every unit with tasks stood on a quarter's last day, with what it reported in it; a rolled task counts once.

    What was moved, done, cancelled or rolled since then is counted as it was on that day.
    """
    quarter, day = Period.parse(period), standing_day(period)
    said: dict[uuid.UUID, list[Report]] = {}
    for one in Report.unscoped.filter(accepted_on__range=(quarter.first, quarter.last)).select_related("task"):
        said.setdefault(one.task.unit_id, []).append(one)
    counted: dict[uuid.UUID, dict[str, Any]] = {}
    for unit, tone in _tones_on(day):
        count = counted.setdefault(unit, {"unit": unit, "tasks": 0, "done": 0, "red": 0, "amber": 0, "green": 0})
        count["tasks"] += 1
        if tone in count:
            count[tone] += 1
    units = Unit.unscoped.filter(pk__in=list(counted)).order_by("path")
    return [_unit_standing(counted[one.pk] | {"unit": one}, said.get(one.pk, [])) for one in units]


def _tones_on(day: date) -> Iterator[tuple[uuid.UUID, str]]:
    """Of each task that was there on the evening of a day the unit that it was at, and its light: as it was shown."""
    since, past = day + timedelta(days=1), day < clock.today()
    left = ledger.every(TaskCancelled, TaskRolled).happened(since, clock.today()).order_by("-day", "-id")
    units = dict(left.values_list("subject", "unit")) if past else {}
    lights = ledger.every(LightShown).current(day).values_list("subject", "payload__light")
    shown = dict(lights) if past else {}
    rows: Any = tasks.lit(Task.unscoped.filter(made_at__date__lte=day), day)
    for task in rows.filter(~Q(state__in=tasks.CLOSED) | Q(pk__in=list(units))):
        if task.pk in units or (task.done_on and task.done_on > day):
            task.state = Task.State.OPEN
        light = tasks.light_of(task, day).tone.value
        yield units.get(task.pk, task.unit_id), light if light == "done" else shown.get(task.pk, light)


def _unit_standing(one: dict[str, Any], said: Sequence[Report]) -> rules.UnitStanding:
    return rules.UnitStanding(
        str(one["unit"]),
        one["tasks"],
        one["done"],
        one["red"],
        one["amber"],
        one["green"],
        tuple(report.problem for report in said if report.problem),
        tuple(report.coming for report in said if report.coming),
        len(said),
    )


def units_with_tasks() -> list[Unit]:
    """The units that have a task, not one that was cancelled or went on in the next year."""
    rows = Task.unscoped.exclude(state__in=tasks.CLOSED).order_by().values("unit")
    return list(Unit.unscoped.filter(pk__in=rows, state=Unit.State.ACTIVE).order_by("path"))


def answerers(unit: Unit) -> list[Account]:
    """Who is told what a unit was sent: its desk, and the desk of the union organisation that serves it."""
    with acting_as_job("告知受文单位"):
        rows = Grant.objects.filter(Grant.HELD, Q(unit=unit) | Q(unit__serves=unit), role__in=ANSWERERS)
        return list({one.account_id: one.account for one in rows.select_related("account")}.values())


def senders(kind: Sender) -> tuple[str, str]:
    """The permission by which a kind is sent, and what to say to whom it is refused."""
    return {
        Sender.PROMPT: ("instruments.prompt", "工作提示由领导小组办公室（总工会）发出"),
        Sender.BULLETIN: ("instruments.bulletin", "通报由领导小组领导签发"),
        Sender.SUPERVISION: ("instruments.supervise", f"督查由{level()}委、{level()}政府经办人发出"),
    }[kind]
