"""The audit: ordered, sealed, and every change to it found."""

import pytest
from django.db import connections

from jiangtai.access import acting_as_job, audit
from jiangtai.access.models import AuditEntry, AuditLeaf, AuditSeal
from jiangtai.kernel import Cluster, Home, log, merkle
from tests.home import HOME
from tests.office import at_once

THIRD = "(SELECT entry_id FROM access_auditleaf WHERE position = 3)"


def write(number=1):
    with acting_as_job("测试"):
        return [audit.record("export", reason=f"第{one}次", details={"n": one, "字": "𠮷"}) for one in range(number)]


@pytest.mark.django_db
def test_the_head_is_the_root_of_the_rfc_tree(office):
    write(7)
    head = audit.seal()
    with acting_as_job("测试"):
        entries = [leaf.entry for leaf in AuditLeaf.objects.order_by("position")]
        assert head.size == len(entries) == AuditEntry.objects.count()
        assert head.root == merkle.root([audit.leaf(entry) for entry in entries])
    assert audit.verify() == []


@pytest.mark.django_db
def test_a_seal_continues_the_one_before(office):
    first = audit.seal()
    write(3)
    second = audit.seal()
    with acting_as_job("测试"):
        digests = [bytes(row.digest) for row in AuditLeaf.objects.order_by("position")]
    proof = merkle.consistency_proof(digests, first.size)
    assert merkle.verify_consistency(first.size, second.size, first.root, second.root, proof)
    assert audit.seal().root == second.root  # nothing new, nothing sealed


@pytest.mark.django_db
def test_an_undeclared_action_is_an_error(office):
    with pytest.raises(KeyError):
        audit.record("nonsense")


@pytest.fixture
def superuser(twin):
    """A connection of the database's superuser, who can do anything, and is found out."""
    import psycopg

    write(6)
    audit.seal()
    assert audit.verify() == []
    url = Cluster(Home(HOME)).url("postgres", "jiangtai_twin")
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
        connection.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE access_auditentry SET reason = '改过' WHERE id = {THIRD}",
        f"UPDATE access_auditentry SET made_at = made_at - interval '1 day' WHERE id = {THIRD}",
        "DELETE FROM access_auditleaf WHERE position = 2",
        "DELETE FROM access_auditleaf WHERE position = (SELECT max(position) FROM access_auditleaf)",
        "UPDATE access_auditleaf SET position = -position WHERE position IN (1, 2);"
        "UPDATE access_auditleaf SET position = 3 + position WHERE position IN (-1, -2)",
        "UPDATE access_auditseal SET root = sha256('x') WHERE size = (SELECT max(size) FROM access_auditseal)",
    ],
)
def test_a_superuser_who_rewrites_is_found(superuser, statement, monkeypatch):
    superuser.execute(statement)
    faults = _verify_inside(superuser, monkeypatch)
    assert faults


def _verify_inside(connection, monkeypatch):
    """Verify what the superuser's own transaction sees, so that it can be undone."""
    import uuid as ids

    from jiangtai.access.models import AuditEntry

    entries = connection.execute("SELECT id FROM access_auditentry").fetchall()
    assert entries
    columns = [field.attname for field in AuditEntry._meta.concrete_fields]
    select = ", ".join(f'"{field.column}"' for field in AuditEntry._meta.concrete_fields)
    rows = {row[columns.index("id")]: row for row in connection.execute(f"SELECT {select} FROM access_auditentry")}
    leaves = connection.execute("SELECT position, entry_id, digest FROM access_auditleaf ORDER BY position").fetchall()
    seals = connection.execute("SELECT size, root FROM access_auditseal").fetchall()
    built = [
        AuditLeaf(position=position, entry=AuditEntry(**dict(zip(columns, rows[entry], strict=True))), digest=digest)
        for position, entry, digest in leaves
    ]
    assert isinstance(entries[0][0], ids.UUID)
    return list(log.faults_of(audit.checked(built), {size: bytes(root) for size, root in seals}))


def test_many_writers_at_once_lose_no_place(twin):
    def writing():
        return write(5)

    at_once(*[writing] * 4, audit.seal, audit.seal)
    audit.seal()
    with acting_as_job("测试"):
        positions = list(AuditLeaf.objects.order_by("position").values_list("position", flat=True))
        assert positions == list(range(len(positions)))
        assert len(positions) == AuditEntry.objects.count()
        assert AuditSeal.objects.order_by("-size").first().size == len(positions)
    assert audit.verify() == []
    connections["default"].close()
