"""A part of a list goes into the register: who is new is entered, who is known gets what the source now says.

A part is one transaction of a few statements, whatever its size; what it did stands on the batch, so that after a
crash the next part is the one that follows.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from jiangtai import ledger, vault
from jiangtai.access import Unit, units
from jiangtai.kernel import add_many, array, clock, crypto, new_id
from jiangtai.ledger import Cause, FactRow, PersonId, UnitId

from .. import keeping, names
from ..cards import Card, seal
from ..deaths import died
from ..facts import Detail, EmploymentBegan, Form, LeavingReason, PersonChanged, PersonRegistered, UnionJoined
from ..models import NOW, Employment, Person, Split, UnionMembership
from ..persons import IN_CLEAR
from ..spells import NO_EMPLOYERS, amend, end_employment
from .cells import DEAD, LEFT, RETIRED
from .certifying import Certified, certify, is_told
from .choosing import BY_HAND, Claim, chosen
from .declare import SOURCES, Source
from .examining import Entry, Wrong
from .matching import Known, Matched, birthday, known, matched
from .models import Batch, Doubt, Fault, Record

_WHY = {LEFT: LeavingReason.OTHER, RETIRED: LeavingReason.RETIRED, DEAD: LeavingReason.DIED}
_ON_CARD = ("name", "birth", *keeping.REVEALED)
_OF_PERSON = (*_ON_CARD, *IN_CLEAR)
_MARK, _SAID = b"people.record.key", b"people.record.digest"
_NAMELESS = ""
OF_A_SPLIT = (
    "这个身份证号的档案拆分过，这份名册有过另一个人的记录；这一行按号码记在原档案，"
    "请核对号码是不是本人的，不是的请改正后再报"
)
_STANDING = (Person.State.REGISTERED, Person.State.MERGED)
_spelled = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
"""What a line says, spelled one way."""
_RECORDS = (
    "INSERT INTO people_record"
    " (source, batch_id, held_by_id, since, confirmed, person_id, line, key, digest, secret)"
    " SELECT %s, %s, %s, %s, %s, * FROM unnest(%s::uuid[], %s::int[], %s::bytea[], %s::bytea[], %s::bytea[])"
)
_PERSONS = (
    "UPDATE people_person p SET card_secret = w.card, birth_year = w.year, sex = w.sex, hukou = w.hukou,"
    " education = w.education FROM unnest(%s::uuid[], %s::bytea[], %s::int[], %s::text[], %s::text[], %s::text[])"
    " AS w(id, card, year, sex, hukou, education) WHERE p.id = w.id"
)
assert IN_CLEAR == ("sex", "hukou", "education")


@dataclass
class Tally:
    """What a part did."""

    persons: int = 0
    changed: int = 0
    doubts: int = 0
    failed: int = 0


@dataclass
class _Part:
    """The lines of one part, and everything about to be written for them."""

    batch: Batch
    source: Source
    cause: Cause
    firms: dict[int, Unit]
    works: dict[int, Unit]
    unions: dict[int, Unit]
    prints: dict[int, list[tuple[bytes, bytes]]]
    people: dict[UUID, Known] = field(default_factory=dict)
    """Those whom the register knew."""
    at: datetime = field(default_factory=clock.now)
    tally: Tally = field(default_factory=Tally)
    facts: list[Any] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    begun: list[Employment] = field(default_factory=list)
    joined: list[UnionMembership] = field(default_factory=list)
    members: set[UUID] = field(default_factory=set)
    moved: set[UUID] = field(default_factory=set)
    """Whose spells began or ended, among those whom the register knew."""
    left: dict[tuple[UUID, UUID], date] = field(default_factory=dict)
    """When somebody last ended to work at a firm."""
    resigned: dict[UUID, date] = field(default_factory=dict)
    """When somebody last ended to be in a union."""
    certified: list[Certified] = field(default_factory=list)
    changed: set[UUID] = field(default_factory=set)
    entered: set[UUID] = field(default_factory=set)

    @cached_property
    def brought(self) -> dict[tuple[UUID, str], UUID | None]:
        """By which list the register has what it has of them: read once no line says it any more."""
        return brought(ledger.every(PersonRegistered, PersonChanged).of(*self.people).order_by("id"))

    @cached_property
    def lists(self) -> dict[UUID | None, Batch]:
        """Those lists."""
        return Batch.unscoped.in_bulk([pk for pk in set(self.brought.values()) if pk])

    def wrong(self, line: int, found: Wrong) -> None:
        """Remember what could not be taken over."""
        self.faults.append(
            Fault(batch=self.batch, line=line, field=found.field, words=found.words, is_fatal=found.is_fatal)
        )
        self.tally.failed += found.is_fatal


def load(batch: Batch, entries: list[Entry]) -> Tally:
    """Take a part of a list into the register, in the transaction of who calls."""
    source = SOURCES[batch.source]
    look_up_by_index()
    keeping.take_turns(shared=True)
    part = _part(batch, source, entries)
    rest = _confirm(part, entries)
    before, gone = _met_before(part, rest)
    for line in gone:
        part.wrong(line, Wrong("", "本人已注销登记档案，按规定不再导入"))
    rest = [one for one in rest if one.number not in gone]
    found = matched(
        rest,
        before,
        {line: unit.pk for line, unit in part.firms.items()},
        by_number_only=source.of_one_firm,
    )
    for line, refused in found.refused.items():
        part.wrong(line, refused)
    for line in _met_after_split(source, found, before):
        part.wrong(line, Wrong("id_number", OF_A_SPLIT, is_fatal=False))
    rest = [one for one in rest if one.number not in found.refused]
    people = part.people = known(found.meant.values(), lock=True)
    fresh = [one for one in rest if found.meant.get(one.number) not in people]
    _update(part, people, [one for one in rest if found.meant.get(one.number) in people], found)
    _enter(part, fresh, found)
    _write(part)
    return part.tally


def look_up_by_index() -> None:
    """Keep this transaction from reading whole tables.

    A list fills them faster than the database counts them, and behind a lock by rows it takes thousands for hundreds:
    both make it read everything for a part's few, ever more with every part.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


def _part(batch: Batch, source: Source, entries: list[Entry]) -> _Part:
    firms = _firms(batch, source, entries)
    return _Part(
        batch,
        source,
        Cause.imported(batch.pk),
        firms=firms,
        works=firms if source.of_work else {},
        unions=_unions(batch, entries),
        prints=marks_of(batch, entries),
    )


def marks_of(batch: Batch, entries: Iterable[Entry]) -> dict[int, list[tuple[bytes, bytes]]]:
    """Of every line what tells it from others of its source and unit, and what it says: by the active key, by each."""
    ring, whose = vault.keyring(), f"{batch.source}|{batch.unit_id}"
    keys = sorted(ring.of("blind"), key=lambda key: key != ring.active("blind"))
    makers = [(crypto.indexer(key, _MARK), crypto.indexer(key, _SAID)) for key in keys]
    return {
        one.number: [(mark(f"{whose}|{one.identity}"), said(_spelled(one.values))) for mark, said in makers]
        for one in entries
    }


def _firms(batch: Batch, source: Source, entries: list[Entry]) -> dict[int, Unit]:
    """Where each line says somebody works, as far as the firm is among our units."""
    if source.of_one_firm:
        return {one.number: batch.unit for one in entries}
    coded = {one.number: code for one in entries if (code := one.values.get("employer_code"))}
    rows = Unit.unscoped.filter(code__in=set(coded.values()), tree=Unit.Tree.ADMINISTRATIVE)
    by_code = {unit.code: units.present(unit) for unit in rows}
    found = _named(entries, "employer", Unit.Tree.ADMINISTRATIVE)
    found |= {line: by_code[code] for line, code in coded.items() if code in by_code}
    return {line: unit for line, unit in found.items() if unit.is_active and unit.kind not in NO_EMPLOYERS}


def _unions(batch: Batch, entries: list[Entry]) -> dict[int, Unit]:
    """The union that each line names, as far as it is below who hands the list in, or serves a firm below."""
    above = batch.unit.path
    return {
        line: union
        for line, union in _named(entries, "union", Unit.Tree.UNION).items()
        if union.path.startswith(above) or (union.serves and union.serves.path.startswith(above))
    }


def _named(entries: list[Entry], name: str, tree: str) -> dict[int, Unit]:
    """Units by their full name; a name that two of them bear says nothing."""
    asked = {one.number: text for one in entries if (text := one.values.get(name))}
    by_name: dict[str, list[Unit]] = {}
    for unit in Unit.unscoped.filter(
        name__in=_spellings(asked.values()), tree=tree, state=Unit.State.ACTIVE
    ).select_related("serves"):
        by_name.setdefault(unit.name.replace("(", "（").replace(")", "）"), []).append(unit)
    return {line: by_name[text][0] for line, text in asked.items() if len(by_name.get(text, ())) == 1}


def _spellings(texts: Iterable[str]) -> set[str]:
    """Firms' names with brackets of either width."""
    wide = set(texts)
    return wide | {text.replace("（", "(").replace("）", ")") for text in wide}


def _confirm(part: _Part, entries: list[Entry]) -> list[Entry]:
    """Lines that say what they said before are confirmed, and need nothing else; the others."""
    rows = Record.objects.filter(Record.NOW, source=part.source.key, key__among=_marks(part, entries))
    before = {bytes(key): (pk, bytes(digest)) for pk, key, digest in rows.values_list("pk", "key", "digest")}
    same = {
        one.number: found[0]
        for one in entries
        for mark, said in part.prints[one.number]
        if (found := before.get(mark)) and found[1] == said
    }
    if same:
        Record.objects.filter(pk__among=same.values()).update(confirmed=part.batch.as_of, held_by=part.batch)
    return [one for one in entries if one.number not in same]


def _marks(part: _Part, entries: list[Entry]) -> dict[bytes, int]:
    """The lines by every mark that they bear."""
    return {mark: one.number for one in entries for mark, _ in part.prints[one.number]}


def _met_before(part: _Part, entries: list[Entry]) -> tuple[dict[int, UUID], set[int]]:
    """Who a line with the same mark was when the source said something else of it; and who was erased since."""
    marks = _marks(part, entries)
    rows = Record.objects.filter(Record.NOW, source=part.source.key, key__among=marks)
    before, gone = {}, set()
    for key, person, state, into in rows.values_list("key", "person", "person__state", "person__merged_into"):
        if state == Person.State.ERASED:
            gone.add(marks[bytes(key)])
        else:
            before[marks[bytes(key)]] = into or person
    return before, gone


def _met_after_split(source: Source, found: Matched, before: Mapping[int, UUID]) -> list[int]:
    """New lines about somebody of whom this source's were once another's: the number decides, and may be wrong.

    That the two were told apart stops none of them, for it would stop the person's own move to another firm.
    """
    asked = {line: who for line, who in found.meant.items() if line not in before}
    told = Record.objects.filter(source=source.key, person=OuterRef("other"))
    parted = Split.objects.filter(Exists(told), state=Split.State.DONE, person__among=asked.values())
    people = set(parted.values_list("person", flat=True)) if asked else set()
    return [line for line, who in asked.items() if who in people]


# Those whom the register knows.


def _update(part: _Part, people: dict[UUID, Known], entries: list[Entry], found: Matched) -> None:
    """Each person's records, then what follows from them for the details and the spells."""
    lines: dict[UUID, list[Entry]] = {}
    for one in entries:
        lines.setdefault(found.meant[one.number], []).append(one)
    _look_back(part, people)
    _supersede(part, entries)
    _keep_records(
        part, [(people[found.meant[one.number]].row.pk, people[found.meant[one.number]].sealer, one) for one in entries]
    )
    cards = []
    for who, told in lines.items():
        person = people[who]
        fresh: dict[str, str] = {}
        for one in told:
            if _speaks(part, person, one):
                differing = _differing(part, person, one)
                if one.number in found.anothers:
                    differing.pop("id_number", None)
                fresh |= differing
            _spells(part, person.row, person.works, person.membership, one)
            if is_told(one):
                part.certified.append(Certified(who, _home(person), one))
        if fresh:
            cards.append((person, fresh))
            part.changed.add(who)
    _put_right(part, cards)


def _look_back(part: _Part, people: Collection[UUID]) -> None:
    """When each of these last ended to work at a firm of the part, and to be in a union."""
    works = Employment.unscoped.filter(~NOW, person__among=people, unit__in=set(part.works.values())).order_by()
    ended = works.values_list("person", "unit").annotate(Max("until"))
    part.left = {(person, unit): until for person, unit, until in ended}
    if part.unions:
        unions = UnionMembership.unscoped.filter(~NOW, person__among=people).order_by()
        part.resigned = dict(unions.values_list("person").annotate(Max("until")))


def _home(person: Known) -> UUID | None:
    """The unit that a fact about somebody names, as `reading.unit_of` has it: the employer, else the union, else none,
    which is the top's."""
    spell = next(iter(person.works), person.membership)
    return spell.unit_id if spell else None


def _speaks(part: _Part, person: Known, one: Entry) -> bool:
    """Whether the line changes details: a firm speaks for those who work there, not for whom it merely names."""
    if not part.source.of_one_firm or _is_there_now(one):
        return True
    return any(work.unit_id == part.batch.unit_id for work in person.works)


def _supersede(part: _Part, entries: list[Entry]) -> None:
    rows = Record.objects.filter(Record.NOW, source=part.source.key, key__among=_marks(part, entries))
    rows.update(until=part.batch.as_of)


def _differing(part: _Part, person: Known, one: Entry) -> dict[str, str]:
    """The details that the line changes: what was empty, and where the choice among all sources falls otherwise."""
    found = {}
    for name in _OF_PERSON:
        value = one.values.get(name, "")
        if not value or has(person, name, value):
            continue
        if not is_there(person, name):
            found[name] = value
        elif name == "id_number" or (name in ("birth", "sex") and keeping.IDENTITY in person.blinds):
            continue  # a number is changed by a person, never by a list
        elif (choice := chosen(_claims(part, person, one, name))) and choice.value == value:
            found[name] = value
    return found


def has(person: Known, name: str, value: str) -> bool:
    """Whether the register holds just this."""
    if name in keeping.REVEALED:
        secret = keeping.REVEALED[name]
        return person.blinds.get(secret) == vault.indexers([secret])[secret](value)
    if name in ("name", "birth"):
        now = person.card.name if name == "name" else str(person.card.birth or "")
        return now == value
    return str(getattr(person.row, name)) == value


def is_there(person: Known, name: str) -> bool:
    """Whether the register holds anything of it."""
    if name in keeping.REVEALED:
        return keeping.REVEALED[name] in person.blinds
    return bool(getattr(person.card if name in ("name", "birth") else person.row, name))


def _claims(part: _Part, person: Known, one: Entry, name: str) -> list[Claim]:
    """What this line and the other records say; a value that no list brought was entered by hand, and stands."""
    batch, source, value = part.batch, part.source, one.values[name]
    own = {mark for mark, _ in part.prints[one.number]}
    claims = [Claim(value, source.key, source.rank_of(name), batch.as_of)]
    told = [(record, read(person.keys, record)) for record in person.records]
    is_said = name in person.by_hand or any(has(person, name, values.get(name, "")) for _, values in told)
    by = None if is_said else part.lists.get(list_behind(part.brought, person, name))
    if name in person.by_hand or not (is_said or by):
        return [*claims, Claim("*", BY_HAND, 0)]
    if by and (by.source != source.key or (source.of_one_firm and by.unit_id != batch.unit_id)):
        claims.append(claim_by(by, "*", name, by.as_of, batch.as_of))
    for record, values in told:
        is_earlier = record.source == source.key and (not source.of_one_firm or bytes(record.key) in own)
        if values.get(name) and not is_earlier:
            claims.append(claim_of(record, values[name], name, batch.as_of))
    return claims


def brought(facts: Iterable[FactRow]) -> dict[tuple[UUID, str], UUID | None]:
    """Of persons and their details which list brought them, None where no list did: by these facts, the last counts.
    What came with the person stands under no detail."""
    told = ((row, row.cause_id if row.cause == "import" else None) for row in facts)
    return {(row.subject, row.payload.get("what", "")): by for row, by in told}


def list_behind(found: Mapping[tuple[UUID, str], UUID | None], person: Known, name: str) -> UUID | None:
    """The list that brought a detail that no line says any more."""
    return found.get((person.row.pk, name), found.get((person.row.pk, "")))


def claim_of(record: Record, value: str, name: str, today: date) -> Claim:
    """A record's claim about one detail."""
    return claim_by(record, value, name, record.confirmed, today, record.batch_id)


def claim_by(told: Record | Batch, value: str, name: str, day: date, today: date, by: UUID | None = None) -> Claim:
    """A source's claim about one detail; old when its source should have been handed in again."""
    source = SOURCES[told.source]
    is_stale = (today - day).days > 2 * source.fresh_days
    return Claim(value, source.key, source.rank_of(name), day, is_stale, by)


def _put_right(part: _Part, changes: list[tuple[Known, dict[str, str]]]) -> None:
    """Details of many at once: in the vault, on the card, in the row, and a fact for each."""
    kept, sealers, rows = [], {}, []
    for person, fresh in changes:
        works = [work for work in person.works if work.until is None]  # the list itself may have ended some
        row, path = person.row, keeping.first_path(works, person.membership)
        sealer = sealers[row.pk] = person.sealer
        card = _on_card(person.card, fresh)
        kept += [vault.Kept(row.pk, name, value, path) for name, value in keeping.findable(fresh, card).items()]
        row.card_secret = seal(row.pk, sealer, card)
        for name in IN_CLEAR:
            setattr(row, name, fresh.get(name, getattr(row, name)))
        row.birth_year = card.birth.year if card.birth else row.birth_year
        rows.append(row)
        where = works[0].unit_id if works else person.membership.unit_id if person.membership else None
        for name in fresh:
            unit = UnitId(where) if where else None
            part.facts.append(PersonChanged(person=PersonId(row.pk), what=Detail(name), unit=unit, on=part.batch.as_of))
        row._card = card
    vault.put_many(kept, sealers)
    keeping.mark(person.row for person, fresh in changes if fresh.keys() & {"name", "id_number"})
    _save(rows)


def _save(rows: list[Person]) -> None:
    """What a list may change in a person's own row."""
    columns = [array(getattr(row, name) for row in rows) for name in ("pk", "card_secret", "birth_year", *IN_CLEAR)]
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS, columns)


def _on_card(card: Card, fresh: dict[str, str]) -> Card:
    plain: dict[str, Any] = {"name": fresh["name"]} if "name" in fresh else {}
    if "birth" in fresh:
        plain["birth"] = birthday(fresh["birth"])
    return replace(card, **keeping.masked(fresh), **plain)


# Those whom it does not.


def _enter(part: _Part, entries: list[Entry], found: Matched) -> None:
    """New persons."""
    rows = {new_id(): told for told in _by_person(entries)}
    paths = {who: _paths(part, told) for who, told in rows.items()}
    made = vault.make_keys({who: at[0] for who, at in paths.items()})
    sealers = {who: crypto.sealer(key) for who, key in made.items()}
    kept, people, numbers, keep = [], [], {}, vault.Kept
    for who, told in rows.items():
        values: dict[str, str] = {}
        for one in told:
            values |= {name: value for name, value in one.values.items() if name in _OF_PERSON and name not in values}
        card = _on_card(Card(), values)
        kept += [keep(who, name, value, paths[who][0]) for name, value in keeping.findable(values, card).items()]
        people.append(_person(part, who, sealers[who], card, values))
        numbers[who] = values.get("id_number", "")
    vault.put_many(kept, sealers)
    vault.place_many((who, path) for who, at in paths.items() for path in at[1:])
    vault.mark({one.pk: names.words(one.card.name, numbers.get(one.pk, "")) for one in people}, keeping.WORDS)
    add_many(people)
    _keep_records(part, [(who, sealers[who], one) for who, told in rows.items() for one in told])
    for person in people:
        told = rows[person.pk]
        where = part.works.get(told[0].number) or part.unions.get(told[0].number) or part.batch.unit
        part.facts.append(PersonRegistered(person=PersonId(person.pk), unit=UnitId(where.pk), on=part.batch.as_of))
        works: list[Employment] = []
        for one in told:
            _spells(part, person, works, None, one, is_new=True)
            if is_told(one):
                part.certified.append(Certified(person.pk, None, one))
    _doubt(part, rows, found)
    part.entered.update(rows)
    part.tally.persons += len(people)


def _by_person(entries: list[Entry]) -> Iterable[list[Entry]]:
    """Lines of one number are one person, and so are those without one that share all else that tells who it is."""
    numbered: dict[str, list[Entry]] = {}
    found: dict[str, list[Entry]] = {}
    for one in entries:
        if number := one.values.get("id_number"):
            numbered.setdefault(number, []).append(one)
    for told in numbered.values():
        for who in {one.who for one in told if one.who}:
            found[who] = [] if who in found else told  # two numbers for one name, birthday and phone say nothing
    for one in entries:
        if one.values.get("id_number"):
            continue
        found.setdefault(one.who or one.place, []).append(one)
    lines = {id(told): told for told in (*numbered.values(), *found.values()) if told}
    return lines.values()


def _paths(part: _Part, told: list[Entry]) -> list[str]:
    """Where a new person lies: at every firm where the lines say somebody is, and at the union."""
    works = [part.works[one.number].path for one in told if one.number in part.works and _is_there_now(one)]
    unions = [part.unions[one.number].path for one in told if one.number in part.unions]
    return list(dict.fromkeys([*works, *unions[:1]])) or [keeping.NOWHERE]


def _is_there_now(one: Entry) -> bool:
    return one.values.get("state") not in _WHY


def _person(part: _Part, who: UUID, sealer: crypto.Sealer, card: Card, values: dict[str, str]) -> Person:
    plain = {name: values[name] for name in IN_CLEAR if name in values}
    year = card.birth.year if card.birth else None
    sealed = seal(who, sealer, card)
    made = Person(id=who, made_at=part.at, card_secret=sealed, birth_year=year, is_marked=True, **plain)
    made._card = card
    return made


def _doubt(part: _Part, rows: dict[UUID, list[Entry]], found: Matched) -> None:
    doubts = [
        Doubt(
            one=Person(pk=who),
            other=Person(pk=found.doubts[one.number][0]),
            batch=part.batch,
            odds=found.doubts[one.number][1],
        )
        for who, told in rows.items()
        for one in told[:1]
        if one.number in found.doubts
    ]
    Doubt.objects.bulk_create(doubts, ignore_conflicts=True)
    part.tally.doubts += len(doubts)


# What is written for both.


def _keep_records(part: _Part, told: list[tuple[UUID, crypto.Sealer, Entry]]) -> None:
    if not told:
        return
    day = part.batch.as_of
    rows = [(who, one.number, *part.prints[one.number][0], _sealed(who, sealer, one)) for who, sealer, one in told]
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORDS, [part.source.key, part.batch.pk, part.batch.pk, day, day, *map(array, zip(*rows, strict=True))]
        )


def _sealed(who: UUID, sealer: crypto.Sealer, one: Entry) -> bytes:
    return sealer(_spelled(one.values).encode(), _context(who))


def read(keys: Mapping[UUID, crypto.Key], record: Record) -> dict[str, str]:
    """What a record says, while the key of the id it stands under is there."""
    key = keys.get(record.person_id)
    if record.secret is None or key is None:
        return {}
    found: dict[str, str] = json.loads(crypto.decrypt(key, bytes(record.secret), _context(record.person_id)))
    return found


def give(records: list[Record], keys: Mapping[UUID, crypto.Key], person: UUID, sealer: crypto.Sealer) -> None:
    """Let these records stand under another's id: what they say is sealed anew under that one's key."""
    for record in records:
        if record.secret is not None:
            record.secret = sealer(_spelled(read(keys, record)).encode(), _context(person))
        record.person_id = person
    Record.objects.bulk_update(records, ("person", "secret"))


def _context(person: UUID) -> bytes:
    return b"people.record" + person.bytes


def _spells(
    part: _Part,
    person: Person,
    works: list[Employment],
    membership: UnionMembership | None,
    one: Entry,
    *,
    is_new: bool = False,
) -> None:
    """Where the line says somebody works or no longer works, and which union somebody belongs to."""
    unit, told = part.works.get(one.number), one.values
    if part.source.of_work and told.get("employer") and unit is None:
        words = "单位不在单位目录里，人员已导入，用工关系没有登记；请核对单位全称或统一社会信用代码"
        part.wrong(one.number, Wrong("employer", words, is_fatal=False))
    here = next((work for work in works if unit and work.unit_id == unit.pk), None)
    if told.get("state") == DEAD and not part.source.of_one_firm:
        _let_die(part, person, birthday(told.get("left")) or part.batch.as_of)
        return
    if person.died_on and (_is_there_now(one) or told.get("union")):
        words = "已登记去世，用工和会籍没有登记；去世登记有误的，请先在职工档案里撤销"
        part.wrong(one.number, Wrong("state", words, is_fatal=False))
        return
    if not _is_there_now(one) and here is not None and here.since > part.batch.as_of:
        words = "名册早于此人在这家单位的入职日期，用工关系没有结束；确已离职的，请报以后的名册或办理离职"
        part.wrong(one.number, Wrong("state", words, is_fatal=False))
    elif not _is_there_now(one):
        over = _over(part, works, here, told)
        for work in over:
            day = max(birthday(told.get("left")) or part.batch.as_of, work.since)
            work.person = person
            end_employment(work, _WHY[told["state"]], day, part.cause, lambda one: part.moved.add(one.pk))
        if not over and not here and part.source.of_work and works and not told.get("employer"):
            words = (
                "写明已不在职，但此人不在本单位在册，没有可结束的用工关系"
                if part.source.of_one_firm
                else "写明已不在职，但没有写哪个单位，用工关系没有结束；请补填单位再报，已退休的补填日期也可以"
            )
            part.wrong(one.number, Wrong("employer", words, is_fatal=False))
    elif unit and here is None:
        _begin(part, person, works, unit, one, is_new)
    elif here is not None:
        _complete(part, works, here, one)
    if (union := part.unions.get(one.number)) is not None:
        _join(part, person, union, membership, one, is_new)
    elif told.get("union"):
        words = "工会不在组织目录里，或不归报送单位联系，人员已导入，会籍没有登记；请核对工会全称"
        part.wrong(one.number, Wrong("union", words, is_fatal=False))


def _over(part: _Part, works: list[Employment], here: Employment | None, told: dict[str, str]) -> list[Employment]:
    """What the line ends: the employment at the firm that it names.

    Where it names none, a pension from a day on ends the labour contracts begun before (劳动合同法 第四十四条) and what
    nobody called otherwise, and no other work: whoever is taken on again later, or by the hour, goes on. The list's own
    day stands where none was written, and says nothing of when. A firm speaks of the work at itself alone.
    """
    lasting = [work for work in works if work.until is None and work.pk not in {one.pk for one in part.begun}]
    if here is not None:
        return [work for work in lasting if work is here]
    day, firm = birthday(told.get("left")), told.get("employer") or told.get("employer_code")
    is_dated = day is not None and day < part.batch.as_of
    is_told = part.source.of_work and not part.source.of_one_firm
    if firm or not is_dated or told["state"] != RETIRED or not is_told:
        return []
    return [work for work in lasting if work.form_said in (None, Form.CONTRACT) and day and work.since <= day]


def _let_die(part: _Part, person: Person, on: date) -> None:
    """Whoever died has nothing of what earlier lines of the part began."""
    part.begun = [spell for spell in part.begun if spell.person_id != person.pk]
    part.joined = [spell for spell in part.joined if spell.person_id != person.pk]
    if person.died_on is None:
        part.changed.add(person.pk)
    person.died_on = died(person, on, part.cause).died_on


def _begin(part: _Part, person: Person, works: list[Employment], unit: Unit, one: Entry, is_new: bool) -> None:
    """Who comes back to a firm comes back on no earlier day than the last time ended, and by no list of before."""
    told, left = one.values, part.left.get((person.pk, unit.pk), date.min)
    if part.batch.as_of <= left:
        words = "名册不晚于此人从这家单位离职的日期，用工没有重新登记；确实又回来工作的，请报以后的名册或办理入职"
        part.wrong(one.number, Wrong("employer", words, is_fatal=False))
        return
    spell = Employment(
        made_at=part.at,
        person=person,
        unit=unit,
        since=max(birthday(told.get("since")) or part.batch.as_of, left),
        occupation=told.get("occupation", _NAMELESS),
        form=told.get("form", ""),
        is_production=_production(told),
    )
    part.begun.append(spell)
    works.append(spell)
    if not is_new:
        part.moved.add(person.pk)


def _complete(part: _Part, works: list[Employment], here: Employment, one: Entry) -> None:
    """What nobody had said of somebody's work here, a later line may."""
    told: dict[str, Any] = {name: one.values.get(name) for name in ("occupation", "form")}
    told["is_production"] = _production(one.values)
    fresh = {name: value for name, value in told.items() if value is not None and getattr(here, name) in (None, "")}
    if not fresh or here.until is not None:
        return
    if here._state.adding:  # begun by an earlier line of the part
        vars(here).update(fresh)
    else:
        works[works.index(here)] = amend(here, cause=part.cause, **fresh)
        part.changed.add(here.person_id)


def _production(told: Mapping[str, str]) -> bool | None:
    return told["is_production"] == "yes" if told.get("is_production") else None


def _join(
    part: _Part, person: Person, union: Unit, membership: UnionMembership | None, one: Entry, is_new: bool
) -> None:
    if membership is not None:
        if membership.unit_id != union.pk:
            words = "已是另一工会组织的会员，会籍没有改；请先由原工会办理转出"
            part.wrong(one.number, Wrong("union", words, is_fatal=False))
        return
    if person.pk in part.members:
        return
    resigned = part.resigned.get(person.pk, date.min)
    if part.batch.as_of <= resigned:
        words = "名册不晚于此人退会的日期，会籍没有重新登记；确实又入会的，请报以后的名册或办理入会"
        part.wrong(one.number, Wrong("union", words, is_fatal=False))
        return
    day = max(birthday(one.values.get("joined")) or part.batch.as_of, resigned)
    part.members.add(person.pk)
    part.joined.append(UnionMembership(person=person, unit=union, since=day))
    if not is_new:
        part.moved.add(person.pk)


def _write(part: _Part) -> None:
    """Spells with their facts, and the vault's rows after them."""
    works = ledger.append_each([_began(spell) for spell in part.begun], cause=part.cause)
    unions = ledger.append_each(
        [UnionJoined(person=PersonId(one.person_id), unit=UnitId(one.unit_id), on=one.since) for one in part.joined],
        cause=part.cause,
    )
    ledger.append_each(part.facts, cause=part.cause)
    certified, faults = certify(part.batch, part.cause, part.certified)
    part.tally.changed = len((part.changed | part.moved | certified) - part.entered)
    for line, found in faults:
        part.wrong(line, found)
    for spell, fact in zip([*part.begun, *part.joined], [*works, *unions], strict=True):
        spell.fact = fact
    add_many(part.begun)
    add_many(part.joined)
    add_many(part.faults)
    keeping.place_all(part.moved)


def _began(spell: Employment) -> EmploymentBegan:
    return EmploymentBegan(
        person=PersonId(spell.person_id),
        unit=UnitId(spell.unit_id),
        occupation=spell.occupation,
        form=spell.form_said,
        is_production=spell.is_production,
        on=spell.since,
    )


def vanished(batch: Batch, spared: Collection[UUID] = ()) -> int:
    """Of a whole list, whom it no longer holds: their records end, and nobody's employment ends by it; how many.

    A list that comes once more for the same day takes the place of the one before, whose leaving out is taken back.
    """
    lines = Record.objects.filter(source=batch.source, batch__unit=batch.unit_id)
    before = lines.filter(left_out_by__as_of=batch.as_of).exclude(left_out_by=batch)
    Batch.unscoped.filter(pk__in=before.order_by().values("left_out_by")).update(ended=0)
    again = Record.objects.filter(Record.NOW, source=batch.source, key=OuterRef("key"))
    before.filter(Exists(again)).update(left_out_by=None)
    before.update(left_out_by=None, until=None)
    earlier = Q(confirmed__lt=batch.as_of)
    earlier |= Q(confirmed=batch.as_of, held_by__isnull=False) & ~Q(held_by=batch)
    rows = lines.filter(Record.NOW, earlier).exclude(person__state=Person.State.ERASED)  # those keep them from coming
    rows.exclude(person__among=spared).update(until=batch.as_of, left_out_by=batch)
    return left_out_lines().filter(left_out_by=batch).values("who").distinct().count()


def left_out_lines() -> QuerySet[Any]:
    """The lines that a whole list no longer held, of whoever stands on no list of the same source and unit since."""
    lines = Record.objects.filter(left_out_by__isnull=False, person__state__in=_STANDING)
    lines = lines.order_by().annotate(who=Coalesce("person__merged_into", "person"))
    ids = Person.unscoped.filter(Q(pk=OuterRef(OuterRef("who"))) | Q(merged_into=OuterRef(OuterRef("who"))))
    there = Record.objects.filter(Record.NOW, source=OuterRef("source"), batch__unit=OuterRef("batch__unit"))
    return lines.filter(~Exists(there.filter(person__in=ids.values("pk"))))
