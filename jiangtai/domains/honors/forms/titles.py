"""A title of the catalogue: what it is, what it asks, what it brings."""

from typing import Any

from django import forms

from jiangtai.web import LongTextField

from ..facts import Tier
from ..models import HonorTitle

MOST_BENEFITS, LONGEST_BENEFIT = 12, 40


class TitleForm(forms.ModelForm):
    """A title; what it was given as stays as it was, so kind and tier are settled once somebody holds it."""

    kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), *HonorTitle.Kind.choices])
    tier = forms.ChoiceField(label="层级", choices=[("", "请选择"), *((tier.value, tier.label) for tier in Tier)])
    benefits = LongTextField(
        label="荣誉卡礼遇", required=False, rows=4, help_text=f"每行一项，最多 {MOST_BENEFITS} 项；印在荣誉卡上"
    )

    class Meta:
        model = HonorTitle
        fields = (
            *("name", "kind", "tier", "issuer", "years", "award"),
            *("years_in_trade", "oldest", "asks_membership", "benefits", "basis"),
        )
        help_texts = {
            "issuer": "印在证书落款，如“区委、区政府”",
            "award": "没有奖励填 0",
            "years_in_trade": "推荐时审查，不限填 0",
            "oldest": "以周岁计，空着表示不限",
            "basis": "评选办法的名称和文号",
        }

    def __init__(self, *args: Any, is_given: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_given = is_given

    def clean_benefits(self) -> list[str]:
        """The lines, without blanks and repetitions."""
        lines = list(dict.fromkeys(line.strip() for line in self.cleaned_data["benefits"].splitlines() if line.strip()))
        if len(lines) > MOST_BENEFITS:
            raise forms.ValidationError(f"现有 {len(lines)} 项，最多 {MOST_BENEFITS} 项")
        if long := next((line for line in lines if len(line) > LONGEST_BENEFIT), ""):
            raise forms.ValidationError(f"“{long[:12]}…”有 {len(long)} 个字，每项最多 {LONGEST_BENEFIT} 个字")
        return lines

    def clean_award(self) -> Any:
        """Nothing is taken away by an honour."""
        if self.cleaned_data["award"] < 0:
            raise forms.ValidationError("奖励不能小于 0，没有奖励填 0")
        return self.cleaned_data["award"]

    def clean(self) -> dict[str, Any]:
        """A plaque goes to a unit: no award, no card; what was given keeps its kind and tier."""
        found = super().clean() or {}
        if self.is_given:
            for name in {"kind", "tier"} & set(self.changed_data):
                self.add_error(name, f"已有授予记录，{self.fields[name].label}不能再改；请停用后另建一个称号")
        if found.get("kind") == HonorTitle.Kind.PLAQUE and (found.get("award") or found.get("benefits")):
            self.add_error("kind", "单位牌匾不发奖金、不制荣誉卡，请清空一次性奖励和荣誉卡礼遇")
        return found
