"""Saved groups: persons put together under a name, for a unit; added to, shown within scope, and thrown away."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from jiangtai.access import Refused, audit, current

from .models import Person, SavedGroup, SavedMember
from .scope import those

MOST_MEMBERS = 20_000


def saved_groups() -> QuerySet[SavedGroup]:
    """Those of the unit at which one acts."""
    unit = current().unit
    return SavedGroup.objects.filter(unit=unit) if unit is not None else SavedGroup.objects.none()


def save_group(name: str, people: Iterable[UUID]) -> tuple[SavedGroup, int]:
    """Put these persons, as far as one reaches them, into the unit's group of this name; how many are new in it."""
    who, name = current(), " ".join(name.split())
    if who.account is None or who.unit is None:
        raise Refused("须由单位的经办人办理")
    if not name:
        raise ValidationError({"name": "请填写名单的名称"})
    with transaction.atomic():
        group, _ = SavedGroup.unscoped.get_or_create(unit=who.unit, name=name, defaults={"owner": who.account})
        SavedGroup.unscoped.select_for_update().get(pk=group.pk)
        before = group.members.count()
        wanted = list(people)
        rows = those(wanted).filter(state=Person.State.REGISTERED).values_list("pk", flat=True)
        made = [SavedMember(group=group, person_id=one) for one in rows]
        SavedMember.objects.bulk_create(made, batch_size=2_000, ignore_conflicts=True)
        after = group.members.count()
        if after > MOST_MEMBERS:
            raise ValidationError(f"一份名单最多 {MOST_MEMBERS:,} 人，这样有 {after:,} 人，请分成几份")
        audit.record("group.saved", target=group, details={"added": after - before})
    return group, after - before


def members_of(group: SavedGroup) -> QuerySet[SavedMember]:
    """Who stands in it, whoever reads."""
    return SavedMember.objects.filter(group=group)


def take_out(group: SavedGroup, people: Iterable[UUID]) -> int:
    """Take these persons out of a group; how many."""
    with transaction.atomic():
        gone, _ = members_of(group).filter(person__in=list(people)).delete()
        audit.record("group.taken_out", target=group, details={"removed": gone})
    return gone


def discard(group: SavedGroup) -> None:
    """Throw a group away; the persons stay as they are. Only who made it may, for colleagues use it too."""
    if group.owner_id != current().actor:
        raise Refused("名单由建立人删除，请联系建立人", "owner")
    with transaction.atomic():
        audit.record("group.discarded", target=group, details={"members": group.members.count()})
        group.delete()
