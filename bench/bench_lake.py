"""The lake beside PostgreSQL: the same questions as SQL on a tenth of the data, and a refresh beside a rebuild.

The questions are every fourth indicator for every unit, from the very same expressions, compiled for each engine.
Refresh and rebuild are the real ones: facts that the ledger placed are read out of PostgreSQL.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from served import home, load

_TYPES = {"int64": "bigint", "int32": "integer", "string": "text", "timestamp": "timestamp"}
_INDEXED = ("unit", "subject", "ancestor", "position", "ends")
EVERY, MOST_SECONDS = 4, 120


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


def refreshed(persons: int, facts: int, held: int, more: int) -> None:
    """A rebuild of `held` facts out of PostgreSQL, a refresh by `more` after it, and one of a lake of `facts`."""
    import bench_indicators as big
    from bench_ledger import Bench

    from jiangtai import lake, ledger
    from jiangtai.access import acting_as_job
    from jiangtai.lake import manifest

    bench = Bench(0)
    bench.people = [big.id_of("person", number) for number in range(1, more // 5 + 1)]
    _fill(bench, held // 10, held)
    print(f"{held:,} facts about {held // 10:,} persons in PostgreSQL; {load()}", flush=True)
    whole = lake.rebuild()
    assert whole.facts == held, whole
    print(f"rebuild of {held:,} facts: {whole.seconds:.1f} s", flush=True)

    def taken_over() -> float:
        with acting_as_job("bench"):
            ledger.append_many((bench.hired(one) for one in range(more)), cause=bench.cause)
        ledger.seal()
        report = lake.refresh()
        assert report.facts == more, report
        return report.seconds

    seconds = taken_over()
    print(f"refresh by {more:,} about {len(bench.people):,}: {seconds:.1f} s, {seconds / whole.seconds:.4f} of that "
          f"rebuild; {load()}", flush=True)  # fmt: skip
    town = big.Town(manifest.folder_of(), persons, facts)
    town.write()
    town.found.position, town.found.subjects, town.found.shape = held + more - 1, persons, manifest.shape()
    town.found.save(town.folder)
    seconds, reckoned = taken_over(), whole.seconds * facts / held
    print(f"refresh of a lake of {facts:,} facts, {persons:,} persons by {more:,}: {seconds:.1f} s, "
          f"{seconds / reckoned:.4f} of a rebuild reckoned at {reckoned:.0f} s; {load()}")  # fmt: skip


def _fill(bench: Any, persons: int, facts: int) -> None:
    """Persons with a job each, and facts in their places, by the owner; their stamps would not verify."""
    from django.db import connections

    from jiangtai import ledger

    who, firm = "md5('person ' || {n})::uuid", "(%s::uuid[])[1 + n %% %s]"
    firms = ([str(one.id) for one in bench.firms], len(bench.firms))
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO people_person (id, made_at, state, sex, birth_year, hukou, education, is_marked) SELECT "
            f"{who.format(n='n')}, now(), 'registered', '女', 1990, '', '', true FROM generate_series(1, %s) n",
            [persons],
        )  # fmt: skip
        cursor.execute(
            f"INSERT INTO people_employment (id, made_at, since, fact, person_id, unit_id, occupation, occupation_code,"
            f" form, is_production, why) SELECT uuidv7(), now(), '2026-01-01', uuidv7(), {who.format(n='n')}, {firm},"
            f" '焊工', '', 'contract', true, '' FROM generate_series(1, %s) n", [*firms, persons],
        )  # fmt: skip
        cursor.execute(
            f"INSERT INTO ledger_factrow (id, made_at, type, subject, unit_id, day, payload, cause, cause_id,"
            f" cause_step, stamp) SELECT uuidv7(), now(), 'people.EmploymentBegan', {who.format(n='(1 + n %% %s)')},"
            f" {firm}, date '2026-01-01' + n %% 300, %s, 'import', %s, '', '' FROM generate_series(1, %s) n",
            [persons, *firms, '{"form":"contract","is_production":false,"occupation":"焊工"}', bench.cause.id, facts],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO ledger_leaf (position, digest, fact) SELECT row_number() OVER (ORDER BY id) - 1,"
            " sha256(id::text::bytea), id FROM ledger_factrow WHERE cause_id = %s", [bench.cause.id],
        )  # fmt: skip
        cursor.execute("ANALYZE")
    ledger.seal()


def main(arguments: list[str]) -> None:
    """Both, in one home."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=6_000_000)
    parser.add_argument("--facts", type=int, default=60_000_000)
    parser.add_argument("--held", type=int, default=6_000_000, help="facts in PostgreSQL, out of which is rebuilt")
    parser.add_argument("--more", type=int, default=100_000)
    parser.add_argument("--part", choices=("beside", "refreshed"), help="only this one of both")
    chosen = parser.parse_args(arguments)
    with home():
        if chosen.part != "refreshed":
            beside_postgresql(chosen.persons // 10, chosen.facts // 10)
        if chosen.part != "beside":
            refreshed(chosen.persons, chosen.facts, chosen.held, chosen.more)


if __name__ == "__main__":
    main(sys.argv[1:])
