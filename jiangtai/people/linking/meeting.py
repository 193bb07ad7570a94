"""A handful of new rows beside those who may be meant: the same evidence and weights as for whole lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from . import evidence, weights
from .evidence import VALUES

_TYPES = {"name": pa.string(), "born": pa.int32(), "phone": pa.int64(), "employer": pa.int64()}


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
    con = ibis.duckdb.connect()
    try:
        loose = _table(con, "loose", rows, rid=list(rows), source=[0] * len(rows), damaged=[None] * len(rows))
        numbers = [-1 - who for who in people]
        known = _table(con, "known", people, who=list(people), rid=numbers, source=[1] * len(people))
        met = pa.table(
            {
                "rid": pa.array([row for row, _ in pairs], pa.int32()),
                "who": pa.array([who for _, who in pairs], pa.int64()),
            }
        )
        paired = con.create_table("pairs", met).mutate(repaired=ibis.literal(0, "int8"))
        known = known.mutate(damaged=ibis.null("string"))
        compared = con.create_table("compared", evidence.agreement(paired, loose, known))
        counted = {name: con.create_table(f"often_{name}", _counts(name, often.get(name, {}))) for name in VALUES}
        odds = weights.learned(max(persons, 1), {}, {}, (0, 0), {}, {})
        best = weights.best(con.create_table("weighed", odds.of(compared, counted)), odds).to_pyarrow().to_pylist()
        return [Match(one["rid"], one["who"], one["odds"]) for one in best]
    finally:
        con.disconnect()


def _table(con: Any, name: str, facts: Mapping[int, Facts], **more: Sequence[Any]) -> Any:
    kinds = {"rid": pa.int32(), "who": pa.int64(), "source": pa.int16(), "damaged": pa.string()}
    columns = {key: pa.array(values, kinds[key]) for key, values in more.items()}
    columns |= {key: pa.array([getattr(one, key) for one in facts.values()], kind) for key, kind in _TYPES.items()}
    return con.create_table(name, pa.table(columns))


def _counts(name: str, times: Mapping[object, float]) -> pa.Table:
    return pa.table(
        {
            "value": pa.array(list(times), _TYPES[name]),
            "times": pa.array([float(one) for one in times.values()], pa.float64()),
        }
    )
