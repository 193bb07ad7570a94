"""The room as a Django application."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.flows"
    verbose_name = "流程"
