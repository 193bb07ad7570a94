"""Fields in which a unit or a person is found while typing."""

from typing import Any

from jiangtai.web import PickField

from .. import queries


def unit_field(label: str, **options: Any) -> PickField:
    """A unit within reach."""
    options.setdefault("help_text", "输入全称、简称、拼音首字母或代码查找")
    return PickField(source="单位", find=queries.unit_named, name_of=queries.name_of_unit, label=label, **options)


def person_field(label: str, **options: Any) -> PickField:
    """A person: who holds an honour is offered while typing, anybody else within reach is named in full."""
    options.setdefault("help_text", "输入姓名全名查找")
    return PickField(
        source="荣誉持有人", find=queries.person_named, name_of=queries.name_of_person, label=label, **options
    )
