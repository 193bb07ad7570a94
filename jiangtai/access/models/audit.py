"""The audit: entries that nobody can change, their order, and the seals over that order."""

from django.db import models

from jiangtai.kernel import AppendOnly, log


class AuditEntry(AppendOnly):
    """Someone did, or was refused, something."""

    class Outcome(models.TextChoices):
        """How it ended."""

        OK = "ok", "成功"
        REFUSED = "refused", "拒绝"

    action = models.CharField("操作", max_length=40, db_index=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.OK)
    actor = models.UUIDField("操作人", null=True, db_index=True)
    actor_name = models.CharField("操作人姓名", max_length=60, blank=True)
    unit_name = models.CharField("操作时所在单位", max_length=120, blank=True)
    target_type = models.CharField("对象类型", max_length=40, blank=True)
    target = models.UUIDField("对象", null=True, db_index=True)
    target_name = models.CharField("对象名称", max_length=160, blank=True)
    reason = models.CharField("理由", max_length=400, blank=True)
    details = models.JSONField("详情", default=dict)
    address = models.CharField("来源地址", max_length=45, blank=True)
    request = models.CharField("请求", max_length=300, blank=True)

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "审计记录"
        indexes = (models.Index(fields=("-made_at",), name="audit_by_time"),)

    def get_action_label(self) -> str:
        """The action as the users call it."""
        from jiangtai.access.audit import ACTIONS

        return ACTIONS.get(self.action, self.action)


class AuditLeaf(log.Leaf):
    """The position of an entry in the hash tree."""

    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="leaf", verbose_name="审计记录")

    class Meta(log.Leaf.Meta):
        verbose_name = verbose_name_plural = "审计位置"


class AuditNode(log.Node):
    """The root over a full span of positions."""

    class Meta(log.Node.Meta):
        verbose_name = verbose_name_plural = "审计节点"


class AuditSeal(log.Seal):
    """The root over all entries up to a position."""

    class Meta(log.Seal.Meta):
        verbose_name = verbose_name_plural = "审计封存"


AUDIT_LOG = log.Log(AuditLeaf, AuditNode, AuditSeal, lock=0x4A54_0001)
