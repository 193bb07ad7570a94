"""Forms by which units are asked, and answer."""

from typing import Any, cast

from django import forms

from jiangtai.access import Unit, inquiries, units
from jiangtai.kernel import codes
from jiangtai.web import DateField, FileField, LongTextField, PhoneField

MOST_UNITS = 500


class AskForm(forms.Form):
    """Which units are asked what, until when."""

    topic = forms.ChoiceField(label="填报事项")
    units = LongTextField(
        label="填报单位", rows=6, help_text="每行一个单位，可直接粘贴名单；写全称、简称或代码都行", max_length=20_000
    )
    due = DateField(label="填报期限")
    note = LongTextField(label="填报说明", required=False, max_length=300, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["topic"]).choices = [
            (topic.key, topic.label) for topic in inquiries.TOPICS.values()
        ]

    def clean_units(self) -> list[Unit]:
        """The units that the lines name; every line that names none is told."""
        lines = [line.strip() for line in self.cleaned_data["units"].splitlines() if line.strip()]
        wanted = list(dict.fromkeys(lines))
        if len(wanted) > MOST_UNITS:
            raise forms.ValidationError(f"一次最多 {MOST_UNITS} 个单位，现有 {len(wanted)} 行，请分批发起")
        found = units.called(Unit.objects.filter(state=Unit.State.ACTIVE), wanted)
        return [self._one(line, number, found.get(line, [])) for number, line in enumerate(wanted, start=1)]

    def _one(self, line: str, number: int, found: list[Unit]) -> Unit:
        if len(found) == 1:
            return found[0]
        problem = "没有找到这个单位，请核对名称" if not found else "有多个单位叫这个名字，请改写代码"
        raise forms.ValidationError(f"第 {number} 行“{line}”：{problem}")


class LetterForm(forms.Form):
    """The letter that stands behind what is recorded for a unit."""

    letter_number = forms.CharField(label="来函文号", max_length=60)
    letter_date = DateField(label="来函日期")
    letter = FileField(label="来函扫描件", accepts=inquiries.LETTER_ENDINGS, most=inquiries.LETTER_BYTES // 2**20)


class LiaisonForm(forms.Form):
    """A unit names its liaison officer."""

    name = forms.CharField(label="联络员姓名", max_length=60)
    position = forms.CharField(label="职务", max_length=60, required=False)
    phone = PhoneField(help_text="加密保存，只在联系工作时凭理由显示")


class UnitDetailsAnswerForm(forms.Form):
    """A unit confirms what is known of it."""

    name = forms.CharField(label="单位全称", max_length=120)
    code = forms.CharField(label="统一社会信用代码", max_length=24, required=False)
    address = forms.CharField(label="办公地址", max_length=200)
    telephone = forms.CharField(label="公开电话", max_length=30, help_text="向社会公开的办公电话，如 028-85551234")

    def clean_code(self) -> str:
        """Eighteen characters that fit one another."""
        text = self.cleaned_data["code"]
        try:
            return codes.parse_uscc(text) if text and len(text) > 12 else text
        except codes.CodeError as error:
            raise forms.ValidationError(str(error)) from error
