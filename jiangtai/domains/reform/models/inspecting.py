"""Inspections of how laws and papers are carried out: whom they went to, what was found, and what became of it."""

from django.db import models
from django.db.models import F, Q
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.kernel import Row, StoredFile

from .library import PolicyPaper


class Inspection(Row):
    """An inspection (监督检查): by which papers, on which points, at which units, named or drawn with a kept seed."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "筹备中"
        RUNNING = "running", "检查中"
        CLOSED = "closed", "已结束"
        DROPPED = "dropped", "已放弃"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="检查单位")
    title = models.CharField("检查名称", max_length=120)
    since = models.DateField("检查开始")
    until = models.DateField("检查结束")
    papers = models.ManyToManyField(PolicyPaper, related_name="inspections", blank=True, verbose_name="检查依据")
    state = models.CharField("状态", max_length=8, choices=State, default=State.DRAFT)
    year = models.PositiveSmallIntegerField("年度", null=True, editable=False)
    serial = models.PositiveIntegerField("顺序号", null=True, editable=False)
    number = models.CharField("发文字号", max_length=60, blank=True, editable=False)
    seed = models.CharField("抽取种子", max_length=64, blank=True, editable=False)
    pool = models.JSONField("抽取名录", default=list, editable=False)
    pool_words = models.CharField("抽取范围", max_length=120, blank=True, editable=False)
    inspector_pool = models.JSONField("检查人员名录", default=list, editable=False)
    drawn_on = models.DateField("抽取日期", null=True, editable=False)
    drawn_by_name = models.CharField("抽取人", max_length=60, blank=True, editable=False)
    dropped_on = models.DateField("放弃日期", null=True, editable=False)
    dropped_why = models.CharField("放弃理由", max_length=200, blank=True, editable=False)
    issued_on = models.DateField("发出检查通知", null=True, editable=False)
    conclusion = models.TextField("检查总体情况", max_length=2000, blank=True)
    closed_on = models.DateField("结束日期", null=True, editable=False)
    by = models.UUIDField("经办人", null=True, editable=False)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "监督检查"
        base_manager_name = "unscoped"
        ordering = ("-since", "-made_at")
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="inspection_ends_after_it_begins"),
            models.UniqueConstraint(fields=("unit", "year", "serial"), name="inspection_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "dropped"), issued_on__isnull=True)
                | ~Q(state__in=("draft", "dropped")) & Q(issued_on__isnull=False),
                name="inspection_issued_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="dropped", dropped_on__isnull=False) & ~Q(seed="") & ~Q(dropped_why="")
                | ~Q(state="dropped") & Q(dropped_on__isnull=True),
                name="inspection_dropped_with_its_draw",
            ),
        )

    def __str__(self) -> str:
        return self.title


class InspectionPoint(Row):
    """A point that is looked at (检查要点), with the clause on which it stands."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="points", verbose_name="监督检查")
    place = models.PositiveIntegerField("次序")
    text = models.CharField("检查要点", max_length=300)
    clause = models.CharField("依据条款", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查要点"
        ordering = ("inspection", "place")
        constraints = (models.UniqueConstraint(fields=("inspection", "place"), name="inspection_point_one_place"),)

    def __str__(self) -> str:
        return self.text


class Inspector(Row):
    """Who inspects (检查人员), with the account by which the record is made on the spot, where there is one."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="inspectors", verbose_name="监督检查")
    place = models.PositiveIntegerField("次序")
    name = models.CharField("姓名", max_length=60)
    body = models.CharField("所在单位", max_length=120, blank=True)
    account = models.UUIDField("账号", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "检查人员"
        ordering = ("inspection", "place")
        constraints = (models.UniqueConstraint(fields=("inspection", "name", "body"), name="inspector_once"),)

    def __str__(self) -> str:
        return f"{self.name}（{self.body}）" if self.body else self.name


class Visit(Row):
    """One unit that is inspected (受检单位), and the record that was made there."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="visits", verbose_name="监督检查")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="受检单位")
    place = models.PositiveIntegerField("次序")
    visited_on = models.DateField("检查日期", null=True)
    inspectors = models.ManyToManyField(Inspector, related_name="visits", verbose_name="检查人员")
    remarks = models.CharField("其他情况", max_length=1000, blank=True)
    fact = models.UUIDField("检查事实", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "受检单位"
        ordering = ("inspection", "place")
        constraints = (models.UniqueConstraint(fields=("inspection", "unit"), name="visit_once_in_an_inspection"),)

    def __str__(self) -> str:
        return str(self.unit)


class PointResult(Row):
    """How a unit stands on one point (检查结果), in words and photos."""

    class Result(models.TextChoices):
        """What was seen."""

        MEETS = "meets", "符合"
        FAILS = "fails", "不符合"
        NONE = "none", "不适用"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="marks", verbose_name="受检单位")
    point = models.ForeignKey(InspectionPoint, models.CASCADE, related_name="marks", verbose_name="检查要点")
    result = models.CharField("结果", max_length=6, choices=Result)
    words = models.CharField("情况", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查结果"
        ordering = ("point__place",)
        constraints = (
            models.UniqueConstraint(fields=("visit", "point"), name="mark_once_for_a_point"),
            models.CheckConstraint(condition=~Q(result="fails") | ~Q(words=""), name="mark_that_fails_says_what"),
        )

    def __str__(self) -> str:
        return f"{self.point}：{self.get_result_display()}"


class ResultPhoto(Row):
    """A photo that was taken for a point."""

    mark = models.ForeignKey(PointResult, models.CASCADE, related_name="photos", verbose_name="检查结果")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="照片")

    class Meta:
        verbose_name = verbose_name_plural = "检查照片"
        ordering = ("made_at",)

    def __str__(self) -> str:
        return self.file.name


class InspectionFinding(Row):
    """Something found that must be put right (检查问题), until when, and the case by which the unit does it."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="findings", verbose_name="受检单位")
    point = models.ForeignKey(InspectionPoint, models.PROTECT, related_name="findings", verbose_name="检查要点")
    text = models.CharField("问题", max_length=500)
    due = models.DateField("整改期限")
    found_on = models.DateField("发现日期")
    case = models.UUIDField("办件", unique=True, null=True, editable=False)
    fact = models.UUIDField("问题事实", null=True, editable=False)
    closed_on = models.DateField("销号日期", null=True)
    in_time = models.BooleanField("按期整改", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查问题"
        ordering = ("due", "made_at")
        constraints = (
            models.UniqueConstraint(fields=("visit", "point"), name="finding_once_for_a_point"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, in_time__isnull=True)
                | Q(closed_on__isnull=False, in_time__isnull=False, case__isnull=False),
                name="finding_closed_by_its_case",
            ),
        )

    def __str__(self) -> str:
        return self.text
