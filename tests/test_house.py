"""The rules of the house, each seen to hold, and seen to fail on a planted violation."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connections, models, transaction
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import RequestFactory
from django_scopes.exceptions import ScopeError

from config.database import append_only_tables, unsafe_connection
from jiangtai import ledger, vault
from jiangtai.access import Account, AuditEntry, acting_as, acting_as_job, audit
from jiangtai.kernel import clock, new_id
from jiangtai.ledger.tests.kinds import Greeted
from jiangtai.web.middleware import WriteOnRead, read_only_guard
from tests import house

OURS = [model for model in apps.get_models() if model.__module__.startswith("jiangtai.")]


@pytest.fixture
def planted(tmp_path: Path) -> Any:
    """A copy of the product in which a violation can be planted."""
    for folder in ("config", "jiangtai"):
        shutil.copytree(house.ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(house.ROOT / "pyproject.toml", tmp_path)

    def plant(file: str, line: str) -> Path:
        place = tmp_path / file
        place.parent.mkdir(parents=True, exist_ok=True)
        before = place.read_text(encoding="utf-8") if place.exists() else '"""Planted."""\n'
        place.write_text(f"{before}\n{line}\n", encoding="utf-8")
        return tmp_path

    return plant


# 1, 3: imports point down; inside a domain pages, procedures, rules, facts; a file that is not on the list fails


def lint_imports(root: Path) -> int:
    tool = Path(sys.executable).with_name("lint-imports")
    environment = {"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"}
    return subprocess.run([str(tool), "--no-cache"], cwd=root, env=environment, capture_output=True).returncode


@pytest.mark.house
def test_imports_point_down() -> None:
    assert lint_imports(house.ROOT) == 0


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("jiangtai/kernel/clock.py", "import jiangtai.access"),
        ("jiangtai/access/units.py", "import jiangtai.web"),
        ("jiangtai/domains/administration/queries.py", "from .views import units"),
        ("jiangtai/domains/administration/surprise.py", "x = 1"),
        ("jiangtai/people/linking/evidence.py", "from jiangtai.people.sources import invented"),
    ],
)
def test_an_import_that_points_up_fails(planted: Any, file: str, line: str) -> None:
    assert lint_imports(planted(file, line)) != 0


# 2: a room is met at its face


@pytest.mark.house
def test_rooms_meet_at_their_faces() -> None:
    assert house.past_the_face(house.ROOT) == []


def test_reaching_behind_a_face_fails(planted: Any) -> None:
    root = planted("jiangtai/web/pages.py", "from jiangtai.access.models import Account")
    assert house.past_the_face(root) == ["jiangtai/web/pages.py: jiangtai.access.models"]


@pytest.mark.house
def test_domains_know_one_another_by_facts_only() -> None:
    assert house.between_domains(house.ROOT) == []


HONORS = "jiangtai/domains/honors/"


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        (HONORS + "views.py", "from jiangtai.domains.administration import queries", "administration.queries"),
        (HONORS + "views.py", "from jiangtai.domains import administration", "administration"),
        (HONORS + "views.py", "import jiangtai.domains.administration.queries", "administration.queries"),
        (HONORS + "views.py", "from ..administration.queries import unit_of", "administration.queries.unit_of"),
        (HONORS + "views/desk.py", "from ...administration import queries", "administration.queries"),
        (HONORS + "facts.py", "from jiangtai.domains.administration.facts import Named", "administration.facts.Named"),
        (HONORS + "facts.py", "from .rules import may_be_named", "honors.rules.may_be_named"),
    ],
)
def test_a_domain_that_knows_another_past_its_facts_fails(planted: Any, file: str, line: str, told: str) -> None:
    assert house.between_domains(planted(file, line)) == [f"{file}: jiangtai.domains.{told}"]


@pytest.mark.parametrize(
    "line",
    [
        "from jiangtai.domains.administration.facts import Named",
        "from jiangtai.domains.administration import facts",
        "from . import rules",
        "from .queries import of_unit",
    ],
)
def test_a_domain_may_know_anothers_facts_and_all_of_its_own(planted: Any, line: str) -> None:
    assert house.between_domains(planted(HONORS + "views.py", line)) == []


@pytest.mark.house
def test_files_have_names_that_say_something() -> None:
    assert house.vague_names(house.ROOT) == []


def test_a_vague_name_fails(planted: Any) -> None:
    assert house.vague_names(planted("jiangtai/access/utils.py", "x = 1")) == ["jiangtai/access/utils.py"]


@pytest.mark.house
def test_everything_opens_with_a_sentence() -> None:
    assert house.silent(house.ROOT) == []


def test_a_silent_class_fails(planted: Any) -> None:
    assert house.silent(planted("jiangtai/access/units.py", "class Silent: pass")) == [
        "jiangtai/access/units.py: Silent"
    ]


# 4: rules and facts are pure


@pytest.mark.house
def test_rules_and_facts_are_pure() -> None:
    assert house.impure(house.ROOT) == []


def test_a_rule_that_knows_django_fails(planted: Any) -> None:
    root = planted("jiangtai/domains/administration/rules.py", "from django.db import models")
    assert house.impure(root) == ["jiangtai/domains/administration/rules.py: django.db"]


def test_a_reading_that_knows_django_fails(planted: Any) -> None:
    root = planted("jiangtai/domains/reform/reading/names.py", "from django.db import models")
    assert house.impure(root) == ["jiangtai/domains/reform/reading/names.py: django.db"]


# 5: foreign keys obey the same order


@pytest.mark.house
def test_foreign_keys_point_down() -> None:
    pairs = [
        (model._meta.app_label, field.related_model._meta.app_label)
        for model in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    ]
    assert pairs
    assert house.points_up(pairs) == []


def test_a_foreign_key_that_points_up_fails() -> None:
    assert house.points_up([("access", "web"), ("honors", "skills"), ("honors", "access")]) == [
        "access → web",
        "honors → skills",
    ]


# 6: a GET never writes


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_get_that_writes_raises(method: str, office: Any) -> None:
    def view(request: Any) -> HttpResponse:
        Account.objects.filter(pk=new_id()).update(name="改")
        return HttpResponse()

    def appending(request: Any) -> HttpResponse:
        ledger.append(Greeted(person=ledger.PersonId(new_id()), on=clock.today()), cause=ledger.Cause.act("看"))
        return HttpResponse()

    for one in (view, appending):
        with pytest.raises(WriteOnRead), transaction.atomic():
            read_only_guard(one)(getattr(RequestFactory(), method)("/"))
        read_only_guard(one)(RequestFactory().post("/"))


# 7: what is append-only stays, whoever asks; the application's role owns nothing


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_application_is_an_ordinary_role() -> None:
    assert unsafe_connection() == ""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("jiangtai_app", False, False)


@pytest.fixture
def as_owner() -> Iterator[Any]:
    """A cursor of the tables' owner, in a transaction that is undone."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("BEGIN")
        yield cursor
        cursor.execute("ROLLBACK")


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
@pytest.mark.parametrize("role", ["default", "owner"])
def test_append_only_tables_refuse(role: str, statement: str) -> None:
    tables = {
        model._meta.db_table: model._meta.pk.column for model in OURS if model._meta.db_table in append_only_tables()
    }
    assert {"access_auditentry", "access_auditleaf", "access_auditseal", "vault_erasure"} <= set(tables)
    for table, key in tables.items():
        with transaction.atomic(role), connections[role].cursor() as cursor:
            if role == "owner":
                _plant_row(cursor, table)
            with pytest.raises(DatabaseError), transaction.atomic(role):
                cursor.execute(statement.format(table, key))
            transaction.set_rollback(True, role)


def _plant_row(cursor: Any, table: str) -> None:
    """One row of any shape: constraints are the table's, so each column gets a value of its type."""
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
        " AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    )
    fresh = {
        "uuid": f"'{new_id()}'", "timestamp with time zone": "now()", "date": "current_date", "jsonb": "'{}'",
        "bytea": "'\\x00'", "bigint": "1", "integer": "1", "smallint": "1", "boolean": "true",
    }  # fmt: skip
    columns = cursor.fetchall()
    names = ", ".join(f'"{name}"' for name, _ in columns)
    values = ", ".join(fresh.get(kind, "'x'") for _, kind in columns)
    cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({values})")


def test_the_list_of_append_only_tables_follows_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "access_account" not in append_only_tables()
    monkeypatch.setattr(Account, "is_append_only", True, raising=False)
    assert "access_account" in append_only_tables()


# 8: a query outside a scope raises; row-level security stands behind vault and audit


@pytest.mark.django_db
def test_a_query_outside_a_scope_raises() -> None:
    scoped = [model for model in OURS if type(model._default_manager).__qualname__.startswith("ScopedManager")]
    assert {"Unit", "Grant", "Inquiry", "Liaison", "ParameterValue"} <= {model.__name__ for model in scoped}
    for model in scoped:
        with pytest.raises(ScopeError):
            list(model._default_manager.all())


def test_scope_ends_at_the_branch(office: Any) -> None:
    from jiangtai.access import Unit

    with acting_as(office.person("unit_admin", "甲街")):
        assert {str(unit) for unit in Unit.objects.all()} == {"甲街道办事处", "甲厂有限公司"}
    with acting_as(office.person("group_office")):
        assert Unit.objects.count() == len(office.units)


def test_the_vault_opens_only_within_reach(office: Any) -> None:
    subject, path = new_id(), office.units["甲厂"].path
    with acting_as_job("测试"):
        vault.put(subject, "liaison.phone", "13800000000", path=path, findable=True)
    seen = {
        ("group_office", "区"): True,
        ("unit_admin", "甲街"): True,
        ("unit_admin", "乙街"): False,
        ("system_admin", "区"): False,
        ("security_admin", "区"): False,
        ("audit_admin", "区"): False,
    }
    for (role, unit), may in seen.items():
        with acting_as(office.person(role, unit)):
            assert (vault.get(subject, "liaison.phone") == "13800000000") is may, role
            assert bool(vault.Entry.objects.count()) is may
            assert bool(vault.find("liaison.phone", "13800000000")) is may
    assert vault.Entry.objects.count() == 0  # nobody acts


def test_the_audit_is_read_by_the_auditor_and_by_oneself(office: Any) -> None:
    office_worker, system = office.person("group_office"), office.person("system_admin")
    with acting_as(office_worker):
        mine = audit.record("export")
        assert list(AuditEntry.objects.all()) == [mine]
    with acting_as(system):
        assert not AuditEntry.objects.filter(pk=mine.pk).exists()
    with acting_as(office.person("audit_admin")):
        assert AuditEntry.objects.filter(pk=mine.pk).exists()


# 10: no signals in domains


@pytest.mark.house
def test_domains_listen_to_no_signals() -> None:
    assert house.signals_in_domains(house.ROOT) == []


def test_a_signal_in_a_domain_fails(planted: Any) -> None:
    root = planted(
        "jiangtai/domains/administration/actions.py",
        "from django.db.models import signals\nsignals.post_save.connect(receiver)",
    )
    assert house.signals_in_domains(root) == ["jiangtai/domains/administration/actions.py: receiver"]


# One clock, strict pages, migrations and templates that fit the code


@pytest.mark.parametrize(
    "line",
    ["from datetime import datetime\nx = datetime.now()", "from django.utils import timezone\nx = timezone.now()"],
)
def test_a_second_clock_fails(planted: Any, line: str) -> None:
    root = planted("jiangtai/access/second_clock.py", line)
    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run(
        [str(ruff), "check", "--no-cache", "jiangtai/access/second_clock.py"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "TID251" in done.stdout


@pytest.mark.house
def test_pages_carry_nothing_inline() -> None:
    assert house.inline_in_templates(house.ROOT) == []


@pytest.mark.parametrize(
    "line", ["<script>alert(1)</script>", '<p style="color:red">', '<a onclick="x()">', "<style>a{}</style>"]
)
def test_something_inline_fails(planted: Any, line: str) -> None:
    assert house.inline_in_templates(planted("jiangtai/web/templates/web/planted.html", line)) == [
        "jiangtai/web/templates/web/planted.html"
    ]


@pytest.mark.house
@pytest.mark.django_db
def test_migrations_are_up_to_date() -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


@pytest.mark.house
def test_every_template_compiles() -> None:
    names = [path for path in (house.ROOT / "jiangtai").rglob("templates/**/*") if path.suffix in (".html", ".svg")]
    for path in names:
        get_template(str(path).split("/templates/", 1)[1])
    assert names
