"""Who a line is about: found by blind indexes alone, so that nobody is decrypted but those who may be meant."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count

from jiangtai import ledger, vault
from jiangtai.kernel import crypto

from .. import keeping, names
from ..cards import Card, unseal
from ..facts import PersonChanged
from ..linking import SURE, SURE_ENOUGH, Facts, nearest
from ..merging import BY_US
from ..models import NOW, Employment, Person, UnionMembership
from .examining import Entry, Wrong
from .models import Record

_FOUND_BY = (keeping.NAME, *keeping.REVEALED.values())
_DAYS_OF_LIVES = 20_000
_LEAST = 100_000
"""Of how many people a list is drawn at least: in a register of three, any two of one name would be the same."""
_SHARED_NAME = 2e-4
"""How many of a people bear one name on average: so many of those whom the register does not know yet do, too."""
_NAMESAKES = (
    "SELECT w.unit_id, e.blind, w.person_id FROM people_employment w"
    " JOIN vault_entry e ON e.subject = w.person_id AND e.field = %s"
    " WHERE w.until IS NULL AND w.unit_id = ANY(%s) AND e.blind = ANY(%s)"
)
ANOTHERS = "这个身份证号在册的是另一个姓名，没有导入，请核对姓名和身份证号；确实改过名的，请先在人员档案里变更姓名"
_MOST = 60
"""Whoever shares name and birthday or a phone with more people than this is not told by them."""


@dataclass
class Known:
    """A registered person as far as a list can concern it."""

    row: Person
    key: crypto.Key
    card: Card
    blinds: dict[str, bytes]
    records: list[Record] = field(default_factory=list)
    keys: dict[UUID, crypto.Key] = field(default_factory=dict)
    """Of every id that was given out for the person, for the records that stand under it."""
    works: list[Employment] = field(default_factory=list)
    membership: UnionMembership | None = None
    by_hand: set[str] = field(default_factory=set)

    @cached_property
    def sealer(self) -> crypto.Sealer:
        """What encrypts under the key."""
        return crypto.sealer(self.key)


@dataclass
class Matched:
    """What became of the lines of a part: whom they mean, who may be meant, and who is new."""

    meant: dict[int, UUID] = field(default_factory=dict)
    doubts: dict[int, tuple[UUID, float]] = field(default_factory=dict)
    refused: dict[int, Wrong] = field(default_factory=dict)
    anothers: set[int] = field(default_factory=set)
    """Lines that are known to mean somebody, under a number that is somebody else's: two whom a person told apart."""


def matched(entries: list[Entry], before: dict[int, UUID], firms: dict[int, UUID], *, by_number_only: bool) -> Matched:
    """Whom each line is about; `before` says who earlier lines with the same mark were, `firms` where they work."""
    found = Matched(dict(before))
    _by_number(entries, found, set(firms.values()) if by_number_only else None)
    if not by_number_only:
        loose = [one for one in entries if one.number not in found.meant and one.number not in found.refused]
        _by_evidence(loose, firms, found)
    return found


def _by_number(entries: list[Entry], found: Matched, firms: set[UUID] | None) -> None:
    """The same number is the same person, unless the name is another's; firms know strangers by the whole name."""
    asked = _numbers(entries)
    held = vault.find_many(keeping.IDENTITY, asked.values())
    if strange := set(asked.values()) - held.keys():
        keeping.take_locks(strange)
        held |= vault.find_many(keeping.IDENTITY, strange)
    for line, near in _holders(entries, held, firms):
        if near:
            if found.meant.setdefault(line, near[0]) not in near:
                found.anothers.add(line)
        else:
            found.meant.pop(line, None)
            found.refused[line] = Wrong("id_number", ANOTHERS)


def registered(entries: list[Entry], firm: UUID | None) -> dict[int, bool]:
    """The lines whose number the register holds, and whether for whom they name: a look that locks nothing; `firm`
    hands them in."""
    held = vault.find_many(keeping.IDENTITY, _numbers(entries).values())
    return {line: bool(near) for line, near in _holders(entries, held, {firm} if firm else None)}


def _numbers(entries: list[Entry]) -> dict[int, str]:
    return {one.number: one.values["id_number"] for one in entries if one.values.get("id_number")}


def _holders(
    entries: list[Entry], held: dict[str, list[UUID]], firms: set[UUID] | None
) -> Iterable[tuple[int, list[UUID]]]:
    """Of each line whose number is registered those of its holders who are called as the line says."""
    cards = cards_of({who for ids in held.values() for who in ids})
    staff = _working_at(firms, cards) if firms is not None else set(cards)
    for one in entries:
        if ids := [who for who in held.get(one.values.get("id_number", ""), ()) if who in cards]:
            yield one.number, [who for who in ids if _is_called(cards[who].name, one.values["name"], who in staff)]


def _is_called(name: str, told: str, is_known: bool) -> bool:
    return names.is_near(name, told) if is_known else names.looked_up(name) == names.looked_up(told)


def _working_at(firms: set[UUID], people: Iterable[UUID]) -> set[UUID]:
    rows = Employment.unscoped.filter(NOW, unit__in=firms, person__among=people)
    return set(rows.values_list("person", flat=True))


def _by_evidence(loose: list[Entry], firms: dict[int, UUID], found: Matched) -> None:
    """What no number tells is weighed: name, birthday, phone and firm, each by how many share it."""
    by_birth = vault.find_many(keeping.BORN, filter(None, map(_born_as, loose)))
    by_phone = vault.find_many(keeping.PHONE, filter(None, (one.values.get("phone", "") for one in loose)))
    pairs = []
    for one in loose:
        near = [by_birth.get(_born_as(one), []), by_phone.get(one.values.get("phone", ""), [])]
        pairs += [(one.number, who) for who in sorted({who for ids in near if len(ids) <= _MOST for who in ids})]
    namesakes = namesakes_at_work(loose, firms, {line for line, _ in pairs})
    pairs, unsure = pairs + namesakes, {line for line, _ in namesakes}
    if not pairs:
        return
    who_is = known({who for _, who in pairs}, with_records=False)
    pairs = [(line, who) for line, who in pairs if who in who_is]
    lines = {one.number: one for one in loose}
    pairs = [(line, who) for line, who in pairs if not _have_two_numbers(lines[line], who_is[who])]
    if not pairs:
        return
    ids = {who: place for place, who in enumerate(sorted(who_is))}
    back = {place: who for who, place in ids.items()}
    asked = {line: _facts_of_line(lines[line], firms.get(line)) for line, _ in pairs}
    people = {ids[who]: _facts_of(one) for who, one in who_is.items()}
    persons = _about_how_many()
    met = [(line, ids[who]) for line, who in pairs]
    often = _often(asked.values(), persons) | {"employer": _staff(firms[line] for line in asked if line in firms)}
    for match in nearest(asked, people, met, persons, often):
        if match.odds >= SURE and match.row not in unsure:
            found.meant[match.row] = back[match.who]
        elif match.odds >= SURE_ENOUGH:
            found.doubts[match.row] = (back[match.who], match.odds)


def namesakes_at_work(loose: list[Entry], firms: dict[int, UUID], met: set[int]) -> list[tuple[int, UUID]]:
    """Whom nothing else has found, and no number tells, may be who bears the name at the firm: never surely."""
    unmet = [one for one in loose if one.number not in met and one.number in firms and not one.values.get("id_number")]
    if not unmet:
        return []
    index = vault.indexers([keeping.NAME])[keeping.NAME]
    signs = {one.number: index(names.looked_up(one.values["name"])) for one in unmet}
    with connection.cursor() as cursor:
        cursor.execute(_NAMESAKES, [keeping.NAME, list({firms[line] for line in signs}), list(set(signs.values()))])
        found: dict[tuple[UUID, bytes], list[UUID]] = {}
        for unit, sign, who in cursor.fetchall():
            found.setdefault((unit, bytes(sign)), []).append(who)
    return [(one.number, who) for one in unmet for who in sorted(found.get((firms[one.number], signs[one.number]), ()))]


def _staff(firms: Iterable[UUID]) -> dict[object, float]:
    """How many work at each firm: to agree on a large one says little."""
    rows = Employment.unscoped.filter(NOW, unit__in=set(firms)).order_by().values_list("unit")
    return {_few(unit): float(number) for unit, number in rows.annotate(Count("pk"))}


def _born_as(one: Entry) -> str:
    birth = one.values.get("birth")
    return f"{names.looked_up(one.values['name'])}|{birth}" if birth else ""


def _have_two_numbers(one: Entry, person: Known) -> bool:
    """Two valid numbers that differ are two people."""
    return bool(one.values.get("id_number") and keeping.IDENTITY in person.blinds)


def _facts_of_line(one: Entry, firm: UUID | None) -> Facts:
    told = one.values
    return Facts(
        names.looked_up(told["name"]), _day(told.get("birth")), _sign(keeping.PHONE, told.get("phone")), _few(firm)
    )


def _facts_of(person: Known) -> Facts:
    phone, birth = person.blinds.get(keeping.PHONE), person.card.birth
    return Facts(
        names.looked_up(person.card.name),
        _day(birth.isoformat() if birth else None),
        int.from_bytes(phone[:7], "big") if phone else None,
        _few(person.works[0].unit_id if person.works else None),
    )


def _day(text: str | None) -> int | None:
    return int(text.replace("-", "")) if text else None


def _sign(name: str, value: str | None) -> int | None:
    """A phone as a few signs of its blind index: enough to see that two are one."""
    return int.from_bytes(vault.indexers([name])[name](value)[:7], "big") if value else None


def _few(unit: UUID | None) -> int | None:
    return unit.int >> 72 if unit else None


def _often(lines: Iterable[Facts], persons: int) -> dict[str, dict[object, float]]:
    """How many of the register share each value: names as counted, birthdays as evenly spread."""
    rows = list(lines)
    unseen = max(persons - _about_in_register(), 0) * _SHARED_NAME
    found = vault.count_many(keeping.NAME, {one.name for one in rows if one.name})
    return {
        "name": {name: max(found.get(name, 0), 1) + unseen for name in {one.name for one in rows if one.name}},
        "born": {one.born: max(persons / _DAYS_OF_LIVES, 1) for one in rows if one.born},
    }


def _about_how_many() -> int:
    """Of how many people lists are drawn: of those in the register, and never of fewer than a district has."""
    return max(_about_in_register(), _LEAST)


def _about_in_register() -> int:
    """How many persons there are, as the database's own statistics say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'people_person'::regclass")
        return max(int(cursor.fetchone()[0]), 0)


def known(ids: Iterable[UUID], *, with_records: bool = True, lock: bool = False) -> dict[UUID, Known]:
    """Registered persons with what lists can concern, in a few questions for all of them."""
    rows = Person.unscoped.filter(pk__among=list(ids), state=Person.State.REGISTERED).order_by("pk")
    people = list(rows.select_for_update() if lock else rows)
    keys = vault.subject_keys([one.pk for one in people])
    blinds = vault.blinds_of(keys, _FOUND_BY)
    found = {
        one.pk: Known(one, keys[one.pk], _card(one, keys[one.pk]), blinds.get(one.pk, {}))
        for one in people
        if one.pk in keys
    }
    for work in Employment.unscoped.filter(NOW, person__among=found).select_related("unit").order_by("since", "id"):
        found[work.person_id].works.append(work)
    if with_records:
        for membership in UnionMembership.unscoped.filter(NOW, person__among=found).select_related("unit"):
            found[membership.person_id].membership = membership
        _add_records(found)
        now = {pk: one for one in found.values() for pk in one.keys}
        changes = ledger.every(PersonChanged).of(*now).exclude(cause="import").exclude(cause_step__in=BY_US)
        for who, what in changes.values_list("subject", "payload__what"):
            now[who].by_hand.add(what)
    return found


def _add_records(found: dict[UUID, Known]) -> None:
    """What lists say of each, also under the ids of files that went in it."""
    merged = dict(Person.unscoped.filter(merged_into__among=found).values_list("pk", "merged_into"))
    keys = vault.subject_keys(merged) if merged else {}
    for who, one in found.items():
        one.keys = {who: one.key} | {pk: keys[pk] for pk, into in merged.items() if into == who and pk in keys}
    for record in Record.objects.filter(Record.NOW, person__among=[*found, *merged]):
        found[merged.get(record.person_id, record.person_id)].records.append(record)


def cards_of(ids: Iterable[UUID]) -> dict[UUID, Card]:
    """The cards of registered persons."""
    people = list(Person.unscoped.filter(pk__among=list(ids), state=Person.State.REGISTERED).only("pk", "card_secret"))
    keys = vault.subject_keys([one.pk for one in people])
    return {one.pk: _card(one, keys[one.pk]) for one in people if one.pk in keys}


def _card(person: Any, key: crypto.Key) -> Card:
    return unseal(person.pk, key, bytes(person.card_secret)) if person.card_secret is not None else Card()


def birthday(text: str | None) -> date | None:
    """A day as the card keeps it."""
    return date.fromisoformat(text) if text else None
