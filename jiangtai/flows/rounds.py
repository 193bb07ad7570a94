"""Rounds (批次): made, opened and closed by whoever holds them; a case belongs to one and keeps to its window."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet

from jiangtai.access import Account, Acting, Refused, Unit, UnitGroup, audit, current
from jiangtai.kernel import clock

from .declare import Flow, flow_named, flow_on
from .models import Attachment, Case, Consulted, Decision, Judge, Round, Seat, Share


def make(
    flow: str,
    *,
    name: str,
    host: Unit,
    opens: date,
    closes: date,
    quota: int,
    approval: str = "",
    telephone: str = "",
    materials: Iterable[dict[str, Any]] = (),
    terms: dict[str, Any] | None = None,
) -> Round:
    """A new round, still being prepared."""
    _may_hold(host)
    if closes < opens:
        raise ValidationError({"closes": f"截止日期 {closes} 早于开始日期 {opens}"})
    if Round.unscoped.filter(flow=flow, name=name).exists():
        raise ValidationError({"name": f"已有名为“{name}”的批次"})
    made = Round.objects.create(
        flow=flow_named(flow).key, name=name, host=host, opens=opens, closes=closes, quota=quota, approval=approval,
        telephone=telephone, materials=list(materials), terms=terms or {}, by=current().actor,
    )  # fmt: skip
    audit.record("round.changed", target=made)
    return made


def change(round: Round, **values: Any) -> Round:
    """Change a round; once it takes cases, only what takes nothing back from anyone."""
    _may_hold(round.host)
    with transaction.atomic():
        held = _held(round)
        if held.state != Round.State.DRAFT and (fixed := set(values) - {"closes", "telephone", "approval"}):
            raise ValidationError(
                f"批次已开始受理，不能再改 {'、'.join(_NAMES.get(one, one) for one in sorted(fixed))}"
            )
        if held.state != Round.State.DRAFT and values.get("closes", held.closes) < held.closes:
            raise ValidationError({"closes": "受理中的批次只能延长，不能提前截止"})
        for name, value in values.items():
            setattr(held, name, value)
        if held.closes < held.opens:
            raise ValidationError({"closes": f"截止日期 {held.closes} 早于开始日期 {held.opens}"})
        held.save()
        audit.record("round.changed", target=held)
    return held


def start(round: Round) -> Round:
    """Let a round take cases; a commendation needs its approval number first."""
    with transaction.atomic():
        held = _held(round)
        _may_hold(held.host)
        if held.state != Round.State.DRAFT:
            raise ValidationError("批次已经开始受理")
        kind = flow_of(held)
        if kind.needs_approval and not held.approval.strip():
            raise ValidationError({"approval": "评比表彰须经批准，请先填写批准文号，再开始受理"})
        if missing := _missing(held, kind):
            raise ValidationError(missing)
        if settles := vars(kind).get("settles") or kind.settles:
            held.terms = {**held.terms, **getattr(settles, "__func__", settles)(held)}
        held.state = Round.State.OPEN
        held.save(update_fields=("state", "terms"))
        audit.record("round.opened", target=held)
    return held


def close(round: Round) -> Round:
    """End a round: nothing new is taken in, what is under way goes on."""
    with transaction.atomic():
        held = _held(round)
        _may_hold(held.host)
        held.state = Round.State.CLOSED
        held.save(update_fields=("state",))
        audit.record("round.closed", target=held)
    return held


def set_shares(round: Round, shares: Iterable[tuple[Unit | UnitGroup, int]]) -> None:
    """Divide the quota among branches or groups."""
    _may_hold(round.host)
    with transaction.atomic():
        held = _held(round)
        if Case.unscoped.filter(round=held, score__isnull=False).exists():
            raise ValidationError("已有办件评出得分，不能再改名额分配")
        held.shares.all().delete()
        for one, quota in shares:
            place = {"unit": one} if isinstance(one, Unit) else {"group": one}
            Share.objects.create(round=held, quota=quota, **place)
        audit.record("round.changed", target=held, details={"shares": held.shares.count()})


def add_consulted(round: Round, unit: Unit) -> None:
    """Ask this unit in the joint check."""
    _may_hold(round.host)
    Consulted.objects.get_or_create(round=round, unit=unit)
    audit.record("round.changed", target=round, details={"consulted": str(unit.id)})


def drop_consulted(round: Round, unit: Unit) -> None:
    """Ask this unit no more; what it was asked already stays."""
    _may_hold(round.host)
    Consulted.objects.filter(round=round, unit=unit).delete()
    audit.record("round.changed", target=round, details={"not_consulted": str(unit.id)})


def add_judge(round: Round, account: Account) -> None:
    """Name a judge; cases already before the panel are put before this judge too."""
    from . import engine, seating
    from .declare import Panel

    _may_hold(round.host)
    if account.is_worker or not account.is_active:
        raise ValidationError("评委须是在用的办公账号")
    with transaction.atomic():
        Judge.objects.get_or_create(round=round, account=account)
        for case_id in Case.unscoped.filter(round=round, state=Case.State.OPEN).values_list("pk", flat=True):
            case = engine.lock(case_id)
            step = engine.step_of(case)
            if not isinstance(step, Panel):
                continue
            place = next(one for one in seating.places(case, step.by, step) if one.account == account)
            state = Seat.State.RECUSED if place.recused else Seat.State.OPEN
            seat, is_new = Seat.objects.get_or_create(
                case=case, turn=case.turn, account=account, role="", unit=None,
                defaults={"step": case.step, "state": state, "why": place.recused, "due": case.due},
            )  # fmt: skip
            if not is_new and seat.state == Seat.State.VOID:  # was taken off, and is named again
                seat.state, seat.why, seat.due = state, place.recused, case.due
                seat.save(update_fields=("state", "why", "due"))
        audit.record("round.changed", target=round, details={"judge": str(account.id)})


def drop_judge(round: Round, account: Account) -> None:
    """Take a judge off a round who has not marked in it: what waits for them is void, and others may be named instead.

    Whoever has marked stays, for a score is not to depend on who was taken off afterwards; who stood aside may go.
    """
    from . import engine

    _may_hold(round.host)
    with transaction.atomic():
        held = _held(round)
        row = Judge.objects.filter(round=held, account=account).first()
        if row is None:
            raise ValidationError(f"{account.name}不是本批次的评委，请刷新")
        if held.state == Round.State.OPEN and held.judges.count() == 1:
            raise ValidationError("受理中的批次至少要有一位评委，请先增聘再解聘")
        row.delete()
        waiting = Seat.objects.filter(case__round=held, account=account, role="", state=Seat.State.OPEN)
        for case_id in waiting.order_by("case").values_list("case", flat=True):
            engine.free_seat(case_id, account)
        # Asked last: whoever marks at this moment holds the case until it is done.
        if marked := marks_of(held).get(account.pk, 0):
            raise ValidationError(
                f"{account.name}已为 {marked} 件评分，不能解聘；需要回避的，由本人在还没有评的办件中申请"
            )
        audit.record("round.changed", target=held, details={"not_judge": str(account.id)})


def marks_of(round: Round) -> dict[uuid.UUID, int]:
    """How many cases of a round each of its judges has marked."""
    rows = Decision.objects.filter(case__round=round, outcome="marked").order_by()
    return dict(rows.values_list("by").annotate(number=Count("pk")))


def flow_of(round: Round) -> type[Flow]:
    """The version by which a round is held from its first day to its last: that of the day it opens."""
    return flow_on(round.flow, round.opens)


def check_open(kind: type[Flow], asked: Round | None) -> Round:
    """The round as it stands, if it takes a case of this flow today."""
    today, round = clock.today(), find(asked.pk) if asked else None
    if round is None or round.flow != kind.key:
        raise ValidationError(f"“{kind.label}”须在批次中发起，请先选择受理中的批次")
    if round.state == Round.State.DRAFT:
        raise ValidationError(f"“{round.name}”还在筹备，没有开始受理")
    if round.state == Round.State.CLOSED or not round.opens <= today <= round.closes:
        raise ValidationError(f"“{round.name}”的受理时间是 {round.opens} 至 {round.closes}，今天不在其中")
    return round


def check_materials(case: Case) -> None:
    """Whether everything that the round asks for is there."""
    if case.round is None:
        return
    there = set(Attachment.objects.filter(case=case, removed_at__isnull=True).values_list("material", flat=True))
    missing = [one["name"] for one in case.round.materials if one.get("required") and one["name"] not in there]
    if missing:
        raise ValidationError(f"还缺材料：{'、'.join(missing)}，请上传后再提交")


def check_share(case: Case) -> None:
    """Whether the branch to which the subject belongs still has room; two who submit at once come one by one."""
    if case.round is None:
        return
    _held(case.round)
    first = flow_named(case.flow, case.since).first()
    for share in case.round.shares.filter(unit__isnull=False).select_related("unit"):
        assert share.unit is not None
        if not share.unit.reach.holds(case.unit.path):
            continue
        under = Case.unscoped.filter(round=case.round, unit__path__within=share.unit.reach)
        sent = under.exclude(step=first).exclude(state=Case.State.WITHDRAWN).exclude(pk=case.pk).count()
        if sent >= share.quota:
            raise ValidationError(f"{share.unit}在本批次的推荐名额是 {share.quota} 名，已经报满")


def open_rounds(flow: str = "") -> QuerySet[Round]:
    """The rounds that take cases today, wherever they are held."""
    today = clock.today()
    rows = Round.unscoped.filter(state=Round.State.OPEN, opens__lte=today, closes__gte=today)
    return rows.filter(flow=flow) if flow else rows


def _missing(round: Round, kind: type[Flow]) -> str:
    from .declare import Joint, Panel

    for step in kind.steps.values():
        if isinstance(step, Joint) and step.by.where == "consulted" and not round.consulted.exists():
            return f"“{step.label}”需要会办部门，请先添加"
        if isinstance(step, Panel) and not round.judges.exists():
            return f"“{step.label}”需要评委，请先添加"
    return "" if round.quota else "名额须大于 0"


def holds(round: Round | None, who: Acting) -> bool:
    """Whether whoever acts acts for the office that holds a round."""
    return round is not None and who.may("rounds.change") and who.reach.holds(round.host.path)


def _may_hold(host: Unit) -> None:
    who = current()
    if not who.may("rounds.change") or not who.reach.holds(host.path):
        raise Refused(f"您现在的岗位不能管理 {host} 的批次")


def _held(round: Round) -> Round:
    return Round.unscoped.select_for_update(of=("self",)).select_related("host").get(pk=round.pk)


def find(round_id: uuid.UUID) -> Round | None:
    """A round, wherever it is held."""
    return Round.unscoped.filter(pk=round_id).select_related("host").first()


_NAMES = {
    "name": "名称",
    "host": "主办单位",
    "opens": "开始日期",
    "quota": "名额",
    "materials": "材料",
    "terms": "约定",
}
