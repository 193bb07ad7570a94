"""Desks: which five figures matter to whom; a domain says it beside its figures, and no page keeps its own list."""

from enum import StrEnum
from typing import Any

from jiangtai.access import Unit

from .declare import Indicator, IndicatorError, indicators

FIVE = 5
_WATCHED: dict[str, dict["Desk", int]] = {}


class Desk(StrEnum):
    """A kind of place at which somebody looks at figures."""

    OFFICE = "office"
    LEADER = "leader"
    ROOT_UNION = "root_union"
    UNION = "union"
    ENTERPRISE_UNION = "enterprise_union"
    STREET = "street"
    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"


_OF_KIND = {
    Unit.Kind.INDUSTRY_UNION: Desk.UNION, Unit.Kind.BASIC_UNION: Desk.ENTERPRISE_UNION, Unit.Kind.STREET: Desk.STREET,
    Unit.Kind.PARK: Desk.STREET, Unit.Kind.DEPARTMENT: Desk.DEPARTMENT, Unit.Kind.ENTERPRISE: Desk.ENTERPRISE,
}  # fmt: skip


def watched(key: str, **desks: int) -> None:
    """Put a figure on desks, each with its place there: `watched("register.members", root_union=1, union=1)`."""
    unknown = sorted(set(desks) - {desk.value for desk in Desk})
    if unknown or not desks:
        known = "、".join(desk.value for desk in Desk)
        raise IndicatorError(f"watched({key!r}): a desk is one of {known}, not {'、'.join(unknown) or 'none'}")
    if key in _WATCHED:
        raise IndicatorError(f"watched({key!r}) is said twice")
    _WATCHED[key] = {Desk(name): place for name, place in desks.items()}


def watched_keys() -> frozenset[str]:
    """The figures that stand on any desk."""
    return frozenset(_WATCHED)


def watched_at(desk: Desk) -> list[Indicator]:
    """The figures of a desk, in their order there; a key that no indicator has is an error."""
    known = {one.key: one for one in indicators()}
    if strange := sorted(set(_WATCHED) - set(known)):
        raise IndicatorError(f"watched figures that nobody declares: {'、'.join(strange)}")
    places = {key: desks[desk] for key, desks in _WATCHED.items() if desk in desks}
    return [known[key] for key in sorted(places, key=lambda key: (places[key], key))][:FIVE]


def is_open_at(one: Indicator, unit: Unit) -> bool:
    """Who is a member is told to the unions and at the top; a firm is told of no cases: its workers' are among them."""
    if unit.tree == Unit.Tree.UNION or unit.parent_id is None:
        return True
    is_of_cases = one.measure.rows.about == "case"
    return not one.tells_of_members and not (is_of_cases and unit.kind == Unit.Kind.ENTERPRISE)


def is_open_to(one: Indicator, acting: Any) -> bool:
    """Whoever reaches everything is told, and whose unit is."""
    return acting.reach.is_everything or is_open_at(one, acting.unit)


def desk_of(acting: Any) -> Desk:
    """At which desk somebody sits: by the unit, and at the top by the role."""
    unit = acting.unit
    if acting.reach.is_everything or unit is None:
        return Desk.LEADER if "leader" in acting.roles else Desk.OFFICE
    if unit.kind == Unit.Kind.UNION_FEDERATION:
        return Desk.UNION if unit.parent_id else Desk.ROOT_UNION
    return _OF_KIND.get(Unit.Kind(unit.kind), Desk.OFFICE)
