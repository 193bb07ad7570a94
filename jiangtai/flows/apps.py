"""The room as a Django application."""

from pathlib import Path

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.flows"
    verbose_name = "流程"

    def ready(self) -> None:
        """Declare what the process asserts and what the audit calls its acts."""
        from jiangtai.access import audit
        from jiangtai.kernel import parameters

        from . import facts, telling

        assert facts
        assert telling
        parameters.registry.declare(*parameters.load(Path(__file__).with_name("parameters.yaml"), "flows"))
        audit.actions(
            case__opened="发起办件",
            case__decided="办理环节",
            case__withdrawn="撤回办件",
            case__transferred="转办",
            case__urged="催办",
            case__linked="生成办件填报链接",
            case__appealed="申诉",
            case__attached="上传材料",
            case__detached="移除材料",
            case__opened_file="查看办件材料",
            round__changed="维护批次",
            round__opened="批次开始受理",
            round__closed="批次结束受理",
            round__ranked="批次排名",
            notice__published="发布公示",
            notice__objected="提出异议",
            notice__read="查看异议内容",
            notice__opened_file="查看异议核查材料",
            notice__answered="答复异议",
            notice__ended="公示期满",
            notice__printed="下载公示文稿",
            round__printed="生成代拟文稿",
        )
