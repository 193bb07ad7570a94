"""Two of the sign-in library's pages, held to the house's rules: the last factor stays, ended sessions are audited."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.views import ListUserSessionsView
from django.http import HttpResponse

from jiangtai.access import Refused, audit


class RemovePasskey(RemoveWebAuthnView):
    """A passkey goes, unless it is the last second factor of an office account."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Ask first, as the library does for its other factors."""
        if not get_adapter().can_delete_authenticator(self.get_object()):
            raise Refused("办公账号必须保留一种二次验证，请先登记新的再移除旧的")
        return super().form_valid(form)


class OwnSessions(ListUserSessionsView):
    """One's own sessions; ending the others stands in the audit."""

    def form_valid(self, form: Any) -> HttpResponse:
        """End them."""
        audit.record("session.ended", target=self.request.user, reason="本人下线其他登录")
        return super().form_valid(form)
