"""The people of the house's test office, by the names that the tests of this room call them."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.office import Office

PEOPLE = {
    "system": ("林振国", "system_admin", "区"),
    "security": ("曾毅", "security_admin", "区"),
    "audit": ("单慧敏", "audit_admin", "区"),
    "office": ("周敏", "group_office", "区"),
    "leader": ("赵启明", "leader", "区"),
    "keeper": ("仇晓东", "unit_admin", "甲街"),
    "clerk": ("何静", "liaison", "甲街"),
    "stranger": ("查志远", "liaison", "乙街"),
}


@pytest.fixture
def town(office: Office) -> SimpleNamespace:
    """Units and accounts by short names."""
    people = {key: office.person(role, unit, name) for key, (name, role, unit) in PEOPLE.items()}
    units = office.units
    return SimpleNamespace(district=units["区"], street=units["甲街"], other=units["乙街"], **people)


@pytest.fixture
def sits(town: SimpleNamespace, office: Office) -> Callable[[str], Client]:
    """A browser in which one of them has signed in with both factors."""
    return lambda who: office.client(getattr(town, who))
