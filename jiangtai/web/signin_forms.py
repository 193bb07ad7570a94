"""The forms of signing in, as our offices read them."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AuthenticateAgainForm
from allauth.mfa.models import Authenticator
from django.core.cache import cache

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


class OnceForm(BaseAuthenticateForm):
    """A code that lets in once: allauth forgets that it was used after one step, though it holds for three."""

    def clean_code(self) -> str:
        """Refuse what was used before for as long as it would hold."""
        code = super().clean_code()
        if self.authenticator.type != Authenticator.Type.TOTP or _is_first_use(self.user.pk, code):
            return code
        self._emit_authentication_failed(self.authenticator)
        raise get_adapter().validation_error("incorrect_code")


class SecondFactorForm(OnceForm, AuthenticateForm):
    """The six digits after the password."""


class SecondFactorAgainForm(OnceForm, AuthenticateAgainForm):
    """The six digits once more."""


class ChangePasswordForm(AllauthChangePasswordForm):
    """The password there is, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "oldpassword", "当前密码", "请填写当前密码", autocomplete="current-password")
        _name(self, "password1", "新密码", "请填写新密码")
        _name(self, "password2", "再输一遍新密码", "请再输一遍新密码")
        self.fields["password1"].help_text = passwords.policy()


def _is_first_use(account: Any, code: str) -> bool:
    steps = 2 * app_settings.TOTP_TOLERANCE + 1
    key = f"second-factor.used:{account}:{normalize_user_code(code)}"
    return cache.add(key, "y", timeout=app_settings.TOTP_PERIOD * steps)


def _name(form: Any, field: str, label: str, required: str, **attrs: Any) -> None:
    """Give a field its Chinese label and error, and no placeholder that repeats the label."""
    one = form.fields[field]
    one.label, one.help_text, one.error_messages["required"] = label, "", required
    one.widget.attrs.pop("placeholder", None)
    one.widget.attrs.update(attrs)
