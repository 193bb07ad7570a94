"""The room as Django sees it."""

from django.apps import AppConfig
from django.core.checks import register


class WebConfig(AppConfig):
    """Page shells, components and page kinds; its only table is the saved views."""

    name = "jiangtai.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "页面"

    def ready(self) -> None:
        """Check the pages together with all else that Django checks."""
        from .checks import check_parents

        register(check_parents)
