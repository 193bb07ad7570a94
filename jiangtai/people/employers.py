"""What is known of a unit as an employer."""

from datetime import date

from django.core.exceptions import ValidationError

from jiangtai.access import Unit, audit
from jiangtai.kernel import clock

from . import industries, reading
from .models import Employer


def employer_of(unit: Unit) -> Employer:
    """What is known of a unit as an employer; an unsaved empty row before anybody said anything."""
    return Employer.unscoped.filter(pk=unit.pk).first() or Employer(unit=unit)


def describe(
    unit: Unit, *, industry: str = "", ownership: str = "", size: str = "", since: date | None = None
) -> Employer:
    """Say in which industry a unit works, since when, who owns it, and how large it is."""
    reading.require(unit)
    if since and since > clock.today():
        raise ValidationError({"since": f"{since} 还没有到，请到当天再填"})
    values = {"industry": industry.strip().upper(), "ownership": ownership, "size": size}
    employer = employer_of(unit)
    changed = {field: [getattr(employer, field), value] for field, value in values.items()
               if getattr(employer, field) != value}  # fmt: skip
    if "industry" in changed or (since and values["industry"]):
        last = industries.industries_of(unit.pk)
        if since and last and since < last[0].since:
            raise ValidationError({"since": f"行业自 {last[0].since} 起已有登记，起始日期不能更早"})
        industries.set_industry(unit, values["industry"], since)
    if changed:
        Employer.unscoped.update_or_create(pk=unit.pk, defaults=values)
        audit.record("employer.changed", target=unit, details=changed)
    return employer_of(unit)
