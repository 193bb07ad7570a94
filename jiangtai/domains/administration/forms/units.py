"""Forms about units."""

from typing import Any

from django import forms

from jiangtai.access import Unit, units
from jiangtai.kernel import clock
from jiangtai.web import DateField, LongTextField, PickField

from ..queries import find_unit, name_of_unit

CODE_HELP = "企业、院校、评价机构填统一社会信用代码；区县、街道填行政区划代码；其他可不填"


def unit_field(label: str, **options: Any) -> PickField:
    """A unit, found while typing."""
    options.setdefault("help_text", "输入名称、拼音首字母或代码查找")
    return PickField(source="单位", find=find_unit, name_of=name_of_unit, label=label, **options)


class SinceForm(forms.Form):
    """From when a change counts, and on what it stands."""

    since = DateField(label="生效日期", initial=clock.today)
    reason = LongTextField(
        label="依据或原因", max_length=200, rows=2, help_text="文件名称和文号，或情况说明；写入单位沿革"
    )


class UnitDetailsForm(forms.Form):
    """What a unit is called and how it is reached."""

    name = forms.CharField(label="全称", max_length=120)
    short_name = forms.CharField(label="简称", max_length=60, required=False, help_text="列表和公文中常用的叫法")
    code = forms.CharField(label="代码", max_length=24, required=False, help_text=CODE_HELP)
    address = forms.CharField(label="地址", max_length=200, required=False)
    telephone = forms.CharField(label="公开电话", max_length=30, required=False)


class NewUnitForm(UnitDetailsForm, SinceForm):
    """A unit to be founded under another."""

    parent = unit_field("上级单位")
    kind = forms.ChoiceField(label="类别", choices=Unit.Kind.choices)
    field_order = ("parent", "kind", "name", "short_name", "code", "address", "telephone", "since", "reason")

    def clean(self) -> dict[str, Any]:
        """The code fits the kind."""
        cleaned = super().clean() or {}
        if "kind" in cleaned and "code" in cleaned:
            try:
                cleaned["code"] = units.check_code(cleaned["kind"], cleaned["code"])
            except forms.ValidationError as error:
                self.add_error("code", error)
        return cleaned


class EditUnitForm(UnitDetailsForm, SinceForm):
    """What changes of a unit."""


class MoveUnitForm(SinceForm):
    """Where a unit goes."""

    to = unit_field("移到哪个单位之下")
    field_order = ("to", "since", "reason")


class MergeUnitForm(SinceForm):
    """What a unit goes up in."""

    into = unit_field("并入哪个单位")
    field_order = ("into", "since", "reason")


class GroupForm(forms.Form):
    """An industrial ecosystem."""

    name = forms.CharField(label="名称", max_length=80)
    note = forms.CharField(label="说明", max_length=200, required=False)


class JoinGroupForm(forms.Form):
    """A unit for an ecosystem."""

    unit = unit_field("单位")
    since = DateField(label="加入日期", initial=clock.today)
