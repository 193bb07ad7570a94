"""The room as a Django application."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.documents"
    verbose_name = "文书"
