"""What the ledger stores: facts by month, those that still wait for their place, and the log over them."""

from typing import Any

from django.db import models
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.kernel import AppendOnly, log

from .causes import KINDS


class FactRow(AppendOnly):
    """One fact as it is stored; `fact` gives it back as it was written."""

    type = models.CharField("事实", max_length=80, db_collation="C")
    subject = models.UUIDField("主体")
    unit = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name="单位")
    day = models.DateField("发生日期")
    until = models.DateField("有效期至", null=True)
    ends = models.UUIDField("终止的事实", null=True)
    reverses = models.UUIDField("更正的事实", null=True)
    payload = models.JSONField("内容")
    secret = models.BinaryField("个人内容（已加密）", null=True)
    cause = models.CharField("来源", max_length=12, choices=list(KINDS.items()))
    cause_id = models.UUIDField("来源编号", null=True)
    cause_step = models.CharField("来源步骤", max_length=60, blank=True)
    by = models.UUIDField("经办人", null=True)
    stamp = models.BinaryField("防伪戳")

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "事实"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        indexes = (
            models.Index(fields=("subject", "day"), name="fact_by_subject"),
            models.Index(fields=("type", "day"), name="fact_by_type"),
            models.Index(fields=("cause_id",), condition=models.Q(cause="case"), name="fact_by_case"),
            models.Index(fields=("ends",), condition=models.Q(ends__isnull=False), name="fact_by_ended"),
            models.Index(fields=("reverses",), condition=models.Q(reverses__isnull=False), name="fact_by_reversed"),
        )

    keys: Any = None
    """The keys of the rows that were read together with this one."""

    @property
    def fact(self) -> Any:
        """The fact as it was declared; `Gone` stands where personal fields can no longer be read."""
        from .read import decoded

        return decoded(self)

    @property
    def label(self) -> str:
        """What users call it."""
        from .declare import declared

        return declared(self.type).label


class Waiting(models.Model):
    """A fact that the sequencer has not placed yet; written in the transaction of the fact."""

    fact = models.UUIDField("事实", primary_key=True)

    class Meta:
        verbose_name = verbose_name_plural = "待定位的事实"


class Leaf(log.Leaf):
    """The position of a fact."""

    fact = models.UUIDField("事实", unique=True)

    class Meta(log.Leaf.Meta):
        verbose_name = verbose_name_plural = "账本位置"


class Node(log.Node):
    """The root over a full span of positions."""

    class Meta(log.Node.Meta):
        verbose_name = verbose_name_plural = "账本节点"


class Seal(log.Seal):
    """The root over all facts up to a position."""

    class Meta(log.Seal.Meta):
        verbose_name = verbose_name_plural = "账本封存"


LOG = log.Log(Leaf, Node, Seal, lock=0x4A54_0002)
