"""Fields in which offices name units: one found while typing, or many as they have them, one a line."""

from collections.abc import Sequence
from typing import Any

from django import forms

from jiangtai.access import Unit
from jiangtai.web import LongTextField, PickField

from ..queries import naming

MOST_UNITS = 300


def unit_field(label: str, **options: Any) -> PickField:
    """A unit anywhere in the tree."""
    options.setdefault("help_text", "输入全称、简称、拼音首字母或代码查找")
    return PickField(source="单位", find=naming.unit_named, name_of=naming.name_of_unit, label=label, **options)


class UnitsField(LongTextField):
    """Units, one a line; every line that names none, or several, is told by its number."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "单位")
        options.setdefault("help_text", "每行一个单位，可直接粘贴名单；写全称、简称或代码都行")
        super().__init__(rows=options.pop("rows", 4), max_length=12_000, **options)

    def prepare_value(self, value: Any) -> Any:
        """Units as lines."""
        return "\n".join(str(unit) for unit in value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """The units that the lines name."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        wanted = list(dict.fromkeys(lines))
        if len(wanted) > MOST_UNITS:
            raise forms.ValidationError(f"一次最多 {MOST_UNITS} 个单位，现有 {len(wanted)} 行，请分批")
        found = naming.units_called(wanted)
        return [_one(line, number, found.get(line, [])) for number, line in enumerate(wanted, start=1)]


def _one(line: str, number: int, found: Sequence[Unit]) -> Unit:
    if len(found) == 1:
        return found[0]
    problem = "没有找到这个单位，请核对名称" if not found else "有多个单位叫这个名字，请改写代码"
    raise forms.ValidationError(f"第 {number} 行“{line}”：{problem}")
