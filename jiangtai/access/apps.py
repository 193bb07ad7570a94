"""Access listens to the sign-in libraries, to audit what they do."""

from pathlib import Path

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.access"
    verbose_name = "机构与权限"

    def ready(self) -> None:
        """Connect the audit to the signals of the libraries, and declare the room's parameters."""
        from allauth.account.signals import password_changed
        from allauth.mfa import signals as mfa
        from axes.signals import user_locked_out
        from django.contrib.auth import signals as auth

        from jiangtai.kernel import parameters

        from . import signin

        parameters.registry.declare(*parameters.load(Path(__file__).with_name("parameters.yaml"), "access"))
        auth.user_logged_in.connect(signin.on_signed_in)
        auth.user_logged_out.connect(signin.on_signed_out)
        auth.user_login_failed.connect(signin.on_sign_in_failed)
        user_locked_out.connect(signin.on_locked)
        mfa.authentication_failed.connect(signin.on_wrong_code)
        mfa.authenticator_added.connect(signin.on_factor_added)
        mfa.authenticator_reset.connect(signin.on_factor_added)
        mfa.authenticator_removed.connect(signin.on_factor_removed)
        password_changed.connect(signin.on_password_changed)
