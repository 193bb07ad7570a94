"""What is added to a measure that its plan lacks: a day, a figure with its target, or why it has no figure."""

from django.db import models
from django.db.models import Q

from jiangtai.access import Unit
from jiangtai.kernel import Row

from .plans import Amount, Measure


class Supply(Row):
    """What a unit that leads a measure, or the office, added to it: who, when, and what the office made of it."""

    class Kind(models.TextChoices):
        """What was added."""

        DEADLINE = "deadline", "完成期限"
        FIGURE = "figure", "指标和目标"
        NONE = "none", "不设指标"

    class State(models.TextChoices):
        """Whether it counts."""

        WAITING = "waiting", "待办公室核定"
        COUNTED = "counted", "已采用"
        DECLINED = "declined", "未采用"

    class Pace(models.TextChoices):
        """How the figure stands to the straight way to its target, as last computed."""

        GREEN = "green", "达到序时进度"
        AMBER = "amber", "略慢于序时进度"
        RED = "red", "慢于序时进度"

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="supplies", verbose_name="举措")
    amount = models.ForeignKey(
        Amount, models.CASCADE, null=True, blank=True, related_name="supplies", verbose_name="方案中的数"
    )
    kind = models.CharField("补充了什么", max_length=10, choices=Kind)
    deadline = models.DateField("完成期限", null=True, blank=True)
    indicator = models.CharField("对应指标", max_length=80, blank=True)
    year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    value = models.DecimalField("目标值", max_digits=18, decimal_places=4, null=True, blank=True)
    said = models.CharField("说明", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="补充单位")
    by = models.UUIDField("经办人", null=True)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True)
    settled_by = models.UUIDField("核定人", null=True)
    settled_by_name = models.CharField("核定人姓名", max_length=60, blank=True)
    settled_at = models.DateTimeField("核定时间", null=True)
    why = models.CharField("未采用的理由", max_length=300, blank=True)
    pace = models.CharField("指标进度", max_length=6, choices=Pace, blank=True, editable=False)
    pace_why = models.CharField("指标进度说明", max_length=200, blank=True, editable=False)
    paced_at = models.DateTimeField("指标进度时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "方案补充"
        ordering = ("-made_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="deadline", deadline__isnull=False, indicator="")
                | (Q(kind="figure", year__isnull=False, value__isnull=False) & ~Q(indicator=""))
                | (Q(kind="none") & ~Q(said="")),
                name="supply_says_what",
            ),
            models.UniqueConstraint(
                fields=("measure", "indicator", "year"),
                condition=Q(kind="figure") & ~Q(state="declined"),
                name="supply_figure_once_a_year",
            ),
            models.UniqueConstraint(
                fields=("amount", "year"),
                condition=Q(amount__isnull=False) & ~Q(state="declined"),
                name="supply_amount_once_a_year",
            ),
            models.UniqueConstraint(
                fields=("measure",), condition=Q(kind="none") & ~Q(state="declined"), name="supply_no_figure_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure}：{self.get_kind_display()}"
