"""The forms of signing in, as our offices read them."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm

from jiangtai.access import passwords


class LoginForm(AllauthLoginForm):
    """Sign-in name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "login", "登录名", "请填写登录名", autofocus=True, autocapitalize="none", spellcheck="false")
        _name(self, "password", "密码", "请填写密码")

    def clean_login(self) -> str:
        """One spelling of a name, so that a lock-out cannot be walked around by upper case."""
        return str(super().clean_login()).strip().lower()


class ReauthenticateForm(AllauthReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "password", "密码", "请填写密码", autofocus=True)


class ChangePasswordForm(AllauthChangePasswordForm):
    """The password there is, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "oldpassword", "当前密码", "请填写当前密码", autocomplete="current-password")
        _name(self, "password1", "新密码", "请填写新密码")
        _name(self, "password2", "再输一遍新密码", "请再输一遍新密码")
        self.fields["password1"].help_text = passwords.policy()


def _name(form: Any, field: str, label: str, required: str, **attrs: Any) -> None:
    """Give a field its Chinese label and error, and no placeholder that repeats the label."""
    one = form.fields[field]
    one.label, one.help_text, one.error_messages["required"] = label, "", required
    one.widget.attrs.pop("placeholder", None)
    one.widget.attrs.update(attrs)
