"""The room as a Django application."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.messages"
    label = "jiangtai_messages"  # Django has its own `messages`
    verbose_name = "消息"
