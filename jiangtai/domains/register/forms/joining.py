"""Forms of an application for union membership."""

from django import forms

from jiangtai.access import unit_among
from jiangtai.flows import StepForm
from jiangtai.web import LongTextField

from .. import queries
from .persons import union_field


class ApplyForm(StepForm):
    """What a worker says with the application; name, number and firm are known."""

    wish = forms.BooleanField(label="我自愿加入工会，遵守《中国工会章程》，按时缴纳会费")
    note = LongTextField(label="想对工会说的话", max_length=200, rows=2, required=False)


class AdmitForm(StepForm):
    """Into which union organisation the worker is taken in."""

    union = union_field(required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["union"].label = "编入的工会组织"
        self.fields["union"].help_text = f"不填即编入{self.case.unit}；输入名称、拼音首字母或代码查找"

    def clean_union(self) -> str:
        """Its name, for a case keeps words; who decides must reach it."""
        chosen = self.cleaned_data["union"]
        if chosen is not None and unit_among(queries.union_units(), chosen.name) != chosen:
            raise forms.ValidationError(f"有多个工会叫“{chosen.name}”，请先在单位里改名")
        return chosen.name if chosen is not None else ""
