"""Instruments: drafted, issued with a number of their own, answered once, settled or asked again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from jiangtai import ledger
from jiangtai.access import Refused, Unit, audit, current, inquiries
from jiangtai.kernel import Period, clock
from jiangtai.ledger import Cause, FactId, SubjectId, UnitId
from jiangtai.messages import MessageKind, message_kind, send

from ..facts import InstrumentAnswered, InstrumentClosed, InstrumentIssued, Sender, Through
from ..models import Addressee, Concern, Instrument, Reply, Scheme, Task
from ..queries import supervising as queries
from ..rules import supervising as rules
from . import proofs

SENT = message_kind(MessageKind("reform.sent", "督办文书", "收到{kind}{number}《{title}》{due}。"))
AGAIN = message_kind(MessageKind("reform.again", "督办退回", "{number}的答复被退回，请在 {due} 前重新答复：{said}"))
SETTLED = message_kind(MessageKind("reform.settled", "督办销号", "{number}《{title}》已销号。"))
_TRIES = 20

audit.actions(
    instrument__drafted="拟督办文书",
    instrument__discarded="删除督办文书草稿",
    instrument__issued="发出督办文书",
    instrument__answered="答复督办文书",
    instrument__recorded="代录督办答复",
    instrument__returned="退回督办答复",
    instrument__closed="督办销号",
    instrument__letter_read="查看督办答复来函",
    instrument__opened_file="查看督办答复附件",
)


@dataclass(frozen=True)
class Wording:
    """What an instrument says and until when it asks for an answer."""

    title: str
    body: str
    needs_reply: bool = True
    due: date | None = None


def draft(
    kind: Sender,
    said: Wording,
    units: Sequence[Unit],
    found: Iterable[rules.Standing] = (),
    *,
    tasks: Iterable[Task] = (),
    methods: Sequence[str] = (),
    period: str = "",
    scheme: Scheme | None = None,
    table: Sequence[dict[str, str]] = (),
) -> Instrument:
    """Write a draft down, with the tasks for which it is sent."""
    _check(said)
    host, who = current().unit, current()
    if host is None:
        raise Refused("须以本级单位的岗位拟稿")
    _check_units(kind, host, units)
    if period and (quarter := Period.parse(period)).last >= clock.today():
        raise Refused(f"{quarter.label}到 {quarter.last} 才结束，结束后再拟它的通报；要通报目前进展的，请用“自拟”")
    try:
        with transaction.atomic():
            one = Instrument.unscoped.create(
                unit=host,
                kind=kind.value,
                title=said.title.strip(),
                body=said.body.strip(),
                notes=list(methods),
                table=list(table),
                needs_reply=said.needs_reply,
                due=said.due if said.needs_reply else None,
                period=period,
                scheme=scheme,
                drafted_by=who.actor,
                drafted_by_name=who.name[:60],
            )
    except IntegrityError as error:
        about = f"“{scheme}”" if scheme else Period.parse(period).label
        raise Refused(f"{about}的通报已经拟过，请在督办文书里打开那一份修改") from error
    Addressee.unscoped.bulk_create(Addressee(instrument=one, unit=unit, due=one.due) for unit in dict.fromkeys(units))
    Concern.objects.bulk_create(
        Concern(instrument=one, task=task, light=standing.light, why=standing.why[:200])
        for task, standing in zip(tasks, found, strict=True)
    )
    audit.record("instrument.drafted", target=one, details={"kind": kind.label})
    return one


def change(one: Instrument, said: Wording, units: Sequence[Unit]) -> Instrument:
    """Change a draft; what was issued stays as it was sent."""
    _check(said)
    _check_units(one.sender, one.unit, units)
    with transaction.atomic():
        one = _draft_of(one)
        one.title, one.body, one.needs_reply = said.title.strip(), said.body.strip(), said.needs_reply
        one.due = said.due if said.needs_reply else None
        one.save()
        Addressee.unscoped.filter(instrument=one).exclude(unit__in=units).delete()
        Addressee.unscoped.filter(instrument=one).update(due=one.due)
        known = set(Addressee.unscoped.filter(instrument=one).values_list("unit_id", flat=True))
        Addressee.unscoped.bulk_create(
            Addressee(instrument=one, unit=unit, due=one.due) for unit in dict.fromkeys(units) if unit.pk not in known
        )
        audit.record("instrument.drafted", target=one, details={"kind": one.sender.label})
    return one


def discard(one: Instrument) -> None:
    """Throw a draft away."""
    with transaction.atomic():
        one = _draft_of(one)
        audit.record("instrument.discarded", target=one, details={"kind": one.sender.label, "title": one.title})
        one.delete()


def issue(one: Instrument) -> Instrument:
    """Send a draft by the hand of its own sender: it gets its number, and every unit is told."""
    permission, refusal = queries.senders(one.sender)
    if not current().may(permission):
        raise Refused(refusal)
    with transaction.atomic():
        one = _draft_of(one)
        if one.needs_reply and one.due and one.due < clock.today():
            raise ValidationError(f"答复期限 {one.due} 已过，请先修改草稿")
        _number(one)
        for addressee in Addressee.unscoped.filter(instrument=one).select_related("unit"):
            _send(one, addressee)
        if not one.needs_reply:
            one.state = Instrument.State.CLOSED
            one.save(update_fields=("state",))
        audit.record("instrument.issued", target=one, details={"kind": one.sender.label, "number": one.number})
    return one


def answer(
    addressee: Addressee, text: str, letter: inquiries.Letter | None = None, files: Iterable[UploadedFile] = ()
) -> Reply:
    """Take a unit's answer with its files, by its account or from a letter recorded for it; what is looked at stays."""
    who, through = current(), Through.LETTER if letter else Through.ACCOUNT
    if not text.strip():
        raise ValidationError({"text": "请填写答复内容"})
    with transaction.atomic():
        addressee = _locked(addressee)
        if addressee.state != Addressee.State.WAITING:
            raise Refused(f"“{addressee.unit}”的这一份已是“{addressee.get_state_display()}”，不用再答复")
        reply = Reply(
            addressee=addressee,
            text=text.strip(),
            through=through.value,
            answered_on=clock.today(),
            by=who.actor,
            by_name=who.name[:60],
        )
        if letter:
            reply.letter, reply.letter_number, reply.letter_date = letter.scan, letter.number, letter.dated
        reply.save()
        for file in files:
            reply.files.create(file=proofs.keep(file))
        _move(addressee, Addressee.State.ANSWERED)
        fact = InstrumentAnswered(
            instrument=SubjectId(addressee.instrument_id),
            issued=_issued(addressee),
            through=through,
            unit=UnitId(addressee.unit_id),
            on=clock.today(),
        )
        ledger.append(fact, cause=Cause.act("答复督办文书", addressee.instrument_id))
        action = "instrument.recorded" if letter else "instrument.answered"
        audit.record(action, target=addressee.unit, details={"number": addressee.instrument.number})
    return reply


def return_reply(addressee: Addressee, said: str, due: date) -> Addressee:
    """Ask again, saying what is missing, until another day."""
    if due < clock.today():
        raise ValidationError({"due": f"答复期限不能早于今天（{clock.today()}）"})
    if not said.strip():
        raise ValidationError({"said": "请写明退回的原因"})
    with transaction.atomic():
        addressee = _judged(addressee, Reply.Verdict.RETURNED, said)
        addressee.due = due
        _move(addressee, Addressee.State.WAITING, "due")
        _tell(addressee, AGAIN, {"due": due, "said": said.strip()[:120]}, f"again{addressee.replies.count()}")
        audit.record("instrument.returned", target=addressee.unit, reason=said)
    return addressee


def close(addressee: Addressee, said: str = "") -> Addressee:
    """Settle what a unit was sent; without an answer only with a reason."""
    with transaction.atomic():
        addressee = _locked(addressee)
        _check_closer(addressee.instrument)
        if addressee.state == Addressee.State.ANSWERED:
            addressee = _judged(addressee, Reply.Verdict.ACCEPTED, said)
        elif addressee.state != Addressee.State.WAITING:
            raise Refused(f"“{addressee.unit}”的这一份已是“{addressee.get_state_display()}”")
        elif not said.strip():
            raise ValidationError({"said": "单位还没有答复，直接销号请写明原因"})
        _settle(addressee)
        left = Addressee.unscoped.filter(instrument=addressee.instrument_id).exclude(state=Addressee.State.CLOSED)
        if not left.exists():
            Instrument.unscoped.filter(pk=addressee.instrument_id).update(state=Instrument.State.CLOSED)
        _tell(addressee, SETTLED, {"title": addressee.instrument.title}, "settled")
        audit.record("instrument.closed", target=addressee.unit, reason=said)
    return addressee


def _check(said: Wording) -> None:
    if not said.title.strip() or not said.body.strip():
        raise ValidationError("标题和正文都要填写")
    if said.needs_reply and said.due is None:
        raise ValidationError({"due": "要求答复的，请填写答复期限"})
    if said.needs_reply and said.due and said.due < clock.today():
        raise ValidationError({"due": f"答复期限不能早于今天（{clock.today()}）"})


def _check_units(kind: Sender, host: Unit, units: Sequence[Unit]) -> None:
    if not units:
        raise ValidationError({"units": "请至少填一个受文单位"})
    if own := next((unit for unit in units if queries.is_issuer(kind, host, unit)), None):
        raise ValidationError({"units": f"{kind.label}由“{own}”发出，不能发给它自己，请从受文单位里去掉"})


def _draft_of(one: Instrument) -> Instrument:
    """The draft, held until the end of the transaction: of two who change or send it, the second is told."""
    found = Instrument.unscoped.select_for_update(of=("self",)).select_related("unit").filter(pk=one.pk).first()
    if found is None:
        raise Refused("这份草稿已经删除")
    if found.state != Instrument.State.DRAFT:
        raise Refused(f"{found.number}已经发出，不能再改，也不重复发出")
    return found


def _number(one: Instrument) -> None:
    """Take the next number; where somebody else takes it at the same moment, the one after."""
    today, who = clock.today(), current()
    one.state, one.year, one.issued_on = Instrument.State.ISSUED, today.year, today
    one.issued_by, one.issued_by_name = who.actor, who.name[:60]
    for _ in range(_TRIES):
        one.serial = queries.next_serial(one, today.year)
        one.number = queries.number_of(one, today.year, one.serial)
        try:
            with transaction.atomic():
                one.save()
            return
        except IntegrityError:
            continue
    raise Refused("正在同时发出很多文书，编号没有取到，请再试一次")


def _send(one: Instrument, addressee: Addressee) -> None:
    fact = InstrumentIssued(
        instrument=SubjectId(one.pk),
        kind=one.sender,
        number=one.number,
        unit=UnitId(addressee.unit_id),
        due=addressee.due,
        on=clock.today(),
    )
    addressee.issued = ledger.append(fact, cause=Cause.act("发出督办文书", one.pk))
    addressee.instrument = one
    if one.needs_reply:
        _move(addressee, Addressee.State.WAITING, "issued")
    else:
        addressee.save(update_fields=("issued",))
        _settle(addressee)
    due = f"，请在 {addressee.due} 前答复" if addressee.due else ""
    _tell(addressee, SENT, {"kind": one.sender.label, "title": one.title, "due": due}, "sent")


def _settle(addressee: Addressee) -> None:
    fact = InstrumentClosed(
        instrument=SubjectId(addressee.instrument_id),
        issued=_issued(addressee),
        unit=UnitId(addressee.unit_id),
        on=clock.today(),
    )
    ledger.append(fact, cause=Cause.act("督办销号", addressee.instrument_id))
    addressee.closed_on = clock.today()
    _move(addressee, Addressee.State.CLOSED, "closed_on")


def _judged(addressee: Addressee, verdict: Reply.Verdict, said: str) -> Addressee:
    addressee = _locked(addressee)
    _check_closer(addressee.instrument)
    found = addressee.replies.filter(verdict=Reply.Verdict.PENDING).update(
        verdict=verdict, said=said.strip()[:300], judged_at=clock.now()
    )
    if not found:
        raise Refused(f"“{addressee.unit}”没有待审的答复，请刷新页面查看")
    return addressee


def _check_closer(one: Instrument) -> None:
    """A supervision is settled by whoever sends it; the office settles prompts and bulletins."""
    if one.sender is Sender.SUPERVISION and not current().may("instruments.supervise"):
        raise Refused(f"督查由{queries.level()}委、{queries.level()}政府经办人审核销号")


def _locked(addressee: Addressee) -> Addressee:
    rows = Addressee.unscoped.select_for_update(of=("self",)).select_related("unit", "instrument__unit")
    return rows.get(pk=addressee.pk)


def _move(addressee: Addressee, state: str, *also: str) -> None:
    addressee.state = state
    addressee.save(update_fields=("state", *also))


def _issued(addressee: Addressee) -> FactId:
    assert addressee.issued
    return FactId(addressee.issued)


def _tell(addressee: Addressee, kind: MessageKind, values: dict[str, object], once: str) -> None:
    said = {"number": addressee.instrument.number, **values}
    link, cause = reverse("addressees.show", args=[addressee.pk]), uuid5(addressee.pk, once)
    for account in queries.answerers(addressee.unit):
        send(account, kind, values=said, link=link, cause=cause)
