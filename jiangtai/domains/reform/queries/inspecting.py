"""Inspections as pages ask for them: those of one's own units, and those on which one is sent."""

from typing import Any
from uuid import UUID

from django.db.models import Case as DbCase
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from jiangtai.access import Account, Acting, Unit
from jiangtai.flows import Case, subjects
from jiangtai.kernel import clock

from ..models import Inspection, InspectionFinding, Inspector, PointResult, PolicyPaper, Visit
from ..rules import inspecting as rules
from . import library

FLOW = "reform.RectifyFinding"
STATES = (
    ("made", "待发整改通知"), ("rectify", "整改中"), ("late", "超期未改"), ("recheck", "待复查"), ("close", "待销号"),
    ("closed", "已销号"),
)  # fmt: skip
_UNSEEN = (Inspection.State.DRAFT, Inspection.State.DROPPED)
MOST_POOL = 20_000


def seen(who: Acting) -> QuerySet[Inspection]:
    """The inspections of units within reach, and those on which this account is sent once they run."""
    rows = Inspection.unscoped.select_related("unit")
    if who.reach.is_everything:
        return rows
    sent = Inspector.objects.filter(inspection=OuterRef("pk"), account=who.actor)
    return rows.filter(Q(unit__path__within=who.reach) | Q(Exists(sent)) & ~Q(state__in=_UNSEEN))


def counted(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """With how many units are to be seen, were seen, and what was found and put right."""
    found = InspectionFinding.objects.filter(visit__inspection=OuterRef("pk")).order_by().values("visit__inspection")
    closed = found.filter(closed_on__isnull=False)
    return rows.annotate(
        planned=Count("visits", distinct=True),
        visited=Count("visits", filter=Q(visits__visited_on__isnull=False), distinct=True),
        made=Coalesce(Subquery(found.annotate(n=Count("pk")).values("n")), 0),
        closed=Coalesce(Subquery(closed.annotate(n=Count("pk")).values("n")), 0),
    )


def is_sent(one: Inspection, who: Acting) -> bool:
    """Whether this account inspects, or prepares the inspection."""
    if who.may("inspections.change") and (who.reach.is_everything or who.reach.holds(one.unit.path)):
        return True
    return who.may("inspections.record") and one.inspectors.filter(account=who.actor).exists()


def findings(who: Acting) -> QuerySet[Any]:
    """The findings of inspections that one sees, and those at one's own units; each with its state."""
    rows = InspectionFinding.objects.select_related("visit__unit", "visit__inspection", "point")
    if not who.reach.is_everything:
        own = Q(visit__unit__path__within=who.reach) & Q(case__isnull=False)
        rows = rows.filter(Q(visit__inspection__in=seen(who).values("pk")) | own)
    return stated(rows)


def stated(rows: QuerySet[Any]) -> QuerySet[Any]:
    """These findings with where each stands."""
    case = Case.unscoped.filter(pk=OuterRef("case"))
    rows = rows.annotate(case_step=Subquery(case.values("step")[:1]), case_number=Subquery(case.values("number")[:1]))
    return rows.annotate(
        stage=DbCase(
            When(closed_on__isnull=False, then=Value("closed")),
            When(case__isnull=True, then=Value("made")),
            When(case_step__in=("recheck", "close"), then=F("case_step")),
            When(due__lt=clock.today(), then=Value("late")),
            default=Value("rectify"),
        )
    )


def counts(one: Inspection) -> dict[str, int]:
    """How many of an inspection's findings stand where."""
    rows = (
        stated(InspectionFinding.objects.filter(visit__inspection=one))
        .order_by()
        .values("stage")
        .annotate(n=Count("pk"))
    )
    return {row["stage"]: row["n"] for row in rows}


def pool(kind: str, who: Acting) -> list[Unit]:
    """The units out of which is drawn."""
    rows = Unit.objects.filter(kind=kind, state=Unit.State.ACTIVE)
    return list(rows.order_by("code", "pk")[: MOST_POOL + 1])


def kinds() -> list[tuple[str, str]]:
    """The kinds of unit that can be drawn from."""
    return [(value, label) for value, label in Unit.Kind.choices if value not in ("district", "city", "province")]


def redrawn(one: Inspection) -> bool:
    """Whether the kept seed and list, drawn again, come to the very units that stand there."""
    there = {str(pk) for pk in one.visits.values_list("unit", flat=True)}
    return set(rules.drawn(one.seed, one.pool, len(there))) == there


def draws(one: Inspection) -> tuple[int, int]:
    """How often the office drew in the year in which one was drawn, and how many of those draws were given up."""
    year = one.drawn_on.year if one.drawn_on else clock.today().year
    rows = Inspection.unscoped.filter(unit=one.unit_id, drawn_on__year=year)
    return rows.count(), rows.filter(state=Inspection.State.DROPPED).count()


def papers() -> QuerySet[PolicyPaper]:
    """The papers by which one may inspect: those in force."""
    rows: Any = library.standing(PolicyPaper.unscoped.all())
    found: QuerySet[PolicyPaper] = rows.filter(standing__in=library.rules.VALID).order_by("-issued_on", "pk")
    return found


def account_of(name: str, body: str) -> UUID | None:
    """The one office account of this name at a unit of this name."""
    rows = Account.objects.filter(name=name, is_active=True)
    found = list(rows.filter(Q(unit__name=body) | Q(unit__short_name=body))[:2]) if body else []
    return found[0].pk if len(found) == 1 else None


def told(one: Inspection) -> rules.Told:
    """What the report counts."""
    visits = Visit.objects.filter(inspection=one)
    done = visits.filter(visited_on__isnull=False)
    rows = PointResult.objects.filter(visit__in=done).order_by().values("result").annotate(n=Count("pk"))
    marks = {row["result"]: row["n"] for row in rows}
    labels = dict(STATES)
    found: Any = stated(InspectionFinding.objects.filter(visit__inspection=one)).select_related("visit__unit")
    lines = [
        rules.Seen(str(row.visit.unit), row.text, labels[row.stage], row.in_time)
        for row in found.order_by("visit__place", "point__place")
    ]
    return rules.Told(
        visits.count(), done.count(), marks.get("meets", 0), marks.get("fails", 0), marks.get("none", 0), lines
    )


def finding_of(case: Case) -> InspectionFinding:
    """What a case puts right."""
    return InspectionFinding.objects.select_related("visit__unit", "visit__inspection", "point").get(pk=case.subject)


def inspectors_of(case: Case) -> list[Account]:
    """Who found it: the inspectors who were there, as far as they have an account."""
    ids = finding_of(case).visit.inspectors.filter(account__isnull=False).order_by("place").values("account")
    return list(Account.objects.filter(pk__in=ids, is_active=True).order_by("pk"))


def answered_on(case: Case) -> Any:
    """On which day the unit last said that it was put right."""
    last = case.decisions.filter(step="rectify").order_by("-made_at", "-id").first()
    return clock.day_of(last.made_at) if last else clock.today()


def titles(ids: Any) -> dict[UUID, str]:
    """What the cases of findings are about."""
    rows = InspectionFinding.objects.filter(pk__in=ids).values_list("pk", "text", "visit__unit__name")
    return {pk: f"{unit}：{text[:40]}" for pk, text, unit in rows}


subjects.names_subjects("finding", titles)
