"""Dockets: sets of lists that an office defines, who keeps each, what stands on it, and that it was confirmed."""

from django.db import models
from django.db.models import F, Q
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.kernel import Row

from .tasks import Task


class DocketSet(Row):
    """A set of dockets (清单组) under one name, as offices speak of them: 三张清单; which lists it has is data."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "草稿"
        IN_USE = "in_use", "在用"
        ENDED = "ended", "已结束"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="主办单位")
    title = models.CharField("名称", max_length=60)
    about = models.CharField("说明", max_length=300, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    begun_on = models.DateField("启用日期", null=True, editable=False)
    ended_on = models.DateField("结束日期", null=True, editable=False)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "清单组"
        base_manager_name = "unscoped"
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "title"), condition=~Q(state="ended"), name="docket_set_one_of_a_name"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="draft", begun_on__isnull=True, ended_on__isnull=True)
                    | Q(state="in_use", begun_on__isnull=False, ended_on__isnull=True)
                    | Q(state="ended", begun_on__isnull=False, ended_on__isnull=False, ended_on__gte=F("begun_on"))
                ),
                name="docket_set_begun_and_ended_on_days",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Docket(Row):
    """A list of matters (清单) that named units keep, each its own entries, and confirm every so often."""

    class Every(models.TextChoices):
        """How often its keepers confirm it."""

        NEVER = "", "不定期确认"
        MONTH = "month", "每月"
        QUARTER = "quarter", "每季度"
        HALF = "half", "每半年"
        YEAR = "year", "每年"

    set = models.ForeignKey(DocketSet, models.CASCADE, related_name="dockets", verbose_name="清单组")
    place = models.PositiveSmallIntegerField("次序")
    title = models.CharField("清单名称", max_length=60)
    about = models.CharField("填什么", max_length=300, blank=True)
    every = models.CharField("确认周期", max_length=8, choices=Every, default=Every.QUARTER, blank=True)

    objects = ScopedManager(unit="set__unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "清单"
        base_manager_name = "unscoped"
        ordering = ("set", "place")
        constraints = (
            models.UniqueConstraint(fields=("set", "title"), name="docket_one_of_a_name"),
            models.UniqueConstraint(fields=("set", "place"), name="docket_one_place"),
        )

    def __str__(self) -> str:
        return self.title


class DocketColumn(Row):
    """What is filled in for each entry of a docket (清单栏目); while the docket is in use it may end, not change."""

    class Kind(models.TextChoices):
        """What stands in it."""

        TEXT = "text", "文字"
        DATE = "date", "日期"
        NUMBER = "number", "数量"
        UNIT = "unit", "单位"
        TASK = "task", "方案任务"
        INDICATOR = "indicator", "指标"
        FILE = "file", "文件"

    docket = models.ForeignKey(Docket, models.CASCADE, related_name="columns", verbose_name="清单")
    place = models.PositiveSmallIntegerField("次序")
    title = models.CharField("栏目", max_length=30)
    kind = models.CharField("类型", max_length=10, choices=Kind, default=Kind.TEXT)
    measure_word = models.CharField("计量单位", max_length=10, blank=True)
    is_required = models.BooleanField("必填", default=False)
    ended_on = models.DateField("停用日期", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "清单栏目"
        ordering = ("docket", "place")
        constraints = (
            models.UniqueConstraint(
                fields=("docket", "title"), condition=Q(ended_on__isnull=True), name="docket_column_one_of_a_name"
            ),
            models.UniqueConstraint(fields=("docket", "place"), name="docket_column_one_place"),
            models.CheckConstraint(
                condition=Q(kind="number") & ~Q(measure_word="") | ~Q(kind="number") & Q(measure_word=""),
                name="docket_column_numbers_have_a_unit",
            ),
            models.CheckConstraint(
                condition=~Q(measure_word__contains="%") & ~Q(measure_word__contains="百分"),
                name="docket_column_no_percentages",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Keeper(Row):
    """A unit that keeps a docket (清单填报单位): it fills in its own entries and confirms them."""

    docket = models.ForeignKey(Docket, models.CASCADE, related_name="keepers", verbose_name="清单")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="填报单位")
    since = models.DateField("列入日期")
    urged_on = models.DateField("上次催办", null=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "清单填报单位"
        base_manager_name = "unscoped"
        ordering = ("docket", "unit")
        constraints = (models.UniqueConstraint(fields=("docket", "unit"), name="keeper_once"),)

    def __str__(self) -> str:
        return f"{self.unit} {self.docket}"


class DocketEntry(Row):
    """A matter on a docket (清单条目): whose, by when, done or not, tied to a task of the plan where it is one."""

    docket = models.ForeignKey(Docket, models.PROTECT, related_name="entries", verbose_name="清单")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="填报单位")
    title = models.CharField("事项", max_length=300)
    due = models.DateField("完成期限", null=True, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="方案任务"
    )
    values = models.JSONField("各栏内容", default=dict)
    by_name = models.CharField("填报人姓名", max_length=60, blank=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "清单条目"
        base_manager_name = "unscoped"
        ordering = ("docket", "unit", "id")
        indexes = (
            models.Index(fields=("docket", "unit"), name="entry_by_keeper"),
            models.Index(fields=("docket", "due"), condition=Q(done_on__isnull=True), name="entry_open_by_due"),
        )
        constraints = (
            models.UniqueConstraint(fields=("docket", "unit", "title"), name="entry_once"),
            models.CheckConstraint(condition=~Q(title=""), name="entry_says_something"),
        )

    def __str__(self) -> str:
        return self.title


class Confirmation(Row):
    """A keeper said that its docket is right for a period (清单确认): once."""

    docket = models.ForeignKey(Docket, models.PROTECT, related_name="confirmations", verbose_name="清单")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="填报单位")
    period = models.CharField("确认期", max_length=8)
    last = models.DateField("期末")
    on = models.DateField("确认日期")
    by_name = models.CharField("确认人姓名", max_length=60, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "清单确认"
        ordering = ("-last",)
        constraints = (models.UniqueConstraint(fields=("docket", "unit", "period"), name="confirmed_once_a_period"),)
