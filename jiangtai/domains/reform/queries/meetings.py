"""Joint meetings as pages and procedures ask for them, and what an agenda is proposed from."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jiangtai.access import Acting
from jiangtai.kernel import clock

from ..models import Addressee, AgendaItem, Measure, Meeting, Plan, Report, Resolution, Task
from ..rules import meetings as rules
from ..rules.lights import Tone
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


def last_held(who: Acting) -> Meeting | None:
    """The meeting before."""
    return Meeting.unscoped.filter(unit=who.unit, state=Meeting.State.HELD).order_by("-on", "-made_at").first()


def proposed(meeting: Meeting, who: Acting) -> Iterator[AgendaItem]:
    """An agenda: what became of the last meeting's resolutions, tasks at red and amber, answers that are overdue."""
    if meeting.earlier:
        for one, light in with_lights(meeting.earlier):
            why = f"应于 {one.due} 完成，{light.label}：{light.why}" if light else f"应于 {one.due} 完成"
            yield AgendaItem(kind="earlier", title=one.text, why=why[:300], unit=one.unit, task=one.task, earlier=one)
    taken = set(meeting.earlier.resolutions.values_list("task", flat=True)) if meeting.earlier else set()
    rows: Any = tasks.lit(tasks.seen(who)).exclude(pk__in=[pk for pk in taken if pk])
    found = list(rows.filter(tone__in=(Tone.RED, Tone.AMBER)).select_related("unit").order_by("due"))
    for task in sorted(found, key=_gravity)[:MOST_PROPOSED]:
        light = tasks.light_of(task)
        yield AgendaItem(
            kind="task", title=task.title, why=f"{light.label}：{light.why}"[:300], unit=task.unit, task=task
        )
    late = Addressee.unscoped.filter(state=Addressee.State.WAITING, due__lt=clock.today())
    for row in late.select_related("unit", "instrument").order_by("due")[:MOST_PROPOSED]:
        title = f"{row.instrument.number}《{row.instrument.title}》"
        yield AgendaItem(
            kind="owed", title=title[:300], why=f"应于 {row.due} 前答复，尚未答复", unit=row.unit, addressee=row
        )


def _gravity(task: Any) -> tuple[bool, bool]:
    """Red first, then what a unit itself says is stuck; among alike the earliest first."""
    return task.tone != Tone.RED, task.says != Report.Says.STUCK


def with_lights(meeting: Meeting) -> list[tuple[Resolution, Any]]:
    """What a meeting settled, each with the light of its task today."""
    found = list(meeting.resolutions.select_related("unit", "task"))
    lit = {row.pk: row for row in tasks.lit(Task.unscoped.filter(pk__in=[one.task_id for one in found if one.task_id]))}
    return [(one, tasks.light_of(lit[one.task_id]) if one.task_id in lit else None) for one in found]


def settled(meeting: Meeting | None) -> list[rules.Settled]:
    """What a meeting settled, as its successor's papers say it."""
    found = with_lights(meeting) if meeting else []
    return [rules.Settled(one.text, str(one.unit), one.due, light.tone.value if light else "") for one, light in found]


def matters(meeting: Meeting) -> list[rules.Matter]:
    """The agenda as papers say it."""
    rows = meeting.items.select_related("unit")
    return [rules.Matter(one.kind, one.title, one.why, str(one.unit or ""), one.said) for one in rows]


def measures() -> QuerySet[Measure]:
    """The measures to which something settled can belong: those of plans in force."""
    return (
        Measure.objects.filter(plan__state=Plan.State.IN_FORCE)
        .select_related("plan")
        .order_by("plan__made_at", "place")
    )
