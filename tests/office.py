"""A small office for tests: a district, a few units, and people who sign in at once."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client

from jiangtai.access import ROLES, Account, Grant, Unit, accounts, acting_as_job, links, units
from jiangtai.kernel import Cluster, Home
from jiangtai.kernel.embedded import OWNER
from tests.home import HOME

PASSWORD = "paper-and-ink-2026"


@dataclass
class Office:
    """A district with a department, two streets, and a firm with its union in each street."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Account] = field(default_factory=dict)

    def person(self, role: str, unit: str = "区", name: str = "") -> Account:
        """An activated account that holds a role at a unit."""
        key = f"{role}@{unit}"
        if key not in self.people:
            with acting_as_job("测试"):
                username = f"p{next(_NUMBERS)}.{role.replace('_', '-')}"
                at = self.units[unit]
                account, _ = accounts.open_account(
                    username=username, name=name or ROLES[role].label, unit=at, duty=ROLES[role].duty
                )
                account.set_password(PASSWORD)
                account.save()
                # Straight into the table: what a role reaches is tested also where nobody could grant it.
                Grant.objects.create(account=account, duty=account.duty, role=role, unit=at, reason="测试")
            self.people[key] = account
        return self.people[key]

    def client(self, account: Account) -> Client:
        """A browser in which the account is signed in, its second factor answered."""
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["second_factor"] = True
        session.save()
        return client

    def link(self, purpose: str, target: Any) -> str:
        """A fresh link's token."""
        with acting_as_job("测试"):
            return links.make(purpose, target)


@pytest.fixture
def office(db: None) -> Office:
    """The district."""
    return build()


@pytest.fixture
def twin(_district: Office, django_db_blocker: Any) -> Iterator[Office]:
    """The district in a database of its own, where rows are really committed and threads meet; new for each test."""
    with django_db_blocker.unblock():
        copy_database("jiangtai_office", "jiangtai_twin")
        with _connected_to("jiangtai_twin"):
            yield Office({key: copy(unit) for key, unit in _district.units.items()})


@pytest.fixture(scope="session")
def _district(django_db_setup: None, django_db_blocker: Any) -> Office:
    """What each twin begins with."""
    with django_db_blocker.unblock(), _connected_to("jiangtai_office"):
        return build()


def copy_database(name: str, to: str) -> None:
    """Make a database like another, to which nobody may be connected."""
    for alias in ("default", "owner"):
        connections[alias].close()
    with psycopg.connect(Cluster(Home(HOME)).url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {to} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {to} TEMPLATE {name} OWNER {OWNER}")


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    names = {alias: connections.settings[alias]["NAME"] for alias in ("default", "owner")}
    _connect(dict.fromkeys(names, name))
    try:
        yield
    finally:
        _connect(names)


def _connect(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections.settings[alias]["NAME"] = connections[alias].settings_dict["NAME"] = name


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised, when all were started together in threads of their own."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


_NUMBERS = itertools.count()


def build() -> Office:
    made = Office()

    def found(key: str, kind: str, name: str, parent: str | None = None, **fields: Any) -> None:
        above = made.units[parent] if parent else None
        made.units[key] = units.found(kind=kind, name=name, parent=above, **fields)

    with acting_as_job("测试"):
        found("区", Unit.Kind.DISTRICT, "测试区", code="519901")
        found("局", Unit.Kind.DEPARTMENT, "区人力资源和社会保障局", "区", short_name="区人社局")
        found("甲街", Unit.Kind.STREET, "甲街道办事处", "区", code="519901001")
        found("乙街", Unit.Kind.STREET, "乙街道办事处", "区", code="519901002")
        found(
            "甲厂", Unit.Kind.ENTERPRISE, "甲厂有限公司", "甲街", code="91519901MA0000001" + _check("91519901MA0000001")
        )
        found(
            "乙厂", Unit.Kind.ENTERPRISE, "乙厂有限公司", "乙街", code="91519901MA0000002" + _check("91519901MA0000002")
        )
        found("工会", Unit.Kind.UNION_FEDERATION, "测试区总工会")
        found("甲厂工会", Unit.Kind.BASIC_UNION, "甲厂工会委员会", "工会", serves=made.units["甲厂"])
    return made


def _check(body: str) -> str:
    from stdnum.cn import uscc

    return uscc.calc_check_digit(body)


@pytest.fixture
def signed_in(office: Office) -> Callable[..., Client]:
    """`signed_in("group_office")`: a browser of someone in that role."""

    def sign_in(role: str, unit: str = "区") -> Client:
        return office.client(office.person(role, unit))

    return sign_in
