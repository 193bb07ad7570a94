"""Query budgets: a list asks the database as often for fifty rows as for five, and never more than is written here."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from jiangtai.access import Unit, accounts, acting_as, acting_as_job, audit, grants, groups, inquiries, links, units
from jiangtai.kernel import clock
from jiangtai.web import ListPage, TreePage, every_page
from tests.office import Office

FEW, MANY = 5, 50

# page: (who opens it, at most so many queries)
BUDGETS = {
    "units.list": ("unit_admin", 10),
    "units.tree": ("unit_admin", 18),
    "accounts.list": ("unit_admin", 11),
    "inquiries.list": ("group_office", 11),
    "inquiries.mine": ("unit_admin", 11),
    "groups.list": ("group_office", 10),
    "audit.list": ("audit_admin", 12),
    "web.office": ("group_office", 12),
    "web.gallery.tree": ("leader", 6),
}


@pytest.fixture
def grow(office: Office) -> Callable[[str, int, int], None]:
    """`grow(page, first, last)`: rows for a page, numbered from `first` up to `last`."""
    clerk, admin = office.person("group_office"), office.person("unit_admin")
    due = clock.today() + timedelta(days=9)

    def unit(number: int, parent: str = "区") -> Unit:
        return units.found(kind=Unit.Kind.DEPARTMENT, name=f"第{number}局", parent=office.units[parent])

    def account(number: int) -> None:
        opened, _ = accounts.open_account(username=f"many{number}", name=f"王{number}", unit=office.units["甲厂"])
        for role, place in (("liaison", "甲厂"), ("unit_admin", "乙街")):
            grants.grant(opened, role, office.units[place], "测试")

    def inquiry(number: int) -> None:
        asked = unit(number)
        with acting_as(clerk):
            one = inquiries.ask(asked, "liaison", due=due)
            token = inquiries.link_for(one)
        if number % 2:
            values = {"name": "张毅", "position": "", "phone": f"199{number:08d}"}
            inquiries.answer(one, values, link=links.look("inquiry", token))

    def mine(number: int) -> None:
        with acting_as(clerk):
            inquiries.cancel(inquiries.ask(office.units["区"], "liaison", due=due))

    def group(number: int) -> None:
        made = groups.make(f"生态圈{number}", "")
        for name in ("甲厂", "乙厂"):
            groups.join(made, office.units[name], clock.today())

    def entry(number: int) -> None:
        audit.record("unit.changed", target=office.units["甲厂"], reason=f"第 {number} 次")
        if number % 2:
            audit.seal()

    makers = {
        "units.list": unit, "units.tree": unit, "accounts.list": account, "inquiries.list": inquiry,
        "inquiries.mine": mine, "groups.list": group, "audit.list": entry, "web.office": inquiry,
    }  # fmt: skip

    def make(name: str, first: int, last: int) -> None:
        assert admin
        with acting_as_job("测试"):
            for number in range(first, last):
                makers.get(name, lambda number: None)(number)

    return make


def queries(client: Client, path: str) -> list[str]:
    """What the database was asked for a page, savepoints apart."""
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    assert response.status_code == 200, path
    return [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]


@pytest.mark.parametrize("name", BUDGETS)
def test_fifty_rows_cost_no_more_questions_than_five(name, office, grow):
    who, most = BUDGETS[name]
    client, path = office.client(office.person(who)), reverse(name)
    grow(name, 0, FEW)
    client.get(path)  # what is asked once a minute, or once a session, is asked now
    few = queries(client, path)
    grow(name, FEW, MANY)
    many = queries(client, path)
    assert len(many) == len(few), "\n".join(sql[:300] for sql in many[-8:])
    assert len(many) <= most, "\n".join(sql[:200] for sql in many)


@pytest.mark.parametrize("name", [name for name in BUDGETS if name.endswith((".list", ".mine"))])
def test_the_fifty_rows_are_really_shown(name, office, grow):
    client = office.client(office.person(BUDGETS[name][0]))
    grow(name, 0, MANY)
    assert len(client.get(reverse(name)).context["rows"]) == MANY


def test_every_list_and_tree_has_a_budget():
    assert get_resolver().url_patterns
    listed = {one.name for one in every_page() if issubclass(one.kind, ListPage | TreePage)}
    assert listed <= set(BUDGETS)
