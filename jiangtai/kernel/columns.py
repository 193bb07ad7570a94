"""Many values for the database at once: a whole column is one text, as PostgreSQL reads an array.

A placeholder for each value is parsed, adapted and quoted one by one, and that is most of what a list of thousands
costs; one text is made in one go.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.sql import Query

_LENGTH = re.compile(r"\(.*\)")


def array(values: Iterable[Any]) -> str:
    """Ids, bytes, days, numbers, flags, texts and nothing, as the text of an array."""
    return f"{{{','.join([_SPELLED.get(type(one), _other)(one) for one in values])}}}"


def add_many(rows: Sequence[models.Model]) -> None:
    """Add rows of one model in one statement; ids that the database gives are not told."""
    if not rows:
        return
    fields = [field for field in rows[0]._meta.concrete_fields if not isinstance(field, models.AutoField)]
    quote = connection.ops.quote_name
    statement = (
        f"INSERT INTO {quote(rows[0]._meta.db_table)} ({', '.join(quote(str(field.column)) for field in fields)})"  # noqa: S608  ours
        f" SELECT * FROM unnest({', '.join(f'%s::{_type(field)}[]' for field in fields)})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [array([getattr(one, field.attname) for one in rows]) for field in fields])
    for one in rows:
        one._state.adding = False


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class Among(models.Lookup):
    """`field__among=values`: `in` for thousands of them; of a query, its rows are gathered before anything else."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """One array on the right side."""
        left, params = self.process_lhs(compiler, connection)
        if isinstance(self.rhs, Query):
            told, more = self.rhs.get_compiler(connection=connection).as_sql()
            return f"{left} = ANY(ARRAY({told}))", (*params, *more)
        if not (values := list(self.rhs)):
            raise EmptyResultSet
        return f"{left} = ANY(%s::{_type(self.lhs.output_field)}[])", (*params, array(values))


def _type(field: Any) -> str:
    """The database's type without its length: an array of limited texts would cut what is too long in silence."""
    return _LENGTH.sub("", field.rel_db_type(connection))


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _bytes(value: bytes | memoryview) -> str:
    return f'"\\\\x{value.hex()}"'


def _other(value: Any) -> str:
    """What is a text or a number by descent, as choices are."""
    for kind in (str, int):
        if isinstance(value, kind):
            return _SPELLED[kind](kind(value) if kind is int else str.__str__(value))
    raise TypeError(f"{type(value).__name__} does not go into an array")


_SPELLED: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "NULL",
    UUID: lambda value: f"{value.int:032x}",
    str: _quoted,
    bytes: _bytes,
    memoryview: _bytes,
    bool: {True: "t", False: "f"}.__getitem__,
    int: str,
    date: date.isoformat,
    datetime: lambda value: f'"{value.isoformat()}"',
}
