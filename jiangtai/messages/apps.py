"""The room as a Django application."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.messages"
    verbose_name = "消息"
