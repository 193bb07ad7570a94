"""The state of a list is its address: conditions, order, columns and page number, and nothing else."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from .columns import Column

SORT, COLUMNS, NUMBER = "sort", "col", "page"


class ListState:
    """What the address asks of a list; what it cannot mean is ignored, never an error."""

    def __init__(self, page: Any, query: QueryDict) -> None:
        self.page, self.query = page, query
        self.values = [(one, value) for one in page.conditions if (value := one.read(query)) is not None]
        self.descending = query.get(SORT, page.order).startswith("-")
        self.sorted_by = self._column(query.get(SORT, page.order).removeprefix("-"))
        chosen = [key for key in query.getlist(COLUMNS) if any(one.key == key for one in page.columns)]
        self.shown: Sequence[Column] = [
            one for one in page.columns if (one.key in chosen if chosen else not one.hidden)
        ]

    def _column(self, key: str) -> Column | None:
        return next((one for one in self.page.columns if one.key == key and one.sort), None)

    def narrow(self, rows: Any) -> Any:
        """The rows that meet every condition."""
        for condition, value in self.values:
            rows = condition.apply(rows, value)
        return rows

    def order(self, rows: Any) -> Any:
        """The rows in the order asked for; the key breaks ties, so that pages never overlap."""
        if self.sorted_by is None or not isinstance(rows, QuerySet):
            return rows if not isinstance(rows, QuerySet) or rows.ordered else rows.order_by("pk")
        return rows.order_by(*self.sorted_by.order(self.descending), "pk")

    @property
    def is_narrowed(self) -> bool:
        """Whether any condition is set."""
        return bool(self.values)

    @property
    def hint(self) -> str:
        """Why a condition that is set may have found nothing."""
        return next(filter(None, (one.hint for one, _ in self.values)), "")

    def words(self) -> str:
        """All conditions as one sentence."""
        return "；".join(one.words(value, self.page) for one, value in self.values) or "全部"

    def address(self, *, drop: Sequence[str] = (), **changes: str | list[str]) -> str:
        """This state as a query string with some parameters changed or dropped, back on its first page."""
        query = self.query.copy()
        for key in (NUMBER, *drop):
            query.pop(key, None)
        for key, value in changes.items():
            query.setlist(key, value if isinstance(value, list) else [value])
        for key in [key for key in query if not any(query.getlist(key))]:
            del query[key]
        return query.urlencode()

    def kept(self) -> str:
        """What a saved view keeps of it: all but a name that was looked for."""
        return self.address(drop=[key for one in self.page.conditions if not one.is_kept for key in one.keys])

    def without_conditions(self) -> str:
        """The same list, everything shown."""
        return self.address(drop=[key for one in self.page.conditions for key in one.keys])

    def chips(self) -> list[dict[str, str]]:
        """Each set condition as words, with the address that lets it go."""
        return [
            {"words": one.words(value, self.page), "address": self.address(drop=one.keys)} for one, value in self.values
        ]

    def headers(self) -> list[dict[str, Any]]:
        """The table's head: a sortable column links to its order, and back to the reverse."""
        return [self._header(column) for column in self.shown]

    def _header(self, column: Column) -> dict[str, Any]:
        is_here = self.sorted_by is not None and self.sorted_by.key == column.key
        turned = f"-{column.key}" if is_here and not self.descending else column.key
        return {
            "column": column,
            "address": self.address(**{SORT: turned}) if column.sort else None,
            "direction": ("descending" if self.descending else "ascending") if is_here else "",
        }

    def hidden_fields(self, *, but: Sequence[str] = ()) -> list[tuple[str, str]]:
        """The parameters a form has to carry along."""
        left_out = {NUMBER, *but}
        return [(key, value) for key, values in self.query.lists() if key not in left_out for value in values if value]
