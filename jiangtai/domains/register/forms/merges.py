"""Forms about putting two files together and taking them apart."""

from collections.abc import Collection
from typing import Any

from django import forms

from jiangtai.web import LongTextField, PickField, RadioCards, in_clear

from .. import queries


class OtherForm(forms.Form):
    """Which other file is the same person's."""

    other = PickField(
        source="人员",
        find=lambda text: queries.person_named(text),
        name_of=lambda text: queries.name_of_person(text),
        label="另一份档案",
        help_text="输入姓名、拼音首字母，或姓名加身份证后四位查找",
    )


class ProposeForm(forms.Form):
    """Why two files are one person's."""

    reason = LongTextField(
        label="依据", max_length=200, rows=2, validators=[in_clear], help_text="例如 本人身份证与两份档案核对一致"
    )


class ConfirmForm(forms.Form):
    """Whether the second agrees; whoever proposed it may only take it back."""

    result = forms.ChoiceField(
        label="意见",
        choices=(
            ("merge", "同意归并｜两份档案合为一份，可以撤销"),
            ("refuse", "不归并｜两份档案保持原样"),
            ("withdraw", "撤回｜两份档案保持原样，以后可以重新提出"),
        ),
        widget=RadioCards,
    )
    reason = LongTextField(label="说明", max_length=200, rows=2, required=False, validators=[in_clear])
    refusal = "不归并的，请写明原因"

    def __init__(self, *args: Any, is_own: bool, cannot: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        result: Any = self.fields["result"]
        result.choices = [one for one in result.choices if (one[0] == "withdraw") is is_own and one[0] not in cannot]
        if is_own or not result.choices:
            del self.fields["reason"]
        if not result.choices:
            del self.fields["result"]

    def clean(self) -> dict[str, Any]:
        """Whoever does not agree says why."""
        cleaned = super().clean() or {}
        if cleaned.get("result") == "refuse" and not cleaned.get("reason", "").strip():
            self.add_error("reason", self.refusal)
        return cleaned


class UndoForm(forms.Form):
    """Why, and which of what was written since is the other's."""

    reason = LongTextField(label="撤销的原因", max_length=200, rows=2, validators=[in_clear])
    theirs = forms.MultipleChoiceField(
        label="归并以后的记录，哪些是另一个人的",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不勾的，留在保留的档案里；勾上的，记回另一份档案，它的结束、奖金等一起记回",
    )

    def __init__(self, *args: Any, since: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theirs"].choices = since  # type: ignore[attr-defined]
        if not since:
            del self.fields["theirs"]
