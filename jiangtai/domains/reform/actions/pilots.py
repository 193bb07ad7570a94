"""Pilots: batches prepared, opened and published, earlier lists taken over, pilots named and ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse

from jiangtai import ledger
from jiangtai.access import Refused, Unit, audit, current, root
from jiangtai.flows import Case, engine
from jiangtai.flows import rounds as windows
from jiangtai.kernel import clock, new_id
from jiangtai.ledger import Cause, FactId, SubjectId, UnitId
from jiangtai.messages import MessageKind, message_kind, send

from ..facts import PilotEnd, PilotEnded, PilotNamed
from ..models import Pilot, PilotBatch, PilotType, Task
from ..queries import pilots as queries
from ..rules import pilots as rules
from . import tasks

NAMED = message_kind(
    MessageKind("reform.pilot_named", "确定为试点", "本单位已确定为“{batch}”{type}，请编制年度任务清单。")
)
ENDED = message_kind(MessageKind("reform.pilot_ended", "撤销试点", "本单位不再是“{batch}”试点：{reason}"))

audit.actions(
    pilot_batch__prepared="筹备试点批次",
    pilot_batch__opened="试点批次开始申报",
    pilot_batch__confirmed="审定试点名单",
    pilot_batch__named="公布试点名单",
    pilot_batch__listed="导入试点名单",
    pilot_batch__dropped="删除筹备中的试点批次",
    pilot__named="确定试点",
    pilot__ended="撤销试点",
)


@dataclass(frozen=True)
class Call:
    """What a batch says of itself."""

    title: str
    year: int
    opens: date | None
    closes: date | None
    until: date | None
    asks: str = ""


# batches


def prepare(call: Call, kinds: Sequence[rules.Kind]) -> PilotBatch:
    """A batch in preparation, with its types."""
    host, who = _host(), current()
    _check_days(call)
    with transaction.atomic():
        _check_title(call.title, host)
        made = PilotBatch.unscoped.create(unit=host, **vars(call), by=who.actor, by_name=who.name[:60])
        for place, kind in enumerate(kinds, start=1):
            made.types.create(place=place, **vars(kind))
        audit.record("pilot_batch.prepared", target=made, details={"types": len(kinds)})
    return made


def change(batch: PilotBatch, call: Call) -> PilotBatch:
    """Change what a batch says of itself, while it is prepared."""
    _check_days(call)
    with transaction.atomic():
        held = _held(batch, PilotBatch.State.PREPARING)
        _check_title(call.title, held.unit, held)
        for name, value in vars(call).items():
            setattr(held, name, value)
        held.save()
        audit.record("pilot_batch.prepared", target=held)
    return held


def add_type(batch: PilotBatch, kind: rules.Kind) -> PilotType:
    """Another type, while the batch is prepared."""
    with transaction.atomic():
        held = _held(batch, PilotBatch.State.PREPARING)
        _check_name(held, kind.name)
        place = int(held.types.aggregate(last=Max("place"))["last"] or 0) + 1
        made: PilotType = held.types.create(place=place, **vars(kind))
        audit.record("pilot_batch.prepared", target=held, details={"type": kind.name, "quota": kind.quota})
    return made


def change_type(one: PilotType, kind: rules.Kind) -> PilotType:
    """Change a type: all of it while the batch is prepared, and of a list that was taken over only the quota."""
    with transaction.atomic():
        batch = PilotBatch.unscoped.select_for_update(of=("self",)).get(pk=one.batch_id)
        held = PilotType.objects.select_for_update(of=("self",)).get(pk=one.pk)
        if batch.state != PilotBatch.State.PREPARING and not batch.is_listed:
            raise Refused("批次已经开始申报，类型和名额不能再改")
        _check_name(batch, kind.name, held)
        number = Pilot.unscoped.filter(type=held).count()
        if kind.quota < number:
            raise ValidationError({"quota": f"“{held.name}”已有 {number} 个试点，名额不能少于 {number}"})
        for name, value in vars(kind).items():
            setattr(held, name, value)
        held.save()
        audit.record("pilot_batch.prepared", target=batch, details={"type": kind.name, "quota": kind.quota})
    return held


def drop_type(one: PilotType) -> None:
    """A type that is not called for, while the batch is prepared."""
    with transaction.atomic():
        held = _held(one.batch, PilotBatch.State.PREPARING)
        audit.record("pilot_batch.prepared", target=held, details={"dropped": one.name})
        PilotType.objects.filter(pk=one.pk).delete()


def drop(batch: PilotBatch) -> None:
    """Give up a batch for which nobody could apply yet."""
    with transaction.atomic():
        held = _held(batch, PilotBatch.State.PREPARING)
        audit.record("pilot_batch.dropped", target=held, details={"title": held.title})
        held.delete()


def open_batch(batch: PilotBatch) -> PilotBatch:
    """Let units apply: every type is a round of its own, with its quota."""
    with transaction.atomic():
        held = _held(batch, PilotBatch.State.PREPARING)
        if not held.types.exists():
            raise ValidationError("还没有试点类型，请先添加类型和名额")
        assert held.opens and held.closes
        if held.closes < clock.today():
            raise ValidationError(f"截止申报日期 {held.closes} 已过，请先修改")
        for one in held.types.all():
            made = windows.make(
                queries.FLOW, name=f"{held.title}·{one.name}"[:80], host=held.unit, opens=held.opens,
                closes=held.closes, quota=one.quota,
            )  # fmt: skip
            one.round = windows.start(made)
            one.save(update_fields=("round",))
        held.state = PilotBatch.State.OPEN
        held.save(update_fields=("state",))
        audit.record("pilot_batch.opened", target=held)
    return held


def apply(kind: PilotType) -> Case:
    """Open the application of one's own unit; one that is there already is gone on with."""
    unit = queries.home(current())
    if unit is None or kind.round is None:
        raise Refused("须以单位的岗位申报，且批次已开始申报")
    there = Case.unscoped.filter(round=kind.round, subject=unit.pk).exclude(state=Case.State.WITHDRAWN).first()
    return there or engine.open_case(queries.FLOW, unit.pk, unit, round=kind.round)


def confirm_all(batch: PilotBatch, opinion: str) -> int:
    """The leader confirms everybody on the proposed list at once; all or none."""
    count = 0
    with transaction.atomic():
        PilotBatch.unscoped.select_for_update(of=("self",)).get(pk=batch.pk)
        for case in queries.to_confirm(batch):
            seat = case.seats.filter(turn=case.turn, state="open").first()
            if seat is not None:
                engine.decide(seat.pk, "named", opinion=opinion)
                count += 1
        if not count:
            raise ValidationError("没有等待审定的单位，可能已经审定，请刷新")
        audit.record("pilot_batch.confirmed", target=batch, details={"pilots": count})
    return count


def publish(batch: PilotBatch, document: str, on: date, *, is_public: bool) -> PilotBatch:
    """Publish the list once every application is settled; the pilots are told."""
    with transaction.atomic():
        held = _held(batch, PilotBatch.State.OPEN)
        if on > clock.today():
            raise ValidationError({"named_on": f"公布日期不能晚于今天（{clock.today()}）"})
        cases = Case.unscoped.filter(round__in=held.types.values("round"), state=Case.State.OPEN)
        if left := cases.exclude(step="apply").count():
            raise ValidationError(f"还有 {left} 件申报没有办结，全部审定后再公布")
        found = list(Pilot.unscoped.filter(batch=held).select_related("unit", "type"))
        if not found:
            raise ValidationError("还没有确定的试点，不能公布名单")
        for one in held.types.select_related("round"):
            if one.round is not None and one.round.state == "open":
                windows.close(one.round)
        held.state, held.document, held.named_on, held.is_public = PilotBatch.State.NAMED, document, on, is_public
        held.save()
        for pilot in found:
            _tell(pilot, NAMED, {"batch": held.title, "type": pilot.type.name})
        audit.record("pilot_batch.named", target=held, details={"pilots": len(found), "public": is_public})
    return held


def show(batch: PilotBatch, is_public: bool) -> PilotBatch:
    """Put a published list on the square, or take it off."""
    with transaction.atomic():
        held = _held(batch, PilotBatch.State.NAMED)
        held.is_public = is_public
        held.save(update_fields=("is_public",))
        audit.record("pilot_batch.named", target=held, details={"public": is_public})
    return held


# an earlier list


def take_listing(call: Call, document: str, on: date, lines: Sequence[queries.Line]) -> PilotBatch:
    """Take over a batch that was named before; each type's quota is what the list holds until it is changed."""
    host, who = _host(), current()
    if on > clock.today():
        raise ValidationError({"named_on": f"公布日期不能晚于今天（{clock.today()}）"})
    with transaction.atomic():
        _check_title(call.title, host)
        made = PilotBatch.unscoped.create(
            unit=host, **vars(call), is_listed=True, state=PilotBatch.State.NAMED, document=document, named_on=on,
            by=who.actor, by_name=who.name[:60],
        )  # fmt: skip
        _add(made, lines, grows=True)
        audit.record("pilot_batch.listed", target=made, details={"pilots": len(lines)})
    return made


def add_lines(batch: PilotBatch, lines: Sequence[queries.Line]) -> int:
    """More units of a list that was taken over, within the quotas; how many were new."""
    with transaction.atomic():
        held = _held(batch, PilotBatch.State.NAMED)
        if not held.is_listed:
            raise Refused("这一批次经申报评定产生，不能再用名单增加")
        known = set(Pilot.unscoped.filter(batch=held).values_list("unit", flat=True))
        new = [one for one in lines if one.unit.pk not in known]
        _add(held, new, grows=False)
        audit.record("pilot_batch.listed", target=held, details={"pilots": len(new)})
    return len(new)


def _add(batch: PilotBatch, lines: Sequence[queries.Line], *, grows: bool) -> None:
    taken = {one.unit_id: one for one in _busy(lines)}
    wrong = [f"{line.unit}已是“{taken[line.unit.pk].batch}”试点" for line in lines if line.unit.pk in taken]
    if wrong and (batch.until is None or batch.until >= clock.today()):
        raise ValidationError(f"{'；'.join(wrong[:5])}，试点期内不能重复，请从名单中删去")
    by_type: dict[str, list[queries.Line]] = {}
    for line in lines:
        by_type.setdefault(line.type, []).append(line)
    known = {one.name: one for one in batch.types.all()}
    for name, own in by_type.items():
        kind = known.get(name)
        if kind is None:
            place = int(batch.types.aggregate(last=Max("place"))["last"] or 0) + 1
            kind = batch.types.create(place=place, name=name, quota=len(own), names_project=any(o.project for o in own))
        elif not grows and Pilot.unscoped.filter(type=kind).count() + len(own) > kind.quota:
            raise ValidationError(f"{rules.full(kind.quota, kind.quota, name)}；请先修改“{name}”的名额")
        for line in own:
            _name(kind, line.unit, line.project, on=batch.named_on or clock.today())


def _busy(lines: Iterable[queries.Line]) -> Iterable[Pilot]:
    units = [one.unit.pk for one in lines]
    return queries.going_on(Pilot.unscoped.filter(unit__in=units)).select_related("batch")


# naming and ending


def named(case: Case) -> list[Any]:
    """What is asserted when a candidate is confirmed; the pilot carries the number of its case."""
    kind = queries.type_of(case)
    return [_fact(case.pk, kind, UnitId(case.unit_id), clock.today())]


def name(case: Case) -> None:
    """A candidate is a pilot from now on, at one of the quota's places."""
    told, kind = engine.filled_at(case, "apply"), queries.type_of(case)
    measure = queries.measures().filter(pk=told["measure"]).first() if told.get("measure") else None
    made = _keep(kind, case.unit, told.get("project") or "", pk=case.pk, case=case.pk, measure=measure)
    audit.record("pilot.named", target=made, details={"type": kind.name, "place": made.place})


def _name(kind: PilotType, unit: Unit, project: str, *, on: date) -> Pilot:
    made = _keep(kind, unit, project, pk=new_id(), on=on)
    ledger.append(_fact(made.pk, kind, UnitId(unit.pk), on), cause=Cause.imported(kind.batch_id))
    return made


def _keep(kind: PilotType, unit: Unit, project: str, *, pk: Any, on: date | None = None, **fields: Any) -> Pilot:
    """A pilot's row; the type is held until it is written, and the place is unique besides."""
    held = PilotType.objects.select_for_update(of=("self",)).select_related("batch").get(pk=kind.pk)
    there, batch = Pilot.unscoped.filter(type=held), held.batch
    number = there.count()
    if words := rules.full(held.quota, number, held.name):
        raise ValidationError(words)
    today = clock.today()
    over = Pilot.unscoped.filter(unit=unit, state=Pilot.State.ACTIVE, until__lt=today)
    for one in over.select_for_update(of=("self",)):
        one.state, one.ended_on = Pilot.State.EXPIRED, one.until
        one.save(update_fields=("state", "ended_on"))
    is_over = batch.until is not None and batch.until < today
    state = Pilot.State.EXPIRED if is_over else Pilot.State.ACTIVE
    place = int(there.aggregate(last=Max("place"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            return Pilot.unscoped.create(
                id=pk, batch=batch, type=held, unit=unit, place=place, project=project[:200], named_on=on or today,
                until=batch.until, state=state, ended_on=batch.until if is_over else None, **fields,
            )  # fmt: skip
    except IntegrityError as error:
        raise ValidationError(f"{unit}已经是试点，试点期内不能重复确定") from error


def _fact(pilot: Any, kind: PilotType, unit: UnitId, on: date) -> PilotNamed:
    return PilotNamed(
        pilot=SubjectId(pilot), batch=kind.batch_id, type=kind.pk, has_project=kind.names_project, unit=unit,
        until=kind.batch.until, on=on,
    )  # fmt: skip


def end(pilot: Pilot, why: PilotEnd, reason: str) -> Pilot:
    """A pilot ends before its day: what its lists asked for is asked for no longer, and the unit is told."""
    with transaction.atomic():
        held = Pilot.unscoped.select_for_update(of=("self",)).select_related("unit", "batch").get(pk=pilot.pk)
        if not current().may("pilots.change"):
            raise Refused("只有领导小组办公室可以撤销试点")
        if not held.goes_on:
            raise Refused("试点已经结束，请刷新")
        today = clock.today()
        held.state, held.ended_on, held.ended_why = Pilot.State.REVOKED, today, reason.strip()[:200]
        held.save(update_fields=("state", "ended_on", "ended_why"))
        fact = ledger.every(PilotNamed).of(held.pk).current().order_by("-id").first()
        if fact is not None:
            gone = PilotEnded(
                pilot=SubjectId(held.pk), named=FactId(fact.pk), why=why, unit=UnitId(held.unit_id), on=today
            )
            ledger.append(gone, cause=Cause.act("撤销试点", held.pk))
        open_now = Task.unscoped.filter(list_item__list__pilot=held, state=Task.State.OPEN)
        tasks.drop(list(open_now), f"试点已撤销：{reason.strip()}"[:200])
        _tell(held, ENDED, {"batch": held.batch.title, "reason": reason.strip()})
        audit.record("pilot.ended", target=held, reason=reason.strip(), details={"why": why.value})
    return held


def _tell(pilot: Pilot, kind: MessageKind, values: dict[str, Any]) -> None:
    for account in queries.people_of(pilot.unit):
        send(account, kind, values=values, link=reverse("pilots.show", args=[pilot.pk]), cause=pilot.pk)


def _host() -> Unit:
    host = root()
    if host is None or not current().may("pilots.change"):
        raise Refused("只有领导小组办公室可以组织试点")
    return host


def _held(batch: PilotBatch, state: str) -> PilotBatch:
    """The batch, locked, while it stands where this may be done."""
    if not current().may("pilots.change"):
        raise Refused("只有领导小组办公室可以组织试点")
    found = PilotBatch.unscoped.select_for_update(of=("self",)).select_related("unit").filter(pk=batch.pk).first()
    if found is None:
        raise Refused("这个试点批次已经删除")
    if found.state != state:
        raise Refused(f"“{found.title}”{found.get_state_display()}，不能这样办，请刷新")
    return found


def _check_days(call: Call) -> None:
    if call.opens and call.closes and call.closes < call.opens:
        raise ValidationError({"closes": f"截止申报 {call.closes} 早于开始申报 {call.opens}"})
    if call.until and call.closes and call.until <= call.closes:
        raise ValidationError({"until": f"试点期应到截止申报 {call.closes} 以后"})


def _check_title(title: str, host: Unit, but: PilotBatch | None = None) -> None:
    rows = PilotBatch.unscoped.filter(unit=host, title=title)
    if (rows.exclude(pk=but.pk) if but else rows).exists():
        raise ValidationError({"title": f"已有名为“{title}”的试点批次"})


def _check_name(batch: PilotBatch, name: str, but: PilotType | None = None) -> None:
    rows = batch.types.filter(name=name)
    if (rows.exclude(pk=but.pk) if but else rows).exists():
        raise ValidationError({"name": f"这一批次已有“{name}”"})
