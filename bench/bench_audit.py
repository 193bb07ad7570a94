"""The audit: how fast `record()` writes, how fast a seal and a verification go over 100,000 entries.

Beside it, in the same run, plain INSERTs of the same rows: what the database itself costs.
"""

import itertools
import time
from collections.abc import Callable
from typing import Any

from served import home, load, table

WRITTEN, SEALED = 3_000, 100_000
PROOFS = 5


def entries(number: int, write: Callable[[int], Any]) -> float:
    """Entries a second."""
    started = time.perf_counter()
    for one in range(number):
        write(one)
    return number / (time.perf_counter() - started)


def record(number: int) -> None:
    """One entry as a sign-in or a grant writes it."""
    from jiangtai.access import audit

    details = {"username": f"person-{number:06d}", "unit": "锦河街道办事处"}
    audit.record("account.opened", reason="开通经办账号", details=details)


def plain(rows: list[tuple[Any, ...]], columns: list[str]) -> Callable[[int], None]:
    """The same row by one INSERT, without Django's model layer; ids are made anew."""
    from django.db import connection
    from psycopg.types.json import Jsonb

    from jiangtai.kernel import new_id

    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO access_auditentry ({names}) VALUES ({marks})"
    ready = [
        tuple(Jsonb(value) if isinstance(value, dict) else value for value in row[1:])
        for row in itertools.islice(itertools.cycle(rows), WRITTEN)
    ]

    def write(number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, (new_id(), *ready[number]))

    return write


def fill(number: int) -> float:
    """Entries up to `number`, by the very `record`, in transactions of a thousand."""
    from django.db import transaction

    started = time.perf_counter()
    for first in range(0, number, 1_000):
        with transaction.atomic():
            for one in range(first, min(first + 1_000, number)):
                record(one)
    return number / (time.perf_counter() - started)


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    started = time.perf_counter()
    found = act()
    return time.perf_counter() - started, found


def main() -> None:
    """Write, seal, verify, prove."""
    print(f"The audit. {load()}")
    with home():
        from django.db import transaction

        from jiangtai.access import AuditEntry, acting_as_job, audit

        with acting_as_job("bench"):
            fields = [field.column for field in AuditEntry._meta.concrete_fields]
            for number in range(200):
                record(number)  # warm
            rows = list(AuditEntry.objects.values_list(*fields)[:100])
            insert = plain(rows, fields)
            written = [("record(), each its own transaction", entries(WRITTEN, record))]
            written.append(("plain INSERT, each its own transaction", entries(WRITTEN, insert)))
            with transaction.atomic():
                written.append(("record(), all in one transaction", entries(WRITTEN, record)))
            with transaction.atomic():
                written.append(("plain INSERT, all in one transaction", entries(WRITTEN, insert)))
            audit.seal()
            before = audit.head().size  # type: ignore[union-attr]
            fill(SEALED)
            sealing, head = timed(audit.seal)
            resealing, _ = timed(audit.seal)
            verifying, faults = timed(audit.verify)
            newest = list(AuditEntry.objects.order_by("-made_at")[:PROOFS])
            proving, proofs = timed(lambda: [audit.proof(entry) for entry in newest])
        assert not faults, faults
        assert all(proof.holds for proof in proofs)
        sealed = head.size - before
        table(("writing", "entries/s"), [(label, f"{speed:,.0f}") for label, speed in written])
        table(
            ("over the tree", "seconds", "entries/s"),
            [
                (f"seal {sealed:,} new entries", f"{sealing:.1f}", f"{sealed / sealing:,.0f}"),
                ("seal again, nothing new", f"{resealing:.2f}", ""),
                (f"verify all {head.size:,}", f"{verifying:.1f}", f"{head.size / verifying:,.0f}"),
                ("prove one entry", f"{proving / PROOFS:.2f}", ""),
            ],
        )


if __name__ == "__main__":
    main()
