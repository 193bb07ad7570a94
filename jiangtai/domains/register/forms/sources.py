"""Forms about handing in a list."""

from typing import Any

from django import forms

from jiangtai.kernel import clock
from jiangtai.people.sources import LABELS, Source
from jiangtai.web import DateField, FileField

WHOLE, PART = "whole", "part"
NOTHING = "-"
"""What is chosen for a column that is not taken."""


class HandInForm(forms.Form):
    """Which list, of which day, all of it or what is new, and the file."""

    source = forms.ChoiceField(label="名册")
    as_of = DateField(label="数据截止日", help_text="名册反映的是哪一天的情况")
    extent = forms.ChoiceField(
        label="这份文件是",
        choices=((PART, "新增和变动的人"), (WHOLE, "全部人员：名册里没有的，标为不再在册")),
        initial=PART,
    )
    file = FileField(
        label="文件",
        accepts=(".xlsx", ".xls", ".csv", ".txt"),
        most=300,
        help_text="xlsx、xls、csv、txt，不超过 300 MB；标题行、合并表头、合计行不必删，栏目顺序和名称不限；"
        "要导入的栏目里不能有公式",
    )

    def __init__(self, *args: Any, sources: list[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(one.key, one.label) for one in sources]  # type: ignore[attr-defined]
        self.fields["as_of"].widget.attrs["max"] = clock.today().isoformat()


class ColumnsForm(forms.Form):
    """What each column of the file holds."""

    def __init__(self, *args: Any, source: Source, headings: list[str], proposed: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(NOTHING, "不导入"), *((column.field, _words(column)) for column in source.columns)]
        for at, heading in enumerate(headings):
            if heading:
                seems = proposed[at] if at < len(proposed) else ""
                self.fields[f"column_{at}"] = forms.ChoiceField(
                    label=heading, choices=choices, initial=seems or NOTHING
                )
        self._width = len(headings)

    def chosen(self) -> list[str]:
        """The answer for every column, in the file's order."""
        told = (self.cleaned_data.get(f"column_{at}", NOTHING) for at in range(self._width))
        return ["" if one == NOTHING else one for one in told]


def _words(column: Any) -> str:
    label = column.title if column.title == LABELS[column.field] else f"{column.title}（{LABELS[column.field]}）"
    return f"{label}（必需）" if column.is_needed else label
