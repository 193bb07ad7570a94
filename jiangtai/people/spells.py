"""Persons begin and end to work for employers, move, and join and leave their union: a row and a fact at once."""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from jiangtai import ledger
from jiangtai.access import Refused, Unit, audit
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, FactId, PersonId, UnitId

from . import keeping, reading
from .facts import EmploymentBegan, EmploymentEnded, Form, LeavingReason, UnionJoined, UnionLeaving, UnionLeft
from .models import NOW, Employment, Person, UnionMembership

NO_EMPLOYERS = {Unit.Kind.LEADING_GROUP, Unit.Kind.GROUP_OFFICE}


def hire(
    person: Person | UUID,
    unit: Unit,
    *,
    occupation: str,
    is_production: bool | None = None,
    form: Form | None = Form.CONTRACT,
    occupation_code: str = "",
    on: date | None = None,
    cause: Cause | None = None,
) -> Employment:
    """Let a person work for an employer from a day on; other employers' spells stay as they are."""
    with transaction.atomic():
        row, day = reading.locked(person), _past(on)
        _refuse_dead(row)
        _check_employer(unit)
        began = EmploymentBegan(
            person=PersonId(row.pk),
            unit=UnitId(unit.pk),
            occupation=_occupation(occupation),
            form=form,
            is_production=is_production,
            on=day,
        )
        fact = ledger.append(began, cause=cause or Cause.act("入职登记"))
        spell = Employment(
            person=row,
            unit=unit,
            since=day,
            fact=fact,
            occupation=began.occupation,
            occupation_code=occupation_code.strip(),
            form=form.value if form else "",
            is_production=is_production,
        )
        _save_apart(spell)
        keeping.place(row)
        audit.record("employment.began", target=row, details={"unit": str(unit.pk)})
    return spell


def leave(
    employment: Employment | UUID, *, why: LeavingReason, on: date | None = None, cause: Cause | None = None
) -> Employment:
    """End an employment: on that day the person no longer works there."""
    with transaction.atomic():
        spell = _held(Employment, employment)
        reading.locked(spell.person_id)
        return end_employment(spell, why, on, cause)


def move(
    employment: Employment | UUID,
    *,
    unit: Unit | None = None,
    occupation: str = "",
    is_production: bool | Literal["same"] | None = "same",
    form: Form | Literal["same"] | None = "same",
    occupation_code: str | None = None,
    on: date | None = None,
    cause: Cause | None = None,
) -> Employment:
    """Let a person go on in another unit, or in another occupation of the same, without a day between."""
    with transaction.atomic():
        spell, day = _held(Employment, employment), _past(on)
        reading.locked(spell.person_id)
        cause = cause or Cause.act("调动登记")
        after: dict[str, Any] = {
            "occupation": occupation or spell.occupation,
            "is_production": spell.is_production if is_production == "same" else is_production,
            "form": spell.form_said if form == "same" else form,
            "occupation_code": spell.occupation_code if occupation_code is None else occupation_code,
        }
        end_employment(spell, LeavingReason.MOVED, day, cause)
        return hire(spell.person_id, unit or spell.unit, on=day, cause=cause, **after)


def amend(
    employment: Employment,
    *,
    cause: Cause,
    occupation: str = "",
    form: str = "",
    is_production: bool | None = None,
    since: date | None = None,
) -> Employment:
    """Put right what was written of an employment that lasts, as a case decided: one fact taken back, one written."""
    with transaction.atomic():
        reading.locked(employment.person_id)
        spell = Employment.unscoped.select_for_update(of=("self",)).select_related("unit").get(pk=employment.pk)
        if spell.until is not None:
            raise Refused(f"“{spell.unit}”的用工记录已于 {spell.until} 结束，不能更正")
        spell.occupation = _occupation(occupation) if occupation else spell.occupation
        spell.since = _past(since or spell.since)
        spell.form = form or spell.form
        spell.is_production = spell.is_production if is_production is None else is_production
        ledger.reverse(FactId(spell.fact), ledger.Why.WRONG_VALUE, cause=cause)
        began = EmploymentBegan(
            person=PersonId(spell.person_id), unit=UnitId(spell.unit_id), occupation=spell.occupation,
            form=spell.form_said, is_production=spell.is_production, on=spell.since,
        )  # fmt: skip
        spell.fact = ledger.append(began, cause=cause)
        _save_apart(spell, is_new=False)
        audit.record("employment.amended", target=spell.person, details={"unit": str(spell.unit_id)})
    return spell


def let_end(spell: Employment | UnionMembership, *, on: date, cause: Cause) -> None:
    """End an employment or a membership as a case decided: who decides is let in by the case."""
    with transaction.atomic():
        reading.locked(spell.person_id)
        rows = type(spell).unscoped.select_for_update(of=("self",)).select_related("unit", "person")
        row = rows.get(pk=spell.pk)
        if row.until is not None:
            raise Refused(f"“{row.unit}”的记录已于 {row.until} 结束，不能更正")
        if isinstance(row, Employment):
            end_employment(row, LeavingReason.OTHER, on, cause)
        else:
            end_membership(row, UnionLeaving.TRANSFERRED, on, cause)


def join_union(
    person: Person | UUID,
    unit: Unit,
    *,
    on: date | None = None,
    card_number: str = "",
    cause: Cause | None = None,
) -> UnionMembership:
    """Let a person be a member of a union organisation; one at a time, and with or without an employer."""
    with transaction.atomic():
        row, day = reading.locked(person), _past(on)
        _refuse_dead(row)
        _check_union(unit)
        _refuse_second(row)
        joined = UnionJoined(person=PersonId(row.pk), unit=UnitId(unit.pk), on=day)
        fact = ledger.append(joined, cause=cause or Cause.act("入会登记"))
        spell = UnionMembership.unscoped.create(person=row, unit=unit, since=day, fact=fact)
        if card_number.strip():
            keeping.keep(row, {"union_card": card_number.strip()}, unit.path)
            row.save(update_fields=("card_secret",))
        keeping.place(row)
        audit.record("union.joined", target=row, details={"unit": str(unit.pk)})
    return spell


def leave_union(
    membership: UnionMembership | UUID, *, why: UnionLeaving, on: date | None = None, cause: Cause | None = None
) -> UnionMembership:
    """End a union membership: on that day the person is no longer a member."""
    with transaction.atomic():
        spell = _held(UnionMembership, membership)
        reading.locked(spell.person_id)
        return end_membership(spell, why, on, cause)


def end_employment(
    spell: Employment,
    why: LeavingReason,
    on: date | None = None,
    cause: Cause | None = None,
    place: Callable[[Person], None] = keeping.place,
) -> Employment:
    """Write the end of an employment, wherever it is: for whoever has been let in already.

    Whoever ends many lets the vault's rows follow all of them at once, and remembers here whom.
    """
    day = _after(spell, on)
    ended = EmploymentEnded(
        person=PersonId(spell.person_id),
        employment=FactId(spell.fact),
        why=why,
        unit=UnitId(spell.unit_id),
        on=day,
    )
    ledger.append(ended, cause=cause or Cause.act("离职登记"))
    return _ended(spell, why.value, day, "employment.ended", place)


def end_membership(
    spell: UnionMembership, why: UnionLeaving, on: date | None = None, cause: Cause | None = None
) -> UnionMembership:
    """Write the end of a membership, wherever it is: for whoever has been let in already."""
    day = _after(spell, on)
    left = UnionLeft(
        person=PersonId(spell.person_id),
        membership=FactId(spell.fact),
        why=why,
        unit=UnitId(spell.unit_id),
        on=day,
    )
    ledger.append(left, cause=cause or Cause.act("退会登记"))
    return _ended(spell, why.value, day, "union.left", keeping.place)


def _ended(spell: Any, why: str, day: date, action: str, place: Callable[[Person], None]) -> Any:
    spell.until, spell.why = day, why
    spell.save(update_fields=("until", "why"))
    place(spell.person)
    audit.record(action, target=spell.person, details={"unit": str(spell.unit_id), "why": why})
    return spell


def _held(kind: Any, spell: Any) -> Any:
    """A spell at a unit one acts for, locked, and only while it lasts."""
    pk = spell.pk if isinstance(spell, kind) else spell
    row = kind.unscoped.select_for_update(of=("self",)).select_related("unit").filter(pk=pk).first()
    if row is None or not reading.reaches(row.unit):
        raise Refused("没有这条记录，或不在您的范围内", "reach")
    if row.until is not None:
        raise Refused(f"“{row.unit}”的{row._meta.verbose_name}已于 {row.until} 结束，不能再次办理")
    return row


def _past(on: date | None) -> date:
    day = on or clock.today()
    if day > clock.today():
        raise ValidationError({"on": f"{day} 还没有到，请到当天再办理"})
    return day


def _after(spell: Any, on: date | None) -> date:
    day = _past(on)
    if day < spell.since:
        raise ValidationError({"on": f"{day} 早于起始日期 {spell.since}，请核对"})
    return day


def _refuse_dead(person: Person) -> None:
    if person.died_on:
        raise Refused(f"已登记于 {person.died_on} 去世，不能办理；登记有误的，请先撤销去世登记")


def _occupation(text: str) -> str:
    found = " ".join(text.split())
    if not found:
        raise ValidationError({"occupation": "请填写工种，例如 数控车工"})
    return found


def _check_employer(unit: Unit) -> None:
    reading.require(unit)
    if not unit.is_active:
        raise ValidationError({"unit": f"“{unit}”{unit.get_state_display()}，不能办理入职"})
    if unit.tree != Unit.Tree.ADMINISTRATIVE or unit.kind in NO_EMPLOYERS:
        raise ValidationError({"unit": f"“{unit}”是{unit.get_kind_display()}，不是用人单位，请选企业、院校或机关单位"})


def _check_union(unit: Unit) -> None:
    reading.require(unit)
    if not unit.is_active:
        raise ValidationError({"unit": f"“{unit}”{unit.get_state_display()}，不能办理入会"})
    if unit.tree != Unit.Tree.UNION:
        raise ValidationError({"unit": f"“{unit}”不是工会组织，请选基层工会或上级工会"})


def _refuse_second(person: Person) -> None:
    standing = UnionMembership.unscoped.filter(NOW, person=person).select_related("unit").first()
    if standing is None:
        return
    place = f"“{standing.unit}”" if reading.reaches(standing.unit) else "其他工会组织"
    raise ValidationError({"person": f"已是{place}的会员，须先由原工会办理转出"})


def _save_apart(spell: Employment, *, is_new: bool = True) -> None:
    try:
        with transaction.atomic():
            spell.save(force_insert=is_new)
    except IntegrityError as error:
        if "employment_apart" not in str(error):
            raise
        raise ValidationError(
            {"on": f"这名职工在“{spell.unit}”已有用工记录，时间与 {spell.since} 起重叠，请核对"}
        ) from error
