"""What a case is about, by name: persons and units are looked up for a whole page at once."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from jiangtai import people
from jiangtai.access import Acting, Unit, acting_as_job, current, units
from jiangtai.kernel import clock

from .declare import Flow, flow_named
from .models import Case

CHUNK = 2000
_NAMES: dict[str, Callable[..., dict[uuid.UUID, str]]] = {}


def names_subjects(about: str, name: Callable[..., dict[uuid.UUID, str]]) -> None:
    """Register how a domain names what its own flows are about, where that is neither a person nor a unit."""
    _NAMES[about] = name


def labels(cases: Iterable[Case]) -> dict[uuid.UUID, str]:
    """The names of what these cases are about, by the case's id; one question for persons, one for units."""
    cases = list(cases)
    asked: dict[str, set[uuid.UUID]] = {}
    for case in cases:
        asked.setdefault(_about(case), set()).add(case.subject)
    names: dict[uuid.UUID, str] = {}
    if persons := asked.get("person"):
        names |= people.names_in_case(persons)
    if wanted := asked.get("unit"):
        names |= {one.pk: str(one) for one in Unit.unscoped.filter(pk__in=wanted)}
    for about, name in _NAMES.items():
        if ids := asked.get(about):
            names |= name(ids)
    return {case.pk: names.get(case.subject) or f"办件 {case.number}" for case in cases}


def label(case: Case) -> str:
    """The name of what one case is about."""
    return labels([case])[case.pk]


def registered(case: Case) -> list[tuple[str, str]]:
    """What the register knows of the person for whoever has to decide: the age, not the birthday, and the work."""
    if _about(case) != "person":
        return []
    with acting_as_job("办件"):
        person = people.Person.unscoped.filter(pk=case.subject).first()
        birth = people.cards_of([person])[person.pk].birth if person and not person.is_erased else None
    told, today = [], clock.today()
    if birth:
        told.append(("年龄", f"{today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))} 岁"))
    told += [
        ("现在用工", f"{one.unit}，{one.occupation}，{one.since} 起") for one in people.employments_of(case.subject)
    ]
    return told


class Labelled(QuerySet[Any]):
    """Rows that come with the names of what their cases are about, for a page or an export at a time."""

    counted: Callable[[], int] | None = None
    """A quicker way to count these rows, as long as nothing narrows them further."""
    conditions = 0

    def count(self) -> int:
        """How many."""
        is_whole = self.conditions == len(self.query.where.children) and not self.query.is_sliced
        return self.counted() if self.counted and is_whole else super().count()

    def _clone(self) -> Self:
        made = super()._clone()  # type: ignore[misc]
        made.counted, made.conditions = self.counted, self.conditions
        return made

    def _fetch_all(self) -> None:
        is_new = self._result_cache is None
        super()._fetch_all()
        if is_new:
            _name(self._result_cache)

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        """In chunks, each named at once."""
        rows = super().iterator(chunk_size or CHUNK)
        while chunk := list(islice(rows, CHUNK)):
            _name(chunk)
            yield from chunk


def labelled(rows: QuerySet[Any], counted: Callable[[], int] | None = None) -> Labelled:
    """The same rows (cases, or what has a case), named when they are read; `counted` knows how many they are."""
    made = Labelled(rows.model, rows.query.chain(), rows.db)
    made.counted, made.conditions = counted, len(made.query.where.children)
    return made


def find(kind: type[Flow], text: str, who: Acting) -> tuple[uuid.UUID, Unit]:
    """What the user named and the unit where it belongs, or a sentence that says how to name it better."""
    if kind.about in _NAMES:
        raise ValidationError(f"“{kind.label}”在它自己的页面上发起")
    return _find_unit(text, who) if kind.about == "unit" else _find_person(text, who)


def own(account: Any, kind: type[Flow]) -> tuple[uuid.UUID, Unit] | None:
    """A worker's own person, and the unit where a case of this kind belongs; None while the account is nobody's."""
    person, place = people.person_of(account), kind.place or people.unit_of
    unit = place(person.pk) if person else None
    return (person.pk, unit) if person and unit else None


def is_offered(account: Any, kind: type[Flow]) -> bool:
    """Whether a worker has a use for a flow of this kind now; whoever is nobody yet is told so when they begin."""
    person = people.person_of(account) if kind.offered else None
    return person is None or kind.offered is None or kind.offered(person.pk)


def _about(case: Case) -> str:
    return flow_named(case.flow, case.since).about


def _name(rows: Any) -> None:
    found: list[Any] = [one for one in rows or () if isinstance(one, Model)]
    cases: list[Any] = [one if isinstance(one, Case) else one.case for one in found]
    named = labels(cases) if cases else {}
    for case in cases:
        case.subject_label = named[case.pk]


def _find_person(text: str, who: Acting) -> tuple[uuid.UUID, Unit]:
    text = text.strip()
    by_number = any(sign.isdigit() for sign in text)
    found = people.find(id_number=text) if by_number else people.find(name=text)
    if not found:
        raise ValidationError(f"范围内没有找到“{text}”，请核对姓名或身份证号；还没有登记的，请先登记人员")
    if len(found) > 1:
        raise ValidationError(f"有 {len(found)} 人叫“{text}”，请改填身份证号")
    return found[0].pk, home_of(found[0].pk, who)


def home_of(person: uuid.UUID, who: Acting) -> Unit:
    """Where a person belongs, as far as whoever acts may act for it; of several places the first such."""
    places = [one.unit for one in people.employments_of(person)]
    own_places = [one for one in places if who.reach.holds(one.path) or (who.unit and who.unit.serves_id == one.pk)]
    unit = next(iter([*own_places, *places]), None) or people.unit_of(person) or who.unit
    if unit is None:
        raise ValidationError("没有查到这名职工所在的单位，请先登记用工关系")
    return unit


def _find_unit(text: str, who: Acting) -> tuple[uuid.UUID, Unit]:
    near = Q(path__within=current().reach) | Q(pk=who.unit.serves_id if who.unit else None)
    try:
        found = units.named(Unit.unscoped.filter(near, state=Unit.State.ACTIVE), text)
    except ValueError as error:
        raise ValidationError(f"有多个单位叫“{text.strip()}”，请改填统一社会信用代码") from error
    if found is None:
        raise ValidationError(f"范围内没有找到“{text.strip()}”，请填单位全称、简称或统一社会信用代码")
    return found.pk, found
