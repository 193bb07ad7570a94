"""What the pages list: facts with what stands beside them, counted as persons and as items."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import Count, DecimalField, Exists, Min, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from jiangtai import ledger, people
from jiangtai.access import acting_as_job
from jiangtai.credentials import Credential
from jiangtai.flows import Case, engine
from jiangtai.kernel import clock
from jiangtai.ledger import FactRow, FactSet

from ..facts import AwardDue, FollowUpDone, HonorGranted, MentorAssigned, PlaqueGranted, Tier
from ..models import HonorTitle
from ..queries import HIDDEN, as_written, beside, names_seen, put

_RANK = models.Case(*(When(payload__tier=tier.value, then=Value(tier.rank)) for tier in Tier), default=Value(len(Tier)))


class Counted(NamedTuple):
    """Persons, each counted once; the honours they hold; and the persons by the highest tier that each holds."""

    persons: int
    items: int
    tiers: dict[Tier, int]


def with_ends(rows: FactSet, *enders: type) -> Any:
    """Each row with whether another fact has ended it."""
    if not enders:
        return rows.annotate(is_over=Value(False))
    return rows.annotate(is_over=Exists(ledger.every(*enders).filter(ends=OuterRef("pk"), day__lte=clock.today())))


def at_best(tier: Tier) -> QuerySet[FactRow, Any]:
    """The persons whose highest honour today is of this tier."""
    grouped = ledger.every(HonorGranted).current().order_by().values("subject").annotate(best=Min(_RANK))
    return grouped.filter(best=tier.rank).values("subject")


def counted(rows: FactSet) -> Counted:
    """How many persons and honours stand in these rows."""
    tiers = {tier.value: Count("subject", distinct=True, filter=Q(subject__in=at_best(tier))) for tier in Tier}
    found = rows.order_by().aggregate(persons=Count("subject", distinct=True), items=Count("pk"), **tiers)
    return Counted(found["persons"], found["items"], {tier: found[tier.value] for tier in Tier})


def money(rows: FactSet) -> tuple[int, Decimal]:
    """How many awards stand in these rows, and what they come to."""
    amount = Cast(KeyTextTransform("amount", "payload"), DecimalField(max_digits=14, decimal_places=2))
    found = rows.order_by().aggregate(number=Count("pk"), total=Sum(amount))
    return found["number"], found["total"] or Decimal(0)


def title_ids(*kinds: str) -> list[str]:
    """The titles of these kinds, as facts name them."""
    return [str(pk) for pk in HonorTitle.objects.filter(kind__in=kinds).values_list("pk", flat=True)]


def holder_counts() -> dict[str, int]:
    """How many hold each title or plaque today."""
    rows = ledger.every(HonorGranted, PlaqueGranted).current().order_by().values_list("payload__title")
    return dict(rows.annotate(number=Count("subject", distinct=True)))


def was_given(title: HonorTitle) -> bool:
    """Whether anybody was ever given a title."""
    return ledger.every(HonorGranted, PlaqueGranted).filter(payload__title=str(title.pk)).exists()


def tell_honors(rows: list[FactRow]) -> None:
    """The honour for which each award, mentor or follow-up stands; a payment names it by its award."""
    dues = FactRow.unscoped.in_bulk([row.fact.award for row in rows if hasattr(row.fact, "award")])
    wanted = {row.id: dues[row.fact.award].fact.honor if hasattr(row.fact, "award") else row.fact.honor for row in rows}
    honors = FactRow.unscoped.in_bulk(set(wanted.values()))
    for row in rows:
        put(row, honor=honors[wanted[row.id]].fact)


def tell_credentials(rows: list[FactRow]) -> None:
    """The certificate that came with each honour; the last, where it was issued anew."""
    written = as_written(rows)
    found = Credential.unscoped.filter(cause__in=list(written)).select_related("revocation").order_by("pk")
    issued = {written[one.cause]: one for one in found if one.cause}
    for row in rows:
        put(row, credential=issued.get(row.id))


def tell_issuers(rows: list[FactRow]) -> None:
    """Who gives the title of each honour, as the certificate says, else as the catalogue does."""
    issuers = {str(pk): issuer for pk, issuer in HonorTitle.objects.values_list("pk", "issuer")}
    for row in rows:
        issued = vars(row)["beside"]["credential"]
        put(row, issuer=issued.issuer if issued else issuers.get(row.payload["title"], ""))


def tell_cultivation(rows: list[FactRow]) -> None:
    """The latest mentor and the latest follow-up of each young talent."""
    for row in rows:
        put(row, mentor=None, mentor_name="", followed=None)
    by_id, written = {row.id: row for row in rows}, as_written(rows)
    about = ledger.every(MentorAssigned, FollowUpDone).filter(payload__honor__in=[str(one) for one in written])
    told = list(about.order_by("day", "id"))
    names = names_seen(one.fact.mentor for one in told if isinstance(one.fact, MentorAssigned))
    for one in told:
        row = by_id[written[one.fact.honor]]
        if isinstance(one.fact, MentorAssigned):
            put(row, mentor=one.fact, mentor_name=names.get(one.fact.mentor, HIDDEN))
        else:
            put(row, followed=one.fact)


def life_of(honor: FactRow) -> list[FactRow]:
    """What followed from an honour: award, payment, mentor, follow-ups, revocation; the latest first."""
    about, called = ledger.life(honor.subject), Q(payload__honor__in=[str(one) for one in as_written([honor])])
    awards = [str(row.id) for row in about.filter(called) if isinstance(row.fact, AwardDue)]
    found = about.filter(called | Q(payload__award__in=awards))
    return list(found.select_related("unit"))


def case_of(row: FactRow) -> Case | None:
    """The case from which a fact came."""
    if row.cause != "case" or row.cause_id is None:
        return None
    return Case.unscoped.filter(pk=row.cause_id).select_related("unit", "opened_unit").first()


def craftsmen() -> QuerySet[FactRow, Any]:
    """Who holds an honour now, each once with the highest tier: the highest first, then who was named first."""
    alive = people.Person.unscoped.filter(state=people.Person.State.REGISTERED).values("pk")
    rows = ledger.every(HonorGranted).current().filter(subject__in=alive).order_by().values("subject")
    return rows.annotate(best=Min(_RANK), first=Min("day")).order_by("best", "first", "subject")


def holding(title: str) -> QuerySet[FactRow, UUID]:
    """The persons who hold a title now."""
    held = ledger.every(HonorGranted).current().filter(payload__title=title)
    return held.order_by().values_list("subject", flat=True)


def holding_at(unit: str) -> QuerySet[FactRow, UUID]:
    """The persons who hold an honour now that they were given at a unit of this name."""
    held = ledger.every(HonorGranted).current().filter(unit__name__contains=unit)
    return held.order_by().values_list("subject", flat=True)


def honors_held(persons: Iterable[UUID]) -> dict[UUID, list[FactRow]]:
    """What these persons hold now, the highest first, each honour with its certificate."""
    rows = ledger.every(HonorGranted).of(*persons).current().select_related("unit").order_by("day", "id")
    held: dict[UUID, list[FactRow]] = {}
    for row in beside(beside(rows, tell_credentials), tell_issuers):
        held.setdefault(row.subject, []).append(row)
    for found in held.values():
        found.sort(key=lambda row: (row.fact.tier.rank, row.day))
    return held


def deed_of(honor: FactRow) -> dict[str, str]:
    """Trade and deed as they were shown to the public when the honour was given."""
    case = case_of(honor)
    if case is None:
        return {}
    with acting_as_job("匠心堂"):
        filled = engine.filled_at(case, "nominate")
    return {name: str(filled.get(name) or "") for name in ("trade", "deed")}
