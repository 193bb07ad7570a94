"""The room as a Django application."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.indicators"
    verbose_name = "指标"
