"""Being assessed: the table by which the level above scores, and what the house has to show for each of its points."""

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.kernel import Row, StoredFile

from .library import PolicyPaper
from .meetings import Meeting
from .supervising import Instrument
from .tasks import Task


class Assessment(Row):
    """An assessment (迎检考核) that is prepared for: its scoring table as the level above issued it."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "准备中"
        HANDED_IN = "handed_in", "已报送"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="迎检单位")
    title = models.CharField("名称", max_length=120)
    by_whom = models.CharField("考核机关", max_length=80)
    year = models.PositiveSmallIntegerField("考核年度")
    due = models.DateField("报送期限")
    table_total = models.DecimalField("表上总分", max_digits=7, decimal_places=2, null=True, editable=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="评分表")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    by = models.UUIDField("经办人", null=True, editable=False)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True, editable=False)
    handed_in_on = models.DateField("报送日期", null=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "迎检考核"
        base_manager_name = "unscoped"
        ordering = ("-year", "-made_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", handed_in_on__isnull=True) | Q(state="handed_in", handed_in_on__isnull=False),
                name="assessment_handed_in_on_a_day",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Point(Row):
    """A point of a scoring table (评分项): what is asked, how many marks it brings, how they are given."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="points", verbose_name="迎检考核")
    place = models.PositiveIntegerField("次序")
    number = models.CharField("序号", max_length=20, blank=True)
    section = models.CharField("考核项目", max_length=200, blank=True)
    text = models.CharField("考核内容", max_length=600)
    score = models.DecimalField("分值", max_digits=6, decimal_places=2)
    method = models.CharField("评分标准", max_length=800, blank=True)
    unit_name = models.CharField("表上责任单位", max_length=120, blank=True)
    units = models.ManyToManyField(Unit, related_name="+", blank=True, verbose_name="责任单位")
    prompts = models.ManyToManyField(Instrument, related_name="+", editable=False, verbose_name="工作提示")
    """By which its units were asked for what is missing."""
    self_score = models.DecimalField("自评分", max_digits=6, decimal_places=2, null=True, blank=True)
    self_said = models.CharField("自评说明", max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评分项"
        ordering = ("assessment", "place")
        constraints = (
            models.UniqueConstraint(fields=("assessment", "place"), name="point_one_place"),
            models.CheckConstraint(condition=Q(score__gte=0), name="point_brings_marks"),
            models.CheckConstraint(
                condition=Q(self_score__isnull=True) | Q(self_score__gte=0, self_score__lte=models.F("score")),
                name="point_self_score_within",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def units_said(self) -> str:
        """The units that answer for it, first as the tree names them, then as the table does."""
        return "、".join(map(str, self.units.all())) or self.unit_name


class Exhibit(Row):
    """What is shown for a point (印证材料): something that the house has, a file, or a paper that is kept elsewhere."""

    class Kind(models.TextChoices):
        """What it is."""

        INDICATOR = "indicator", "指标"
        FACTS = "facts", "台账事实"
        POLICY = "policy", "政策文件"
        TASK = "task", "任务和进展"
        MEETING = "meeting", "会议纪要"
        INSTRUMENT = "instrument", "督办文书"
        CASE = "case", "办件"
        FILE = "file", "文件、照片"
        PAPER = "paper", "纸质材料"

    point = models.ForeignKey(Point, models.CASCADE, related_name="exhibits", verbose_name="评分项")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    label = models.CharField("名称", max_length=200)
    indicator = models.CharField("指标", max_length=80, blank=True)
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+", verbose_name="任务")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="+", verbose_name="联席会议")
    instrument = models.ForeignKey(Instrument, models.PROTECT, null=True, related_name="+", verbose_name="督办文书")
    policy = models.ForeignKey(PolicyPaper, models.PROTECT, null=True, related_name="+", verbose_name="政策文件")
    case = models.UUIDField("办件", null=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    kept_at = models.CharField("存放处", max_length=120, blank=True)
    by = models.UUIDField("经办人", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "印证材料"
        ordering = ("point", "made_at")
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(kind__in=("indicator", "facts")) & ~Q(indicator="")
                    | Q(kind="policy", policy__isnull=False)
                    | Q(kind="case", case__isnull=False)
                    | Q(kind="task", task__isnull=False)
                    | Q(kind="meeting", meeting__isnull=False)
                    | Q(kind="instrument", instrument__isnull=False)
                    | Q(kind="file", file__isnull=False)
                    | Q(kind="paper") & ~Q(kept_at="")
                ),
                name="exhibit_is_what_it_says",
            ),
        )

    def __str__(self) -> str:
        return self.label
