"""Industrial ecosystems (产业生态圈): units of both trees that belong together from a day on."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from jiangtai.kernel import clock

from . import audit
from .models import GroupMember, Unit, UnitGroup
from .refusals import Refused


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
    """End a unit's membership, today or on a day since it joined; it ends once."""
    until = until or clock.today()
    if until > clock.today():
        raise ValidationError({"until": f"退出日期 {until} 还没有到，请到当天再办理"})
    if until < member.since:
        raise ValidationError({"until": f"退出日期 {until} 早于加入日期 {member.since}，请核对"})
    if not GroupMember.objects.filter(GroupMember.NOW, pk=member.pk).update(until=until):
        raise Refused(f"“{member.unit}”已经退出“{member.group}”")
    member.until = until
    audit.record("group.changed", target=member.group, details={"change": "退出", "unit": str(member.unit)})
