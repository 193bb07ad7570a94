"""A column says what a list shows of a row, how it sorts, and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any

from django.utils import timezone

from .values import Masked, Tag

KINDS = ("text", "num", "date", "tag", "masked", "code", "act")
NOTHING = "—"


@dataclass(frozen=True)
class Column:
    """One column: `value` is a function of the row, a dotted path, or nothing where the key is the attribute.

    `sort` names the field (or fields) the database orders by; a column without it is not sortable.
    `note` is a second, smaller line; a `code` (the number of a case) is never broken; an `act` is what can be done with
    the row, and stands in no sheet.
    `hidden` columns are off until the user turns them on.
    """

    key: str
    label: str
    value: Callable[[Any], Any] | str | None = None
    sort: str | tuple[str, ...] | None = None
    link: Callable[[Any], str | None] | None = None
    kind: str = "text"
    hidden: bool = False
    note: Callable[[Any], str] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"column {self.key!r}: a kind is one of {', '.join(KINDS)}, not {self.kind!r}")
        if self.link and not self.label and self.kind != "act":
            raise ValueError(f"column {self.key!r}: what leads somewhere without a heading is an act")

    def read(self, row: Any) -> Any:
        """The row's value."""
        if callable(self.value):
            return self.value(row)
        return reduce(_step, (self.value or self.key).split("."), row)

    def cell(self, row: Any) -> dict[str, Any]:
        """What the template needs to draw the row's cell."""
        value = self.read(row)
        return {
            "kind": self.kind,
            "label": self.label,
            "value": value,
            "text": as_text(value),
            "url": (self.link(row) if self.link else None) or None,
            "note": self.note(row) if self.note else "",
        }

    def plain(self, row: Any) -> Any:
        """The row's value for a sheet: numbers stay numbers, all else is text, the masked masked."""
        value = self.read(row)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        return "" if value is None else as_text(value)

    def order(self, descending: bool) -> list[str]:
        """The database's order for this column."""
        fields = (self.sort,) if isinstance(self.sort, str) else (self.sort or ())
        return [_turn(name) if descending else name for name in fields]


def as_text(value: Any) -> str:
    """A value as people write it here."""
    match value:
        case None | "":
            return NOTHING
        case bool():
            return "是" if value else "否"
        case datetime():
            return (
                timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
                if value.tzinfo
                else value.strftime("%Y-%m-%d %H:%M")
            )
        case date():
            return value.isoformat()
        case int():
            return f"{value:,}"
        case Tag() | Masked():
            return str(value)
        case list() | tuple() | set() | frozenset():
            return "、".join(as_text(item) for item in value) or NOTHING
        case _:
            return str(value)


def _step(owner: Any, name: str) -> Any:
    if owner is None:
        return None
    found = owner.get(name) if isinstance(owner, dict) else getattr(owner, name)
    return found() if callable(found) and not isinstance(found, type) else found


def _turn(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"
