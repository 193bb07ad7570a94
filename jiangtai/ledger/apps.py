"""The room as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.ledger"
    verbose_name = "账本"

    def ready(self) -> None:
        """Declare the room's own facts."""
        from . import corrections

        assert corrections
