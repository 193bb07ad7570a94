"""What is filled in when something is given, taken back, paid or looked after outside a selection."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from jiangtai.access import UnitGroup
from jiangtai.kernel import clock
from jiangtai.web import DateField

from ..facts import Part, RevokedFor
from ..models import HonorTitle
from .pickers import person_field, unit_field

DOCUMENT_HELP = "如 锦川委发〔2026〕8号"


def _document(label: str = "文件文号") -> forms.CharField:
    return forms.CharField(label=label, max_length=60, help_text=DOCUMENT_HELP)


def _day(label: str = "日期") -> DateField:
    return DateField(label=label, initial=clock.today)


def ids_in(text: str | None) -> list[UUID]:
    """The ids in a text with commas; none where it is no such text."""
    try:
        return [UUID(one) for one in (text or "").split(",") if one]
    except ValueError:
        return []


class DayForm(forms.Form):
    """A day on which something happened: today at the latest."""

    on = _day()

    def clean_on(self) -> date:
        """Nothing is dated ahead."""
        day: date = self.cleaned_data["on"]
        if day > clock.today():
            raise forms.ValidationError(f"日期不能晚于今天（{clock.today()}）")
        return day


class WithdrawForm(DayForm):
    """By which document, and when."""

    document = _document()
    field_order: Sequence[str] = ("document", "on")


class RevokeForm(WithdrawForm):
    """Why an honour is taken back."""

    why = forms.ChoiceField(label="撤销原因", choices=[("", "请选择"), *((one.value, one.label) for one in RevokedFor)])
    document = _document("撤销文件文号")
    on = _day("撤销日期")
    field_order = ("why", "document", "on")

    def clean_why(self) -> RevokedFor:
        """The reason."""
        return RevokedFor(self.cleaned_data["why"])


class RecordForm(WithdrawForm):
    """An honour that somebody holds already, from before this register or from another authority."""

    person = person_field("获得人", help_text="输入姓名全名查找；须已在人员名册中")
    title = forms.ModelChoiceField(label="荣誉称号", queryset=HonorTitle.objects.none(), empty_label="请选择")
    document = _document("授予文件文号")
    on = _day("授予日期")
    field_order = ("person", "title", "document", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].queryset = HonorTitle.objects.exclude(kind=HonorTitle.Kind.PLAQUE)  # type: ignore[attr-defined]


class PayForm(DayForm):
    """The list of finance by which awards were paid, and when."""

    awards = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "没有选择奖金，请回到待发清单勾选"})
    batch = forms.CharField(label="拨付凭证号", max_length=60, help_text="财务拨付单或记账凭证的编号")
    on = _day("发放日期")
    field_order = ("awards", "batch", "on")

    def clean_awards(self) -> list[UUID]:
        """The ids of the chosen awards, in their order."""
        found = ids_in(self.cleaned_data["awards"])
        if not found:
            raise forms.ValidationError("选择的清单已失效，请回到待发清单重新勾选")
        return found


class PlaqueForm(WithdrawForm):
    """Which unit gets which plaque."""

    unit = unit_field("单位")
    title = forms.ModelChoiceField(label="牌匾", queryset=HonorTitle.objects.none(), empty_label="请选择")
    document = _document("授牌文件文号")
    on = _day("授牌日期")
    field_order = ("unit", "title", "document", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = HonorTitle.objects.filter(is_used=True, kind=HonorTitle.Kind.PLAQUE)
        self.fields["title"].queryset = rows  # type: ignore[attr-defined]


class RightForm(WithdrawForm):
    """Which unit may judge the talents of which ecosystem, until when."""

    unit = unit_field("单位", help_text="头部企业、行业协会、产业联盟或关联配套企业")
    ecosystem = forms.ModelChoiceField(label="产业生态圈", queryset=UnitGroup.objects.none(), empty_label="请选择")
    until = DateField(label="有效期至", required=False, help_text="空着表示收回前一直有效")
    document = _document("授予文件文号")
    on = _day("授予日期")
    field_order = ("unit", "ecosystem", "document", "on", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ecosystem"].queryset = UnitGroup.objects.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A right lasts for a while."""
        found = super().clean() or {}
        first, last = found.get("on"), found.get("until")
        if first and last and last <= first:
            self.add_error("until", f"有效期应晚于授予日期 {first}")
        return found


NAMES = {
    Part.ASSOCIATION: ("会内职务", "如 会长、理事、会员"),
    Part.STUDIO: ("工作室名称", "如 程远劳模创新工作室"),
    Part.SPEAKERS: ("宣讲专题", "如 焊花里的匠心"),
}


class EnterForm(DayForm):
    """Which model worker enters a register, and as what."""

    person = person_field("劳动模范", help_text="输入姓名全名查找，须现持有劳动模范称号")
    name = forms.CharField(max_length=60)
    field_order = ("person", "name", "on")

    def __init__(self, *args: Any, part: Part, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label, self.fields["name"].help_text = NAMES[part]
        self.fields["on"].label = "列入日期"


class MentorForm(forms.Form):
    """Who takes a young talent along, and for how long."""

    mentor = person_field("培养导师", help_text="输入姓名全名查找；导师须在人员名册中")
    until = DateField(label="培养期至")


class FollowUpForm(forms.Form):
    """How far a young talent has come."""

    of = forms.IntegerField(label="培养目标（项）", min_value=1, max_value=50, help_text="培养计划列明的目标数")
    reached = forms.IntegerField(label="已完成（项）", min_value=0, max_value=50)
