"""Somebody died: employment and membership end, the account is let go, and nothing is sent; it can be undone."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from jiangtai import ledger
from jiangtai.access import Refused, accounts, audit
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, FactId, PersonId, UnitId

from . import keeping, reading, spells
from .facts import LeavingReason, PersonDied, UnionLeaving
from .models import NOW, Employment, Person, UnionMembership


def record_death(person: Person, on: date) -> Person:
    """Write down that somebody within reach died: an office that reaches the person says so."""
    with transaction.atomic():
        row = reading.held(person)
        if row.died_on:
            raise Refused(f"已登记于 {row.died_on} 去世，不必重复登记")
        return died(row, on, Cause.act("登记去世"))


def died(person: Person, on: date, cause: Cause) -> Person:
    """The same for whoever has been let in already; nothing where it is known. A later spell ends on its first day."""
    if on > clock.today():
        raise ValidationError({"on": f"{on} 还没有到，请核对"})
    row = reading.locked(person)
    if row.died_on:
        return row
    home = reading.unit_of(row.pk)
    for work in Employment.unscoped.filter(NOW, person=row).select_related("unit", "person"):
        spells.end_employment(work, LeavingReason.DIED, max(on, work.since), cause)
    for union in UnionMembership.unscoped.filter(NOW, person=row).select_related("unit", "person"):
        spells.end_membership(union, UnionLeaving.DIED, max(on, union.since), cause)
    fact = PersonDied(person=PersonId(row.pk), unit=UnitId(home.pk) if home else None, on=on)
    ledger.append(fact, cause=cause)
    account, row.account, row.died_on = row.account, None, on
    row.save(update_fields=("account", "died_on"))
    if account is not None:
        with keeping.as_keeper():
            accounts.disable(account, "本人去世")
    audit.record("person.died", target=row)
    return row


def take_back_death(person: Person, reason: str) -> Person:
    """The person lives: the fact is taken back; employment, membership and account are given again by who answers."""
    with transaction.atomic():
        row = reading.held(person)
        if row.died_on is None:
            raise Refused("没有登记过去世，不必撤销")
        for fact in ledger.every(PersonDied).of(row.pk).current():
            ledger.reverse(FactId(fact.pk), ledger.Why.WRONG_VALUE)
        row.died_on = None
        row.save(update_fields=("died_on",))
        audit.record("person.lives", target=row, reason=reason)
    return row
