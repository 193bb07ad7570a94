"""A small lake of plain rows, written by tests as a refresh writes it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb

from jiangtai import ledger
from jiangtai.lake import Lake, every_table, fact_table
from jiangtai.lake.copying import sql_type
from jiangtai.lake.manifest import Manifest
from jiangtai.people.facts import Form, LeavingReason

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
         "since": date(2020, 1, 1), "ownership": "private", "size": ""}
        for unit, parent in places.items()
    ]  # fmt: skip
    industries = [{"unit_id": f"u{unit}", "code": "C3811" if unit % 2 else "G5910", "since": date(1900, 1, 1)}
                  for unit in places]  # fmt: skip
    lineage = [{"unit": unit, "ancestor": one, "depth": depth}
               for unit, all_ in above.items() for depth, one in enumerate(all_)]  # fmt: skip
    subjects = [{"who": str(UUID(int=one)), "subject": one} for one in range(1, 6)]
    return {"units": units, "industries": industries, "lineage": lineage, "subjects": subjects}


def _above(unit: int, places: dict[int, int | None]) -> list[int]:
    parent = places[unit]
    return [] if parent is None else [parent, *_above(parent, places)]


SOME = 24
"""Rows of every kind of fact in a filled lake."""
_EPOCH = date(2026, 1, 1)


def filled(**said: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """A town, one of whose firms has a broken line for a name, where everything that is declared happened.

    `said` is what fields of these names say, in turn, where their type does not tell.
    """
    made = town()
    made["units"][3]["name"] = "单位4\n分厂"
    made["persons"] = [
        {"subject": one, "id": f"p{one}", "state": "registered", "sex": "男女"[one % 2], "birth_year": 1960 + 9 * one,
         "hukou": ("local_rural", "local_urban")[one % 2], "education": ("20", "70")[one % 2]} for one in range(1, 6)
    ]  # fmt: skip
    spells = [_spell(number) for number in range(SOME)]
    made["employments"] = [{**one, "unit": 4 + at % 4} for at, one in enumerate(spells)]
    made["memberships"] = [{**one, "unit": 9} for one in spells]
    places: dict[str, int] = {}
    kinds = ledger.fact_types()
    for at, known in enumerate(sorted(kinds, key=lambda one: bool(one.ends))):
        places[known.cls.__name__] = at * SOME
        made[f"fact.{known.key}"] = [_fact(known, at * SOME + number, number, said) for number in range(SOME)]
    for known in kinds:
        for ender in known.enders:
            ends = next(one for one in kinds if one.cls.__name__ == ender)
            made[f"fact.{ends.key}"][0]["ends"] = places[known.cls.__name__] + SOME - 1
    return made


def _spell(number: int) -> dict[str, Any]:
    since = _EPOCH + timedelta(days=13 * number - 60)
    return {"subject": 1 + number % 5, "since": since, "occupation": "车工", "is_production": bool(number % 2),
            "until": since + timedelta(days=30) if number % 3 == 0 else None,
            "form": [one.value for one in Form][number % len(Form)],
            "why": [one.value for one in LeavingReason][number // 3 % len(LeavingReason)]}  # fmt: skip


def _fact(known: Any, position: int, number: int, said: dict[str, Sequence[str]]) -> dict[str, Any]:
    day, subject = _EPOCH + timedelta(days=13 * number), known.fields[known.subject].type
    about = 4 + number % 4 if subject in (ledger.EmployerId, ledger.UnitId) else 1 + number % 5
    row = {name: said[name][number % len(said[name])] if name in said else _value(kind.type, number, day)
           for name, kind in known.fields.items()}  # fmt: skip
    table = fact_table(known.key)
    return {name: one for name, one in row.items() if name in table.columns} | {
        "position": position, "fact": str(UUID(int=position)), "subject": about, "unit": 4 + number % 4, "day": day,
        "until": None, "known": day, "ends": None,
    }  # fmt: skip


def _value(kind: Any, number: int, day: date) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)[number % len(list(kind))].value
    moment = datetime.combine(day, time(9), UTC)
    plain = {bool: number % 2 == 0, int: number, Decimal: Decimal(number + 1), date: day, datetime: moment}
    return plain.get(kind, "x") if isinstance(kind, type) else "x"
