"""By what a figure can be broken down: of the person, of the unit, of the row itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis
from ibis import _

from jiangtai.lake import EMPLOYMENTS, LINEAGE, PERSONS, UNITS
from jiangtai.people.facts import EmployerTagged, SkillCertified

from .periods import Frame
from .rows import ECOSYSTEMS, Facts, Rows, industries

UNKNOWN = ""
BELOW = "below"
_SECTIONS = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60),
    "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79),
    "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip
"""Sections of GB/T 4754 by the first two digits of their classes."""


@dataclass(frozen=True)
class Dimension:
    """One way to break a figure down."""

    key: str
    label: str
    add: Callable[[Any, Frame], Any]
    is_ordered: bool = False
    """Whether its buckets have an order of their own; else the greatest comes first."""
    is_of_person: bool = False
    """Whether it tells of somebody, and so says nothing where rows are about anything else."""


def _of_person(column: str) -> Callable[[Any, Frame], Any]:
    def add(rows: Any, frame: Frame) -> Any:
        about = PERSONS.rows.select("subject", bucket=column)
        return rows.left_join(about, "subject").drop("subject_right").mutate(bucket=_.bucket.cast("string"))

    return add


def _of_unit(column: str) -> Callable[[Any, Frame], Any]:
    def add(rows: Any, frame: Frame) -> Any:
        return rows.left_join(UNITS.rows.select("unit", bucket=column), "unit").drop("unit_right")

    return add


def _age(rows: Any, frame: Frame) -> Any:
    about = PERSONS.rows.select("subject", "birth_year")
    joined = rows.left_join(about, "subject").drop("subject_right")
    years = ibis.literal(frame.as_of.year) - joined.birth_year
    bands = ibis.cases(
        (years < 30, "30岁以下"), (years < 40, "30至39岁"), (years < 50, "40至49岁"), (years >= 50, "50岁以上"),
        else_=UNKNOWN,
    )  # fmt: skip
    return joined.mutate(bucket=bands).drop("birth_year")


def _section(rows: Any, frame: Frame) -> Any:
    with_code = rows.left_join(industries(frame).rename(bucket="industry"), "unit").drop("unit_right")
    code = with_code.bucket
    division = ibis.ifelse(code.length() >= 3, code.substr(1, 2), ibis.null("string")).try_cast("int32")
    cases = [(division.between(low, high), letter) for letter, (low, high) in _SECTIONS.items()]
    letter = ibis.cases(*cases, else_=code.substr(0, 1))
    return with_code.mutate(bucket=letter)


def _work(column: str) -> Callable[[Any, Frame], Any]:
    """Of the longest-standing employment that holds at the end of the period."""

    def add(rows: Any, frame: Frame) -> Any:
        if column in rows.columns:
            return rows.mutate(bucket=rows[column].cast("string"))
        day = ibis.literal(frame.as_of)
        now = EMPLOYMENTS.rows.filter(_.since <= day, _.until.isnull() | (_.until > day))
        now = now.semi_join(rows.select("subject"), "subject")
        nth = ibis.row_number().over(group_by=_.subject, order_by=[_.since, _.unit])
        first = now.mutate(nth=nth).filter(_.nth == 0).select("subject", bucket=_[column].cast("string"))
        return rows.left_join(first, "subject").drop("subject_right")

    return add


def _tag(rows: Any, frame: Frame) -> Any:
    """By the departments' lists on which the unit stands at the end of the period; on several it counts in each."""
    tagged = Facts[EmployerTagged](EmployerTagged).current().resolved(frame.everywhere)
    lists = tagged.select(unit=_.subject.cast("int32"), bucket="tag").distinct()
    return rows.left_join(lists, "unit").drop("unit_right")


def _level(rows: Any, frame: Frame) -> Any:
    """By the highest level of skill that the person holds at the end of the period, wherever it was entered."""
    held = Facts[SkillCertified](SkillCertified).current().resolved(frame.everywhere)
    highest = held.group_by("subject").agg(bucket=_.level.max().cast("string"))
    return rows.left_join(highest, "subject").drop("subject_right")


def _park(rows: Any, frame: Frame) -> Any:
    """By the park (功能区) under which the unit stands."""
    parks = UNITS.rows.filter(_.kind == "park").select(ancestor="unit")
    places = LINEAGE.rows.semi_join(parks, "ancestor").select("unit", bucket=_.ancestor.cast("string"))
    return rows.left_join(places, "unit").drop("unit_right")


def _ecosystem(rows: Any, frame: Frame) -> Any:
    """By the ecosystems of which the unit is a member at the end of the period; of several it counts in each."""
    day = ibis.literal(frame.as_of)
    members = ECOSYSTEMS.rows.filter(_.since <= day, _.until.isnull() | (_.until > day))
    named = members.inner_join(UNITS.rows.select("unit", unit_id="id"), "unit_id").select("unit", bucket="group_id")
    return rows.left_join(named.distinct(), "unit").drop("unit_right")


def below(unit: int) -> Callable[[Any, Frame], Any]:
    """By the units right below one; what stands at the unit itself has no bucket."""

    def add(rows: Any, frame: Frame) -> Any:
        children = UNITS.rows.filter(_.parent == ibis.literal(unit, "int32")).select(ancestor="unit")
        places = LINEAGE.rows.semi_join(children, "ancestor").select("unit", bucket=_.ancestor.cast("string"))
        return rows.left_join(places, "unit").drop("unit_right")

    return add


DIMENSIONS = {
    one.key: one
    for one in (
        Dimension("sex", "性别", _of_person("sex"), is_of_person=True),
        Dimension("age", "年龄段", _age, is_ordered=True, is_of_person=True),
        Dimension("education", "学历", _of_person("education"), is_ordered=True, is_of_person=True),
        Dimension("hukou", "户籍", _of_person("hukou"), is_of_person=True),
        Dimension("occupation", "工种", _work("occupation"), is_of_person=True),
        Dimension("level", "技能等级", _level, is_ordered=True, is_of_person=True),
        Dimension("form", "用工形式", _work("form"), is_of_person=True),
        Dimension("industry", "行业门类", _section),
        Dimension("ownership", "所有制", _of_unit("ownership")),
        Dimension("size", "单位规模", _of_unit("size")),
        Dimension("kind", "单位类别", _of_unit("kind")),
        Dimension("tag", "企业标签", _tag),
        Dimension("park", "功能区", _park),
        Dimension("ecosystem", "产业生态圈", _ecosystem),
    )
}


def dimensions_of(rows: Rows) -> dict[str, Dimension]:
    """Those that say something of what rows are about: units and persons are numbered alike."""
    return {key: one for key, one in DIMENSIONS.items() if rows.about == "person" or not one.is_of_person}
