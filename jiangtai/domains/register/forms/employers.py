"""Forms about employers, who answers for them, and the blacklist."""

import re
from typing import Any

from django import forms

from jiangtai.access import unit_among
from jiangtai.kernel import clock
from jiangtai.people import DelistingReason, Employer, ListingReason, Responsible
from jiangtai.web import DateField, LongTextField, PickField, RadioCards

from .. import queries
from .persons import IdentityField, NameField, choices

_INDUSTRY = re.compile(r"[A-T]([0-9]{2,4})?")


class EmployerForm(forms.Form):
    """What is known of a unit as an employer."""

    industry = forms.CharField(
        label="行业代码", max_length=5, required=False, help_text="国民经济行业分类，例如 C34 或 C3411"
    )
    since = DateField(
        label="行业自何日起", required=False, help_text="改换行业的填；不填的，第一次登记算作一直如此，以后从今天起"
    )
    ownership = forms.ChoiceField(label="所有制", required=False, choices=[("", "未填"), *Employer.Ownership.choices])
    size = forms.ChoiceField(label="规模", required=False, choices=[("", "未填"), *Employer.Size.choices])

    def clean_industry(self) -> str:
        """One letter, and up to four digits."""
        code = self.cleaned_data["industry"].strip().upper()
        if code and not _INDUSTRY.fullmatch(code):
            raise forms.ValidationError(f"行业代码应为一个字母 A 至 T 加 2 至 4 位数字，这里是“{code}”，请核对")
        return code


class ResponsibleForm(forms.Form):
    """Who answers for an employer from a day on."""

    role = forms.ChoiceField(label="身份", choices=Responsible.Role.choices)
    name, id_number = NameField(), IdentityField(help_text="已登记的人按号码找到，没有登记的随之建档")
    on = DateField(label="起始日期", initial=clock.today)


class ConfirmForm(forms.Form):
    """Whether an authority stands behind what the firm said."""

    answer = forms.ChoiceField(
        label="办理结果",
        choices=(("confirm", "确认｜已与营业执照、任免文件核对一致"), ("refuse", "不予确认｜与登记不符，退回单位")),
        widget=RadioCards,
    )
    reason = LongTextField(
        label="说明", max_length=200, rows=2, required=False, help_text="不予确认的必填，例如 与市场监管登记不符"
    )

    def clean(self) -> dict[str, Any]:
        """Whoever refuses says why."""
        cleaned = super().clean() or {}
        if cleaned.get("answer") == "refuse" and not cleaned.get("reason", "").strip():
            self.add_error("reason", "不予确认的，请写明原因")
        return cleaned


def firm_field() -> PickField:
    """Any employer of the place: for who keeps the blacklist."""
    return PickField(
        source="全部企业",
        find=lambda text: unit_among(queries.every_firm(), text),
        name_of=queries.name_of_unit,
        label="用人单位",
        help_text="输入名称、拼音首字母或代码查找",
    )


class InvestigateForm(forms.Form):
    """Which employer is looked into for the blacklist, and why."""

    unit = firm_field()
    why = forms.ChoiceField(label="事由", choices=choices(ListingReason))
    caused = DateField(label="事由发生日", help_text="例如开始欠薪、发生事故的那一天")
    decision = forms.CharField(label="立案文号", max_length=60)


class EnlistForm(forms.Form):
    """Which employer is listed, why, by which decision, and until when."""

    unit = firm_field()
    why = forms.ChoiceField(label="事由", choices=choices(ListingReason))
    caused = DateField(label="事由发生日", help_text="例如开始欠薪、发生事故的那一天；这一天的责任人一并受限")
    decision = forms.CharField(label="决定文号", max_length=60, help_text="列入决定书的文号")
    on = DateField(label="列入日期", initial=clock.today)
    until = DateField(label="期满日", help_text="到这一天为止；期满自动移出")


class DelistForm(forms.Form):
    """Why an employer is taken off early."""

    why = forms.ChoiceField(label="移出原因", choices=choices(DelistingReason))
    decision = forms.CharField(label="决定文号", max_length=60, help_text="移出决定书的文号")
    on = DateField(label="移出日期", initial=clock.today, help_text="从这一天起不再受限")

    def values(self) -> dict[str, Any]:
        """As `delist` takes them."""
        return {**self.cleaned_data, "why": DelistingReason(self.cleaned_data["why"])}
