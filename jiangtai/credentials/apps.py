"""The room as a Django application."""

from pathlib import Path

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.credentials"
    verbose_name = "证书"

    def ready(self) -> None:
        """Declare the room's parameters and what its audit entries are called."""
        from jiangtai.access import audit
        from jiangtai.kernel import parameters

        parameters.registry.declare(*parameters.load(Path(__file__).with_name("parameters.yaml"), "credentials"))
        audit.actions(credential__issued="签发证书", credential__revoked="撤销证书", credential__downloaded="下载证书")
