"""What pages, rules and flows ask: nominees, lists, holders, awards, rights."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max, Q, QuerySet
from django.urls import reverse

from jiangtai import ledger, people
from jiangtai.access import (
    Account,
    Acting,
    Grant,
    GroupMember,
    Refused,
    Unit,
    UnitGroup,
    acting_as_job,
    current,
    is_root,
    phones,
    units,
)
from jiangtai.access import parameters as values_of
from jiangtai.flows import Case, Decision, Round, engine
from jiangtai.kernel import clock, read_id
from jiangtai.ledger import FactRow, FactSet
from jiangtai.web import Hit, searchable

from . import rules
from .facts import AwardDue, HonorGranted, JudgingRightGranted, PlaqueGranted
from .models import HonorTitle

ERASED = "已注销"
HIDDEN = "（已注销或不在您的范围内）"
_TOGETHER, _MOST_HITS = 2_000, 50


SETTLED = ("issuer", "years", "award", "years_in_trade", "oldest", "asks_membership", "benefits")


def title_of(case: Case) -> HonorTitle:
    """The title for which a case runs."""
    assert case.round is not None
    title, settled = HonorTitle.objects.get(pk=case.round.terms["title"]), case.round.terms.get("settled", {})
    for name, value in settled.items():
        setattr(title, name, Decimal(value) if name == "award" else value)
    return title


def settled(held: Round) -> dict[str, Any]:
    """What a title asks and brings on the day its round opens: whoever changes the title changes later rounds."""
    title = HonorTitle.objects.get(pk=held.terms["title"])
    values = {name: getattr(title, name) for name in SETTLED}
    return {"settled": {**values, "award": str(title.award)}}


def nominee(case: Case) -> dict[str, Any]:
    """What `may_be_nominated` asks of a case: the register first, then what the firm filled in."""
    title, today = title_of(case), clock.today()
    filled = engine.filled_at(case, "nominate") or _draft(case)
    return {
        "title": title.name,
        "age": age_of(case.subject),
        "oldest": title.oldest,
        "years_in_trade": _number(filled.get("years_in_trade")),
        "least_years": title.years_in_trade,
        "is_member": people.membership_of(case.subject, today) is not None,
        "asks_membership": title.asks_membership,
        "is_employed": people.employment_of(case.subject, today) is not None,
        "is_barred": people.is_person_barred(case.subject, today),
        "holds_already": holders(title).of(*people.ids_of(case.subject)).current(today).exists(),
        "votes": _votes(filled),
        "least_attendance": int(values_of.value("honors.least_attendance", unit=case.unit)),
        "least_votes": int(values_of.value("honors.least_votes", unit=case.unit)),
    }


def age_of(person: UUID) -> int | None:
    """How old somebody is today, as far as the register knows."""
    return rules.age_on(_birth(person), clock.today())


def ranked(cases: list[Case]) -> dict[UUID, dict[str, Any]]:
    """What the order of a ranking asks of each case."""
    filled = engine.filled_for(cases, "nominate")
    marked = Decision.objects.filter(case__in=cases, outcome="marked").order_by().values_list("case")
    best = dict(marked.annotate(best=Max("mark")))
    works = people.Employment.unscoped.filter(
        people.holding(clock.today()), person__in=[case.subject for case in cases]
    ).order_by("-since", "-id")  # the longest-standing of several comes last, and counts
    at_the_front = {one.person_id: one.is_production for one in works}
    return {
        case.pk: {
            "is_production_worker": at_the_front.get(case.subject, False),
            "best_mark": best.get(case.pk) or 0,
            "years_in_trade": _number(filled[case.pk].get("years_in_trade")),
        }
        for case in cases
    }


def shown(cases: list[Case]) -> dict[UUID, dict[str, Any]]:
    """What a notice shows of each nominee."""
    names = people.names_in_case(case.subject for case in cases)
    filled = engine.filled_for(cases, "nominate")
    return {
        case.pk: {"姓名": names.get(case.subject, ""), "单位": case.unit.name, "事迹": filled[case.pk].get("deed", "")}
        for case in cases
    }


def naming(held: Round) -> dict[str, Any]:
    """What the draft of a naming decision asks: those who wait for the decision, else those who were named."""
    title = HonorTitle.objects.get(pk=held.terms["title"])
    rows = Case.unscoped.filter(round=held, step="decide") or Case.unscoped.filter(round=held, step="granted")
    cases = list(rows.select_related("unit", "round").order_by("place"))
    listed = list(shown(cases).values())
    if not listed:
        raise ValidationError("本批次还没有到“审定命名”的人选，公示期满后再生成")
    today = clock.today()
    return {
        "issuer": title.issuer,
        "number": f"（待编文号）〔{today.year}〕号",
        "title": f"关于命名{held.name}的决定",
        "recipients": "各街道、各部门、各企事业单位",
        "reason": f"经职工推荐、审查评审和社会公示，{held.name}评选工作已经完成。",
        "honor": title.name,
        "count": str(len(listed)),
        "hope": "希望受到命名的同志珍惜荣誉，带动更多职工学技术、比技能、创一流。",
        "persons": [{"name": one["姓名"], "unit": one["单位"], "deed": one["事迹"]} for one in listed],
        "signed_by": title.issuer,
        "signed_on": clock.chinese_day(today),
    }


def judge_and_nominee(case: Case, judge: Account) -> dict[str, Any]:
    """What `conflicts` asks: who the judge is in the register, and where judge and nominee belong today."""
    persons, today = persons_of(judge), clock.today()
    works = people.Employment.unscoped.filter(people.holding(today), person__in=[case.subject, *persons])
    places: dict[UUID, set[UUID]] = {}
    for person, unit in works.order_by().values_list("person", "unit"):
        places.setdefault(person, set()).add(unit)
    firms = {case.unit_id, *places.get(case.subject, ())}
    member = people.membership_of(case.subject, today)
    unions = Unit.unscoped.filter(serves__in=firms, state=Unit.State.ACTIVE).values_list("pk", flat=True)
    posts = Grant.objects.with_scopes_disabled().filter(Grant.HELD, account=judge).values_list("unit", flat=True)
    own = {*posts, *([judge.unit_id] if judge.unit_id else []), *(one for pk in persons for one in places.get(pk, ()))}
    return {
        "judge_units": frozenset(map(str, own)),
        "nominee_units": frozenset(map(str, firms)),
        "nominee_unions": frozenset(map(str, {*unions, *([member.unit_id] if member else [])})),
        "judge_persons": frozenset(map(str, persons)),
        "nominee": str(case.subject),
    }


def persons_of(judge: Account) -> set[UUID]:
    """Who an office account is in the register: of the same name, and with its phone or at work at its unit."""
    with acting_as_job("评委回避"):
        try:
            found = {one.pk for one in people.find(name=judge.name, phone=phones.own(judge))}
        except Refused:  # no phone is known
            found = set()
        namesakes = [one.pk for one in people.find(name=judge.name)] if judge.name.strip() else []
    here = people.Employment.unscoped.filter(people.holding(clock.today()), person__in=namesakes, unit=judge.unit_id)
    return found | set(here.order_by().values_list("person", flat=True))


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
    rows = ledger.every(HonorGranted).of(*people.ids_of(person)).current(clock.today())
    return sorted(((row.id, row.fact) for row in rows), key=lambda one: (one[1].tier.rank, one[1].on))


def as_written(rows: list[FactRow]) -> dict[UUID, UUID]:
    """These honours by each id under which award, certificate or mentor may know them: one put right has a new one."""
    found = later = {row.pk: row.pk for row in rows}
    while later:
        later = {row.cause_id: later[row.pk] for row in rows if row.cause == "correction" and row.cause_id}
        rows = list(FactRow.unscoped.filter(pk__in=later)) if later else []
        found = found | later
    return found


def hall(on: date | None = None) -> list[tuple[UUID, list[Any]]]:
    """The craftsmen that the public may see, each once with all titles they hold, the highest tier first."""
    rows = list(ledger.every(HonorGranted).current(on or clock.today()))
    moved, held = people.standing_among(row.subject for row in rows), dict[UUID, list[Any]]()
    for row in rows:
        held.setdefault(moved.get(row.subject, row.subject), []).append(row.fact)
    for facts in held.values():
        facts.sort(key=lambda fact: (fact.tier.rank, fact.on))
    return sorted(held.items(), key=lambda one: (one[1][0].tier.rank, one[1][0].on))


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


def in_reach(*kinds: type) -> FactSet:
    """Facts at the units that whoever acts acts for: those within reach, and the firms whose unions stand within it."""
    rows, reach = _told(ledger.every(*kinds)), current().reach
    return rows if reach.is_everything else rows.filter(Q(unit__path__within=reach) | Q(unit__in=_served()))


def awards_in_reach(*kinds: type) -> FactSet:
    """Awards within reach; who pays at a department pays for the whole place that the department serves."""
    who = current()
    place = who.unit.parent if who.unit and who.unit.kind == Unit.Kind.DEPARTMENT and who.may("awards.pay") else None
    if place is None:
        return in_reach(*kinds)
    rows = _told(ledger.every(*kinds))
    return rows if is_root(place) else rows.filter(unit__path__within=place.reach)


def units_in_reach() -> QuerySet[Unit]:
    """The units that whoever acts acts for."""
    rows, reach = Unit.unscoped.filter(state=Unit.State.ACTIVE), current().reach
    return rows if reach.is_everything else rows.filter(Q(path__within=reach) | Q(pk__in=_served()))


def beside(rows: FactSet, tell: Callable[[list[FactRow]], None]) -> FactSet:
    """Rows that carry in `beside` what stands in other tables, asked for all rows of a page, or an export, at once."""
    before = rows._iterable_class

    class Told(before):  # type: ignore[misc, valid-type]
        """Rows in company."""

        def __iter__(self) -> Iterator[FactRow]:
            found = super().__iter__()
            while together := list(islice(found, _TOGETHER)):
                tell(together)
                yield from together

    told = rows.all()
    told._iterable_class = Told
    return told


def put(row: FactRow, **values: Any) -> None:
    """Lay something beside a row."""
    vars(row).setdefault("beside", {}).update(values)


def tell_names(rows: list[FactRow]) -> None:
    """The name of whom each row is about; a unit is named by its row."""
    names = names_seen(row.subject for row in rows if ledger.declared(row.type).subject == "person")
    for row in rows:
        put(row, name=names.get(row.subject, HIDDEN))


def names_seen(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of whom the reader sees; and of who holds an honour now, for that is public, wherever they are."""
    wanted = set(ids)
    names = people.names_of(wanted) if wanted else {}
    if beyond := wanted - names.keys():
        held = ledger.every(HonorGranted).of(*beyond).current()
        names |= people.names_in_case(held.order_by().values_list("subject", flat=True).distinct())
    return names


def named(text: str) -> list[UUID]:
    """Who has this full name, wherever: for lists that the reader sees anyway."""
    with acting_as_job("按姓名查荣誉"):
        return [one.pk for one in people.find(name=text)] if text.strip() else []


def holders_found(text: str) -> list[FactRow]:
    """The honours within reach of who has this full name."""
    found = named(text)
    return list(in_reach(HonorGranted).of(*found).current()[:_MOST_HITS]) if found else []


@searchable("荣誉持有人", "honors.view")
def holder_hits(acting: Acting, text: str) -> list[Hit]:
    """Who holds an honour within reach, by full name; each once, with the highest honour."""
    best: dict[UUID, FactRow] = {}
    for row in sorted(holders_found(text), key=lambda row: (row.fact.tier.rank, row.day)):
        best.setdefault(row.subject, row)
    return [_hit(row) for row in best.values()]


def person_named(text: str) -> UUID | None:
    """The person that an id, or a full name, names: a holder within reach, or whoever the reader sees."""
    try:
        wanted = [UUID(text)]
    except ValueError:
        wanted = named(text)
    if not wanted:
        return None
    held = set(in_reach(HonorGranted).of(*wanted).current().order_by().values_list("subject", flat=True))
    found = held | set(people.those(wanted).filter(state="registered").values_list("pk", flat=True))
    if len(found) > 1:
        raise ValueError(f"有 {len(found)} 位“{text}”，请从下拉结果中选一位")
    return next(iter(found), None)


def name_of_person(text: str) -> str:
    """The name of the person with this id; empty for what is no id."""
    person = read_id(text)
    return names_seen([person]).get(person, "") if person else ""


def unit_named(text: str) -> Unit | None:
    """The one unit within reach that an id, a name or a code names."""
    return units.named(units_in_reach(), text)


def name_of_unit(text: str) -> str:
    """The name of the unit within reach with this id."""
    return units.name_of(units_in_reach(), text)


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


def _hit(row: FactRow) -> Hit:
    note = f"{row.fact.name} · {row.unit}"
    return Hit(row.beside["name"], note, reverse("honors.show", args=[row.pk]), id=str(row.subject))  # type: ignore[attr-defined]


def _told(rows: FactSet) -> FactSet:
    """The latest first, with names."""
    return beside(rows.select_related("unit").order_by("-day", "-id"), tell_names)


def _served() -> QuerySet[Unit, Any]:
    """The firms whose unions stand within reach."""
    return Unit.unscoped.filter(path__within=current().reach, serves__isnull=False).values("serves")
