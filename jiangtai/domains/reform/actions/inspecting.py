"""Inspections are prepared, drawn, announced, recorded on the spot, and their findings sent, put right and closed."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from jiangtai import ledger
from jiangtai.access import Refused, Unit, audit, current, parameters, root
from jiangtai.flows import Case, Seat, engine, seating
from jiangtai.kernel import clock, keep_file
from jiangtai.ledger import Cause, FactId, SubjectId, UnitId
from jiangtai.messages import MessageKind, message_kind, send

from ..facts import FindingClosed, FindingMade, UnitInspected
from ..models import Inspection, InspectionFinding, InspectionPoint, Inspector, PointResult, PolicyPaper, Visit
from ..queries import inspecting as queries
from ..rules import inspecting as rules
from . import tasks

ANNOUNCED = message_kind(
    MessageKind("reform.inspection", "检查通知", "“{title}”将于 {since} 至 {until} 到本单位检查。")
)
SENT = message_kind(
    MessageKind("reform.rectify", "整改通知", "“{title}”发现 {count} 个问题，请于 {due} 前整改并在待办中答复。")
)
PHOTOS, PHOTO_BYTES, MOST_PHOTOS = {"jpg", "png"}, 10 * 2**20, 6
MOST_SEED = 30

audit.actions(
    inspection__prepared="筹备监督检查",
    inspection__drawn="随机抽取受检单位和检查人员",
    inspection__issued="发出检查通知",
    inspection__dropped="放弃监督检查",
    inspection__marked="记检查结果",
    inspection__confirmed="确认检查记录",
    inspection__sent="发整改通知",
    inspection__closed="结束监督检查",
    inspection__opened_photo="查看检查照片",
)


@dataclass(frozen=True)
class Call:
    """What is inspected, on which days."""

    title: str
    since: date
    until: date


def prepare(
    call: Call,
    papers: Sequence[PolicyPaper],
    points: Sequence[rules.PointLine],
    units: Sequence[Unit] = (),
    inspectors: Sequence[tuple[str, str]] = (),
    inspection: Inspection | None = None,
) -> Inspection:
    """Prepare an inspection, or change one that was not announced yet."""
    who = current()
    if who.unit is None:
        raise Refused("须以本级单位的岗位办理")
    if call.until < call.since:
        raise ValidationError({"until": f"检查结束 {call.until} 早于检查开始 {call.since}"})
    with transaction.atomic():
        if inspection is None:
            held = Inspection.unscoped.create(unit=who.unit, **vars(call), by=who.actor, by_name=who.name[:60])
        else:
            held = _draft(inspection)
            for name, value in vars(call).items():
                setattr(held, name, value)
            held.save()
            held.points.all().delete()
        held.papers.set(papers)
        InspectionPoint.objects.bulk_create(
            InspectionPoint(inspection=held, place=at, text=one.text, clause=one.clause)
            for at, one in enumerate(points, start=1)
        )
        if not held.seed:  # what was drawn stays as it was drawn
            _put(held, units, inspectors)
        audit.record("inspection.prepared", target=held)
    return held


def draw(
    inspection: Inspection, kind: str, number: int, people: Sequence[tuple[str, str]], inspectors: int, seed: str = ""
) -> Inspection:
    """Draw units and inspectors at random, once; seed and lists are kept so that anybody can draw again.

    A seed that somebody says is only the beginning of the one that draws: else one could try until the result suits.
    """
    if inspectors < rules.LEAST_INSPECTORS or len(people) < inspectors:
        raise ValidationError(
            {"inspectors": f"检查人员至少抽 {rules.LEAST_INSPECTORS} 人，名录有 {len(people)} 人，应不少于要抽的人数"}
        )
    found = queries.pool(kind, current())
    if len(found) > queries.MOST_POOL:
        raise ValidationError({"kind": f"名录超过 {queries.MOST_POOL:,} 家，请缩小范围"})
    if not 1 <= number <= len(found):
        raise ValidationError({"number": f"名录里有 {len(found)} 家，抽取数应在 1 到 {len(found)} 之间"})
    with transaction.atomic():
        held = _draft(inspection)
        if held.seed:
            raise Refused("已经抽取过，不能重抽；确需重抽的，放弃这次检查后重新筹备，放弃的抽取会留存")
        held.seed = "-".join(filter(None, (seed.strip()[:MOST_SEED], secrets.token_hex(16))))
        held.pool = sorted(str(one.pk) for one in found)
        held.pool_words = f"{dict(queries.kinds())[kind]} {len(found)} 家"
        held.inspector_pool = [" ".join(one).strip() for one in people]
        held.drawn_on, held.drawn_by_name = clock.today(), current().name[:60]
        held.save()
        by_id = {str(one.pk): one for one in found}
        chosen = [by_id[pk] for pk in rules.drawn(held.seed, held.pool, number)]
        named = {" ".join(one).strip(): one for one in people}
        sent = [named[one] for one in rules.drawn(held.seed, held.inspector_pool, inspectors)]
        _put(held, chosen, sent)
        audit.record(
            "inspection.drawn",
            target=held,
            details={"seed": held.seed, "pool": len(found), "digest": rules.digest(held.pool), "drawn": number},
        )
    return held


def _put(held: Inspection, units: Sequence[Unit], people: Sequence[tuple[str, str]]) -> None:
    held.visits.all().delete()
    held.inspectors.all().delete()
    Visit.objects.bulk_create(
        Visit(inspection=held, unit=one, place=at) for at, one in enumerate(dict.fromkeys(units), start=1)
    )
    Inspector.objects.bulk_create(
        Inspector(inspection=held, place=at, name=name, body=body, account=queries.account_of(name, body))
        for at, (name, body) in enumerate(people, start=1)
    )


def issue(inspection: Inspection) -> Inspection:
    """Announce it: from now on points, units and inspectors stay as they are."""
    with transaction.atomic():
        held = _draft(inspection)
        lacking = [
            words
            for words, is_there in (
                ("检查要点", held.points.exists()),
                ("受检单位", held.visits.exists()),
                (f"检查人员（至少 {rules.LEAST_INSPECTORS} 人）", held.inspectors.count() >= rules.LEAST_INSPECTORS),
            )
            if not is_there
        ]
        if lacking:
            raise ValidationError(f"还没有{'、'.join(lacking)}，补齐后再发通知")
        today = clock.today()
        last = Inspection.unscoped.select_for_update().filter(unit=held.unit, year=today.year)
        serial = max([row.serial or 0 for row in last], default=0) + 1
        series = parameters.value("reform.inspection_series", unit=held.unit, on=today)
        held.state, held.issued_on, held.year, held.serial = Inspection.State.RUNNING, today, today.year, serial
        held.number = f"{series}〔{today.year}〕{serial}号"
        held.save()
        values = {"title": held.title, "since": held.since, "until": held.until}
        for visit in held.visits.select_related("unit"):
            for account in tasks.people_of(visit.unit):
                send(account, ANNOUNCED, values=values, cause=visit.pk)
        audit.record("inspection.issued", target=held, details={"units": held.visits.count()})
    return held


def drop(inspection: Inspection, why: str) -> None:
    """Give up an inspection that was not announced; what was drawn for it stays to be seen, with the reason."""
    with transaction.atomic():
        held = _draft(inspection)
        audit.record("inspection.dropped", target=held, reason=why, details={"seed": held.seed})
        if not held.seed:
            held.delete()
            return
        if not why.strip():
            raise ValidationError({"reason": "已经随机抽取，放弃须写明理由"})
        held.state, held.dropped_on, held.dropped_why = Inspection.State.DROPPED, clock.today(), why.strip()[:200]
        held.save(update_fields=("state", "dropped_on", "dropped_why"))


def mark(
    visit: Visit, results: Mapping[Any, tuple[str, str]], photos: Mapping[Any, Sequence[UploadedFile]] | None = None
) -> Visit:
    """Keep what was seen so far, point by point; until the record is confirmed it can be changed."""
    with transaction.atomic():
        held = _open(visit)
        for point in held.inspection.points.all():
            result, words = results.get(point.pk, ("", ""))
            if not result:
                continue
            if result == PointResult.Result.FAILS and not words.strip():
                raise ValidationError(f"“{point.text}”不符合的，请写明是什么问题")
            row, _ = PointResult.objects.update_or_create(
                visit=held, point=point, defaults={"result": result, "words": words.strip()}
            )
            for upload in (photos or {}).get(point.pk, ()):
                if row.photos.count() >= MOST_PHOTOS:
                    raise ValidationError(f"“{point.text}”最多 {MOST_PHOTOS} 张照片")
                stored = keep_file(upload, allowed=PHOTOS, max_bytes=PHOTO_BYTES, by=current().actor)
                row.photos.create(file=stored)
        audit.record("inspection.marked", target=held.inspection, details={"unit": str(held.unit_id)})
    return held


def confirm(visit: Visit, on: date, inspectors: Sequence[Inspector], due: date, remarks: str = "") -> Visit:
    """The record stands: at least two inspectors, every point seen; what does not meet is a finding."""
    if len({one.pk for one in inspectors}) < rules.LEAST_INSPECTORS:
        raise ValidationError({"inspectors": f"现场检查至少 {rules.LEAST_INSPECTORS} 人，请选齐"})
    if on > clock.today():
        raise ValidationError({"on": f"检查日期不能晚于今天（{clock.today()}）"})
    if due <= on:
        raise ValidationError({"due": "整改期限应晚于检查日期"})
    with transaction.atomic():
        held = _open(visit)
        if on < (held.inspection.issued_on or on):
            raise ValidationError({"on": f"检查日期早于发出通知的 {held.inspection.issued_on}"})
        left = held.inspection.points.exclude(marks__visit=held).count()
        if left:
            raise ValidationError(f"还有 {left} 个要点没有记结果，请先记完")
        held.visited_on, held.remarks = on, remarks.strip()
        held.inspectors.set(inspectors)
        unit, subject = UnitId(held.unit_id), held.inspection_id
        cause = Cause.act("确认检查记录", held.pk)
        held.fact = ledger.append(UnitInspected(unit=unit, inspection=subject, on=on), cause=cause)
        held.save()
        for row in held.marks.filter(result=PointResult.Result.FAILS).select_related("point"):
            made = InspectionFinding.objects.create(visit=held, point=row.point, text=row.words, due=due, found_on=on)
            fact = FindingMade(finding=SubjectId(made.pk), inspection=subject, due=due, unit=unit, on=on)
            made.fact = ledger.append(fact, cause=cause)
            made.save(update_fields=("fact",))
        audit.record("inspection.confirmed", target=held.inspection, details={"unit": str(held.unit_id)})
    return held


def send_out(visit: Visit) -> int:
    """Ask the unit to put right what was found: one case for each; how many."""
    with transaction.atomic():
        held = Visit.objects.select_for_update(of=("self",)).select_related("unit", "inspection").get(pk=visit.pk)
        rows = list(held.findings.filter(case__isnull=True))
        if not rows:
            raise Refused("没有待发的问题，或整改通知已经发出")
        for one in rows:
            case = engine.open_case(queries.FLOW, one.pk, held.unit)
            engine.decide(case.seats.get().pk, "rectify")
            # The day stands in the notice that the unit gets; it goes before the parameter's.
            Seat.objects.filter(case=case, state=Seat.State.OPEN).update(due=one.due)
            Case.unscoped.filter(pk=case.pk).update(due=one.due)
            one.case = case.pk
            one.save(update_fields=("case",))
        values = {"title": held.inspection.title, "count": len(rows), "due": max(one.due for one in rows)}
        for account in tasks.people_of(held.unit):
            send(account, SENT, values=values, link=reverse("cases.waiting"), cause=held.pk)
        audit.record("inspection.sent", target=held.inspection, details={"unit": str(held.unit_id), "count": len(rows)})
    return len(rows)


def closed(case: Case) -> list[FindingClosed]:
    """What is now asserted of a finding."""
    one = queries.finding_of(case)
    return [
        FindingClosed(
            finding=SubjectId(one.pk), made=FactId(one.fact or one.pk), in_time=queries.answered_on(case) <= one.due,
            unit=UnitId(case.unit_id), on=clock.today(),
        )
    ]  # fmt: skip


def settle(case: Case) -> None:
    """The finding is put right."""
    one = queries.finding_of(case)
    one.closed_on, one.in_time = clock.today(), queries.answered_on(case) <= one.due
    one.save(update_fields=("closed_on", "in_time"))


def close(inspection: Inspection, conclusion: str) -> Inspection:
    """The inspection is over: all units were seen and all that was found was sent; what is open goes on by itself."""
    with transaction.atomic():
        held = Inspection.unscoped.select_for_update(of=("self",)).get(pk=inspection.pk)
        if held.state != Inspection.State.RUNNING:
            raise Refused("只有检查中的可以结束，请刷新后查看")
        left = held.visits.filter(visited_on__isnull=True).count()
        if left:
            raise ValidationError(f"还有 {left} 家没有确认检查记录")
        waiting = InspectionFinding.objects.filter(visit__inspection=held, case__isnull=True).count()
        if waiting:
            raise ValidationError(f"还有 {waiting} 个问题没有发整改通知")
        held.state, held.closed_on, held.conclusion = Inspection.State.CLOSED, clock.today(), conclusion.strip()
        held.save()
        audit.record("inspection.closed", target=held)
    return held


def due_day(on: date | None = None) -> date:
    """Until when findings are to be put right, where nothing else is said."""
    top = root()
    found = seating.deadline("reform.rectify_days", top) if top else None
    return found or (on or clock.today())


def _draft(inspection: Inspection) -> Inspection:
    found = Inspection.unscoped.select_for_update(of=("self",)).select_related("unit").filter(pk=inspection.pk).first()
    if found is None or found.state == Inspection.State.DROPPED:
        raise Refused("这次检查已经放弃")
    if found.state != Inspection.State.DRAFT:
        raise Refused("检查通知已经发出，不能再改")
    return found


def _open(visit: Visit) -> Visit:
    rows = Visit.objects.select_for_update(of=("self",)).select_related("unit", "inspection__unit")
    found = rows.get(pk=visit.pk)
    if found.inspection.state != Inspection.State.RUNNING:
        raise Refused("检查还没有开始，或已经结束")
    if not queries.is_sent(found.inspection, current()):
        raise Refused("只有本次检查的检查人员可以记检查结果")
    if found.visited_on:
        raise Refused("检查记录已经确认，不能再改")
    return found
