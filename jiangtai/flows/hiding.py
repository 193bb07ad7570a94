"""What the firm of a case's subject never sees: the cases of flows that are hidden from it, as complaints are.

The firm is the unit at which the subject works with all that belongs to the same enterprise, and the unions that serve
it. Whoever holds a post there does not see such a case at any other post either.
"""

from typing import Any

from django.db.models import Q, QuerySet

from jiangtai.access import Account, Acting, Grant, Unit, units

from .declare import flows, versions
from .models import Case


def hidden_flows() -> list[str]:
    """The flows whose cases are hidden, in any version."""
    return [one.key for one in flows() if any(version.hidden_from_own_unit for version in versions(one.key))]


def is_hidden(case: Case) -> bool:
    """Whether a case is one of those."""
    return case.flow in hidden_flows()


def is_hidden_from(case: Case, who: Acting) -> bool:
    """Whether a case is kept from this account, because it acts for the firm of the case's subject."""
    return is_hidden(case) and who.is_office and any(is_firm_of(unit, case.unit) for unit in _posts(who))


def is_kept_from(case: Case, account: Account) -> bool:
    """The same, of an account that is not acting now: nothing about the case is told to it."""
    if not is_hidden(case) or account.is_worker:
        return False
    held = Grant.objects.with_scopes_disabled().filter(Grant.HELD, account=account).select_related("unit")
    places = [*(one.unit for one in held), *([account.unit] if account.unit else [])]
    return any(is_firm_of(unit, case.unit) for unit in places)


def without_hidden(rows: QuerySet[Any], who: Acting, to_case: str = "") -> QuerySet[Any]:
    """Rows (cases, or what leads to one) without those that are kept from this account."""
    keys = hidden_flows()
    if not keys or not who.is_office:
        return rows
    where = Q(pk__in=[])
    for unit in _posts(who):
        firm = _firm(unit)
        is_enterprise = firm.kind == Unit.Kind.ENTERPRISE
        where |= Q(**{f"{to_case}unit__path__within": firm.reach} if is_enterprise else {f"{to_case}unit": firm})
    return rows.exclude(Q(**{f"{to_case}flow__in": keys}) & where)


def is_firm_of(unit: Unit, of: Unit) -> bool:
    """Whether a unit is of the firm to which another belongs, or is the union that serves it."""
    firm = _firm(unit)
    return firm.pk == of.pk or (firm.kind == Unit.Kind.ENTERPRISE and firm.reach.holds(of.path))


def outside(unit: Unit) -> Unit:
    """The nearest unit above a firm that is not of it: where what is counted of a hidden case is counted."""
    line = list(reversed(units.above(unit)))
    return next((one for one in line if one.pk != unit.pk and one.kind != Unit.Kind.ENTERPRISE), unit)


def _firm(unit: Unit) -> Unit:
    """The whole firm of a unit: the topmost enterprise above it, else the unit itself; a union stands for its firm."""
    own = unit.serves or unit
    return next((one for one in units.above(own) if one.kind == Unit.Kind.ENTERPRISE), own)


def _posts(who: Acting) -> list[Unit]:
    own = [who.account.unit] if who.account and who.account.unit else []
    return [*(post.unit for post in who.posts), *own]
