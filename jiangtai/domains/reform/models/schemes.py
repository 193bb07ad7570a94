"""Assessing one's own units: the scheme by which they are marked, its criteria, and what each unit came to."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.flows import Round
from jiangtai.kernel import Row, StoredFile

_TO_100 = Q(excellent__lte=100, good__lt=F("excellent"), passing__lt=F("good"), passing__gt=0)


class Scheme(Row):
    """A scheme (考核办法) by which an office assesses its own units for a year."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "拟定中"
        OPEN = "open", "考核中"
        CLOSED = "closed", "已结束"

    class Unfit(models.TextChoices):
        """What becomes of the marks of criteria that do not apply to a unit."""

        LEAVE_OUT = "leave_out", "不计入，满分相应减少"
        RESCALE = "rescale", "按比例折算到同一满分"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="考核单位")
    title = models.CharField("名称", max_length=80)
    year = models.PositiveSmallIntegerField("考核年度")
    unfit = models.CharField("不适用的考核项", max_length=10, choices=Unfit, default=Unfit.RESCALE)
    scale = models.DecimalField("折算满分", max_digits=6, decimal_places=2, default=100)
    excellent = models.DecimalField("优秀", max_digits=5, decimal_places=2)
    good = models.DecimalField("良好", max_digits=5, decimal_places=2)
    passing = models.DecimalField("合格", max_digits=5, decimal_places=2)
    most_bonus = models.DecimalField("加分上限", max_digits=6, decimal_places=2, null=True, blank=True)
    table_total = models.DecimalField("表上总分", max_digits=7, decimal_places=2, null=True, editable=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="评分表")
    origin = models.CharField("来源", max_length=140, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    round = models.OneToOneField(Round, models.PROTECT, null=True, related_name="+", verbose_name="批次")
    by = models.UUIDField("经办人", null=True, editable=False)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True, editable=False)
    closed_on = models.DateField("结束日期", null=True, editable=False)
    closed_why = models.CharField("结束说明", max_length=300, blank=True, editable=False)
    closed_by_name = models.CharField("结束经办人", max_length=60, blank=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "考核办法"
        base_manager_name = "unscoped"
        ordering = ("-year", "-made_at")
        constraints = (
            models.UniqueConstraint(fields=("unit", "title"), name="scheme_one_title"),
            models.CheckConstraint(condition=_TO_100, name="scheme_grades_descend"),
            models.CheckConstraint(condition=Q(scale__gt=0), name="scheme_scales_to_something"),
            models.CheckConstraint(
                condition=Q(state="draft", round__isnull=True) | ~Q(state="draft") & Q(round__isnull=False),
                name="scheme_open_in_a_round",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) | ~Q(state="closed") & Q(closed_on__isnull=True),
                name="scheme_closed_on_a_day",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Criterion(Row):
    """A criterion (考核项) of a scheme: what is asked, of which kinds of unit, and how many marks it gives or takes."""

    class Kind(models.TextChoices):
        """Whether its marks are part of the full marks, come on top of them, or are taken off."""

        BASE = "base", "基本分"
        BONUS = "bonus", "加分"
        DEDUCTION = "deduction", "扣分"

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="criteria", verbose_name="考核办法")
    place = models.PositiveIntegerField("次序")
    section = models.CharField("考核项目", max_length=200, blank=True)
    text = models.CharField("考核内容", max_length=600)
    score = models.DecimalField("分值", max_digits=6, decimal_places=2)
    kind = models.CharField("计分方式", max_length=10, choices=Kind, default=Kind.BASE)
    method = models.CharField("评分标准", max_length=800, blank=True)
    applies_to = models.JSONField("适用单位类别", default=list, blank=True)
    indicator = models.CharField("指标", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核项"
        ordering = ("scheme", "place")
        constraints = (
            models.UniqueConstraint(fields=("scheme", "place"), name="criterion_one_place"),
            models.CheckConstraint(condition=Q(score__gt=0), name="criterion_has_marks"),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def kinds_said(self) -> str:
        """The kinds of unit that it asks, as users read them."""
        labels: dict[str, Any] = dict(Unit.Kind.choices)
        return "、".join(str(labels.get(one, one)) for one in self.applies_to) or "所有单位"


class Result(Row):
    """What a unit came to by a scheme (考核结果), as it was confirmed; the marks point by point stay in its case."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="results", verbose_name="考核办法")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    case = models.UUIDField("办件", unique=True)
    full = models.DecimalField("满分", max_digits=7, decimal_places=2)
    own = models.DecimalField("自评分", max_digits=7, decimal_places=2, null=True)
    checked = models.DecimalField("核查分", max_digits=7, decimal_places=2)
    marks = models.DecimalField("得分", max_digits=7, decimal_places=2)
    percent = models.DecimalField("得分率", max_digits=6, decimal_places=2)
    grade = models.CharField("等次", max_length=10)
    sections = models.JSONField("分项得分", default=list)
    objections = models.PositiveSmallIntegerField("异议项数", default=0)
    upheld = models.PositiveSmallIntegerField("异议成立项数", default=0)
    confirmed_on = models.DateField("审定日期")

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "考核结果"
        base_manager_name = "unscoped"
        ordering = ("-confirmed_on", "-id")
        constraints = (
            models.UniqueConstraint(fields=("scheme", "unit"), name="result_once"),
            models.CheckConstraint(condition=Q(full__gt=0, marks__gte=0), name="result_of_full_marks"),
            models.CheckConstraint(condition=Q(upheld__lte=F("objections")), name="result_upheld_of_objections"),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.marks}"

    def in_section(self, name: str) -> Decimal | None:
        """The marks of a section; None where none of its criteria asked this unit."""
        return next((Decimal(one["marks"]) for one in self.sections if one["section"] == name), None)
