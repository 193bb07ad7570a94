"""What was issued and what was taken back; neither is ever changed. Who holds it lies in the vault."""

from django.db import models
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.kernel import AppendOnly, Row


class CredentialSeries(Row):
    """The numbers given out under one prefix in one year; its name is also that of its status list."""

    name = models.CharField("系列", max_length=8, unique=True)
    last = models.PositiveIntegerField("最后一号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "证书号段"
        ordering = ("name",)


class Credential(AppendOnly):
    """An honour, a completed course, a result: issued once for one cause, under a number of its own."""

    kind = models.CharField("种类", max_length=40)
    number = models.CharField("证书编号", max_length=24, unique=True)
    series = models.ForeignKey(CredentialSeries, models.PROTECT, related_name="credentials", verbose_name="证书号段")
    serial = models.PositiveIntegerField("序号")
    subject = models.UUIDField("持有人", db_index=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="credentials", verbose_name="持有人所在单位")
    title = models.CharField("名称", max_length=120)
    issuer = models.CharField("落款", max_length=120)
    issued_on = models.DateField("签发日期")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    claims = models.JSONField("其他内容", default=dict, blank=True)
    cause = models.UUIDField("来由", null=True, blank=True)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "证书"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=("series", "serial"), name="credential_one_place"),
            models.UniqueConstraint(
                fields=("kind", "cause"), condition=models.Q(cause__isnull=False), name="credential_once_for_a_cause"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("issued_on")),
                name="credential_valid_after_issue",
            ),
        )
        indexes = (models.Index(fields=("unit", "-issued_on"), name="credential_by_unit"),)

    def __str__(self) -> str:
        return self.number

    @property
    def index(self) -> int:
        """Its bit in the status list of its series."""
        return self.serial - 1


class Revocation(AppendOnly):
    """A credential was taken back; the category and the day are public, the words are the office's own."""

    class Reason(models.TextChoices):
        """Why, as far as everyone may know."""

        CORRECTED = "corrected", "内容有误，另行签发"
        WITHDRAWN = "withdrawn", "荣誉或资格被撤销"
        MISTAKEN = "mistaken", "误发"
        REQUESTED = "requested", "持有人申请"
        OTHER = "other", "其他"

    credential = models.OneToOneField(Credential, models.PROTECT, related_name="revocation", verbose_name="证书")
    reason = models.CharField("原因类别", max_length=10, choices=Reason)
    note = models.CharField("说明", max_length=200, blank=True)
    on = models.DateField("撤销日期")
    by = models.UUIDField("经办人", null=True)
    by_name = models.CharField("经办人姓名", max_length=60, blank=True)

    objects = ScopedManager(unit="credential__unit__path__within")
    unscoped = models.Manager()

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "证书撤销"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
