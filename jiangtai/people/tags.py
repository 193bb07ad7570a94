"""Employers on the lists of departments: what a firm is counted as, since when, until when, by which document."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from jiangtai import ledger
from jiangtai.access import Unit, audit
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, EmployerId, FactId, FactRow, UnitId

from .blacklist import take_lock
from .facts import EmployerTag, EmployerTagged, EmployerUntagged


class TagRule(NamedTuple):
    """On what a list stands, and by which words one knows the department that keeps it."""

    basis: str
    kept_by: tuple[str, ...]


_SCIENCE, _INDUSTRY = ("科学技术", "科技"), ("经济和信息化", "工业和信息化")
TAGS = {
    EmployerTag.TECHNOLOGY: TagRule("law: 科技型中小企业评价办法", _SCIENCE),
    EmployerTag.HIGH_TECH: TagRule("law: 高新技术企业认定管理办法", _SCIENCE),
    EmployerTag.INNOVATIVE: TagRule("law: 优质中小企业梯度培育管理办法", _INDUSTRY),
    EmployerTag.SPECIALISED: TagRule("law: 优质中小企业梯度培育管理办法", _INDUSTRY),
    EmployerTag.LITTLE_GIANT: TagRule("law: 优质中小企业梯度培育管理办法", _INDUSTRY),
    EmployerTag.ABOVE_SCALE: TagRule("001", ("统计", *_INDUSTRY)),
    EmployerTag.TEACHING: TagRule("law: 建设产教融合型企业实施办法", ("发展和改革", "教育")),
}


def tag(unit: Unit, tag: EmployerTag, *, document: str, on: date | None = None, until: date | None = None) -> FactId:
    """Put an employer on a list, by a document; once at a time."""
    day = on or clock.today()
    _check_term(day, until)
    with transaction.atomic():
        take_lock(unit.pk)
        if standing := tagging_of(unit.pk, tag, clock.today()):
            raise ValidationError({"unit": f"“{unit}”自 {standing.day} 起已是{tag.label}，不必重复设置"})
        made = EmployerTagged(
            employer=EmployerId(unit.pk), tag=tag, document=document, until=until, unit=UnitId(unit.pk), on=day
        )
        fact = ledger.append(made, cause=Cause.act("设置企业标签"))
        audit.record("employer.tagged", target=unit, details={"tag": tag.value, "document": document})
    return fact


def tag_many(
    units: Iterable[Unit], which: EmployerTag, *, document: str, on: date | None = None, until: date | None = None
) -> int:
    """Put these employers on a list, all of them or none; how many."""
    with transaction.atomic():
        # One order for everybody, so that two who paste at once wait for one another and never both ways.
        return len([tag(unit, which, document=document, on=on, until=until) for unit in sorted(units, key=_by_id)])


def untag(tagging: FactRow, *, document: str, on: date | None = None) -> FactId:
    """Take an employer off a list before its term is over."""
    day = on or clock.today()
    if not tagging.day <= day <= clock.today():
        raise ValidationError({"on": f"移出日期应在 {tagging.day} 至 {clock.today()} 之间，这里是 {day}"})
    with transaction.atomic():
        take_lock(tagging.subject)
        off = EmployerUntagged(
            employer=EmployerId(tagging.subject), tagging=FactId(tagging.pk), document=document,
            unit=UnitId(tagging.unit_id), on=day,
        )  # fmt: skip
        fact = ledger.append(off, cause=Cause.act("移出企业标签"))
        unit = Unit.unscoped.get(pk=tagging.unit_id)
        audit.record("employer.untagged", target=unit, details={"tag": tagging.fact.tag.value, "document": document})
    return fact


def tagging_of(employer: UUID, tag: EmployerTag, on: date | None = None) -> FactRow | None:
    """The entry by which an employer stands on a list on a day."""
    return taggings(tag).of(employer).current(on).first()


def tags_of(employer: UUID, on: date | None = None) -> list[EmployerTag]:
    """The lists on which an employer stands on a day."""
    rows = ledger.every(EmployerTagged).of(employer).current(on).order_by("day", "id")
    return [row.fact.tag for row in rows]


def taggings(tag: EmployerTag) -> ledger.FactSet:
    """Every entry on a list, standing or past."""
    return ledger.every(EmployerTagged).filter(payload__tag=tag.value)


def _check_term(day: date, until: date | None) -> None:
    if day > clock.today():
        raise ValidationError({"on": f"起始日期 {day} 还没有到，请到当天再办理"})
    if until is not None and until <= day:
        raise ValidationError({"until": f"有效期至 {until}，应晚于起始日期 {day}，请核对"})


def _by_id(unit: Unit) -> UUID:
    return unit.pk
