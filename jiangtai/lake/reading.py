"""Reading the lake at one of its moments: tables as expressions, answered by the engine that is embedded."""

import threading
from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.operations as ops
import pyarrow as pa

from . import copying, manifest, tables
from .manifest import Manifest
from .tables import Table


class NoLake(Exception):
    """There is no lake yet."""


MOST_KEPT = 1_000_000
"""Rows of answers that are kept with a moment, some hundred megabytes; beyond them one begins anew."""


class Kept(dict[Any, Any]):
    """Answers by what was asked, and how many rows they hold."""

    rows = 0

    def __setitem__(self, key: Any, answer: Any) -> None:
        super().__setitem__(key, answer)
        self.rows += len(answer) if isinstance(answer, list) else 1


class Lake:
    """The lake at one moment; expressions over its tables are answered here."""

    def __init__(self, folder: Path, found: Manifest) -> None:
        self.folder, self.found = folder, found
        self.con = ibis.duckdb.connect()
        self.con.raw_sql("SET memory_limit = '4GB'")
        self.con.raw_sql("SET enable_progress_bar = false")
        self.con.raw_sql("SET parquet_metadata_cache = true")  # files are written once and never changed
        self._made: set[str] = set()
        self.kept = Kept()
        """What was computed of this moment and may be asked again; it goes with the moment."""
        self._lock = threading.Lock()

    @cached_property
    def at(self) -> datetime:
        """The moment."""
        return datetime.fromisoformat(self.found.at)

    @property
    def digest(self) -> str:
        """The same as long as nothing that is read here changed."""
        return self.found.digest

    def answer(self, expression: Any) -> Any:
        """The rows of an expression, as Arrow."""
        with self._lock:
            for table in expression.op().find(ops.UnboundTable):
                self._make(table.name)
            return self.con.to_pyarrow(expression)

    def run(self, sql: str, names: Collection[str], schema: pa.Schema) -> pa.Table:
        """The rows of an expression that was compiled before, over the tables of these names."""
        with self._lock:
            for name in names:
                self._make(name)
            return self.con.con.sql(sql).to_arrow_table().cast(schema)

    def matching(self, table: Table, column: str, values: Collection[Any]) -> list[dict[str, Any]]:
        """The rows that have one of these values in a column; so plain a question is spelled here, not compiled."""
        if not values:
            return []
        with self._lock:
            self._make(table.name)
            sql = f'SELECT * FROM "{table.name}" WHERE "{column}" IN ({", ".join("?" * len(values))})'
            rows = self.con.con.execute(sql, list(values)).fetchall()
        return [dict(zip(table.columns, row, strict=True)) for row in rows]

    def _make(self, name: str) -> None:
        if name not in self._made:
            self.con.raw_sql(f'CREATE VIEW "{name}" AS {self.rows_of(tables.table_named(name))}')
            self._made.add(name)

    def rows_of(self, table: Table) -> str:
        """A table as SQL over the files that count."""
        columns = ", ".join(f'"{name}"' for name in table.columns)
        files = self.found.of(table.name)
        if not files:
            empty = ", ".join(f'NULL::{copying.sql_type(kind)} AS "{name}"' for name, kind in table.columns.items())
            return f"SELECT {empty} LIMIT 0"
        rows = f"SELECT {columns} FROM {parquet(self.folder, files)}"
        return f"{rows} t {self._newest()}" if table.is_by_person and len(self.found.of("persons")) > 1 else rows

    def _newest(self) -> str:
        """Leaves out the rows of a person that a later refresh replaced, all of them."""
        later = self.found.of("persons")[1:]
        newest = f"SELECT subject, max(version) AS version FROM {parquet(self.folder, later)} GROUP BY subject"
        return f"ANTI JOIN ({newest}) n ON n.subject = t.subject AND n.version > t.version"


_opened: list[Lake] = []


def opened() -> Lake:
    """The lake as it stands now; whoever asks again before the next refresh gets the same."""
    folder = manifest.folder_of()
    found = manifest.read(folder)
    if found is None:
        raise NoLake("数据副本还没有建立，请运行 jiangtai lake refresh")
    if not (_opened and _opened[0].folder == folder and _opened[0].found == found):
        _opened[:] = [Lake(folder, found)]
    if _opened[0].kept.rows > MOST_KEPT:  # whoever still reads the old ones holds them
        _opened[0].kept = Kept()
    return _opened[0]


def parquet(folder: Path, files: list[str]) -> str:
    """Some of the lake's files as a table."""
    names = ", ".join("'" + str(folder / one).replace("'", "''") + "'" for one in files)
    return f"read_parquet([{names}], union_by_name = true)"
