"""Where a fact came from, for the pages of the ledger: the case by its name, with the way to it for who may open it."""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from jiangtai.access import Acting
from jiangtai.ledger import FactRow

from . import hiding, inbox
from .declare import flow_named
from .models import Case


class Origin(NamedTuple):
    """A case as other rooms name it."""

    label: str
    url: str = ""


def of(rows: Iterable[FactRow], who: Acting) -> dict[uuid.UUID, Origin]:
    """The cases from which these facts came, by the fact's id; two questions, however many facts.

    A case that this account may not open is named without a link; one that is hidden from it is not named.
    """
    from .pages.inbox import case_url
    from .pages.pocket import own_url

    ids = {row.pk: row.cause_id for row in rows if row.cause == "case" and row.cause_id}
    if not ids:
        return {}
    cases = hiding.without_hidden(Case.unscoped.filter(pk__in=set(ids.values())).select_related("round"), who)
    known = {case.pk: case for case in cases}
    seen = inbox.seen(who) if who.is_worker or who.may("cases.view") else Case.unscoped.none()
    seen = seen.filter(opened_by=who.account) if who.is_worker else seen
    opens = set(seen.filter(pk__in=known).order_by().values_list("pk", flat=True)) if known else set()
    to = own_url if who.is_worker else case_url
    return {
        fact: Origin(name_of(known[case]), to(known[case]) if case in opens else "")
        for fact, case in ids.items()
        if case in known
    }


def name_of(case: Case) -> str:
    """A case by its matter, its round and its number."""
    matter = case.round.name if case.round else flow_named(case.flow, case.since).label
    return f"{matter}（办件 {case.number}）"
