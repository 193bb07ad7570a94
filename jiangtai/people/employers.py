"""What is known of a unit as an employer, and who answers for it."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from jiangtai.access import Unit, audit
from jiangtai.kernel import clock

from . import reading
from .models import NOW, Employer, Person, Responsible, holding

_FIELDS = ("industry", "ownership", "size")


def employer_of(unit: Unit) -> Employer:
    """What is known of a unit as an employer; an unsaved empty row before anybody said anything."""
    return Employer.unscoped.filter(pk=unit.pk).first() or Employer(unit=unit)


def describe(unit: Unit, *, industry: str = "", ownership: str = "", size: str = "") -> Employer:
    """Say in which industry a unit works, who owns it, and how large it is."""
    reading.require(unit)
    values = {"industry": industry.strip().upper(), "ownership": ownership, "size": size}
    employer = employer_of(unit)
    changed = {field: [getattr(employer, field), value] for field, value in values.items()
               if getattr(employer, field) != value}  # fmt: skip
    if changed:
        Employer.unscoped.update_or_create(pk=unit.pk, defaults=values)
        audit.record("employer.changed", target=unit, details=changed)
    return employer_of(unit)


def responsibles_of(unit: UUID, on: date | None = None) -> QuerySet[Responsible]:
    """Who answers for an employer on a day."""
    rows = Responsible.unscoped.filter(holding(on or clock.today()), unit=unit)
    return rows.select_related("person").order_by("role", "since")


def appoint(unit: Unit, person: Person, role: str, *, on: date | None = None) -> Responsible:
    """Let a person answer for an employer from a day on; a new legal representative follows the one before."""
    reading.require(unit)
    day = on or clock.today()
    with transaction.atomic():
        if role == Responsible.Role.LEGAL_REPRESENTATIVE:
            for before in Responsible.unscoped.select_for_update().filter(NOW, unit=unit, role=role):
                dismiss(before, on=day)
        try:
            with transaction.atomic():
                row = Responsible.unscoped.create(unit=unit, person=person, role=role, since=day)
        except IntegrityError as error:
            raise ValidationError({"person": f"这个人已是“{unit}”的{Responsible.Role(role).label}"}) from error
        audit.record("responsible.changed", target=unit, details={"person": str(person.pk), "role": role})
    return row


def dismiss(responsible: Responsible, *, on: date | None = None) -> None:
    """Let a person no longer answer for an employer."""
    day = on or clock.today()
    reading.require(responsible.unit)
    if day < responsible.since:
        raise ValidationError({"on": f"{day} 早于起始日期 {responsible.since}，请核对"})
    Responsible.unscoped.filter(NOW, pk=responsible.pk).update(until=day)
    details = {"person": str(responsible.person_id), "role": responsible.role, "until": str(day)}
    audit.record("responsible.changed", target=responsible.unit, details=details)
