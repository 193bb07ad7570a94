"""What waits for someone, what they did, what is over, and what they began: 待办, 已办, 办结, 我发起的."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiangtai.access import Acting, Unit

from .engine import seen_by
from .hiding import hidden_flows, without_hidden
from .models import Case, Seat


def waiting(who: Acting) -> QuerySet[Seat]:
    """The seats that wait for this account at its present post, the most urgent first."""
    if who.account is None:
        return Seat.objects.none()
    mine = Q(account=who.account)
    if who.unit is not None:
        mine |= Q(unit=who.unit, role__in=list(who.roles), account__isnull=True)
    rows = without_hidden(Seat.objects.filter(mine, state=Seat.State.OPEN), who, "case__")
    return rows.select_related("case__unit", "case__round", "unit").order_by("due", "id")


def next_after(case: Case, who: Acting) -> Seat | None:
    """What waits next for whoever has just answered at a case: first the same step of the same flow, then the rest."""
    last = case.seats.filter(done_by=who.account, state=Seat.State.DONE).order_by("-done_at", "-id").first()
    if last is None or who.account is None:
        return None
    rows = waiting(who).exclude(case=case)
    return rows.filter(case__flow=case.flow, step=last.step).first() or rows.first()


def done(who: Acting) -> QuerySet[Seat]:
    """The seats that this account answered, the latest first."""
    rows = Seat.objects.filter(done_by=who.account, state__in=(Seat.State.DONE, Seat.State.RECUSED))
    rows = without_hidden(rows, who, "case__")
    return rows.select_related("case__unit", "case__round", "unit").order_by("-done_at", "-id")


def over(who: Acting) -> QuerySet[Case]:
    """The cases in which this account took part and which are over.

    Both questions are put to small indexes, so that counting reads no case: a million of them are over.
    """
    took_part = Seat.objects.filter(done_by=who.account).values("case")
    goes_on = Case.unscoped.filter(pk=OuterRef("pk"), state=Case.State.OPEN)
    rows = Case.unscoped.filter(~Exists(goes_on), pk__in=took_part)
    return without_hidden(rows, who).select_related("unit", "round").order_by("-ended_at", "-id")


def number_over(who: Acting) -> int:
    """How many those are: the cases in which this account took part, less those that go on; no case is read."""
    if hidden_flows():
        return over(who).order_by().count()
    took_part = Seat.objects.filter(done_by=who.account).order_by().values("case").distinct()
    going_on = took_part.filter(case__in=Case.unscoped.filter(state=Case.State.OPEN).values("pk"))
    return took_part.count() - going_on.count()


def begun(who: Acting) -> QuerySet[Case]:
    """The cases that this account opened."""
    rows = without_hidden(Case.unscoped.filter(opened_by=who.account), who)
    return rows.select_related("unit", "round").order_by("-made_at", "-id")


def overseen(who: Acting) -> QuerySet[Case]:
    """Every case about a unit within reach, or about a firm that a union within reach serves."""
    if who.reach.is_everything:
        return without_hidden(Case.unscoped.all(), who)
    served = Unit.unscoped.filter(unions__path__within=who.reach).values("pk")
    return without_hidden(Case.unscoped.filter(Q(unit__path__within=who.reach) | Q(unit__in=served)), who)


def seen(who: Acting) -> QuerySet[Case]:
    """Every case that this account may open."""
    return without_hidden(Case.unscoped.filter(seen_by(who)), who).select_related("unit", "round__host", "opened_by")
