"""Forms about the office's calendar: counting working days, and entering a year's holiday notice."""

from typing import Any

from django import forms

from jiangtai.kernel import clock, workdays
from jiangtai.web import DateField, LongTextField

MOST_DAYS = 500
FIRST_YEAR = 2004
EXAMPLE = "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"


class CountForm(forms.Form):
    """From a day, so many working days."""

    start = DateField(label="从")
    days = forms.IntegerField(
        label="起第几个工作日",
        min_value=1,
        max_value=MOST_DAYS,
        error_messages={
            "invalid": "工作日数应是整数，如 5",
            "min_value": "至少 1 个工作日",
            "max_value": f"最多 {MOST_DAYS} 个工作日",
        },
    )


class NoticeForm(forms.Form):
    """A year's holiday notice, as the State Council's office published it."""

    year = forms.IntegerField(label="年份")
    notice_number = forms.CharField(label="通知文号", max_length=60, help_text="如 国办发明电〔2025〕7号")
    notice = LongTextField(
        label="通知正文",
        rows=12,
        max_length=20_000,
        help_text=f"整段粘贴各节日的安排，每个节日一条，如“{EXAMPLE}”",
    )
    plan: workdays.YearPlan

    def clean_year(self) -> int:
        """A year that notices exist for."""
        year, latest = int(self.cleaned_data["year"]), clock.today().year + 1
        if not FIRST_YEAR <= year <= latest:
            raise forms.ValidationError(f"年份应在 {FIRST_YEAR} 至 {latest} 之间：更晚的年份国务院办公厅还没有发布安排")
        return year

    def clean(self) -> dict[str, Any]:
        """The notice is read; each fault names its line."""
        cleaned = super().clean() or {}
        if "year" in cleaned and "notice" in cleaned:
            try:
                self.plan = workdays.parse_notice(cleaned["notice"], cleaned["year"])
            except workdays.NoticeError as error:
                self.add_error("notice", list(error.faults))
        return cleaned
