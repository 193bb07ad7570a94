"""How an account signs in: allauth carries it, this file says what our offices need differently, and audits it."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from jiangtai import vault
from jiangtai.kernel import clock, crypto

from . import audit
from .acting import Acting, of_account
from .models import Account

FRESH_SECONDS = 300
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class AccountAdapter(DefaultAccountAdapter):
    """Nobody opens an office account for themself, and Chinese messages say what to do."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": f"登录名或密码不对。连续输错 {settings.AXES_FAILURE_LIMIT} 次将锁定"
        f" {clock.span(settings.AXES_COOLOFF_TIME * 60)}",
        "too_many_login_attempts": "尝试次数过多，请稍后再试",
        "enter_current_password": "请输入当前密码",
        "incorrect_password": "密码不对",
        "rate_limited": "操作过于频繁，请稍后再试",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Office accounts are opened by an administrator."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Whoever was disabled after the password does not come in by the second factor."""
        if not user.is_active:
            clear_login(request)
            audit.record(
                "sign_in.failed", target=user, outcome="refused", reason="账号已停用", who=Acting(label=user.name)
            )
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        super().login(request, user)

    def is_reauthentication_required(self, *, app: str, **rest: Any) -> bool:
        """Not of whoever signed in a moment ago: enrolling the first factor follows at once upon the password."""
        is_fresh = clock.now().timestamp() - self.request.session.get("since", 0) < FRESH_SECONDS
        return not is_fresh and super().is_reauthentication_required(app=app, **rest)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address of whoever asks, as the web room established it."""
        return getattr(request, "client_address", "") or "::"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors are stored encrypted, and the last one stays."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "动态码不对或已过期，请输入验证器上最新的 6 位数字",
        "cannot_delete_authenticator": "办公账号必须保留一种二次验证，请先登记新的再移除旧的",
    }

    def encrypt(self, text: str) -> str:
        """A secret as it is stored."""
        sealed = crypto.encrypt(vault.keyring().active("wrap"), text.encode(), context=b"second-factor")
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A stored secret in clear."""
        return crypto.decrypt(vault.keyring(), base64.b64decode(encrypted_text), context=b"second-factor").decode()

    def get_totp_label(self, user: Any) -> str:
        """What the authenticator app shows."""
        return user.username

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """An office account keeps one factor."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
        return authenticator.type not in FACTORS or others.exists()


def sign_in_worker(request: HttpRequest, account: Account) -> None:
    """Sign in a worker whose phone was proved; the session is listed among the worker's own."""
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    UserSession.objects.create_from_request(request)


def has_second_factor(account: Account) -> bool:
    """Whether a second factor is enrolled."""
    return Authenticator.objects.filter(user=account, type__in=FACTORS).exists()


def on_signed_in(sender: Any, request: HttpRequest, user: Account, **rest: Any) -> None:
    """Audit a sign-in."""
    audit.record("signed.in", target=user, who=of_account(user))


def on_signed_out(sender: Any, request: HttpRequest, user: Account | None, **rest: Any) -> None:
    """Audit a sign-out."""
    if user is not None:
        audit.record("signed.out", target=user, who=of_account(user))


def on_sign_in_failed(sender: Any, credentials: dict[str, Any], **rest: Any) -> None:
    """Audit a failed sign-in, under the name that was tried."""
    name = str(credentials.get("username") or "")[:40]
    account = Account.objects.filter(username=name.lower()).first()
    audit.record(
        "sign_in.failed", target=account, outcome="refused", details={"username": name}, who=Acting(label=name)
    )


def on_locked(sender: Any, request: HttpRequest, username: str, **rest: Any) -> None:
    """Audit a lock-out."""
    audit.record("sign_in.locked", outcome="refused", details={"username": username}, who=Acting(label=username or ""))


def on_wrong_code(sender: Any, request: HttpRequest, user: Account, **rest: Any) -> None:
    """Audit a wrong second factor."""
    audit.record("sign_in.failed", target=user, outcome="refused", reason="二次验证不对", who=Acting(label=user.name))


def on_factor_added(
    sender: Any, request: HttpRequest, user: Account, authenticator: Authenticator, **rest: Any
) -> None:
    """Audit an enrolled factor; recovery codes are noted as shown now, for the page that shows them is a GET."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        authenticator.wrap().mark_as_viewed()
    audit.record("second_factor.added", target=user, details={"type": authenticator.type}, who=of_account(user))


def on_factor_removed(
    sender: Any, request: HttpRequest, user: Account, authenticator: Authenticator, **rest: Any
) -> None:
    """Audit a removed factor."""
    audit.record("second_factor.removed", target=user, details={"type": authenticator.type}, who=of_account(user))


def on_password_changed(sender: Any, request: HttpRequest, user: Account, **rest: Any) -> None:
    """Audit a changed password."""
    audit.record("password.changed", target=user, who=of_account(user))
