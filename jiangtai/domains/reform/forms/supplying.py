"""Forms by which leads add what a plan lacks: a figure with its target, or why there is none."""

from typing import Any

from django import forms

from jiangtai.kernel import clock
from jiangtai.web import LongTextField, NumberField

from ..models import Amount
from ..queries import supplying as queries


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
