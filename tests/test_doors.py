"""Every door: each address × each role answers as its page declares, and a neighbour's object is not there."""

import html
import json
import logging
import re
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from config.urls import CLOSED
from jiangtai.access import PERMISSIONS, ROLES, AuditEntry, Duty, acting_as_job
from jiangtai.flows import Round
from jiangtai.flows.tests.sample import NameSample
from jiangtai.web import OFFICE, PUBLIC, SIGNED_IN, WORKER, FormPage, Page, every_page, page
from tests import doors
from tests.branches import Town, build
from tests.office import Office
from tests.office import build as build_office

WORDS = (PUBLIC, SIGNED_IN, WORKER, OFFICE)
WHO = [*ROLES, "worker", "anonymous"]
# Where a GET by someone who is let in does not simply show a page.
ANSWERS = {"home": 302, "phone.code": 302, "phone.new": 302, "phone.confirm": 302, "web.session.end": 405}
# Pages that stand open, and show what they name to some of those who are let in only.
NEEDS: dict[str, Callable[[str], bool]] = {
    "web.pick": lambda who: admitted(who, "units.view"),
    "cases.open": lambda who: who == NameSample.opens.role,
    "exports.show": lambda who: False,  # only whoever asked for it
    "facts.proof": lambda who: admitted(who, "honors.view") or admitted(who, "people.view"),  # it is of an honour
    "measures.designate": lambda who: False,  # at the top only
    **dict.fromkeys(  # not at a street: they set all streets side by side
        ("pilots.batches.candidates", "pilots.batches.confirm", "pilots.compare", "pilots.compare.rows"),
        lambda who: False,
    ),
}
# The interface: what its addresses are, and what is sent there.
OPERATIONS = {
    "list_flows": None,
    "get_flow": None,
    "get_inbox": None,
    "list_cases": None,
    "open_case": {"flow": NameSample.key, "subject": "李乙"},
    "get_case": None,
    "decide": {"seat": "00000000-0000-0000-0000-000000000000", "outcome": "notice"},
    "withdraw": {"reason": "试试"},
    "appeal": {"reason": "试试"},
}
# The sign-in library's addresses: what a stranger, a worker and an officer get. Nobody signs up, resets a password or
# keeps an e-mail address here, so those addresses are not there; a worker has neither password nor second factor.
LIBRARY = {
    "account": (302, 302, 302),
    "account_login": (200, 302, 302),
    "account_logout": (302, 200, 200),
    "account_inactive": (200, 200, 200),
    "account_reauthenticate": (302, 403, 200),
    "account_change_password": (302, 403, 200),
    "mfa_index": (302, 403, 200),
    "mfa_authenticate": (302, 403, 302),
    "mfa_reauthenticate": (302, 403, 302),
    "mfa_activate_totp": (302, 403, 200),
    "mfa_deactivate_totp": (302, 403, 404),
    "mfa_view_recovery_codes": (302, 403, 404),
    "mfa_generate_recovery_codes": (302, 403, 200),
    "mfa_download_recovery_codes": (302, 403, 404),
    "mfa_list_webauthn": (302, 403, 200),
    "mfa_add_webauthn": (302, 403, 200),
    "mfa_reauthenticate_webauthn": (302, 403, 302),
    "mfa_remove_webauthn": (302, 403, 404),
    "mfa_edit_webauthn": (302, 403, 404),
    "usersessions_list": (302, 200, 200),
}


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    """Both branches, built once: each test walks in a savepoint of the one transaction that is never kept."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(build_office())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refusals are meant here; what they write into the log is tested in the room of the web."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def town(built: Town, django_db_blocker: Any) -> Iterator[Town]:
    """The office with both branches; what a test adds is gone after it."""
    office = Office(dict(built.office.units), dict(built.office.people))
    with django_db_blocker.unblock(), transaction.atomic():
        yield replace(built, office=office, ours=copy(built.ours))
        transaction.set_rollback(True)


@pytest.fixture
def come(town: Town) -> Callable[[str], Client]:
    """A browser of someone: a role held at our street, a worker of our firm, or nobody."""

    def sit(who: str) -> Client:
        if who == "anonymous":
            return Client()
        account = town.ours.worker if who == "worker" else town.office.person(who, "甲街")
        town.tell(account)
        return town.office.client(account)

    return sit


def pages() -> list[Any]:
    """Every page of the house; loading the addresses is what registers them."""
    assert get_resolver().url_patterns
    return list(every_page())


def admitted(who: str, permission: str) -> bool:
    """Whether the table of roles lets someone in; written apart from the product's own function."""
    if permission in WORDS:
        is_office = who in ROLES
        return {PUBLIC: True, SIGNED_IN: who != "anonymous", OFFICE: is_office, WORKER: who == "worker"}[permission]
    return who in PERMISSIONS[permission][1]


def expected(who: str, one: Any) -> int:
    """The status that the declared permission asks for."""
    if not admitted(who, one.kind.permission):
        return 302 if who == "anonymous" else 403
    if one.name in NEEDS and not NEEDS[one.name](who):
        return 404
    return ANSWERS.get(one.name, 200)


def contents() -> dict[str, str]:
    """A digest of every row of every table that a refused request must leave alone."""
    told = {"access_auditentry", "django_session", "usersessions_usersession", "kernel_cache"}
    with acting_as_job("测试"), connection.cursor() as cursor:
        found = {}
        for table in sorted(set(connection.introspection.table_names(cursor)) - told):
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t")
            found[table] = cursor.fetchone()[0]
    return found


@pytest.mark.parametrize("who", WHO)
def test_every_page_opens_to_whom_it_says_and_leads_to_no_closed_door(who, come, town):
    """Whoever is shown a link may follow it: of those that lead to a page of one kind, the first is followed."""
    client, faults, opened, leads = come(who), [], set(), {}
    for one in pages():
        path = town.address(one)
        response = client.get(path)
        page = b"".join(response)  # a file is closed when it was read
        if response.status_code != expected(who, one):
            faults.append(f"{one.name}: {response.status_code}, not {expected(who, one)}")
        if who == "anonymous" and expected(who, one) == 302 and one.kind.permission != PUBLIC:
            assert response.url.startswith("/account/login/?next="), one.name
        if response.status_code == 200:
            opened.add(path)
            for target in set(re.findall(r'href="(/[^"#]*)', page.decode(errors="replace"))) - opened:
                leads.setdefault(_route(target), (one.name, html.unescape(target)))
    for name, target in leads.values():
        answer = client.get(target) if target not in opened else None
        if answer is not None and b"".join(answer) and answer.status_code in (403, 404):
            faults.append(f"{name} leads to {target}: {answer.status_code}")
    assert not faults, "\n".join(faults)


def _route(path: str) -> str:
    """Which page answers at an address; a file or anything else by its address."""
    try:
        return resolve(path.partition("?")[0]).url_name or path
    except Resolver404:
        return path


@pytest.mark.parametrize("who", WHO)
def test_a_neighbours_object_is_not_there(who, come, town):
    client, faults = come(who), []
    before = contents()
    for one in object_pages():
        if one.name in town.of_nobody or not admitted(who, one.kind.permission):
            continue
        path = town.address(one, theirs=True)
        answers = [client.post(path, {"reason": "试试", "role": "liaison"}).status_code]
        if "get" in one.kind.http_method_names:
            answers.append(client.get(path).status_code)
        if set(answers) != {404}:
            faults.append(f"{one.name}: {answers}")
    assert not faults, "\n".join(faults)
    assert contents() == before


def test_a_neighbours_second_object_is_not_there_under_ours(come, town):
    """The case is ours, the paper another's: one address cannot borrow the right of the other."""
    clients = {who: come(who) for who in ("group_office", "union_officer", "worker", "anonymous")}
    found, before = [], contents()
    for one, path in ((one, town.crossed(one)) for one in object_pages()):
        if path:
            found.append(one.name)
            client = next(client for who, client in clients.items() if admitted(who, one.kind.permission))
            posted = {client.post(path, {"reason": "试试"}).status_code} if hasattr(one.kind, "post") else set()
            assert {client.get(path).status_code} | posted == {404}, one.name
    assert {"cases.paper", "cases.letter", "cases.mine.paper", "notices.object", "notices.object_here"} <= set(found)
    assert contents() == before


@pytest.mark.parametrize("who", WHO)
def test_a_post_without_permission_is_refused_and_changes_nothing(who, come, town):
    client, faults = come(who), []
    targets = [(one, town.address(one)) for one in pages() if not admitted(who, one.kind.permission)]
    before = contents()
    for one, path in targets:
        status = client.post(path, {"reason": "试试", "sure": "注销", "confirmed": "1"}).status_code
        if status != expected(who, one):
            faults.append(f"{one.name}: {status}")
    assert not faults, "\n".join(faults)
    assert contents() == before
    assert targets, "this role may do everything"


def test_every_refusal_stands_in_the_audit(come, town):
    refused = [one for one in pages() if not admitted("leader", one.kind.permission)]
    client, paths = come("leader"), [town.address(one) for one in refused]
    with acting_as_job("测试"):
        walked = list(AuditEntry.objects.values_list("pk", flat=True))  # what a walk before it committed
    for path in paths:
        client.post(path)
    with acting_as_job("测试"):
        told = AuditEntry.objects.filter(action="refused", outcome="refused", details__status=403)
        told = told.exclude(pk__in=walked)
        assert sorted(told.values_list("request", flat=True)) == sorted(
            f"POST {path.partition('?')[0]}" for path in paths
        )


def test_every_page_declares_a_permission_that_somebody_holds():
    for one in pages():
        assert one.kind.permission in WORDS or PERMISSIONS[one.kind.permission][1], one.name
    with pytest.raises(Exception, match="permission"):
        page("nowhere/", type("Forgetful", (Page,), {"title": "忘了写"}), "nowhere")


def test_no_door_was_loosened_unseen():
    """A page whose permission became another valid one, or a role that gained one, shows here."""
    now, then = doors.table(), doors.committed()
    changed = [f"{name}: {then.get(name, '—')} → {now.get(name, '—')}" for name in now.keys() | then.keys()
               if now.get(name) != then.get(name)]  # fmt: skip
    assert not changed, "\n".join([*sorted(changed), "if this is meant: .venv/bin/python -m tests.doors"])


def test_a_loosened_door_is_seen(monkeypatch):
    audit_list = next(one for one in pages() if one.name == "audit.list")
    monkeypatch.setattr(audit_list.kind, "permission", "units.view")
    with pytest.raises(AssertionError, match=r"audit\.list: audit_admin → "):
        test_no_door_was_loosened_unseen()


def test_a_page_that_forgets_whose_its_objects_are_is_seen(come, town, monkeypatch):
    monkeypatch.setattr("jiangtai.flows.pages.rounds.HeldRound.objects", lambda page: Round.unscoped.all())
    with pytest.raises(AssertionError, match=r"rounds\.edit: \[422, 200\]"):
        test_a_neighbours_object_is_not_there("union_officer", come, town)


def test_the_three_administrators_and_business_share_no_permission_over_data():
    three = {role.key for role in ROLES.values() if role.duty in (Duty.SYSTEM, Duty.SECURITY, Duty.AUDIT)}
    for name in ("inquiries.ask", "inquiries.answer", "liaisons.view", "phones.reveal", "groups.change"):
        assert not three & set(PERMISSIONS[name][1]), name
    business = set(ROLES) - three
    for name in ("audit.view", "audit.export", "accounts.unlock", "grants.change_admins", "jobs.view"):
        assert not business & set(PERMISSIONS[name][1]), name


def test_every_address_is_a_page_or_one_of_the_sign_in_library():
    ours = {one.name for one in pages()}
    names = {pattern.name for pattern in patterns(get_resolver().url_patterns)}
    closed = {f"account_{name}" for name in CLOSED}
    assert names - ours == set(LIBRARY) | closed | set(OPERATIONS) | {"openapi-json", "api-root"}


@pytest.mark.parametrize("who", WHO)
def test_the_interface_opens_to_whom_the_pages_do_and_to_nobody_else(who, come, town):
    client, before = come(who), contents()
    is_in = who == "worker" or admitted(who, "cases.view")
    refused = 401 if who == "anonymous" else 403
    case = town.ours.claim if who == "worker" else town.ours.case
    for name, sent in OPERATIONS.items():
        needs_id = name in ("get_case", "decide", "withdraw", "appeal")
        if not needs_id:
            answers = [(ask(client, name, sent, {"key": NameSample.key} if name == "get_flow" else {}),
                        (422, 403) if sent else (200,))]  # fmt: skip
        else:
            theirs = town.theirs.claim if who == "worker" else town.theirs.case
            answers = [(ask(client, name, sent, {"id": theirs.pk}), (404,))]
            answers += [(ask(client, name, sent, {"id": case.pk}), (200,))] if sent is None else []
        for status, right in answers:
            assert status in right if is_in else status == refused, (name, status)
    assert contents() == before


def ask(client: Client, name: str, sent: dict[str, str] | None, where: dict[str, Any]) -> int:
    """What the interface answers."""
    path = reverse(f"api:{name}", kwargs=where)
    if sent is None:
        return int(client.get(path).status_code)
    return int(client.post(path, json.dumps(sent), content_type="application/json").status_code)


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("who", ["anonymous", "worker", "liaison"])
def test_what_an_office_does_not_have_is_not_there(who, name, come):
    assert come(who).get(reverse(f"account_{name}")).status_code in (403, 404)


@pytest.mark.parametrize(("who", "place"), [("anonymous", 0), ("worker", 1), ("liaison", 2)])
def test_the_sign_in_librarys_addresses(who, place, come):
    client, faults = come(who), []
    for name, statuses in LIBRARY.items():
        path = reverse(name, kwargs={"pk": 1} if name in ("mfa_remove_webauthn", "mfa_edit_webauthn") else {})
        status = client.get(path).status_code
        if status != statuses[place]:
            faults.append(f"{name}: {status}, not {statuses[place]}")
    assert not faults, "\n".join(faults)


def object_pages() -> list[Any]:
    """The pages whose address names an object."""
    return [one for one in pages() if one.url is None]


def patterns(found: list[Any]) -> Iterator[URLPattern]:
    """Every address of the house."""
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns)
        else:
            yield one


def test_every_page_that_writes_is_walked():
    """The POST test above reaches every form and every act."""
    writing = {one.name for one in pages() if issubclass(one.kind, FormPage)}
    walked = {one.name for one in pages() if any(not admitted(who, one.kind.permission) for who in WHO)}
    public = {one.name for one in pages() if one.kind.permission == PUBLIC}
    assert writing - public <= walked
