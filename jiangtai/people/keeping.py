"""What identifies a person, kept in the vault: names, identity numbers, phones and union cards, with their look-up.

The vault knows every place where a person belongs, and the database shows a row to who reaches one of them. The room
asks past that lock only where reach is not the question: to write, to refuse a second entry of one number, to find
whoever holds the card in the hand, and for the person themself. A name is also marked in the vault by all the words by
which people look for it, at each place of the person.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection

from jiangtai import vault
from jiangtai.access import Refused, acting_as_job, audit, current
from jiangtai.kernel import array, codes, crypto, masking

from . import names
from .cards import HOLLOW, Card, seal, unseal
from .models import NOW, Employment, Person, UnionMembership

NAME, IDENTITY, PHONE, UNION_CARD = "person.name", "person.identity", "person.phone", "person.union_card"
BORN = "person.born"
"""Name and birthday together: what finds somebody whose number nobody has."""
REVEALED = {"id_number": IDENTITY, "phone": PHONE, "union_card": UNION_CARD}
WORDS = "person.words"
_TURNS = 0x_73_70_6C_69_74
NOWHERE = "!"
"""The path of who belongs nowhere now: it lies before every unit's, so only who reaches everything reaches it."""
_MASKS = {"id_number": masking.identity, "phone": masking.phone, "union_card": masking.account}


@contextmanager
def as_keeper() -> Iterator[None]:
    """Ask the vault whatever the reader's reach."""
    with acting_as_job("人员登记"):
        yield


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """The details in their canonical spelling; what contradicts the identity number is refused."""
    found, wrong = dict(values), {}
    for field, read in (("name", names.written), ("id_number", codes.parse_identity), ("phone", codes.parse_phone)):
        if found.get(field) or (field == "name" and "name" in found):
            try:
                found[field] = read(found[field])
            except ValueError as error:
                wrong[field] = str(error)
    if wrong:
        raise ValidationError(wrong)
    if found.get("id_number"):
        found |= _told_by(found["id_number"], found)
    return found


def canonical(field: str, value: Any) -> Any:
    """One detail in its canonical spelling."""
    return checked({field: value})[field]


def _told_by(identity: codes.Identity, values: dict[str, Any]) -> dict[str, Any]:
    """Sex and birth date are the number's to say."""
    if values.get("sex") and values["sex"] != identity.sex:
        raise ValidationError({"sex": f"身份证号第 17 位说明性别为{identity.sex}，请核对"})
    if values.get("birth") and values["birth"] != identity.birth:
        raise ValidationError({"birth": f"身份证号中的出生日期是 {identity.birth}，请核对"})
    return {"id_number": identity.number, "sex": identity.sex, "birth": identity.birth}


def keep(person: Person, details: dict[str, Any], path: str) -> None:
    """Put what is given into the vault and onto the card; an empty number is taken off the card, and no more found."""
    with as_keeper():
        plain = {field: details[field] for field in ("name", "birth") if field in details}
        person._card = replace(opened(person), **masked(details), **plain)
        for secret, value in findable(details, person._card).items():
            vault.put(person.pk, secret, value, path=path, findable=bool(value))
        person.card_secret = seal(person.pk, crypto.sealer(vault.ensure_key(person.pk, path)), person._card)
        if details.keys() & {"name", "id_number"}:
            mark([person])


def mark(people: Iterable[Person]) -> None:
    """Let these be found by what their names and numbers are now; whoever asks acts as the keeper and saves them."""
    people = list(people)
    numbers = vault.get_many((one.pk for one in people), IDENTITY)
    vault.mark({one.pk: names.words(one._card.name, numbers.get(one.pk, "")) for one in people}, WORDS)
    for one in people:
        one.is_marked = True


def keep_born(people: Iterable[Person]) -> None:
    """Let these be found by name and birthday, as everybody is who was registered since."""
    people = list(people)
    keys, places = vault.subject_keys(one.pk for one in people), _places_of(one.pk for one in people)
    kept = [
        vault.Kept(one.pk, BORN, told, places[one.pk][0])
        for one in people
        if one.pk in keys and (told := born_as(one._card))
    ]
    vault.put_many(kept, {subject: crypto.sealer(key) for subject, key in keys.items()})


def found_by(text: str, most: int) -> vault.Marked:
    """The first persons within reach whom this word marks, and whether there are more."""
    word, who = names.typed(text), current()
    if not word:
        return vault.Marked([], False)
    within = [(who.reach.low, who.reach.high)]
    if who.unit is not None and who.unit.serves is not None:
        served = who.unit.serves.path
        within.append((served, served + "!"))  # the firm itself and nothing below it, as the database's own lock has it
    return vault.marked(WORDS, word, within=within, most=most)


def masked(details: dict[str, Any]) -> dict[str, Any]:
    """The numbers among the details as a card shows them."""
    return {field: mask(details[field]) for field, mask in _MASKS.items() if field in details}


def born_as(card: Card) -> str:
    """Name and birthday as they are looked up; empty where one of them is not known."""
    return f"{names.looked_up(card.name)}|{card.birth}" if card.name and card.birth else ""


def findable(details: dict[str, Any], card: Card) -> dict[str, str]:
    """What the vault keeps for these details, by its fields, each in the spelling under which it is looked up."""
    found = {secret: details[field] for field, secret in REVEALED.items() if field in details}
    if "name" in details:
        found[NAME] = names.looked_up(details["name"])
    if {"name", "birth"} & details.keys():
        found[BORN] = born_as(card)
    return found


def opened(person: Person) -> Card:
    """The person's card, to who reaches one of the person's places."""
    key = vault.subject_key(person.pk) if person.card_secret is not None else None
    return unseal(person.pk, key, bytes(person.card_secret)) if key and person.card_secret else HOLLOW


def value_of(person: UUID, field: str) -> str:
    """One number in full, to who reaches one of the person's places; empty where there is none."""
    return vault.get(person, REVEALED[field]) or ""


def reveal(person: Person, field: str, reason: str) -> str:
    """One number in full, to who sees the person, for a reason that the audit keeps."""
    seen = Person.objects.filter(pk=person.pk).exists()
    value = value_of(person.pk, field) if seen else ""
    if not value:
        raise Refused("没有登记这项信息，或这名职工不在您的范围内")
    audit.record("reveal", target=person, reason=reason, details={"field": REVEALED[field]})
    return value


def holders(*, id_number: str = "", phone: str = "", name: str = "", birth: date | None = None) -> set[UUID] | None:
    """Everyone within reach who holds all of these; None where nothing was asked. What is no number is nobody's."""
    asked = [(IDENTITY, _number(id_number)), (PHONE, _phone(phone)), (NAME, names.looked_up(name))]
    typed = [one for one, text in zip(asked, (id_number, phone, name), strict=True) if text.strip()]
    if not typed:
        return None
    sets = [set(vault.find(field, value)) if value else set() for field, value in typed]
    found = set.intersection(*sets)
    return _born(found, birth) if birth else found


def _born(ids: set[UUID], birth: date) -> set[UUID]:
    people = Person.unscoped.filter(pk__in=ids, birth_year=birth.year)
    return {one.pk for one in people if opened(one).birth == birth}


def _number(text: str) -> str:
    try:
        return codes.parse_identity(text).number if text else ""
    except codes.CodeError:
        return ""


def _phone(text: str) -> str:
    try:
        return codes.parse_phone(text) if text else ""
    except codes.CodeError:
        return ""


def take_lock(id_number: str) -> None:
    """Two who register the same number come one after the other; the number itself stands in no statement."""
    mark = crypto.blind_index(vault.keyring().active("blind"), id_number, context=b"person.identity.lock")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(mark[:8], "big", signed=True)])


def take_locks(id_numbers: Iterable[str]) -> None:
    """The same for the numbers of a list of which nobody is registered yet, in one order for all lists."""
    index = vault.indexers(["person.identity.lock"])["person.identity.lock"]
    marks = sorted(int.from_bytes(index(number)[:8], "big", signed=True) for number in set(id_numbers))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(mark) FROM unnest(%s::bigint[]) AS mark", [array(marks)])


def take_turns(*, shared: bool = False) -> None:
    """Parts of lists come in side by side, files are merged, parted and split between them: no line is matched to who
    is becoming another."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'_shared' if shared else ''}(%s)", [_TURNS])


def first_path(works: list[Employment], membership: UnionMembership | None) -> str:
    """Where a person's values lie: with the longest-standing employer, else the union."""
    standing: list[Employment | UnionMembership] = [*works, *([membership] if membership else [])]
    return str(standing[0].unit.path) if standing else NOWHERE


def place(person: Person) -> None:
    """Let the vault's rows follow the person: to every employer, the longest-standing first, and to the union."""
    place_all([person.pk])


def place_all(people: Iterable[UUID]) -> None:
    """The same for many; a file that went into another's lies where that one does."""
    with as_keeper():
        found = _places_of(people)
        merged = Person.unscoped.filter(merged_into__among=found).values_list("pk", "merged_into")
        found |= {one: found[into] for one, into in merged}
        vault.place_all(found)


def silence(person: Person) -> None:
    """Let somebody be found by nothing any more: whoever looks finds the file in which this one went."""
    with as_keeper():
        vault.silence(person.pk)
        vault.mark({person.pk: ()}, WORDS)


def unsilence(person: Person) -> None:
    """Let somebody be found again."""
    with as_keeper():
        card = person._card = opened(person)
        told = {field: value for field in REVEALED if (value := value_of(person.pk, field))}
        path = vault.SubjectKey.objects.get(subject=person.pk).path
        for secret, value in findable({"name": card.name, **told}, card).items():
            vault.put(person.pk, secret, value, path=path, findable=bool(value))
        mark([person])
        person.save(update_fields=("is_marked",))


def _places_of(people: Iterable[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {one: [] for one in people}
    for kind in (Employment, UnionMembership):
        rows = kind.unscoped.filter(NOW, person__among=found).order_by("since", "id")
        for person, path in rows.values_list("person", "unit__path"):
            found[person].append(path)
    return {person: paths or [NOWHERE] for person, paths in found.items()}
