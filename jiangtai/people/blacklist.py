"""The blacklist of employers: it bars a firm and whoever answered for it, for a term, and never its workers."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from jiangtai import ledger
from jiangtai.access import Unit, audit
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, EmployerId, FactId, FactRow, PersonId, UnitId

from .facts import (
    DelistingReason,
    EmployerBlacklisted,
    EmployerDelisted,
    InvestigationClosed,
    InvestigationOpened,
    ListingReason,
    ResponsibleBarred,
    ResponsibleReleased,
)
from .models import NOW, Responsible


def investigate(unit: Unit, *, why: ListingReason, decision: str, caused: date, on: date | None = None) -> FactId:
    """Begin to look into an employer for the blacklist: until it is over, nobody stops answering for it."""
    day = on or clock.today()
    _check_cause(caused, day)
    with transaction.atomic():
        take_lock(unit.pk)
        if standing := investigation_of(unit.pk, day):
            raise ValidationError({"unit": f"“{unit}”已在核查中（{standing.fact.decision}），不必重复立案"})
        opened = InvestigationOpened(
            employer=EmployerId(unit.pk), why=why, decision=decision, caused=caused, unit=UnitId(unit.pk), on=day
        )
        fact = ledger.append(opened, cause=Cause.act("列入核查"))
        audit.record("employer.investigated", target=unit, details={"why": why.value, "decision": decision})
    return fact


def close_investigation(opened: FactRow, *, reason: str = "", on: date | None = None) -> FactId:
    """An employer is no longer looked into; who answers for it may change again, unless it was listed."""
    with transaction.atomic():
        take_lock(opened.subject)
        fact = _close(opened, on or clock.today())
        unit = Unit.unscoped.get(pk=opened.unit_id)
        audit.record("employer.cleared", target=unit, reason=reason)
    return fact


def enlist(
    unit: Unit,
    *,
    why: ListingReason,
    decision: str,
    until: date,
    caused: date | None = None,
    on: date | None = None,
    cause: Cause | None = None,
) -> FactId:
    """Put an employer on the blacklist until a day, and bar whoever answered for it on the day of the cause."""
    day = on or clock.today()
    caused = caused or day
    _check_term(day, until)
    _check_cause(caused, day)
    with transaction.atomic():
        take_lock(unit.pk)
        if listing := listing_of(unit.pk, day):
            raise ValidationError({"unit": f"“{unit}”已在黑名单中，期满日 {listing.until}，不必重复列入"})
        _refuse_unsettled(unit, caused)
        cause = cause or Cause.act("列入黑名单")
        listed = EmployerBlacklisted(
            employer=EmployerId(unit.pk), why=why, decision=decision, until=until, unit=UnitId(unit.pk),
            caused=caused, on=day,
        )  # fmt: skip
        fact = ledger.append(listed, cause=cause)
        if opened := investigation_of(unit.pk):
            _close(opened, clock.today())
        for person in _answering(unit, caused):
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
        take_lock(listing.subject)
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


def investigation_of(employer: UUID, on: date | None = None) -> FactRow | None:
    """By what an employer is being looked into on a day."""
    return ledger.every(InvestigationOpened).of(employer).current(on).first()


def bars_of(listing: UUID) -> ledger.FactSet:
    """Whom an entry bars with the employer."""
    return ledger.every(ResponsibleBarred).filter(payload__listing=str(listing))


def _answering(unit: Unit, day: date) -> set[UUID]:
    from .responsibles import responsibles_of

    return {one.person_id for one in responsibles_of(unit.pk, day)}


def _refuse_unsettled(unit: Unit, day: date) -> None:
    """Who answered that day must be certain before anybody is barred for it."""
    rows = Responsible.unscoped.filter(NOW, unit=unit, state=Responsible.State.PROPOSED, since__lte=day)
    if number := rows.count():
        raise ValidationError({"unit": f"“{unit}”有 {number} 名责任人的登记待确认，请先确认或退回，再列入黑名单"})


def _close(opened: FactRow, day: date) -> FactId:
    closed = InvestigationClosed(
        employer=EmployerId(opened.subject), investigation=FactId(opened.pk), unit=UnitId(opened.unit_id), on=day
    )
    return ledger.append(closed, cause=Cause.act("核查结束"))


def _check_cause(caused: date, day: date) -> None:
    if caused > day:
        raise ValidationError({"caused": f"事由发生日 {caused} 晚于办理日期 {day}，请核对"})


def _check_term(day: date, until: date) -> None:
    if day > clock.today():
        raise ValidationError({"on": f"列入日期 {day} 还没有到，请到当天再办理"})
    if until <= day:
        raise ValidationError({"until": f"期满日 {until} 应晚于列入日期 {day}，请核对"})


def take_lock(employer: UUID) -> None:
    """Two who list an employer, or change who answers for it, come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 73))", [str(employer)])
