"""Forms by which a worker says that a value is wrong, and what it should be."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from jiangtai import people
from jiangtai.access import Unit
from jiangtai.flows import StepForm
from jiangtai.kernel import clock
from jiangtai.people import Person
from jiangtai.web import DateField, FileField, LongTextField, PhoneField

from .persons import IdentityField, NameField

CONTESTED = {
    "name": "姓名",
    "id_number": "身份证号",
    "sex": "性别",
    "birth": "出生日期",
    "phone": "手机号",
    "hukou": "户籍",
    "education": "学历",
    "occupation": "工种",
    "form": "用工形式",
    "is_production": "一线职工",
    "since": "入职日期",
    "left": "离职日期",
    "union_card": "会员卡号",
    "left_union": "转出会籍日期",
}
OF_WORK = ("occupation", "form", "is_production", "since", "left")
"""What is said of an employment, and of the person by that."""
OF_UNION = ("union_card", "left_union")
"""What the union looks into, and no employer."""
OVER = ("left", "left_union")
"""By which something is over that the register still has."""

_REASONS = {
    "name": "身份证换发过",
    "id_number": "身份证换发过",
    "sex": "登记时选错了",
    "birth": "登记时录错了一位",
    "phone": "上个月换了号码",
    "hukou": "去年迁了户口",
    "education": "今年拿到大专毕业证",
    "occupation": "今年三月转了岗",
    "form": "上个月由派遣转为签劳动合同",
    "is_production": "去年调到车间，在一线生产",
    "since": "签合同比登记的早一个月",
    "left": "上个月办了离职",
    "union_card": "补办过会员卡",
    "left_union": "换了单位，会籍没有转走",
}
_PROOFS = {
    "hukou": "户口本、居住证",
    "education": "毕业证、学位证",
    "occupation": "合同、上岗证",
    "form": "劳动合同、派遣协议",
    "is_production": "岗位说明、上岗证",
    "since": "合同、工资单",
    "phone": "营业厅的办理单",
    "left": "离职证明、解除合同通知",
    "union_card": "会员卡",
    "left_union": "会籍转接单",
}  # fmt: skip
"""What shows it, where the identity card does not."""


_CHOSEN: dict[str, Any] = {
    "hukou": Person.Hukou.choices,
    "education": Person.Education.choices,
    "form": [(one.value, one.label) for one in people.Form],
    "is_production": ((True, "是"), (False, "否")),
}
"""What is chosen by its name and kept by its key."""


def _labelled(choices: Any) -> list[tuple[str, str]]:
    return [("", "请选择"), *((label, label) for _, label in choices)]


def _choice(what: str) -> Callable[[], forms.Field]:
    return lambda: forms.ChoiceField(choices=_labelled(_CHOSEN[what]))


_FIELDS: dict[str, Callable[[], forms.Field]] = {
    "name": lambda: NameField(help_text="照身份证填写，生僻字照原样"),
    "id_number": IdentityField,
    "sex": lambda: forms.ChoiceField(choices=_labelled(Person.Sex.choices)),
    "birth": DateField,
    "phone": PhoneField,
    **{what: _choice(what) for what in _CHOSEN},
    "occupation": lambda: forms.CharField(max_length=60, help_text="例如 数控车工、机修钳工"),
    "since": DateField,
    "left": lambda: DateField(help_text="从这一天起不在这家单位"),
    "union_card": lambda: forms.CharField(max_length=30),
    "left_union": lambda: DateField(help_text="从这一天起不是这个工会的会员"),
}


def field_of(what: str) -> forms.Field:
    """The field in which the right value is typed."""
    made = _FIELDS[what]()
    made.label = f"{CONTESTED[what]}应为"
    return made


def shown(what: str, value: Any) -> str:
    """A value of the register as the worker reads it; of what nobody knows nothing."""
    return str(dict(_CHOSEN[what]).get(value, "") if what in _CHOSEN else value)


def meant(what: str, text: str) -> Any:
    """What was typed, as the register keeps it; refused with a sentence where it cannot be that."""
    value = field_of(what).clean(text)
    if what in _CHOSEN:
        return next(key for key, label in _CHOSEN[what] if label == value)
    if what in OVER and value > clock.today():
        raise ValidationError(f"{value} 还没有到，请填已经过去的日期")
    if what not in (*OF_WORK, *OVER):
        return people.canonical(what, value)
    return value


class ContestForm(StepForm):
    """Which value is wrong, and what it should be; all of it under the worker's key but which one it is."""

    clear = ("what",)

    what = forms.ChoiceField(label="哪一项有误", choices=list(CONTESTED.items()))
    value = forms.CharField(label="应为", max_length=100, help_text="日期写作 2020-03-01")
    note = LongTextField(label="说明", max_length=200, rows=2, required=False, help_text="例如 身份证换发过")

    def clean(self) -> dict[str, Any]:
        """The value must be one that the register could hold."""
        cleaned = super().clean() or {}
        if cleaned.get("what") in OF_UNION and self.case.unit.tree != Unit.Tree.UNION:
            self.add_error("what", "会籍和会员卡由工会核对，请在“我的档案”里提出，单位看不到")
        if cleaned.get("what") in OF_WORK and self.case.unit.tree == Unit.Tree.UNION:
            self.add_error("what", "用工情况由用人单位核对，请在“我的档案”里对着那家单位提出")
        if not self.errors:
            try:
                found = meant(cleaned["what"], cleaned["value"])
            except ValidationError as error:
                self.add_error("value", error.messages)
            else:
                cleaned["value"] = cleaned["value"] if cleaned["what"] in _CHOSEN else _written(found)
        return cleaned


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


class ContestedForm(forms.Form):
    """One value: what it should be, why, and a photo where there is one."""

    note = LongTextField(label="说明", max_length=200, rows=2, required=False, help_text="例如 身份证换发过")
    photo = FileField(label="照片", required=False, accepts=(".jpg", ".jpeg", ".png", ".pdf"), most=20)

    def __init__(self, *args: Any, what: str, begun: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.what, self.begun = what, begun
        self.fields["value"] = field_of(what)
        self.order_fields(("value", "note", "photo"))
        self.fields["note"].help_text = f"例如 {_REASONS[what]}"
        self.fields[
            "photo"
        ].help_text = f"可不传。{_PROOFS.get(what, '身份证、户口本')}等能说明的那一页；只给核对的人看"

    def clean_value(self) -> Any:
        """What is over ended after it began, and not in the days to come."""
        value = self.cleaned_data["value"]
        if self.what not in OVER:
            return value
        if self.begun and value < self.begun:
            raise ValidationError(
                f"{value} 早于登记的起始日期 {self.begun}；从来没有过的，填 {self.begun}，在说明里写明"
            )
        return meant(self.what, value)

    def data_of_case(self) -> dict[str, str]:
        """As the step's form takes it."""
        values = self.cleaned_data
        return {"what": self.what, "value": _written(values["value"]), "note": values["note"]}
