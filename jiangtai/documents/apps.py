"""The room as a Django application."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.documents"
    verbose_name = "文书"

    def ready(self) -> None:
        """Declare the room's own kinds and what its audit entries are called."""
        from jiangtai.access import audit

        from . import declared  # noqa: F401

        audit.actions(template__kept="换文书模板", template__restored="换回文书模板")
