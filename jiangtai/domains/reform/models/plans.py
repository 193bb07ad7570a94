"""A plan as its office issued it: its text, and what was understood of it, each part with its place in the text."""

from django.db import models
from django.db.models import Q

from jiangtai.access import Unit
from jiangtai.kernel import Row, StoredFile


class Plan(Row):
    """A plan of the reform: read, corrected and confirmed by the office that runs it; a later version replaces it."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "待确认"
        IN_FORCE = "in_force", "执行中"
        REPLACED = "replaced", "已由新版接替"
        ENDED = "ended", "已结束"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="组织单位")
    title = models.CharField("名称", max_length=200)
    number = models.CharField("发文字号", max_length=60, blank=True)
    since = models.DateField("开始执行", null=True, blank=True)
    until = models.DateField("执行到", null=True, blank=True)
    text = models.TextField("正文", editable=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="原文件")
    warnings = models.JSONField("读出的提示", default=list, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="接替的旧版"
    )
    is_public = models.BooleanField("向社会公开", default=False)
    by = models.UUIDField("经办人", null=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    ended_on = models.DateField("结束日期", null=True, editable=False)
    ended_why = models.CharField("结束依据", max_length=300, blank=True, editable=False)
    ended_by_name = models.CharField("结束经办人", max_length=60, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "方案"
        ordering = ("-made_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=models.F("since")),
                name="plan_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(confirmed_at__isnull=False), name="plan_runs_once_confirmed"
            ),
            models.CheckConstraint(
                condition=Q(state="ended") | Q(ended_on__isnull=True, ended_why="", ended_by_name=""),
                name="plan_goes_on_without_an_end",
            ),
            models.UniqueConstraint(
                fields=("replaces",), condition=~Q(state="draft"), name="plan_replaced_by_one"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Measure(Row):
    """A measure (举措) of a plan: what stands under one printed number, and who answers for it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="measures", verbose_name="方案")
    place = models.PositiveIntegerField("次序")
    number = models.PositiveIntegerField("编号")
    section = models.CharField("所在部分", max_length=200, blank=True)
    title = models.CharField("举措", max_length=200)
    first = models.PositiveIntegerField("起", editable=False)
    last = models.PositiveIntegerField("止", editable=False)
    deadline = models.DateField("完成期限", null=True, blank=True)
    is_open = models.BooleanField("责任单位未尽列", default=False)
    designated = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="领导小组指定的总牵头单位"
    )
    earlier = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="later", verbose_name="旧版中的同一举措"
    )
    answers = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="answered_by", verbose_name="对应的另一方案举措"
    )

    class Meta:
        verbose_name = verbose_name_plural = "举措"
        ordering = ("plan", "place")
        constraints = (models.UniqueConstraint(fields=("plan", "place"), name="measure_one_place"),)

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Part(Row):
    """A unit's part in a measure: it leads or supports; its name as written, and the unit that is meant."""

    class Role(models.TextChoices):
        """What it does."""

        LEAD = "lead", "牵头"
        SUPPORT = "support", "配合"

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="parts", verbose_name="举措")
    role = models.CharField("职责", max_length=10, choices=Role)
    place = models.PositiveIntegerField("次序")
    name = models.CharField("方案中的名称", max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位")
    is_collective = models.BooleanField("一类单位", default=False)
    """各街道, 各行业主管部门: no single unit is meant."""
    expected = models.CharField("配合要求", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "分工"
        ordering = ("measure", "role", "place")
        indexes = (models.Index(fields=("unit", "role"), name="part_by_unit"),)
        constraints = (models.UniqueConstraint(fields=("measure", "role", "name"), name="part_named_once"),)

    def __str__(self) -> str:
        return str(self.unit) if self.unit else self.name


class Action(Row):
    """One sentence of a measure that says what is to be done, and how strongly."""

    class Force(models.TextChoices):
        """What the sentence asks."""

        REQUIRED = "required", "要求"
        ENCOURAGED = "encouraged", "鼓励"
        EXPLORED = "explored", "探索"

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="actions", verbose_name="举措")
    place = models.PositiveIntegerField("次序")
    text = models.TextField("内容")
    first = models.PositiveIntegerField("起", editable=False)
    last = models.PositiveIntegerField("止", editable=False)
    force = models.CharField("力度", max_length=12, choices=Force, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作"
        ordering = ("measure", "place")
        constraints = (models.UniqueConstraint(fields=("measure", "place"), name="action_one_place"),)

    def __str__(self) -> str:
        return self.text


class Amount(Row):
    """A figure that a measure names: how much of what; an office may say by which indicator it is counted."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="amounts", verbose_name="举措")
    place = models.PositiveIntegerField("次序")
    text = models.CharField("原文", max_length=200)
    value = models.DecimalField("数值", max_digits=18, decimal_places=4)
    unit = models.CharField("单位", max_length=20, blank=True)
    comparator = models.CharField("比较", max_length=2, blank=True)
    first = models.PositiveIntegerField("起", editable=False)
    last = models.PositiveIntegerField("止", editable=False)
    indicator = models.CharField("对应指标", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "方案中的数"
        ordering = ("measure", "place")

    def __str__(self) -> str:
        return self.text


class UnitName(Row):
    """What plans mean by a name that was asked: one unit, a class of them, or, with neither, no unit at all."""

    name = models.CharField("方案中的名称", max_length=80, unique=True)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+", verbose_name="单位")
    is_collective = models.BooleanField("一类单位", default=False)
    by = models.UUIDField("经办人", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位别名"
        constraints = (
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | Q(is_collective=False), name="unit_name_means_one_thing"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}（{self.unit or ('一类单位' if self.is_collective else '不是单位')}）"
