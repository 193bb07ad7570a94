"""The three instruments by which the reform is driven on: what was sent to whom, what came back, what was settled."""

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.kernel import Row, StoredFile

from ..facts import Sender, Through
from .schemes import Scheme
from .tasks import Task


class Instrument(Row):
    """An instrument (督办文书): a prompt, a bulletin or a supervision, numbered in the series of its kind and year."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "草稿"
        ISSUED = "issued", "已发出"
        CLOSED = "closed", "已办结"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="制发单位")
    kind = models.CharField("文种", max_length=12, choices=[(one.value, one.label) for one in Sender])
    title = models.CharField("标题", max_length=120)
    body = models.TextField("正文")
    notes = models.JSONField("数据口径", default=list, editable=False)
    """How each figure of the text is counted, in the order of the marks ①②③."""
    table = models.JSONField("附表", default=list, editable=False)
    needs_reply = models.BooleanField("要求答复", default=True)
    due = models.DateField("答复期限", null=True, blank=True)
    period = models.CharField("通报期", max_length=20, blank=True, editable=False)
    scheme = models.OneToOneField(
        Scheme, models.PROTECT, null=True, editable=False, related_name="bulletin", verbose_name="考核办法"
    )
    """Whose results it tells, where it is the bulletin of an assessment."""
    year = models.PositiveSmallIntegerField("年份", null=True, editable=False)
    serial = models.PositiveIntegerField("序号", null=True, editable=False)
    number = models.CharField("发文字号", max_length=40, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    issued_on = models.DateField("发出日期", null=True, editable=False)
    drafted_by = models.UUIDField("拟稿人", null=True, editable=False)
    drafted_by_name = models.CharField("拟稿人姓名", max_length=60, blank=True, editable=False)
    issued_by = models.UUIDField("签发人", null=True, editable=False)
    issued_by_name = models.CharField("签发人姓名", max_length=60, blank=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "督办文书"
        base_manager_name = "unscoped"
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(fields=("unit", "kind", "year", "serial"), name="instrument_one_number"),
            models.UniqueConstraint(
                fields=("unit", "kind", "period"), condition=~Q(period=""), name="instrument_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", serial__isnull=True, year__isnull=True, issued_on__isnull=True)
                | (~Q(state="draft") & Q(serial__isnull=False, year__isnull=False, issued_on__isnull=False)),
                name="instrument_numbered_once_issued",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(needs_reply=False) | Q(due__isnull=False),
                name="instrument_reply_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(scheme__isnull=True) | Q(kind="bulletin", period=""), name="instrument_of_results_is_told"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def sender(self) -> Sender:
        """Which of the three it is."""
        return Sender(self.kind)


class Concern(Row):
    """A task for which an instrument is sent, and why, as it stood on that day."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="concerns", verbose_name="督办文书")
    task = models.ForeignKey(Task, models.PROTECT, related_name="concerns", verbose_name="任务")
    light = models.CharField("灯", max_length=6)
    why = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "涉及任务"
        ordering = ("task__unit__path", "id")
        constraints = (models.UniqueConstraint(fields=("instrument", "task"), name="concern_once"),)

    def __str__(self) -> str:
        return str(self.task)


class Addressee(Row):
    """A unit to which an instrument goes, and whether it has answered."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "未发出"
        WAITING = "waiting", "待答复"
        ANSWERED = "answered", "已答复待审"
        CLOSED = "closed", "已销号"

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="addressees", verbose_name="督办文书")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="受文单位")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    due = models.DateField("答复期限", null=True, blank=True)
    issued = models.UUIDField("发出事实", null=True, editable=False)
    closed_on = models.DateField("销号日期", null=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "受文单位"
        base_manager_name = "unscoped"
        ordering = ("due", "id")
        indexes = (models.Index(fields=("unit", "state", "due"), name="addressee_by_unit"),)
        constraints = (
            models.UniqueConstraint(fields=("instrument", "unit"), name="addressee_once"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) | (~Q(state="closed") & Q(closed_on__isnull=True)),
                name="addressee_closed_on_a_day",
            ),
        )

    def __str__(self) -> str:
        return str(self.unit)


class Reply(Row):
    """What a unit answered, by its account or by a letter recorded for it, and what was said to it."""

    class Verdict(models.TextChoices):
        """What the sender said to it."""

        PENDING = "pending", "待审"
        ACCEPTED = "accepted", "同意销号"
        RETURNED = "returned", "退回重报"

    addressee = models.ForeignKey(Addressee, models.CASCADE, related_name="replies", verbose_name="受文单位")
    text = models.TextField("答复内容", max_length=2000)
    through = models.CharField("方式", max_length=10, choices=[(one.value, one.name) for one in Through])
    letter = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="来函扫描件")
    letter_number = models.CharField("来函文号", max_length=60, blank=True)
    letter_date = models.DateField("来函日期", null=True)
    answered_on = models.DateField("答复日期")
    by = models.UUIDField("经办人", null=True)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True)
    verdict = models.CharField("审核", max_length=10, choices=Verdict, default=Verdict.PENDING)
    said = models.CharField("审核意见", max_length=300, blank=True)
    judged_at = models.DateTimeField("审核时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "答复"
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("addressee",), condition=Q(verdict="pending"), name="reply_one_is_looked_at"
            ),
            models.CheckConstraint(
                condition=Q(through="account", letter__isnull=True) | Q(through="letter", letter__isnull=False),
                name="reply_by_letter_has_its_scan",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.text[:40]


class ReplyFile(Row):
    """A file that came with an answer (答复附件)."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="files", verbose_name="答复")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")

    class Meta:
        verbose_name = verbose_name_plural = "答复附件"
        ordering = ("made_at", "id")

    def __str__(self) -> str:
        return self.file.name
