"""The engine: open, decide, move on, end; a decision, its fact and its effect are one transaction.

That a seat is answered once and a turn left once are constraints on the decision's and the move's own rows; the lock
on the case only spares the second of two the trouble.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from jiangtai import ledger, people
from jiangtai.access import Account, Acting, Link, Refused, Unit, audit, current, links
from jiangtai.access import parameters as values_of
from jiangtai.kernel import StoredFile, clock, forget_file, office_calendar
from jiangtai.ledger import CaseId, Cause, SubjectId, UnitId

from . import hiding, notices, records, rounds, seating, telling
from .declare import OPENER, Check, Condition, End, Flow, Notice, Panel, Ranking, Step, Task, Wait, flow_named, flow_on
from .facts import CaseClosed, CaseOpened, CaseReopened, StepDecided
from .models import Attachment, Case, Decision, Draft, Move, Round, Seat

WITHDRAWN, RECUSED = "withdrawn", "recused"
TOOK_BACK, APPEALED, SUBJECT_ERASED = "撤回", "申诉", "对象已注销，终止办理"
LONGEST_REASON = 200
LETTER_KINDS, LETTER_BYTES, LETTER_NAME = {"pdf", "jpg", "png"}, 20 * 2**20, "来函"


class Late(Refused):
    """The step is over; what was sent changes nothing."""


class Unmet(ValidationError):
    """Conditions that are not met stand in the way; `conditions` holds all of them."""

    def __init__(self, conditions: list[Condition]) -> None:
        failed = [one for one in conditions if one.holds is False]
        super().__init__([f"{one.label}：{one.says or '不符合'}{_because(one)}" for one in failed])
        self.conditions = conditions


def _because(one: Condition) -> str:
    return f"（依据 {one.basis_words}）" if one.basis_words else ""


def flow_of(case: Case) -> type[Flow]:
    """The version of the flow by which a case goes."""
    return flow_named(case.flow, case.since)


def step_of(case: Case) -> Step:
    """The step at which a case is."""
    return flow_of(case).steps[case.step]


def open_case(flow: str, subject: uuid.UUID, unit: Unit, *, round: Round | None = None) -> Case:
    """Open a case about a subject that belongs to a unit; its first step waits for whoever opened it."""
    who, kind = current(), rounds.flow_of(round) if round else flow_on(flow, clock.today())
    account = _opener(kind, unit, who)
    with transaction.atomic():
        _lock_subject(subject, flow)
        if kind.in_rounds:
            round = rounds.check_open(kind, round)
        if (
            Case.unscoped.filter(round=round, subject=subject, flow=flow)
            .exclude(state=Case.State.WITHDRAWN)
            .filter(Q(round__isnull=False) | Q(state=Case.State.OPEN))
        ):
            raise ValidationError("同一对象在本批次（或本事项）中已有办件，请直接办理原办件")
        case = Case.objects.create(
            number=_number(), flow=kind.key, since=kind.since, round=round, subject=subject, unit=unit,
            opened_by=account, opened_unit=who.unit, step=kind.first(),
        )  # fmt: skip
        Seat.objects.create(
            case=case, turn=0, step=case.step, role=kind.opens.role_of(who.roles) if who.unit else "", unit=who.unit,
            account=None if who.unit else account,
        )  # fmt: skip
        _say(
            CaseOpened(
                case=CaseId(case.id), flow=case.flow, about=SubjectId(subject), round=str(round.id) if round else None,
                unit=_counted_at(case), on=clock.today(),
            ),
            case,
            case.step,
        )  # fmt: skip
        audit.record("case.opened", target=case)
    return case


def decide(
    seat_id: uuid.UUID,
    outcome: str,
    *,
    data: Mapping[str, Any] | None = None,
    opinion: str = "",
    mark: Any = None,
    letter: UploadedFile | None = None,
    link: Link | None = None,
) -> Decision:
    """Answer at a seat; what is asked twice is answered once, and the second asker is told.

    With a `letter`, its scan, an office records what the unit that is asked wrote. A `link` is spent by the answer.
    """
    with transaction.atomic():
        case, seat = _hold(seat_id)
        step, who = step_of(case), current()
        _require(case, seat, step, who, by_letter=letter is not None)
        if who.link is not None:
            _spend(link, seat)
        case.by_letter, case.chosen = letter is not None, outcome
        if isinstance(step, Task) and outcome in step.outcomes and outcome not in offered(case, step):
            raise Refused(f"本批次的“{step.label}”不能选“{step.outcomes[outcome]}”")
        if outcome not in step.outcomes and not (isinstance(step, Panel) and outcome in (RECUSED, "marked")):
            raise ValidationError(f"“{step.label}”没有“{outcome}”这个办理结果")
        if isinstance(step, Ranking | Notice):
            raise Refused(f"“{step.label}”须在批次中统一办理，不能单件办理")
        if isinstance(step, Panel):
            return _mark(case, seat, step, outcome, mark, opinion)
        filled = _filled(case, step, outcome, data, opinion)
        notices.settle_objections(case, case.step, outcome, opinion.strip())
        done = _answer(case, seat, outcome, filled, opinion, letter)
        _go_on(case, step)
    return done


def offered(case: Case, step: Step) -> dict[str, str]:
    """The outcomes that a case is offered at a step."""
    choose = getattr(step, "offers", None)
    return {key: label for key, label in step.outcomes.items() if choose is None or key in choose(case)}


def link_for(seat_id: uuid.UUID) -> str:
    """A link by which the unit that is asked answers without an account; an earlier one for the seat stops."""
    with transaction.atomic():
        case, seat = _hold(seat_id)
        if not may_link(case, seat, current()):
            raise Refused("这项待办不能用链接填报，或已经办理，请刷新后查看")
        audit.record("case.linked", target=case, details={"step": seat.step, "at": str(seat.unit_id)})
        return links.make(Link.Purpose.SEAT, seat.pk)


def may_link(case: Case, seat: Seat, who: Acting) -> bool:
    """Whether this account may give the unit that is asked a link to a seat: the office that also records letters."""
    is_waiting = seat.state == Seat.State.OPEN and seat.turn == case.turn and case.state == Case.State.OPEN
    takes = getattr(flow_of(case).steps.get(seat.step), "by_link", False)
    return is_waiting and bool(takes) and seat.unit is not None and who.may("cases.record")


def of_link(link: Link) -> Seat:
    """The seat that a link opens, while it waits."""
    seat = Seat.objects.select_related("case__unit", "case__round", "unit").get(pk=link.target)
    if seat.state != Seat.State.OPEN or seat.turn != seat.case.turn or seat.case.state != Case.State.OPEN:
        raise Refused("这件事项已经填报过，或已由发给您的单位撤回", "link")
    return seat


def _spend(link: Link | None, seat: Seat) -> None:
    """Whoever comes by a link answers once; of two at once, one wins."""
    if link is None or link.purpose != Link.Purpose.SEAT or link.target != seat.pk:
        raise Refused("链接与这件事项不符，请使用最近一次收到的链接", "link")
    links.use(link)


def conditions_of(case: Case) -> list[Condition]:
    """The conditions of the step at which a case is, each with its clause."""
    check: Check | None = getattr(step_of(case), "check", None)
    return check.rule(**check.of(case)) if check and not isinstance(step_of(case), Ranking) else []


def withdraw(case_id: uuid.UUID, reason: str) -> Case:
    """Whoever opened a case may take it back while it is open."""
    with transaction.atomic():
        case = lock(case_id)
        if not may_withdraw(case, current()):
            raise Refused("只有发起人可以撤回，且须在办结之前")
        if notices.standing_objections(case).exists():
            raise Refused("正在核查异议，核查结束前不能撤回")
        _stop(case, TOOK_BACK, reason)
        audit.record("case.withdrawn", target=case)
    return case


def settle_erased(subjects: Iterable[uuid.UUID]) -> int:
    """End what is under way about whoever was erased, and take the papers' bytes away; how many cases ended.

    What was typed and sent went with the key at once. This is for what a key does not reach: a case that nobody could
    go on with, and files that lay unencrypted.
    """
    gone = list(subjects)
    cases = list(Case.unscoped.filter(subject__in=gone, state=Case.State.OPEN).values_list("pk", flat=True))
    for case_id in cases:
        with transaction.atomic():
            case = lock(case_id)
            if case.state == Case.State.OPEN:
                _stop(case, SUBJECT_ERASED)
                audit.record("case.withdrawn", target=case, reason=SUBJECT_ERASED)
    papers = Q(pk__in=Attachment.objects.filter(case__subject__in=gone).values("file"))
    letters = Q(pk__in=Decision.objects.filter(case__subject__in=gone, letter__isnull=False).values("letter"))
    for stored in StoredFile.objects.filter(papers | letters):
        forget_file(stored)
    return len(cases)


def may_withdraw(case: Case, who: Acting) -> bool:
    """Whether this account could take the case back now."""
    return case.state == Case.State.OPEN and _is_opener(case, who)


def transfer(seat_id: uuid.UUID, to: Account, reason: str) -> Seat:
    """Hand a waiting seat to a colleague who holds the same role (转办)."""
    with transaction.atomic():
        case, seat = _hold(seat_id)
        _require(case, seat, step_of(case), current())
        if not seating.holds(to, seat.role, seat.unit):
            raise ValidationError(f"{to.name}在该单位没有办理这个环节的角色，不能转办")
        seat.account, seat.secret = to, records.keep(case, {"why": reason[:LONGEST_REASON]})
        seat.save(update_fields=("account", "secret"))
        audit.record("case.transferred", target=case, details={"to": str(to.id)})
    return seat


def urge(case_id: uuid.UUID) -> int:
    """Remind whoever a case waits for (催办), once a day; how many."""
    with transaction.atomic():
        case, who = lock(case_id), current()
        if not may_urge(case, who):
            raise Refused("只有发起人和上级单位可以催办，且须在等待他人办理时")
        today = clock.now().astimezone(clock.OFFICE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = case.seats.filter(state=Seat.State.OPEN).filter(Q(urged_at__isnull=True) | Q(urged_at__lt=today))
        seats = list(rows.select_related("unit", "account"))
        count = rows.update(urged_at=clock.now())
        telling.urged(case, seats, step_label(case, case.step))
        if not count:
            raise ValidationError("今天已经催办过，或没有待办的单位")
        audit.record("case.urged", target=case)
    return count


def may_urge(case: Case, who: Acting) -> bool:
    """Whether this account may remind whoever the case waits for: its opener, or who oversees it."""
    rows = case.seats.filter(state=Seat.State.OPEN, turn=case.turn).select_related("unit", "account", "case")
    if case.state != Case.State.OPEN or hiding.is_hidden_from(case, who) or all(is_asked(one, who) for one in rows):
        return False
    oversees = who.may("cases.browse") and Case.unscoped.filter(seen_by(who), pk=case.pk).exists()
    return may_withdraw(case, who) or oversees


def appeal(case_id: uuid.UUID, reason: str) -> Case:
    """A refused applicant asks again within the time that the flow allows (申诉)."""
    with transaction.atomic():
        case = lock(case_id)
        if not may_appeal(case, current()):
            raise Refused("不能申诉：该结果没有申诉程序，或已过申诉期限，或您不是申请人")
        end = step_of(case)
        assert isinstance(end, End)
        _say(
            CaseReopened(case=CaseId(case.id), flow=case.flow, end=case.step, unit=_counted_at(case), on=clock.today()),
            case,
            case.step,
        )
        case.state, case.ended_at = Case.State.OPEN, None
        move(case, end.appeal, APPEALED, said=reason)
        audit.record("case.appealed", target=case)
    return case


def may_appeal(case: Case, who: Acting) -> bool:
    """Whether this account could appeal now."""
    step = step_of(case)
    if case.state != Case.State.ENDED or not isinstance(step, End) or not step.appeal or case.ended_at is None:
        return False
    if Move.objects.filter(case=case, why=APPEALED).exists() or not _is_opener(case, who):
        return False
    days = int(values_of.value(step.appeal_days, unit=case.unit)) if step.appeal_days else 0
    ended = clock.day_of(case.ended_at)
    return not days or office_calendar().between(ended, clock.today()) <= days


def save_draft(seat_id: uuid.UUID, data: Mapping[str, Any], *, is_part: bool = False) -> None:
    """Keep what was filled in so far; a part of it stands beside what was there before."""
    with transaction.atomic():
        case, seat = _hold(seat_id)
        _require(case, seat, step_of(case), current())
        told = {**arrived(case, seat)[0], **data} if is_part else dict(data)
        Draft.objects.update_or_create(seat=seat, defaults={"secret": records.keep(case, told)})


def draft_of(case: Case, seat: Seat) -> dict[str, Any]:
    """What was kept of a seat's form; else what the same step was last filled with, so that nobody types it twice."""
    return arrived(case, seat)[0]


def arrived(case: Case, seat: Seat) -> tuple[dict[str, Any], str]:
    """The same, and where it came from, in the users' words."""
    kept = Draft.objects.filter(seat=seat).first()
    if kept:
        return records.read(case, kept.secret) or {}, "您存的草稿"
    return last_filled(case, seat.step)


def last_filled(case: Case, step: str) -> tuple[dict[str, Any], str]:
    """What a step was last filled with, and by whom, when."""
    last = case.decisions.filter(step=step).select_related("unit").order_by("-made_at", "-id").first()
    if last is None:
        return {}, ""
    day = clock.day_of(last.made_at)
    return (records.read(case, last.secret) or {}).get(
        "values"
    ) or {}, f"上次填报（{day}，{last.unit or last.by_name}）"


def filled_at(case: Case, step: str) -> dict[str, Any]:
    """What was last filled in at a step; what is just being sent comes first."""
    if step in case.filling:
        return case.filling[step]
    last = case.decisions.filter(step=step).order_by("-made_at", "-id").first()
    return ((records.read(case, last.secret) or {}).get("values") or {}) if last else {}


def filled_for(cases: Iterable[Case], step: str) -> dict[uuid.UUID, dict[str, Any]]:
    """What each of many cases was last filled with at a step, by the case's id; two questions for all of them."""
    by_id = {one.pk: one for one in cases}
    last = {one.case_id: one for one in Decision.objects.filter(case__in=by_id, step=step).order_by("made_at", "id")}
    read = records.read_each((by_id[pk], one.secret) for pk, one in last.items())
    found = {pk: (words or {}).get("values") or {} for pk, words in zip(last, read, strict=True)}
    return {pk: case.filling.get(step) or found.get(pk, {}) for pk, case in by_id.items()}


def lock(case_id: uuid.UUID) -> Case:
    """The case as it stands, held until the transaction ends."""
    return (
        Case.unscoped.select_for_update(of=("self",)).select_related("unit", "round__host", "opened_by").get(pk=case_id)
    )


def move(case: Case, to: str, why: str = "", said: str = "") -> None:
    """Leave the present step for another, and do what entering it means; the case is locked.

    `why` is in the house's own words; `said` is what somebody typed.
    """
    left = case.step
    telling.moved(case, flow_of(case), left, to)
    _leave(case, to, why, said)
    step = flow_of(case).steps[to]
    case.step, case.due = to, None
    if isinstance(step, End):
        return _end(case, step)
    if isinstance(step, Wait):
        case.due = step.until(case)
    elif not (isinstance(step, Notice) and left == step.objection):  # an objection that fails does not begin it anew
        seats = seating.seat(case, step)
        telling.sent_back(case, flow_of(case), left, to, seats)
        telling.asked_on(case, flow_of(case), left, to, seats)
    case.save()
    if isinstance(step, Panel):
        _panel_done(case, step)
    if isinstance(step, Notice) or (isinstance(step, Wait) and (case.due is None or case.due <= clock.today())):
        notices.pass_if_over(case)
    return None


def close_seat(seat: Seat, outcome: str, *, opinion: str = "", clear: dict[str, Any] | None = None) -> None:
    """A seat answered by an act over many cases, as a ranking or a notice is."""
    _answer(seat.case, seat, outcome, {}, opinion, None, clear)


def _opener(kind: type[Flow], unit: Unit, who: Acting) -> Account:
    if who.account is None:
        raise Refused("须登录后发起")
    desk = kind.opens
    if desk.where == "opener":
        return who.account
    if not desk.role_of(who.roles) or who.unit is None:
        raise Refused(f"“{kind.label}”由{desk.label}发起，您现在的岗位不能发起")
    if desk.where == "applicant" and unit.pk not in (who.unit.pk, who.unit.serves_id):
        raise Refused(f"“{kind.label}”由单位自己发起，您现在的岗位不能代 {unit} 发起")
    if kind.hidden_from_own_unit and any(hiding.is_firm_of(post.unit, unit) for post in who.posts):
        raise Refused(f"您在 {unit} 任职，这个事项须由本人或上级单位发起")
    if desk.where == "own" and not (who.reach.holds(unit.path) or who.unit.serves_id == unit.id):
        raise Refused(f"{unit} 不在您现在岗位的范围内")
    return who.account


def _hold(seat_id: uuid.UUID) -> tuple[Case, Seat]:
    found = Seat.objects.filter(pk=seat_id).values_list("case", flat=True).first()
    if found is None:
        raise Refused("没有这项待办")
    case = lock(found)
    return case, Seat.objects.select_related("unit", "account").get(pk=seat_id)


def _require(case: Case, seat: Seat, step: Step, who: Acting, *, by_letter: bool = False) -> None:
    if not is_asked(seat, who, by_letter=by_letter):
        raise Refused("这项待办不由您现在的岗位办理")
    if seat.state != Seat.State.OPEN or seat.turn != case.turn or case.state != Case.State.OPEN:
        by = (
            f"，{seat.done_by.name}已于 {seat.done_at.astimezone(clock.OFFICE_ZONE):%m-%d %H:%M} 办理"
            if seat.done_by and seat.done_at
            else ""
        )
        raise Late(f"“{step_label(case, seat.step)}”已不在待办{by}，请刷新后查看")
    if isinstance(step, Task) and step.not_by and case.decisions.filter(step=step.not_by, by=who.account).exists():
        earlier = step_label(case, step.not_by)
        raise Refused(f"您办理过本件的“{earlier}”，不能再办理“{step.label}”，请由其他人办理")


def is_asked(seat: Seat, who: Acting, *, by_letter: bool = False) -> bool:
    """Whether a seat is this account's to answer, at its present post."""
    if who.link is not None:
        return seat.pk == who.link and bool(getattr(flow_of(seat.case).steps.get(seat.step), "by_link", False))
    if who.account is None or hiding.is_hidden_from(seat.case, who):
        return False
    if by_letter:
        step = flow_of(seat.case).steps.get(seat.step)
        is_elsewhere = seat.unit is not None and (who.unit is None or seat.unit_id != who.unit.id)
        return who.may("cases.record") and is_elsewhere and getattr(step, "by_letter", False)
    if seat.account_id:
        is_handed_on = bool(seat.role)  # a role taken back takes what was handed on with it
        return seat.account_id == who.account.id and (not is_handed_on or seat.role in who.roles)
    return who.unit is not None and seat.unit_id == who.unit.id and seat.role in who.roles


def step_label(case: Case, step: str) -> str:
    """What users call a step of a case."""
    found = flow_of(case).steps.get(step)
    return found.label if found else {WITHDRAWN: "撤回"}.get(step, step)


def outcome_label(case: Case, step: str, outcome: str) -> str:
    """What users call an outcome."""
    found = flow_of(case).steps.get(step)
    named = found.outcomes.get(outcome) if found else None
    return named or {RECUSED: "回避", "marked": "已评分", WITHDRAWN: "撤回"}.get(outcome, outcome)


def _filled(case: Case, step: Step, outcome: str, data: Mapping[str, Any] | None, opinion: str) -> dict[str, Any]:
    """The form's values, once form, materials and conditions let the outcome pass."""
    if outcome in getattr(step, "back", ()):
        if not opinion.strip():
            raise ValidationError({"opinion": f"选择“{step.outcomes[outcome]}”须写明理由"})
        return {}
    values: dict[str, Any] = {}
    if isinstance(step, Task) and step.form:
        form = step.form(data=data or {}, case=case)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        values = dict(form.cleaned_data)
        case.filling = {case.step: values}
    if case.step == flow_of(case).first():
        rounds.check_materials(case)
        rounds.check_share(case)
    conditions = conditions_of(case)
    if any(one.holds is False for one in conditions):
        raise Unmet(conditions)
    case.checked = conditions
    return values


def _answer(
    case: Case,
    seat: Seat,
    outcome: str,
    values: dict[str, Any],
    opinion: str,
    letter: UploadedFile | None,
    clear: dict[str, Any] | None = None,
    mark: Any = None,
) -> Decision:
    who, now = current(), clock.now()
    is_late = seat.due is not None and seat.due < clock.today()
    said: dict[str, Any] = {"opinion": opinion.strip(), "values": values, "letter": letter.name if letter else ""}
    said["conditions"] = [asdict(one) for one in case.checked]  # as they were found on the day of the decision
    kept = {key: value for key, value in said.items() if value}
    scan = _scan(case, letter, who) if letter else None
    form = getattr(step_of(case), "form", None)
    counted = {name: str(values[name]) for name in getattr(form, "clear", ()) if values.get(name) not in (None, "")}
    done = Decision.objects.create(
        seat=seat, case=case, turn=case.turn, step=case.step, outcome=outcome, mark=mark, by=who.account,
        by_name=who.name[:60], unit=who.unit if scan is None else seat.unit, letter=scan,
        clear={**counted, **(clear or {})}, secret=records.keep(case, kept) if kept else None,
    )  # fmt: skip
    seat.state = Seat.State.RECUSED if outcome == RECUSED else Seat.State.DONE
    seat.done_by, seat.done_at = who.account, now
    seat.save(update_fields=("state", "done_by", "done_at"))
    Draft.objects.filter(seat=seat).delete()
    _say(
        StepDecided(
            case=CaseId(case.id), flow=case.flow, step=case.step, outcome=outcome, turn=case.turn,
            at=UnitId(seat.unit_id) if seat.unit_id else None, by_letter=scan is not None, late=is_late,
            unit=_counted_at(case), on=clock.today(),
        ),
        case,
        case.step,
    )  # fmt: skip
    audit.record(
        "case.decided",
        target=case,
        details={"step": case.step, "outcome": outcome, "letter": bool(scan), "link": who.link is not None},
    )
    return done


def _scan(case: Case, letter: UploadedFile, who: Acting) -> StoredFile:
    return records.keep_paper(case, letter, LETTER_NAME, allowed=LETTER_KINDS, most=LETTER_BYTES, by=who.actor)


def _go_on(case: Case, step: Step) -> None:
    """Move on: a task once anyone it names has decided, a joint check once everyone has answered.

    Of several answers, the one listed last counts.
    """
    if not isinstance(step, Task) and case.seats.filter(turn=case.turn, state=Seat.State.OPEN).exists():
        return
    chosen = set(case.decisions.filter(turn=case.turn).values_list("outcome", flat=True))
    move(case, [name for name in step.outcomes if name in chosen][-1])


def _mark(case: Case, seat: Seat, step: Panel, outcome: str, mark: Any, opinion: str) -> Decision:
    if outcome == RECUSED:
        if not opinion.strip():
            raise ValidationError({"opinion": "回避须写明理由"})
        done = _answer(case, seat, RECUSED, {}, opinion, None)
    else:
        from decimal import Decimal, InvalidOperation

        try:
            value = Decimal(str(mark))
        except (InvalidOperation, ValueError):
            raise ValidationError({"mark": "请填写分数"}) from None
        if not value.is_finite() or not step.lowest <= value <= step.highest:
            raise ValidationError({"mark": f"分数应在 {step.lowest} 到 {step.highest} 之间"})
        done = _answer(case, seat, "marked", {}, opinion, None, mark=value)
    _panel_done(case, step)
    return done


def _panel_done(case: Case, step: Panel) -> None:
    """The panel is over when nobody is still asked and enough have marked; until then more judges can be named."""
    if case.seats.filter(turn=case.turn, state=Seat.State.OPEN).exists():
        return
    marks = [one.mark for one in case.decisions.filter(turn=case.turn, outcome="marked")]
    if len(marks) < judges_needed(case, step):
        return
    case.score = step.rule(marks)
    move(case, next(iter(step.outcomes)))


def free_seat(case_id: uuid.UUID, account: Account) -> None:
    """Ask a judge no more; where all others have marked and are enough, the panel is over."""
    case = lock(case_id)
    step = step_of(case)
    case.seats.filter(account=account, role="", state=Seat.State.OPEN).update(state=Seat.State.VOID)
    if isinstance(step, Panel) and case.state == Case.State.OPEN:
        _panel_done(case, step)


def judges_needed(case: Case, step: Panel) -> int:
    """How many marks a panel needs."""
    return int(values_of.value(step.seats, unit=case.round.host if case.round else case.unit))


def _stop(case: Case, why: str, said: str = "") -> None:
    """End a case where it stands; it comes to none of its ends."""
    _leave(case, WITHDRAWN, why, said)
    _close(case, WITHDRAWN, Case.State.WITHDRAWN)


def _leave(case: Case, to: str, why: str, said: str = "") -> None:
    secret = records.keep(case, {"why": said.strip()[:LONGEST_REASON]}) if said.strip() else None
    Move.objects.create(case=case, turn=case.turn, step=case.step, to=to, why=why, secret=secret)
    case.seats.filter(state=Seat.State.OPEN).update(state=Seat.State.VOID)
    case.turn += 1


def _end(case: Case, step: End) -> None:
    case.save()
    for fact in step.records(case):
        ledger.append(fact, cause=Cause.case(case.id, case.step))
    if step.applies:
        step.applies(case)
    _close(case, case.step, Case.State.ENDED)


def _close(case: Case, end: str, state: str) -> None:
    opened = clock.day_of(case.made_at)
    days = max(office_calendar().between(opened, clock.today()), 0)
    _say(
        CaseClosed(case=CaseId(case.id), flow=case.flow, end=end, days=days, unit=_counted_at(case), on=clock.today()),
        case,
        end,
    )
    case.state, case.ended_at, case.due = state, clock.now(), None
    case.save()
    notices.note_result(case)
    if end != WITHDRAWN:
        telling.ended(case, step_label(case, end))


def _counted_at(case: Case) -> UnitId:
    """Where the process itself is counted: at the subject's unit, or outside its firm where that may not know."""
    return UnitId(hiding.outside(case.unit).pk if hiding.is_hidden(case) else case.unit_id)


def _say(fact: Any, case: Case, step: str) -> None:
    ledger.append(fact, cause=Cause.case(case.id, step))


def _is_opener(case: Case, who: Acting) -> bool:
    if who.account is None or hiding.is_hidden_from(case, who):
        return False
    if case.opened_by_id == who.account.id:
        return True
    desk = flow_of(case).opens
    return who.unit is not None and who.unit.id == case.opened_unit_id and bool(desk.role_of(who.roles))


def _lock_subject(subject: uuid.UUID, flow: str) -> None:
    """Two who open a case about the same subject come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"{flow}{subject}"])


def _number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('flows_case_number')")
        return f"{clock.today().year}-{int(cursor.fetchone()[0]):06d}"


def seen_by(who: Acting) -> Q:
    """The cases that someone may open: asked about, opened by themself, or, for who oversees them, within reach."""
    if who.account is None:
        return Q(pk__in=[])
    mine = Q(opened_by=who.account)
    if who.is_worker and (person := people.person_of(who.account)):
        mine |= Q(subject=person.pk)
    asked = Seat.objects.filter(case=OuterRef("pk")).filter(_asked(who))
    if not who.may("cases.browse"):
        return mine | Q(Exists(asked))
    served = Unit.unscoped.filter(unions__path__within=who.reach).values("pk")
    return mine | Q(Exists(asked)) | Q(unit__path__within=who.reach) | Q(unit__in=served)


def is_of_the_firm(case: Case, who: Acting) -> bool:
    """Whether someone acts for the subject's own firm, or for its union."""
    return who.unit is not None and case.unit_id in (who.unit.id, who.unit.serves_id)


def handles(case: Case, who: Acting) -> bool:
    """Whether this account is or was asked at a step beyond the firm's own: whoever verifies, consults or decides."""
    if is_of_the_firm(case, who):
        return False
    desks = {name: getattr(step, "by", OPENER).where for name, step in flow_of(case).steps.items()}
    beyond = [name for name, where in desks.items() if where not in ("own", "opener", "applicant")]
    seats = case.seats.filter(step__in=beyond).select_related("unit", "account")
    return any(is_asked(one, who) or (who.account and one.done_by_id == who.account.pk) for one in seats)


def _asked(who: Acting) -> Q:
    asked = Q(account=who.account) | Q(done_by=who.account)
    if who.unit is not None:
        asked |= Q(unit=who.unit, role__in=who.roles)
    return asked
