"""Persons are registered once, put right, found again, linked to their own account, and erased for good."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from jiangtai import ledger, vault
from jiangtai.access import Account, Refused, Unit, audit, current, phones
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, PersonId, UnitId

from . import keeping, reading
from .cards import Card
from .facts import Detail, LeavingReason, PersonChanged, PersonRegistered, UnionLeaving
from .models import NOW, Employment, Person, SavedMember, UnionMembership
from .scope import those

_SETTLES = timedelta(days=30)
_OWN = "own_person"  # where an account in hand keeps whose it is
IN_CLEAR = ("sex", "hukou", "education")
_NUMBERS = {"id_number": "身份证号", "phone": "手机号", "union_card": "会员卡号"}
DETAILS = tuple(detail.value for detail in Detail)


class Found(NamedTuple):
    """Some of the persons that were looked for, and whether there are more than these."""

    people: list[Person]
    has_more: bool


class AlreadyRegistered(ValidationError):
    """The identity number belongs to somebody in the register; `person` is that one."""

    def __init__(self, person: Person) -> None:
        self.person = person
        super().__init__({"id_number": _where(person)})


def register(
    *,
    name: str,
    unit: Unit,
    id_number: str = "",
    phone: str = "",
    on: date | None = None,
    cause: Cause | None = None,
    **details: Any,
) -> Person:
    """Enter a person into the register, once; sex and birth date follow from the identity number.

    Whoever has no number of ours gives `sex` and `birth`; `hukou` and `education` may be given too.
    """
    _only_details(details)
    found = keeping.checked({"name": name, "id_number": id_number, "phone": phone, **details})
    with transaction.atomic():
        if found["id_number"]:
            _refuse_twice(found["id_number"])
        person = Person(**_in_clear(found))
        person.save(force_insert=True)
        keeping.keep(person, {field: value for field, value in found.items() if value}, unit.path)
        person.save(update_fields=("card_secret", "is_marked"))
        registered = PersonRegistered(person=PersonId(person.pk), unit=UnitId(unit.pk), on=on or clock.today())
        ledger.append(registered, cause=cause or Cause.act("登记建档"))
        audit.record("person.registered", target=person, details={"unit": str(unit.pk)})
    return person


def change(
    person: Person | UUID, *, reason: str = "", on: date | None = None, cause: Cause | None = None, **details: Any
) -> Person:
    """Put details right; each that differs is a fact, which says which one and never what it was."""
    _only_details(details)
    found = keeping.checked(details)
    with transaction.atomic():
        return _put_right(reading.held(person), found, reason, on, cause or Cause.act("信息变更"))


def correct(person: Person | UUID, *, cause: Cause, **details: Any) -> Person:
    """Put details right as a case decided: who decides is let in by the case, and need not reach the person."""
    _only_details(details)
    found = keeping.checked(details)
    with transaction.atomic():
        return _put_right(reading.locked(person), found, "", None, cause)


def _put_right(row: Person, found: dict[str, Any], reason: str, on: date | None, cause: Cause) -> Person:
    with keeping.as_keeper():
        changed = _differing(row, found)
    if not changed:
        return row
    if changed.get("id_number"):
        _refuse_twice(changed["id_number"])
    home = reading.unit_of(row.pk)
    for field, value in _in_clear(changed).items():
        setattr(row, field, value)
    keeping.keep(row, changed, home.path if home else keeping.NOWHERE)
    row.save(update_fields=("card_secret", "is_marked", "birth_year", *IN_CLEAR))
    for field in changed:
        where = UnitId(home.pk) if home else None
        fact = PersonChanged(person=PersonId(row.pk), what=Detail(field), unit=where, on=on or clock.today())
        ledger.append(fact, cause=cause)
    audit.record("person.changed", target=row, reason=reason, details={"fields": sorted(changed)})
    return row


def find(*, id_number: str = "", phone: str = "", name: str = "", birth: date | None = None) -> list[Person]:
    """The persons within the reader's scope that all of this fits; nobody where nothing is asked."""
    ids = keeping.holders(id_number=id_number, phone=phone, name=name, birth=birth)
    return list(those(ids)) if ids else []


def search(text: str, most: int) -> Found:
    """The first persons within reach with this name, whole or in pinyin or by initials or with a number's last four."""
    ids, has_more = keeping.found_by(text, most)
    rows = {one.pk: one for one in those(ids).filter(state=Person.State.REGISTERED)}
    return Found([rows[one] for one in ids if one in rows], has_more)


def holding_numbers(id_numbers: Iterable[str]) -> dict[str, Person]:
    """Who of those within reach holds each of these identity numbers, in their canonical spelling."""
    found = vault.find_many(keeping.IDENTITY, id_numbers)
    ids = {subjects[0] for subjects in found.values()}
    rows = {one.pk: one for one in those(ids).filter(state=Person.State.REGISTERED)}
    return {number: rows[subjects[0]] for number, subjects in found.items() if subjects[0] in rows}


def known(*, id_number: str, name: str) -> Person | None:
    """The registered person with this number and this name, wherever: who has both holds the card in the hand."""
    with keeping.as_keeper():
        ids = keeping.holders(id_number=id_number, name=name) if id_number.strip() and name.strip() else None
    return Person.unscoped.filter(pk__in=ids, state=Person.State.REGISTERED).first() if ids else None


def person_of(account: Account) -> Person | None:
    """The person whose own account this is; once found, an account in hand is not asked about again."""
    held = vars(account)
    if account.is_worker and held.get(_OWN) is None:
        held[_OWN] = Person.unscoped.filter(account=account, state=Person.State.REGISTERED).first()
    return held.get(_OWN)


def own_candidate(account: Account, id_number: str) -> Person | None:
    """The person whose registered phone the account signs in by, and whose identity number this is."""
    with keeping.as_keeper():
        phone = phones.own(account)
        ids = keeping.holders(id_number=id_number, phone=phone) if id_number.strip() else None
    return Person.unscoped.filter(pk__in=ids, state=Person.State.REGISTERED).first() if ids else None


def link_account(account: Account, person: Person | UUID) -> Person:
    """Let a worker's account be a person's own: the phone it signs in by must be the one the register has.

    A phone that only a school's or an evaluation body's list brought is nobody's key until a better source says it too,
    nor is one that a firm's list brought of somebody whom nobody else knows to work there.
    """
    if not account.is_worker:
        raise Refused("只有职工账号可以关联本人档案")
    with transaction.atomic():
        row = reading.locked(person)
        if row.died_on:
            raise Refused("这份档案不能关联账号，请联系所在街道工会核实")
        with keeping.as_keeper():
            phone, registered = phones.own(account), keeping.value_of(row.pk, "phone")
        if phone != registered:
            raise Refused("您登录用的手机号与单位登记的不一致，请先请单位人力资源更正手机号，再来关联")
        if not _is_key(row, registered):
            raise Refused(
                "登记的手机号只有院校、评价机构或新报您在职的单位写过，为防冒用不能用来关联。"
                "请本人带身份证，请单位人力资源或街道工会在档案里重新登记一次手机号"
            )
        if _is_phone_new(row.pk):
            raise Refused("登记的手机号是单位新改的，为防冒用，一个月后才能关联；急用请本人带身份证到街道工会核对")
        if row.account_id not in (None, account.pk) or Person.unscoped.filter(account=account).exclude(pk=row.pk):
            raise Refused("这份档案或这个账号已经关联过，请联系所在单位工会核实")
        row.account = account
        row.save(update_fields=("account",))
        audit.record("person.linked", target=row, details={"account": str(account.pk)})
    return row


def own_card(person: Person) -> Card:
    """The card, for the person whose own it is: who is asking has been asked by `person_of`."""
    with keeping.as_keeper():
        return keeping.opened(person)


def own_data(account: Account) -> dict[str, Any]:
    """Everything the register holds of the person behind an account, for that person."""
    from .sources import own_certificates

    person = person_of(account)
    if person is None:
        return {}
    card = own_card(person)
    with keeping.as_keeper():
        numbers = {label: keeping.value_of(person.pk, field) for field, label in _NUMBERS.items()}
    return {
        "姓名": card.name,
        **numbers,
        "出生日期": card.birth,
        "性别": person.sex,
        "户籍": person.get_hukou_display(),
        "学历": person.get_education_display(),
        "用工记录": [
            {"单位": str(one.unit), "工种": one.occupation, "起": one.since, "止": one.until}
            for one in reading.spells_of(Employment, person)
        ],
        "会籍": [
            {"工会": str(one.unit), "起": one.since, "止": one.until}
            for one in reading.spells_of(UnionMembership, person)
        ],
        "技能等级证书": [
            {"职业": one.fact.occupation, "等级": one.fact.level.label, "编号": one.number, "发证": one.fact.on}
            for one in own_certificates(person)
        ],
        "成长记录": [{"日期": row.day, "事项": row.label, "单位": str(row.unit)} for row in reading.life(person)],
    }


def erase(person: Person | UUID, reason: str) -> None:
    """Destroy the person's key: what was held is unreadable for good, spells end, a hollow row and the counts stay."""
    from . import spells

    with transaction.atomic():
        row, who = reading.held(person), current().actor
        for work in Employment.unscoped.filter(NOW, person=row):
            spells.end_employment(work, LeavingReason.ERASED)
        for membership in UnionMembership.unscoped.filter(NOW, person=row):
            spells.end_membership(membership, UnionLeaving.ERASED)
        audit.record("person.erased", target=row, reason=reason)
        merged = list(Person.unscoped.select_for_update().filter(merged_into=row))
        with keeping.as_keeper():
            for one in (*merged, row):
                vault.erase(one.pk, reason, by=who)
        for one in (*merged, row):
            _hollow(one)


def settle_erased(subjects: Iterable[UUID]) -> int:
    """Hollow again whoever was erased, where an older backup brought them back; how many."""
    returned = list(Person.unscoped.filter(pk__in=list(subjects)).exclude(state=Person.State.ERASED))
    for person in returned:
        _hollow(person)
    return len(returned)


def _hollow(person: Person) -> None:
    SavedMember.objects.filter(person=person).delete()
    person.certificates.all().delete()
    person.state, person.card_secret, person.account, person.birth_year = Person.State.ERASED, None, None, None
    person.sex = person.hukou = person.education = ""
    person.merged_into = None
    person.save(update_fields=("state", "card_secret", "account", "birth_year", "merged_into", *IN_CLEAR))


def _only_details(details: dict[str, Any]) -> None:
    if unknown := details.keys() - set(DETAILS):
        raise TypeError(f"a person has no {', '.join(sorted(unknown))}; the details are {', '.join(DETAILS)}")


def _in_clear(found: dict[str, Any]) -> dict[str, Any]:
    """What the person's row says in clear: enough for indicators, too little to tell who it is."""
    shown = {field: found[field] for field in IN_CLEAR if field in found}
    return shown | ({"birth_year": found["birth"].year if found["birth"] else None} if "birth" in found else {})


def details_of(person: Person, fields: Iterable[str]) -> dict[str, Any]:
    """What is known of these details, in full: to who acts as the keeper."""
    card = keeping.opened(person)
    known = {"name": card.name, "birth": card.birth} | {field: getattr(person, field) for field in IN_CLEAR}
    return {name: keeping.value_of(person.pk, name) if name in keeping.REVEALED else known[name] for name in fields}


def _differing(person: Person, found: dict[str, Any]) -> dict[str, Any]:
    before = details_of(person, found)
    changed = {field: value for field, value in found.items() if value != before[field]}
    if {"birth", "sex"} & changed.keys():
        _refuse_against_number(person, found)
    if (phone := found.get("phone")) and "phone" not in changed and not _is_key(person, phone):
        changed["phone"] = phone  # typed once more by who saw the person: from now on it is theirs
    return changed


def _refuse_against_number(person: Person, found: dict[str, Any]) -> None:
    """Sex and birth date cannot be changed past an identity number that says otherwise."""
    if not found.get("id_number") and (number := keeping.value_of(person.pk, "id_number")):
        keeping.checked({**found, "id_number": number})


def _is_key(person: Person, phone: str) -> bool:
    from .sources import is_key

    return is_key(person, phone)


def _is_phone_new(person: UUID) -> bool:
    """Whether somebody else changed the phone lately, whatever day they gave: who holds it need not be the person."""
    changes = ledger.every(PersonChanged).of(person).filter(payload__what=Detail.PHONE.value)
    return bool(changes.filter(made_at__gt=clock.now() - _SETTLES).exists())


def _refuse_twice(id_number: str) -> None:
    keeping.take_lock(id_number)
    with keeping.as_keeper():
        ids = keeping.holders(id_number=id_number)
    if ids:
        raise AlreadyRegistered(Person.unscoped.get(pk=min(ids)))


def _where(person: Person) -> str:
    """Where the registered person is, as far as the reader may know."""
    if not Person.objects.filter(pk=person.pk).exists():
        return "该身份证号已登记，可办理调入"
    places = "、".join(str(one.unit) for one in reading.employments_of(person.pk) if reading.reaches(one.unit))
    return f"该身份证号已登记为“{person.card.name}”{f'，在{places}' if places else ''}，不必重复登记"
