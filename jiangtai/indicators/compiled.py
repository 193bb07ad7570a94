"""Compiled questions: an expression becomes SQL once; period, units and the day of knowing are put in when it is asked.

Compiling takes longer than answering on all but the largest lakes. The expression is compiled for a frame and a unit
that nobody asks for; their spellings in the SQL are then replaced by those that are asked for. A test holds that this
is letter for letter what compiling anew would give.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as compute
from ibis.expr.operations import UnboundTable

from jiangtai.lake import OVERWRITTEN, Lake, known_at

from .declare import Indicator
from .periods import Frame, Period

_FIRST, _LAST, _KNOWN, _UNIT = date(1801, 2, 3), date(1802, 4, 5), date(1803, 6, 7), 1_801_802
_PLACES = re.compile(
    r"MAKE_DATE\((?P<first>1801, 2, 3)\)|MAKE_DATE\((?P<last>1802, 4, 5)\)|MAKE_DATE\((?P<known>1803, 6, 7)\)"
    r"|\b(?P<unit>1801802)\b|\b(?P<year>1802)\b"
)
Build = Callable[[Frame, list[int]], Any]


@dataclass(frozen=True)
class Question:
    """SQL with places for what is asked, the tables that it reads, and the columns that it answers with."""

    one: Indicator
    sql: str
    tables: frozenset[str]
    schema: pa.Schema

    def filled(self, frame: Frame, units: Collection[int]) -> str:
        """The SQL for a frame and units."""
        days = {"first": frame.first, "last": frame.as_of, "known": frame.known}

        def put(found: re.Match[str]) -> str:
            if found["unit"]:
                return ", ".join(map(str, units))
            if found["year"]:
                return str(frame.as_of.year)
            day = next(day for name, day in days.items() if found[name])
            assert day is not None
            return f"MAKE_DATE({day.year}, {day.month}, {day.day})"

        return _PLACES.sub(put, self.sql)


_KEPT: dict[tuple[int, str, bool], Question] = {}


def question(one: Indicator, shape: str, build: Build, frame: Frame) -> Question | None:
    """The question of this shape about an indicator; None where a frame enters otherwise than by its days."""
    if one.measure.of is not None:
        return None
    key = (id(one), shape, frame.known is None)
    if key not in _KEPT:
        sample = Frame(Period("", _FIRST, _LAST), _LAST, None if frame.known is None else _KNOWN)
        expression = build(sample, [_UNIT])
        tables = frozenset(table.name for table in expression.op().find(UnboundTable))
        sql = str(ibis.to_sql(expression, dialect="duckdb"))
        _KEPT[key] = Question(one, sql, tables, expression.schema().to_pyarrow())
    return _KEPT[key]


def ask(
    lake: Lake, one: Indicator, shape: str, build: Build, frame: Frame, units: Collection[int], tail: str = ""
) -> pa.Table:
    """The answer; `tail` is what is added to the SQL, such as a limit."""
    asked = question(one, shape, build, frame)
    if asked is None:
        expression = build(frame, list(units))
        sql = str(ibis.to_sql(expression, dialect="duckdb"))
        return _lake_for(lake, sql, frame).run(sql + tail, *_read(expression))
    return _lake_for(lake, asked.sql, frame).run(asked.filled(frame, units) + tail, asked.tables, asked.schema)


def ask_many(
    lake: Lake, one: Indicator, shape: str, build: Build, frames: Collection[Frame], units: Collection[int]
) -> list[pa.Table]:
    """The answers for several frames, asked as one unless a frame has details of its own month's end."""
    asked = [(frame, question(one, shape, build, frame)) for frame in frames]
    whole = [(frame, found) for frame, found in asked if found and _lake_for(lake, found.sql, frame) is lake]
    if not whole or len(whole) < len(asked):
        return [ask(lake, one, shape, build, frame, units) for frame in frames]
    parts = (f"SELECT {at} AS place, * FROM ({one.filled(frame, units)})" for at, (frame, one) in enumerate(whole))
    first = whole[0][1]
    table = lake.run(" UNION ALL ".join(parts), first.tables, first.schema.insert(0, pa.field("place", pa.int64())))
    return [table.filter(compute.equal(table["place"], at)).drop_columns("place") for at in range(len(whole))]


def _lake_for(lake: Lake, sql: str, frame: Frame) -> Lake:
    """The lake as it is, or, where a question is about details that corrections overwrite, as that day knew them."""
    return known_at(lake, frame.as_of) if any(name in sql for name in OVERWRITTEN) else lake


def _read(expression: Any) -> tuple[frozenset[str], pa.Schema]:
    tables = frozenset(table.name for table in expression.op().find(UnboundTable))
    return tables, expression.schema().to_pyarrow()
