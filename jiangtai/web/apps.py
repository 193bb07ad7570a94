"""The room as Django sees it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Page shells, components and page kinds; its only table is the saved views."""

    name = "jiangtai.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "页面"
