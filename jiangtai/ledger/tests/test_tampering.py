"""A superuser rewrites the ledger behind our back: every way is found, and the first row that does not fit is named."""

from datetime import date

import psycopg
import pytest

from jiangtai import ledger
from jiangtai.access import acting_as_job
from jiangtai.kernel import Cluster, Home, clock, merkle, new_id
from jiangtai.ledger import Cause, PersonId
from jiangtai.ledger.models import LOG, FactRow, Leaf, Seal, Waiting
from jiangtai.ledger.seals import digest
from jiangtai.ledger.write import COLUMNS
from tests.home import HOME
from tests.office import at_once

from .kinds import BadgeGiven, Level

BY = Cause.act("测试")
TABLES = "ledger_factrow, ledger_leaf, ledger_node, ledger_seal, ledger_waiting"


@pytest.fixture
def superuser():
    """A connection that no trigger and no right holds back."""
    with psycopg.connect(Cluster(Home(HOME)).url("postgres", "jiangtai_twin"), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"TRUNCATE {TABLES}")  # other tests commit facts here too
        yield connection
        connection.execute(f"TRUNCATE {TABLES}")


@pytest.fixture
def job():
    with acting_as_job("测试"):
        yield


pytestmark = pytest.mark.usefixtures("twin", "superuser", "job")


def write(twin, count=5):
    return [
        ledger.append(
            BadgeGiven(
                person=PersonId(new_id()),
                level=Level.ONE,
                unit=twin.units["甲厂"].id,
                on=date(2026, 3, 2),
                nickname="甲",
            ),
            cause=BY,
        )
        for _ in range(count)
    ]


@pytest.fixture
def five(twin):
    """Five sealed facts."""
    written = write(twin)
    ledger.seal()
    assert ledger.verify().faults == []
    return written


ALTERED = ("day = day - 1", 'payload = \'{"level": "two"}\'', "subject = gen_random_uuid()", "secret = NULL", "by = id")


@pytest.mark.parametrize("change", ALTERED)
def test_an_altered_row(five, superuser, change):
    superuser.execute(f"UPDATE ledger_factrow SET {change} WHERE id = %s", [five[2]])
    (fault,) = ledger.verify().faults
    assert fault.startswith(f"第 3 条（{five[2]}")
    assert "内容与封存时不一致" in fault


def test_a_dropped_row(five, superuser):
    superuser.execute("DELETE FROM ledger_factrow WHERE id = %s", [five[1]])
    assert ledger.verify().faults[0].startswith(f"第 2 条（{five[1]}）的事实已不在库中")


def test_a_dropped_row_with_its_place(five, superuser):
    superuser.execute("DELETE FROM ledger_factrow WHERE id = %s", [five[1]])
    superuser.execute("DELETE FROM ledger_leaf WHERE fact = %s", [five[1]])
    assert ledger.verify().faults[0].startswith("第 2 条缺失")


def test_the_end_cut_off(five, superuser):
    for table, column in (("ledger_factrow", "id"), ("ledger_leaf", "fact")):
        superuser.execute(f"DELETE FROM {table} WHERE {column} = %s", [five[4]])
    assert ledger.verify().faults == ["封存了 5 条，现只有 4 条"]


def test_two_rows_in_another_order(five, superuser):
    superuser.execute("UPDATE ledger_leaf SET position = 99 WHERE fact = %s", [five[1]])
    superuser.execute("UPDATE ledger_leaf SET position = 1 WHERE fact = %s", [five[2]])
    superuser.execute("UPDATE ledger_leaf SET position = 2 WHERE fact = %s", [five[1]])
    faults = ledger.verify().faults
    assert faults[0].startswith(f"第 2 条（{five[2]}")
    assert any("前 5 条的根与封存的根不一致" in fault for fault in faults)


COPIED = "made_at, type, subject, day, until, ends, reverses, payload, secret, cause, cause_id, cause_step, by, stamp"
INSERTED = (
    f"INSERT INTO ledger_factrow (id, unit_id, {COPIED}) SELECT %s, unit_id, {COPIED} FROM ledger_factrow WHERE id = %s"
)


@pytest.mark.parametrize("is_listed", [False, True])
def test_an_inserted_row(five, superuser, is_listed):
    new = new_id()
    superuser.execute(INSERTED, [new, five[0]])
    if is_listed:
        superuser.execute("INSERT INTO ledger_waiting VALUES (%s)", [new])
    (fault,) = ledger.verify().faults
    assert str(new) in fault
    assert ("防伪戳不符" if is_listed else "不在待定位之列") in fault


def test_an_inserted_row_that_was_even_sealed(five, superuser):
    new = new_id()
    superuser.execute(INSERTED, [new, five[0]])
    superuser.execute("INSERT INTO ledger_waiting VALUES (%s)", [new])
    ledger.seal()
    assert ledger.verify().faults == [f"第 6 条（{new}，ledger.BadgeGiven）不是本系统写入的：防伪戳不符"]


def test_a_back_dated_row(five, superuser):
    superuser.execute("UPDATE ledger_factrow SET made_at = made_at - interval '1 year' WHERE id = %s", [five[3]])
    assert ledger.verify().faults[0].startswith(f"第 4 条（{five[3]}")


def test_an_unsealed_row_altered_or_lost(five, twin, superuser):
    (fresh,) = write(twin, 1)
    assert ledger.tail() == ledger.verify().tail == 1
    superuser.execute("UPDATE ledger_factrow SET day = day - 1 WHERE id = %s", [fresh])
    assert "防伪戳不符" in ledger.verify().faults[0]
    superuser.execute("DELETE FROM ledger_factrow WHERE id = %s", [fresh])
    assert ledger.verify().faults == [f"待定位的事实（{fresh}）已不在库中"]


def test_rows_and_roots_rewritten_are_caught_by_a_seal_kept_outside(five, superuser, tmp_path):
    ledger.write_seal(tmp_path / "seal.json")
    outside = ledger.read_seal(tmp_path / "seal.json")
    superuser.execute("UPDATE ledger_factrow SET day = day - 1 WHERE id = %s", [five[0]])
    rewrite(superuser)
    # Stamps are the application's own, so the forger needs that key too; suppose that this one has it.
    faults = ledger.verify(outside).faults
    assert any("与库外封印" in fault for fault in faults)
    superuser.execute("UPDATE ledger_factrow SET day = day + 1 WHERE id = %s", [five[0]])
    rewrite(superuser)
    assert ledger.verify(outside).faults == []


def test_a_shorter_ledger_than_the_seal_kept_outside(five, superuser, tmp_path):
    ledger.write_seal(tmp_path / "seal.json")
    for table, column in (("ledger_factrow", "id"), ("ledger_leaf", "fact")):
        superuser.execute(f"DELETE FROM {table} WHERE {column} = %s", [five[4]])
    rewrite(superuser)
    assert ledger.verify(ledger.read_seal(tmp_path / "seal.json")).faults == ["库外封印有 5 条，现只有 4 条"]


def rewrite(superuser):
    """New leaves and a new root over whatever the rows say now."""
    peaks = merkle.Peaks()
    for leaf in Leaf.objects.order_by("position"):
        columns = FactRow.unscoped.values_list(*COLUMNS).get(pk=leaf.fact)
        made = digest(leaf.position, *columns)
        peaks = peaks.append(made)
        superuser.execute("UPDATE ledger_leaf SET digest = %s WHERE position = %s", [made, leaf.position])
    superuser.execute(
        "UPDATE ledger_seal SET size = %s, root = %s, peaks = %s", [peaks.size, peaks.root(), peaks.to_bytes()]
    )


def test_an_inclusion_proof_needs_nothing_but_sha256(five):
    proof = ledger.prove(five[2])
    assert proof["holds"]
    assert ledger.check_proof(proof)
    assert not ledger.check_proof({**proof, "entry": proof["entry"].replace("2026-03-02", "2026-03-01")})


def test_proofs_over_many_spans(twin):
    write(twin, 1)
    ledger.seal()
    unit = twin.units["甲厂"].id
    facts = [
        BadgeGiven(person=PersonId(new_id()), level=Level.ONE, unit=unit, on=date(2026, 3, 2)) for _ in range(1100)
    ]
    ledger.append_many(facts, cause=BY)
    ledger.seal()
    assert LOG.nodes.objects.count() == 4
    for position in (0, 1, 255, 256, 700, 1023, 1024, 1100):
        assert ledger.check_proof(ledger.prove(Leaf.objects.get(position=position).fact))
    first, last = Seal.objects.order_by("size")
    path = LOG.consistency(first.size, last.size)
    assert merkle.verify_consistency(first.size, last.size, bytes(first.root), bytes(last.root), path)
    assert ledger.verify().faults == []


def test_late_and_reordered_commits_are_not_skipped(twin):
    """A row written first and committed last still gets a place, after those that were placed before it."""
    import threading

    from django.db import connections, transaction

    wrote, go_on = threading.Event(), threading.Event()
    written = {}

    def late():
        with acting_as_job("迟到"), transaction.atomic():
            written["late"] = write(twin, 1)[0]
            wrote.set()
            go_on.wait(10)

    def early():
        wrote.wait(10)
        with acting_as_job("先到"):
            written["early"] = write(twin, 1)[0]
            ledger.seal()
            seen = [row.id for _, row in ledger.facts_since(-1)]
            go_on.set()
        connections.close_all()
        return seen

    _, seen = at_once(late, early)
    assert seen == [written["early"]]
    ledger.seal()
    assert written["late"] < written["early"]
    assert [row.id for _, row in ledger.facts_since(-1)] == [written["early"], written["late"]]
    assert [row.id for _, row in ledger.facts_since(0)] == [written["late"]]
    assert not Waiting.objects.exists()
    assert ledger.verify().faults == []


def test_many_sequencers_at_once_place_each_fact_once(twin):
    write(twin, 40)
    heads = at_once(*[ledger.seal] * 4)
    assert {head.size for head in heads} == {40}
    assert ledger.verify().faults == []


def test_two_who_end_the_same_fact_at_once(twin):
    from jiangtai.ledger import Ended

    from .kinds import BadgeTaken

    (given,) = write(twin, 1)
    person = ledger.fetch(given).subject

    def take():
        with acting_as_job("收回"):
            return ledger.append(BadgeTaken(person=person, badge=given, on=clock.today()), cause=BY)

    results = at_once(take, take)
    assert sorted(isinstance(one, Ended) for one in results) == [False, True]
