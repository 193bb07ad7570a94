"""What the pages of the register look up."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse

from jiangtai import ledger, people
from jiangtai.access import Account, Acting, Grant, Unit, acting_as_job, current, units
from jiangtai.domains.honors.facts import AwardDue
from jiangtai.flows import Case, engine, origins
from jiangtai.kernel import basis_words, clock, read_id, row_with
from jiangtai.ledger import FactRow
from jiangtai.people import (
    EmployerBlacklisted,
    EmployerDelisted,
    EmployerTag,
    EmployerTagged,
    EmployerUntagged,
    Employment,
    InvestigationClosed,
    InvestigationOpened,
    Person,
    Responsible,
    UnionMembership,
)
from jiangtai.people.sources import (
    SOURCES,
    Batch,
    Record,
    Source,
    disputes_by_list,
    disputes_by_source,
    lacks_by_list,
    lacks_by_source,
    left_out_lines,
    lines_told,
    of_firms,
)
from jiangtai.web import Event, Hit, searchable

from . import rules
from .rules import keeps_the_blacklist, told

FIRMS = (Unit.Kind.ENTERPRISE, Unit.Kind.SCHOOL, Unit.Kind.EVALUATION_BODY)
EMPLOYERS = (*FIRMS, Unit.Kind.DEPARTMENT, Unit.Kind.STREET, Unit.Kind.PARK)
MOST_EVENTS, MOST_HITS, MOST_NAMESAKES = 60, 50, 500

CLERKS = ("enterprise_hr", "enterprise_union")
NARROWER = "请写全名，或姓名加身份证后四位，例如 周敏 1234"


def roster(rows: QuerySet[Person] | None = None) -> QuerySet[Person]:
    """Everyone within reach, or of them who is given, with where they work now and their union, as far as in reach."""
    works = Employment.unscoped.filter(Employment.NOW, people.within_reach()).select_related("unit").order_by("since")
    unions = UnionMembership.unscoped.filter(UnionMembership.NOW, people.memberships_within_reach())
    rows = Person.objects.all() if rows is None else rows
    return rows.filter(state=Person.State.REGISTERED).prefetch_related(
        Prefetch("employments", works, to_attr="works"),
        Prefetch("memberships", unions.select_related("unit"), to_attr="unions"),
    )


def working(rows: QuerySet[Person], **conditions: Any) -> QuerySet[Person]:
    """Those who work now, within reach, as the conditions say."""
    works = Employment.unscoped.filter(Employment.NOW, people.within_reach(), **conditions)
    return rows.filter(pk__in=works.order_by().values("person"))


def organised(rows: QuerySet[Person], answer: str) -> QuerySet[Person]:
    """Union members, or those who are none as far as the reader may know."""
    unions = UnionMembership.unscoped.filter(UnionMembership.NOW, people.memberships_within_reach())
    # Not by `NOT IN`: the database cannot turn that into a join, and reads all members again for each person.
    is_member = Exists(unions.order_by().filter(person=OuterRef("pk")))
    return rows.filter(is_member if answer == "yes" else ~is_member)


def employer_units() -> QuerySet[Unit]:
    """The units within reach that can employ, and the firm that the acting union serves."""
    rows = served_units().filter(tree=Unit.Tree.ADMINISTRATIVE)
    return rows.filter(kind__in=EMPLOYERS, state=Unit.State.ACTIVE)


def served_units() -> QuerySet[Unit]:
    """Every unit within reach, and the firm that the acting union serves."""
    return Unit.unscoped.filter(_within() | Q(pk=people.served_unit()))


def union_units() -> QuerySet[Unit]:
    """The union organisations within reach."""
    return Unit.objects.filter(tree=Unit.Tree.UNION, state=Unit.State.ACTIVE)


def employers_listed() -> QuerySet[Unit]:
    """Employers with the number of their workers, the lists on which they stand, and whether the blacklist is one."""
    works = Employment.unscoped.filter(Employment.NOW, unit=OuterRef("pk")).order_by().values("unit")
    barred = ledger.every(EmployerBlacklisted).current().filter(subject=OuterRef("pk"))
    number = Subquery(works.annotate(number=Count("*")).values("number"), output_field=IntegerField())
    standing = ledger.every(EmployerTagged).current().filter(subject=OuterRef("pk")).order_by("day", "id")
    tags = ArraySubquery(standing.values("payload__tag"))
    rows = employer_units().annotate(workers=Coalesce(number, 0), tags=tags, is_listed=Exists(barred))
    return rows.filter(Q(kind__in=FIRMS) | Q(workers__gt=0)).select_related("parent", "employer")


def listings(acting: Acting) -> Any:
    """The blacklist: all of it for who keeps it, else what concerns units within reach."""
    rows = ledger.every(EmployerBlacklisted) if keeps(acting) else ledger.facts(EmployerBlacklisted)
    off = ledger.every(EmployerDelisted).filter(ends=OuterRef("pk"))
    return rows.select_related("unit").annotate(is_off=Exists(off)).order_by("-day", "-id")


def investigations(acting: Acting) -> Any:
    """Who is, or was, looked into for the blacklist: all of it for who keeps it, else units within reach."""
    rows = ledger.every(InvestigationOpened) if keeps(acting) else ledger.facts(InvestigationOpened)
    over = ledger.every(InvestigationClosed).filter(ends=OuterRef("pk"))
    return rows.select_related("unit").annotate(is_over=Exists(over)).order_by("-day", "-id")


def taggings(acting: Acting) -> Any:
    """Who stands, or stood, on departments' lists: all of it for who keeps one, else what concerns units in reach."""
    rows = ledger.every(EmployerTagged) if kept_tags(acting) else ledger.facts(EmployerTagged)
    off = ledger.every(EmployerUntagged).filter(ends=OuterRef("pk"))
    return rows.select_related("unit").annotate(is_off=Exists(off)).order_by("-day", "-id")


def taggings_of(unit: Unit) -> list[Any]:
    """Every list on which an employer stands or stood, the latest first."""
    off = ledger.every(EmployerUntagged).filter(ends=OuterRef("pk"))
    rows = ledger.every(EmployerTagged).of(unit.pk).annotate(is_off=Exists(off))
    return list(rows.order_by("-day", "-id"))


def tagged(rows: QuerySet[Unit], tag: str) -> QuerySet[Unit]:
    """Those that stand on this list today; nobody on one that there is not."""
    known = {one.value: one for one in EmployerTag}
    if tag not in known:
        return rows.none()
    return rows.filter(pk__in=people.taggings(known[tag]).current().order_by().values("subject"))


def labels_of(tags: list[str] | None) -> list[str]:
    """What users call these lists."""
    return [EmployerTag(one).label for one in tags or ()]


def kept_tags(acting: Acting) -> list[EmployerTag]:
    """The lists that who acts keeps for the whole place."""
    unit = acting.unit
    if unit is None or not acting.may("tags.change"):
        return []
    about = (acting.reach.is_everything, unit.kind, unit.name)
    return [tag for tag, rule in people.TAGS.items() if rules.keeps_a_tag(*about, rule.kept_by)]


def firms_of(lines: list[str]) -> dict[str, list[Unit]]:
    """The employers of the place that each line names by credit code or by name, whole or short."""
    found = units.called(every_firm(), lines)
    return {line: found.get(line, []) for line in lines}


def to_confirm(acting: Acting) -> QuerySet[Responsible]:
    """What firms said of who answers for them and nobody confirmed yet: of those whose authority acts."""
    unit = acting.unit
    if unit is None or unit.kind not in people.AUTHORITIES:
        return Responsible.unscoped.none()
    rows = Responsible.unscoped.filter(Responsible.PENDING).exclude(unit=unit).select_related("unit", "person")
    return rows if keeps(acting) else rows.filter(unit__path__within=acting.reach)


def union_to_ask(person: uuid.UUID) -> Unit | None:
    """The union organisation that a worker asks: the firm's own; where it has none that acts, the one under which its
    own stands (a street's, an industry's), else the nearest that serves a place above the firm, at last the top."""
    work = people.employment_of(person)
    line = list(reversed(units.above(work.unit))) if work else []
    for place, unit in enumerate(line):
        roles = ("union_officer",) if place else ("enterprise_union", "union_officer")
        found = _union_serving(unit, roles) or (None if place else _union_over(unit))
        if found is not None:
            return found
    return Unit.unscoped.filter(tree=Unit.Tree.UNION, parent__isnull=True, state=Unit.State.ACTIVE).first()


def unit_to_ask(person: uuid.UUID) -> Unit | None:
    """Where a value is looked into: where somebody belongs, or at the union that whoever belongs nowhere would ask."""
    return people.unit_of(person) or union_to_ask(person)


def joining(case: Case) -> dict[str, Any]:
    """What the check of an application for membership looks at."""
    works = {one.unit_id for one in people.employments_of(case.subject)}
    return {
        "is_member": people.membership_of(case.subject) is not None,
        "union": str(case.unit),
        "is_of_the_firm": case.unit.serves_id in works,
    }


def is_outside_the_union(person: uuid.UUID) -> bool:
    """Whether somebody has no membership yet, and may want one."""
    return people.membership_of(person) is None


def late(flow: str, step: str) -> QuerySet[Case]:
    """Cases that whoever is asked has let lie at a step beyond the term."""
    return Case.unscoped.filter(flow=flow, state=Case.State.OPEN, step=step, due__lt=clock.today())


def open_contest(person: uuid.UUID) -> Case | None:
    """The request to put a value right that is under way, where there is one."""
    rows = Case.unscoped.filter(flow="register.ContestValue", subject=person, state=Case.State.OPEN)
    return rows.first()


def may_contest(person: uuid.UUID) -> bool:
    """Whether no value of somebody's is being put right already."""
    return open_contest(person) is None


def has_somebody_to_ask(unit: Unit) -> bool:
    """Whether somebody does a firm's human resources here, or a union's business."""
    return bool(_held(*CLERKS).filter(unit=unit).exists())


def _held(*roles: str) -> QuerySet[Grant]:
    return Grant.objects.with_scopes_disabled().filter(Grant.HELD, role__in=roles, account__is_active=True)


def union_chosen(case: Case) -> Unit | None:
    """The union organisation that an application leads into: the one named when it was decided, else the one asked."""
    name = engine.filled_at(case, "above").get("union", "")
    return units.named(union_units(), name) if name else case.unit


def _union_serving(unit: Unit, roles: tuple[str, ...]) -> Unit | None:
    rows = Unit.unscoped.filter(serves=unit, tree=Unit.Tree.UNION, state=Unit.State.ACTIVE)
    return rows.filter(pk__in=_held(*roles).values("unit")).order_by("number").first()


def _union_over(firm: Unit) -> Unit | None:
    """The nearest union above the firm's own, below the top, for which somebody acts."""
    acting = set(_held("union_officer").values_list("unit", flat=True))
    own = Unit.unscoped.filter(serves=firm, tree=Unit.Tree.UNION, state=Unit.State.ACTIVE).order_by("number")
    over = (one for union in own for one in reversed(units.above(union)) if one.parent_id)
    return next((one for one in over if one.pk in acting and one.is_active), None)


def why_kept(person: Person) -> list[str]:
    """Why a person's file has to be kept for now."""
    answers = Responsible.unscoped.filter(Responsible.NOW, person=person).exclude(state=Responsible.State.REFUSED)
    return rules.why_kept(
        open_cases=Case.unscoped.filter(subject=person.pk, state=Case.State.OPEN).count(),
        unpaid_awards=ledger.every(AwardDue).of(person.pk).current().count(),
        is_barred=people.is_person_barred(person.pk),
        answers_for=[f"“{one.unit}”" for one in answers.select_related("unit")],
    )


def keeps(acting: Acting) -> bool:
    """Whether who acts keeps the blacklist of the whole place."""
    unit = acting.unit
    return unit is not None and keeps_the_blacklist(acting.reach.is_everything, unit.kind, unit.name)


def name_of_unit(text: str) -> str:
    """The name of the unit with this id, wherever it stands."""
    return units.name_of(Unit.unscoped.all(), text)


def person_named(text: str) -> Person | None:
    """The one person within reach whom an id or a name means; several of one name are a question."""
    if key := read_id(text):
        return Person.objects.filter(state=Person.State.REGISTERED, pk=key).first()
    found, has_more = people.search(text, 1)
    if has_more:
        raise ValueError("有多个人叫这个名字，请从下拉结果中选一个，或加上身份证后四位")
    return found[0] if found else None


def name_of_person(text: str) -> str:
    """The name of the person within reach with this id; empty for what is no id."""
    person = row_with(Person.objects.all(), text)
    return person.card.name if person else ""


def every_firm() -> QuerySet[Unit]:
    """Every employer of the place: for who keeps the blacklist."""
    return Unit.unscoped.filter(kind__in=EMPLOYERS, state=Unit.State.ACTIVE)


@searchable("人员", "people.view")
def person_hits(acting: Acting, text: str) -> list[Hit]:
    """The persons within reach whom this name, its pinyin or its initials fit; a number is asked for by a form."""
    if rules.is_a_number(text):
        return [Hit("按号码查人", "号码不写进网址，请在这里填", reverse("people.find"))]
    found, has_more = people.search(text, MOST_HITS)
    hits = [_person_hit(one) for one in roster(people.those(one.pk for one in found))]
    return (
        [Hit(f"符合的人很多，这里只列前 {MOST_HITS} 人", NARROWER, reverse("people.list")), *hits] if has_more else hits
    )


@searchable("用人单位", "people.view")
def employer_hits(acting: Acting, text: str) -> list[Hit]:
    """Units within reach that can employ."""
    near = Q(pk__in=units.search(text).values("pk"))
    own = Q(pk=people.served_unit(), name__contains=text)
    return [_unit_hit(unit) for unit in employer_units().filter(near | own).order_by("pinyin")[:MOST_HITS]]


@searchable("工会组织", "people.view", is_for_pickers=True)
def union_hits(acting: Acting, text: str) -> list[Hit]:
    """Union organisations within reach."""
    found = union_units().filter(pk__in=units.search(text).values("pk")).order_by("pinyin")[:MOST_HITS]
    return [Hit(unit.name, unit.get_kind_display(), id=str(unit.pk)) for unit in found]


@searchable("全部企业", "blacklist.change", is_for_pickers=True)
def firm_hits(acting: Acting, text: str) -> list[Hit]:
    """Every employer of the place, for who keeps the blacklist."""
    if not keeps(acting) and not kept_tags(acting):
        return []
    with acting_as_job("查找企业"):
        found = list(units.search(text).filter(kind__in=EMPLOYERS)[:MOST_HITS])
    return [Hit(unit.name, unit.code, id=str(unit.pk)) for unit in found]


@ledger.shows
def of_a_life(row: FactRow, who: Acting) -> str | None:
    """A fact of a life, to the worker whose it is, and to who reads that growth record; what turned out to be another's
    is no more the worker's to read."""
    if who.is_worker and who.account:
        own, taken = people.person_of(who.account), Q(pk=row.pk) | Q(reverses=row.pk)
        is_anothers = FactRow.unscoped.filter(taken, payload__why=ledger.Why.WRONG_PERSON.value, reverses__isnull=False)
        is_own = own is not None and row.subject in people.ids_of(own.pk) and not is_anothers.exists()
        return "本人" if is_own else None
    person = Person.objects.filter(pk=people.standing(row.subject)).first() if who.may("people.view") else None
    is_read = person is not None and people.life_within_reach(person).filter(pk=row.pk).exists()
    return str(person.card.name) if person is not None and is_read else None


@ledger.shows
def of_a_listing(row: FactRow, who: Acting) -> str | None:
    """An entry of the blacklist, or its end, to who may open that entry."""
    is_open = who.may("blacklist.view") and listings(who).filter(pk=row.ends or row.pk).exists()
    return "" if is_open else None


def events_of(rows: Iterable[FactRow]) -> list[Event]:
    """Facts of a life as a timeline: what, when, where, and what made it so."""
    shown = list(rows[:MOST_EVENTS]) if isinstance(rows, QuerySet) else list(rows)
    clerks = dict(Account.objects.filter(pk__in={row.by for row in shown if row.by}).values_list("pk", "name"))
    came = origins.of(shown, current())
    return [_event(row, clerks, came.get(row.id)) for row in shown]


def in_words(row: FactRow) -> str:
    """A fact to be said whose it is: when, what, where, and what it says."""
    known = ledger.declared(row.type)
    said = told({name: getattr(row.fact, name) for name in known.labels}, known.labels)
    return f"{row.day} {row.label} {row.unit or ''}{f'（{said}）' if said else ''}"


def record(rows: Iterable[FactRow]) -> dict[str, Any]:
    """A growth record: every fact with its source and its place in the ledger, and the digest over all of it."""
    shown = sorted(rows, key=lambda row: (row.day, row.id))
    clerks = dict(Account.objects.filter(pk__in={row.by for row in shown if row.by}).values_list("pk", "name"))
    places = ledger.places(row.id for row in shown)
    lines = [_line(row, clerks, places) for row in shown]
    text = json.dumps(lines, ensure_ascii=False, sort_keys=True).encode()
    return {"lines": lines, "digest": hashlib.sha256(text).hexdigest(), "head": ledger.head()}


def whom_to_ask(person: Person) -> list[tuple[Unit, list[str]]]:
    """Where a worker asks to have something put right: the present employers and union, and who works there."""
    where = [work.unit for work in people.employments_of(person.pk)]
    if membership := people.membership_of(person.pk):
        where.append(membership.unit)
    clerks = list(_held(*CLERKS).filter(unit__in=where).select_related("account"))
    return [(unit, [row.account.name for row in clerks if row.unit_id == unit.pk]) for unit in where]


def _event(row: FactRow, clerks: dict[uuid.UUID, str], origin: origins.Origin | None = None) -> Event:
    known, fact = ledger.declared(row.type), row.fact
    said = told({name: getattr(fact, name) for name in known.labels}, known.labels)
    source = origin.label if origin else row.cause_step if row.cause == "act" else row.get_cause_display()
    by = f"经办 {clerks[row.by]}" if row.by in clerks else ""
    link, words = (origin.url, "查看办件") if origin and origin.url else ("", "")
    text = "；".join(filter(None, (said, f"来源：{source}", by)))
    proof = ledger.proof_url(row.id, current())
    return Event(row.label, row.day, str(row.unit), text, link=link, link_label=words, proof=proof)


def _line(row: FactRow, clerks: dict[uuid.UUID, str], places: dict[uuid.UUID, int]) -> dict[str, Any]:
    event = _event(row, clerks)
    return {
        "id": str(row.id),
        "on": row.day.isoformat(),
        "what": row.label,
        "unit": str(row.unit),
        "says": event.text,
        "place": places.get(row.id),
    }


def _within() -> Q:
    return Q(path__within=current().reach)


def _note(person: Any) -> str:
    return "、".join(f"{one.unit} {one.occupation}" for one in person.works) or "、".join(
        str(one.unit) for one in person.unions
    )


def _person_hit(person: Any) -> Hit:
    return Hit(person.card.name, _note(person), reverse("people.show", args=[person.pk]), id=str(person.pk))


def _unit_hit(unit: Unit) -> Hit:
    return Hit(unit.name, unit.code or unit.get_kind_display(), reverse("employers.show", args=[unit.pk]), str(unit.pk))


def sources_of(acting: Acting) -> list[Source]:
    """The lists that the unit one acts for keeps."""
    return [one for one in SOURCES.values() if acting.unit is not None and one.is_handed_in_by(acting.unit)]


def source_named(key: str) -> Source:
    """A declared source; another is not there."""
    if key not in SOURCES:
        raise Http404
    return SOURCES[key]


def freshness_of_sources() -> list[dict[str, Any]]:
    """Of every source the last list within reach, whether it is old, and how much of it is in the register."""
    done = Batch.objects.filter(state=Batch.State.DONE).order_by()
    last = dict(done.values_list("source").annotate(Max("as_of")))
    records = Record.objects.filter(Record.NOW, batch__in=done.values("pk"))
    counted = dict(records.values_list("source").annotate(Count("id")))
    acting = current()
    mine = sources_of(acting)
    return [
        {
            "source": one,
            "as_of": last.get(one.key),
            "records": counted.get(one.key, 0),
            "is_mine": one in mine,
            "columns": [{"title": column.title, "purpose": column.purpose, "is_needed": column.is_needed,
                         "ground": basis_words(column.basis)} for column in one.columns],
            **_light(one, last.get(one.key)),
        }
        for one in SOURCES.values()
    ]  # fmt: skip


# What is said of a list that tells of persons within reach and is itself out of reach.
FAR = {"words": "名册不在您的范围内", "colour": "plain"}


def _light(source: Source, as_of: date | None) -> dict[str, str]:
    """Whether a list is fresh, as its declaration has it."""
    if as_of is None:
        return {"words": "还没有报送", "colour": "plain"}
    days = (clock.today() - as_of).days
    if days <= source.fresh_days:
        return {"words": "在有效期内", "colour": "ok"}
    return {
        "words": f"已过期 {days - source.fresh_days} 天",
        "colour": "bad" if days > 2 * source.fresh_days else "warn",
    }


# What the register lacks, each a name and the persons within reach whom it concerns.
LACKS: dict[str, tuple[str, Callable[[QuerySet[Person]], QuerySet[Person]]]] = {
    "id_number": ("没有身份证号", lambda rows: people.lacking(rows, "id_number")),
    "phone": ("没有手机号", lambda rows: people.lacking(rows, "phone")),
    "birth": ("没有出生日期", lambda rows: rows.filter(birth_year__isnull=True)),
    "education": ("没有学历", lambda rows: rows.filter(education="")),
    "occupation": ("用工没有工种", lambda rows: working(rows, occupation="")),
}


def lacking(key: str, unit: Unit | None = None) -> QuerySet[Person]:
    """Those within reach of whom the register lacks something, of one firm if one is named."""
    if unit is None:
        return LACKS[key][1](roster())
    if key == "occupation":  # at this firm: what is lacking elsewhere is for others to mend
        return working(roster(), unit=unit, occupation="")
    return LACKS[key][1](working(roster(), unit=unit))


def lacking_counts() -> dict[str, int]:
    """How many persons within reach each lack concerned when it was counted."""
    found = people.seen_lacks()
    return {key: found.get(key, 0) for key in LACKS}


def quality_of_sources(newest: list[Batch]) -> list[dict[str, Any]]:
    """Of every source how fresh its last list within reach is, how many lines of its lists are wrong, and of how many
    persons they say otherwise or could tell what is lacking."""
    told, lacks = disputes_by_source(), lacks_by_source()
    found = []
    for one in SOURCES.values():
        number, lacking = told.get(one.key, 0), lacks.get(one.key, 0)
        lists = [batch for batch in newest if batch.source == one.key]
        as_of = max((batch.as_of for batch in lists), default=None)
        found.append({"source": one, "as_of": as_of, "wrong": sum(batch.failed for batch in lists),
                      "disputed": number, "lacks": lacking,
                      **(FAR if as_of is None and number + lacking else _light(one, as_of))})  # fmt: skip
    return found


def quality_of_lists(newest: list[Batch], may_see_doubts: bool, most: int) -> list[dict[str, Any]]:
    """Of each unit's lists how fresh the newest is, how many of its lines are wrong, how many disputes and doubts come
    from them, and of how many persons they could tell what is lacking, the most first."""
    lists = {(batch.source, batch.unit_id): batch for batch in newest if batch.source in SOURCES}
    found: dict[tuple[str, Any], dict[str, int]] = {key: {"wrong": batch.failed} for key, batch in lists.items()}
    for source, unit, number in disputes_by_list():
        found.setdefault((source, unit), {})["disputes"] = number
    for source, unit, number in lacks_by_list():
        found.setdefault((source, unit), {})["lacks"] = number
    for source, unit, number in doubts_by_list() if may_see_doubts else ():
        found.setdefault((source, unit), {})["doubts"] = number
    ranked = sorted(found.items(), key=lambda one: (-sum(one[1].values()), str(one[0])))[:most]
    units_ = Unit.unscoped.in_bulk([unit for (_, unit), _ in ranked])
    none = {"wrong": 0, "disputes": 0, "doubts": 0, "lacks": 0}
    return [
        {"source": SOURCES[source], "unit": units_[unit], "key": f"{source}:{unit}", **none, **told,
         "newest": (batch := lists.get((source, unit))), **(_light(SOURCES[source], batch.as_of) if batch else FAR)}
        for (source, unit), told in ranked
    ]  # fmt: skip


def left_out(batch: Batch | None = None, firm: Unit | None = None) -> QuerySet[Person]:
    """Those within reach whom this whole list no longer holds; of a firm, or of any list, who still works there."""
    lines = left_out_lines().filter(lines_told(), **({"left_out_by": batch} if batch else {}))
    if firm is not None or batch is None:
        works = _before_left_out().filter(person=OuterRef("who"), made_at__lt=OuterRef("left_out_by__made_at"))
        works = works.filter(unit=firm) if firm else works
        own = Exists(works.filter(unit=OuterRef("batch__unit")))  # a firm's list speaks of work at this firm
        lines = lines.filter(Q(own, source__in=of_firms()) | Q(~Q(source__in=of_firms()), Exists(works)))
    return roster(Person.objects.filter(pk__in=lines.values("who")))


def _before_left_out() -> QuerySet[Employment]:
    """Who works within reach: of whoever began after a list came, the list says nothing."""
    return Employment.unscoped.filter(Employment.NOW, people.within_reach())


def firms_left_out(batch: Batch, most: int) -> list[tuple[Unit, int]]:
    """Where those whom a whole list no longer holds still work, the most first."""
    works = _before_left_out().filter(made_at__lt=batch.made_at, person__in=left_out(batch).values("pk"))
    found = list(works.order_by().values_list("unit").annotate(number=Count("person")).order_by("-number", "unit"))
    firms = Unit.unscoped.in_bulk([unit for unit, _ in found[:most]])
    return [(firms[unit], number) for unit, number in found[:most]]


def doubts_by_list() -> list[tuple[str, Any, int]]:
    """How many doubtful pairs within reach came from each unit's list of each source."""
    rows = people.doubts().filter(batch__isnull=False).order_by().values_list("batch__source", "batch__unit")
    return [one for one in rows.annotate(Count("pk")) if one[0] in SOURCES]


def lists_named(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Lists to choose from, each by source and unit."""
    pairs = list(pairs)
    names = Unit.unscoped.in_bulk([unit for _, unit in pairs])
    return [(f"{source}:{unit}", f"{SOURCES[source].label} · {names[unit]}") for source, unit in pairs]


def of_list(key: str) -> tuple[str, str]:
    """The source and the unit that such a choice names; nothing fits what is no such choice."""
    source, _, unit = key.partition(":")
    return source, str(read_id(unit) or uuid.UUID(int=0))


def newest_lists() -> QuerySet[Batch]:
    """The newest list of every source and unit within reach that went into the register."""
    done = Batch.objects.filter(state=Batch.State.DONE).order_by("source", "unit", "-id")
    return done.distinct("source", "unit")


def late_lists(rows: QuerySet[Batch]) -> QuerySet[Batch]:
    """Of these the newest of their source and unit, where the next should have come by now."""
    today, late = clock.today(), Q(pk=None)
    for one in SOURCES.values():
        late |= Q(source=one.key, as_of__lt=today - timedelta(days=one.fresh_days))
    return rows.filter(late, pk__in=newest_lists().values("pk"))


def lists_with_faults(rows: QuerySet[Batch]) -> QuerySet[Batch]:
    """Of these the newest of their source and unit, where some of its lines are wrong and not put right yet."""
    return rows.filter(pk__in=newest_lists().values("pk"), failed__gt=0)
