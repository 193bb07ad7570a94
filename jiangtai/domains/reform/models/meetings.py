"""Joint meetings: what they were asked to settle, what they settled, and the tasks that came of it."""

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.kernel import Row

from .plans import Measure
from .supervising import Addressee
from .tasks import Task


class Meeting(Row):
    """A joint meeting (联席会议): prepared from what stands badly, held, and followed by tasks."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "筹备中"
        CALLED = "called", "已通知"
        HELD = "held", "已召开"
        OFF = "off", "已取消"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="召集单位")
    title = models.CharField("会议名称", max_length=120)
    on = models.DateField("召开日期")
    hour = models.CharField("时间", max_length=20)
    place = models.CharField("地点", max_length=80)
    chair = models.CharField("主持人", max_length=60)
    units = models.ManyToManyField(Unit, related_name="+", verbose_name="参会单位")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    summary = models.TextField("会议概况", blank=True)
    body = models.TextField("纪要正文", blank=True, editable=False)
    notes = models.JSONField("数据口径", default=list, editable=False)
    """The minutes and how each of their figures is counted, as they were made: they stay as they are."""
    notice = models.JSONField("会议通知", default=dict, editable=False)
    """What the notice said when it was last sent; what changes after changes nothing of it."""
    earlier = models.ForeignKey("self", models.PROTECT, null=True, related_name="next", verbose_name="上次会议")
    by = models.UUIDField("经办人", null=True, editable=False)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True, editable=False)
    called_at = models.DateTimeField("通知时间", null=True, editable=False)
    held_at = models.DateTimeField("形成纪要时间", null=True, editable=False)
    off_at = models.DateTimeField("取消时间", null=True, editable=False)
    off_why = models.CharField("取消原因", max_length=200, blank=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "联席会议"
        base_manager_name = "unscoped"
        ordering = ("-on", "-made_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="held", held_at__isnull=False) | (~Q(state="held") & Q(held_at__isnull=True)),
                name="meeting_held_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="off", off_at__isnull=False) & ~Q(off_why="")
                | ~Q(state="off") & Q(off_at__isnull=True, off_why=""),
                name="meeting_off_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether it was held or called off: nothing of it changes any more."""
        return self.state in (self.State.HELD, self.State.OFF)


class Resolution(Row):
    """What a meeting settled (议定事项): who does what until when; once the meeting was held, a task."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="resolutions", verbose_name="联席会议")
    place = models.PositiveIntegerField("次序")
    text = models.CharField("议定事项", max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="责任单位")
    due = models.DateField("完成期限")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", verbose_name="所属举措")
    task = models.OneToOneField(Task, models.PROTECT, null=True, related_name="resolution", verbose_name="任务")

    class Meta:
        verbose_name = verbose_name_plural = "议定事项"
        ordering = ("meeting", "place")
        constraints = (models.UniqueConstraint(fields=("meeting", "place"), name="resolution_one_place"),)

    def __str__(self) -> str:
        return self.text


class AgendaItem(Row):
    """A matter before a meeting (议题): a late task, an answer owed, an earlier resolution, or any other."""

    class Kind(models.TextChoices):
        """Where it comes from."""

        EARLIER = "earlier", "上次议定事项"
        TASK = "task", "亮灯任务"
        OWED = "owed", "未答复的督办"
        FREE = "free", "其他议题"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name="联席会议")
    place = models.PositiveIntegerField("次序")
    kind = models.CharField("来源", max_length=10, choices=Kind, default=Kind.FREE)
    title = models.CharField("议题", max_length=300)
    why = models.CharField("说明", max_length=300, blank=True)
    """What was written beside it; of a task or an answer how it stood when the meeting was held or called off."""
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="汇报单位")
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+", verbose_name="任务")
    addressee = models.ForeignKey(Addressee, models.PROTECT, null=True, related_name="+", verbose_name="督办")
    earlier = models.ForeignKey(Resolution, models.PROTECT, null=True, related_name="+", verbose_name="上次议定事项")
    said = models.TextField("研究情况", blank=True, max_length=1000)

    class Meta:
        verbose_name = verbose_name_plural = "议题"
        ordering = ("meeting", "place")
        constraints = (models.UniqueConstraint(fields=("meeting", "place"), name="agenda_one_place"),)

    def __str__(self) -> str:
        return self.title
