"""The blacklist of employers: it bars a firm and whoever answered for it, for a term, and never its workers."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from jiangtai import ledger
from jiangtai.access import Unit, audit
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, EmployerId, FactId, FactRow, PersonId, UnitId

from .employers import responsibles_of
from .facts import (
    DelistingReason,
    EmployerBlacklisted,
    EmployerDelisted,
    ListingReason,
    ResponsibleBarred,
    ResponsibleReleased,
)


def enlist(
    unit: Unit,
    *,
    why: ListingReason,
    decision: str,
    until: date,
    on: date | None = None,
    responsibles: Iterable[UUID] | None = None,
    cause: Cause | None = None,
) -> FactId:
    """Put an employer on the blacklist until a day, and bar whoever answers for it on the day of the decision."""
    day = on or clock.today()
    _check_term(day, until)
    with transaction.atomic():
        _take_lock(unit.pk)
        if listing := listing_of(unit.pk, day):
            raise ValidationError({"unit": f"“{unit}”已在黑名单中，期满日 {listing.until}，不必重复列入"})
        cause = cause or Cause.act("列入黑名单")
        listed = EmployerBlacklisted(
            employer=EmployerId(unit.pk), why=why, decision=decision, until=until, unit=UnitId(unit.pk), on=day
        )
        fact = ledger.append(listed, cause=cause)
        for person in _answering(unit, day, responsibles):
            barred = ResponsibleBarred(person=PersonId(person), listing=fact, until=until, unit=UnitId(unit.pk), on=day)
            ledger.append(barred, cause=cause)
        audit.record("employer.listed", target=unit, details={"why": why.value, "decision": decision})
    return fact


def delist(
    listing: FactRow, *, why: DelistingReason, decision: str, on: date | None = None, cause: Cause | None = None
) -> FactId:
    """Take an employer off before its term is over, and whoever was barred with it."""
    day = on or clock.today()
    if not listing.day <= day <= clock.today():
        raise ValidationError({"on": f"移出日期应在 {listing.day} 至 {clock.today()} 之间，这里是 {day}"})
    with transaction.atomic():
        _take_lock(listing.subject)
        cause, where = cause or Cause.act("移出黑名单"), UnitId(listing.unit_id)
        off = EmployerDelisted(
            employer=EmployerId(listing.subject),
            listing=FactId(listing.pk),
            why=why,
            decision=decision,
            unit=where,
            on=day,
        )
        fact = ledger.append(off, cause=cause)
        for bar in bars_of(listing.pk).current(day):
            released = ResponsibleReleased(person=PersonId(bar.subject), bar=FactId(bar.pk), unit=where, on=day)
            ledger.append(released, cause=cause)
        details = {"why": why.value, "decision": decision}
        audit.record("employer.delisted", target=Unit.unscoped.get(pk=listing.unit_id), details=details)
    return fact


def is_barred(employer: UUID, on: date | None = None) -> bool:
    """Whether an employer stands on the blacklist on a day."""
    return ledger.every(EmployerBlacklisted).of(employer).current(on).exists()


def is_person_barred(person: UUID, on: date | None = None) -> bool:
    """Whether a person is barred on a day as one who answered for a listed employer; working for one bars nobody."""
    return ledger.every(ResponsibleBarred).of(person).current(on).exists()


def listing_of(employer: UUID, on: date | None = None) -> FactRow | None:
    """The entry by which an employer stands on the blacklist on a day."""
    return ledger.every(EmployerBlacklisted).of(employer).current(on).first()


def bars_of(listing: UUID) -> ledger.FactSet:
    """Whom an entry bars with the employer."""
    return ledger.every(ResponsibleBarred).filter(payload__listing=str(listing))


def _answering(unit: Unit, day: date, named: Iterable[UUID] | None) -> set[UUID]:
    return set(named) if named is not None else {one.person_id for one in responsibles_of(unit.pk, day)}


def _check_term(day: date, until: date) -> None:
    if day > clock.today():
        raise ValidationError({"on": f"列入日期 {day} 还没有到，请到当天再办理"})
    if until <= day:
        raise ValidationError({"until": f"期满日 {until} 应晚于列入日期 {day}，请核对"})


def _take_lock(employer: UUID) -> None:
    """Two who list or delist the same employer come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 73))", [str(employer)])
