"""Django's own form errors, said as an office says them: with the field's name, and what to do."""

from typing import Any

from django import forms
from django.core import validators

CHOSEN = (forms.ChoiceField, forms.ModelChoiceField, forms.FileField)
INVALID: dict[type, str] = {
    forms.IntegerField: "请填整数，例如 12",
    forms.DecimalField: "请填数字，例如 12.5",
    forms.DateField: "日期应形如 2026-05-01，请核对年月日",
    forms.EmailField: "邮箱应形如 name@example.com",
}
LIMITS: dict[type, str] = {
    validators.MinValueValidator: "不能小于 %(limit_value)s",
    validators.MaxValueValidator: "不能大于 %(limit_value)s",
    validators.MinLengthValidator: "至少 %(limit_value)d 个字，现在 %(show_value)d 个",
    validators.MaxLengthValidator: "最多 %(limit_value)d 个字，现在 %(show_value)d 个",
}


def speak(form: Any) -> Any:
    """Give every field of a form its Chinese errors; those the form has written itself stay."""
    for name, field in form.fields.items():
        label = field.label or name
        _unless_own(field, "required", f"请{_verb(field)}{label}")
        for kind, words in INVALID.items():
            if isinstance(field, kind):
                _unless_own(field, "invalid", words)
        for one in field.validators:
            if type(one) in LIMITS and one.message == type(one).message:
                one.message = LIMITS[type(one)]
    return form


def _verb(field: forms.Field) -> str:
    if isinstance(field, CHOSEN):
        return "选择"
    return "勾选" if isinstance(field, forms.BooleanField) else "填写"


def _unless_own(field: Any, key: str, words: str) -> None:
    inherited = [getattr(kind, "default_error_messages", {}).get(key) for kind in type(field).__mro__]
    if field.error_messages.get(key) in inherited:
        field.error_messages[key] = words
