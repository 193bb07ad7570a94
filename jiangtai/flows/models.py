"""What runs: rounds, cases, the seats at which they wait, decisions and moves; the process itself is code."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from jiangtai.access import Account, Unit, UnitGroup
from jiangtai.kernel import AppendOnly, Row, StoredFile


class Round(Row):
    """A round (批次): a window in which cases of one flow are taken in, with quota, judges and what is asked."""

    class State(models.TextChoices):
        """Whether it takes cases."""

        DRAFT = "draft", "筹备"
        OPEN = "open", "受理中"
        CLOSED = "closed", "已结束"

    flow = models.CharField("流程", max_length=80)
    name = models.CharField("名称", max_length=80)
    host = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="主办单位")
    opens = models.DateField("开始受理")
    closes = models.DateField("截止受理")
    quota = models.PositiveIntegerField("名额")
    approval = models.CharField("批准文号", max_length=60, blank=True)
    telephone = models.CharField("咨询电话", max_length=30, blank=True)
    materials = models.JSONField("申报材料", default=list)
    terms = models.JSONField("本批次约定", default=dict)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    by = models.UUIDField("经办人", null=True)

    objects = ScopedManager(unit="host__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "批次"
        base_manager_name = "unscoped"
        ordering = ("-opens", "-id")
        constraints = (
            models.UniqueConstraint(fields=("flow", "name"), name="round_one_name"),
            models.CheckConstraint(condition=Q(closes__gte=models.F("opens")), name="round_closes_after_it_opens"),
        )

    def __str__(self) -> str:
        return self.name


class Share(Row):
    """The part of a round's quota that a unit's branch, or a group, may fill."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="shares", verbose_name="批次")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    group = models.ForeignKey(UnitGroup, models.PROTECT, null=True, related_name="+", verbose_name="产业生态圈")
    quota = models.PositiveIntegerField("名额")

    class Meta:
        verbose_name = verbose_name_plural = "名额分配"
        constraints = (
            models.UniqueConstraint(fields=("round", "unit", "group"), nulls_distinct=False, name="share_once"),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) ^ Q(group__isnull=True), name="share_of_a_unit_or_of_a_group"
            ),
        )


class Consulted(Row):
    """A unit that a round asks for its opinion."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="consulted", verbose_name="批次")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="会办部门")

    class Meta:
        verbose_name = verbose_name_plural = "会办部门"
        constraints = (models.UniqueConstraint(fields=("round", "unit"), name="consulted_once"),)


class Judge(Row):
    """A judge of a round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="judges", verbose_name="批次")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="评委")

    class Meta:
        verbose_name = verbose_name_plural = "评委"
        constraints = (models.UniqueConstraint(fields=("round", "account"), name="judge_once"),)


class Case(Row):
    """A case: one subject on its way through one version of a flow."""

    class State(models.TextChoices):
        """Whether it goes on."""

        OPEN = "open", "办理中"
        ENDED = "ended", "已办结"
        WITHDRAWN = "withdrawn", "已撤回"

    number = models.CharField("编号", max_length=24, unique=True)
    flow = models.CharField("流程", max_length=80)
    since = models.DateField("流程版本")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="cases", verbose_name="批次")
    subject = models.UUIDField("对象", db_index=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="对象所在单位")
    opened_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="发起人")
    opened_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="发起单位")
    step = models.CharField("环节", max_length=40)
    turn = models.PositiveIntegerField("轮次", default=0)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    ended_at = models.DateTimeField("办结时间", null=True)
    due = models.DateField("办理期限", null=True)
    score = models.DecimalField("得分", max_digits=7, decimal_places=3, null=True)
    place = models.PositiveIntegerField("名次", null=True)

    filling: dict[str, dict[str, Any]] = {}
    """What is being sent just now, by step: checks see it before it is kept."""
    checked: Sequence[Any] = ()
    """The conditions as they were found just now: the decision keeps them."""
    by_letter = False
    """Whether what is being sent just now came in a letter, whose scan stands behind it."""
    chosen = ""
    """The outcome that is being sent just now: a form may ask for more where somebody objects than where they agree."""

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        base_manager_name = "unscoped"
        indexes = (
            models.Index(fields=("opened_by", "-made_at"), name="case_by_opener"),
            models.Index(fields=("round", "step"), name="case_by_round_and_step"),
            models.Index(fields=("flow", "state", "step"), name="case_by_flow"),
            models.Index(fields=("id",), condition=Q(state="open"), name="case_open"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("round", "subject"), condition=~Q(state="withdrawn"), name="case_once_in_a_round"
            ),
        )

    def __str__(self) -> str:
        return self.number


class Seat(Row):
    """Someone is asked: a role at a unit, or one account, about a case at a turn; answered once."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "待办"
        DONE = "done", "已办"
        RECUSED = "recused", "回避"
        VOID = "void", "已失效"

    case = models.ForeignKey(Case, models.PROTECT, related_name="seats", verbose_name="办件")
    turn = models.PositiveIntegerField("轮次")
    step = models.CharField("环节", max_length=40)
    role = models.CharField("角色", max_length=30, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    due = models.DateField("期限", null=True)
    urged_at = models.DateTimeField("催办时间", null=True)
    done_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    done_at = models.DateTimeField("办理时间", null=True)
    why = models.CharField("回避规则", max_length=200, blank=True)
    secret = models.BinaryField("转办理由（已加密）", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "待办"
        indexes = (
            models.Index(fields=("unit", "role", "due", "id"), condition=Q(state="open"), name="seat_waiting_at_unit"),
            models.Index(fields=("account", "due", "id"), condition=Q(state="open"), name="seat_waiting_for_account"),
            models.Index(fields=("done_by", "-done_at"), condition=Q(state="done"), name="seat_done"),
            models.Index(fields=("due",), condition=Q(state="open"), name="seat_by_due"),
            models.Index(fields=("done_by", "case"), condition=Q(done_by__isnull=False), name="seat_took_part"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("case", "turn", "unit", "role", "account"), nulls_distinct=False, name="seat_once_in_a_turn"
            ),
        )


class Decision(AppendOnly):
    """What was answered at a seat; a seat is answered once."""

    seat = models.OneToOneField(Seat, models.PROTECT, related_name="decision", verbose_name="待办")
    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions", verbose_name="办件")
    turn = models.PositiveIntegerField("轮次")
    step = models.CharField("环节", max_length=40)
    outcome = models.CharField("结果", max_length=40)
    mark = models.DecimalField("评分", max_digits=6, decimal_places=2, null=True)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    by_name = models.CharField("办理人姓名", max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="办理单位")
    letter = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="来函")
    clear = models.JSONField("可统计的内容", default=dict)
    secret = models.BinaryField("意见和填报内容（已加密）", null=True)

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "办理意见"
        ordering = ("made_at", "id")


class Move(AppendOnly):
    """A case left a step for another; once in a turn."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="moves", verbose_name="办件")
    turn = models.PositiveIntegerField("轮次")
    step = models.CharField("从", max_length=40)
    to = models.CharField("到", max_length=40)
    why = models.CharField("缘由", max_length=40, blank=True)
    secret = models.BinaryField("理由（已加密）", null=True)

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "流转"
        ordering = ("turn",)
        constraints = (models.UniqueConstraint(fields=("case", "turn"), name="move_once_in_a_turn"),)


class Draft(Row):
    """What someone has filled in at a seat and not yet sent."""

    seat = models.OneToOneField(Seat, models.CASCADE, related_name="draft", verbose_name="待办")
    secret = models.BinaryField("草稿（已加密）")

    class Meta:
        verbose_name = verbose_name_plural = "草稿"


class Attachment(Row):
    """A document that belongs to a case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments", verbose_name="办件")
    step = models.CharField("环节", max_length=40)
    material = models.CharField("材料", max_length=60)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    by = models.UUIDField("上传人", null=True)
    secret = models.BinaryField("文件名（已加密）", null=True)
    removed_at = models.DateTimeField("移除时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ("made_at", "id")


class PublicNotice(Row):
    """A public notice (公示): its number, its days, and the cases it shows; names are read when it is shown."""

    number = models.CharField("公示编号", max_length=40, unique=True)
    flow = models.CharField("流程", max_length=80)
    step = models.CharField("环节", max_length=40)
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="notices", verbose_name="批次")
    place = models.CharField("范围", max_length=10, default="square")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发布单位")
    first = models.DateField("公示开始")
    last = models.DateField("公示结束")
    telephone = models.CharField("联系电话", max_length=30, blank=True)
    by = models.UUIDField("经办人", null=True)
    closed_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        ordering = ("-first", "-id")

    def __str__(self) -> str:
        return self.number


class Shown(Row):
    """A case that a notice shows."""

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="shown", verbose_name="公示")
    case = models.ForeignKey(Case, models.PROTECT, related_name="shown", verbose_name="办件")
    result = models.CharField("结果", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示对象"
        constraints = (models.UniqueConstraint(fields=("notice", "case"), name="shown_once"),)


class Objection(Row):
    """Someone objected to a case under notice; while it stands, that case waits."""

    shown = models.ForeignKey(Shown, models.PROTECT, related_name="objections", verbose_name="公示对象")
    secret = models.BinaryField("异议人和内容（已加密）")
    upheld = models.BooleanField("是否成立", null=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answer_secret = models.BinaryField("答复（已加密）", null=True)
    receipt = models.CharField("受理编号", max_length=20, unique=True, null=True, editable=False)
    """By which, with the telephone, whoever raised it asks what became of it; it tells nothing about anybody."""

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ("made_at",)


class StockOpinion(Row):
    """A sentence that someone keeps at hand (常用语)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", verbose_name="账号")
    text = models.CharField("常用语", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "常用语"
        constraints = (models.UniqueConstraint(fields=("account", "text"), name="stock_opinion_once"),)
