"""Every address of the house: the web room, the sign-in library, and each domain."""

from importlib import import_module

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("jiangtai.web.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    *(path("", include(import_module(f"jiangtai.domains.{name}.urls").urlpatterns)) for name in settings.DOMAINS),
]

handler400 = "jiangtai.web.errors.bad_request"
handler403 = "jiangtai.web.errors.forbidden"
handler404 = "jiangtai.web.errors.not_found"
handler500 = "jiangtai.web.errors.server_error"
