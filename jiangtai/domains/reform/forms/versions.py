"""Forms about plans side by side."""

from typing import Any

from django import forms

from ..models import Measure, Plan


class BesideForm(forms.Form):
    """Which other plan."""

    other = forms.ModelChoiceField(label="另一份方案", queryset=Plan.objects.none(), empty_label=None)

    def __init__(self, *args: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = plans  # type: ignore[attr-defined]


class LinkForm(forms.Form):
    """Which measure of another plan."""

    answers = forms.ModelChoiceField(
        label="对应的举措", queryset=Measure.objects.none(), required=False, empty_label="没有对应"
    )

    def __init__(self, *args: Any, measures: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["answers"]
        field.queryset = measures
        field.label_from_instance = lambda one: f"{one.plan}：{one}"
