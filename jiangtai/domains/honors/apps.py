"""The domain as a Django application."""

from django.apps import AppConfig


class HonorsConfig(AppConfig):
    """Honours."""

    name = "jiangtai.domains.honors"
    verbose_name = "荣誉"
