"""What a reporting round (调度) asks of a unit, what is known of it already, and how far the rounds are."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from jiangtai.access import Unit, links
from jiangtai.flows import Case, Known, Round, Seat

from ..models import Report, Task
from ..rules.lights import Tone
from ..rules.plans import cut
from . import knowing, tasks

FLOW = "reform.ReportProgress"
_LABEL, _PROMISED = 50, 200
_SOURCE = "台账、办件和材料"
_UNCHANGED, _NARRATIVE = "较上期无变化：", 600


def units_asked(today: date) -> QuerySet[Unit]:
    """The units that have a task under way."""
    open_now = Task.unscoped.filter(state=Task.State.OPEN, since__lte=today)
    return Unit.unscoped.filter(pk__in=open_now.values("unit"), state=Unit.State.ACTIVE).order_by("rank", "number")


def asked(case: Case) -> list[Task]:
    """The unit's tasks that a case asks about: those that were there when it was opened, and are still open."""
    rows = tasks.listed(_of(case).filter(state=Task.State.OPEN))
    return sorted(rows, key=lambda one: (one.due is None, one.due or date.max, one.pk))


def _of(case: Case) -> QuerySet[Task]:
    return Task.unscoped.filter(unit=case.unit, made_at__lte=case.made_at)


def papers(case: Case) -> dict[Any, str]:
    """What each task's evidence is called among the documents of a case: its words, told apart where two are alike."""
    named: dict[Any, str] = {}
    used: dict[str, int] = {}
    for pk, title in _of(case).order_by("pk").values_list("pk", "title"):
        words = f"佐证：{title[:_LABEL]}"
        used[words] = used.get(words, 0) + 1
        named[pk] = words if used[words] == 1 else f"{words}（{used[words]}）"
    return named


def last_reports(rows: Iterable[Task]) -> dict[Any, Report]:
    """The last accepted report of each task."""
    last: dict[Any, Report] = {}
    for one in Report.unscoped.filter(task__in=list(rows)).order_by("accepted_on", "id"):
        last[one.task_id] = one
    return last


def known_of(case: Case, rows: Iterable[Task]) -> dict[str, Known]:
    """What the house knows of each task, by the form's fields: the last report and what came since, with the source."""
    rows, found = list(rows), {}
    last = last_reports(rows)
    here = knowing.of_tasks(case.unit, rows, last)
    for task in rows:
        report, known, end = last.get(task.pk), here[task.pk], task.pk.hex
        if ticked := [one.value for one in known.items if one.is_ticked][: knowing.OFFERED]:
            found[f"known_{end}"] = Known(ticked, _SOURCE)
        if report is None:
            if known.words:
                found[f"narrative_{end}"] = Known(known.words, _SOURCE)
            continue
        source = f"上期报送（{report.period}，{report.reported_on}）"
        if known.words and tasks.light_of(task).tone != Tone.RED:
            found[f"says_{end}"] = Known(report.says, source)
        found[f"narrative_{end}"] = _proposed(report, known, source)
        if report.problem:
            found[f"problem_{end}"] = Known(report.problem, source)
        if report.coming:
            found[f"coming_{end}"] = Known(report.coming, source)
    return found


def _proposed(report: Report, known: knowing.Known, source: str) -> Known:
    """A narrative to be edited: what was promised and what came since; where nothing came, what was said last time."""
    if not known.words:
        return Known(as_before(report)["narrative"], source)
    if not report.coming:
        return Known(known.words, _SOURCE)
    promised = cut(report.coming, _PROMISED).rstrip("。；")
    return Known(f"上期计划：{promised}。{known.words}", f"{source}，{_SOURCE}")


def may_be_same(task: Task, report: Report | None, known: knowing.Known) -> bool:
    """Whether it can be true that nothing has changed: it was reported, nothing is known since, and it is not red."""
    was_going_on = report is not None and report.says != Report.Says.DONE
    return was_going_on and not known.words and tasks.light_of(task).tone != Tone.RED


def as_before(report: Report) -> dict[str, str]:
    """What was said last time, by the form's fields."""
    return {
        "says": report.says, "narrative": _bare(report.narrative),
        "problem": report.problem, "coming": report.coming,
    }  # fmt: skip


def unchanged(narrative: str) -> str:
    """The same narrative once more, saying once that nothing has changed."""
    return cut(f"{_UNCHANGED}{_bare(narrative)}", _NARRATIVE)


def _bare(narrative: str) -> str:
    return narrative.removeprefix(_UNCHANGED)


def open_parts(rows: Iterable[Task]) -> dict[Any, int]:
    """How many open tasks each was divided into."""
    found = Task.unscoped.filter(parent__in=list(rows), state=Task.State.OPEN).order_by().values("parent")
    return {row["parent"]: row["number"] for row in found.annotate(number=Count("pk"))}


def ways(case: Case) -> set[str]:
    """Whether what was checked goes before the leading group: the round settled it."""
    to_leaders = bool(case.round and case.round.terms.get("to_leaders"))
    return {"report", "note" if to_leaders else "accepted"}


def rounds() -> QuerySet[Round]:
    """The reporting rounds, with how many units were asked, still have to report, wait for a check, and are done."""
    rows = Round.unscoped.filter(flow=FLOW)
    return rows.annotate(
        asked=Count("cases", filter=~Q(cases__state="withdrawn")),
        reporting=Count("cases", filter=Q(cases__state="open", cases__step="report")),
        checking=Count("cases", filter=Q(cases__state="open", cases__step__in=("check", "note"))),
        ended=Count("cases", filter=Q(cases__state="ended")),
        last_end=Max("cases__ended_at"),
    ).select_related("host")


def links_of(seats: Iterable[Seat]) -> dict[Any, datetime]:
    """By seat until when the link that was made for it opens."""
    return links.open_until("seat", [one.pk for one in seats])


def cases(held: Round) -> QuerySet[Case]:
    """The cases of a round, one for each unit."""
    return Case.unscoped.filter(round=held).exclude(state="withdrawn").select_related("unit", "round")


def unreported(held: Round) -> QuerySet[Seat]:
    """Where a round still waits for a unit's report."""
    rows = Seat.objects.filter(case__in=cases(held), step="report", state=Seat.State.OPEN)
    return rows.select_related("unit", "case").order_by("unit__rank", "unit__number")
