"""What pages, rules and flows ask: nominees, lists, holders, awards, rights."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from jiangtai import ledger, people
from jiangtai.access import Account, GroupMember, UnitGroup, acting_as_job
from jiangtai.access import parameters as values_of
from jiangtai.flows import Case, Decision, engine
from jiangtai.kernel import clock
from jiangtai.ledger import FactSet

from . import rules
from .facts import AwardDue, HonorGranted, JudgingRightGranted, PlaqueGranted
from .models import HonorTitle


def title_of(case: Case) -> HonorTitle:
    """The title for which a case runs."""
    assert case.round is not None
    return HonorTitle.objects.get(pk=case.round.terms["title"])


def nominee(case: Case) -> dict[str, Any]:
    """What `may_be_nominated` asks of a case: the register first, then what the firm filled in."""
    title, today = title_of(case), clock.today()
    filled = engine.filled_at(case, "nominate") or _draft(case)
    return {
        "title": title.name,
        "age": rules.age_on(_birth(case.subject), today),
        "oldest": title.oldest,
        "years_in_trade": _number(filled.get("years_in_trade")),
        "least_years": title.years_in_trade,
        "is_member": people.membership_of(case.subject, today) is not None,
        "asks_membership": title.asks_membership,
        "is_employed": people.employment_of(case.subject, today) is not None,
        "is_barred": people.is_person_barred(case.subject, today),
        "holds_already": holders(title).of(case.subject).current(today).exists(),
        "votes": _votes(filled),
        "least_attendance": int(values_of.value("honors.least_attendance", unit=case.unit)),
        "least_votes": int(values_of.value("honors.least_votes", unit=case.unit)),
    }


def ranked(case: Case) -> dict[str, Any]:
    """What the order of a ranking asks of a case."""
    filled = engine.filled_at(case, "nominate")
    marks = Decision.objects.filter(case=case, outcome="marked").values_list("mark", flat=True)
    employment = people.employment_of(case.subject, clock.today())
    return {
        "is_production_worker": employment is not None and employment.is_production,
        "best_mark": max((mark for mark in marks if mark is not None), default=0),
        "years_in_trade": _number(filled.get("years_in_trade")),
    }


def shown(case: Case) -> dict[str, Any]:
    """What a notice shows of a nominee."""
    name = people.names_in_case([case.subject]).get(case.subject, "")
    return {"姓名": name, "单位": case.unit.name, "事迹": engine.filled_at(case, "nominate").get("deed", "")}


def judge_and_nominee(case: Case, judge: Account) -> dict[str, str]:
    """What `conflicts` asks."""
    person = people.person_of(judge)
    return {
        "judge_unit": str(judge.unit_id or ""),
        "nominee_unit": str(case.unit_id),
        "judge_person": str(person.pk) if person else "",
        "nominee": str(case.subject),
    }


def right_and_nominee(case: Case, judge: Account) -> dict[str, Any]:
    """What `has_no_right` asks."""
    rights = ledger.every(JudgingRightGranted).current(clock.today())
    held = [row.fact.ecosystem for row in rights.of(judge.unit_id)] if judge.unit_id else []
    return {**judge_and_nominee(case, judge), "rights": frozenset(held), "ecosystem": ecosystem_of(case) or ""}


def ecosystem_of(case: Case) -> str | None:
    """The ecosystem in which the round counts the nominee's firm."""
    assert case.round is not None
    groups = [share.group_id for share in case.round.shares.filter(group__isnull=False)]
    members = GroupMember.objects.with_scopes_disabled().filter(unit=case.unit_id, until__isnull=True, group__in=groups)
    found = members.order_by("since").values_list("group", flat=True).first()
    return str(found) if found else None


def holders(title: HonorTitle) -> FactSet:
    """Everyone who was ever given a title."""
    return ledger.every(HonorGranted).filter(payload__title=str(title.pk))


def honors_of(person: UUID) -> list[tuple[UUID, Any]]:
    """What a person holds today, the highest tier first."""
    rows = ledger.every(HonorGranted).of(person).current(clock.today())
    return sorted(((row.id, row.fact) for row in rows), key=lambda one: (one[1].tier.rank, one[1].on))


def hall(on: date | None = None) -> list[tuple[UUID, list[Any]]]:
    """The craftsmen that the public may see, each once with all titles they hold, the highest tier first."""
    held: dict[UUID, list[Any]] = {}
    for row in ledger.every(HonorGranted).current(on or clock.today()):
        held.setdefault(row.subject, []).append(row.fact)
    for facts in held.values():
        facts.sort(key=lambda fact: (fact.tier.rank, fact.on))
    return sorted(held.items(), key=lambda one: (one[1][0].tier.rank, one[1][0].on))


def persons_holding(titles: Iterable[HonorTitle], on: date | None = None) -> int:
    """How many persons hold one of these titles: whoever holds several counts once."""
    names = [str(title.pk) for title in titles]
    rows = ledger.every(HonorGranted).filter(payload__title__in=names).current(on or clock.today())
    return rows.values("subject").distinct().order_by().count()


def awards_due() -> FactSet:
    """The awards that wait to be paid."""
    return ledger.every(AwardDue).current(clock.today()).order_by("day", "id")


def plaques() -> FactSet:
    """The plaques that units carry today."""
    return ledger.every(PlaqueGranted).current(clock.today()).order_by("-day", "-id")


def rights() -> FactSet:
    """The rights to judge that stand today."""
    return ledger.every(JudgingRightGranted).current(clock.today()).order_by("-day", "-id")


def ecosystems() -> dict[str, str]:
    """The ecosystems by id."""
    return {str(pk): name for pk, name in UnitGroup.objects.values_list("pk", "name")}


def _birth(person: UUID) -> date | None:
    with acting_as_job("审查条件"):
        found = people.Person.unscoped.filter(pk=person).first()
        return people.opened(found).birth if found else None


def _votes(filled: dict[str, Any]) -> dict[str, int] | None:
    names = ("expected", "attended", "agreed")
    votes = {name: _number(filled.get(name)) for name in names}
    return None if None in votes.values() else {name: value or 0 for name, value in votes.items()}


def _number(value: Any) -> int | None:
    return int(value) if str(value or "").isdigit() else None


def _draft(case: Case) -> dict[str, Any]:
    seat = case.seats.filter(step="nominate", state="open").first()
    return engine.draft_of(case, seat) if seat else {}
