"""A source: whose list it is, what each of its columns is for, how fresh it must be, and how far it is believed."""

from collections.abc import Iterable
from dataclasses import dataclass

from jiangtai.access import Unit
from jiangtai.kernel import declare

from .cells import LABELS

SOURCES: dict[str, "Source"] = {}
"""Every declared source, by key."""


class SourceError(Exception):
    """A source is declared wrongly; raised while Python loads it."""


@dataclass(frozen=True)
class Column:
    """One column: which detail it holds, what that is asked for, and on which ground.

    A phone `is_key` where the list's owner has it from the person: only such a one lets whoever signs in by it find the
    person's file. Schools and evaluation bodies may name anybody by number and name.
    """

    field: str
    purpose: str
    basis: str
    heading: str = ""
    also: tuple[str, ...] = ()
    is_needed: bool = False
    rank: int | None = None
    is_key: bool = False

    @property
    def title(self) -> str:
        """The heading that the template shows."""
        return self.heading or LABELS[self.field]


@dataclass(frozen=True)
class Source:
    """One kind of list that an owner hands in again and again.

    Units of these `kinds` hand it in, of departments only the one with `department` in its name. Of two sources the
    one with the lower rank is believed. A list that is `of_one_firm` is handed in by the firm itself: it speaks for its
    own people only, and somebody registered elsewhere is met by number and name alone. Only a list that is `of_work`
    says who works where: by another, the firm tells who is meant, and nobody begins to work there.
    """

    key: str
    label: str
    owner: str
    basis: str
    columns: tuple[Column, ...]
    fresh_days: int
    rank: int
    kinds: tuple[str, ...]
    department: str = ""
    is_whole: bool = True
    of_one_firm: bool = False
    of_work: bool = False

    @property
    def fields(self) -> dict[str, Column]:
        """The columns by what they hold."""
        return {column.field: column for column in self.columns}

    def is_handed_in_by(self, unit: Unit) -> bool:
        """Whether a unit keeps such a list."""
        return unit.kind in self.kinds and (unit.kind != Unit.Kind.DEPARTMENT or self.department in unit.name)

    def has_key(self, field: str) -> bool:
        """Whether what the source says of it may open a person's file."""
        column = self.fields.get(field)
        return column is not None and column.is_key

    def rank_of(self, field: str) -> int:
        """How far the source is believed about one detail; the lowest is believed first."""
        column = self.fields.get(field)
        return self.rank if column is None or column.rank is None else column.rank


def source(one: Source) -> Source:
    """Declare a source; an incomplete one is refused in one sentence."""
    seen = [column.field for column in one.columns]
    for fault in _faults(one, seen):
        raise SourceError(f"source {one.key}: {fault}")
    SOURCES[one.key] = one
    method = f"{one.owner}；{'、'.join(column.title for column in one.columns)}；每 {one.fresh_days} 天更新"
    declare("source", one.key, one.label, one.basis, method, __name__.rpartition(".")[0] + ".catalogue")
    return one


def _faults(one: Source, seen: list[str]) -> Iterable[str]:
    if one.key in SOURCES:
        yield "declared twice"
    if unknown := set(seen) - set(LABELS):
        yield f"no such field: {', '.join(sorted(unknown))}"
    if len(set(seen)) < len(seen):
        yield "a field stands in two columns"
    if "name" not in seen:
        yield "a list of people has a column for the name"
    for column in one.columns:
        if not (column.purpose and column.basis):
            yield f"{column.field} has no purpose or no basis"
    if one.fresh_days < 1:
        yield "fresh_days says after how many days the list is old"
