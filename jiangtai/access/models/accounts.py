"""Accounts, what is granted to them, and the links that open one thing once."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django_scopes import ScopedManager

from jiangtai.access.roles import Duty, roles_by_duty
from jiangtai.kernel import Row

from .units import Unit

HELD = Q(revoked_at__isnull=True)
OPEN = Q(used_at__isnull=True, revoked_at__isnull=True)


class Accounts(BaseUserManager["Account"]):
    """Every account, whoever asks: sign-in must find an account before there is any scope."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Sign-in names do not tell upper from lower case."""
        return self.get(username=(username or "").strip().lower())


class Account(AbstractBaseUser, Row):
    """Someone who signs in: an officer by password and second factor, a worker by phone."""

    username = models.CharField("登录名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=60, blank=True)
    pinyin = models.CharField("拼音", max_length=200, db_collation="C", blank=True, editable=False)
    duty = models.CharField("职责类别", max_length=10, choices=Duty, default=Duty.BUSINESS)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name="所在单位"
    )
    is_active = models.BooleanField("启用", default=True)
    disabled_reason = models.CharField("停用原因", max_length=200, blank=True)

    USERNAME_FIELD = "username"
    objects = Accounts()
    within_reach = ScopedManager(unit="unit__path__within")

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        constraints = (
            models.UniqueConstraint(fields=("id", "duty"), name="account_duty"),
            models.CheckConstraint(
                condition=Q(duty=Duty.WORKER, unit__isnull=True) | (~Q(duty=Duty.WORKER) & Q(unit__isnull=False)),
                name="account_office_has_unit",
            ),
        )

    def __str__(self) -> str:
        return self.name or "职工"

    @property
    def is_worker(self) -> bool:
        """Whether this is a worker's own account."""
        return self.duty == Duty.WORKER

    @property
    def is_activated(self) -> bool:
        """Whether its holder has set a password yet."""
        return self.has_usable_password()


class Grant(Row):
    """An account holds a role at a unit, from when someone else granted it until someone else took it back."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="grants", verbose_name="账号")
    duty = models.CharField("职责类别", max_length=10, choices=Duty, editable=False)
    role = models.CharField("角色", max_length=30)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="grants", verbose_name="授权单位")
    granted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name="授权人")
    reason = models.CharField("授权依据", max_length=200)
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)
    revoked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name="收回人")
    revoked_reason = models.CharField("收回原因", max_length=200, blank=True)

    HELD: ClassVar = HELD
    objects = ScopedManager(unit="unit__path__within")

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        constraints = (
            models.UniqueConstraint(fields=("account", "role", "unit"), condition=HELD, name="grant_once"),
            # Three powers apart: a role belongs to one duty, and an account has one duty (see the migration's
            # composite key), so no account can ever hold two of the three, or one of them beside business.
            models.CheckConstraint(
                condition=Q(
                    *(Q(duty=duty, role__in=roles) for duty, roles in roles_by_duty().items()), _connector="OR"
                ),
                name="grant_role_fits_duty",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("account")), name="grant_not_by_oneself"
            ),
            models.CheckConstraint(
                condition=Q(revoked_by__isnull=True) | ~Q(revoked_by=F("account")), name="grant_not_revoked_by_oneself"
            ),
        )


class Link(Row):
    """A link that opens one thing, once, until a moment; only its digest is kept."""

    class Purpose(models.TextChoices):
        """What the link opens."""

        ACTIVATE = "activate", "启用账号"
        INQUIRY = "inquiry", "填报"
        SEAT = "seat", "办件"
        SUPPLY = "supply", "方案补充"

    purpose = models.CharField("用途", max_length=10, choices=Purpose)
    target = models.UUIDField("对象")
    digest = models.CharField("摘要", max_length=64, unique=True)
    expires_at = models.DateTimeField("失效时间")
    used_at = models.DateTimeField("使用时间", null=True)
    revoked_at = models.DateTimeField("作废时间", null=True)
    by = models.UUIDField("生成人", null=True)

    OPEN: ClassVar = OPEN

    class Meta:
        verbose_name = verbose_name_plural = "一次性链接"
        indexes = (models.Index(fields=("purpose", "target"), name="link_by_target"),)
        constraints = (
            models.UniqueConstraint(
                fields=("purpose", "target"),
                condition=OPEN,
                name="link_one_that_opens",
            ),
        )
