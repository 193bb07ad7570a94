"""Forms about lists of persons: a pasted one, and the name under which one is saved."""

from django import forms

from .tags import LinesField


class CheckPeopleForm(forms.Form):
    """A list of identity numbers, with names or without."""

    lines = LinesField(
        label="名单", help_text="每行一人：身份证号，或姓名加身份证号；可从表格里几列一起复制，带上表头也行"
    )
    name = forms.CharField(
        label="存为名单", max_length=40, required=False, help_text="核对后要存的填名称；同名的名单并入"
    )


class GroupForm(forms.Form):
    """Under which name."""

    name = forms.CharField(label="名单名称", max_length=40, help_text="例如 2026 技能竞赛报名；已有同名的，并入那一份")
