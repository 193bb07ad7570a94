"""Joint meetings as pages and procedures ask for them, and what an agenda is proposed from."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jiangtai.access import Acting, Unit
from jiangtai.kernel import clock

from ..models import Addressee, AgendaItem, Measure, Meeting, Plan, Report, Resolution, Task
from ..rules import meetings as rules
from ..rules.lights import Tone
from ..rules.supervising import Draft
from . import tasks

MOST_PROPOSED = 20


def seen(who: Acting) -> QuerySet[Meeting]:
    """The meetings of units within reach, and those to which a unit within reach was called."""
    rows = Meeting.unscoped.select_related("unit")
    if who.reach.is_everything:
        return rows
    invited = Q(units__path__within=who.reach) & ~Q(state=Meeting.State.DRAFT)
    return rows.filter(Q(unit__path__within=who.reach) | invited).distinct()


def counted(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """With how many things each settled."""
    number = Resolution.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting").annotate(n=Count("pk"))
    return rows.annotate(settled=Coalesce(Subquery(number.values("n")), 0))


def before(meeting: Meeting) -> Meeting | None:
    """The meeting before: the last that was held by its day."""
    rows = Meeting.unscoped.filter(unit=meeting.unit_id, state=Meeting.State.HELD, on__lte=meeting.on)
    return rows.exclude(pk=meeting.pk).order_by("-on", "-made_at").first()


def proposed(meeting: Meeting, who: Acting) -> Iterator[AgendaItem]:
    """An agenda: what the last meeting settled, what stands badly, what was to come before one called off since."""
    settled = list(meeting.earlier.resolutions.select_related("unit", "task")) if meeting.earlier else []
    for one in settled:
        yield AgendaItem(kind="earlier", title=one.text, unit=one.unit, task=one.task, earlier=one)
    rows: Any = tasks.lit(tasks.seen(who)).exclude(pk__in=[one.task_id for one in settled if one.task_id])
    found = list(rows.filter(tone__in=(Tone.RED, Tone.AMBER)).select_related("unit").order_by("due"))
    for task in sorted(found, key=_gravity)[:MOST_PROPOSED]:
        yield AgendaItem(kind="task", title=task.title, unit=task.unit, task=task)
    late = Addressee.unscoped.filter(state=Addressee.State.WAITING, due__lt=clock.today())
    for row in late.select_related("unit", "instrument").order_by("due")[:MOST_PROPOSED]:
        title = f"{row.instrument.number}《{row.instrument.title}》"
        yield AgendaItem(kind="owed", title=title[:300], unit=row.unit, addressee=row)
    off = Meeting.unscoped.filter(unit=meeting.unit_id, state=Meeting.State.OFF)
    since = off.filter(off_at__gt=meeting.earlier.held_at) if meeting.earlier and meeting.earlier.held_at else off
    for item in AgendaItem.objects.filter(meeting__in=since, kind="free").select_related("unit").order_by("pk"):
        yield AgendaItem(kind="free", title=item.title, why=item.why, unit=item.unit)


def _gravity(task: Any) -> tuple[bool, bool]:
    """Red first, then what a unit itself says is stuck; among alike the earliest first."""
    return task.tone != Tone.RED, task.says != Report.Says.STUCK


def agenda(meeting: Meeting) -> list[AgendaItem]:
    """The matters before a meeting, each with how it stands: today, and once it is over as it stood then."""
    found = list(meeting.items.select_related("unit", "addressee", "earlier"))
    if not meeting.is_over:
        lit = _lit(one.task_id for one in found)
        for one in found:
            one.why = _stands(one, lit.get(one.task_id))[:300]
    return found


def uninvited(meeting: Meeting) -> list[Unit]:
    """The units that an agenda names and nobody calls."""
    named = meeting.items.exclude(unit__isnull=True).values("unit")
    return list(Unit.unscoped.filter(pk__in=named).exclude(pk__in=meeting.units.values("pk")).order_by("path"))


def _stands(one: AgendaItem, task: Any) -> str:
    if one.addressee:
        waits = one.addressee.state == Addressee.State.WAITING
        return f"应于 {one.addressee.due} 前答复，{'尚未答复' if waits else one.addressee.get_state_display()}"
    if task is None:
        return one.why
    light = tasks.light_of(task)
    return f"{f'应于 {task.due} 完成，' if one.earlier and task.due else ''}{light.label}：{light.why}"


def _lit(ids: Iterable[Any]) -> dict[Any, Any]:
    return {row.pk: row for row in tasks.lit(Task.unscoped.filter(pk__in=[one for one in ids if one]))}


def with_lights(meeting: Meeting) -> list[tuple[Resolution, Any]]:
    """What a meeting settled, each with the light of its task today."""
    found = list(meeting.resolutions.select_related("unit", "task"))
    lit = _lit(one.task_id for one in found)
    return [(one, tasks.light_of(lit[one.task_id]) if one.task_id in lit else None) for one in found]


def settled(meeting: Meeting | None) -> list[rules.Settled]:
    """What a meeting settled, as its successor's papers say it."""
    found = with_lights(meeting) if meeting else []
    return [rules.Settled(one.text, str(one.unit), one.due, light.tone.value if light else "") for one, light in found]


def matters(meeting: Meeting) -> list[rules.Matter]:
    """The agenda as papers say it."""
    return [rules.Matter(one.kind, one.title, one.why, str(one.unit or ""), one.said) for one in agenda(meeting)]


def minutes(meeting: Meeting) -> Draft:
    """The text of the minutes, as they are made today."""
    head = f"{clock.chinese_day(meeting.on)}，{meeting.chair}在{meeting.place}主持召开{meeting.title}。现纪要如下："
    number, today = meeting.resolutions.count(), clock.today()
    return rules.minutes(head, meeting.summary, matters(meeting), settled(meeting.earlier), number, today)


def measures() -> QuerySet[Measure]:
    """The measures to which something settled can belong: those of plans in force."""
    return (
        Measure.objects.filter(plan__state=Plan.State.IN_FORCE)
        .select_related("plan")
        .order_by("plan__made_at", "place")
    )
