"""The policy library: the papers by which the reform is carried out, how they stand to one another, their reviews."""

from django.db import models
from django.db.models import F, Q
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.kernel import Row, StoredFile

from .plans import Measure


class PolicyPaper(Row):
    """A policy paper (政策文件): who issued it under which number, its days, its text, and what it gives to whom."""

    class Kind(models.TextChoices):
        """What it is called by."""

        LAW = "law", "法律法规"
        OPINIONS = "opinions", "意见"
        MEASURES = "measures", "办法"
        NOTICE = "notice", "通知"
        SCHEME = "scheme", "方案"
        PLAN = "plan", "规划"
        RULES = "rules", "细则"
        REPLY = "reply", "批复"
        OTHER = "other", "其他"

    class Level(models.TextChoices):
        """On which level it was issued."""

        STATE = "state", "国家"
        PROVINCE = "province", "省级"
        CITY = "city", "市级"
        DISTRICT = "district", "区县级"
        UNIT = "unit", "单位"

    class Ending(models.TextChoices):
        """How it ended before its time."""

        SUPERSEDED = "superseded", "被替代"
        REPEALED = "repealed", "废止"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="建库单位")
    title = models.CharField("标题", max_length=200)
    number = models.CharField("发文字号", max_length=60, blank=True)
    issuer = models.CharField("发文机关", max_length=200)
    kind = models.CharField("文种", max_length=12, choices=Kind)
    level = models.CharField("级别", max_length=10, choices=Level)
    issued_on = models.DateField("印发日期")
    since = models.DateField("施行日期")
    until = models.DateField("有效期至", null=True, blank=True)
    text = models.TextField("全文", blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    for_whom = models.CharField("为谁", max_length=300, blank=True)
    gives = models.CharField("给什么", max_length=600, blank=True)
    how = models.CharField("怎么办", max_length=600, blank=True)
    is_public = models.BooleanField("向社会公开", default=False)
    owner = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位")
    review_on = models.DateField("评估日期", null=True, blank=True)
    told_on = models.DateField("提醒过的评估日期", null=True, editable=False)
    indicators = models.JSONField("衡量指标", default=list, blank=True)
    measures = models.ManyToManyField(Measure, related_name="papers", blank=True, verbose_name="落实的举措")
    ended_on = models.DateField("终止日期", null=True, editable=False)
    ended_how = models.CharField("终止方式", max_length=12, choices=Ending, blank=True, editable=False)
    ended_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="ends", verbose_name="终止它的文件")
    ended_why = models.CharField("终止说明", max_length=200, blank=True, editable=False)
    issued = models.UUIDField("印发事实", null=True, editable=False)
    held = models.UUIDField("施行事实", null=True, editable=False)
    ending = models.UUIDField("终止事实", null=True, editable=False)
    awaited = models.UUIDField("到期评估事实", null=True, editable=False)
    awaited_on = models.DateField("到期评估事实的日期", null=True, editable=False)
    by = models.UUIDField("经办人", null=True, editable=False)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True, editable=False)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策文件"
        base_manager_name = "unscoped"
        ordering = ("-issued_on", "-made_at")
        indexes = (models.Index(fields=("review_on",), name="paper_by_review"),)
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "issuer", "number"), condition=~Q(number=""), name="paper_number_once_of_an_issuer"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="paper_until_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_how="") | (Q(ended_on__isnull=False) & ~Q(ended_how="")),
                name="paper_ended_on_a_day_in_a_way",
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | ~Q(for_whom="") & ~Q(gives="") & ~Q(how=""),
                name="paper_public_with_a_plain_summary",
            ),
        )

    def __str__(self) -> str:
        return f"《{self.title}》"


class PaperTie(Row):
    """How a policy paper stands to another: it rests on it (依据) or changes a part of it (修改)."""

    class Kind(models.TextChoices):
        """What the one does with the other."""

        BASIS = "basis", "依据"
        AMENDS = "amends", "修改"

    paper = models.ForeignKey(PolicyPaper, models.CASCADE, related_name="ties", verbose_name="文件")
    other = models.ForeignKey(PolicyPaper, models.PROTECT, related_name="tied", verbose_name="另一文件")
    kind = models.CharField("关系", max_length=8, choices=Kind)
    words = models.CharField("涉及条款", max_length=200, blank=True)
    fact = models.UUIDField("事实", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "文件关系"
        ordering = ("kind", "made_at")
        constraints = (
            models.UniqueConstraint(fields=("paper", "other", "kind"), name="paper_tie_once"),
            models.CheckConstraint(condition=~Q(paper=F("other")), name="paper_tie_to_another"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.other}"


class PaperReview(Row):
    """What a review of a policy paper (政策评估) came to, with the uptake as it was computed on that day."""

    class Outcome(models.TextChoices):
        """What becomes of the paper."""

        KEPT = "kept", "继续执行"
        REVISE = "to_revise", "修订"
        REPEAL = "to_repeal", "废止"

    paper = models.ForeignKey(PolicyPaper, models.CASCADE, related_name="reviews", verbose_name="政策文件")
    case = models.UUIDField("办件", unique=True, editable=False)
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="责任单位")
    outcome = models.CharField("评估结论", max_length=10, choices=Outcome)
    effect = models.TextField("实施效果", max_length=2000)
    problem = models.TextField("存在问题", max_length=2000, blank=True)
    advice = models.TextField("意见建议", max_length=2000, blank=True)
    opinion = models.CharField("核对意见", max_length=400, blank=True)
    uptake = models.JSONField("落实数据", default=dict)
    due = models.DateField("评估日期", null=True)
    done_on = models.DateField("评估完成日期")

    class Meta:
        verbose_name = verbose_name_plural = "政策评估"
        ordering = ("-done_on", "-made_at")

    def __str__(self) -> str:
        return f"{self.paper}评估"
