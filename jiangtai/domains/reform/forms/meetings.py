"""What is filled in for a joint meeting: the call, other matters, what was said, what was settled."""

from typing import Any

from django import forms

from jiangtai.web import DateField, LongTextField, in_clear

from ..models import Measure
from ..queries import meetings as queries
from .naming import UnitsField, unit_field


class CallForm(forms.Form):
    """When, where and with whom."""

    title = forms.CharField(label="会议名称", max_length=120)
    on = DateField(label="召开日期")
    hour = forms.CharField(label="时间", max_length=20, help_text="如 9:30")
    place = forms.CharField(label="地点", max_length=80)
    chair = forms.CharField(label="主持人", max_length=60)
    units = UnitsField(label="参会单位", rows=6)


class ItemForm(forms.Form):
    """Another matter."""

    title = LongTextField(label="议题", rows=2, max_length=300)
    unit = unit_field("汇报单位", required=False)
    why = LongTextField(label="说明", rows=2, max_length=300, required=False)


class SaidForm(forms.Form):
    """What was said of a matter."""

    said = LongTextField(
        label="研究情况",
        rows=5,
        max_length=1000,
        validators=[in_clear],
        stock=("会议原则同意。", "请责任单位会后一周内提出方案。"),
    )


class MeasureField(forms.ModelChoiceField):
    """A measure of a plan in force, by its number and title."""

    def label_from_instance(self, obj: Any) -> str:
        """With its number."""
        return f"举措 {obj.number}　{obj.title}"


class ResolutionForm(forms.Form):
    """Who does what until when."""

    text = LongTextField(label="议定事项", rows=3, max_length=300)
    unit = unit_field("责任单位")
    due = DateField(label="完成期限")
    measure = MeasureField(Measure.objects.none(), label="所属举措", empty_label="请选择")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = queries.measures()  # type: ignore[attr-defined]


class HoldForm(forms.Form):
    """How the meeting went."""

    summary = LongTextField(
        label="会议概况", rows=5, max_length=2000, help_text="每段一行，写在纪要开头；研究情况和议定事项由系统接着写"
    )
