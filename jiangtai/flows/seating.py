"""Who is asked: from the desk that a step names to the units and accounts of this case."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiangtai.access import Account, Grant, Unit, root, units
from jiangtai.access import parameters as values
from jiangtai.kernel import clock, office_calendar

from . import hiding
from .declare import Desk, Panel, Step, flow_named
from .models import Case, Seat


class NobodyThere(ValueError):
    """No unit holds the role that a step needs; the message says where to grant it."""


@dataclass(frozen=True)
class Place:
    """One who is asked."""

    role: str = ""
    unit: Unit | None = None
    account: Account | None = None
    recused: str = ""


def seat(case: Case, step: Step) -> list[Seat]:
    """Ask whoever the step names; at once for all."""
    desk: Desk = getattr(step, "by", Desk("opener"))
    due = deadline(getattr(step, "due", ""), case.unit)
    if isinstance(step, Panel) and case.round:
        list(case.round.judges.select_for_update().order_by("id"))  # who is being dropped at this moment is not asked
    made = Seat.objects.bulk_create(
        Seat(
            case=case,
            turn=case.turn,
            step=case.step,
            role=one.role,
            unit=one.unit,
            account=one.account,
            due=due,
            state=Seat.State.RECUSED if one.recused else Seat.State.OPEN,
            why=one.recused,
        )
        for one in places(case, desk, step)
    )
    if not made:
        raise NobodyThere(
            f"“{step.label}”没有可以办理的单位或人员，请先在批次中指定，或由安全保密管理员授予“{desk.label}”角色"
        )
    case.due = due
    return made


def deadline(key: str, unit: Unit) -> date | None:
    """So many working days from today; None where the step sets none."""
    if not key:
        return None
    days = int(values.value(key, unit=unit))
    return office_calendar().add(clock.today(), days).result


def places(case: Case, desk: Desk, step: Step | None = None) -> list[Place]:
    """The units and accounts behind a desk, for this case."""
    found = list(_FINDERS[desk.where](case, desk, step))
    if not hiding.is_hidden(case):
        return found
    return [one for one in found if one.unit is None or not hiding.is_firm_of(one.unit, case.unit)]


def holds(account: Account, role: str, unit: Unit | None) -> bool:
    """Whether an account holds a role at a unit now."""
    rows = Grant.objects.with_scopes_disabled().filter(account=account, role=role, unit=unit)
    return bool(rows.filter(revoked_at__isnull=True).exists())


def _own(case: Case, desk: Desk, step: Step | None) -> Iterator[Place]:
    if found := _nearest(case.unit, desk.role):
        yield Place(desk.role, found)


def _itself(case: Case, desk: Desk, step: Step | None) -> Iterator[Place]:
    rows = Grant.objects.with_scopes_disabled().filter(Grant.HELD, unit=case.unit, account__is_active=True)
    held = set(rows.filter(role__in=(desk.role, *desk.others)).values_list("role", flat=True))
    yield Place(next((role for role in (desk.role, *desk.others) if role in held), desk.role), case.unit)


def levels_left(case: Case, step: str, desk: Desk) -> list[Place]:
    """The levels above a case's unit, below the root, that have not yet answered at a step; levels without anybody who
    holds one of the desk's roles are passed over."""
    between = [one for one in reversed(units.above(case.unit)) if one.parent_id and one.pk != case.unit_id]
    found = [place for one in between if (place := _at(one, desk.roles))]
    entered = case.moves.filter(to=step).exclude(step=step).order_by("-turn").first()
    passed = case.moves.filter(step=step, to=step, turn__gt=entered.turn).count() if entered else 0
    return found[passed:]


def _at(unit: Unit, roles: Sequence[str]) -> Place | None:
    """The unit, or a union that serves it, where somebody holds one of these roles."""
    order = [unit, *Unit.unscoped.filter(serves=unit, state=Unit.State.ACTIVE).order_by("number")]
    rows = Grant.objects.with_scopes_disabled().filter(Grant.HELD, unit__in=order, account__is_active=True)
    held = set(rows.filter(role__in=roles).values_list("unit_id", "role"))
    return next((Place(role, one) for one in order for role in roles if (one.pk, role) in held), None)


def _superior(case: Case, desk: Desk, step: Step | None) -> Iterator[Place]:
    yield from levels_left(case, case.step, desk)[:1]


def _applicant(case: Case, desk: Desk, step: Step | None) -> Iterator[Place]:
    first = case.seats.filter(turn=0).select_related("unit").first()
    if first is not None:
        yield Place(first.role, first.unit)


def _street(case: Case, desk: Desk, step: Step | None) -> Iterator[Place]:
    over = [one for one in reversed(units.above(case.unit)) if one.kind in (Unit.Kind.STREET, Unit.Kind.PARK)]
    if found := _nearest(over[0] if over else case.unit, desk.role):
        yield Place(desk.role, found)


def _root(case: Case, desk: Desk, step: Step | None) -> Iterator[Place]:
    if found := root():
        yield Place(desk.role, found)


def _host(case: Case, desk: Desk, step: Step | None) -> Iterator[Place]:
    if case.round:
        yield Place(desk.role, case.round.host)
    else:
        yield from _root(case, desk, step)


def _consulted(case: Case, desk: Desk, step: Step | None) -> Iterator[Place]:
    if case.round:
        for row in case.round.consulted.select_related("unit").order_by("unit__number"):
            yield Place(desk.role, row.unit)


def _judges(case: Case, desk: Desk, step: Step | None) -> Iterator[Place]:
    if case.round:
        for row in case.round.judges.select_related("account").order_by("made_at"):
            yield Place(account=row.account, recused=_recusal(case, row.account, step))


def _named(case: Case, desk: Desk, step: Step | None) -> Iterator[Place]:
    for account in desk.of(case) if desk.of else ():
        yield Place(account=account)
    yield from _root(case, desk, step)


def _opener(case: Case, desk: Desk, step: Step | None) -> Iterator[Place]:
    if case.opened_by.is_worker or case.opened_unit is None:
        yield Place(account=case.opened_by)
    else:
        yield Place(flow_named(case.flow, case.since).opens.role, case.opened_unit)


_FINDERS: dict[str, Callable[[Case, Desk, Any], Iterator[Place]]] = {
    "own": _own,
    "itself": _itself,
    "street": _street,
    "superior": _superior,
    "applicant": _applicant,
    "root": _root,
    "host": _host,
    "consulted": _consulted,
    "judges": _judges,
    "named": _named,
    "opener": _opener,
}


def _recusal(case: Case, judge: Account, step: Step | None) -> str:
    if not isinstance(step, Panel) or step.recuse is None:
        return ""
    return str(step.recuse(**(step.of(case, judge) if step.of else {})))


def _nearest(unit: Unit, role: str) -> Unit | None:
    """The unit, the union that serves it, or the nearest above them at which somebody holds the role."""
    line = list(reversed(units.above(unit)))
    serving = Unit.unscoped.filter(serves__in=line, state=Unit.State.ACTIVE)
    by_served: dict[Any, list[Unit]] = {}
    for one in serving.order_by("number"):
        by_served.setdefault(one.serves_id, []).append(one)
    order = [found for step in line for found in (step, *by_served.get(step.pk, ()))]
    holding = set(
        Grant.objects.with_scopes_disabled()
        .filter(unit__in=order, role=role, revoked_at__isnull=True, account__is_active=True)
        .values_list("unit_id", flat=True)
    )
    return next((one for one in order if one.pk in holding), None)
