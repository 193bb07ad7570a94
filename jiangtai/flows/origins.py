"""Where a fact came from, for the pages of the ledger: the case by its name, with the way to it for who may open it."""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from jiangtai.access import Acting
from jiangtai.ledger import FactRow, shows

from . import hiding, inbox
from .declare import flow_named
from .models import Case

OF_THE_PROCESS = "flows."
"""How the keys of facts begin that a case says of itself."""


class Origin(NamedTuple):
    """A case as other rooms name it."""

    label: str
    url: str = ""


def of(rows: Iterable[FactRow], who: Acting) -> dict[uuid.UUID, Origin]:
    """The cases from which these facts came, by the fact's id; two questions, however many facts.

    A case that this account may not open is named without a link; one that is hidden from it is not named.
    """
    ids = {row.pk: row.cause_id for row in rows if row.cause == "case" and row.cause_id}
    known = named(ids.values(), who)
    return {fact: known[case] for fact, case in ids.items() if case in known}


def named(ids: Iterable[uuid.UUID], who: Acting) -> dict[uuid.UUID, Origin]:
    """Cases by their ids, each with the way to it for who may open it; one that is hidden is not named."""
    from .pages.inbox import case_url
    from .pages.pocket import own_url

    if not (wanted := set(ids)):
        return {}
    cases = hiding.without_hidden(Case.unscoped.filter(pk__in=wanted).select_related("round"), who)
    known = {case.pk: case for case in cases}
    seen = inbox.seen(who) if who.is_worker or who.may("cases.view") else Case.unscoped.none()
    seen = seen.filter(opened_by=who.account) if who.is_worker else seen
    opens = set(seen.filter(pk__in=known).order_by().values_list("pk", flat=True)) if known else set()
    to = own_url if who.is_worker else case_url
    return {case: Origin(name_of(one), to(one) if case in opens else "") for case, one in known.items()}


def brought_about(case: Case) -> list[FactRow]:
    """What a case left in the ledger, the earliest first; what it says of itself would tell who judged and objected."""
    rows = FactRow.unscoped.filter(cause="case", cause_id=case.pk).exclude(type__startswith=OF_THE_PROCESS)
    return list(rows.select_related("unit").order_by("id"))


@shows
def of_a_case(row: FactRow, who: Acting) -> str | None:
    """What a case brought about, to who may open the case in the office."""
    if row.cause != "case" or row.cause_id is None or row.type.startswith(OF_THE_PROCESS) or not who.may("cases.view"):
        return None
    case = inbox.seen(who).filter(pk=row.cause_id).first()
    return name_of(case) if case else None


def name_of(case: Case) -> str:
    """A case by its matter, its round and its number."""
    matter = case.round.name if case.round else flow_named(case.flow, case.since).label
    return f"{matter}（办件 {case.number}）"
