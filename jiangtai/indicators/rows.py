"""Row sets: facts of one kind, spells of the register, units; narrowed step by step, answered for a frame."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, Generic, Self, TypeVar

import ibis
from ibis import _

from jiangtai import ledger
from jiangtai.access import GroupMember
from jiangtai.lake import (
    EMPLOYMENTS,
    LINEAGE,
    MEMBERSHIPS,
    PERSONS,
    REVERSED,
    STANDS,
    UNITS,
    Table,
    fact_table,
    reference,
)
from jiangtai.people import IndustrySpell

from .periods import Frame

ECOSYSTEMS = reference("ecosystems", GroupMember, group_id="string", unit_id="string", since="date", until="date")
"""Which units are members of which ecosystem, from when to when."""
INDUSTRIES = reference("industries", IndustrySpell, unit_id="string", code="string", since="date")
"""In which industry a unit works from a day on, until the next."""
T = TypeVar("T")
Recipe = Callable[[Frame], Any]


class Rows:
    """Rows of one kind as a recipe: what they are for a frame is said when somebody asks."""

    about = "person"
    """Whom a row is about: a person, a unit, a case, or a thing of a domain, such as a task."""
    once = ""
    """The column of which no two rows have the same; no step doubles a row."""
    is_of_period = False
    """Whether these are what came about in the period, so that a longer one has more of them."""
    asks_when = False
    """Whether it asks on which day a spell began or ended, which the end of a month does not keep."""

    is_placed = False
    """Whether a row stands where somebody's one place is, of all that they have."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe

    def resolved(self, frame: Frame) -> Any:
        """The rows for a frame, as an expression of no engine."""
        return self._recipe(frame)

    def where(self, *conditions: Any) -> Self:
        """Those for which all conditions hold."""
        return self._then(lambda rows, frame: rows.filter(*conditions))

    def with_persons(self) -> Self:
        """With what the register knows of the person: sex, birth_year, hukou, education."""
        about = PERSONS.rows.select("subject", "sex", "birth_year", "hukou", "education")
        return self._then(lambda rows, frame: rows.left_join(about, "subject").drop("subject_right"))

    def with_units(self) -> Self:
        """With what is known of the unit: kind, ownership, size, and its industry at the end of the period."""
        about = UNITS.rows.select("unit", "tree", "kind", "ownership", "size")

        def step(rows: Any, frame: Frame) -> Any:
            told = rows.left_join(about, "unit").drop("unit_right")
            return told.left_join(industries(frame), "unit").drop("unit_right")

        return self._then(step)

    def with_catalogue(self, table: Table, column: str) -> Self:
        """With what a domain's catalogue says of what a column names."""
        about = table.rows.rename({column: "id"})
        return self._then(lambda rows, frame: rows.left_join(about, column).drop(f"{column}_right"))

    def aged(self, *, least: int = 0, most: int = 200) -> Self:
        """Those of an age, by the year of birth, in the year of the period's end."""
        return self.with_persons()._then(
            lambda rows, frame: rows.filter((frame.as_of.year - _.birth_year).between(least, most))
        )

    def among(self, others: "Rows") -> Self:
        """Those whose subject is also among others."""
        return self._then(
            lambda rows, frame: rows.semi_join(others.resolved(frame.everywhere).select("subject"), "subject"), others
        )

    def not_followed_by(self, others: "Rows") -> Self:
        """Facts after which none of the others came about the same subject."""

        def step(rows: Any, frame: Frame) -> Any:
            later = others.resolved(frame.everywhere).group_by(other=_.subject).agg(later=_.position.max())
            return rows.anti_join(later, (rows.subject == later.other) & (rows.position < later.later))

        return self._then(step, others)

    def at(self, units: "Rows") -> Self:
        """Those at units that others are about."""
        return self._then(
            lambda rows, frame: rows.semi_join(
                units.resolved(frame.everywhere).select(unit=_.subject.cast("int32")).distinct(), "unit"
            ),
            units,
        )

    def but(self, others: "Rows") -> Self:
        """Those whose subject is not among others."""
        return self._then(
            lambda rows, frame: rows.anti_join(others.resolved(frame.everywhere).select("subject"), "subject"), others
        )

    def _of_period(self) -> Self:
        made = self._then(lambda rows, frame: rows)
        made.is_of_period = True
        return made

    def _then(self, step: Callable[[Any, Frame], Any], others: "Rows | None" = None) -> Self:
        made = self.__class__.__new__(self.__class__)
        vars(made).update(vars(self))
        made.asks_when = self.asks_when or (others is not None and others.asks_when)
        made._recipe = lambda frame: step(self._recipe(frame), frame)
        return made


class Facts(Rows, Generic[T]):
    """Facts of one kind that nobody took back."""

    once = "position"

    def __init__(self, kind: type) -> None:
        self.known = ledger.declared(kind)
        self.about = _about(self.known)
        super().__init__(self._all)

    def during(self) -> Self:
        """That happened in the period."""
        return self._of_period()._then(
            lambda rows, frame: rows.filter(_.day.between(_day(frame.first), _day(frame.as_of)))
        )

    def until_now(self) -> Self:
        """That ever happened, up to the end of the period."""
        return self._then(lambda rows, frame: rows.filter(_.day <= _day(frame.as_of)))

    def current(self) -> Self:
        """That hold at the end of the period: begun, not run out, not ended by another fact."""
        return self._then(self._holding)

    def _all(self, frame: Frame) -> Any:
        rows = _near(fact_table(self.known.key).rows, frame)
        return _some(_known(_standing_subjects(_unreversed(rows, frame), self.about), frame), frame)

    def _holding(self, rows: Any, frame: Frame) -> Any:
        day = _day(frame.as_of)
        held = rows.filter(_.day <= day, _.until.isnull() | (_.until >= day))
        for name in self.known.enders:
            ender = ledger.declared(_kind_named(name))
            ends = _known(_unreversed(fact_table(ender.key).rows, frame), frame).filter(_.day <= day)
            held = held.anti_join(ends.select(position="ends"), "position")
        return held


class _Spells(Rows):
    """Times at a unit, from a day on, and no longer on the day `until`."""

    table = EMPLOYMENTS

    def __init__(self) -> None:
        super().__init__(lambda frame: _some(_near(self.table.rows, frame), frame))

    def current(self) -> Self:
        """That hold at the end of the period."""
        return self._then(lambda rows, frame: rows.filter(*_holding_spell(_day(frame.as_of))))

    def begun(self) -> Self:
        """That began in the period."""
        return self._changed(lambda rows, frame: rows.filter(_.since.between(_day(frame.first), _day(frame.as_of))))

    def ended(self) -> Self:
        """That ended in the period."""
        return self._changed(lambda rows, frame: rows.filter(_.until.between(_day(frame.first), _day(frame.as_of))))

    def _changed(self, step: Callable[[Any, Frame], Any]) -> Self:
        made = self._of_period()._then(step)
        made.asks_when = True
        return made


class Employments(_Spells):
    """Who works where, from when to when."""


class Memberships(_Spells):
    """Who belongs to which union organisation, from when to when."""

    table = MEMBERSHIPS


class Persons(Rows):
    """Everybody whom the register knows, at the unit where they work or, else, where their union is."""

    once, is_placed = "subject", True

    def __init__(self) -> None:
        super().__init__(self._placed)

    @staticmethod
    def _placed(frame: Frame) -> Any:
        day = _day(frame.as_of)
        works, belongs = (one.rows.filter(*_holding_spell(day)) for one in (EMPLOYMENTS, MEMBERSHIPS))
        first = works.select("subject", "unit", "since", order=ibis.literal(0))
        places = _some(first.union(belongs.select("subject", "unit", "since", order=ibis.literal(1))), frame)
        if frame.within is not None:  # whose one place it is, is said of all their places, but of nobody else's
            places = places.semi_join(scoped(places, frame.within).select("subject"), "subject")
        nth = ibis.row_number().over(group_by=_.subject, order_by=[_.order, _.since, _.unit])
        place = places.mutate(nth=nth).filter(_.nth == 0).select("subject", "unit", "since")
        known = PERSONS.rows.filter(_.state == "registered").drop("state", "id")
        return known.inner_join(place, "subject")


class Units(Rows):
    """The units themselves, each a row at itself."""

    about, once = "unit", "subject"

    def __init__(self) -> None:
        super().__init__(lambda frame: UNITS.rows.mutate(subject=_.unit.cast("int64")).drop("id", "name", "code"))

    def current(self) -> Self:
        """That are there at the end of the period, as far as is known from when to when they were."""

        def step(rows: Any, frame: Frame) -> Any:
            day = _day(frame.as_of)
            gone = ibis.coalesce(_.until <= day, _.state != "active")
            return rows.filter(ibis.coalesce(_.since <= day, True), ~gone)

        return self._then(step)


def industries(frame: Frame) -> Any:
    """The industry of each unit at the end of the period, as far as anybody said."""
    nth = ibis.row_number().over(group_by=_.unit_id, order_by=ibis.desc(_.since))
    last = INDUSTRIES.rows.filter(_.since <= _day(frame.as_of)).mutate(nth=nth).filter(_.nth == 0)
    named = last.inner_join(UNITS.rows.select("unit", unit_id="id"), "unit_id")
    return named.select("unit", industry="code")


def scoped(rows: Any, unit: int) -> Any:
    """Those at a unit or below it."""
    below = LINEAGE.rows.filter(_.ancestor == ibis.literal(unit, "int32")).select("unit")
    return rows.semi_join(below, "unit")


def _near(rows: Any, frame: Frame) -> Any:
    """Those of the unit that is asked about: no step moves a row to another unit, so this may come first."""
    return rows if frame.within is None else scoped(rows, frame.within)


def _some(rows: Any, frame: Frame) -> Any:
    """Those of which a page of a list is made, where no more is asked for."""
    if frame.at:
        rows = rows.filter(_.unit.isin([ibis.literal(unit, "int32") for unit in frame.at]))
    if frame.about:
        rows = rows.filter(_.subject.isin([ibis.literal(subject, "int64") for subject in frame.about]))
    return rows


def rolled_up(rows: Any, units: Collection[int] | None = None) -> Any:
    """Each row once for every unit above it, or for those of `units`, named in `ancestor`."""
    above = (
        LINEAGE.rows
        if units is None
        else LINEAGE.rows.filter(_.ancestor.isin([ibis.literal(unit, "int32") for unit in units]))
    )
    return rows.inner_join(above.select("unit", "ancestor"), "unit")


def in_parts(rows: Any) -> Any:
    """Each marked row for every `unit` over it, with the unit right `above` that of which it is a part; and once more
    without a unit for those that have others right below, but none of them over the row."""
    up = LINEAGE.rows.select("unit", "ancestor")
    child = UNITS.rows.filter(_.parent.notnull()).select(ancestor="unit", above="parent")
    child = child.semi_join(up.select(ancestor="unit", above="ancestor"), ["ancestor", "above"])
    below = up.inner_join(child, "ancestor").select("unit", ancestor="above")
    own = up.semi_join(child.select(ancestor="above"), "ancestor").anti_join(below, ["unit", "ancestor"])
    places = up.left_join(child, "ancestor").select(place="unit", unit="ancestor", above="above")
    places = places.union(own.select(place="unit", unit=ibis.null("int32"), above="ancestor"))
    return rows.select("key", "counted", "amount", place="unit").inner_join(places, "place")


def _unreversed(rows: Any, frame: Frame) -> Any:
    back = _known(REVERSED.rows, frame)
    return rows.anti_join(back.select("position"), "position")


def _known(rows: Any, frame: Frame) -> Any:
    return rows if frame.known is None else rows.filter(_.known <= _day(frame.known))


def _standing_subjects(rows: Any, about: str) -> Any:
    """Whoever was put together with another is that other."""
    if about != "person":
        return rows
    joined = rows.left_join(STANDS.rows, "subject").drop("subject_right")
    return joined.mutate(subject=ibis.coalesce(_.into, _.subject)).drop("into")


def _holding_spell(day: Any) -> tuple[Any, Any]:
    return _.since <= day, _.until.isnull() | (_.until > day)


def _day(day: date) -> Any:
    return ibis.literal(day)


def _about(known: Any) -> str:
    kind = known.fields[known.subject].type
    known = {ledger.PersonId: "person", ledger.CaseId: "case", ledger.SubjectId: "thing"}
    return known.get(kind, "unit")


def _kind_named(name: str) -> type:
    return next(known.cls for known in ledger.fact_types() if known.cls.__name__ == name)
