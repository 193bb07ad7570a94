"""Ranking a round: cases in order of a stated rule, the quota and its shares cut, and the list is checked first."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from jiangtai.access import GroupMember, Refused, audit, current

from . import engine, rounds
from .declare import Condition, End, Flow, Ranking
from .models import Case, Round, Seat


@dataclass
class Ranked:
    """A case in its place."""

    case: Case
    values: dict[str, Any]
    place: int
    is_in: bool
    why: str = ""
    is_tied: bool = False
    group: UUID | None = None


class NotReady(ValidationError):
    """A round cannot be ranked yet."""


def step_of(flow: type[Flow]) -> tuple[str, Ranking]:
    """The ranking step of a flow."""
    found = [(name, step) for name, step in flow.steps.items() if isinstance(step, Ranking)]
    if not found:
        raise NotReady(f"“{flow.label}”没有排名环节")
    return found[0]


def standing(round: Round, left_out: dict[UUID, str] | None = None) -> list[Ranked]:
    """The cases that wait for the ranking, in order, with who is in; those left out by hand come last, with why."""
    name, step = step_of(rounds.flow_of(round))
    left_out = left_out or {}
    cases = list(Case.unscoped.filter(round=round, step=name, state=Case.State.OPEN).select_related("unit", "round"))
    rows, of = [], step.of(cases)
    for case in cases:
        values = {"score": case.score, **of[case.pk]}  # the order may know a score of its own
        rows.append((case.pk in left_out, step.order(values), case.made_at, case, values))
    rows.sort(key=lambda row: (row[0], row[1]))
    ranked = [
        Ranked(case, values, place, False, left_out.get(case.pk, ""))
        for place, (_, _, _, case, values) in enumerate(rows, 1)
    ]
    _cut(round, ranked)
    _mark_ties(step, ranked)
    return ranked


def check(round: Round, ranked: list[Ranked]) -> list[Condition]:
    """What the regulation asks of the list as a whole."""
    _, step = step_of(rounds.flow_of(round))
    return step.check([one.values for one in ranked if one.is_in]) if step.check else []


def pending(round: Round) -> int:
    """How many cases are still on their way to the ranking; one that was never submitted is on no way."""
    flow = rounds.flow_of(round)
    before = _leading_to(flow, step_of(flow)[0]) - {flow.first()}
    return Case.unscoped.filter(round=round, state=Case.State.OPEN, step__in=before).count()


def _leading_to(flow: type[Flow], goal: str) -> set[str]:
    """The steps from which a case can still come to another; an end leads nowhere by itself."""
    found: set[str] = set()
    grown = True
    while grown:
        near = {
            name
            for name, step in flow.steps.items()
            if not isinstance(step, End) and name != goal and {goal, *found} & set(step.targets)
        }
        grown, found = not near <= found, found | near
    return found


def settle(round: Round, left_out: dict[UUID, str] | None = None) -> tuple[int, int]:
    """Let the ranking stand: those within the quota go on, the others do not; how many of each. All or none."""
    with transaction.atomic():
        held = Round.unscoped.select_for_update(of=("self",)).get(pk=round.pk)
        if waiting := pending(held):
            raise NotReady(f"还有 {waiting} 件没有评审完，全部评审完成后才能排名")
        if any(not why.strip() for why in (left_out or {}).values()):
            raise ValidationError("不列入名单的，须逐人写明理由")
        ranked = standing(held, left_out)
        if not ranked:
            raise NotReady("没有等待排名的办件，可能已经排过名，请刷新")
        if any(one.is_tied for one in ranked):
            raise NotReady("名额线上有按规则仍分不出先后的办件，请由评委加评，或写明不列入的理由")
        conditions = check(held, ranked)
        if any(one.holds is False for one in conditions):
            raise engine.Unmet(conditions)
        for one in ranked:
            _settle_one(one)
        inside = sum(one.is_in for one in ranked)
        audit.record("round.ranked", target=held, details={"in": inside, "out": len(ranked) - inside})
    return inside, len(ranked) - inside


def _settle_one(ranked: Ranked) -> None:
    case = engine.lock(ranked.case.pk)
    step = engine.step_of(case)
    assert isinstance(step, Ranking)
    seat = case.seats.filter(turn=case.turn, state=Seat.State.OPEN).first()
    if seat is None or not engine.is_asked(seat, current()):
        raise Refused("排名不由您现在的岗位办理")
    yes, no = step.to
    case.place = ranked.place
    seat.case = case
    outcome = yes if ranked.is_in else no
    engine.close_seat(seat, outcome, opinion=ranked.why, clear={"place": ranked.place})
    engine.move(case, outcome)


def _cut(round: Round, ranked: list[Ranked]) -> None:
    """Within the whole quota, and within the share of the group where the quota is divided among groups."""
    left = round.quota
    shares = {share.group_id: share.quota for share in round.shares.filter(group__isnull=False)}
    groups = dict(
        GroupMember.objects.with_scopes_disabled()
        .filter(group__in=shares, until__isnull=True, unit__in=[one.case.unit_id for one in ranked])
        .values_list("unit", "group")
    )
    for one in ranked:
        one.group = groups.get(one.case.unit_id) if shares else None
        if one.why or left <= 0 or (shares and shares.get(one.group, 0) <= 0):
            continue
        one.is_in, left = True, left - 1
        if shares:
            shares[one.group] -= 1


def _mark_ties(step: Ranking, ranked: list[Ranked]) -> None:
    """Equal by every rule, and the line runs between them, in the whole or in a group: nobody decides that silently."""
    lines: dict[Any, list[Ranked]] = {}
    for one in ranked:
        lines.setdefault(one.group, []).append(one)
    for line in lines.values():
        for one, following in pairwise([one for one in line if not one.why]):
            is_line = one.is_in and not following.is_in
            if is_line and step.order(one.values) == step.order(following.values):
                one.is_tied = following.is_tied = True
