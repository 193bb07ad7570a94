"""Forms by which an owner is asked about one person, or about many."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms

from jiangtai.kernel import clock
from jiangtai.people.sources import QUESTIONS, Question
from jiangtai.web import RadioCards

_MONTH = re.compile(r"(20\d\d)[-./年]?(\d{1,2})月?")


class MonthField(forms.CharField):
    """A month, as offices write it; the last whole one unless said otherwise."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("initial", last_month)
        super().__init__(label="月份", max_length=10, help_text="例如 2026-08", **options)

    def clean(self, value: Any) -> Any:
        """Its first day."""
        text = super().clean(value)
        if not text:
            return None
        found = _MONTH.fullmatch(text.strip())
        if found is None or not 1 <= int(found[2]) <= 12:
            raise forms.ValidationError("月份请写成 2026-08 的样子")
        return date(int(found[1]), int(found[2]), 1)


def last_month() -> str:
    """The last month that is over."""
    return f"{clock.today().replace(day=1) - timedelta(days=1):%Y-%m}"


class CheckForm(forms.Form):
    """Which question, and what it is about."""

    question = forms.ChoiceField(label="核验事项", widget=RadioCards)
    unit = forms.ChoiceField(label="用人单位", required=False)
    month = MonthField(required=False)
    number = forms.CharField(label="证书编号", max_length=40, required=False, help_text="核验证书的填；加密保存")

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [one for one in QUESTIONS.values() if units or not one.of_month]
        words = [(one.key, f"{one.label}｜{one.owner}答是或否；{one.purpose}") for one in asked]
        self.fields["question"].choices = words  # type: ignore[attr-defined]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["question"].initial = asked[0].key
        if not units:
            del self.fields["unit"], self.fields["month"]

    def clean(self) -> dict[str, Any]:
        """What the question needs, and nothing else."""
        cleaned = super().clean() or {}
        one = QUESTIONS.get(cleaned.get("question", ""))
        if one is None or self.errors:
            return cleaned
        for field in ("unit", "month") if one.of_month else ("number",):
            if not cleaned.get(field):
                self.add_error(field, f"核验“{one.label}”须填{self.fields[field].label}")
        return cleaned

    @property
    def chosen(self) -> Question:
        """The question."""
        return QUESTIONS[self.cleaned_data["question"]]


class ManyForm(forms.Form):
    """Of which month many are asked about."""

    month = MonthField()
