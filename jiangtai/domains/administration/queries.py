"""What the pages of administration look up."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from jiangtai.access import Acting, AuditEntry, Inquiry, Liaison, Unit, units
from jiangtai.kernel import clock, row_with, workdays
from jiangtai.web import Hit, searchable


@searchable("单位", "units.view")
def unit_hits(acting: Acting, text: str) -> list[Hit]:
    """The units a search finds, with where they stand."""
    found = list(units.search(text).select_related("parent")[:50])
    return [Hit(unit.name, _place(unit), reverse("units.show", args=[unit.pk]), id=str(unit.pk)) for unit in found]


def unit_of(text: str) -> Unit | None:
    """The unit within reach with this id; None for what is no id."""
    return row_with(Unit.objects.all(), text)


def find_unit(text: str) -> Unit | None:
    """The active unit within reach that an id, a name or a code names."""
    return units.named(Unit.objects.filter(state=Unit.State.ACTIVE), text)


def name_of_unit(text: str) -> str:
    """The name of the unit within reach with this id."""
    return units.name_of(Unit.objects.all(), text)


def child_counts(parents: Iterable[Unit]) -> dict[uuid.UUID, int]:
    """How many active units stand right under each; under a unit within reach, nothing is out of reach."""
    rows = Unit.unscoped.filter(parent__in=list(parents), state=Unit.State.ACTIVE)
    return dict(rows.values_list("parent").annotate(number=Count("*")).order_by())


def open_inquiries(acting: Acting) -> QuerySet[Inquiry]:
    """What units within reach are still asked."""
    return Inquiry.objects.filter(Inquiry.OPEN).select_related("unit")


def liaison_of(unit: Unit) -> Liaison | None:
    """The unit's liaison officer now."""
    return Liaison.objects.filter(Liaison.NOW, unit=unit).first()


def light(inquiry: Inquiry, calendar: Any) -> tuple[str, str]:
    """The tone and the words for the days an inquiry has left."""
    tones = {"green": "ok", "amber": "warn", "red": "bad"}
    today = clock.today()
    return tones[workdays.light(today, inquiry.due, calendar)], workdays.remaining(today, inquiry.due, calendar)


def _place(unit: Unit) -> str:
    parent = str(unit.parent) if unit.parent else "最上级"
    return f"{unit.get_kind_display()} · {parent}" + (f" · {unit.code}" if unit.code else "")


def own_entries(acting: Acting) -> list[AuditEntry]:
    """The last things the audit says of one's own account."""
    return list(AuditEntry.objects.filter(actor=acting.actor).order_by("-made_at")[:20])
