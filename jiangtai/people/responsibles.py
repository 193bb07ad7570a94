"""Who answers for an employer: a firm proposes, a street or a department confirms, and only then does it count.

Whoever answered on the day of a cause is barred with the firm; so nobody stops answering for a firm that stands on the
blacklist, or is being looked into for it.
"""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from jiangtai.access import Account, Refused, Unit, audit, current
from jiangtai.kernel import clock

from . import blacklist, reading
from .models import NOW, Person, Responsible, holding

AUTHORITIES = {
    Unit.Kind.PROVINCE, Unit.Kind.CITY, Unit.Kind.DISTRICT, Unit.Kind.GROUP_OFFICE, Unit.Kind.DEPARTMENT,
    Unit.Kind.STREET, Unit.Kind.PARK,
}  # fmt: skip
Role, State = Responsible.Role, Responsible.State


def responsibles_of(unit: UUID, on: date | None = None) -> QuerySet[Responsible]:
    """Who answers for an employer on a day, as an authority has confirmed it."""
    rows = Responsible.unscoped.filter(holding(on or clock.today()), Responsible.IN_FORCE, unit=unit)
    return rows.select_related("person").order_by("role", "since")


def is_authority(employer: Unit) -> bool:
    """Whether a street, a department or the place itself acts, and not the employer itself."""
    who = current()
    return who.duty == "job" or (who.unit is not None and who.unit.kind in AUTHORITIES and who.unit.pk != employer.pk)


def appoint(unit: Unit, person: Person, role: str, *, on: date | None = None) -> Responsible:
    """Name who answers for an employer from a day on: at once by an authority's word, else once one confirms it."""
    reading.require(unit)
    is_certain = is_authority(unit)
    with transaction.atomic():
        row = Responsible(unit=unit, person=person, role=role, since=_past(on))
        row.proposed_by = None if is_certain else current().account
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise ValidationError({"person": f"这个人已登记为“{unit}”的{Role(role).label}，或正待确认"}) from error
        _say("responsible.proposed", row)
        return confirm(row) if is_certain else row


def dismiss(responsible: Responsible, *, on: date | None = None) -> Responsible:
    """Let a person no longer answer for an employer: at once by an authority's word, else once one confirms it."""
    with transaction.atomic():
        row, day = _held(responsible), _past(on)
        reading.require(row.unit)
        if row.state == State.PROPOSED:
            return _close(row, "responsible.withdrawn")
        _refuse_frozen(row.unit)
        _check_end(row, day)
        if is_authority(row.unit):
            return _end(row, day)
        row.leaving, row.leaving_by = day, current().account
        row.save(update_fields=("leaving", "leaving_by"))
        _say("responsible.leaving", row, until=str(day))
    return row


def confirm(responsible: Responsible) -> Responsible:
    """An authority's word: the proposed person answers for the employer, or no longer does."""
    with transaction.atomic():
        row = _held(responsible)
        _require_authority(row, row.proposed_by if row.state == State.PROPOSED else row.leaving_by)
        if row.state == State.CONFIRMED:
            if row.leaving is None:
                raise Refused("没有待确认的变更，请刷新后查看")
            _refuse_frozen(row.unit)
            return _end(row, row.leaving)
        _follow(row)
        row.state, row.confirmed_by, row.confirmed_on = State.CONFIRMED, current().account, clock.today()
        row.save(update_fields=("state", "confirmed_by", "confirmed_on"))
        _say("responsible.confirmed", row)
    return row


def refuse(responsible: Responsible, reason: str) -> Responsible:
    """An authority does not confirm what the firm said: the person does not come to answer, or goes on answering."""
    with transaction.atomic():
        row = _held(responsible)
        _require_authority(row, row.proposed_by if row.state == State.PROPOSED else row.leaving_by)
        if row.state == State.PROPOSED:
            return _close(row, "responsible.refused", reason)
        row.leaving = row.leaving_by = None
        row.save(update_fields=("leaving", "leaving_by"))
        _say("responsible.refused", row, reason)
    return row


def why_frozen(unit: Unit) -> str:
    """Why nobody stops answering for an employer today; empty where nothing stands in the way."""
    if listing := blacklist.listing_of(unit.pk):
        return f"“{unit}”在黑名单中（{listing.fact.decision}），期满（{listing.until}）或移出以前，责任人不能变更"
    if opened := blacklist.investigation_of(unit.pk):
        return f"“{unit}”正在接受列入黑名单的核查（{opened.fact.decision}），核查结束以前，责任人不能变更"
    return ""


def _follow(row: Responsible) -> None:
    """A new legal representative follows the one before."""
    if row.role != Role.LEGAL_REPRESENTATIVE:
        return
    for before in Responsible.unscoped.select_for_update().filter(
        NOW, Responsible.IN_FORCE, unit=row.unit_id, role=row.role
    ):
        _refuse_frozen(row.unit)
        _check_end(before, row.since)
        _end(before, row.since)


def _end(row: Responsible, day: date) -> Responsible:
    row.until, row.ended_by = day, current().account
    if row.ended_by_id == row.leaving_by_id:
        row.leaving_by = None
    row.save(update_fields=("until", "ended_by", "leaving_by"))
    _say("responsible.ended", row, until=str(day))
    return row


def _close(row: Responsible, action: str, reason: str = "") -> Responsible:
    row.state = State.REFUSED
    row.save(update_fields=("state",))
    _say(action, row, reason)
    return row


def _held(responsible: Responsible) -> Responsible:
    """The row as it stands, locked, and the employer too: listing and leaving come one after the other."""
    blacklist.take_lock(responsible.unit_id)
    row = Responsible.unscoped.select_for_update(of=("self",)).select_related("unit").get(pk=responsible.pk)
    if row.until is not None or row.state == State.REFUSED:
        raise Refused(f"这项登记已结束或未予确认，不能再办理；现在的情况请看“{row.unit}”的责任人")
    return row


def _require_authority(row: Responsible, proposer: Account | None) -> None:
    if not is_authority(row.unit):
        raise Refused("责任人由单位所在的街道、功能区或主管部门确认，单位自己不能确认", "authority")
    if proposer is not None and proposer.pk == current().actor:
        raise Refused("不能确认自己登记的责任人，请由另一位经办人办理", "oneself")


def _refuse_frozen(unit: Unit) -> None:
    if why := why_frozen(unit):
        raise Refused(why, "frozen")


def _check_end(row: Responsible, day: date) -> None:
    if day < row.since:
        raise ValidationError({"on": f"{day} 早于起始日期 {row.since}，请核对"})


def _past(on: date | None) -> date:
    day = on or clock.today()
    if day > clock.today():
        raise ValidationError({"on": f"{day} 还没有到，请到当天再办理"})
    return day


def _say(action: str, row: Responsible, reason: str = "", **more: str) -> None:
    details = {"person": str(row.person_id), "role": row.role, **more}
    audit.record(action, target=row.unit, reason=reason, details=details)
