"""The room as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.ledger"
    verbose_name = "账本"
