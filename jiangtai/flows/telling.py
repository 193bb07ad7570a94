"""Who is told what: applicants of corrections and results, desks of what is late, leaders of what stays so."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.urls import NoReverseMatch, reverse

from jiangtai import people
from jiangtai.access import Account, Grant, Unit, acting_as_job, root
from jiangtai.access import parameters as values_of
from jiangtai.kernel import clock, office_calendar
from jiangtai.messages import MessageKind, message_kind, send

from . import hiding
from .declare import Flow, Task, flow_named
from .models import Case, Seat

BACK = message_kind(MessageKind("flows.back", "退回补正", "“{flow}”{number} 被退回补正，请修改后再次提交。"))
ASKED = message_kind(
    MessageKind("flows.asked", "轮到办理", "“{flow}”{number} 轮到本单位办理“{step}”，请于 {due} 前办理。")
)
ENDED = message_kind(MessageKind("flows.ended", "办理结果", "“{flow}”{number} 的办理结果：{result}。"))
URGED = message_kind(MessageKind("flows.urged", "催办", "请尽快办理“{flow}”{number} 的“{step}”。"))
LATE = message_kind(MessageKind("flows.late", "超期提醒", "有 {count} 件待办已过期限，最早的应于 {due} 办理。"))
REPORT = message_kind(MessageKind("flows.report", "超期报告", "{unit}有 {count} 件待办超期 {days} 个工作日以上。"))
_PLACE = uuid.UUID("6f1b6a0e-6f0e-7c1e-8d8f-0a4a54000000")
_MANY = 20


def moved(case: Case, flow: type[Flow], step: str, to: str) -> None:
    """Tell the applicant when a case comes back to them."""
    if _is_back(flow, step, to) and not flow.is_the_offices():
        _tell([case.opened_by], BACK, case, flow, {})


def sent_back(case: Case, flow: type[Flow], step: str, to: str, seats: Iterable[Seat]) -> None:
    """Tell the unit that has to do it again, where the office itself opened the case and asks others."""
    if _is_back(flow, step, to) and flow.is_the_offices():
        for seat in seats:
            _tell(_holders(seat), BACK, case, flow, {})


def asked_on(case: Case, flow: type[Flow], step: str, to: str, seats: Iterable[Seat]) -> None:
    """Tell a unit that the office's case comes to it again further on, and whom a step names.

    Of the first time whoever asks tells it.
    """
    desk = getattr(flow.steps[to], "by", None)
    if not flow.is_the_offices() or desk is None or desk.where not in ("itself", "named") or to == flow.begins()[0]:
        return
    if not _is_back(flow, step, to):
        for seat in seats:
            if desk.where == "named" and seat.account is None:
                continue  # the office, which sees it among its own
            _tell(_holders(seat), ASKED, case, flow, {"step": flow.steps[to].label, "due": seat.due or "尽快"})


def _is_back(flow: type[Flow], step: str, to: str) -> bool:
    return isinstance(flow.steps.get(to), Task) and to in getattr(flow.steps.get(step), "back", ())


def ended(case: Case, result: str) -> None:
    """Tell the applicant, and the person it is about, what came of a case."""
    flow = flow_named(case.flow, case.since)
    opener = [] if flow.is_the_offices() else [case.opened_by]
    _tell([*opener, *_subject(case, flow)], ENDED, case, flow, {"result": result})


def urged(case: Case, seats: Iterable[Seat], step: str) -> None:
    """Tell whoever a case waits for."""
    flow = flow_named(case.flow, case.since)
    for seat in seats:
        _tell(_holders(seat), URGED, case, flow, {"step": step}, once=clock.today().isoformat())


def remind() -> int:
    """Tell every desk what is late, and its leaders what stays late; once a day, how many were told."""
    today, told = clock.today(), 0
    late = Seat.objects.filter(state=Seat.State.OPEN, due__lt=today).select_related("unit", "account", "case")
    desks: dict[tuple[uuid.UUID | None, str, uuid.UUID | None], list[Seat]] = defaultdict(list)
    for seat in late.order_by("due").iterator(2_000):
        desks[seat.unit_id, seat.role, seat.account_id].append(seat)
    for desk, seats in desks.items():
        told += _say_late(desk, seats, today)
    return told


def _say_late(desk: tuple[uuid.UUID | None, str, uuid.UUID | None], seats: list[Seat], today: date) -> int:
    cause, first, told = uuid.uuid5(_PLACE, f"{desk}{today}"), seats[0], 0
    for account in _holders(first):
        told += bool(send(account, LATE, values={"count": len(seats), "due": first.due}, link=_inbox(), cause=cause))
    if first.unit is None:
        return told
    days = int(values_of.value("flows.escalate_days", unit=first.unit))
    calendar = office_calendar()
    long = [one for one in seats if one.due and calendar.between(one.due, today) >= days]
    for account in _leaders(first.unit) if long else ():
        values = {"unit": first.unit, "count": len(long), "days": days}
        told += bool(send(account, REPORT, values=values, cause=uuid.uuid5(cause, str(account.pk))))
    return told


def _tell(
    accounts: Iterable[Account],
    kind: MessageKind,
    case: Case,
    flow: type[Flow],
    values: dict[str, object],
    once: str = "",
) -> None:
    # Whose case it is stays out: the words lie under the reader's key, which outlives the person's.
    words = {"flow": f"{flow.label}·{case.round.name}" if case.round else flow.label, "number": case.number, **values}
    cause = uuid.uuid5(case.pk, f"{kind.key}{case.turn}{once}")
    for account in {one.pk: one for one in accounts if one.is_active}.values():
        if hiding.is_kept_from(case, account):
            continue
        send(account, kind, values=words, link=_page(case, account), sms=account.is_worker or None, cause=cause)


def _subject(case: Case, flow: type[Flow]) -> list[Account]:
    if flow.about != "person":
        return []
    with acting_as_job("告知结果"):
        person = people.Person.unscoped.filter(pk=case.subject).select_related("account").first()
    return [person.account] if person and person.account else []


def _holders(seat: Seat) -> list[Account]:
    if seat.account:
        return [seat.account]
    rows = Grant.objects.with_scopes_disabled().filter(unit=seat.unit, role=seat.role, revoked_at__isnull=True)
    return [one.account for one in rows.select_related("account")[:_MANY]]


def _leaders(unit: Unit) -> list[Account]:
    rows = Grant.objects.with_scopes_disabled().filter(revoked_at__isnull=True).select_related("account")
    top = root()
    over = list(rows.filter(unit=unit, role__in=("leader", "unit_admin"))[:_MANY])
    return [one.account for one in [*over, *rows.filter(unit=top, role="group_office")[:_MANY]]]


def _page(case: Case, account: Account) -> str:
    if account.is_worker and account.pk != case.opened_by_id:
        return ""  # whom a case is about is told what came of it; its papers are the applicant's
    return _address("cases.mine.show" if account.is_worker else "cases.show", case.pk)


def _inbox() -> str:
    return _address("cases.waiting")


def _address(name: str, *arguments: object) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
