"""The form by which a unit says what it did about what the register lacks."""

from django import forms

from jiangtai.web import LongTextField, RadioCards


class MendForm(forms.Form):
    """Whether what was lacking has been put right."""

    result = forms.ChoiceField(
        label="办理情况",
        choices=(("done", "已补正｜在人员名册里改好，或重新报送了名册"), ("partly", "部分补正｜其余的在说明里写原因")),
        widget=RadioCards,
    )
    note = LongTextField(label="说明", max_length=200, rows=2, required=False)
