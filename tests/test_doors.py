"""Every door: each address × each role answers as its page declares, and a neighbour's object is not there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from config.urls import CLOSED
from jiangtai.access import (
    PERMISSIONS,
    ROLES,
    Account,
    AuditEntry,
    Duty,
    Unit,
    accounts,
    acting_as,
    acting_as_job,
    groups,
    inquiries,
    jobs,
)
from jiangtai.kernel import clock, keep_file
from jiangtai.web import OFFICE, PUBLIC, SIGNED_IN, WORKER, FormPage, Page, every_page, page
from tests import doors
from tests.office import Office

WORDS = (PUBLIC, SIGNED_IN, WORKER, OFFICE)
WHO = [*ROLES, "worker", "anonymous"]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
LIAISON = {"name": "张毅", "position": "科员", "phone": "19900010001"}

# Where a GET by someone who is let in does not simply show a page.
ANSWERS = {"home": 302, "phone.code": 302, "phone.new": 302, "phone.confirm": 302, "web.session.end": 405}
# Objects that belong to no unit's branch: a group's name is no secret, the audit is one, a token is its own key.
OF_NOBODY = {
    *("web.pick", "web.gallery.trouble", "groups.show", "groups.join", "parameters.show", "parameters.set"),
    *("audit.show", "audit.proof", "jobs.retry", "inquiries.by_link", "accounts.activate"),
}
# The sign-in library's addresses: what a stranger, a worker and an officer get. Nobody signs up, resets a password or
# keeps an e-mail address here, so those addresses are not there; a worker has neither password nor second factor.
LIBRARY = {
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


@dataclass
class Branch:
    """One street with its firm, and one object of every kind that stands there."""

    street: Unit
    firm: Unit
    account: Account
    open: Any
    own: Any
    answered: Any
    member: Any

    def arguments(self, name: str) -> dict[str, Any]:
        """The address's arguments for a page about one of them."""
        room = name.partition(".")[0]
        found = {
            "liaisons.reveal": lambda: self.answered.liaison_set.get().pk,
            "groups.leave": lambda: self.member.pk,
            "groups.show": lambda: self.member.group_id,
            "groups.join": lambda: self.member.group_id,
            "inquiries.letter": lambda: self.answered.pk,
            "inquiries.answer": lambda: self.own.pk,
            "grants.revoke": lambda: self.account.grants.get().pk,
            "grants.new": lambda: self.account.pk,
            "units": lambda: self.firm.pk,
            "accounts": lambda: self.account.pk,
            "inquiries": lambda: self.open.pk,
        }
        with acting_as_job("测试"):
            return {"id": (found.get(name) or found[room])()}


@pytest.fixture
def branches(office: Office) -> tuple[Branch, Branch]:
    """Ours, and the neighbours'."""
    return _branch(office, "甲"), _branch(office, "乙")


def _branch(office: Office, letter: str) -> Branch:
    street, firm = office.units[f"{letter}街"], office.units[f"{letter}厂"]
    account = office.person("liaison", f"{letter}厂")
    with acting_as(office.person("group_office")) as who:
        due = clock.today() + timedelta(days=9)
        scan = keep_file(SimpleUploadedFile("来函.pdf", PDF), allowed={"pdf"}, max_bytes=2**20, by=who.actor)
        asked = inquiries.ask(firm, "liaison", due=due)
        inquiries.answer(asked, LIAISON, letter=inquiries.Letter(scan, f"{letter}函〔2026〕1号", clock.today()))
        again, own = inquiries.ask(firm, "liaison", due=due), inquiries.ask(street, "liaison", due=due)
        member = groups.join(groups.make(f"{letter}产业生态圈", ""), firm, clock.today())
    return Branch(street, firm, account, again, own, asked, member)


@pytest.fixture
def address(branches: tuple[Branch, Branch], office: Office) -> Callable[..., str]:
    """`address(page, theirs=False)`: the page's address with an object of our branch, or of the neighbours'."""
    with acting_as_job("测试"):
        number = jobs.seal_audit.defer(timestamp=0)
        with connection.cursor() as cursor:
            for state in ("doing", "failed"):
                cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [state, number])
        entry = AuditEntry.objects.first()
        _, token = accounts.open_account(username="newcomer", name="马超", unit=office.units["甲厂"])
    of_nobody: dict[str, Callable[[], dict[str, Any]]] = {
        "web.pick": lambda: {"source": "单位"},
        "web.gallery.trouble": lambda: {"kind": "404"},
        "parameters.show": lambda: {"key": "access.inquiry_days"},
        "parameters.set": lambda: {"key": "access.inquiry_days"},
        "audit.show": lambda: {"id": entry.pk},
        "audit.proof": lambda: {"id": entry.pk},
        "jobs.retry": lambda: {"id": number},
        "web.session.end": lambda: {"id": 1},
        "accounts.activate": lambda: {"token": token},
        "inquiries.by_link": lambda: {"token": office.link("inquiry", branches[0].open.pk)},
    }

    def find(one: Any, theirs: bool = False) -> str:
        if one.url is not None:
            return str(one.url)
        if one.name in of_nobody:
            return reverse(one.name, kwargs=of_nobody[one.name]())
        return reverse(one.name, kwargs=branches[theirs].arguments(one.name))

    return find


@pytest.fixture
def come(office: Office) -> Callable[[str], Client]:
    """A browser of someone: a role held at our street, a worker, or nobody."""

    def sit(who: str) -> Client:
        if who == "anonymous":
            return Client()
        account = accounts.worker_of_phone("19900000007") if who == "worker" else office.person(who, "甲街")
        return office.client(account)

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
    if one.name == "web.pick":
        return 200 if admitted(who, "units.view") else 404
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
def test_every_page_opens_to_whom_it_says_and_to_nobody_else(who, come, address):
    client, faults = come(who), []
    for one in pages():
        path = address(one)
        response = client.get(path)
        b"".join(response)  # a file is closed when it was read
        if response.status_code != expected(who, one):
            faults.append(f"{one.name}: {response.status_code}, not {expected(who, one)}")
        if who == "anonymous" and expected(who, one) == 302 and one.kind.permission != PUBLIC:
            assert response.url.startswith("/account/login/?next="), one.name
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("who", WHO)
def test_a_neighbours_object_is_not_there(who, come, address):
    client, faults = come(who), []
    before = contents()
    for one in object_pages():
        if one.name in OF_NOBODY or not admitted(who, one.kind.permission):
            continue
        path = address(one, theirs=True)
        answers = [client.post(path, {"reason": "试试", "role": "liaison"}).status_code]
        if "get" in one.kind.http_method_names:
            answers.append(client.get(path).status_code)
        if set(answers) != {404}:
            faults.append(f"{one.name}: {answers}")
    assert not faults, "\n".join(faults)
    assert contents() == before


@pytest.mark.parametrize("who", WHO)
def test_a_post_without_permission_is_refused_and_changes_nothing(who, come, address):
    client, faults = come(who), []
    targets = [(one, address(one)) for one in pages() if not admitted(who, one.kind.permission)]
    before = contents()
    for one, path in targets:
        status = client.post(path, {"reason": "试试", "sure": "注销", "confirmed": "1"}).status_code
        if status != expected(who, one):
            faults.append(f"{one.name}: {status}")
    assert not faults, "\n".join(faults)
    assert contents() == before
    assert targets, "this role may do everything"


def test_every_refusal_stands_in_the_audit(come, address):
    refused = [one for one in pages() if not admitted("leader", one.kind.permission)]
    client, paths = come("leader"), [address(one) for one in refused]
    for path in paths:
        client.post(path)
    with acting_as_job("测试"):
        told = AuditEntry.objects.filter(action="refused", outcome="refused", details__status=403)
        assert sorted(told.values_list("request", flat=True)) == sorted(f"POST {path}" for path in paths)


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
    assert names - ours == set(LIBRARY) | {f"account_{name}" for name in CLOSED}


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
