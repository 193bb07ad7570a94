"""The room as a Django application."""

from pathlib import Path

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.indicators"
    verbose_name = "指标"

    def ready(self) -> None:
        """Declare when a light turns, and what the room's audit entries are called."""
        from jiangtai.access import audit
        from jiangtai.kernel import parameters

        parameters.registry.declare(*parameters.load(Path(__file__).with_name("parameters.yaml"), "indicators"))
        audit.actions(
            target__set="下达目标",
            target__taken_back="收回目标",
            claim__entered="录入上报数",
            export__taken="下载导出的明细",
            figure__published="对外公布指标的表",
            claim__withdrawn="撤回上报数",
        )
