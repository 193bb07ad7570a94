"""Forms about the lists of departments: which employer, which list, by which document."""

from datetime import date
from typing import Any

from django import forms

from jiangtai.kernel import clock
from jiangtai.people import EmployerTag
from jiangtai.web import DateField, LongTextField

from .. import rules
from .employers import firm_field


class LinesField(LongTextField):
    """A pasted list, one entry a line; so many at most."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", rules.MOST_LINES * 60)
        super().__init__(rows=10, **options)

    def clean(self, value: Any) -> list[str]:
        """The lines."""
        lines = rules.lines_of(super().clean(value))
        if len(lines) > rules.MOST_LINES:
            raise forms.ValidationError(f"有 {len(lines)} 行，一次最多 {rules.MOST_LINES} 行，请分几次粘贴")
        return lines


class TagForm(forms.Form):
    """Which list, by which document, since when and until when."""

    tag = forms.ChoiceField(label="标签")
    document = forms.CharField(label="依据文号", max_length=60, help_text="认定文件或名单的文号，例如 科发〔2026〕3号")
    on = DateField(label="起始日期", initial=clock.today)
    until = DateField(label="有效期至", required=False, help_text="到这一天为止；长期有效的不填")

    def __init__(self, *args: Any, tags: list[EmployerTag], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tag"].choices = [(one.value, one.label) for one in tags]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As `tag` takes them, but for the employer and the list."""
        return {name: self.cleaned_data[name] for name in ("document", "on", "until")}

    def chosen(self) -> EmployerTag:
        """The list."""
        return EmployerTag(self.cleaned_data["tag"])


class TagFirmForm(TagForm):
    """One employer."""

    unit = firm_field()
    field_order = ("unit", "tag", "document", "on", "until")


class TagListForm(TagForm):
    """Many at once, pasted."""

    lines = LinesField(label="名单", help_text="每行一家：统一社会信用代码，或单位全称、简称；可从表格里整列复制")
    field_order = ("tag", "document", "on", "until", "lines")


class UntagForm(forms.Form):
    """By which document, since when."""

    document = forms.CharField(label="依据文号", max_length=60, help_text="移出或取消认定的文号")
    on = DateField(label="移出日期", initial=clock.today, help_text="从这一天起不再计入")

    def values(self) -> dict[str, date | str]:
        """As `untag` takes them."""
        return dict(self.cleaned_data)
