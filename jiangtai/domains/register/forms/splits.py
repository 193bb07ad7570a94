"""Forms about one file that holds the lines of two people."""

from typing import Any

from django import forms

from jiangtai.web import LongTextField, RadioCards, in_clear

from .merges import ConfirmForm


class SplitForm(forms.Form):
    """Why, and which of what hangs on no line alone is the other's; the lines themselves are ticked side by side."""

    facts = forms.MultipleChoiceField(
        label="不挂在某一条来源记录上的，哪些是另一个人的",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不勾的，留在原档案里；勾上的，记到新档案里。离职、退会、撤销荣誉等随它结束的那条走，"
        "奖金、导师随荣誉走；荣誉证书收回，按新档案的姓名重发",
    )
    reason = LongTextField(
        label="依据", max_length=200, rows=2, validators=[in_clear],
        help_text="例如 同名同生日，与两人的身份证核对，是两个人；不写号码",
    )  # fmt: skip

    def __init__(self, *args: Any, facts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facts"].choices = facts  # type: ignore[attr-defined]
        if not facts:
            del self.fields["facts"]


class ConfirmSplitForm(ConfirmForm):
    """Whether the second agrees."""

    result = forms.ChoiceField(
        label="意见",
        choices=(
            ("split", "同意拆分｜勾出的记录进新档案；拆错了可以再归并，两份身份证号不同或都有本人账号的除外"),
            ("refuse", "不拆分｜档案保持原样"),
            ("withdraw", "撤回｜档案保持原样，以后可以重新提出"),
        ),
        widget=RadioCards,
    )
    refusal = "不拆分的，请写明原因"
