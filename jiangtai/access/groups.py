"""Industrial ecosystems (产业生态圈): units of both trees that belong together from a day on."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from jiangtai.kernel import clock

from . import audit
from .models import GroupMember, Unit, UnitGroup


def make(name: str, note: str = "") -> UnitGroup:
    """Found a group."""
    try:
        with transaction.atomic():
            group = UnitGroup.objects.create(name=name.strip(), note=note.strip())
    except IntegrityError as error:
        raise ValidationError({"name": f"已有名为“{name}”的产业生态圈"}) from error
    audit.record("group.changed", target=group, details={"change": "新建"})
    return group


def join(group: UnitGroup, unit: Unit, since: date | None = None) -> GroupMember:
    """Let a unit belong to a group."""
    try:
        with transaction.atomic():
            member = GroupMember.objects.create(group=group, unit=unit, since=since or clock.today())
    except IntegrityError as error:
        raise ValidationError(f"“{unit}”已在“{group}”中") from error
    audit.record("group.changed", target=group, details={"change": "加入", "unit": str(unit)})
    return member


def leave(member: GroupMember, until: date | None = None) -> None:
    """End a unit's membership."""
    member.until = until or clock.today()
    member.save(update_fields=("until",))
    audit.record("group.changed", target=member.group, details={"change": "退出", "unit": str(member.unit)})
