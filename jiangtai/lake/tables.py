"""The tables of the lake and their columns: one for every kind of fact, and those of register and units."""

import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from functools import cache
from typing import Any

import ibis

from jiangtai import ledger
from jiangtai.ledger import EmployerId, UnitId

_FACT = {
    "position": "int64",
    "fact": "string",
    "subject": "int64",
    "unit": "int32",
    "day": "date",
    "until": "date",
    "ends": "int64",
    "known": "date",
}
"""Of every fact: its position, its own id, whom it is about, where, when, and since which day the office knows it."""
_TYPES: dict[Any, str] = {
    int: "int64",
    bool: "boolean",
    Decimal: "decimal(18, 2)",
    date: "date",
    datetime: "timestamp",
}


@dataclass(frozen=True)
class Table:
    """One table: its name, its columns with their types, and whether a person's rows are replaced as a whole."""

    name: str
    columns: types.MappingProxyType[str, str] = field(hash=False, compare=False)
    is_by_person: bool = False

    @property
    def rows(self) -> Any:
        """The table as an expression that no engine is bound to yet."""
        return ibis.table(dict(self.columns), name=self.name)


def _table(name: str, is_by_person: bool = False, /, **columns: str) -> Table:
    return Table(name, types.MappingProxyType(columns), is_by_person)


PERSONS = _table(
    *("persons", True),
    subject="int64", id="string", state="string", sex="string", birth_year="int32", hukou="string", education="string",
)  # fmt: skip
EMPLOYMENTS = _table(
    *("employments", True),
    subject="int64", unit="int32", since="date", until="date", occupation="string", form="string",
    is_production="boolean", why="string",
)  # fmt: skip
MEMBERSHIPS = _table(
    "memberships", True, subject="int64", unit="int32", since="date", until="date", why="string"
)  # fmt: skip
UNITS = _table(
    "units",
    unit="int32", id="string", tree="string", kind="string", name="string", code="string", state="string",
    parent="int32", since="date", until="date", ownership="string", size="string",
)  # fmt: skip
LINEAGE = _table("lineage", unit="int32", ancestor="int32", depth="int32")
STANDS = _table("stands", subject="int64", into="int64")
SUBJECTS = _table("subjects", who="uuid", subject="int64")
REVERSED = _table("reversed", position="int64", known="date")
REGISTER = (PERSONS, EMPLOYMENTS, MEMBERSHIPS)
WHOLE = (UNITS, LINEAGE, STANDS)
"""Small ones, which every refresh writes anew."""


@cache
def fact_table(key: str) -> Table:
    """The table of one kind of fact."""
    known = ledger.declared(key)
    skipped = {known.subject, "on", "unit", known.until, known.ends, *known.personal}
    payload = {name: _type(kind.type) for name, kind in known.fields.items() if name not in skipped}
    return Table(f"fact.{key}", types.MappingProxyType(_FACT | payload))


def is_about_a_unit(key: str) -> bool:
    """Whether the subject of a kind of fact is a unit, and so stands in the lake by its unit's number."""
    known = ledger.declared(key)
    return known.fields[known.subject].type in (EmployerId, UnitId)


@dataclass(frozen=True)
class Reference(Table):
    """A small catalogue of a domain, such as its titles: copied whole, from the table of its model."""

    source: str = ""


_REFERENCES: dict[str, Reference] = {}


def reference(name: str, model: Any, /, **columns: str) -> Reference:
    """Declare a catalogue; its `id` is what facts name, and nothing in it is about a person."""
    made = Reference(name, types.MappingProxyType(columns), source=model._meta.db_table)
    _REFERENCES[name] = made
    return made


def references() -> list[Reference]:
    """The declared catalogues, by name."""
    return [_REFERENCES[name] for name in sorted(_REFERENCES)]


def every_table() -> Iterator[Table]:
    """Every table that there is."""
    yield from (*REGISTER, *WHOLE, SUBJECTS, REVERSED, *references())
    yield from (fact_table(known.key) for known in ledger.fact_types())


def table_named(name: str) -> Table:
    """The table of this name."""
    fixed = {one.name: one for one in (*REGISTER, *WHOLE, SUBJECTS, REVERSED, *references())}
    return fixed.get(name) or fact_table(name.removeprefix("fact."))


def _type(kind: Any) -> str:
    return "int64" if isinstance(kind, type) and issubclass(kind, IntEnum) else _TYPES.get(kind, "string")
