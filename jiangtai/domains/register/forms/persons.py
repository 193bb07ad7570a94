"""Forms about one person: registering, putting right, coming, moving on, leaving, and the union."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet

from jiangtai.access import Unit, units
from jiangtai.kernel import clock, codes
from jiangtai.people import Form, LeavingReason, Person, UnionLeaving
from jiangtai.web import DateField, LongTextField, PhoneField, PickField

from .. import queries

FRONT_LINE = [("", "未填"), ("True", "是"), ("False", "否")]
CHANGES_OF_OTHERS = {LeavingReason.MOVED, LeavingReason.MERGED, LeavingReason.ERASED}
"""Reasons that another act gives."""
UNION_CHANGES_OF_OTHERS = {UnionLeaving.MERGED, UnionLeaving.ERASED}


def choices(kind: Any, but: Any = ()) -> list[tuple[str, str]]:
    """The values of an enumeration, to choose from."""
    return [(one.value, one.label) for one in kind if one not in but]


def _unit_field(label: str, source: str, rows: Callable[[], QuerySet[Unit]], **options: Any) -> PickField:
    options.setdefault("help_text", "输入名称、拼音首字母或代码查找")

    def find(text: str) -> Unit | None:
        return units.named(rows(), text)

    return PickField(source=source, find=find, name_of=queries.name_of_unit, label=label, **options)


def employer_field(**options: Any) -> PickField:
    """A unit within reach that can employ."""
    return _unit_field("用人单位", "用人单位", queries.employer_units, **options)


def union_field(**options: Any) -> PickField:
    """A union organisation within reach."""
    return _unit_field("工会组织", "工会组织", queries.union_units, **options)


class NameField(forms.CharField):
    """A name, as it stands on the identity card."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label="姓名", max_length=60, **options)
        self.widget.attrs["autocomplete"] = "off"


class IdentityField(forms.CharField):
    """An identity number; the register checks it."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "身份证号")
        super().__init__(max_length=40, **options)
        self.widget.attrs["autocomplete"] = "off"


class StatusForm(forms.Form):
    """What a person's row says in clear."""

    hukou = forms.ChoiceField(label="户籍", required=False, choices=[("", "未填"), *Person.Hukou.choices])
    education = forms.ChoiceField(label="学历", required=False, choices=[("", "未填"), *Person.Education.choices])


class DeathForm(forms.Form):
    """On which day somebody died."""

    on = DateField(label="去世日期", help_text="以死亡证明、户籍注销等为准")


class WorkForm(forms.Form):
    """In which occupation somebody works."""

    occupation = forms.CharField(label="工种", max_length=60, help_text="例如 数控车工、机修钳工、快递员")
    occupation_code = forms.CharField(
        label="职业编码", max_length=16, required=False, help_text="《职业分类大典》编码，例如 6-18-01-01，不清楚可不填"
    )
    form = forms.TypedChoiceField(
        label="用工形式", required=False, choices=[("", "未填"), *choices(Form)], coerce=Form, empty_value=None,
        initial=Form.CONTRACT.value,
    )  # fmt: skip
    is_production = forms.TypedChoiceField(
        label="一线职工", required=False, choices=FRONT_LINE, coerce=lambda text: text == "True", empty_value=None
    )

    def work(self) -> dict[str, Any]:
        """As `hire` and `move` take it."""
        values = self.cleaned_data
        return {
            "occupation": values["occupation"],
            "occupation_code": values["occupation_code"],
            "form": values["form"],
            "is_production": values["is_production"],
        }


class PlacesForm(WorkForm):
    """Where somebody works, and to which union somebody belongs: one of the two at least."""

    unit = employer_field(required=False)
    union = union_field(required=False)
    on = DateField(label="入职（入会）日期", initial=clock.today)
    card_number = forms.CharField(label="会员卡号", max_length=30, required=False)

    def __init__(self, *args: Any, has_unions: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_unions:
            del self.fields["union"], self.fields["card_number"]
            self.fields["unit"].required, self.fields["on"].label = True, "入职日期"
            return
        self.fields["occupation"].required = False
        self.fields["unit"].help_text = "灵活就业、没有用人单位的会员可不填"
        self.fields["union"].help_text = "入会的填；输入名称、拼音首字母或代码查找"

    def clean(self) -> dict[str, Any]:
        """A place, and an occupation where there is an employer."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("unit") and not cleaned.get("union"):
            self.add_error("unit", "用人单位和工会组织至少填一项")
        if cleaned.get("unit") and not cleaned.get("occupation"):
            self.add_error("occupation", "请填写工种，例如 数控车工")
        return cleaned

    def places(self) -> dict[str, Any]:
        """Where, since when, and as what."""
        values = self.cleaned_data
        given = {"unit": values["unit"], "union": values.get("union"), "card_number": values.get("card_number", "")}
        return {**given, "on": values["on"], "work": self.work()}


class RegisterForm(PlacesForm, StatusForm):
    """A worker who enters the register."""

    name, id_number = NameField(help_text="照身份证填写，生僻字照原样"), IdentityField()
    phone = PhoneField(required=False, help_text="职工本人的手机号，用来登录和收消息")
    field_order = ("name", "id_number", "phone", "hukou", "education", "unit", "occupation", "occupation_code")


class TransferForm(PlacesForm):
    """A worker who is in the register already comes to a firm, or to a union, of ours."""

    name, id_number = NameField(), IdentityField()
    field_order = ("name", "id_number", "unit", "occupation", "occupation_code")


class ChangeForm(StatusForm):
    """What is put right of a person; numbers are typed anew, for nobody sees one without a reason."""

    name = NameField()
    id_number = IdentityField(label="新身份证号", required=False)
    phone = PhoneField(required=False)
    card_number = forms.CharField(label="新会员卡号", max_length=30, required=False)
    reason = LongTextField(label="依据或原因", max_length=200, rows=2, help_text="例如 核对身份证原件、本人申请")
    field_order = ("name", "id_number", "phone", "card_number", "hukou", "education", "reason")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = "新手机号"
        for field, masked in (
            ("id_number", person.card.id_number),
            ("phone", person.card.phone),
            ("card_number", person.card.union_card),
        ):
            self.fields[field].help_text = f"现在是 {masked}，不改留空" if masked else "还没有登记"

    def details(self) -> dict[str, Any]:
        """As `change` takes them: what was left empty stays."""
        values = self.cleaned_data
        found = {name: values[name] for name in ("name", "hukou", "education")}
        typed = {"id_number": values["id_number"], "phone": values["phone"], "union_card": values["card_number"]}
        return found | {name: value for name, value in typed.items() if value}


class MoveForm(WorkForm):
    """Where somebody goes on, and as what."""

    unit = employer_field(help_text="在本单位换工种的不改；调往范围外的单位，由对方用“办理调入”")
    on = DateField(label="生效日期", initial=clock.today)
    field_order = ("unit", "occupation", "occupation_code", "form", "is_production", "on")


class LeaveForm(forms.Form):
    """Why and since when somebody no longer works here."""

    why = forms.ChoiceField(label="离职原因", choices=choices(LeavingReason, CHANGES_OF_OTHERS))
    on = DateField(label="离职日期", initial=clock.today, help_text="从这一天起不再计入在职")


class JoinForm(forms.Form):
    """Which union somebody joins."""

    union = union_field()
    on = DateField(label="入会日期", initial=clock.today)
    card_number = forms.CharField(label="会员卡号", max_length=30, required=False)


class LeaveUnionForm(forms.Form):
    """Why and since when somebody is no longer a member."""

    why = forms.ChoiceField(label="退会原因", choices=choices(UnionLeaving, UNION_CHANGES_OF_OTHERS))
    on = DateField(label="退会日期", initial=clock.today, help_text="从这一天起不再计入会员")


class FindForm(forms.Form):
    """A number to find somebody by: sent in a form, so that it stands in no address."""

    id_number = IdentityField(required=False)
    phone = PhoneField(required=False)

    def clean_id_number(self) -> str:
        """The number in its canonical spelling: what is none is told, and never that nobody has it."""
        text = self.cleaned_data["id_number"]
        try:
            return codes.parse_identity(text).number if text else ""
        except codes.CodeError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("id_number") and not cleaned.get("phone"):
            self.add_error("id_number", "请填身份证号或手机号")
        return cleaned


class LinkForm(forms.Form):
    """A worker proves whose file it is."""

    id_number = IdentityField(help_text="只用来核对，不会显示给别人")
