"""Organisation units in two trees, their past, and the groups that run across both."""

from typing import ClassVar

from django.db import models
from django_scopes import ScopedManager

from jiangtai.access.fields import PathField, Reach
from jiangtai.kernel import AppendOnly, Row

NOW = models.Q(until__isnull=True)


class Unit(Row):
    """An organisation: a district, a department, a street, a park, a firm, a school, a union organisation."""

    class Tree(models.TextChoices):
        """Which order of things a unit stands in."""

        ADMINISTRATIVE = "administrative", "行政"
        UNION = "union", "工会"

    class Kind(models.TextChoices):
        """What sort of organisation a unit is."""

        PROVINCE = "province", "省（区、市）"
        CITY = "city", "市"
        DISTRICT = "district", "区（县）"
        LEADING_GROUP = "leading_group", "领导小组"
        GROUP_OFFICE = "group_office", "领导小组办公室"
        DEPARTMENT = "department", "部门"
        STREET = "street", "街道（乡镇）"
        PARK = "park", "功能区"
        ENTERPRISE = "enterprise", "企业"
        SCHOOL = "school", "院校"
        EVALUATION_BODY = "evaluation_body", "评价机构"
        UNION_FEDERATION = "union_federation", "总工会"
        INDUSTRY_UNION = "industry_union", "产业（行业）工会"
        BASIC_UNION = "basic_union", "基层工会"

    class State(models.TextChoices):
        """Whether a unit still is."""

        ACTIVE = "active", "在用"
        MERGED = "merged", "已并入"
        CLOSED = "closed", "已撤销"

    number = models.BigIntegerField("序号", unique=True, editable=False)
    tree = models.CharField("组织树", max_length=20, choices=Tree)
    kind = models.CharField("类别", max_length=20, choices=Kind)
    rank = models.PositiveSmallIntegerField("排序", default=0, editable=False)
    name = models.CharField("全称", max_length=120)
    short_name = models.CharField("简称", max_length=60, blank=True)
    pinyin = models.CharField("拼音", max_length=400, db_collation="C", editable=False)
    initials = models.CharField("拼音首字母", max_length=120, db_collation="C", editable=False)
    code = models.CharField("代码", max_length=18, blank=True, help_text="统一社会信用代码或行政区划代码")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级单位"
    )
    path = PathField("所在路径", editable=False)
    serves = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="unions", verbose_name="对应的行政单位"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.ACTIVE)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name="并入单位"
    )
    address = models.CharField("地址", max_length=200, blank=True)
    telephone = models.CharField("公开电话", max_length=30, blank=True)

    objects = ScopedManager(unit="path__within")

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=("path",), name="unit_one_place"),
            models.UniqueConstraint(
                fields=("code", "tree"),
                condition=models.Q(state="active") & ~models.Q(code=""),
                name="unit_one_code",
            ),
            models.UniqueConstraint(
                fields=("parent", "name"), condition=models.Q(state="active"), name="unit_one_name_under_parent"
            ),
            models.CheckConstraint(
                condition=models.Q(state="merged", merged_into__isnull=False)
                | (~models.Q(state="merged") & models.Q(merged_into__isnull=True)),
                name="unit_merged_into_something",
            ),
        )
        indexes = (
            models.Index(fields=("parent", "state", "rank", "number"), name="unit_children"),
            models.Index(fields=("pinyin",), name="unit_by_pinyin"),
            models.Index(fields=("initials",), name="unit_by_initials"),
            models.Index(fields=("code",), name="unit_by_code"),
        )

    unscoped = models.Manager()

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def reach(self) -> Reach:
        """The unit and all that stands under it."""
        return Reach.below(self.path)

    @property
    def is_active(self) -> bool:
        """Whether the unit still acts."""
        return self.state == self.State.ACTIVE


class UnitVersion(AppendOnly):
    """How a unit was called and where it stood from a day on; every change adds one."""

    class Change(models.TextChoices):
        """What happened to the unit."""

        CREATED = "created", "设立"
        EDITED = "edited", "变更信息"
        RENAMED = "renamed", "更名"
        MOVED = "moved", "调整隶属"
        MERGED = "merged", "并入"
        ABSORBED = "absorbed", "接收并入"
        CLOSED = "closed", "撤销"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="versions", verbose_name="单位")
    change = models.CharField("变化", max_length=10, choices=Change)
    since = models.DateField("生效日期")
    name = models.CharField("全称", max_length=120)
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="上级单位")
    code = models.CharField("代码", max_length=18, blank=True)
    reason = models.CharField("依据或原因", max_length=200, blank=True)
    by = models.UUIDField("经办人", null=True)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True)

    objects = ScopedManager(unit="unit__path__within")

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "单位沿革"
        ordering = ("-since", "-id")


class UnitGroup(Row):
    """A group across both trees, such as an industrial ecosystem (产业生态圈)."""

    name = models.CharField("名称", max_length=80, unique=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "产业生态圈"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class GroupMember(Row):
    """A unit belongs to a group from a day on, until it left."""

    group = models.ForeignKey(UnitGroup, models.CASCADE, related_name="members", verbose_name="产业生态圈")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="groups", verbose_name="单位")
    since = models.DateField("加入日期")
    until = models.DateField("退出日期", null=True, blank=True)

    NOW: ClassVar = NOW
    objects = ScopedManager(unit="unit__path__within")

    class Meta:
        verbose_name = verbose_name_plural = "生态圈成员"
        constraints = (models.UniqueConstraint(fields=("group", "unit"), condition=NOW, name="group_member_once"),)
