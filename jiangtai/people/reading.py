"""Who works where, who belongs to which union, and what the ledger tells of a person, now and on any day."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiangtai import ledger, vault
from jiangtai.access import Refused, Unit, current
from jiangtai.kernel import clock
from jiangtai.ledger import FactRow

from . import keeping
from .facts import EmploymentBegan, EmploymentEnded, PersonChanged, PersonRegistered, UnionJoined, UnionLeft
from .models import Employment, Person, UnionMembership, holding
from .scope import served_unit

_PLACED = (EmploymentBegan, EmploymentEnded, UnionJoined, UnionLeft, PersonRegistered, PersonChanged)


class Share(NamedTuple):
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """As a percentage with one decimal; nothing of nothing has none."""
        if not self.whole:
            return None
        return (Decimal(self.part) * 100 / self.whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def employments_of(person: UUID, on: date | None = None) -> list[Employment]:
    """Where a person works on a day, the longest-standing first."""
    rows = Employment.unscoped.filter(holding(on or clock.today()), person=person)
    return list(rows.select_related("unit").order_by("since", "id"))


def employment_of(person: UUID, on: date | None = None) -> Employment | None:
    """Where a person works on a day; of several employments the longest-standing."""
    return next(iter(employments_of(person, on)), None)


def membership_of(person: UUID, on: date | None = None) -> UnionMembership | None:
    """The union organisation a person belongs to on a day."""
    rows = UnionMembership.unscoped.filter(holding(on or clock.today()), person=person)
    return rows.select_related("unit").order_by("since", "id").first()


def unit_of(person: UUID, on: date | None = None) -> Unit | None:
    """Where a person belongs on a day: the employer, else the union; what a fact about the person names."""
    spell = employment_of(person, on) or membership_of(person, on)
    return spell.unit if spell else None


def workers_of(unit: Unit, on: date | None = None, *, below: bool = False) -> QuerySet[Person]:
    """Everyone who works for a unit on a day, with `below` for whatever stands under it too."""
    where = Q(unit__path__within=unit.reach) if below else Q(unit=unit)
    works = Employment.unscoped.filter(where, holding(on or clock.today()))
    return Person.unscoped.filter(pk__in=works.values("person"))


def share_of_production_workers(ids: Iterable[UUID], on: date | None = None) -> Share:
    """How many of these persons work at the front line on a day, of how many of whom it is known."""
    works = Employment.unscoped.filter(holding(on or clock.today()), person__in=set(ids), is_production__isnull=False)
    at_it = works.filter(is_production=True)
    return Share(*(rows.values("person").distinct().count() for rows in (at_it, works)))


def spells_of(kind: Any, person: Person) -> QuerySet[Any]:
    """Every employment or membership of a person, wherever, the latest first: for the person."""
    return kind.unscoped.filter(person=person).select_related("unit")


def spells_within_reach(kind: Any, person: Person) -> QuerySet[Any]:
    """Those of a person at units the reader reaches: where else somebody works is nobody's business."""
    where = memberships_within_reach() if kind is UnionMembership else within_reach()
    return kind.unscoped.filter(where, person=person).select_related("unit")


def life(person: Person) -> ledger.FactSet:
    """The whole life of a person in the ledger, the latest first."""
    return ledger.life(*ids_of(person.pk)).select_related("unit")


def own_life(person: Person, most: int | None = None) -> list[FactRow]:
    """The same for the person, who reads also what others could not: their account has no reach of its own."""
    with keeping.as_keeper():
        return life(person)[:most].opened()


def ids_of(person: UUID) -> list[UUID]:
    """All ids that were given out for one person: facts name the one that was known then."""
    found = dict(Person.unscoped.filter(Q(pk=person) | Q(merged_into=person)).values_list("pk", "merged_into"))
    if into := found.get(person):
        return ids_of(into)
    return [person, *(found.keys() - {person})]


def standing(person: UUID) -> UUID:
    """The id under which a person stands now, whichever was given out."""
    into = Person.unscoped.filter(pk=person).values_list("merged_into", flat=True).first()
    return into or person


def standing_among(persons: Iterable[UUID]) -> dict[UUID, UUID]:
    """Under which id each stands now, where it is another than the one that was given out."""
    rows = Person.unscoped.filter(pk__in=set(persons), merged_into__isnull=False)
    return dict(rows.values_list("pk", "merged_into"))


def life_within_reach(person: Person) -> QuerySet[FactRow]:
    """A person's life for an officer: other employers' hiring and leaving are left out, growth follows the person."""
    return life(person).filter(told_within_reach())


def told_within_reach() -> Q:
    """The facts of a life that an officer reads."""
    return ~Q(type__in=[ledger.declared(kind).key for kind in _PLACED]) | memberships_within_reach()


def reaches(unit: Unit) -> bool:
    """Whether whoever acts acts for this unit: within reach, or the firm that the acting union serves."""
    return current().reach.holds(unit.path) or unit.pk == served_unit()


def within_reach() -> Q:
    """Spells and facts at units one acts for: those within reach, and of the firm that the acting union serves."""
    reach = current().reach
    if reach.is_everything:
        return Q(pk__isnull=False)  # every row, without a look at where each is
    return Q(unit__path__within=reach) | Q(unit=served_unit())


def memberships_within_reach() -> Q:
    """Memberships of unions within reach, and of those that serve a firm within reach."""
    near = within_reach()
    return near if current().reach.is_everything else near | Q(unit__serves__path__within=current().reach)


def checks_within_reach() -> Q:
    """Checks of employers that one acts for, and those about no employer."""
    return within_reach() | Q(unit__isnull=True)


def require(unit: Unit) -> None:
    """Refuse who acts for another unit."""
    if not reaches(unit):
        raise Refused(f"“{unit}”不在您的范围内", "reach")


def held(person: Person | UUID) -> Person:
    """A person within the reader's scope, locked for a change."""
    row = Person.objects.filter(pk=_id(person)).first()
    if row is None:
        raise Refused("没有这名职工，或不在您的范围内", "reach")
    return locked(row)


def locked(person: Person | UUID) -> Person:
    """A person, locked for a change; whoever was erased is nobody any more."""
    row = Person.unscoped.select_for_update().filter(pk=_id(person)).first()
    if row is None or row.is_erased:
        raise Refused("没有这名职工，或已注销")
    return row


def _id(person: Person | UUID) -> UUID:
    return person.pk if isinstance(person, Person) else person


def lacking(rows: QuerySet[Person], name: str) -> QuerySet[Person]:
    """Those of these persons of whom a number is not known, asked by its look-up alone."""
    return rows.filter(lacks(name))


def lacks(name: str) -> Q:
    """Whether a number of a person is not known."""
    from . import keeping

    there = vault.Entry.objects.filter(subject=OuterRef("pk"), field=keeping.REVEALED[name], blind__isnull=False)
    return Q(~Exists(there))
