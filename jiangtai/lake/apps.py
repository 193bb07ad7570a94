"""The room as a Django application."""

from django.apps import AppConfig


class LakeConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.lake"
    verbose_name = "数据副本"
