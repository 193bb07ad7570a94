"""What is known of a unit as an employer."""

from jiangtai.access import Unit, audit

from . import reading
from .models import Employer


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
