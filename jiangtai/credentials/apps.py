"""The room as a Django application."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.credentials"
    verbose_name = "证书"
