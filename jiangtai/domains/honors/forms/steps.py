"""What the steps of a selection ask, and what a round of it settles."""

from datetime import date
from typing import Any

from django import forms

from jiangtai import people
from jiangtai.access import current
from jiangtai.flows import Case, Known, StepForm
from jiangtai.kernel import clock

from .. import queries, rules
from ..facts import Tier
from ..models import HonorTitle


class NominationForm(StepForm):
    """The firm's union recommends a worker, with what the workers' meeting decided."""

    clear = ("years_in_trade",)

    @classmethod
    def known(cls, case: Case) -> dict[str, Known]:
        """The trade, and the years at this firm, from the register."""
        work = next((one for one in people.employments_of(case.subject) if one.unit_id == case.unit_id), None)
        if work is None:
            return {}
        found = {}
        if work.occupation:
            found["trade"] = Known(work.occupation, f"用工登记（{work.since}，{work.unit}）")
        years = rules.age_on(work.since, clock.today()) or 0
        words = f"按用工登记推算（{work.since} 入职，{work.unit}），此前从业的年限请加上"
        return {**found, "years_in_trade": Known(years, words)}

    trade = forms.CharField(label="工种或岗位", max_length=40)
    years_in_trade = forms.IntegerField(label="从业年限（年）", min_value=0, max_value=60)
    deed = forms.CharField(
        label="主要事迹",
        max_length=800,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="公示时对外展示，800 字以内",
    )
    met_on = forms.DateField(label="职工推荐会日期", widget=forms.DateInput(attrs={"type": "date"}))
    expected = forms.IntegerField(label="应到人数", min_value=1, max_value=100_000)
    attended = forms.IntegerField(label="实到人数", min_value=1, max_value=100_000)
    agreed = forms.IntegerField(label="赞成人数", min_value=0, max_value=100_000)

    def clean_met_on(self) -> Any:
        """The workers have met already."""
        return _not_ahead(self.cleaned_data["met_on"], "职工推荐会日期")

    def clean_years_in_trade(self) -> int:
        """Nobody works before sixteen（劳动法第十五条）."""
        years: int = self.cleaned_data["years_in_trade"]
        age = queries.age_of(self.case.subject)
        if age is not None and years > age - rules.LEAST_AGE:
            raise forms.ValidationError(f"今年 {age} 岁，从业年限至多 {max(age - rules.LEAST_AGE, 0)} 年，请核对")
        return years

    def clean(self) -> dict[str, Any]:
        """Nobody can vote who was not there."""
        found = super().clean() or {}
        expected, attended, agreed = (found.get(name) for name in ("expected", "attended", "agreed"))
        if expected is not None and attended is not None and attended > expected:
            self.add_error("attended", f"实到 {attended} 人多于应到 {expected} 人，请核对")
        if attended is not None and agreed is not None and agreed > attended:
            self.add_error("agreed", f"赞成 {agreed} 人多于实到 {attended} 人，请核对")
        return found


class NamingForm(StepForm):
    """The Party committee and the government decide by a document."""

    clear = ("document",)

    document = forms.CharField(label="命名文件文号", max_length=60, help_text="如 锦川委发〔2026〕8号")
    named_on = forms.DateField(label="命名日期", widget=forms.DateInput(attrs={"type": "date"}))

    def clean_named_on(self) -> Any:
        """A decision is not dated ahead."""
        return _not_ahead(self.cleaned_data["named_on"], "命名日期")


def _not_ahead(day: date, what: str) -> date:
    if day > clock.today():
        raise forms.ValidationError(f"{what}不能晚于今天（{clock.today()}）")
    return day


class RoundTermsForm(forms.Form):
    """What a round of a selection is for."""

    title = forms.ModelChoiceField(label="荣誉称号", queryset=HonorTitle.objects.none(), empty_label="请选择")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = HonorTitle.objects.filter(is_used=True).exclude(kind=HonorTitle.Kind.PLAQUE)
        self.fields["title"].queryset = rows  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        """The title's id: terms are kept as plain values."""
        title, unit = self.cleaned_data["title"], current().unit
        if title.tier != Tier.ENTERPRISE.value and (unit is None or unit.parent_id is not None):
            raise forms.ValidationError(f"“{title}”由本级总工会或领导小组办公室主办，街道只能主办企业层级的称号")
        return str(title.pk)
