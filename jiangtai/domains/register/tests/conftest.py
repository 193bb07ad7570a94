"""The workforce of the house's test office: a worker at our firm, one at the neighbour's, and who acts for them."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from jiangtai import people
from jiangtai.access import accounts, acting_as_job
from jiangtai.kernel import clock
from jiangtai.people import Responsible
from jiangtai.people.tests.invented import id_number, person
from tests.office import Office

TODAY = date(2026, 9, 1)
ROLES = {
    "hr": ("enterprise_hr", "甲厂"),
    "union": ("enterprise_union", "甲厂工会"),
    "officer": ("union_officer", "工会"),
    "keeper": ("unit_admin", "甲街"),
    "leader": ("leader", "区"),
    "office": ("group_office", "区"),
    "labour": ("liaison", "局"),
    "clerk": ("liaison", "甲街"),
    "neighbour": ("enterprise_hr", "乙厂"),
}


@pytest.fixture(autouse=True)
def _today():
    with clock.at(TODAY):
        yield


@pytest.fixture
def firm(office: Office) -> SimpleNamespace:
    """Li works at our firm and is in its union, Wang at the neighbour's; Zhao answers for ours."""
    ours, theirs = office.units["甲厂"], office.units["乙厂"]
    with acting_as_job("测试"):
        li = person(ours, "李志强", id_number=id_number("19870412", 333), phone="19900000100", hukou="other_rural")
        work = people.hire(li, ours, occupation="数控车工", is_production=True, on=date(2026, 3, 2))
        member = people.join_union(li, office.units["甲厂工会"], on=date(2026, 4, 1))
        wang = person(theirs, "王秀英", id_number=id_number("19910101", 222), phone="19900000101")
        other = people.hire(wang, theirs, occupation="缝纫工", is_production=True)
        zhao = person(ours, "赵老板", id_number=id_number("19700101", 111))
        boss = people.appoint(ours, zhao, Responsible.Role.LEGAL_REPRESENTATIVE, on=date(2026, 1, 1))
        account = accounts.worker_of_phone("19900000100")
    return SimpleNamespace(
        li=li, work=work, member=member, wang=wang, other=other, zhao=zhao, boss=boss, account=account,
        number=id_number("19870412", 333), theirs=id_number("19910101", 222), units=office.units, unit=ours,
    )  # fmt: skip


@pytest.fixture
def sits(office: Office) -> Callable[[str], Client]:
    """A browser in which one of them has signed in."""
    return lambda who: office.client(office.person(*ROLES[who]))
