"""Numbers with a slip, line by line: the rule by which whole lists are linked, for a list on its way in."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from . import evidence, normal


def answers(damaged: Mapping[int, str]) -> dict[int, list[str]]:
    """Of each damaged number every whole one that it may stand for; which is meant, the rest of the line tells."""
    found: dict[int, list[str]] = {}
    if not damaged:
        return found
    told = {"rid": list(damaged), "id_number": list(damaged.values())}
    rows = pa.table({name: pa.array(told.get(name, [None] * len(damaged)), kind) for name, kind in _COLUMNS.items()})
    with duckdb.connect() as con:
        con.register("raw", rows)
        con.register("places", pa.Table.from_pylist(evidence.PLACES))
        for row, number in con.execute(_question()).fetchall():
            found.setdefault(row, []).append(number)
    return found


def spelled(raw: Any, places: Any) -> Any:
    """The answers with the last sign that each of them has."""
    loose = normal.cleaned(raw).select("rid", damaged="number")
    found = evidence.repairs(loose, places)
    found = found.filter(found.number.between(10**16, 10**17 - 1)).distinct()
    front, back = (found.number // 10**8).cast("int32"), (found.number % 10**8).cast("int32")
    sign = ibis.literal(normal.CHECKS).substr(normal.remainder(front, back), 1)
    return found.select("rid", number=found.number.cast("string") + sign)


_COLUMNS = {name: getattr(pa, kind)() for name, kind in normal.READ.items()}


@lru_cache(maxsize=1)
def _question() -> str:
    """In DuckDB's words: to spell it takes ten times as long as to answer it."""
    raw = ibis.table(ibis.Schema.from_pyarrow(pa.schema(_COLUMNS)), name="raw")
    places = ibis.table(ibis.Schema.from_pyarrow(pa.Table.from_pylist(evidence.PLACES).schema), name="places")
    return str(ibis.to_sql(spelled(raw, places), dialect="duckdb"))
