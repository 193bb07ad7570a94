"""How a fact is declared: a frozen record of ids, dates, numbers and codes, its end and its personal fields named."""

import re
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NewType, TypeVar, Union, dataclass_transform, get_args, get_origin, get_type_hints
from uuid import UUID

from jiangtai.kernel import declare as enter

PersonId = NewType("PersonId", UUID)
EmployerId = NewType("EmployerId", UUID)
UnitId = NewType("UnitId", UUID)
CaseId = NewType("CaseId", UUID)
FactId = NewType("FactId", UUID)
SubjectId = NewType("SubjectId", UUID)
"""Whatever a fact can be about, where one kind of fact is about any of them."""

SUBJECTS = (PersonId, EmployerId, UnitId, CaseId, SubjectId)
PLAIN = (str, int, bool, Decimal, date, datetime, UUID)
LONGEST = 200
"""A fact is no place for prose: what is longer stands in the case."""
_LABEL = re.compile(r"[（(]([^()（）]*[\u4e00-\u9fff][^()（）]*)[)）]")
_KNOWN: dict[type, "Declared"] = {}
_BY_KEY: dict[str, "Declared"] = {}
T = TypeVar("T")


class FactError(TypeError):
    """A fact is declared or written wrongly; the message says what and where."""


@dataclass(frozen=True)
class Until:
    """The fact ends by itself after the day in this field; an empty day means that it does not."""

    field: str


@dataclass(frozen=True)
class FieldType:
    """The type of one field, and whether it may be empty."""

    type: Any
    is_optional: bool


@dataclass(frozen=True)
class Declared:
    """What the ledger knows of one kind of fact."""

    key: str
    label: str
    cls: type
    basis: tuple[str, ...]
    fields: dict[str, FieldType]
    personal: frozenset[str]
    subject: str
    until: str
    enders: tuple[str, ...]
    ends: str
    reverses: str
    labels: dict[str, str]

    @property
    def columns(self) -> frozenset[str]:
        """The fields that have a column of their own."""
        return frozenset({self.subject, "on", "unit"} & set(self.fields))


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(cls: type[T]) -> type[T]:
    """Declare a fact; one that says too little is refused in a sentence while Python loads it."""
    made = dataclass(frozen=True, kw_only=True, slots=True)(cls)
    known = _read(made)
    twin = _BY_KEY.get(known.key)
    if twin and twin.cls.__module__ != made.__module__:
        raise FactError(f"{known.key} is declared in {twin.cls.__module__} and again in {made.__module__}")
    _KNOWN[made] = _BY_KEY[known.key] = known
    enter("fact", known.key, known.label, known.basis, made.__doc__ or "", made.__module__)
    return made


def declared(one: Any) -> Declared:
    """What is known of a fact, of its class, or of the class that a key names."""
    known = _BY_KEY.get(one) if isinstance(one, str) else _KNOWN.get(one if isinstance(one, type) else type(one))
    if known is None:
        raise FactError(f"{one!r} is not a declared fact: write @fact above the class in a facts.py")
    return known


def fact_types() -> Iterator[Declared]:
    """Every declared fact, by key."""
    yield from (_BY_KEY[key] for key in sorted(_BY_KEY))


def check_facts() -> None:
    """What can only be seen once every room is loaded: whatever ends a fact exists, and names it."""
    names = {known.cls.__name__: known for known in _BY_KEY.values()}
    for known in _BY_KEY.values():
        for name in known.enders:
            if name not in names:
                raise FactError(f"{known.key} is ended by {name}, and no fact is called so")
            if not names[name].ends:
                raise FactError(f'{name} ends {known.key}: say which of its fields names it, `ends = "…"`')


def _read(cls: type) -> Declared:
    where = f"{cls.__module__}.{cls.__qualname__}"
    for needed, why in (
        ("basis", 'cite what it stands on, `basis = "003#8"`'),
        ("personal", "name its personal fields, `personal = ()` where there are none"),
        ("ended_by", 'say how it ends: another fact\'s name, Until("field"), a tuple of them, or () for an event'),
    ):
        if not hasattr(cls, needed):
            raise FactError(f"{where} does not say `{needed}`: {why}")
    found, hints = _LABEL.search(cls.__doc__ or ""), get_type_hints(cls)
    if found is None:
        raise FactError(f"{where} needs a docstring of one sentence with its Chinese name in （）")
    kinds = {one.name: _field_type(where, one.name, hints[one.name]) for one in fields(cls)}
    names = list(kinds)
    if not names or kinds[names[0]].type not in SUBJECTS or kinds[names[0]].is_optional:
        raise FactError(f"{where}: the first field is the subject, a PersonId, EmployerId, UnitId or CaseId")
    if "on" not in kinds or kinds["on"] != FieldType(date, False):
        raise FactError(f"{where} does not say when: it needs `on: date`")
    if "unit" in kinds and kinds["unit"].type is not UnitId:
        raise FactError(f"{where}.unit is the unit where the subject belonged on that day: a UnitId")
    until, enders = _ends(where, kinds, cls.ended_by)  # type: ignore[attr-defined]
    basis = cls.basis  # type: ignore[attr-defined]
    return Declared(
        key=f"{_place(cls)}.{cls.__name__}",
        label=found[1],
        cls=cls,
        basis=(basis,) if isinstance(basis, str) else tuple(basis),
        fields=kinds,
        personal=_named(where, "personal", kinds, cls.personal, never=(names[0], "on", until)),  # type: ignore[attr-defined]
        subject=names[0],
        until=until,
        enders=enders,
        ends=_naming(where, "ends", kinds, getattr(cls, "ends", "")),
        reverses=_naming(where, "takes back", kinds, getattr(cls, "reverses", "")),
        labels=dict(getattr(cls, "labels", {})),
    )


def _place(cls: type) -> str:
    parts = cls.__module__.split(".")
    return parts[2] if parts[:2] == ["jiangtai", "domains"] else parts[1] if parts[0] == "jiangtai" else parts[-1]


def _field_type(where: str, name: str, hint: Any) -> FieldType:
    parts = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    real = [part for part in parts if part is not type(None)]
    if len(real) == 1 and (real[0] in (*SUBJECTS, FactId) or real[0] in PLAIN or _is_enum(real[0])):
        return FieldType(real[0], len(parts) > 1)
    raise FactError(f"{where}.{name} is a {hint}: a fact holds ids, dates, numbers, codes and enumerations only")


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _ends(where: str, kinds: dict[str, FieldType], ended_by: Any) -> tuple[str, tuple[str, ...]]:
    ways = ended_by if isinstance(ended_by, tuple) else (ended_by,)
    untils = [way.field for way in ways if isinstance(way, Until)]
    enders = tuple(way for way in ways if isinstance(way, str))
    if len(untils) + len(enders) != len(ways) or len(untils) > 1:
        raise FactError(f"{where}: `ended_by` holds names of facts and at most one Until")
    for name in untils:
        if name not in kinds or kinds[name].type is not date:
            raise FactError(f"{where} ends after the day in {name!r}, and has no such date")
    return (untils[0] if untils else ""), enders


def _naming(where: str, what: str, kinds: dict[str, FieldType], name: str) -> str:
    if name and (name not in kinds or kinds[name].type is not FactId):
        raise FactError(f"{where} {what} the fact in {name!r}, and has no such FactId")
    return name


def _named(
    where: str, what: str, kinds: dict[str, FieldType], names: Iterable[str], never: tuple[str, ...]
) -> frozenset[str]:
    for name in names:
        if name not in kinds or name in never:
            raise FactError(f"{where}: `{what}` names {name!r}, which is not a field that could be kept apart")
    return frozenset(names)
