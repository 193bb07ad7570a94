"""Forms about deleting a person's file."""

from typing import Any

from django import forms

from jiangtai.people import ErasureRequest
from jiangtai.web import LongTextField, RadioCards


class AskForm(forms.Form):
    """On what the request stands."""

    reason = forms.ChoiceField(label="理由", choices=ErasureRequest.Reason.choices, widget=RadioCards)


class DecideForm(forms.Form):
    """Whether the file is deleted, with the word that says one means it."""

    result = forms.ChoiceField(
        label="办理结果",
        choices=(
            ("erase", "删除｜姓名、号码、办件内容全部销毁，不能恢复"),
            ("keep", "不予删除｜依法须保留，把原因告诉本人"),
        ),
        widget=RadioCards,
    )
    sure = forms.CharField(label="删除的，请输入“删除”两个字", max_length=4, required=False)
    answer = LongTextField(
        label="不予删除的依据和原因", max_length=200, rows=2, required=False, help_text="本人会看到这段话"
    )

    def clean(self) -> dict[str, Any]:
        """Whoever deletes says the word, whoever keeps says why."""
        cleaned = super().clean() or {}
        if cleaned.get("result") == "erase" and cleaned.get("sure", "").strip() != "删除":
            self.add_error("sure", "请输入“删除”两个字确认")
        if cleaned.get("result") == "keep" and not cleaned.get("answer", "").strip():
            self.add_error("answer", "不予删除的，请写明依据和原因")
        return cleaned
