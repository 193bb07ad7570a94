"""A condition narrows a list; it is read from the address, so that a narrowed list can be sent as a link."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from .sealing import unsealed

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Condition:
    """What every condition answers; a room may write its own by subclassing."""

    label: str
    key: str = ""
    template = "web/conditions/text.html"

    def read(self, query: QueryDict) -> Any:
        """The value asked for, or None."""
        text = query.get(self.key, "").strip()
        return (text if self.is_kept else unsealed(text)) or None

    def apply(self, rows: Any, value: Any) -> Any:
        """The rows that meet it."""
        raise NotImplementedError

    def words(self, value: Any, page: Any) -> str:
        """The condition as a sentence for the export's note and the audit."""
        return f"{self.label}：{value}"

    def context(self, query: QueryDict, page: Any) -> dict[str, Any]:
        """What its template needs."""
        return {"condition": self, "value": self.read(query)}

    @property
    def hint(self) -> str:
        """What to say when it found nothing, where there is more to say than that."""
        return ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The address's parameters that belong to it."""
        return (self.key,)

    @property
    def is_kept(self) -> bool:
        """Whether it stands in clear in an address and in a saved view; whose name was looked for stands nowhere so."""
        return "姓名" not in self.label


@dataclass(frozen=True)
class Search(Condition):
    """One box over several fields: `fields` are lookups (`name__icontains`), `match` does it otherwise."""

    key: str = "q"
    fields: Sequence[str] = ()
    match: Callable[[Any, str], Any] | None = None
    template = "web/conditions/search.html"

    def apply(self, rows: QuerySet, value: str) -> QuerySet:
        """Every word must be found in one of the fields."""
        if self.match:
            return self.match(rows, value)
        for word in value.split():
            found = Q()
            for field in self.fields:
                found |= Q(**{field: word})
            rows = rows.filter(found)
        return rows

    def words(self, value: Any, page: Any) -> str:
        """As typed."""
        return f"搜“{value}”"

    @property
    def hint(self) -> str:
        """A box for 全名 looks names up by a blind index, which knows no part of a name."""
        return "姓名加密保存，须写全名才查得到，只写姓或名的一部分查不到。" if "全名" in self.label else ""


@dataclass(frozen=True)
class Choice(Condition):
    """One value out of a list: `choices` are pairs, or a function of the page that gives them."""

    choices: Pairs | Callable[[Any], Pairs] = ()
    field: str = ""
    match: Callable[[Any, str], Any] | None = None
    everything: str = "全部"
    template = "web/conditions/choice.html"

    def options(self, page: Any) -> list[tuple[str, str]]:
        """The pairs to choose from."""
        pairs = self.choices(page) if callable(self.choices) else self.choices
        return [(str(value), label) for value, label in pairs]

    def apply(self, rows: Any, value: str) -> Any:
        """By the field it names."""
        return self.match(rows, value) if self.match else rows.filter(**{self.field or self.key: value})

    def words(self, value: Any, page: Any) -> str:
        """The chosen label."""
        return f"{self.label}：{dict(self.options(page)).get(value, value)}"

    def context(self, query: QueryDict, page: Any) -> dict[str, Any]:
        """With the options, the chosen one marked."""
        return {**super().context(query, page), "options": self.options(page)}


@dataclass(frozen=True)
class DateRange(Condition):
    """From one day to another, both included."""

    field: str = ""
    template = "web/conditions/dates.html"

    @property
    def keys(self) -> tuple[str, ...]:
        """Two parameters."""
        return (f"{self.key}_from", f"{self.key}_to")

    def read(self, query: QueryDict) -> tuple[date | None, date | None] | None:
        """The two days; what is not a day is left out."""
        first, last = (_day(query.get(key, "")) for key in self.keys)
        return (first, last) if first or last else None

    def apply(self, rows: Any, value: tuple[date | None, date | None]) -> Any:
        """Compared as days, or as the moments at which the office's days begin."""
        name = self.field or self.key
        first, last = value
        after = last + timedelta(days=1) if last and last < date.max else None
        if _is_moment(rows, name):
            first, after = _midnight(first), _midnight(after)
        bounds = {f"{name}__gte": first, f"{name}__lt": after}
        return rows.filter(**{lookup: bound for lookup, bound in bounds.items() if bound})

    def words(self, value: Any, page: Any) -> str:
        """From and to."""
        first, last = value
        return f"{self.label}：{first or '最早'} 至 {last or '今'}"

    def context(self, query: QueryDict, page: Any) -> dict[str, Any]:
        """With both boxes as typed."""
        first, last = self.keys
        boxes = [(first, query.get(first, ""), "起"), (last, query.get(last, ""), "止")]
        return {**super().context(query, page), "boxes": boxes}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _is_moment(rows: QuerySet, name: str) -> bool:
    model, field = rows.model, None
    for part in name.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model or model
    return isinstance(field, DateTimeField)
