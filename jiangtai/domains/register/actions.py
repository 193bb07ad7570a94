"""What the register's pages do in one go: a person and the place, the one who answers for a firm, one's own file."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from jiangtai import people
from jiangtai.access import Account, Refused, Unit, phones
from jiangtai.people import Form, Person, Responsible


def register(
    *, unit: Unit | None, union: Unit | None, work: dict[str, Any], on: date, card_number: str = "", **details: Any
) -> Person:
    """Register somebody where the person works, or is a member."""
    where = unit or union
    if where is None or not people.reaches(where):
        raise Refused("用人单位或工会组织不在您的范围内", "reach")
    with transaction.atomic():
        person = people.register(unit=where, **details)
        _settle(person, unit, union, work, on, card_number)
    return person


def take_in(
    *,
    name: str,
    id_number: str,
    unit: Unit | None,
    union: Unit | None,
    work: dict[str, Any],
    on: date,
    card_number: str = "",
) -> Person:
    """Let somebody who is in the register come: name and number must both fit, for only the card tells both."""
    with transaction.atomic():
        person = people.known(id_number=id_number, name=name)
        if person is None:
            raise ValidationError({"id_number": "没有登记过姓名和号码都相符的人，请核对；确未登记的请用“登记职工”"})
        _settle(person, unit, union, work, on, card_number)
    return person


def appoint(unit: Unit, *, role: str, name: str, id_number: str, on: date) -> Responsible:
    """Let somebody answer for an employer; whoever is not registered yet is registered with it."""
    with transaction.atomic():
        person = people.known(id_number=id_number, name=name)
        if person is None:
            person = people.register(name=name, id_number=id_number, unit=unit)
        return people.appoint(unit, person, role, on=on)


def link_own(account: Account, id_number: str) -> Person:
    """Find the file of who signs in: the phone signed in by and the identity number must both be the file's."""
    person = people.own_candidate(account, id_number)
    if person is None:
        raise Refused(
            f"没有找到手机号为 {phones.masked(account.id)}、号码相符的档案。"
            "请核对身份证号；换过手机号的，请先请单位人力资源更正"
        )
    return people.link_account(account, person)


def _settle(
    person: Person, unit: Unit | None, union: Unit | None, work: dict[str, Any], on: date, card_number: str
) -> None:
    if unit is not None:
        people.hire(person, unit, on=on, **{"form": Form.CONTRACT, **work})
    if union is not None:
        try:
            people.join_union(person, union, on=on, card_number=card_number)
        except ValidationError as error:
            raise ValidationError({"union": error.messages}) from error
