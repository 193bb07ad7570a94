"""All indicators for every unit, beside the exact passes that nobody can avoid, on one generated lake.

The lake is written straight into Parquet: persons, their spells, and facts of every kind, over a tree of four levels.
Ids are made of numbers (`id_of`), so that units and persons can be put into PostgreSQL under the same ones.
The passes are, for each kind of fact, its rows and its distinct subjects at the leaves and at each level above; run as
SQL on the same files by the same engine.
"""

import argparse
import hashlib
import os
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("JIANGTAI_HOME", str(Path(tempfile.gettempdir()) / "jb-lake"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
django.setup()

from jiangtai import indicators, lake, ledger  # noqa: E402  Django first
from jiangtai.indicators import Frame, Period, computing  # noqa: E402
from jiangtai.lake import Lake, Manifest, fact_table  # noqa: E402
from jiangtai.lake.copying import sql_type  # noqa: E402
from jiangtai.lake.refreshing import PARQUET  # noqa: E402

DISTRICTS, STREETS, FIRMS = 22, 300, 29_677
FRAME = Frame(Period.parse("2026"), date(2026, 12, 31))
_TREE = f"2 + ({2 + DISTRICTS} + unit % {STREETS}) % {DISTRICTS}, unit % {STREETS}, unit"
"""The order in which a refresh writes what stands at firms: by district, by street."""
SHARES = {
    "flows.StepDecided": 0.35, "people.PersonChanged": 0.1, "people.EmploymentBegan": 0.12,
    "people.PersonRegistered": 0.1, "people.UnionJoined": 0.07, "flows.CaseOpened": 0.08, "flows.CaseClosed": 0.07,
    "honors.HonorGranted": 0.02,
}  # fmt: skip


def id_of(what: str, number: int) -> UUID:
    """The id of a unit or person of the lake."""
    return UUID(hashlib.md5(f"{what} {number}".encode(), usedforsecurity=False).hexdigest())


def _id(what: str) -> str:
    return f"md5('{what} ' || n)::UUID"


class Town:
    """The generated lake."""

    def __init__(self, folder: Path, persons: int, facts: int) -> None:
        self.folder, self.persons, self.facts = folder, persons, facts
        self.found = Manifest(position=facts, at="2026-12-31T00:00:00+00:00")
        self.lake = Lake(folder, self.found)
        self.units = 1 + DISTRICTS + STREETS + FIRMS

    def write(self) -> None:
        """Units, people and facts."""
        first, last = 2 + DISTRICTS + STREETS, self.units
        parent = f"""CASE WHEN n = 1 THEN NULL WHEN n <= {1 + DISTRICTS} THEN 1
                     WHEN n <= {1 + DISTRICTS + STREETS} THEN 2 + n % {DISTRICTS}
                     ELSE {2 + DISTRICTS} + n % {STREETS} END"""
        self._table("units", f"range(1, {self.units + 1}) t(n)", unit="n", parent=parent, id=_id("unit"),
                    name=f"CASE WHEN n >= {first} THEN '第' || n || '厂有限公司' ELSE '第' || n || '级单位' END",
                    kind=f"""CASE WHEN n >= {first} THEN 'enterprise' WHEN n > {1 + DISTRICTS} THEN 'street'
                             WHEN n > 1 THEN 'district' ELSE 'city' END""",
                    tree="'administrative'", state="'active'")  # fmt: skip
        self._table("industries", f"range(1, {self.units + 1}) t(n)", unit_id=_id("unit"), since="DATE '1900-01-01'",
                    code="CASE n % 3 WHEN 0 THEN 'C3811' ELSE 'G5910' END")  # fmt: skip
        self._lineage()
        some = f"({first} + hash(n) % {last - first + 1})::INTEGER"
        people = f"range(1, {self.persons + 1}) t(n)"
        self._table("subjects", people, who=_id("person"), subject="n")
        self._table("persons", people, subject="n", state="'registered'",
                    sex="CASE n % 2 WHEN 0 THEN '男' ELSE '女' END",
                    birth_year="1960 + n % 45", hukou="CASE n % 3 WHEN 0 THEN 'other_rural' ELSE 'local_urban' END",
                    education="CASE n % 4 WHEN 0 THEN '20' ELSE '70' END")  # fmt: skip
        since = "(DATE '2015-01-01' + (hash(n + 1) % 4300)::INTEGER)"
        self._table("employments", people, _TREE, subject="n", unit=some, since=since, occupation="'车工'",
                    until="CASE n % 5 WHEN 0 THEN DATE '2026-06-30' END", form="'contract'", is_production="n % 2 = 0",
                    why="'retired'")  # fmt: skip
        self._table(
            "memberships", people, _TREE, subject="n", unit=some, since=since, until="CASE n % 3 WHEN 0 THEN since END"
        )
        for known in ledger.fact_types():
            self._facts(known.key, some)

    def _facts(self, key: str, some: str) -> None:
        many = int(self.facts * SHARES.get(key, 0.09 / 30))
        table = fact_table(key)
        more = {name: _value(name, kind) for name, kind in table.columns.items()}
        fixed = {
            "position": "n", "unit": some,
            "subject": some if lake.tables.is_about_a_unit(key) else f"1 + hash(n * 7) % {self.persons}",
            "day": "DATE '2024-01-01' + (hash(n + 3) % 1090)::INTEGER", "known": "DATE '2026-01-01'",
            "fact": _id(key), "until": "NULL", "ends": "NULL",
        }  # fmt: skip
        self._table(table.name, f"range(1, {many + 1}) t(n)", _TREE, **(more | fixed))

    def _lineage(self) -> None:
        units = f"read_parquet('{self.folder / 'units.parquet'}')"
        query = f"""WITH RECURSIVE up(unit, ancestor, depth) AS (SELECT unit, unit, 0 FROM {units} UNION ALL
            SELECT up.unit, u.parent, up.depth + 1 FROM up JOIN {units} u ON u.unit = up.ancestor
            WHERE u.parent IS NOT NULL) SELECT * FROM up"""
        self._copy("lineage", query)

    def _table(self, table: str, source: str, sort: str = "", /, **columns: str) -> None:
        kinds = lake.tables.table_named(table).columns
        chosen = ", ".join(f'({columns.get(one, "NULL")})::{sql_type(kind)} AS "{one}"' for one, kind in kinds.items())
        self._copy(table, f"SELECT {chosen} FROM {source}" + (f" ORDER BY {sort}" if sort else ""))

    def _copy(self, name: str, query: str) -> None:
        file = f"{name}.parquet"
        self.lake.con.raw_sql(f"COPY ({query}) TO '{self.folder / file}' ({PARQUET})")
        self.found.files[name] = [file]


def _value(name: str, kind: str) -> str:
    return {"string": f"'{name}' || n % 4", "boolean": "n % 10 = 0", "int64": "n % 9"}.get(kind, "NULL")


def passes(town: Town) -> float:
    """For each kind of fact: rows and distinct subjects, at the leaves and at each level above."""
    began = time.monotonic()
    lineage = f"read_parquet('{town.folder / 'lineage.parquet'}')"
    for known in ledger.fact_types():
        rows = f"read_parquet('{town.folder / (fact_table(known.key).name + '.parquet')}')"
        town.lake.con.raw_sql(f"SELECT unit, count(*), count(DISTINCT subject) FROM {rows} GROUP BY unit").fetchall()
        for depth in (1, 2, 3):
            town.lake.con.raw_sql(
                f"""SELECT ancestor, count(*), count(DISTINCT subject) FROM {rows} JOIN {lineage} USING (unit)
                    WHERE depth = {depth} GROUP BY ancestor"""
            ).fetchall()
    return time.monotonic() - began


def figures(town: Town) -> float:
    """Every indicator for every unit."""
    began = time.monotonic()
    for one in indicators.indicators():
        indicators.everywhere(town.lake, one, FRAME)
    return time.monotonic() - began


def one_page(town: Town) -> list[float]:
    """One figure with the first of its rows, for one firm and one street, in milliseconds."""
    took = []
    for one in indicators.indicators():
        for unit in (town.units - 7, 40):
            began = time.monotonic()
            indicators.computed(town.lake, one, unit, FRAME)
            indicators.listed(town.lake, one, unit, FRAME, 20)
            took.append((time.monotonic() - began) * 1000)
    return sorted(took)


def main(arguments: list[str]) -> None:
    """Generate, compute, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=6_000_000)
    parser.add_argument("--facts", type=int, default=60_000_000)
    chosen: Any = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="jiangtai-lake-") as folder:
        town = Town(Path(folder), chosen.persons, chosen.facts)
        began = time.monotonic()
        town.write()
        size = sum(path.stat().st_size for path in town.folder.glob("*.parquet")) / 2**20
        print(f"{chosen.persons:,} persons, {chosen.facts:,} facts, {town.units:,} units: {size:,.0f} MB, "
              f"written in {time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
        began = time.monotonic()
        asked = computing.compile_all(FRAME)  # as the job does after each refresh
        print(f"{asked:,} questions compiled in {time.monotonic() - began:.0f} s", flush=True)
        avoidable, ours = passes(town), figures(town)
        print(f"exact passes {avoidable:.1f} s; all {len(indicators.indicators())} indicators {ours:.1f} s, "
              f"{ours / avoidable:.2f} times")  # fmt: skip
        took = one_page(town)
        print(f"one figure with its list: p50 {took[len(took) // 2]:.0f} ms, p95 {took[int(len(took) * 0.95)]:.0f} ms")
        took = one_page(town)
        print(f"asked again: p50 {took[len(took) // 2]:.0f} ms, p95 {took[int(len(took) * 0.95)]:.0f} ms")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
