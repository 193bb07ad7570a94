"""The form by which a unit sets its own value for a parameter."""

from typing import Any

from django import forms

from jiangtai.kernel import clock
from jiangtai.kernel import parameters as declared
from jiangtai.web import DateField, LongTextField


class OwnValueForm(forms.Form):
    """The value, from when, and why."""

    value = forms.CharField(label="本单位取值", max_length=200, required=False)
    since = DateField(label="生效日期", initial=clock.today, help_text="不能早于今天：已办的事按当时的取值计算")
    reason = LongTextField(label="依据或原因", max_length=200, rows=2, help_text="文件名称和文号，或情况说明；写入审计")

    def __init__(self, *args: Any, parameter: declared.Parameter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = f"单位：{parameter.unit}；" if parameter.unit else ""
        self.fields["value"].help_text = f"{unit}{bounds(parameter)}留空表示恢复上级取值"
        if parameter.type == "int":
            self.fields["value"].widget.attrs["inputmode"] = "numeric"


def bounds(parameter: declared.Parameter) -> str:
    """What values are allowed, as a phrase that ends with a stop; empty where any is."""
    low, high = parameter.min, parameter.max
    if low is not None and high is not None:
        return f"{low} 至 {high}；"
    if low is not None:
        return f"不小于 {low}；"
    return f"不大于 {high}；" if high is not None else ""
