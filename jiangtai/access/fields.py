"""A place in a tree as a column, so that a whole branch is one plain range of it."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Lookup

LABEL = 6
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Reach:
    """What someone can reach: every path from `low` up to, not including, `high`."""

    low: str
    high: str

    @classmethod
    def below(cls, path: str) -> "Reach":
        """A unit and all that stands under it."""
        return cls(path, path + "~")

    @property
    def is_everything(self) -> bool:
        """Whether no path lies outside."""
        return self == EVERYTHING

    def holds(self, path: str) -> bool:
        """Whether a path lies inside."""
        return self.low <= path < self.high


EVERYTHING = Reach("", "~")
NOTHING = Reach("", "")


def label(number: int) -> str:
    """The fixed-width name of a unit inside a path."""
    text = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        text = DIGITS[digit] + text
    return text.rjust(LABEL, "0")


class PathField(models.CharField):
    """The labels of a unit and of all above it, root first, compared byte by byte."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("db_collation", "C")
        super().__init__(*args, **kwargs)


@PathField.register_lookup
class Within(Lookup):
    """`path__within=Reach(…)`: an index range, never a pattern."""

    lookup_name = "within"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[str, str]]:
        """The two ends of the range."""
        return "%s", (value.low, value.high)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`path >= low AND path < high`."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", (*parameters, *parameters, self.rhs.low, self.rhs.high)
