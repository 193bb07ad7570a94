"""What is read out of PostgreSQL, and how it becomes the columns of the lake."""

import json
from datetime import datetime
from pathlib import Path

from django.db import connection

from jiangtai import ledger
from jiangtai.access import Unit, UnitVersion, root
from jiangtai.kernel import clock
from jiangtai.ledger import FactRow, PersonId
from jiangtai.people import Employer, Employment, Person, UnionMembership

from . import tables
from .tables import Reference, Table

RAW = {
    "position": "BIGINT", "fact": "VARCHAR", "type": "VARCHAR", "who": "UUID", "unit": "INTEGER", "day": "DATE",
    "until": "DATE", "ends": "BIGINT", "reverses": "BIGINT", "known": "DATE", "payload": "VARCHAR",
}  # fmt: skip
_FACT, _UNIT, _PERSON = FactRow._meta.db_table, Unit._meta.db_table, Person._meta.db_table
_LEAF = "ledger_leaf"
_SPELLS = {
    tables.EMPLOYMENTS: (Employment, "s.since, s.until, s.occupation, s.form, s.is_production, s.why"),
    tables.MEMBERSHIPS: (UnionMembership, "s.since, s.until, s.why"),
}


def facts_between(low: int, high: int, file: Path) -> None:
    """The facts placed after `low`, up to `high`; one that names no unit is the whole place's."""
    top = root()
    pull(
        f"""SELECT l.position, f.id, f.type, f.subject, coalesce(u.number, {top.number if top else "NULL"}), f.day,
                   f.until, e.position, r.position,
                   (f.made_at AT TIME ZONE '{clock.OFFICE_ZONE}')::date, f.payload
            FROM {_LEAF} l JOIN {_FACT} f ON f.id = l.fact LEFT JOIN {_UNIT} u ON u.id = f.unit_id
            LEFT JOIN {_LEAF} e ON e.fact = f.ends LEFT JOIN {_LEAF} r ON r.fact = f.reverses
            WHERE l.position > {low} AND l.position <= {high} ORDER BY l.position""",
        file,
    )


def register_since(low: int, table: Table, file: Path) -> None:
    """The rows of every person whom a fact after `low` names; of all persons where `low` is before the first."""
    if table is tables.PERSONS:
        pull(
            f"""SELECT p.id, p.id, p.state, p.sex, p.birth_year, p.hukou, p.education FROM {_PERSON} p
                {_touched("p.id", low)} ORDER BY p.id""",
            file,
        )
        return
    model, columns = _SPELLS[table]
    pull(
        f"""SELECT s.person_id, u.number, {columns} FROM {model._meta.db_table} s
            JOIN {_UNIT} u ON u.id = s.unit_id {_touched("s.person_id", low)}""",
        file,
    )


def units(file: Path) -> None:
    """Every unit, from and up to which day it was, and what is known of it as an employer; whether it has an heir."""
    pull(
        f"""SELECT u.number, u.id, u.tree, u.kind, u.name, u.code, u.state, p.number,
                   coalesce(v.since, (u.made_at AT TIME ZONE '{clock.OFFICE_ZONE}')::date),
                   CASE WHEN u.state <> 'active' THEN v.until END,
                   coalesce(e.ownership, ''), coalesce(e.size, ''), m.number, s.number,
                   u.path
            FROM {_UNIT} u LEFT JOIN {_UNIT} p ON p.id = u.parent_id LEFT JOIN {_UNIT} m ON m.id = u.merged_into_id
            LEFT JOIN (SELECT unit_id, min(since) AS since, max(since) FILTER (WHERE change IN ('merged', 'closed'))
                       AS until FROM {UnitVersion._meta.db_table} GROUP BY unit_id) v ON v.unit_id = u.id
            LEFT JOIN {_UNIT} s ON s.id = u.serves_id LEFT JOIN {Employer._meta.db_table} e ON e.unit_id = u.id""",
        file,
    )


def merged(file: Path) -> None:
    """Whose files were put together: the id that went, the id that stands."""
    pull(f"SELECT p.id, p.merged_into_id FROM {_PERSON} p WHERE p.merged_into_id IS NOT NULL", file)


def catalogue(table: Reference, file: Path) -> None:
    """A domain's own small table."""
    pull(f"SELECT {', '.join(table.columns)} FROM {table.source}", file)


def newest_position() -> int:
    """The last position given out; -1 while there is none."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(position), -1) FROM {_LEAF}")
        return int(cursor.fetchone()[0])


def waiting() -> int:
    """How many committed facts have no position yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_waiting")
        return int(cursor.fetchone()[0])


def lacking(position: int) -> tuple[int, datetime | None]:
    """How many committed facts stand after a position, and when the first was written, placed or waiting."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT (SELECT coalesce(max(position), -1) FROM {_LEAF}) - %(at)s
                       + (SELECT count(*) FROM ledger_waiting),
                       (SELECT min(made_at) FROM {_FACT} WHERE id = ANY (ARRAY[
                           (SELECT fact FROM {_LEAF} WHERE position > %(at)s ORDER BY position LIMIT 1),
                           (SELECT fact FROM ledger_waiting ORDER BY fact LIMIT 1)]))""",
            {"at": position},
        )
        behind, oldest = cursor.fetchone()
        return int(behind), oldest


def pull(query: str, file: Path) -> None:
    """The answer as CSV."""
    with (
        file.open("wb") as out,
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as rows,
    ):
        for part in rows:
            out.write(part)


def columns_of(table: Table) -> str:
    """A fact's declared fields, out of the payload that the ledger keeps."""
    fixed = {"subject": "s.subject", "ends": "raw.ends"}
    found = []
    for name, kind in table.columns.items():
        if name in RAW and name != "subject":
            found.append(f"raw.{name}")
        elif name in fixed:
            found.append(fixed[name])
        else:
            path = json.dumps(f'$."{name}"')[1:-1].replace('\\"', '"')
            found.append(f"CAST(json_extract_string(raw.payload, '{path}') AS {sql_type(kind)}) AS \"{name}\"")
    return ", ".join(found)


def sql_type(kind: str) -> str:
    """An Ibis type as DuckDB spells it."""
    known = {"int64": "BIGINT", "int32": "INTEGER", "string": "VARCHAR"}
    return known.get(kind, kind.upper())


def _touched(column: str, low: int) -> str:
    if low < 0:
        return ""
    since = f"FROM {_LEAF} l JOIN {_FACT} f ON f.id = l.fact WHERE l.position > {low}"
    also = "".join(
        f" UNION SELECT (f.payload->>'{name}')::uuid {since} AND f.type = '{kind}'" for kind, name in _others()
    )
    return f"WHERE {column} IN (SELECT f.subject {since}{also})"


def _others() -> list[tuple[str, str]]:
    """Fields that name a second person: whoever is merged, or mentors."""
    return [
        (known.key, name)
        for known in ledger.fact_types()
        for name, kind in known.fields.items()
        if kind.type is PersonId and name != known.subject and name not in known.personal
    ]
