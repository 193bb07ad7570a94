"""Compiled questions: an expression becomes SQL once; period, units and the day of knowing are put in when it is asked.

Compiling takes longer than answering on all but the largest lakes. The expression is compiled for a frame and a unit
that nobody asks for; their spellings in the SQL are then replaced by those that are asked for. A test holds that this
is letter for letter what compiling anew would give.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as compute
from ibis.expr.operations import UnboundTable

from jiangtai.kernel import Home
from jiangtai.lake import OVERWRITTEN, Lake, known_at

from .declare import Indicator, indicators
from .periods import Frame, Period

_FIRST, _LAST, _KNOWN = date(1801, 2, 3), date(1802, 4, 5), date(1803, 6, 7)
_UNIT, _AT, _ABOUT = 1_801_802, 1_801_803, 1_801_804
_PLACES = re.compile(
    r"MAKE_DATE\((?P<first>1801, 2, 3)\)|MAKE_DATE\((?P<last>1802, 4, 5)\)|MAKE_DATE\((?P<known>1803, 6, 7)\)"
    r"|\b(?P<unit>1801802)\b|\b(?P<at>1801803)\b|\b(?P<about>1801804)\b|\b(?P<year>1802)\b"
)
Build = Callable[[Frame, list[int]], Any]


@dataclass(frozen=True)
class Question:
    """SQL with places for what is asked, the tables that it reads, and the columns that it answers with."""

    sql: str
    tables: frozenset[str]
    schema: pa.Schema

    def filled(self, frame: Frame, units: Collection[int]) -> str:
        """The SQL for a frame and units."""
        days = {"first": frame.first, "last": frame.as_of, "known": frame.known}
        numbers = {"unit": units, "at": frame.at, "about": frame.about}

        def put(found: re.Match[str]) -> str:
            if found.lastgroup in numbers:
                return ", ".join(map(str, numbers[found.lastgroup]))
            if found["year"]:
                return str(frame.as_of.year)
            day = next(day for name, day in days.items() if found[name])
            assert day is not None
            return f"MAKE_DATE({day.year}, {day.month}, {day.day})"

        return _PLACES.sub(put, self.sql)


_KEPT: dict[tuple[Indicator, str, bool], Question] = {}
_WRITTEN: dict[Path, dict[str, list[Any]]] = {}
"""What other processes compiled, by file; a file fits one state of the code only."""


def question(one: Indicator, shape: str, build: Build, frame: Frame) -> Question | None:
    """The question of this shape about an indicator; None where a frame enters otherwise than by its days."""
    if one.measure.of is not None:
        return None
    key = (one, shape, frame.known is None)
    if key not in _KEPT and _is_declared(one) and (kept := _written().get(_name(one, shape, frame))):
        schema = pa.ipc.read_schema(pa.BufferReader(base64.b64decode(kept[2])))
        _KEPT[key] = Question(kept[0], frozenset(kept[1]), schema)
    if key not in _KEPT:
        known, at, about = frame.known and _KNOWN, frame.at and (_AT,), frame.about and (_ABOUT,)
        sample = Frame(Period("", _FIRST, _LAST), _LAST, known, at=at, about=about)
        expression = build(sample, [_UNIT])
        tables = frozenset(table.name for table in expression.op().find(UnboundTable))
        sql = str(ibis.to_sql(expression, dialect="duckdb"))
        _KEPT[key] = Question(sql, tables, expression.schema().to_pyarrow())
    return _KEPT[key]


def is_known(one: Indicator, shape: str, frame: Frame) -> bool:
    """Whether this question need not be compiled any more, or cannot be compiled once for all."""
    return (
        one.measure.of is not None
        or (one, shape, frame.known is None) in _KEPT
        or _name(one, shape, frame) in _written()
    )


def keep() -> int:
    """Write down what this process compiled, so that the next one need not; how many questions there are now."""
    declared, file, found = set(indicators()), _file(), dict(_written())
    for (one, shape, is_now), asked in _KEPT.items():
        if one in declared:
            schema = base64.b64encode(asked.schema.serialize()).decode()
            found[f"{one.key} {shape} {is_now}"] = [asked.sql, sorted(asked.tables), schema]
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(found), encoding="utf-8")
    draft.replace(file)
    for older in file.parent.glob("*.json"):
        if older != file:
            older.unlink(missing_ok=True)
    _WRITTEN.clear()
    return len(found)


def _written() -> dict[str, list[Any]]:
    """What was written down for this state of the code; a file that cannot be read is as none."""
    file = _file()
    if file not in _WRITTEN:
        try:
            _WRITTEN[file] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            _WRITTEN[file] = {}
    return _WRITTEN[file]


def _file() -> Path:
    return Home.current().path / "lake" / "questions" / f"{state()}.json"


def _is_declared(one: Indicator) -> bool:
    """Whether it is the one that its key names, and not another way to count the same rows."""
    return one in indicators()


@cache
def state() -> str:
    """The code that an expression can depend on, in a few signs: all of ours, and what compiles it."""
    state = hashlib.blake2b(f"{ibis.__version__} {pa.__version__}".encode(), digest_size=16)
    root = Path(__file__).resolve().parent.parent
    for path in sorted(root.rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            state.update(path.read_bytes())
    return state.hexdigest()


def _name(one: Indicator, shape: str, frame: Frame) -> str:
    return f"{one.key} {shape} {frame.known is None}"


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
