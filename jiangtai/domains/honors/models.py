"""The catalogue of titles: what a title is and asks; who holds it stands in the ledger."""

from decimal import Decimal

from django.db import models

from jiangtai.kernel import Row

from .facts import Tier


class HonorTitle(Row):
    """A title or plaque that can be given: its tier, how long it holds, what it asks and what it brings."""

    class Kind(models.TextChoices):
        """What sort of title it is."""

        CRAFTSMAN = "craftsman", "工匠"
        MODEL_WORKER = "model_worker", "劳动模范"
        TECHNICIAN = "technician", "技术能手"
        TEN_BEST = "ten_best", "十佳"
        YOUNG_TALENT = "young_talent", "青年技能人才"
        ECOSYSTEM_TALENT = "ecosystem_talent", "产业生态圈人才"
        PLAQUE = "plaque", "单位牌匾"

    name = models.CharField("称号", max_length=60, unique=True)
    kind = models.CharField("类别", max_length=20, choices=Kind)
    tier = models.CharField("层级", max_length=12, choices=[(one.value, one.label) for one in Tier])
    issuer = models.CharField("授予机关", max_length=80)
    years = models.PositiveSmallIntegerField("有效年限", null=True, blank=True, help_text="空着表示长期有效")
    award = models.DecimalField("一次性奖励（元）", max_digits=10, decimal_places=2, default=Decimal(0))
    years_in_trade = models.PositiveSmallIntegerField("从业年限不少于", default=0)
    oldest = models.PositiveSmallIntegerField("年龄不超过", null=True, blank=True)
    asks_membership = models.BooleanField("须为工会会员", default=True)
    benefits = models.JSONField("荣誉卡礼遇", default=list, blank=True)
    basis = models.CharField("依据", max_length=200)
    is_used = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "荣誉称号"
        ordering = ("kind", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def tier_of(self) -> Tier:
        """Its tier."""
        return Tier(self.tier)
