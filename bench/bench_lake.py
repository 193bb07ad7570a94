"""The lake beside PostgreSQL: the same questions as SQL on a tenth of the data, and a refresh beside a rebuild.

The questions are all indicators for every unit, from the very same expressions, compiled for each engine; both must
answer alike. Refresh and rebuild are the real ones: facts that the ledger wrote are read out of PostgreSQL, at several
sizes, so that the slope tells what a rebuild of more would take. Beside the clock stand the seconds of the processor,
this process's and the database's, which other work on the machine does not lengthen.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
from served import home, load

_TYPES = {"int64": "bigint", "int32": "integer", "string": "text", "timestamp": "timestamp"}
_INDEXED = ("unit", "subject", "ancestor", "position", "ends")
MOST_SECONDS = 120


@dataclass
class Took:
    """Seconds by the clock, and of the processor."""

    clock: float = 0.0
    processor: float = 0.0

    def __add__(self, other: "Took") -> "Took":
        return Took(self.clock + other.clock, self.processor + other.processor)

    def __sub__(self, other: "Took") -> "Took":
        return Took(self.clock - other.clock, self.processor - other.processor)

    def __str__(self) -> str:
        return f"{self.clock:.2f} s, {self.processor:.2f} s of the processor"

    def over(self, other: "Took") -> str:
        """How many times the other, by both."""
        by_clock, by_processor = self.clock / other.clock, self.processor / other.processor
        return f"{by_clock:.4g} times by the clock, {by_processor:.4g} by the processor"


def took(call: Callable[[], Any]) -> tuple[Any, Took]:
    """What a call gives and what it took, the database's processes included."""
    before = Took(time.monotonic(), _used())
    return call(), Took(time.monotonic(), _used()) - before


def _used() -> float:
    pid = Path(os.environ["JIANGTAI_HOME"], "postgres", "postmaster.pid").read_text(encoding="utf-8").split()[0]
    top = psutil.Process(int(pid))
    times = [top.cpu_times(), *(one.cpu_times() for one in top.children())]
    gone = times[0].children_user + times[0].children_system
    return time.process_time() + gone + sum(one.user + one.system for one in times)


def beside_postgresql(persons: int, facts: int) -> None:
    """Every indicator for every unit, in the lake and in PostgreSQL."""
    import bench_indicators as big
    from ibis.expr.operations import UnboundTable

    from jiangtai import indicators
    from jiangtai.indicators import rows

    with tempfile.TemporaryDirectory(prefix="jiangtai-tenth-") as folder:
        town = big.Town(Path(folder), persons, facts)
        town.write()
        chosen = [(one.key, one.measure.figures(rows.rolled_up(one.measure.marked(big.FRAME)), "ancestor"))
                  for one in indicators.indicators()]  # fmt: skip
        names = sorted({table.name for _, asked in chosen for table in asked.op().find(UnboundTable)})
        with _schema() as cursor:
            _, copied = took(lambda: [_copy(town, cursor, name) for name in names])
            print(f"{persons:,} persons, {facts:,} facts: {len(names)} tables into PostgreSQL with their indexes in "
                  f"{copied}; {load()}", flush=True)  # fmt: skip
            cursor.execute(f"SET statement_timeout = '{MOST_SECONDS}s'")
            town.lake.answer(chosen[0][1].limit(0))  # the engine and its compiler are loaded
            told = [_asked_of_both(town, cursor, key, asked) for key, asked in chosen]
    both = [one for one in told if one.theirs]
    lake, base = sum((one.lake for one in both), Took()), sum((one.theirs for one in both if one.theirs), Took())
    print(f"{len(both)} of {len(told)} indicators for every unit: lake {lake}, PostgreSQL {base}; {load()}")
    print(f"PostgreSQL {base.over(lake)}; compiling apart: for the lake {sum((one.compiled for one in both), Took())}")
    print(f"faster in PostgreSQL: {sum(one.theirs.clock < one.lake.clock for one in both if one.theirs)}")
    print(f"no answer there: {', '.join(f'{one.key} ({one.why})' for one in told if one.why) or 'none'}")
    print(f"another answer there: {', '.join(one.key for one in told if not one.is_alike) or 'none'}")


@dataclass
class Told:
    """What one indicator took in both."""

    key: str
    compiled: Took
    lake: Took
    theirs: Took | None = None
    is_alike: bool = True
    why: str = ""


def _asked_of_both(town: Any, cursor: Any, key: str, asked: Any) -> Told:
    """Both are timed without the compiling, which the product does once for all periods."""
    import ibis

    spelled, compiled = took(lambda: str(ibis.to_sql(asked, dialect="duckdb")))
    town.lake.answer(asked.limit(0))  # its tables are there
    here, lake = took(lambda: town.lake.con.con.sql(spelled).fetchall())
    found = Told(key, compiled, lake)
    try:
        sql = str(ibis.to_sql(asked, dialect="postgres")).replace("%", "%%")
        there, found.theirs = took(lambda: cursor.execute(sql) and cursor.fetchall())
        found.is_alike = _plain(here) == _plain(there)
    except Exception as error:  # whatever an engine says against one question, the others are asked
        found.why = str(error).strip().partition("\n")[0][:160]
    print(f"  {key:36} lake {lake.clock:6.2f} {lake.processor:6.2f}   PostgreSQL "
          + (f"{found.theirs.clock:7.2f} {found.theirs.processor:7.2f}" if found.theirs else found.why)
          + ("" if found.is_alike else "   ANOTHER ANSWER"), flush=True)  # fmt: skip
    return found


def _plain(rows: Any) -> list[tuple[Any, ...]]:
    return sorted(tuple(None if one is None else round(float(one), 3) for one in row) for row in rows)


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


def refreshed(persons: int, facts: int, sizes: list[int], more: int) -> None:
    """Rebuilds out of PostgreSQL at each size, a refresh by `more` after them, and one of a lake of `facts`."""
    import bench_indicators as big
    from bench_figure_pages import units_of
    from bench_units import District, fill

    from jiangtai import lake, ledger
    from jiangtai.lake import copying, manifest

    town = big.Town(manifest.folder_of(), persons, facts)
    units = units_of(town.units)
    fill(District(town.units, units))
    hired = Hired([one for one in units if one.kind == "enterprise"])
    rebuilt = []
    for size in sizes:
        hired.fill(size)
        print(
            f"{size:,} facts about {size // 10:,} persons at {len(units):,} units in PostgreSQL; {load()}", flush=True
        )
        whole, seconds = took(lake.rebuild)
        assert whole.facts == size, whole
        rebuilt.append((size, seconds))
        print(f"rebuild of {size:,} facts: {seconds}", flush=True)
    for (few, less), (many, longer) in pairwise(rebuilt):
        rise, per = longer - less, 1_000_000 / (many - few)
        print(f"from {few:,} to {many:,}: {Took(rise.clock * per, rise.processor * per)} for each million")

    def taken_over() -> Took:
        hired.write(more)
        _, sealed = took(ledger.seal)  # as the job does every minute; it is no part of a refresh
        report, seconds = took(lake.refresh)
        print(f"{more:,} facts sealed: {sealed}", flush=True)
        assert report.facts == more, report
        return seconds

    seconds = taken_over()
    print(f"refresh by {more:,} after it: {seconds}; {seconds.over(rebuilt[-1][1])} that rebuild; {load()}", flush=True)
    town.write()
    town.found.position, town.found.subjects = copying.newest_position(), persons
    town.found.shape = manifest.shape()
    town.found.save(town.folder)
    (size, last), growth = rebuilt[-1], rebuilt[-1][1] - rebuilt[0][1]
    left = (facts - size) / (size - rebuilt[0][0])
    reckoned = last + Took(growth.clock * left, growth.processor * left)
    for turn in ("first", "second"):
        seconds = taken_over()
        print(f"{turn} refresh of a lake of {facts:,} facts, {persons:,} persons by {more:,}: {seconds}; "
              f"{seconds.over(reckoned)} a rebuild reckoned at {reckoned}; {load()}", flush=True)  # fmt: skip


class Hired:
    """Persons with a job each, and facts that the ledger wrote about them, ten of each person."""

    def __init__(self, firms: list[Any]) -> None:
        from jiangtai.kernel import new_id
        from jiangtai.ledger import Cause

        self.firms, self.cause, self.written = firms, Cause.imported(new_id()), 0

    def fill(self, facts: int) -> None:
        """So many facts, written as an import writes them; placed in bulk, so that their leaves would not verify."""
        from django.db import connections

        from jiangtai import ledger

        who = "md5('person ' || n)::uuid"
        firms = ([str(one.id) for one in self.firms], len(self.firms))
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM people_person")
            there = cursor.fetchone()[0]
            cursor.execute(
                f"INSERT INTO people_person (id, made_at, state, sex, birth_year, hukou, education, is_marked) SELECT "
                f"{who}, now(), 'registered', '女', 1990, '', '', true FROM generate_series(%s, %s) n",
                [there + 1, facts // 10],
            )  # fmt: skip
            cursor.execute(
                f"INSERT INTO people_employment (id, made_at, since, fact, person_id, unit_id, occupation,"
                f" occupation_code, form, is_production, why) SELECT uuidv7(), now(), '2026-01-01', uuidv7(), {who},"
                f" (%s::uuid[])[1 + n %% %s], '焊工', '', 'contract', true, '' FROM generate_series(%s, %s) n",
                [*firms, there + 1, facts // 10],
            )  # fmt: skip
        self.write(facts - self.written, many=facts // 10)
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_leaf (position, digest, fact) SELECT (SELECT coalesce(max(position), -1) FROM"
                " ledger_leaf) + row_number() OVER (ORDER BY fact), sha256(fact::text::bytea), fact FROM ledger_waiting"
            )
            cursor.execute("DELETE FROM ledger_waiting")
            for table in ("ledger_leaf", "ledger_waiting", "ledger_factrow", "people_person", "people_employment"):
                cursor.execute(f"VACUUM ANALYZE {table}")
        ledger.seal()

    def write(self, facts: int, many: int = 20_000) -> None:
        """So many more, about this many persons."""
        from bench_indicators import id_of

        from jiangtai import ledger
        from jiangtai.access import acting_as_job

        people = [id_of("person", number) for number in range(1, many + 1)]
        with acting_as_job("bench"):
            ledger.append_many((self._fact(people, one) for one in range(facts)), cause=self.cause)
        self.written += facts

    def _fact(self, people: list[Any], number: int) -> Any:
        from datetime import date

        from jiangtai.ledger import PersonId, UnitId
        from jiangtai.people import EmploymentBegan, Form

        return EmploymentBegan(
            person=PersonId(people[number % len(people)]), unit=UnitId(self.firms[number % len(self.firms)].id),
            occupation="焊工", form=Form.CONTRACT, is_production=number % 3 > 0,
            on=date(2026, 1 + number % 10, 1 + number % 28),
        )  # fmt: skip


def main(arguments: list[str]) -> None:
    """Both, in one home."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=6_000_000)
    parser.add_argument("--facts", type=int, default=60_000_000)
    parser.add_argument("--held", type=int, nargs="+", default=[1_000_000, 3_000_000],
                        help="facts in PostgreSQL, out of which is rebuilt, one size after another")  # fmt: skip
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
