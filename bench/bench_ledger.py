"""The ledger: facts written in bulk and one by one, sealed, verified, proved, and asked what holds for a person.

Beside every way of writing, in the same run, the same rows go into a plain table by COPY or INSERT: what the database
itself costs.
"""

import argparse
import contextlib
import io
import itertools
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from unittest import mock
from uuid import UUID

from bench_flows import one_by_one
from bench_units import credit_code
from served import home, load, ms, share, table

OPEN, PERSONAL, SINGLE, SEALED, WHOLE = 200_000, 50_000, 3_000, 200_000, 1_000_000
ENDED, ASKED, WARM, ROUNDS = 3_000, 300, 2_000, 3
FIRMS = 100
MONTHS = tuple(date(2026, month, 1) for month in range(1, 11))
PLAIN, INDEXED = "bench_plain", "bench_indexed"


class Bench:
    """The units and persons that facts are about."""

    def __init__(self, people: int) -> None:
        from jiangtai.access import Unit, acting_as_job, units
        from jiangtai.kernel import new_id
        from jiangtai.ledger import Cause

        with acting_as_job("bench"):
            top = units.found(kind=Unit.Kind.DISTRICT, name="锦川区", parent=None, code="519901")
            street = units.found(kind=Unit.Kind.STREET, name="锦河街道办事处", parent=top, code="519901001")
            self.firms = [
                units.found(kind=Unit.Kind.ENTERPRISE, name=f"第{one}厂有限公司", parent=street, code=credit_code(one))
                for one in range(FIRMS)
            ]
        self.people = [new_id() for _ in range(people)]
        self.cause = Cause.imported(new_id())

    def hired(self, number: int) -> Any:
        """A fact without personal fields, as a register writes it."""
        from jiangtai.ledger import PersonId, UnitId
        from jiangtai.people import EmploymentBegan, Form

        person = self.people[number % len(self.people)]
        return EmploymentBegan(
            person=PersonId(person), unit=UnitId(self.firms[number % FIRMS].id), occupation="焊工",
            form=Form.CONTRACT, is_production=number % 3 > 0, on=date(2026, 1 + number % 10, 1 + number % 28),
        )  # fmt: skip

    def personal(self, number: int) -> Any:
        """A fact with a personal field; every person has one, and a key already."""
        from jiangtai.ledger import PersonId, UnitId
        from jiangtai.ledger.tests.kinds import BadgeGiven, Level

        return BadgeGiven(
            person=PersonId(self.people[number % len(self.people)]), unit=UnitId(self.firms[number % FIRMS].id),
            level=Level.ONE, nickname=f"巧手{number:06d}", on=date(2026, 1 + number % 10, 1 + number % 28),
        )  # fmt: skip

    def give_keys(self) -> None:
        """A key for each person, as registering them would have made it."""
        import secrets

        from jiangtai.kernel import crypto
        from jiangtai.vault import keyring
        from jiangtai.vault.models import SubjectKey

        wrap = keyring().active("wrap")
        SubjectKey.objects.bulk_create(
            (
                SubjectKey(
                    subject=one, path=self.firms[0].path,
                    wrapped=crypto.encrypt(wrap, secrets.token_bytes(32), context=one.bytes),
                )
                for one in self.people
            ),
            batch_size=5_000,
        )  # fmt: skip


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    started = time.perf_counter()
    found = act()
    return time.perf_counter() - started, found


def make_plain(name: str, *, indexes: bool) -> None:
    """A table of the same columns that is nothing but a table."""
    from django.db import connections

    from jiangtai.kernel.embedded import APP

    including = "INCLUDING INDEXES" if indexes else ""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TABLE {name} (LIKE ledger_factrow {including})")
        cursor.execute(f"GRANT ALL ON {name} TO {APP}")


def rows_of(cause: UUID) -> list[tuple[Any, ...]]:
    """What the ledger wrote, as a plain importer would hold it ready."""
    from django.db import connection
    from psycopg.types.json import Jsonb

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns()} FROM ledger_factrow WHERE cause_id = %s ORDER BY id", [cause])
        place = [one.name for one in cursor.description].index("payload")
        import json

        return [
            (*row[:place], Jsonb(json.loads(row[place])), *row[place + 1 :])
            for row in cursor.fetchall()
        ]  # fmt: skip


def columns() -> str:
    """Every column of the ledger's table."""
    from jiangtai.ledger.models import FactRow

    return ", ".join(field.column for field in FactRow._meta.concrete_fields)


def copy_rows(name: str, rows: list[tuple[Any, ...]]) -> None:
    """Plain COPY of rows that lie ready, by psycopg."""
    from django.db import connection, transaction

    statement = f"COPY {name} ({columns()}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def copy_text(name: str, text: bytes) -> None:
    """Plain COPY of text that was rendered before: what the server alone costs."""
    from django.db import connection, transaction

    statement, file = f"COPY {name} ({columns()}) FROM STDIN", io.BytesIO(text)
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        while block := file.read(2**16):
            copy.write(block)


def rendered(name: str) -> bytes:
    """A table as COPY's own text."""
    from django.db import connection

    with connection.cursor() as cursor, cursor.copy(f"COPY {name} ({columns()}) TO STDOUT") as copy:
        return b"".join(copy)


def bulk(bench: Bench, label: str, make: Callable[[int], Any], count: int) -> list[tuple[str, ...]]:
    """The same rows by append_many and by COPY, by turns; the best of each, for the machine is shared."""
    from jiangtai import ledger
    from jiangtai.kernel import new_id
    from jiangtai.ledger import Cause

    ours, theirs, used = [], {PLAIN: [], INDEXED: [], "text": [], "text indexed": []}, []
    for turn in range(ROUNDS):
        facts = [make(number + turn * count) for number in range(count)]
        cause = Cause.imported(new_id())
        before = time.process_time()
        took, added = timed(lambda facts=facts, cause=cause: ledger.append_many(facts, cause=cause))
        used.append(time.process_time() - before)
        assert added == count
        ours.append(took)
        rows = rows_of(cause.id)
        assert len(rows) == count
        for name in (PLAIN, INDEXED):
            make_plain(name, indexes=name == INDEXED)
            theirs[name].append(timed(lambda name=name, rows=rows: copy_rows(name, rows))[0])
        text = rendered(PLAIN)
        for name in (PLAIN, INDEXED):
            make_plain(name, indexes=name == INDEXED)
            kind = "text" if name == PLAIN else "text indexed"
            theirs[kind].append(timed(lambda name=name, text=text: copy_text(name, text))[0])
    plain = min(theirs[PLAIN])

    def row(what: str, seconds: float) -> tuple[str, ...]:
        return f"{label}: {what}", f"{count / seconds:,.0f}", f"{plain / seconds:.2f}"

    return [
        row(f"append_many (Python's own CPU {min(used) / count * 1e6:.0f} µs a fact)", min(ours)),
        row("COPY into a table without indexes", plain),
        row("COPY into one with the same indexes", min(theirs[INDEXED])),
        row("COPY of text made before, without indexes", min(theirs["text"])),
        row("COPY of text made before, with the same indexes", min(theirs["text indexed"])),
    ]


def single(bench: Bench, label: str, make: Callable[[int], Any]) -> list[tuple[str, ...]]:
    """One at a time, each its own transaction and all in one, by turns with plain INSERTs of the same rows."""
    from django.db import connection, transaction

    from jiangtai import ledger
    from jiangtai.kernel import new_id
    from jiangtai.ledger import Cause

    found = []
    for grouped in (False, True):
        ours, theirs = [], []
        for turn in range(ROUNDS):
            facts = [make(number + turn * SINGLE) for number in range(SINGLE)]
            cause = Cause.imported(new_id())
            with transaction.atomic() if grouped else contextlib.nullcontext():
                started = time.perf_counter()
                for one in facts:
                    ledger.append(one, cause=cause)
                ours.append(time.perf_counter() - started)
            rows = rows_of(cause.id)
            make_plain(PLAIN, indexes=False)
            statement = f"INSERT INTO {PLAIN} ({columns()}) VALUES ({', '.join(['%s'] * len(rows[0]))})"

            def insert(rows: list[tuple[Any, ...]] = rows, statement: str = statement) -> None:
                for row in rows:
                    with connection.cursor() as cursor:
                        cursor.execute(statement, row)

            with transaction.atomic() if grouped else contextlib.nullcontext():
                theirs.append(timed(insert)[0])
        how = "all in one transaction" if grouped else "each its own transaction"
        plain = min(theirs)
        found.append((f"{label}: append, {how}", f"{SINGLE / min(ours):,.0f}", f"{plain / min(ours):.2f}"))
        found.append((f"{label}: plain INSERT, {how}", f"{SINGLE / plain:,.0f}", "1.00"))
    return found


@contextlib.contextmanager
def in_month(first: date) -> Iterator[None]:
    """Facts of this block are written as they would have been in an earlier month: its ids, its clock."""
    from jiangtai.kernel import clock, new_ids

    start = int(datetime(first.year, first.month, 10, tzinfo=UTC).timestamp() * 1000)
    offset = time.time_ns() // 1_000_000 - start

    def earlier(count: int) -> list[str]:
        return [str(UUID(int=UUID(made).int - (offset << 80))) for made in new_ids(count)]

    with mock.patch("jiangtai.ledger.write.new_ids", earlier), clock.at(date(first.year, first.month, 10)):
        yield


def fill(bench: Bench, upto: int) -> float:
    """Facts until there are so many, over the months of the year; the seconds it took."""
    from jiangtai import ledger
    from jiangtai.ledger.models import FactRow

    missing = max(upto - FactRow.unscoped.count(), 0)
    numbers = iter(range(missing))
    started = time.perf_counter()
    for place, month in enumerate(MONTHS):
        part = missing // len(MONTHS) + (place < missing % len(MONTHS))
        with in_month(month):
            ledger.append_many((bench.hired(one) for one in itertools.islice(numbers, part)), cause=bench.cause)
    return time.perf_counter() - started


def end_some(bench: Bench) -> None:
    """Some employments end, one by one, as they do."""
    from jiangtai import ledger
    from jiangtai.ledger import FactId, PersonId, UnitId
    from jiangtai.ledger.models import FactRow
    from jiangtai.people import EmploymentBegan, EmploymentEnded, LeavingReason

    key = ledger.declared(EmploymentBegan).key
    for row in FactRow.unscoped.filter(type=key).order_by("id")[:ENDED]:
        gone = EmploymentEnded(
            person=PersonId(row.subject), employment=FactId(row.id), why=LeavingReason.RESIGNED,
            unit=UnitId(row.unit_id), on=date(2026, 11, 1),
        )  # fmt: skip
        ledger.append(gone, cause=bench.cause)


def ask(bench: Bench) -> list[tuple[str, ...]]:
    """What holds for a person, asked of many persons; and of all at once."""
    from jiangtai import ledger
    from jiangtai.kernel import clock
    from jiangtai.people import EmploymentBegan

    today, dice = clock.today(), random.Random(3)
    some = dice.sample(bench.people, min(ASKED, len(bench.people)))
    asks: dict[str, Callable[[UUID], Any]] = {
        "current() of one kind of a person, facts decoded": lambda one: [
            row.fact for row in ledger.every(EmploymentBegan).of(one).current(today)
        ],
        "the same as known half a year ago": lambda one: [
            row.fact
            for row in ledger.facts(EmploymentBegan, taken_back=True)
            .of(one)
            .current(date(2026, 5, 1), known=date(2026, 5, 1))
        ],
        "life() of a person, facts decoded": lambda one: list(ledger.life(one).as_facts()),
    }
    found = []
    for label, act in asks.items():
        for one in some[:20]:
            act(one)
        took = [timed(lambda one=one, act=act: act(one))[0] for one in some]
        found.append((label, f"{ms(share(took, 50))} / {ms(share(took, 95))}", len(took)))
    took, count = timed(lambda: ledger.every(EmploymentBegan).current(today).count())
    found.append((f"current() of everyone, counted ({count:,})", ms(took), 1))
    return found


def analyze() -> None:
    """Let the database look at what it holds, as it does by itself at night."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        for name in ("ledger_factrow", "ledger_leaf", "ledger_waiting"):
            cursor.execute(f"ANALYZE {name}")


def over(bench: Bench, count: int) -> list[tuple[str, ...]]:
    """Seal so many new facts, verify all, prove one."""
    from jiangtai import ledger
    from jiangtai.ledger.models import FactRow

    newest = ledger.head()
    before = newest.size if newest else 0
    ledger.append_many((bench.hired(number) for number in range(count)), cause=bench.cause)
    analyze()
    sealing, head = timed(ledger.seal)
    new = head.size - before
    resealing, _ = timed(ledger.seal)
    verifying, report = timed(ledger.verify)
    assert not report.faults, report.faults[:3]
    ids = list(FactRow.unscoped.order_by("id").values_list("pk", flat=True)[:: max(head.size // 50, 1)])
    proofs = [timed(lambda one=one: ledger.prove(one)) for one in ids]
    assert all(ledger.check_proof(proof) for _, proof in proofs)
    return [
        (f"seal {new:,} new facts", f"{sealing:.1f}", f"{new / sealing:,.0f}"),
        ("seal again, nothing new", f"{resealing:.2f}", ""),
        (f"verify all {report.size:,}", f"{verifying:.1f}", f"{report.size / verifying:,.0f}"),
        (f"prove one of {report.size:,}, p50 of {len(ids)}", f"{share([took for took, _ in proofs], 50):.3f}", ""),
    ]


def warm(bench: Bench) -> None:
    """The first facts open the month and fill caches."""
    from jiangtai import ledger

    bench.give_keys()
    ledger.append_many((bench.hired(number) for number in range(WARM)), cause=bench.cause)
    for number in range(100):
        ledger.append(bench.hired(number), cause=bench.cause)


@contextlib.contextmanager
def at_home(people: int) -> Iterator[Bench]:
    """A home of its own in which the first facts are written."""
    with home():
        from jiangtai.access import acting_as_job

        bench = Bench(people)
        with acting_as_job("bench"):
            warm(bench)
            print(load(), flush=True)
            yield bench


WRITING = ("writing", "facts/s", f"beside plain, best of {ROUNDS} by turns")
OVER = ("over the tree", "seconds", "facts/s")


def write_bulk(less: int) -> None:
    """Bulk, plain and with personal fields."""
    with at_home(PERSONAL // less) as bench:
        rows = bulk(bench, f"{OPEN // less:,} facts", bench.hired, OPEN // less)
        rows += bulk(bench, f"{PERSONAL // less:,} with a personal field", bench.personal, PERSONAL // less)
        table(WRITING, rows)


def write_single(less: int) -> None:
    """One at a time."""
    with at_home(PERSONAL // less) as bench:
        rows = single(bench, "one at a time", bench.hired)
        table(WRITING, [*rows, *single(bench, "with a personal field", bench.personal)])


def grow_tree(less: int) -> None:
    """Seal, verify, prove."""
    with at_home(PERSONAL // less) as bench:
        table(OVER, over(bench, SEALED // less))


def ask_all(less: int) -> None:
    """A year of facts: what holds, and the whole of it sealed and verified."""
    with at_home(PERSONAL // less) as bench:
        print(f"filled to {WHOLE // less:,} facts over {len(MONTHS)} months in {fill(bench, WHOLE // less):.0f} s")
        end_some(bench)
        analyze()
        print(load())
        table(("asked, milliseconds p50 / p95", f"at {WHOLE // less:,} facts", "times"), ask(bench))
        print(load())
        table(OVER, over(bench, 1))


PARTS = {"bulk": write_bulk, "single": write_single, "over": grow_tree, "ask": ask_all}


def main() -> None:
    """Write, seal, verify, prove, ask."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--part", type=int, default=1, help="so many times fewer, for a trial")
    chosen.add_argument("--only", default=",".join(PARTS), help="some of " + ", ".join(PARTS))
    asked = chosen.parse_args()
    print(f"The ledger. {load()}", flush=True)
    one_by_one([(PARTS[part], asked.part) for part in asked.only.split(",")])


if __name__ == "__main__":
    main()
