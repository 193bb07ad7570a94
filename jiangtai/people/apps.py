"""The room as a Django application."""

from pathlib import Path

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room's Django application."""

    name = "jiangtai.people"
    verbose_name = "人员与单位"

    def ready(self) -> None:
        """Declare the room's facts and what its audit entries are called."""
        from jiangtai.access import audit
        from jiangtai.kernel import parameters

        from . import facts
        from .sources import asking, catalogue, jobs

        assert facts and catalogue and jobs and asking
        parameters.registry.declare(*parameters.load(Path(__file__).with_name("parameters.yaml"), "people"))
        audit.actions(
            person__registered="登记职工",
            person__changed="修改职工信息",
            person__linked="关联本人档案",
            person__died="登记去世",
            person__lives="撤销去世登记",
            person__erased="注销职工档案",
            erasure__asked="申请删除职工档案",
            erasure__kept="不予删除职工档案",
            erasure__withdrawn="撤回删除档案申请",
            employment__began="办理入职",
            employment__ended="办理离职",
            employment__amended="更正用工记录",
            union__joined="办理入会",
            union__left="办理退会",
            group__saved="存名单",
            group__taken_out="从名单移出职工",
            group__discarded="删除名单",
            employer__changed="修改用人单位信息",
            responsible__proposed="登记责任人",
            responsible__withdrawn="撤回责任人登记",
            responsible__confirmed="确认责任人",
            responsible__refused="未予确认责任人变更",
            responsible__leaving="提出责任人不再担任",
            responsible__ended="责任人不再担任",
            responsible__changed="变更责任人",
            employer__investigated="列入黑名单核查",
            employer__cleared="结束黑名单核查",
            employer__listed="列入黑名单",
            employer__delisted="移出黑名单",
            persons__proposed="提出归并档案",
            persons__merged="归并档案",
            persons__withdrawn="撤回归并档案",
            persons__kept_apart="确认不是同一人",
            persons__parted="撤销归并",
            person__split_proposed="提出拆分档案",
            person__split="拆分档案",
            person__split_refused="未予拆分档案",
            person__split_withdrawn="撤回拆分档案",
            source__handed_in="报送名册",
            source__refused="未收下名册",
            source__strangers="名册中有别单位的人",
            source__taken_over="确认导入名册",
            source__loaded="名册导入完成",
            source__dropped="放弃名册",
            check__asked="提出核验",
            check__sent="发出核验",
            check__answered="收到核验答复",
            check__refused="未收下核验答复",
            employer__tagged="设置企业标签",
            employer__untagged="移出企业标签",
        )
