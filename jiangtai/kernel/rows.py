"""What every stored row has: an id in order of time, and, where history must stand, no way back."""

from typing import TypeVar

from django.db import models
from pgtrigger import Before, Delete, Protect, Statement, Trigger, Truncate, Update

from . import clock, columns  # noqa: F401  a look-up for thousands of values
from .ids import new_id, read_id

R = TypeVar("R", bound=models.Model)


class Row(models.Model):
    """A row with a time-ordered id, made at a moment of the one clock."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    made_at = models.DateTimeField("记录时间", default=clock.now, editable=False)

    class Meta:
        abstract = True


class AppendOnly(Row):
    """A row that the database itself refuses to change or remove, whoever asks."""

    is_append_only = True

    class Meta:
        abstract = True
        triggers: tuple[Trigger, ...] = (
            Protect(name="append_only", operation=Update | Delete),
            Trigger(
                name="no_truncate",
                level=Statement,
                when=Before,
                operation=Truncate,
                func="RAISE EXCEPTION 'append-only: rows of % are never removed', TG_TABLE_NAME;",
            ),
        )


def row_with(rows: models.QuerySet[R], text: str) -> R | None:
    """The one of these rows whose id a text is; None for what is no id."""
    key = read_id(text)
    return rows.filter(pk=key).first() if key else None
