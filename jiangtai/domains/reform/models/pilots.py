"""Pilots: batches with their types and quotas, the units that were named, their yearly lists and reports."""

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.flows import Round
from jiangtai.kernel import Row, clock

from .plans import Measure
from .tasks import Task


class PilotBatch(Row):
    """A batch of pilots (试点批次): called for a year, with so many of each type, and how long they are to go on."""

    class State(models.TextChoices):
        """Where it stands."""

        PREPARING = "preparing", "筹备中"
        OPEN = "open", "申报评定中"
        NAMED = "named", "名单已公布"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="主办单位")
    title = models.CharField("批次名称", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    opens = models.DateField("开始申报", null=True, blank=True)
    closes = models.DateField("截止申报", null=True, blank=True)
    until = models.DateField("试点期到", null=True, blank=True)
    asks = models.CharField("申报要求", max_length=600, blank=True)
    is_listed = models.BooleanField("由名单导入", default=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PREPARING)
    document = models.CharField("公布文号", max_length=60, blank=True)
    named_on = models.DateField("公布日期", null=True, blank=True)
    is_public = models.BooleanField("向社会公开", default=False)
    by = models.UUIDField("经办人", null=True, editable=False)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "试点批次"
        base_manager_name = "unscoped"
        ordering = ("-year", "-made_at")
        constraints = (
            models.UniqueConstraint(fields=("unit", "title"), name="pilot_batch_one_title"),
            models.CheckConstraint(
                condition=Q(state="named", named_on__isnull=False) | (~Q(state="named") & Q(named_on__isnull=True)),
                name="pilot_batch_named_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(state="named"), name="pilot_batch_public_once_named"
            ),
            models.CheckConstraint(
                condition=Q(is_listed=True)
                | Q(opens__isnull=False, closes__isnull=False, closes__gte=models.F("opens")),
                name="pilot_batch_closes_after_it_opens",
            ),
        )

    def __str__(self) -> str:
        return self.title


class PilotType(Row):
    """A type of pilot in a batch (试点类型): how many there may be, and which kinds of unit may apply."""

    batch = models.ForeignKey(PilotBatch, models.CASCADE, related_name="types", verbose_name="试点批次")
    place = models.PositiveIntegerField("次序")
    name = models.CharField("试点类型", max_length=40)
    quota = models.PositiveIntegerField("名额")
    kinds = models.JSONField("可申报的单位类别", default=list)
    names_project = models.BooleanField("须指明试点项目", default=False)
    round = models.OneToOneField(Round, models.PROTECT, null=True, related_name="+", verbose_name="申报批次")

    class Meta:
        verbose_name = verbose_name_plural = "试点类型"
        ordering = ("batch", "place")
        constraints = (
            models.UniqueConstraint(fields=("batch", "name"), name="pilot_type_one_name"),
            models.UniqueConstraint(fields=("batch", "place"), name="pilot_type_one_place"),
            models.CheckConstraint(condition=Q(quota__gte=1), name="pilot_type_has_a_quota"),
        )

    def __str__(self) -> str:
        return self.name


class Pilot(Row):
    """A unit that was named a pilot (试点): of which type, with which project, until when.

    Its `place` is one of the quota's: two who take the last one at once cannot both have it.
    """

    class State(models.TextChoices):
        """Whether it goes on."""

        ACTIVE = "active", "试点中"
        REVOKED = "revoked", "已撤销"
        EXPIRED = "expired", "已到期"

    batch = models.ForeignKey(PilotBatch, models.PROTECT, related_name="pilots", verbose_name="试点批次")
    type = models.ForeignKey(PilotType, models.PROTECT, related_name="pilots", verbose_name="试点类型")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="试点单位")
    place = models.PositiveIntegerField("名额序号")
    project = models.CharField("试点项目", max_length=200, blank=True)
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="举措")
    case = models.UUIDField("申报办件", null=True, unique=True)
    named_on = models.DateField("确定日期")
    until = models.DateField("试点期到", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ACTIVE)
    ended_on = models.DateField("结束日期", null=True)
    ended_why = models.CharField("撤销理由", max_length=200, blank=True)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "试点"
        base_manager_name = "unscoped"
        ordering = ("-batch__year", "batch", "type__place", "place")
        indexes = (models.Index(fields=("batch", "type"), name="pilot_by_batch"),)
        constraints = (
            models.UniqueConstraint(fields=("type", "place"), name="pilot_one_place"),
            models.UniqueConstraint(fields=("unit",), condition=Q(state="active"), name="pilot_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(state="active", ended_on__isnull=True) | (~Q(state="active") & Q(ended_on__isnull=False)),
                name="pilot_ended_on_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit}（{self.type}）"

    @property
    def goes_on(self) -> bool:
        """Whether it is a pilot today."""
        return self.state == self.State.ACTIVE and (self.until is None or self.until >= clock.today())


class YearlyList(Row):
    """What a pilot takes on in a year (年度任务清单): written by the pilot, confirmed by the office, then tasks."""

    class State(models.TextChoices):
        """Where it stands."""

        WRITING = "writing", "编制中"
        SENT = "sent", "待确认"
        CONFIRMED = "confirmed", "已确认"

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="lists", verbose_name="试点")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WRITING)
    said = models.CharField("退回意见", max_length=200, blank=True)
    sent_on = models.DateField("报送日期", null=True)
    sent_by = models.CharField("报送人", max_length=60, blank=True)
    confirmed_on = models.DateField("确认日期", null=True)

    objects = ScopedManager(unit="pilot__unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度任务清单"
        base_manager_name = "unscoped"
        ordering = ("-year",)
        constraints = (
            models.UniqueConstraint(fields=("pilot", "year"), name="yearly_list_one_a_year"),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_on__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_on__isnull=True)),
                name="yearly_list_confirmed_on_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}年度任务清单"


class ListItem(Row):
    """One item of a yearly list (清单事项): a piece of work of a measure with its day; once confirmed, a task."""

    list = models.ForeignKey(YearlyList, models.CASCADE, related_name="items", verbose_name="年度任务清单")
    place = models.PositiveIntegerField("次序")
    text = models.CharField("事项", max_length=300)
    expected = models.CharField("要求和成果", max_length=300, blank=True)
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", verbose_name="所属举措")
    due = models.DateField("完成期限")
    task = models.OneToOneField(Task, models.PROTECT, null=True, related_name="list_item", verbose_name="任务")

    class Meta:
        verbose_name = verbose_name_plural = "清单事项"
        ordering = ("list", "place")
        constraints = (models.UniqueConstraint(fields=("list", "place"), name="list_item_one_place"),)

    def __str__(self) -> str:
        return self.text


class PilotReport(Row):
    """What a pilot reported of a year (试点年度报告), once it was accepted, with how its tasks stood on that day."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="reports", verbose_name="试点")
    case = models.UUIDField("报告办件", unique=True)
    year = models.PositiveSmallIntegerField("年度")
    summary = models.CharField("总体情况", max_length=2000)
    results = models.CharField("成效和经验", max_length=2000)
    problem = models.CharField("困难和问题", max_length=1000, blank=True)
    coming = models.CharField("下一步打算", max_length=1000, blank=True)
    tasks = models.JSONField("当时的任务", default=list)
    reported_on = models.DateField("报送日期")
    accepted_on = models.DateField("认可日期")

    objects = ScopedManager(unit="pilot__unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "试点年度报告"
        base_manager_name = "unscoped"
        ordering = ("-year",)
        constraints = (models.UniqueConstraint(fields=("pilot", "year"), name="pilot_report_one_a_year"),)

    def __str__(self) -> str:
        return f"{self.pilot.unit}{self.year}年度试点报告"
