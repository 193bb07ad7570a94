"""Taking over what the ledger placed since the last refresh, as of one moment of the database."""

import filecmp
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection, transaction

from jiangtai import ledger
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock, new_id

from . import copying, manifest, reading, tables
from .manifest import Manifest
from .tables import Table

_PART = 2_000_000
PARQUET = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 16384"
"""Rows lie in the order of the tree; of small groups those are read that hold a branch, and no more."""
_MANY = 12
"""More files of one table than this are put together."""
_TRIES = 20


@dataclass(frozen=True)
class Report:
    """What a refresh took over."""

    facts: int
    position: int
    seconds: float


@dataclass(frozen=True)
class Lag:
    """How many committed facts a moment of the lake lacks, and for how many seconds already."""

    behind: int
    seconds: float


@dataclass(frozen=True)
class Status:
    """Up to where the lake goes, how far it lies behind and since how many seconds, and of when it is."""

    position: int
    behind: int
    seconds: float
    at: datetime | None
    megabytes: float


def refresh(patience: float = 0) -> Report:
    """Take over what is new; nothing changes unless all of it could be taken over.

    While another refresh is under way it waits so many seconds.
    """
    return _renew(is_anew=False, patience=patience)


def rebuild() -> Report:
    """Build the lake from nothing beside the old one, which is read until the new one is whole."""
    return _renew(is_anew=True)


def status() -> Status:
    """How far the lake lies behind what is committed."""
    folder = manifest.folder_of()
    found = manifest.read(folder)
    position = found.position if found else -1
    at = datetime.fromisoformat(found.at) if found else None
    size = sum(path.stat().st_size for path in folder.glob("*.parquet"))
    lag = lag_of(position)
    return Status(position, lag.behind, lag.seconds, at, size / 2**20)


def lag_of(position: int) -> Lag:
    """How far a position lies behind what is committed; what lacks nothing is not behind, however old it is."""
    behind, oldest = copying.lacking(position)
    return Lag(behind, max((clock.now() - oldest).total_seconds(), 0.0) if oldest else 0.0)


def _renew(*, is_anew: bool, patience: float = 0) -> Report:
    began, folder = clock.machine_time(), manifest.folder_of()
    with manifest.alone(folder, patience), acting_as_job("刷新数据副本"):
        found, shape = manifest.read(folder), manifest.shape()
        if found is None or is_anew or found.shape != shape:
            found = Manifest(shape=shape)
        before = found.position
        with _one_moment() as at, tempfile.TemporaryDirectory(dir=folder, prefix=manifest.WORK) as work:
            _Renewal(folder, Path(work), found).run(copying.newest_position())
        found.at = at.isoformat()
        found.save(folder)
        manifest.sweep(folder, found)
    return Report(found.position - before, found.position, (clock.machine_time() - began).total_seconds())


@contextmanager
def _one_moment() -> Iterator[datetime]:
    """One moment of the database, at which every committed fact has its position."""
    for _ in range(_TRIES):
        ledger.seal()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            if not copying.waiting():
                yield clock.now()
                return
    raise manifest.Busy("账本正在大量写入，暂时取不到一个完整的时点，请稍后再刷新")


class _Renewal:
    """One refresh: files of the new position beside those that count already."""

    def __init__(self, folder: Path, work: Path, found: Manifest) -> None:
        self.folder, self.work, self.found = folder, work, found
        self.con = duckdb.connect()
        self.con.execute("SET memory_limit = '4GB'")
        self.con.execute(f"SET temp_directory = '{work}'")
        self.con.execute("SET enable_progress_bar = false")

    def run(self, newest: int) -> None:
        """Everything up to a position."""
        low = self.found.position
        try:
            self._references()
            more = {"heir": "int32", "serves": "int32", "path": "string"}
            self._read("units", copying.units, {**tables.UNITS.columns, **more})
            self._register(low)
            self._units()
            for first in range(low, newest, _PART):
                self._facts(first, min(first + _PART, newest))
            self._stands()
            self.found.position = newest
            self._put_together()
        finally:
            self.con.close()

    def _units(self) -> None:
        self._write(tables.UNITS, self._begun(), is_whole=True)
        self._write(tables.LINEAGE, _LINEAGE, is_whole=True)

    def _begun(self) -> str:
        """The units; one at which somebody worked before it was entered here was there already."""
        spells = reading.Lake(self.folder, self.found).rows_of(tables.EMPLOYMENTS)
        first = f"SELECT unit, min(since) AS since FROM ({spells}) GROUP BY unit"
        columns = ", ".join(
            "least(u.since, e.since) AS since" if name == "since" else f"u.{name}" for name in tables.UNITS.columns
        )
        return f"SELECT {columns} FROM units u LEFT JOIN ({first}) e ON e.unit = u.unit ORDER BY u.unit"

    def _references(self) -> None:
        for table in tables.references():
            name = f"raw_{table.name}"
            self._read(name, lambda path, one=table: copying.catalogue(one, path), dict(table.columns))
            self._write(table, f"SELECT * FROM {name} ORDER BY ALL", is_whole=True)

    def _register(self, low: int) -> None:
        """The persons whom something happened to, and all their spells."""
        for table in tables.REGISTER:
            columns = {"who": "uuid", **{name: kind for name, kind in table.columns.items() if name != "subject"}}
            file = f"raw_{table.name}"
            self._read(file, lambda path, one=table: copying.register_since(low, one, path), columns)
            if table is tables.PERSONS:
                self._number(f"SELECT who FROM {file}")
                if not self._count(file):
                    return
            rest = ", ".join(f"r.{name}" for name in table.columns if name != "subject")
            version = self.found.position + 1
            self._write(
                table,
                f"SELECT s.subject, {rest}, {version}::BIGINT AS version FROM {file} r JOIN subjects s USING (who)",
            )

    def _facts(self, low: int, high: int) -> None:
        self._read("raw", lambda path: copying.facts_between(low, high, path), copying.RAW)
        kinds = [kind for (kind,) in self.con.execute("SELECT DISTINCT type FROM raw").fetchall()]
        declared = {known.key for known in ledger.fact_types()}
        about_units = [kind for kind in kinds if kind in declared and tables.is_about_a_unit(kind)]
        self._number(f"SELECT who FROM raw WHERE NOT list_contains({about_units!r}::VARCHAR[], type)")
        for kind in sorted(declared & set(kinds)):
            table = tables.fact_table(kind)
            numbered = (
                "(SELECT CAST(id AS UUID) AS who, unit::BIGINT AS subject FROM units)"
                if kind in about_units
                else "subjects"
            )
            self._write(
                table,
                f"""SELECT {copying.columns_of(table)} FROM raw JOIN {numbered} s USING (who)
                    WHERE raw.type = '{kind}'""",
            )
        taken = "SELECT reverses AS position, known FROM raw WHERE reverses IS NOT NULL"
        if self.con.execute(f"SELECT count(*) FROM ({taken})").fetchone() != (0,):
            self._write(tables.REVERSED, taken)

    def _stands(self) -> None:
        self._read("merged", copying.merged, {"who": "uuid", "heir": "uuid"})
        self._load_subjects()
        self._write(
            tables.STANDS,
            """SELECT a.subject, b.subject AS into FROM merged m
               JOIN subjects a USING (who) JOIN subjects b ON b.who = m.heir ORDER BY ALL""",
            is_whole=True,
        )

    def _number(self, who: str) -> None:
        """Give every subject that is new a number; the table `subjects` then has those that are asked for."""
        self._load_subjects()
        self.con.execute(
            f"""CREATE OR REPLACE TEMP TABLE fresh AS
                SELECT who, {self.found.subjects} + row_number() OVER (ORDER BY who) AS subject
                FROM (SELECT DISTINCT who FROM ({who}) ANTI JOIN subjects USING (who))"""
        )
        if more := self._count("fresh"):
            self._add("subjects", "SELECT who, subject FROM fresh")
            self.found.subjects += more
            self._load_subjects()

    def _load_subjects(self) -> None:
        files = self.found.of("subjects")
        rows = (
            reading.parquet(self.folder, files) if files else "(SELECT NULL::UUID AS who, 0::BIGINT AS subject LIMIT 0)"
        )
        self.con.execute(f"CREATE OR REPLACE VIEW subjects AS SELECT * FROM {rows}")

    def _put_together(self) -> None:
        """Many small files of one table become one; the largest is left alone."""
        if len(self.found.of(tables.PERSONS.name)) > _MANY:
            self._put_persons_together()
        by_person = {one.name for one in tables.REGISTER}
        for name, files in list(self.found.files.items()):
            if len(files) > _MANY and name not in by_person:
                small = sorted(files, key=lambda one: (self.folder / one).stat().st_size)[:-1]
                self.found.files[name] = [one for one in files if one not in small]
                self._add(name, f"SELECT * FROM {reading.parquet(self.folder, small)}")

    def _put_persons_together(self) -> None:
        """Only what holds of each person; all three tables follow one list of persons, so they do it at once."""
        lake = reading.Lake(self.folder, Manifest(files=dict(self.found.files)))
        for table in tables.REGISTER:
            rows = f"SELECT *, {self.found.position}::BIGINT AS version FROM ({lake.rows_of(table)})"
            self._write(table, rows, is_whole=True)

    def _read(self, name: str, pull: Any, columns: dict[str, str]) -> None:
        file = self.work / f"{name}.csv"
        pull(file)
        kinds = {one: copying.sql_type(kind) for one, kind in columns.items()}
        self.con.execute(
            f"""CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM read_csv('{file}', header = false,
                auto_detect = false, delim = ',', quote = '"', escape = '"', allow_quoted_nulls = false,
                columns = {kinds!r})"""
        )
        file.unlink()

    def _write(self, table: Table, query: str, *, is_whole: bool = False) -> None:
        before = self.found.files.pop(table.name, []) if is_whole else []
        self._add(table.name, query)
        if len(before) == 1:
            self._spare(table, before[0])

    def _spare(self, table: Table, before: str) -> None:
        """Keep the file that was, where the new one says the same: what is computed of it still holds."""
        [made] = self.found.of(table.name)
        if (self.folder / before).exists() and filecmp.cmp(self.folder / before, self.folder / made, shallow=False):
            (self.folder / made).unlink()
            self.found.files[table.name] = [before]

    def _add(self, name: str, query: str) -> None:
        file, table = f"{name}-{new_id()}.parquet", tables.table_named(name)
        if "unit" in table.columns and table not in tables.WHOLE:
            query = f"SELECT t.* FROM ({query}) t LEFT JOIN units u ON u.unit = t.unit ORDER BY u.path"
        self.con.execute(f"COPY ({query}) TO '{self.folder / file}' ({PARQUET})")
        self.found.files.setdefault(name, []).append(file)

    def _count(self, name: str) -> int:
        row = self.con.execute(f"SELECT count(*) FROM {name}").fetchone()
        return int(row[0]) if row else 0


_LINEAGE = """
WITH RECURSIVE up(unit, ancestor, depth) AS (
    SELECT unit, unit, 0 FROM units
    UNION ALL SELECT up.unit, coalesce(u.heir, u.parent), up.depth + 1
    FROM up JOIN units u ON u.unit = up.ancestor WHERE coalesce(u.heir, u.parent) IS NOT NULL
), served AS (
    SELECT unit, serves AS other FROM units WHERE serves IS NOT NULL
    UNION ALL SELECT serves, unit FROM units WHERE serves IS NOT NULL
), beside AS (
    SELECT low.unit, high.ancestor, low.depth + high.depth + 1 AS depth
    FROM up low JOIN served ON served.unit = low.ancestor JOIN up high ON high.unit = served.other
)
SELECT unit, ancestor, min(depth)::INTEGER AS depth FROM (FROM up UNION ALL FROM beside)
GROUP BY unit, ancestor ORDER BY ancestor, unit
"""
"""Above a unit stand those of its own tree, and, through the union that serves it or that it serves, of the other."""
