"""A handful of new rows beside those who may be meant: the same evidence and weights as for whole lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from . import evidence, weights
from .evidence import VALUES

_TYPES = {"name": pa.string(), "born": pa.int32(), "phone": pa.int64(), "employer": pa.int64()}
_KEYS = {"rid": pa.int32(), "who": pa.int64(), "source": pa.int16(), "damaged": pa.string()}


@dataclass(frozen=True)
class Facts:
    """What is compared of a row or a person: spelled names and days; of phones and firms only whether they agree."""

    name: str | None = None
    born: int | None = None
    phone: int | None = None
    employer: int | None = None


@dataclass(frozen=True)
class Match:
    """The likeliest person of a row, and how likely."""

    row: int
    who: int
    odds: float


def nearest(
    rows: Mapping[int, Facts],
    people: Mapping[int, Facts],
    pairs: Sequence[tuple[int, int]],
    persons: int,
    often: Mapping[str, Mapping[object, float]],
) -> list[Match]:
    """Of every row the likeliest of those it is paired with, in a register of so many; `often` counts who shares it."""
    if not pairs:
        return []
    tables = {
        "loose": _table(rows, rid=list(rows), source=[0] * len(rows), damaged=[None] * len(rows)),
        "known": _table(people, who=list(people), rid=[-1 - who for who in people], source=[1] * len(people)),
        "pairs": _typed(rid=[row for row, _ in pairs], who=[who for _, who in pairs]),
        **{_often(name): _counts(name, often.get(name, {})) for name in VALUES},
    }
    with duckdb.connect() as con:
        for name, table in tables.items():
            con.register(name, table)
        return [Match(*one) for one in con.execute(_question(max(persons, 1))).fetchall()]


@lru_cache(maxsize=16)
def _question(persons: int) -> str:
    """What is asked of the tables, in DuckDB's words: to spell it takes ten times as long as to answer it."""
    paired = _shape("pairs", rid=_KEYS["rid"], who=_KEYS["who"]).mutate(repaired=ibis.literal(0, "int8"))
    loose = _shape("loose", rid=_KEYS["rid"], source=_KEYS["source"], damaged=_KEYS["damaged"], **_TYPES)
    known = _shape("known", who=_KEYS["who"], rid=_KEYS["rid"], source=_KEYS["source"], **_TYPES)
    compared = evidence.agreement(paired, loose, known.mutate(damaged=ibis.null("string")))
    counted = {name: _shape(_often(name), value=_TYPES[name], times=pa.float64()) for name in VALUES}
    odds = weights.learned(persons, {}, {}, (0, 0), {}, {}, (0, 0))
    best = weights.best(odds.of(compared, counted), odds)
    return str(ibis.to_sql(best.select("rid", "who", "odds"), dialect="duckdb"))


def _shape(name: str, /, **columns: pa.DataType) -> Any:
    return ibis.table(ibis.Schema.from_pyarrow(pa.schema(columns)), name=name)


def _often(name: str) -> str:
    return f"often_{name}"


def _table(facts: Mapping[int, Facts], **more: Sequence[Any]) -> pa.Table:
    columns = {key: pa.array([getattr(one, key) for one in facts.values()], kind) for key, kind in _TYPES.items()}
    return pa.table({**{key: pa.array(values, _KEYS[key]) for key, values in more.items()}, **columns})


def _typed(**columns: Sequence[Any]) -> pa.Table:
    return pa.table({key: pa.array(values, _KEYS[key]) for key, values in columns.items()})


def _counts(name: str, times: Mapping[object, float]) -> pa.Table:
    return pa.table(
        {
            "value": pa.array(list(times), _TYPES[name]),
            "times": pa.array([float(one) for one in times.values()], pa.float64()),
        }
    )
