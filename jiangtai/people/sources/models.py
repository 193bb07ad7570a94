"""What was handed in, what each list now says of a person, and which persons may be one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from jiangtai.access import Account, Unit
from jiangtai.kernel import Row, StoredFile


class Batch(Row):
    """One file that somebody handed in for a source, on its way into the register."""

    class State(models.TextChoices):
        """How far it has come."""

        CHECKING = "checking", "预检中"
        MAPPING = "mapping", "待确认栏目"
        CHECKED = "checked", "待导入"
        LOADING = "loading", "导入中"
        DONE = "done", "已导入"
        REFUSED = "refused", "未收下"
        DROPPED = "dropped", "已放弃"

    source = models.CharField("来源", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="报送单位")
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name="上传人")
    as_of = models.DateField("数据截止日")
    is_whole = models.BooleanField("全量名册", default=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.CHECKING)
    why = models.CharField("说明", max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    file_name = models.CharField("文件名", max_length=200)
    kind = models.CharField("文件类型", max_length=5)
    digest = models.BinaryField("内容指纹")
    headings = models.JSONField("表头", default=list)
    fields = models.JSONField("栏目对应", default=list)
    header = models.PositiveIntegerField("表头行数", default=0)
    unread = models.JSONField("没有读的工作表", default=list)
    lines = models.PositiveIntegerField("数据行", default=0)
    seen = models.PositiveIntegerField("已处理", default=0)
    good = models.PositiveIntegerField("可导入", default=0)
    failed = models.PositiveIntegerField("有误", default=0)
    repeated = models.PositiveIntegerField("重复", default=0)
    known = models.PositiveIntegerField("已在册", null=True)
    """Of the good lines those whose number the register has from anywhere."""
    hinted = models.PositiveIntegerField("有提示", default=0)
    persons = models.PositiveIntegerField("新增人员", default=0)
    changed = models.PositiveIntegerField("更新", default=0)
    doubts = models.PositiveIntegerField("疑似同人", default=0)
    ended = models.PositiveIntegerField("不再在册", default=0)
    checked_at = models.DateTimeField("预检完成", null=True)
    done_at = models.DateTimeField("导入完成", null=True)
    is_compared = models.BooleanField("已比对说法", default=False)
    tries = models.PositiveSmallIntegerField("中断次数", default=0)
    """How often a worker took it up and has not come any further since."""

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()
    TAKEN: ClassVar = Q(state="done") | Q(state="refused", persons__gt=0) | Q(state="refused", changed__gt=0)
    """Something of it is in the register: all, or the first parts of what stopped every worker."""

    class Meta:
        verbose_name = verbose_name_plural = "报送"
        ordering = ("-made_at",)
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(
                fields=("source", "unit", "digest", "as_of"),
                condition=~Q(state__in=("refused", "dropped")),
                name="batch_file_once",
            ),
            models.UniqueConstraint(
                fields=("source", "unit"), condition=Q(state="loading"), name="batch_loading_one_by_one"
            ),
        )
        indexes = (models.Index(fields=("source", "-made_at"), name="batch_by_source"),)

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        """Whether a job works on it."""
        return self.state in (self.State.CHECKING, self.State.LOADING)

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return min(100, self.seen * 100 // self.lines) if self.lines else 0


class Fault(models.Model):
    """What is wrong with one line of a batch; never the value itself."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="faults", verbose_name="报送")
    line = models.PositiveIntegerField("行")
    field = models.CharField("栏目", max_length=20, blank=True)
    words = models.CharField("问题", max_length=300)
    is_fatal = models.BooleanField("未导入", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题行"
        ordering = ("line", "id")
        indexes = (models.Index(fields=("batch", "line"), name="fault_of_batch"),)


class ColumnMap(Row):
    """What the columns of a file with these headings hold, as somebody confirmed it."""

    source = models.CharField("来源", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="报送单位")
    signature = models.CharField("表头指纹", max_length=32)
    fields = models.JSONField("栏目对应")

    class Meta:
        verbose_name = verbose_name_plural = "栏目对应"
        constraints = (models.UniqueConstraint(fields=("source", "unit", "signature"), name="column_map_once"),)


class Record(models.Model):
    """What a source said of a person from a day on, encrypted under the person's key; the last one holds now."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField("来源", max_length=40)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="records", verbose_name="人员")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", verbose_name="报送")
    line = models.PositiveIntegerField("行")
    key = models.BinaryField("行标识")
    digest = models.BinaryField("内容指纹")
    secret = models.BinaryField("内容（已加密）", null=True)
    since = models.DateField("数据截止日")
    confirmed = models.DateField("最近确认")
    until = models.DateField("被替换或不再在册", null=True)
    held_by = models.ForeignKey(
        Batch, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="最近一份写有此行的报送"
    )
    left_out_by = models.ForeignKey(
        Batch, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="不再写有此行的报送"
    )

    NOW: ClassVar = Q(until__isnull=True)

    class Meta:
        verbose_name = verbose_name_plural = "来源记录"
        constraints = (
            models.UniqueConstraint(fields=("source", "key"), condition=Q(until__isnull=True), name="record_one_now"),
        )
        indexes = (
            models.Index(fields=("person", "source"), name="record_of_person"),
            models.Index(fields=("batch",), name="record_of_batch"),
            models.Index(fields=("left_out_by",), condition=Q(left_out_by__isnull=False), name="record_left_out"),
        )


class Certificate(Row):
    """A certificate of skill that stands in the ledger: whose it is, and the fingerprint of its number."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="certificates", verbose_name="人员")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="报送单位")
    mark = models.BinaryField("证书编号指纹", unique=True)
    fact = models.UUIDField("账本事实", unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "技能等级证书"


class Doubt(Row):
    """Two persons whom the lists nearly show to be one; somebody has to look."""

    class State(models.TextChoices):
        """What was found."""

        OPEN = "open", "待核对"
        APART = "apart", "不是同一人"
        SAME = "same", "是同一人"

    one = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="新登记的")
    other = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name="原有的")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+", verbose_name="报送")
    odds = models.FloatField("把握")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name="核对人")
    decided_at = models.DateTimeField("核对时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "疑似同人"
        constraints = (models.UniqueConstraint(fields=("one", "other"), name="doubt_once"),)

    @property
    def percent(self) -> int:
        """How sure the lists alone make it, as users read it: what a person is to decide is never certain."""
        return min(round(self.odds * 100), 99)


class Dispute(models.Model):
    """A list says otherwise of a detail than the register has: which, of whom, and never what."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="disputes", verbose_name="人员")
    source = models.CharField("来源", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="报送单位")
    field = models.CharField("信息", max_length=20)

    class Meta:
        verbose_name = verbose_name_plural = "不同说法"
        constraints = (models.UniqueConstraint(fields=("person", "source", "unit", "field"), name="dispute_once"),)
        indexes = (models.Index(fields=("source", "unit", "person"), name="dispute_of_list"),)


class Check(Row):
    """What an owner that hands no list over was asked about one person, and answered: yes, no, or nothing.

    It overwrites no value. What is sent, name and number, is read only when it is sent; of a certificate the number
    stands here under the person's key.
    """

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", "待发出"
        SENT = "sent", "待答复"
        ANSWERED = "answered", "已答复"

    class Answer(models.TextChoices):
        """What the owner said."""

        YES = "yes", "是"
        NO = "no", "否"
        NONE = "none", "未答复"

    question = models.CharField("事项", max_length=40)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="checks", verbose_name="人员")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="用人单位")
    month = models.DateField("月份", null=True)
    secret = models.BinaryField("证书编号（已加密）", null=True)
    mark = models.BinaryField("内容指纹")
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    sent_on = models.DateField("发出日期", null=True)
    answer = models.CharField("答复", max_length=4, choices=Answer, blank=True)
    said_by = models.CharField("答复单位", max_length=60, blank=True)
    said_on = models.DateField("答复日期", null=True)

    OPEN: ClassVar = Q(state__in=("waiting", "sent"))

    class Meta:
        verbose_name = verbose_name_plural = "核验"
        constraints = (
            models.UniqueConstraint(
                fields=("person", "mark"), condition=Q(state__in=("waiting", "sent")), name="check_asked_once"
            ),
            models.CheckConstraint(
                condition=(Q(state="answered", said_on__isnull=False) & ~Q(answer=""))
                | (~Q(state="answered") & Q(answer="", said_on__isnull=True)),
                name="check_answered_on_a_day",
            ),
        )
        indexes = (
            models.Index(fields=("person", "-made_at"), name="check_of_person"),
            models.Index(fields=("question", "id"), condition=Q(state="waiting"), name="check_waiting"),
            models.Index(fields=("sent_on",), condition=Q(state="sent"), name="check_sent"),
        )
