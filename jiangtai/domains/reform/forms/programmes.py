"""What is filled in for programmes: the outline, an indicator, a cohort with its pasted firms, what was done."""

from typing import Any

from django import forms

from jiangtai.kernel import clock
from jiangtai.web import DateField, LongTextField, in_clear

from ..models import ProgrammeItem
from ..rules import programmes as rules
from .naming import unit_field
from .tasks import indicator_choices


def figures() -> list[tuple[str, str]]:
    """Every declared indicator by its name."""
    return indicator_choices()[1:]


class ProgrammeForm(forms.Form):
    """What a programme is called, and its items."""

    title = forms.CharField(label="名称", max_length=60, help_text="如 一匠三创、四同培育")
    about = LongTextField(label="说明", rows=3, max_length=500, required=False)
    items = LongTextField(
        label="条目", rows=8, max_length=6_000, strip=False,
        help_text="每行一个；缩进两格的是上一行的下级，最多三级，可以直接从文件里粘贴",
    )  # fmt: skip

    def clean_items(self) -> list[rules.Item]:
        """Understood."""
        try:
            return rules.outline(self.cleaned_data["items"])
        except rules.OutlineRefused as error:
            raise forms.ValidationError(str(error)) from error


class IndicatorForm(forms.Form):
    """Which indicator is tied to an item."""

    indicator = forms.ChoiceField(label="指标", choices=figures)


class FirmsForm(forms.Form):
    """Firms, pasted."""

    firms = LongTextField(
        label="企业名单", rows=8, max_length=30_000,
        help_text="每行一家：企业名或信用代码，后面可接条目、结对单位，用制表符或逗号隔开；可直接从 Excel 粘贴",
    )  # fmt: skip
    item = forms.ModelChoiceField(
        ProgrammeItem.objects.none(), label="没写条目的归入", required=False, empty_label="行里都写了"
    )
    helper = unit_field("没写结对的由", required=False)
    on = DateField(label="入选日期", initial=clock.today)

    def __init__(self, *args: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]

    def clean_firms(self) -> list[rules.FirmLine]:
        """Line by line."""
        try:
            return rules.firm_lines(self.cleaned_data["firms"])
        except rules.OutlineRefused as error:
            raise forms.ValidationError(str(error)) from error


class CohortForm(FirmsForm):
    """A cohort with its firms."""

    title = forms.CharField(label="名称", max_length=60, help_text="如 2026年度标杆企业")
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    indicators = forms.MultipleChoiceField(
        label="用哪些指标看成效", choices=figures, required=False,
        help_text="按企业算出入选前和现在的数，不用填", widget=forms.CheckboxSelectMultiple(attrs={"class": "many"}),
    )  # fmt: skip


class AssistForm(forms.Form):
    """What was done for a firm."""

    title = LongTextField(label="做了什么", rows=3, max_length=300, validators=[in_clear])
    on = DateField(label="日期", initial=clock.today)
    people = forms.IntegerField(label="惠及人数", min_value=0, max_value=10_000_000, required=False)


class LeaveForm(forms.Form):
    """Why a firm leaves, and when."""

    graduated = forms.ChoiceField(label="结果", choices=(("yes", "出师：达到培育要求"), ("no", "退出：不再培育")))
    on = DateField(label="日期", initial=clock.today)
    reason = LongTextField(label="理由", rows=2, max_length=200, stock=("培育期满，达到要求。", "企业迁出本区。"))


class PairForm(forms.Form):
    """Who stands at a firm's side."""

    helper = unit_field("结对单位", required=False)
