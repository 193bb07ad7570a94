"""Assessing one's own units: a scheme is drawn up, a round opened by it, and what units come to is settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from jiangtai.access import Refused, Unit, audit, current
from jiangtai.flows import Case, Round, engine, seating
from jiangtai.flows import rounds as windows
from jiangtai.kernel import StoredFile, clock, read_id
from jiangtai.ledger import UnitId
from jiangtai.messages import MessageKind, message_kind, send

from ..facts import Grade, Sender, UnitAssessed
from ..models import Assessment, Criterion, Instrument, Result, Scheme
from ..queries import schemes as queries
from ..queries import supervising as known
from ..reading.scoring import ScoringTable
from ..rules import schemes as rules
from ..rules.assessments import said
from . import supervising

ASKED = message_kind(MessageKind("reform.marks_asked", "单位考核", "“{name}”：请于 {due} 前完成本单位自评。{note}"))
RESULT = message_kind(
    MessageKind("reform.assessed", "考核结果", "“{name}”：本单位得 {marks} 分（满分 {full} 分），等次为{grade}。")
)
CLOSED = message_kind(MessageKind("reform.assessment_closed", "考核结束", "“{name}”已结束，本单位不再办理：{why}"))
audit.actions(
    scheme__closed="结束单位考核",
    scheme__drafted="拟定考核办法",
    scheme__changed="修改考核办法",
    scheme__dropped="删除考核办法",
    scheme__opened="发起单位考核",
    scheme__passed_over="转办逾期未报的考核",
    scheme__confirmed="成批审定考核结果",
)
NO_OWN, AGREED = "逾期未自评", "反馈期限已过，视为认可"


@dataclass(frozen=True)
class SchemeTerms:
    """What a scheme is called, for which year, and how its marks become a result."""

    title: str
    year: int
    unfit: str
    excellent: Decimal
    good: Decimal
    passing: Decimal
    scale: Decimal = Decimal(100)
    most_bonus: Decimal | None = None


def draft(
    terms: SchemeTerms, table: ScoringTable | None = None, *, origin: str = "", file: StoredFile | None = None
) -> Scheme:
    """A new scheme, its criteria taken over from a table, from another scheme or a scoring table, or none yet."""
    who = current()
    if who.unit is None:
        raise Refused("须以本级单位的岗位办理")
    if table is not None and table.errors:
        raise ValidationError(table.errors[:20])
    rows, words = _copied(origin) if origin else (_of_table(table), "") if table else ([], "")
    if len(rows) > rules.MOST:
        raise ValidationError(f"有 {len(rows)} 个考核项，一个办法最多 {rules.MOST} 个，请归并后再录")
    with transaction.atomic():
        _one_title(who.unit, terms.title)
        made = Scheme.unscoped.create(
            unit=who.unit, **vars(terms), table_total=table.total if table else None, file=file, origin=words[:140],
            by=who.actor, by_name=who.name[:60],
        )  # fmt: skip
        Criterion.objects.bulk_create(
            Criterion(scheme=made, place=place, **row) for place, row in enumerate(rows, start=1)
        )
        audit.record("scheme.drafted", target=made, details={"criteria": len(rows)})
    return made


def _of_table(table: ScoringTable) -> list[dict[str, Any]]:
    return [
        {"section": one.section, "text": one.text, "score": one.score, "method": one.method,
         "kind": rules.kind_of(one.section, one.text), "applies_to": rules.kinds_of(one.unit)}
        for one in table.points if one.score > 0
    ]  # fmt: skip


def _copied(origin: str) -> tuple[list[dict[str, Any]], str]:
    """The criteria of a scheme or the points of a scoring table within reach, and which it was."""
    kind, _, pk = origin.partition(":")
    key = read_id(pk)
    if kind == "scheme":
        scheme = Scheme.objects.filter(pk=key).first() if key else None
        names = ("section", "text", "score", "kind", "method", "applies_to", "indicator")
        if scheme is not None:
            rows = [{name: getattr(one, name) for name in names} for one in scheme.criteria.order_by("place")]
            return rows, f"复制自考核办法：{scheme.title}"
    table = Assessment.objects.filter(pk=key).first() if key and kind == "assessment" else None
    if table is None:
        raise ValidationError({"origin": "要复制的办法或评分表不在了，请刷新页面重选"})
    rows = [
        {"section": one.section, "text": one.text, "score": one.score, "method": one.method,
         "kind": rules.kind_of(one.section, one.text), "applies_to": rules.kinds_of(one.unit_name)}
        for one in table.points.order_by("place") if one.score > 0
    ]  # fmt: skip
    return rows, f"复制自迎检考核评分表：{table.title}"


def change(scheme: Scheme, terms: SchemeTerms) -> Scheme:
    """Change how it counts, while nobody was asked by it."""
    with transaction.atomic():
        held = _draft(scheme)
        _one_title(held.unit, terms.title, but=held)
        for name, value in vars(terms).items():
            setattr(held, name, value)
        held.save(update_fields=tuple(vars(terms)))
        audit.record("scheme.changed", target=held)
    return held


def add(scheme: Scheme, values: dict[str, Any]) -> Criterion:
    """One more criterion, at the end."""
    with transaction.atomic():
        held = _draft(scheme)
        if held.criteria.count() >= rules.MOST:
            raise ValidationError(f"一个办法最多 {rules.MOST} 个考核项，请先删去不用的")
        last = held.criteria.aggregate(last=Max("place"))["last"] or 0
        made = held.criteria.create(place=last + 1, **values)
        audit.record("scheme.changed", target=held, details={"added": made.place})
    return made


def amend(criterion: Criterion, values: dict[str, Any]) -> Criterion:
    """Put a criterion right."""
    with transaction.atomic():
        held = _draft(criterion.scheme)
        for name, value in values.items():
            setattr(criterion, name, value)
        criterion.save(update_fields=tuple(values))
        audit.record("scheme.changed", target=held, details={"amended": criterion.place})
    return criterion


def strike(criterion: Criterion) -> None:
    """Take a criterion out."""
    with transaction.atomic():
        held = _draft(criterion.scheme)
        audit.record("scheme.changed", target=held, details={"struck": criterion.place})
        criterion.delete()


def drop(scheme: Scheme) -> None:
    """Throw away a scheme by which nobody was asked."""
    with transaction.atomic():
        held = _draft(scheme)
        audit.record("scheme.dropped", target=held)
        held.delete()


def call(scheme: Scheme, units: Sequence[Unit], note: str = "") -> Round:
    """Ask these units to mark themselves: one round, one case for each, whole or not at all; the scheme is fixed."""
    who, asked = current(), list(units)
    if not who.may("schemes.change") or who.unit is None:
        raise Refused("只有领导小组办公室可以发起单位考核")
    if not asked:
        raise ValidationError({"units": "没有可以考核的单位，请写明单位名称"})
    with transaction.atomic():
        held = _draft(scheme)
        _require_asked(held, asked)
        today = clock.today()
        closes = seating.deadline("reform.own_marks_days", held.unit) or today
        terms = {"scheme": str(held.pk), "note": note.strip()}
        made = windows.start(
            windows.make(queries.FLOW, name=held.title, host=held.unit, opens=today, closes=closes, quota=len(asked),
                         terms=terms)
        )  # fmt: skip
        held.state, held.round = Scheme.State.OPEN, made
        held.save(update_fields=("state", "round"))
        for unit in asked:
            case = engine.open_case(queries.FLOW, unit.pk, unit, round=made)
            engine.decide(case.seats.get().pk, "score")
            _tell(case, held, note)
        audit.record("scheme.opened", target=held, details={"units": len(asked)})
    return made


def _require_asked(scheme: Scheme, units: Sequence[Unit]) -> None:
    criteria = list(scheme.criteria.order_by("place"))
    if not criteria:
        raise ValidationError("办法里还没有考核项，请先录入")
    if gone := [str(one) for one in units if not one.is_active]:
        raise ValidationError({"units": f"{'、'.join(gone[:5])}已撤并，请改选在用单位"})
    bare = [str(one) for one in units if not any(row.kind == "base" for _, row in queries.asked_of(criteria, one))]
    if bare:
        raise ValidationError(
            {"units": f"{'、'.join(bare[:5])}没有适用的基本分考核项，请去掉这些单位，或改考核项的适用范围"}
        )


def _tell(case: Case, scheme: Scheme, note: str) -> None:
    due = case.seats.get(state="open").due
    words = {"name": scheme.title, "due": due, "note": note.strip()}
    for account in known.answerers(case.unit):
        send(account, ASKED, values=words, link=reverse("cases.show", args=[case.pk]), cause=case.pk)


def urge_all(scheme: Scheme) -> int:
    """Remind every unit that still has to mark itself or to answer, once a day; how many desks."""
    count = 0
    for case in queries.cases(scheme).filter(state="open", step__in=queries.ASKED_STEPS):
        try:
            count += engine.urge(case.pk)
        except ValidationError:  # was reminded today
            continue
    if not count:
        raise ValidationError("今天已经催办过，或没有等单位办理的")
    return count


def pass_over(scheme: Scheme) -> int:
    """Go on without the units that let the day go by, or are no more: unmarked to the check, unanswered as agreed."""
    if not current().may("schemes.change"):
        raise Refused("只有领导小组办公室可以转办逾期未报的考核")
    count = 0
    with transaction.atomic():
        for pk in queries.overdue(scheme).values_list("pk", flat=True):
            case = engine.lock(pk)
            is_late = (case.due is not None and case.due < clock.today()) or not case.unit.is_active
            if case.state != Case.State.OPEN or case.step not in queries.ASKED_STEPS or not is_late:
                continue  # it was answered at this moment
            to, why = ("check", NO_OWN) if case.step == "score" else ("confirm", AGREED)
            engine.move(case, to, why if case.unit.is_active else f"单位已撤并，{why}")
            audit.record("scheme.passed_over", target=case, details={"to": to})
            count += 1
    if not count:
        raise ValidationError("没有逾期未报的单位，请刷新后查看")
    return count


def confirm_all(scheme: Scheme, opinion: str = "") -> int:
    """Confirm every unit's result that waits for it; whole or not at all."""
    waiting = queries.cases(scheme).filter(state="open", step="confirm")
    with transaction.atomic():
        done = 0
        for case in waiting:
            seat = case.seats.filter(state="open", turn=case.turn).first()
            if seat is not None:
                engine.decide(seat.pk, "assessed", opinion=opinion)
                done += 1
        if not done:
            raise ValidationError("没有等待审定的单位，请刷新后查看")
        audit.record("scheme.confirmed", target=scheme, details={"units": done})
    return done


def close(scheme: Scheme, why: str) -> Scheme:
    """End an assessment: what was confirmed stands, what a unit has not come to is taken back and the unit told."""
    if not current().may("schemes.change"):
        raise Refused("只有领导小组办公室可以结束单位考核")
    with transaction.atomic():
        held = _locked(scheme)
        if held.state != Scheme.State.OPEN:
            raise Refused("只有考核中的可以结束，请刷新后查看")
        assert held.round
        left = [engine.lock(one.pk) for one in queries.cases(held).filter(state="open")]
        running = [one for one in left if one.state == Case.State.OPEN]
        if running and not why.strip():
            raise ValidationError({"why": f"还有 {len(running)} 家没有审定，结束前请写明原因"})
        for case in running:
            engine.withdraw(case.pk, why)
            words = {"name": held.title, "why": why.strip()[:120]}
            for account in known.answerers(case.unit):
                send(account, CLOSED, values=words, link=reverse("cases.show", args=[case.pk]), cause=case.pk)
        windows.close(held.round)
        held.state, held.closed_on, held.closed_why = Scheme.State.CLOSED, clock.today(), why.strip()[:300]
        held.closed_by_name = current().name[:60]
        held.save(update_fields=("state", "closed_on", "closed_why", "closed_by_name"))
        audit.record("scheme.closed", target=held, reason=why, details={"left": len(running)})
    return held


def draft_bulletin(scheme: Scheme) -> Instrument:
    """Write the bulletin of the results, once, to every unit that has one; it is numbered and sent as all bulletins."""
    with transaction.atomic():
        held = _locked(scheme)
        found = list(queries.results(held))
        if not found:
            raise ValidationError("还没有审定的单位，审定后再拟通报")
        if left := queries.cases(held).filter(state="open").count():
            raise ValidationError(f"还有 {left} 家没有审定，全部审定后再拟通报；不再考核的，先“结束考核”")
        told = queries.told(held)
        text = rules.bulletin(held.title, held.year, told, queries.terms_of(held))
        wording = supervising.Wording(text.title, text.body, needs_reply=False)
        return supervising.draft(
            Sender.BULLETIN, wording, [row.unit for row in found], methods=text.methods, scheme=held,
            table=text.table,
        )  # fmt: skip


# the end of a case


def assessed(case: Case) -> list[UnitAssessed]:
    """What is now asserted of the unit."""
    scheme = queries.scheme_of(case)
    row = _result(scheme, case)
    return [
        UnitAssessed(
            unit=UnitId(case.unit_id), scheme=scheme.pk, year=scheme.year, full=row.full, checked=row.checked,
            marks=row.marks, grade=Grade(row.grade), own=row.own, objections=row.objections, upheld=row.upheld,
            on=clock.today(),
        )
    ]  # fmt: skip


def settle(case: Case) -> None:
    """Keep the result, and tell the unit."""
    scheme = queries.scheme_of(case)
    row = _result(scheme, case)
    row.save(force_insert=True)
    words = {"name": scheme.title, "marks": said(row.marks), "full": said(row.full), "grade": rules.GRADES[row.grade]}
    for account in known.answerers(case.unit):
        send(account, RESULT, values=words, link=reverse("results.show", args=[row.pk]), cause=row.pk)


def _result(scheme: Scheme, case: Case) -> Result:
    lines, terms = queries.lines_for(scheme, [case])[case.pk], queries.terms_of(scheme)
    final, checked = rules.standing(lines, "final", terms), rules.standing(lines, "checked", terms)
    own = rules.standing(lines, "own", terms)
    if final is None or checked is None:
        raise ValidationError("还没有核查分，不能审定")
    return Result(
        scheme=scheme, unit=case.unit, case=case.pk, full=final.full, own=own.marks if own else None,
        checked=checked.marks, marks=final.marks, percent=final.percent, grade=final.grade,
        sections=rules.sections(lines), objections=sum(bool(one.objection) for one in lines),
        upheld=sum(bool(one.upheld) for one in lines), confirmed_on=clock.today(),
    )  # fmt: skip


def _draft(scheme: Scheme) -> Scheme:
    """The scheme as it stands, held until the transaction ends; only while nobody was asked by it."""
    held = _locked(scheme)
    if held.state != Scheme.State.DRAFT:
        raise Refused("考核已经发起，办法不能再改")
    return held


def _locked(scheme: Scheme) -> Scheme:
    rows = Scheme.unscoped.select_for_update(of=("self",)).select_related("unit", "round__host")
    held = rows.filter(pk=scheme.pk).first()
    if held is None:
        raise Refused("这个考核办法已被删除，请刷新")
    return held


def _one_title(unit: Unit, title: str, but: Scheme | None = None) -> None:
    rows = Scheme.unscoped.filter(unit=unit, title=title)
    taken = Round.unscoped.filter(flow=queries.FLOW, name=title)
    if (rows.exclude(pk=but.pk) if but else rows).exists() or taken.exists():
        raise ValidationError({"title": f"已有名为“{title}”的考核办法，请换一个名称"})
