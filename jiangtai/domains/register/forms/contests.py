"""Forms by which a worker says that a value is wrong, and what it should be."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from jiangtai import people
from jiangtai.flows import StepForm
from jiangtai.people import Person
from jiangtai.web import DateField, FileField, LongTextField

from .persons import IdentityField, NameField

CONTESTED = {
    "name": "姓名",
    "id_number": "身份证号",
    "sex": "性别",
    "birth": "出生日期",
    "hukou": "户籍",
    "education": "学历",
    "occupation": "工种",
    "since": "入职日期",
}
OF_WORK = ("occupation", "since")
"""What is said of an employment, and of the person by that."""


_REASONS = {
    "name": "身份证换发过",
    "id_number": "身份证换发过",
    "sex": "登记时选错了",
    "birth": "登记时录错了一位",
    "hukou": "去年迁了户口",
    "education": "今年拿到大专毕业证",
    "occupation": "今年三月转了岗",
    "since": "签合同比登记的早一个月",
}
_PROOFS = {
    "hukou": "户口本、居住证",
    "education": "毕业证、学位证",
    "occupation": "合同、上岗证",
    "since": "合同、工资单",
}  # fmt: skip
"""What shows it, where the identity card does not."""


def _labelled(choices: Any) -> list[tuple[str, str]]:
    return [("", "请选择"), *((label, label) for _, label in choices)]


_FIELDS: dict[str, Callable[[], forms.Field]] = {
    "name": lambda: NameField(help_text="照身份证填写，生僻字照原样"),
    "id_number": IdentityField,
    "sex": lambda: forms.ChoiceField(choices=_labelled(Person.Sex.choices)),
    "birth": DateField,
    "hukou": lambda: forms.ChoiceField(choices=_labelled(Person.Hukou.choices)),
    "education": lambda: forms.ChoiceField(choices=_labelled(Person.Education.choices)),
    "occupation": lambda: forms.CharField(max_length=60, help_text="例如 数控车工、机修钳工"),
    "since": DateField,
}


def field_of(what: str) -> forms.Field:
    """The field in which the right value is typed."""
    made = _FIELDS[what]()
    made.label = f"{CONTESTED[what]}应为"
    return made


def meant(what: str, text: str) -> Any:
    """What was typed, as the register keeps it; refused with a sentence where it cannot be that."""
    value = field_of(what).clean(text)
    if what in ("hukou", "education"):
        kind = Person.Hukou if what == "hukou" else Person.Education
        return next(key for key, label in kind.choices if label == value)
    if what not in OF_WORK:
        return people.canonical(what, value)
    return value


class ContestForm(StepForm):
    """Which value is wrong, and what it should be; all of it under the worker's key but which one it is."""

    clear = ("what",)

    what = forms.ChoiceField(label="哪一项有误", choices=list(CONTESTED.items()))
    value = forms.CharField(label="应为", max_length=100, help_text="日期写作 2020-03-01")
    note = LongTextField(label="说明", max_length=200, rows=2, required=False, help_text="可不填，例如 身份证换发过")

    def clean(self) -> dict[str, Any]:
        """The value must be one that the register could hold."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                found = meant(cleaned["what"], cleaned["value"])
            except ValidationError as error:
                self.add_error("value", error.messages)
            else:
                cleaned["value"] = cleaned["value"] if cleaned["what"] in ("hukou", "education") else _written(found)
        return cleaned


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


class ContestedForm(forms.Form):
    """One value: what it should be, why, and a photo where there is one."""

    note = LongTextField(label="说明", max_length=200, rows=2, required=False, help_text="可不填，例如 身份证换发过")
    photo = FileField(label="照片", required=False, accepts=(".jpg", ".jpeg", ".png", ".pdf"), most=20)

    def __init__(self, *args: Any, what: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.what = what
        self.fields["value"] = field_of(what)
        self.order_fields(("value", "note", "photo"))
        self.fields["note"].help_text = f"可不填，例如 {_REASONS[what]}"
        self.fields[
            "photo"
        ].help_text = f"可不传。{_PROOFS.get(what, '身份证、户口本')}等能说明的那一页；只给核对的人看"

    def data_of_case(self) -> dict[str, str]:
        """As the step's form takes it."""
        values = self.cleaned_data
        return {"what": self.what, "value": _written(values["value"]), "note": values["note"]}
