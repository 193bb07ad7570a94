"""What comes of a confirmed plan: tasks at units, their milestones, what was reported of them, and what proves it."""

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.kernel import Row, StoredFile

from .plans import Action, Measure


class Task(Row):
    """A task (任务): one unit is asked for one piece of work, out of a plan's sentence or handed on by a lead."""

    class State(models.TextChoices):
        """Whether it goes on."""

        OPEN = "open", "进行中"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"
        ROLLED = "rolled", "已转入下年度"

    class Pace(models.TextChoices):
        """How its indicator stands to the straight way to the target, as last computed."""

        GREEN = "green", "达到序时进度"
        AMBER = "amber", "略慢于序时进度"
        RED = "red", "慢于序时进度"

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="tasks", verbose_name="举措")
    action = models.ForeignKey(
        Action, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="方案中的工作"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="分解自"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="承担单位")
    title = models.CharField("任务", max_length=300)
    expected = models.CharField("要求和成果", max_length=300, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    since = models.DateField("开始日期")
    due = models.DateField("完成期限", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    done_on = models.DateField("完成日期", null=True)
    indicator = models.CharField("衡量指标", max_length=80, blank=True)
    pace = models.CharField("指标进度", max_length=6, choices=Pace, blank=True, editable=False)
    pace_why = models.CharField("指标进度说明", max_length=200, blank=True, editable=False)
    paced_at = models.DateTimeField("指标进度时间", null=True, editable=False)
    says = models.CharField("上期报告", max_length=10, blank=True, editable=False)
    """What the last accepted report says; like the next point it is kept by the database as reports and points are."""
    point_title = models.CharField("下一节点", max_length=120, blank=True, editable=False)
    point_due = models.DateField("下一节点期限", null=True, editable=False)
    light = models.CharField("上次亮灯", max_length=6, blank=True, editable=False)
    """As the ledger last heard of it; what pages show is derived when it is asked."""
    lit_on = models.DateField("上次变灯", null=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务"
        base_manager_name = "unscoped"
        ordering = ("measure", "id")
        indexes = (
            models.Index(fields=("unit", "state", "due"), name="task_by_unit"),
            models.Index(fields=("measure", "unit"), name="task_by_measure"),
            models.Index(fields=("due",), condition=Q(state="open"), name="task_open_by_due"),
            models.Index(fields=("due", "id"), name="task_by_due"),
            models.Index(fields=("year",), name="task_by_year"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(due__isnull=True) | Q(due__gte=models.F("since")), name="task_due_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) | (~Q(state="done") & Q(done_on__isnull=True)),
                name="task_done_on_a_day",
            ),
            models.UniqueConstraint(
                fields=("action", "unit", "year"),
                condition=Q(action__isnull=False, parent__isnull=True),
                name="task_once_of_an_action",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Milestone(Row):
    """A point on the way of a task: what must stand by a day."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="milestones", verbose_name="任务")
    title = models.CharField("节点", max_length=120)
    due = models.DateField("期限")
    reached_on = models.DateField("达到日期", null=True, blank=True)
    proof = models.ForeignKey(
        "Evidence", models.PROTECT, null=True, blank=True, related_name="proves", verbose_name="佐证材料"
    )

    objects = ScopedManager(unit="task__unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "节点"
        base_manager_name = "unscoped"
        ordering = ("due", "id")
        indexes = (models.Index(fields=("due", "id"), condition=Q(reached_on__isnull=True), name="milestone_by_due"),)

    def __str__(self) -> str:
        return self.title


class Report(Row):
    """What a unit reported of a task in a round, once it was accepted; the words are about work, not about a person."""

    class Says(models.TextChoices):
        """What the unit says of it."""

        ON_TRACK = "on_track", "按计划推进"
        STUCK = "stuck", "有困难"
        DONE = "done", "已完成"

    task = models.ForeignKey(Task, models.PROTECT, related_name="reports", verbose_name="任务")
    case = models.UUIDField("调度办件", null=True)
    period = models.CharField("报送期", max_length=20)
    says = models.CharField("进展", max_length=10, choices=Says)
    narrative = models.CharField("进展情况", max_length=600)
    problem = models.CharField("困难和问题", max_length=300, blank=True)
    coming = models.CharField("下一步", max_length=300, blank=True)
    figures = models.JSONField("当时的数", default=list)
    reported_on = models.DateField("报送日期")
    accepted_on = models.DateField("审核日期")

    objects = ScopedManager(unit="task__unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "进展"
        base_manager_name = "unscoped"
        ordering = ("-accepted_on", "-id")
        indexes = (models.Index(fields=("task", "-accepted_on"), name="report_latest"),)
        constraints = (models.UniqueConstraint(fields=("task", "case"), name="report_once_in_a_round"),)


class Evidence(Row):
    """What stands behind a task's progress: a file, an indicator, a case, facts, or a paper that is kept elsewhere."""

    class Kind(models.TextChoices):
        """What it is."""

        FILE = "file", "文件"
        INDICATOR = "indicator", "指标"
        CASE = "case", "办件"
        FACTS = "facts", "台账事实"
        PAPER = "paper", "纸质或外部材料"

    task = models.ForeignKey(Task, models.PROTECT, related_name="evidence", verbose_name="任务")
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="evidence", verbose_name="进展")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    label = models.CharField("名称", max_length=120)
    reference = models.CharField("编号或指标", max_length=120, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    by = models.UUIDField("经办人", null=True)

    objects = ScopedManager(unit="task__unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        base_manager_name = "unscoped"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="file", file__isnull=False) | (~Q(kind="file") & Q(file__isnull=True)),
                name="evidence_file_attached",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label_name(self) -> str:
        """What its file is called when it is taken."""
        ending = self.file.name.rpartition(".")[2] if self.file and "." in self.file.name else ""
        return self.label if not ending or self.label.endswith(f".{ending}") else f"{self.label}.{ending}"
