"""Forms by which leads add what a plan lacks: a figure with its target, or why there is none."""

from typing import Any

from django import forms

from jiangtai import indicators
from jiangtai.kernel import clock
from jiangtai.web import DateField, LongTextField, NumberField, in_clear

from ..models import Amount, Measure
from ..queries import plans
from ..queries import supplying as queries
from ..rules.plans import Lack, lacks


class TieForm(forms.Form):
    """By which figure it is counted, and what a year is to reach."""

    indicator = forms.ChoiceField(
        label="指标", help_text="系统按这项指标算出的数和目标亮灯；没有合适的，请写明不设指标的理由"
    )
    year = forms.IntegerField(label="年度", min_value=2020, max_value=2100)
    value = NumberField(label="目标值", max_digits=18, decimal_places=4, min_value=0, help_text="到年底应达到的数")

    def __init__(self, *args: Any, unit: Any, amount: Amount | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mark = amount.unit if amount else ""
        found = queries.figures_for(unit)
        found.sort(key=lambda one: (mark not in (one.unit.label, *one.unit.aliases), one.label))
        choices = [(one.key, f"{one.label}（{one.unit.label}）") for one in found]
        self.fields["indicator"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]
        self.initial.setdefault("year", clock.today().year)
        if amount:
            self.initial.setdefault("value", amount.value)


class GoWithoutForm(forms.Form):
    """Why a measure has no figure."""

    said = LongTextField(
        label="不设指标的理由", max_length=300, rows=3, help_text="写明这项举措怎样算完成，例如“以办法印发为准”"
    )


class LacksForm(forms.Form):
    """What the measures of a unit lack: of each a day, and a figure or why there is none; what is left empty waits."""

    def __init__(self, *args: Any, unit: Any, measures: list[Measure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measures, this_year = measures, clock.today().year
        choices = [("", "请选择"), *indicators.grouped(queries.figures_for(unit))]
        for one in measures:
            end, lacking = one.pk.hex, lacks(plans.said(one))
            if Lack.DEADLINE in lacking:
                self.fields[f"deadline_{end}"] = DateField(label="完成期限", required=False)
            if Lack.FIGURE in lacking:
                self.fields[f"indicator_{end}"] = forms.ChoiceField(label="指标", choices=choices, required=False)
                self.fields[f"year_{end}"] = forms.IntegerField(
                    label="年度", min_value=2020, max_value=2100, required=False, initial=this_year
                )
                self.fields[f"value_{end}"] = NumberField(
                    label="目标值", max_digits=18, decimal_places=4, min_value=0, required=False
                )
                self.fields[f"said_{end}"] = LongTextField(
                    label="不设指标的理由", max_length=300, rows=2, required=False, validators=[in_clear],
                    help_text="没有合适指标的，写明这项举措怎样算完成，例如“以办法印发为准”",
                )  # fmt: skip

    def of(self, measure: Measure) -> list[str]:
        """The fields of one measure."""
        return [name for name in self.fields if name.endswith(f"_{measure.pk.hex}")]

    def clean(self) -> dict[str, Any]:
        """A figure has its year and its target; either a figure or why there is none; something is said."""
        told = super().clean() or {}
        for one in self.measures:
            end = one.pk.hex
            key, said, value = (told.get(f"{name}_{end}") for name in ("indicator", "said", "value"))
            if key and said:
                self.add_error(f"said_{end}", "已选了指标，不用再写不设指标的理由，请去掉一个")
            for name, words in (("year", "请填写年度"), ("value", "请填写目标值")):
                field = f"{name}_{end}"
                if key and told.get(field) is None and field not in self.errors:
                    self.add_error(field, words)
            if value is not None and not key:
                self.add_error(f"indicator_{end}", "填了目标值，请选择指标")
        if not self.errors and not self.told():
            raise forms.ValidationError("一项也没有填，请至少补充一项；暂时定不了的可以空着，以后再补充")
        return told

    def told(self) -> dict[Measure, dict[str, Any]]:
        """What was said, by measure; what was left empty is left out."""
        names = ("deadline", "indicator", "year", "value", "said")
        found = {one: {name: self.cleaned_data.get(f"{name}_{one.pk.hex}") for name in names} for one in self.measures}
        return {
            one: told for one, told in found.items() if told["deadline"] or told["indicator"] or told["said"]
        }  # fmt: skip
