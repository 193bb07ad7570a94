"""Public notices (公示): numbered, for working days; an objection halts that person's case and nobody else's."""

import hmac
import re
import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case as Switch
from django.db.models import Exists, OuterRef, QuerySet, When

from jiangtai import ledger
from jiangtai.access import Acting, Refused, acting_as_job, audit, current, root
from jiangtai.access import parameters as values_of
from jiangtai.kernel import clock, office_calendar
from jiangtai.ledger import CaseId, Cause, UnitId

from . import records
from .declare import Notice, Wait
from .facts import NoticeShown, ObjectionRaised
from .models import Case, Objection, PublicNotice, Round, Seat, Shown

LONGEST_ANSWER = 400
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def publish(cases: list[uuid.UUID], *, telephone: str = "") -> PublicNotice:
    """Show these cases, which wait for it at one step, for as many working days as the regulation says."""
    from . import engine

    if not cases:
        raise ValidationError("没有可以公示的办件")
    with transaction.atomic():
        held = [engine.lock(one) for one in sorted(cases)]
        step = _common_step(held)
        first = held[0]
        host = first.round.host if first.round else (root() or first.unit)
        notice = _make(first, step, host if step.place == "square" else first.unit, telephone)
        for case in held:
            _show(notice, case, step)
        audit.record("notice.published", target=notice, details={"cases": len(held)})
    return notice


def object_to(shown_id: uuid.UUID, *, name: str, phone: str, text: str) -> Objection:
    """Raise an objection; the case goes to whoever has to look into it, all others go on."""
    from . import engine

    with acting_as_job("提出异议"), audit.coming_from("", ""), transaction.atomic():  # nobody can tell who it was
        shown = Shown.objects.select_related("notice", "case").get(pk=shown_id)
        case = engine.lock(shown.case_id)
        notice = PublicNotice.objects.select_for_update().get(pk=shown.notice_id)
        if notice.closed_at or not notice.first <= clock.today() <= notice.last:
            raise ValidationError(f"公示期是 {notice.first} 至 {notice.last}，现在不能提出异议；如有情况请拨打公示电话")
        if case.state != Case.State.OPEN:
            raise ValidationError("该办件已经撤回或办结，不再受理异议")
        made = Objection(shown=shown, receipt=_receipt())
        told = {"name": name, "phone": phone, "text": text}
        made.secret = records.seal(case.subject, case.unit.path, made.id, told)
        made.save()
        fact = ObjectionRaised(
            case=CaseId(case.id), flow=case.flow, notice=notice.number, unit=UnitId(case.unit_id), on=clock.today()
        )
        ledger.append(fact, cause=Cause.case(case.id, notice.step))
        step = engine.flow_of(case).steps[notice.step]
        if case.step == notice.step and isinstance(step, Notice):
            engine.move(case, step.objection, "有异议")
        audit.record("notice.objected", target=case)
    return made


@dataclass(frozen=True)
class Outcome:
    """What whoever raised an objection is told about it: nothing about anybody."""

    objection: Objection
    answer: str


def came_of(receipt: str, phone: str) -> Outcome | None:
    """What became of an objection, for who knows both its number and the telephone left with it.

    None where either is wrong, and once whoever was objected to is erased: the telephone went with them.
    """
    rows = Objection.objects.select_related("shown__notice__round", "shown__case__unit")
    found = rows.filter(receipt=_spelt(receipt)).first()
    said = records.unseal(found.shown.case.subject, found.id, found.secret) if found else None
    if found is None or not said or not hmac.compare_digest(str(said.get("phone")).encode(), phone.encode()):
        return None
    return Outcome(found, answers(found.shown.case, [found])[0] if found.answered_at else "")


def _receipt() -> str:
    """A number that nobody guesses, in signs that nobody mistakes."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return f"YY{clock.today().year}-{signs[:4]}-{signs[4:]}"


def _spelt(text: str) -> str:
    """A receipt number in its one spelling, however it was typed."""
    bare = re.sub(r"[\s\-—–]+", "", unicodedata.normalize("NFKC", text)).upper()
    return f"{bare[:6]}-{bare[6:10]}-{bare[10:]}"


def looked_into(case: Case, who: Acting) -> set[str]:
    """The steps at which this account is or was asked to look into objections; none for the subject's own firm."""
    from . import engine

    steps = {step.objection for step in engine.flow_of(case).steps.values() if isinstance(step, Notice)}
    if not steps or who.unit is None or engine.is_of_the_firm(case, who):
        return set()
    seats = case.seats.filter(step__in=steps).select_related("unit", "account", "case")
    return {one.step for one in seats if engine.is_asked(one, who)}


def objections_for(case: Case, who: Acting) -> list[Objection]:
    """The objections to a case that this account looks into."""
    from . import engine

    mine = looked_into(case, who)
    steps = [
        name for name, one in engine.flow_of(case).steps.items() if isinstance(one, Notice) and one.objection in mine
    ]
    rows = Objection.objects.filter(shown__case=case, shown__notice__step__in=steps)
    return list(rows.select_related("shown__notice", "shown__case__unit")) if steps else []


def read_objection(objection: Objection, reason: str) -> dict[str, Any] | None:
    """Who objected and why, to whoever looks into it and to nobody else, for a reason that the audit keeps.

    None once the person objected to is erased: it went with them.
    """
    _require_looks_into(objection)
    case = objection.shown.case
    audit.record("notice.read", target=case, reason=reason, details={"objection": str(objection.pk)})
    return records.unseal(case.subject, objection.id, objection.secret)


def answer_objection(objection: Objection, *, upheld: bool, answer: str) -> None:
    """What came of an objection, from whoever looks into it, in words that may be told to whoever raised it."""
    if not answer.strip():
        raise ValidationError({"answer": "请写明核查结果"})
    _require_looks_into(objection)
    _answer(objection, upheld, answer)


def answers(case: Case, objections: list[Objection]) -> list[str]:
    """The answers to these objections to a case; one question for the key."""
    return [records.words(one, "answer") for one in records.read_all(case, [row.answer_secret for row in objections])]


def _require_looks_into(objection: Objection) -> None:
    if objection.pk not in {one.pk for one in objections_for(objection.shown.case, current())}:
        raise Refused("只有负责核查的岗位可以查看和答复异议")


def _answer(objection: Objection, upheld: bool, answer: str) -> None:
    from . import engine

    with transaction.atomic():
        held = Objection.objects.select_for_update().get(pk=objection.pk)
        if held.answered_at:
            raise ValidationError("这条异议已经答复")
        case = engine.lock(held.shown.case_id)
        held.upheld, held.answered_at = upheld, clock.now()
        held.answer_secret = records.keep(case, {"answer": answer.strip()[:LONGEST_ANSWER]})
        held.save(update_fields=("upheld", "answer_secret", "answered_at"))
        audit.record("notice.answered", target=case, details={"upheld": upheld})
        pass_if_over(case)


def settle_objections(case: Case, step: str, outcome: str, says: str) -> None:
    """Deciding what objections are about answers those that stand; what was upheld before cannot be passed over."""
    from . import engine

    steps = engine.flow_of(case).steps
    shown_at = {name for name, one in steps.items() if isinstance(one, Notice) and one.objection == step}
    raised = Objection.objects.filter(shown__case=case, shown__notice__step__in=shown_at)
    if not shown_at or not raised:
        return
    for objection in raised.filter(answered_at__isnull=True):
        _answer(objection, outcome not in shown_at, says or steps[step].outcomes[outcome])
    if outcome in shown_at and raised.filter(upheld=True).exists():
        raise ValidationError("有异议已认定成立，不能继续公示，请选择异议成立的办理结果")
    if outcome not in shown_at and not raised.filter(upheld=True).exists():
        raise ValidationError("收到的异议都已认定不成立，不能按异议成立办理")


def standing_objections(case: Case) -> QuerySet[Objection]:
    """The objections to a case that nobody has answered."""
    return Objection.objects.filter(shown__case=case, answered_at__isnull=True)


def end_due() -> int:
    """End the notices whose days are over: what nobody objected to goes on; how many cases went on."""
    from . import engine

    passed = 0
    with acting_as_job("公示期满"):
        for pk in PublicNotice.objects.filter(closed_at__isnull=True, last__lt=clock.today()).values_list(
            "pk", flat=True
        ):
            with transaction.atomic():
                notice = PublicNotice.objects.select_for_update().get(pk=pk)
                if notice.closed_at:
                    continue
                notice.closed_at = clock.now()
                notice.save(update_fields=("closed_at",))
                for case_id in notice.shown.values_list("case", flat=True).order_by("case"):
                    case = engine.lock(case_id)
                    passed += case.step == notice.step and case.state == Case.State.OPEN
                    pass_if_over(case)
                audit.record("notice.ended", target=notice)
        for case_id in _waiting_over():
            with transaction.atomic():
                pass_if_over(engine.lock(case_id))
                passed += 1
    return passed


def pass_if_over(case: Case) -> None:
    """Let a case go on whose notice or waiting time is over; the case is locked."""
    from . import engine

    if case.state != Case.State.OPEN:
        return
    step = engine.flow_of(case).steps[case.step]
    if isinstance(step, Notice):
        asks = case.seats.filter(turn=case.turn, state=Seat.State.OPEN).exists()
        if not asks and not _running(case) and not standing_objections(case).exists():
            engine.move(case, next(iter(step.to)), step.to[next(iter(step.to))])
    elif isinstance(step, Wait) and (case.due is None or case.due <= clock.today()):
        engine.move(case, next(iter(step.to)))


def note_result(case: Case) -> None:
    """What became of a case, beside its line in the notice."""
    from . import engine

    Shown.objects.filter(case=case, result="").update(result=engine.step_label(case, case.step)[:40])


def is_running(notice: PublicNotice) -> bool:
    """Whether it hangs out today."""
    return notice.closed_at is None and clock.today() <= notice.last


def shows(notice: PublicNotice, only: uuid.UUID | None = None) -> list[dict[str, Any]]:
    """The lines of a notice while it stands, or one of them; once it is over, nobody's data is shown."""
    from . import engine

    if not is_running(notice):
        return []
    rows = notice.shown.filter(case__state=Case.State.OPEN, **({"pk": only} if only else {}))
    shown = list(rows.select_related("case__unit", "case__round").order_by("case__place", "case__number"))
    told: dict[uuid.UUID, dict[str, Any]] = {}
    for kind in {engine.flow_of(one.case) for one in shown}:
        step = kind.steps[notice.step]
        assert isinstance(step, Notice)
        for case, values in step.of([one.case for one in shown if engine.flow_of(one.case) is kind]).items():
            told[case] = {name: values.get(name, "") for name in step.shows}
    return [{"id": one.id, **told[one.case_id]} for one in shown]


def running_first(rows: QuerySet[PublicNotice]) -> QuerySet[PublicNotice]:
    """Those that hang out today before those that are over, the newest first."""
    is_over = Switch(When(closed_at__isnull=True, last__gte=clock.today(), then=0), default=1)
    return rows.annotate(is_over=is_over).order_by("is_over", "-first", "-id")


def on_square() -> QuerySet[PublicNotice]:
    """The notices that the public may see, the newest first."""
    return PublicNotice.objects.filter(place="square")


def _waiting_over() -> list[uuid.UUID]:
    asks = Seat.objects.filter(case=OuterRef("pk"), state=Seat.State.OPEN)
    rows = Case.unscoped.filter(~Exists(asks), state=Case.State.OPEN, due__lte=clock.today())
    return list(rows.values_list("pk", flat=True))


def _running(case: Case) -> bool:
    return case.shown.filter(
        notice__step=case.step, notice__last__gte=clock.today(), notice__closed_at__isnull=True
    ).exists()


def _common_step(cases: list[Case]) -> Notice:
    from . import engine

    first = cases[0]
    step = engine.step_of(first)
    if not isinstance(step, Notice) or any(
        (one.step, one.round_id, one.flow) != (first.step, first.round_id, first.flow) for one in cases
    ):
        raise ValidationError("所选办件不在同一批次的公示环节，请刷新后重新选择")
    if step.place == "unit" and len({one.unit_id for one in cases}) > 1:
        raise ValidationError("单位公示只在各自单位内进行，请按单位分别发布")
    for case in cases:
        seat = case.seats.filter(turn=case.turn, state=Seat.State.OPEN).first()
        if case.state != Case.State.OPEN or seat is None:
            raise ValidationError(f"{case.number} 已经公示或办结，请刷新")
        if not engine.is_asked(seat, current()):
            raise Refused("公示不由您现在的岗位发布")
    return step


def _make(case: Case, step: Notice, host: Any, telephone: str) -> PublicNotice:
    days = int(values_of.value(step.days, unit=host))
    today = clock.today()
    telephone = telephone or (case.round.telephone if case.round else "") or host.telephone
    if not telephone:
        raise ValidationError({"telephone": "公示须写明联系电话"})
    return PublicNotice.objects.create(
        number=f"公示〔{today.year}〕{_serial(today.year)}号", flow=case.flow, step=case.step,
        round=case.round, place=step.place, unit=host, first=today,
        last=office_calendar().add(today, days).result, telephone=telephone, by=current().actor,
    )  # fmt: skip


def _serial(year: int) -> int:
    """The next number of the year; whoever publishes at the same moment waits."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x4A54_0100 + year])
    return PublicNotice.objects.filter(first__year=year).count() + 1


def _show(notice: PublicNotice, case: Case, step: Notice) -> None:
    from . import engine

    seat = case.seats.filter(turn=case.turn, state=Seat.State.OPEN).get()
    seat.case = case
    engine.close_seat(seat, next(iter(step.to)), clear={"notice": notice.number})
    Shown.objects.create(notice=notice, case=case)
    case.due = notice.last
    case.save(update_fields=("due",))
    fact = NoticeShown(
        case=CaseId(case.id), flow=case.flow, notice=notice.number, last=notice.last, unit=UnitId(case.unit_id),
        on=clock.today(),
    )  # fmt: skip
    ledger.append(fact, cause=Cause.case(case.id, case.step))


def of_round(round: Round) -> QuerySet[PublicNotice]:
    """The notices of a round."""
    return PublicNotice.objects.filter(round=round)
