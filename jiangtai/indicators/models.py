"""What offices say of figures beside what is computed: targets, and what others claim."""

from decimal import Decimal

from django.db import models
from django_scopes import ScopedManager

from jiangtai.access import Account, Unit
from jiangtai.kernel import Row, StoredFile
from jiangtai.people import Person

IN_FORCE = models.Q(ended_at__isnull=True)


class Target(Row):
    """What one figure of a unit is to reach by the end of a year, and on which way; the earlier ones stay."""

    indicator = models.CharField("指标", max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    year = models.PositiveSmallIntegerField("年度")
    value = models.DecimalField("目标值", max_digits=18, decimal_places=4)
    base = models.DecimalField(
        "起点", max_digits=18, decimal_places=4, null=True, blank=True, help_text="上年末的值；空表示按计算出的上年末"
    )
    points = models.JSONField("节点", default=list, blank=True, help_text="[日期, 到那天应达的值]，按日期；空表示匀速")
    document = models.CharField("依据", max_length=120, blank=True)
    set_at = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="下达单位")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="经办人")
    ended_at = models.DateTimeField("收回时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="收回人"
    )
    why_ended = models.CharField("收回原因", max_length=200, blank=True)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "目标"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        ordering = ("-year", "indicator")
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "indicator", "year"), condition=IN_FORCE, name="target_once_a_year"
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit}{self.year}年目标"

    @property
    def way(self) -> list[tuple[str, Decimal]]:
        """The points, by day."""
        return [(day, Decimal(value)) for day, value in self.points]


class Claim(Row):
    """What somebody else says a figure of a unit was in a period; it stands beside what is computed."""

    indicator = models.CharField("指标", max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    period = models.CharField("期间", max_length=10)
    who = models.CharField("谁报的", max_length=80)
    value = models.DecimalField("报的数", max_digits=18, decimal_places=4)
    document = models.CharField("出处", max_length=120, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="经办人")
    at_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="录入单位")
    lines = models.PositiveIntegerField("名单行数", null=True, blank=True, help_text="空表示没有附名单")
    strangers = models.PositiveIntegerField("名单上不在册的行数", default=0)
    doubts = models.JSONField("没有认出的行", default=list, blank=True, help_text="[行号, 为什么]；不写是谁")
    listed = models.JSONField(
        "上报名单上的办件和事项", default=dict, blank=True, help_text="编号：名单上几行；数的是行数的单位也在此"
    )
    units = models.ManyToManyField(Unit, related_name="+", blank=True, verbose_name="上报名单上的单位")
    ended_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "上报数"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "indicator", "period", "who"), condition=IN_FORCE, name="claim_once_by_whom"
            ),
        )

    def __str__(self) -> str:
        return f"{self.who}报的{self.unit}数"


class ClaimedPerson(models.Model):
    """A person of the register stands on the list that came with a claim."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="persons", verbose_name="上报数")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="人员")
    times = models.PositiveIntegerField("名单上几行", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "上报名单上的人"
        constraints = (models.UniqueConstraint(fields=("claim", "person"), name="claimed_person_once"),)


class Export(Row):
    """A list under a figure that is too long to be written while one waits; its file stays a few days."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "正在生成"
        READY = "ready", "可以下载"
        GONE = "gone", "已清除"

    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="导出人")
    at_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="在哪个单位导出")
    indicator = models.CharField("指标", max_length=80)
    unit = models.IntegerField("范围", help_text="数据副本里的单位号")
    place = models.CharField("范围名称", max_length=160, blank=True)
    period = models.CharField("期间", max_length=10)
    as_of = models.DateField("截至")
    today = models.DateField("哪天看的")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件")
    rows = models.PositiveIntegerField("行数", null=True, blank=True)
    until = models.DateField("保留到", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导出的明细"
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("by", "at_unit", "indicator", "unit", "period"),
                condition=models.Q(state="waiting"),
                name="export_once_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What it holds, as the audit has it."""
        return f"{self.place or '全部'}，{self.indicator}，{self.period}，截至 {self.as_of}"


class Publication(Row):
    """A table of a figure that left the house, with what it told: later ones must not give away what it hides."""

    indicator = models.CharField("指标", max_length=80)
    scope = models.IntegerField("范围", help_text="数据副本里的单位号")
    by = models.CharField("分组", max_length=20)
    period = models.CharField("期间", max_length=10)
    first = models.DateField("期间首日")
    last = models.DateField("期间末日")
    as_of = models.DateField("截至")
    cells = models.JSONField("写出的数", default=dict, help_text="每格写出的人数，或者代替它的记号")
    who = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="经办人")
    at_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="公布单位")

    class Meta:
        verbose_name = verbose_name_plural = "对外公布的表"
        ordering = ("-made_at",)
        indexes = (models.Index(fields=("indicator", "-made_at"), name="publication_of_figure"),)

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}"
