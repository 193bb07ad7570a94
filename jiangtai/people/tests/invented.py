"""Invented people: identity numbers of a division that no county has, phones that no operator gave out."""

from itertools import count
from typing import Any

from stdnum.iso7064 import mod_11_2

from jiangtai import people
from jiangtai.access import Unit
from jiangtai.people import Person

_numbers = count(1)


def id_number(birth: str = "19880808", order: int | None = None) -> str:
    """An identity number with a check character that fits; odd orders are men's."""
    body = f"519900{birth}{next(_numbers) % 499 * 2 + 1 if order is None else order:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


def old_number(new: str) -> str:
    """The same number as the first generation of cards wrote it."""
    return new[:6] + new[8:17]


def person(unit: Unit, name: str = "李志强", **details: Any) -> Person:
    """A registered person who works nowhere yet."""
    details.setdefault("id_number", id_number())
    return people.register(name=name, unit=unit, **details)


def worker(unit: Unit, name: str = "李志强", occupation: str = "数控车工", **details: Any) -> Person:
    """A registered person who works at a unit since a while."""
    made = person(unit, name, **details)
    people.hire(made, unit, occupation=occupation, is_production=True)
    return made
