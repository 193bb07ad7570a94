"""Programmes: taxonomies that an office defines and hangs tasks, measures, figures and firms on; cohorts of firms."""

from django.db import models
from django.db.models import F, Q
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.kernel import Row, StoredFile

from .dockets import DocketEntry
from .plans import Measure
from .tasks import Task


class Programme(Row):
    """A programme (工作体系): 四个体系, 一匠三创, 四同培育; its name, levels and items are an office's own."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "草稿"
        IN_USE = "in_use", "在用"
        ENDED = "ended", "已结束"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="主办单位")
    title = models.CharField("名称", max_length=60)
    about = models.CharField("说明", max_length=500, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    is_public = models.BooleanField("对外公开", default=False)
    begun_on = models.DateField("启用日期", null=True, editable=False)
    ended_on = models.DateField("结束日期", null=True, editable=False)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作体系"
        base_manager_name = "unscoped"
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "title"), condition=~Q(state="ended"), name="programme_one_of_a_name"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="draft", begun_on__isnull=True, ended_on__isnull=True, is_public=False)
                    | Q(state="in_use", begun_on__isnull=False, ended_on__isnull=True)
                    | Q(state="ended", begun_on__isnull=False, ended_on__isnull=False, ended_on__gte=F("begun_on"))
                ),
                name="programme_begun_and_ended_on_days",
            ),
        )

    def __str__(self) -> str:
        return self.title


class ProgrammeItem(Row):
    """An item of a programme (体系条目), at its level under another or at the top."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="items", verbose_name="工作体系")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name="上级条目"
    )
    place = models.PositiveSmallIntegerField("次序")
    level = models.PositiveSmallIntegerField("层级", default=1)
    title = models.CharField("条目", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "体系条目"
        ordering = ("programme", "place")
        constraints = (
            models.UniqueConstraint(fields=("programme", "title"), name="programme_item_one_of_a_name"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__in=(2, 3), parent__isnull=False),
                name="programme_item_at_its_level",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Hanging(Row):
    """What hangs on an item (体系挂接): a task, a measure or an indicator, each once."""

    item = models.ForeignKey(ProgrammeItem, models.CASCADE, related_name="hangings", verbose_name="体系条目")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="hangings", verbose_name="任务")
    measure = models.ForeignKey(Measure, models.CASCADE, null=True, related_name="hangings", verbose_name="举措")
    indicator = models.CharField("指标", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "体系挂接"
        ordering = ("item", "id")
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(task__isnull=False, measure__isnull=True, indicator="")
                    | Q(task__isnull=True, measure__isnull=False, indicator="")
                    | Q(task__isnull=True, measure__isnull=True) & ~Q(indicator="")
                ),
                name="hanging_is_one_thing",
            ),
            models.UniqueConstraint(fields=("item", "task"), name="hanging_task_once"),
            models.UniqueConstraint(fields=("item", "measure"), name="hanging_measure_once"),
            models.UniqueConstraint(
                fields=("item", "indicator"), condition=~Q(indicator=""), name="hanging_indicator_once"
            ),
        )


class Cohort(Row):
    """The firms that a programme takes up together in a year (培育期), and the figures that tell what came."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="cohorts", verbose_name="工作体系")
    title = models.CharField("名称", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    indicators = models.JSONField("看成效的指标", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "培育期"
        ordering = ("-year", "title")
        constraints = (models.UniqueConstraint(fields=("programme", "title"), name="cohort_one_of_a_name"),)

    def __str__(self) -> str:
        return self.title


class CohortFirm(Row):
    """A firm in a cohort (培育企业): under which item, with which unit at its side, from when until when."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="firms", verbose_name="培育期")
    item = models.ForeignKey(ProgrammeItem, models.PROTECT, related_name="firms", verbose_name="体系条目")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="企业")
    helper = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="结对单位")
    joined_on = models.DateField("入选日期")
    left_on = models.DateField("离开日期", null=True, editable=False)
    graduated = models.BooleanField("已出师", default=False, editable=False)
    joined = models.UUIDField("入选事实", editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "培育企业"
        base_manager_name = "unscoped"
        ordering = ("cohort", "item", "unit")
        constraints = (
            models.UniqueConstraint(fields=("cohort", "unit"), name="firm_once_in_a_cohort"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, graduated=False)
                | Q(left_on__isnull=False, left_on__gte=F("joined_on")),
                name="firm_leaves_after_it_joined",
            ),
        )

    def __str__(self) -> str:
        return str(self.unit)


class Assistance(Row):
    """What was done for a firm of a cohort (帮扶记录): on which day, by which unit, for how many people."""

    firm = models.ForeignKey(CohortFirm, models.PROTECT, related_name="assistance", verbose_name="培育企业")
    on = models.DateField("日期")
    title = models.CharField("做了什么", max_length=300)
    people = models.PositiveIntegerField("惠及人数", null=True, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="帮扶单位")
    by_name = models.CharField("记录人姓名", max_length=60, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "帮扶记录"
        ordering = ("-on", "-id")
        constraints = (models.UniqueConstraint(fields=("firm", "on", "title"), name="assistance_once"),)

    def __str__(self) -> str:
        return self.title


class Proof(Row):
    """What stands behind an entry or an assistance (印证): a file, a task, a case, an indicator or a paper."""

    class Kind(models.TextChoices):
        """What it is."""

        FILE = "file", "文件、照片"
        TASK = "task", "方案任务"
        CASE = "case", "办件"
        INDICATOR = "indicator", "指标"
        PAPER = "paper", "纸质材料"

    entry = models.ForeignKey(DocketEntry, models.CASCADE, null=True, related_name="proofs", verbose_name="清单条目")
    assistance = models.ForeignKey(
        Assistance, models.CASCADE, null=True, related_name="proofs", verbose_name="帮扶记录"
    )
    kind = models.CharField("类别", max_length=10, choices=Kind)
    label = models.CharField("名称", max_length=120)
    reference = models.CharField("编号或存放处", max_length=120, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+", verbose_name="任务")

    class Meta:
        verbose_name = verbose_name_plural = "印证"
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(entry__isnull=False, assistance__isnull=True)
                | Q(entry__isnull=True, assistance__isnull=False),
                name="proof_of_one_thing",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="file", file__isnull=False, task__isnull=True)
                    | Q(kind="task", task__isnull=False, file__isnull=True)
                    | Q(kind__in=("case", "indicator", "paper"), file__isnull=True, task__isnull=True)
                    & ~Q(reference="")
                ),
                name="proof_is_what_it_says",
            ),
        )

    def __str__(self) -> str:
        return self.label
