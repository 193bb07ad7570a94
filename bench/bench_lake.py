"""The lake beside PostgreSQL: the same questions as SQL on a tenth of the data, and a refresh beside a rebuild.

The questions are every fourth indicator for every unit, from the very same expressions, compiled for each engine. The
refresh is the real one: facts that the ledger placed are read out of PostgreSQL into a lake that was generated.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from served import home, load

_TYPES = {"int64": "bigint", "int32": "integer", "string": "text", "timestamp": "timestamp"}
_INDEXED = ("unit", "subject", "ancestor", "position", "ends")
EVERY, MOST_SECONDS, FIRST = 4, 120, 1_000


def beside_postgresql(persons: int, facts: int) -> None:
    """Every fourth indicator for every unit, in the lake and in PostgreSQL."""
    import bench_indicators as big
    import ibis
    from ibis.expr.operations import UnboundTable

    from jiangtai import indicators
    from jiangtai.indicators import rows

    with tempfile.TemporaryDirectory(prefix="jiangtai-tenth-") as folder:
        town = big.Town(Path(folder), persons, facts)
        town.write()
        chosen = [(one, one.measure.figures(rows.rolled_up(one.measure.marked(big.FRAME)), "ancestor"))
                  for one in indicators.indicators()[::EVERY]]  # fmt: skip
        names = sorted({table.name for _, asked in chosen for table in asked.op().find(UnboundTable)})
        with _schema() as cursor:
            began = time.monotonic()
            for name in names:
                _copy(town, cursor, name)
            print(f"{persons:,} persons, {facts:,} facts: {len(names)} tables into PostgreSQL with their indexes in "
                  f"{time.monotonic() - began:.0f} s; {load()}")  # fmt: skip
            cursor.execute(f"SET statement_timeout = '{MOST_SECONDS}s'")
            town.lake.answer(chosen[0][1].limit(0))  # the engine and its compiler are loaded
            ours = theirs = 0.0
            stopped = []
            for one, asked in chosen:
                began = time.monotonic()
                found = town.lake.answer(asked).num_rows
                ours += (here := time.monotonic() - began)
                began = time.monotonic()
                try:
                    cursor.execute(str(ibis.to_sql(asked, dialect="postgres")).replace("%", "%%"))
                    assert len(cursor.fetchall()) == found, one.key
                except Exception as error:
                    if "timeout" not in str(error):
                        raise
                    stopped.append(one.key)
                theirs += (there := time.monotonic() - began)
                print(f"  {one.key:32} lake {here:6.2f} s   PostgreSQL {there:7.2f} s")
            print(f"{len(chosen)} indicators for every unit: lake {ours:.1f} s, PostgreSQL {theirs:.1f} s")
            print(f"{theirs / ours:.1f} times; stopped after {MOST_SECONDS} s: {', '.join(stopped) or 'none'}")


@contextmanager
def _schema() -> Iterator[Any]:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE SCHEMA bench; SET search_path = bench; SET work_mem = '256MB'; SET jit = off")
        try:
            yield cursor
        finally:
            cursor.execute("RESET statement_timeout; DROP SCHEMA bench CASCADE; RESET search_path")


def _copy(town: Any, cursor: Any, name: str) -> None:
    from jiangtai import lake

    columns = lake.tables.table_named(name).columns
    fields = ", ".join(
        f'"{one}" {_TYPES.get(kind, kind.replace("decimal", "numeric"))}' for one, kind in columns.items()
    )
    cursor.execute(f'CREATE TABLE "{name}" ({fields})')
    if files := town.found.files.get(name):
        file = town.folder / "copy.csv"
        rows = f"FROM read_parquet('{town.folder / files[0]}')"
        town.lake.con.raw_sql(f"COPY ({rows}) TO '{file}' (FORMAT csv, HEADER false)")
        with file.open("rb") as source, cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT csv)') as sink:
            while part := source.read(1 << 20):
                sink.write(part)
        file.unlink()
    for one in _INDEXED:
        if one in columns:
            cursor.execute(f'CREATE INDEX ON "{name}" ("{one}")')
    cursor.execute(f'ANALYZE "{name}"')


def refreshed(persons: int, facts: int, more: int) -> None:
    """A refresh that takes over `more` facts into a lake of so many, and a rebuild of what PostgreSQL holds."""
    import bench_indicators as big
    from bench_ledger import Bench

    from jiangtai import lake, ledger
    from jiangtai.access import acting_as_job
    from jiangtai.kernel import new_id
    from jiangtai.lake import manifest
    from jiangtai.people import Employment, Person

    bench = Bench(more // 5)
    with acting_as_job("bench"):
        known = [Person(pk=one, sex="女", birth_year=1990) for one in bench.people]
        Person.unscoped.bulk_create(known, batch_size=5_000)
        Employment.unscoped.bulk_create(
            [Employment(person_id=one, unit=bench.firms[at % len(bench.firms)], since=date(2026, 1, 1), form="contract",
                        fact=new_id())
             for at, one in enumerate(bench.people)], batch_size=5_000,
        )  # fmt: skip
        ledger.append_many((bench.hired(one) for one in range(FIRST)), cause=bench.cause)
    ledger.seal()
    town = big.Town(manifest.folder_of(), persons, facts)
    town.write()
    town.lake.con.raw_sql(
        f"COPY (SELECT md5(n::VARCHAR)::UUID AS who, n AS subject FROM range(1, {persons + 1}) t(n)) "
        f"TO '{town.folder / 'subjects.parquet'}' (FORMAT parquet)"
    )
    town.found.files["subjects"] = ["subjects.parquet"]
    town.found.position, town.found.subjects, town.found.shape = FIRST - 1, persons, manifest.shape()
    town.found.save(town.folder)
    with acting_as_job("bench"):
        ledger.append_many((bench.hired(one) for one in range(FIRST, FIRST + more)), cause=bench.cause)
    ledger.seal()
    print(f"a lake of {facts:,} facts, {persons:,} persons; {more:,} new facts about {len(bench.people):,}; {load()}")
    report = lake.refresh()
    assert report.facts == more, report
    took = lake.rebuild()
    whole = took.seconds * facts / (FIRST + more)
    print(f"refresh {report.seconds:.1f} s; rebuild of the {FIRST + more:,} in PostgreSQL {took.seconds:.1f} s")
    print(f"so about {whole / 60:,.0f} min for {facts:,}; the refresh takes {report.seconds / whole:.5f} of it")
    print(load())


def main(arguments: list[str]) -> None:
    """Both, in one home."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=6_000_000)
    parser.add_argument("--facts", type=int, default=60_000_000)
    parser.add_argument("--more", type=int, default=100_000)
    chosen = parser.parse_args(arguments)
    with home():
        beside_postgresql(chosen.persons // 10, chosen.facts // 10)
        refreshed(chosen.persons, chosen.facts, chosen.more)


if __name__ == "__main__":
    main(sys.argv[1:])
