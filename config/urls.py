"""Every address of the house: the web room, the sign-in library, and each domain."""

from importlib import import_module

from allauth.account import views
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path

from jiangtai.flows.api import api
from jiangtai.web.own_security import OwnSessions, RemovePasskey

CLOSED = ("signup", "email", "set_password", "reset_password", "email_verification_sent")


def closed(request: HttpRequest) -> HttpResponse:
    """There is no such page."""
    raise Http404


def own_account(request: HttpRequest) -> HttpResponse:
    """Where one's account is looked after; the library would lead to a page that is closed here."""
    return redirect("web.mine" if getattr(request.user, "is_worker", False) else "web.account")


urlpatterns = [
    path("", include("jiangtai.web.urls")),
    path("", include("jiangtai.ledger.urls")),
    path("", include("jiangtai.credentials.urls")),
    path("", include("jiangtai.documents.urls")),
    path("", include("jiangtai.messages.urls")),
    path("", include("jiangtai.indicators.urls")),
    path("", include("jiangtai.flows.urls")),
    path("api/v1/", api.urls),
    path("account/", own_account, name="account"),
    path("account/login/", views.login, name="account_login"),
    path("account/logout/", views.logout, name="account_logout"),
    path("account/inactive/", views.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("account/password/change/", views.password_change, name="account_change_password"),
    path("account/2fa/webauthn/keys/<int:pk>/remove/", RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", OwnSessions.as_view(), name="usersessions_list"),
    # The library names these; nobody signs up, and nobody gets a password by mail.
    *(path(f"account/{name}/", closed, name=f"account_{name}") for name in CLOSED),
    *(path("", include(import_module(f"jiangtai.domains.{name}.urls").urlpatterns)) for name in settings.DOMAINS),
]

handler400 = "jiangtai.web.errors.bad_request"
handler403 = "jiangtai.web.errors.forbidden"
handler404 = "jiangtai.web.errors.not_found"
handler500 = "jiangtai.web.errors.server_error"
