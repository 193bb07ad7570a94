"""A small lake of plain rows, written by tests as a refresh writes it."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb

from jiangtai.lake import Lake, every_table
from jiangtai.lake.copying import sql_type
from jiangtai.lake.manifest import Manifest

AT = "2026-11-30T08:00:00+00:00"


def lake_of(folder: Path, **rows: list[dict[str, Any]]) -> Lake:
    """A lake with these rows; tables are named with `__` for the dot, and what a row leaves out is null."""
    found, con = Manifest(position=0, at=AT), duckdb.connect()
    wanted = {name.replace("__", "."): many for name, many in rows.items()}
    for table in every_table():
        many = wanted.pop(table.name, [])
        if not many:
            continue
        columns = ", ".join(f'"{name}" {sql_type(kind)}' for name, kind in table.columns.items())
        con.execute(f"CREATE OR REPLACE TABLE t ({columns})")
        marks = ", ".join("?" for _ in table.columns)
        con.executemany(f"INSERT INTO t VALUES ({marks})", [[row.get(name) for name in table.columns] for row in many])
        file = f"{table.name}.parquet"
        con.execute(f"COPY t TO '{folder / file}' (FORMAT parquet)")
        found.files[table.name] = [file]
    assert not wanted, f"no such table: {sorted(wanted)}"
    return Lake(folder, found)


def town() -> dict[str, list[dict[str, Any]]]:
    """A district 1, its streets 2 and 3, two firms in each (4, 5; 6, 7), a federation 8 with the union 9 of firm 4."""
    places = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3, 7: 3, 8: None, 9: 8}
    above = {unit: [unit, *_above(unit, places)] for unit in places}
    above[9] += [4, 2, 1]
    above[4] += [9, 8]
    kinds = {1: "district", 2: "street", 3: "street", 8: "union_federation", 9: "basic_union"}
    units = [
        {"unit": unit, "id": f"u{unit}", "tree": "union" if unit > 7 else "administrative", "parent": parent,
         "kind": kinds.get(unit, "enterprise"), "name": f"单位{unit}", "code": f"c{unit}", "state": "active",
         "since": date(2020, 1, 1), "industry": "C3811" if unit % 2 else "G5910", "ownership": "private", "size": ""}
        for unit, parent in places.items()
    ]  # fmt: skip
    lineage = [{"unit": unit, "ancestor": one, "depth": depth}
               for unit, all_ in above.items() for depth, one in enumerate(all_)]  # fmt: skip
    subjects = [{"who": str(UUID(int=one)), "subject": one} for one in range(1, 6)]
    return {"units": units, "lineage": lineage, "subjects": subjects}


def _above(unit: int, places: dict[int, int | None]) -> list[int]:
    parent = places[unit]
    return [] if parent is None else [parent, *_above(parent, places)]
