"""Pilots as pages and flows ask for them: who may apply, the candidates side by side, pilots with their tasks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from jiangtai import people
from jiangtai.access import Acting, Grant, Unit
from jiangtai.flows import Case, Decision, Round, applicant, engine, seating, superior
from jiangtai.kernel import clock

from ..models import Measure, Pilot, PilotBatch, PilotReport, PilotType, Plan, Report, Task, YearlyList
from ..reading.pilots import Listed
from ..rules import pilots as rules
from ..rules.lights import Tone
from . import naming, plans, tasks

FLOW, REPORT = "reform.NamePilot", "reform.ReportPilot"
APPLICANTS = ("enterprise_union", "enterprise_hr", "liaison", "unit_admin", "union_officer", "school")
APPLIES, RECOMMENDS = applicant(*APPLICANTS), superior("union_officer", "unit_admin", "liaison")
KINDS = (Unit.Kind.ENTERPRISE, Unit.Kind.STREET, Unit.Kind.PARK, Unit.Kind.DEPARTMENT, Unit.Kind.SCHOOL,
         Unit.Kind.DISTRICT, Unit.Kind.CITY, Unit.Kind.INDUSTRY_UNION)  # fmt: skip
MOST = 500
FIRST = 50


# batches


def batches(who: Acting) -> QuerySet[PilotBatch]:
    """The batches that somebody may see: those in preparation only where they are prepared."""
    rows = PilotBatch.unscoped.select_related("unit")
    if not who.may("pilots.change"):
        rows = rows.exclude(state=PilotBatch.State.PREPARING)
    return rows


def counted(rows: QuerySet[PilotBatch]) -> QuerySet[PilotBatch]:
    """With how many may be named, how many were, and how many of them still are."""
    still = Q(pilots__state=Pilot.State.ACTIVE) & (Q(pilots__until__isnull=True) | Q(pilots__until__gte=clock.today()))
    types = PilotType.objects.order_by().values("batch")
    return rows.annotate(
        named=Count("pilots", distinct=True), going=Count("pilots", filter=still, distinct=True)
    ).annotate(quota=_summed(types))


def _summed(types: Any) -> Any:
    of = types.filter(batch=OuterRef("pk")).annotate(n=Sum("quota")).values("n")
    return Coalesce(Subquery(of, output_field=IntegerField()), 0)


def types(batch: PilotBatch) -> list[PilotType]:
    """The types of a batch, each with how many applied, how many wait where, and how many were named."""
    found: list[PilotType] = list(batch.types.select_related("round").annotate(named=Count("pilots")).order_by("place"))
    steps: dict[Any, Counter[str]] = {}
    rows = Case.unscoped.filter(round__in=[one.round_id for one in found if one.round_id]).exclude(state="withdrawn")
    for held, step, number in rows.order_by().values_list("round", "step").annotate(number=Count("pk")):
        steps.setdefault(held, Counter())[step] = number
    for one in found:
        one.steps = steps.get(one.round_id, Counter())  # type: ignore[attr-defined]
    return found


def open_types(who: Acting) -> list[PilotType]:
    """The types for which the unit of whoever asks may apply today."""
    unit = home(who)
    if unit is None:
        return []
    today = clock.today()
    rows = PilotType.objects.filter(round__state=Round.State.OPEN, round__opens__lte=today, round__closes__gte=today)
    found = rows.select_related("batch", "round").order_by("batch__closes", "place")
    return [one for one in found if not one.kinds or unit.kind in one.kinds]


def home(who: Acting) -> Unit | None:
    """The unit for which somebody acts: a union organisation acts for whom it serves."""
    return (who.unit.serves or who.unit) if who.unit else None


def kinds_said(kinds: Iterable[str]) -> str:
    """The kinds of unit that may apply, as users read them."""
    return "、".join(str(Unit.Kind(one).label) for one in kinds) or "各类单位"


# the flow


def type_of(case: Case) -> PilotType:
    """The type for which a case runs."""
    return PilotType.objects.select_related("batch").get(round=case.round_id)


def applying(case: Case) -> dict[str, Any]:
    """What `may_apply` asks of a case."""
    kind, today = type_of(case), clock.today()
    others = Case.unscoped.filter(subject=case.subject, flow=FLOW, state=Case.State.OPEN).exclude(pk=case.pk)
    rounds = kind.batch.types.exclude(pk=kind.pk).values("round")
    other = others.filter(round__in=rounds).select_related("round").first()
    return {
        "unit_kind": case.unit.kind,
        "kinds": kind.kinds,
        "kinds_said": kinds_said(kind.kinds),
        "is_pilot": going_on(Pilot.unscoped.filter(unit=case.unit_id)).exists(),
        "applies_for": str(other.round) if other else "",
        "is_barred": people.is_barred(case.unit_id, today),
        "is_named": kind.batch.state == PilotBatch.State.NAMED,
    }


def ways_up(case: Case) -> set[str]:
    """Whether an application goes to a level above, or, where nobody sits between, straight to the office."""
    return {"recommend"} if seating.levels_left(case, "recommend", RECOMMENDS) else {"assess"}


def ways_on(case: Case) -> set[str]:
    """Whether a level is left after the one that is asked now."""
    is_last = len(seating.levels_left(case, "recommend", RECOMMENDS)) <= 1
    return {"assess" if is_last else "recommend", "apply", "declined"}


def ranked(cases: list[Case]) -> dict[UUID, dict[str, Any]]:
    """What the order asks of each candidate: its marks."""
    filled = engine.filled_for(cases, "assess")
    return {
        pk: {"score": rules.total(marks), **{name: marks.get(name) for name, _, _ in rules.MARKS}}
        for pk, marks in filled.items()
    }


def candidates(kind: PilotType) -> list[dict[str, Any]]:
    """Everybody who applied for a type, side by side: who recommends, what the register knows, marks and place."""
    rows = Case.unscoped.filter(round=kind.round_id).exclude(state=Case.State.WITHDRAWN).select_related("unit", "round")
    cases = list(rows.order_by("place", "made_at")[:MOST]) if kind.round_id else []
    told, marks = engine.filled_for(cases, "apply"), ranked(cases)
    said: dict[UUID, list[str]] = {}
    levels = Decision.objects.filter(case__in=cases, step="recommend", outcome__in=("recommend", "assess"))
    for one in levels.select_related("unit").order_by("made_at", "id"):
        said.setdefault(one.case_id, []).append(str(one.unit or one.by_name))
    persons = workers(case.unit for case in cases)
    found = [
        {
            "case": case,
            "unit": case.unit,
            "step": engine.step_label(case, case.step),
            "project": told[case.pk].get("project", ""),
            "scheme": told[case.pk].get("scheme", ""),
            "by": "、".join(said.get(case.pk, [])),
            "workers": persons.get(case.unit_id, 0),
            "marks": marks[case.pk],
            "place": case.place,
        }
        for case in cases
    ]
    return sorted(found, key=lambda one: (one["place"] or MOST, -(one["marks"]["score"] or 0)))


def workers(units: Iterable[Unit]) -> dict[UUID, int]:
    """How many work at each of these units or below it today, by the register; one question for all."""
    wanted = list(units)
    within = Q(pk__in=[])
    for unit in wanted:
        within |= Q(unit__path__within=unit.reach)
    rows = people.Employment.unscoped.filter(people.holding(clock.today())).filter(within).order_by()
    counted = list(rows.values_list("unit__path").annotate(number=Count("person", distinct=True)))
    return {unit.pk: sum(n for path, n in counted if str(path).startswith(unit.path)) for unit in wanted}


def to_confirm(batch: PilotBatch) -> QuerySet[Case]:
    """The candidates on the proposed list, which wait for the leader."""
    rows = Case.unscoped.filter(round__in=batch.types.values("round"), step="confirm", state=Case.State.OPEN)
    return rows.select_related("unit", "round").order_by("round", "place")


# an earlier list


@dataclass(frozen=True)
class Line:
    """A line of an earlier list, its unit known."""

    type: str
    unit: Unit
    project: str = ""


def resolve(rows: Sequence[Listed]) -> tuple[list[Line], list[str]]:
    """The unit that each line means, by name, short name or code, else as plans are read; and what was not found."""
    exact = naming.units_called({one.unit for one in rows})
    loose = plans.meant({one.unit for one in rows if len(exact.get(one.unit, ())) != 1})
    known = Unit.unscoped.in_bulk([pk for one in loose.values() for pk in (one.unit, *one.candidates) if pk])
    lines: list[Line] = []
    errors: list[str] = []
    taken: dict[UUID, int] = {}
    for one in rows:
        meant, at = loose.get(one.unit), f"第 {one.line} 行“{one.unit[:30]}”"
        unit = (known.get(meant.unit) if meant.unit else None) if meant else exact[one.unit][0]
        if unit is None:
            like = [str(known[pk]) for pk in (meant.candidates if meant else ()) if pk in known][:3]
            hint = f"，是不是“{'”“'.join(like)}”" if like else ""
            errors.append(f"{at}：没有找到这个单位{hint}")
        elif unit.pk in taken:
            errors.append(f"{at}：与第 {taken[unit.pk]} 行是同一个单位")
        else:
            taken[unit.pk] = one.line
            lines.append(Line(one.type, unit, one.project))
    return lines, errors


# pilots


def going_on(rows: QuerySet[Pilot]) -> QuerySet[Pilot]:
    """Those that are pilots today."""
    return rows.filter(state=Pilot.State.ACTIVE).filter(Q(until__isnull=True) | Q(until__gte=clock.today()))


def seen(who: Acting) -> QuerySet[Pilot]:
    """The pilots within reach, and one's own; the list of all is published."""
    rows = Pilot.unscoped.select_related("batch", "type", "unit", "measure__plan")
    if who.reach.is_everything:
        return rows
    own = home(who)
    return rows.filter(Q(unit__path__within=who.reach) | Q(unit=own.pk if own else None))


def works_for(pilot: Pilot, who: Acting) -> bool:
    """Whether somebody writes a pilot's list and report: the pilot itself, or the office for one without an account."""
    if who.may("pilots.change"):
        return True
    return who.may("pilots.work") and who.unit is not None and pilot.unit_id in (who.unit.pk, who.unit.serves_id)


def people_of(unit: Unit) -> list[Any]:
    """Who acts for a pilot: at the unit itself, or at the union that serves it."""
    rows = Grant.objects.with_scopes_disabled().filter(Grant.HELD, Q(unit=unit) | Q(unit__serves=unit))
    held = rows.filter(role__in=APPLICANTS, account__is_active=True)
    return list({one.account_id: one.account for one in held.select_related("account")}.values())


def measures() -> QuerySet[Measure]:
    """The measures of plans in force."""
    return Measure.objects.filter(plan__state=Plan.State.IN_FORCE).order_by("plan", "place")


def with_tasks(rows: QuerySet[Pilot]) -> QuerySet[Pilot]:
    """Pilots with how many tasks their lists brought, and how many are done and late."""
    task = "lists__items__task"
    live = ~Q(**{f"{task}__state__in": tasks.CLOSED})
    open_now = Q(**{f"{task}__state": Task.State.OPEN})
    return rows.annotate(
        number=Count(task, filter=live & Q(**{f"{task}__isnull": False})),
        done=Count(task, filter=Q(**{f"{task}__state": Task.State.DONE})),
        late=Count(task, filter=open_now & Q(**{f"{task}__due__lt": clock.today()})),
    )


def tasks_of(pilot: Pilot, year: int | None = None) -> list[Any]:
    """The tasks that a pilot's lists brought, each with its light."""
    rows = Task.unscoped.filter(list_item__list__pilot=pilot)
    if year is not None:
        rows = rows.filter(list_item__list__year=year)
    return list(tasks.listed(rows.exclude(state=Task.State.CANCELLED)).order_by("due", "pk"))


def standings(pilot: Pilot, year: int) -> list[rules.TaskStanding]:
    """How each task of a pilot's yearly list stands today."""
    found = []
    for task in tasks_of(pilot, year):
        light = tasks.light_of(task)
        found.append(
            rules.TaskStanding(
                task.title,
                str(task.due or ""),
                light.label,
                light.why,
                task.state == Task.State.DONE,
                task.tone == Tone.RED,
            )
        )
    return found


def lists_of(pilot: Pilot) -> list[YearlyList]:
    """The yearly lists of a pilot, the newest first, each with its items."""
    return list(YearlyList.unscoped.filter(pilot=pilot).annotate(number=Count("items")).order_by("-year"))


# reports


def reports_of(pilot: Pilot) -> list[PilotReport]:
    """The yearly reports of a pilot, the newest first."""
    return list(PilotReport.unscoped.filter(pilot=pilot).order_by("-year"))


def number_of(batch: PilotBatch) -> int:
    """How many pilots a batch brought."""
    return Pilot.unscoped.filter(batch=batch).count()


def pilot_of(case: Case) -> Pilot:
    """The pilot that a report is asked of: of the batch and the unit that the case names."""
    assert case.round is not None
    rows = Pilot.unscoped.filter(batch=case.round.terms["batch"], unit=case.subject)
    return rows.select_related("batch", "type", "unit").get()


def year_of(case: Case) -> int:
    """The year of which a report tells."""
    assert case.round is not None
    return int(case.round.terms["year"])


def told_of(pilot: Pilot, year: int) -> str:
    """What was accepted of the tasks of a pilot's year, one line each, for the report to begin with."""
    last: dict[Any, Report] = {}
    rows = Report.unscoped.filter(task__list_item__list__pilot=pilot, task__list_item__list__year=year)
    for one in rows.select_related("task").order_by("accepted_on", "id"):
        last[one.task_id] = one
    return "\n".join(f"{one.task.title.rstrip('。')}：{one.narrative}" for one in last.values())[:2000]


def reports(who: Acting) -> QuerySet[PilotReport]:
    """The reports of pilots that somebody may see."""
    return PilotReport.unscoped.filter(pilot__in=seen(who)).select_related("pilot__unit", "pilot__batch")


def report_rounds(batch: PilotBatch) -> QuerySet[Round]:
    """When pilots of a batch were asked to report, the newest first, with how many were and how many are done."""
    rows = Round.unscoped.filter(flow=REPORT, terms__batch=str(batch.pk))
    return rows.annotate(
        asked=Count("cases", filter=~Q(cases__state="withdrawn")), ended=Count("cases", filter=Q(cases__state="ended"))
    ).order_by("-opens", "-pk")


def in_state(rows: QuerySet[Pilot], state: str) -> QuerySet[Pilot]:
    """Those that go on, were revoked, or ran out."""
    if state == "going":
        return going_on(rows)
    if state == "revoked":
        return rows.filter(state=Pilot.State.REVOKED)
    return rows.filter(Q(state=Pilot.State.EXPIRED) | Q(state=Pilot.State.ACTIVE, until__lt=clock.today()))


# the square


def published() -> QuerySet[PilotBatch]:
    """The batches whose list citizens may see."""
    return PilotBatch.unscoped.filter(is_public=True).select_related("unit").order_by("-named_on", "-pk")


def public_pilots(batches: Iterable[PilotBatch]) -> dict[UUID, list[Pilot]]:
    """The pilots of batches as their lists say, by the batch: those that were revoked are left out."""
    rows = Pilot.unscoped.filter(batch__in=list(batches)).exclude(state=Pilot.State.REVOKED)
    found: dict[UUID, list[Pilot]] = {}
    for one in rows.select_related("unit", "type").order_by("type__place", "place"):
        found.setdefault(one.batch_id, []).append(one)
    return found
