"""What an office asks of a unit, how the unit answered, and the liaison officers it named."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from jiangtai.kernel import Row, StoredFile

from .units import NOW, Unit

OPEN = Q(answered_at__isnull=True, cancelled_at__isnull=True)


class Inquiry(Row):
    """A unit is asked for one thing once: by account, by a link without account, or by letter recorded for it."""

    class Source(models.TextChoices):
        """The way an answer came."""

        ACCOUNT = "account", "账号填报"
        LINK = "link", "链接填报"
        LETTER = "letter", "来函代录"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="inquiries", verbose_name="填报单位")
    topic = models.CharField("填报事项", max_length=40)
    note = models.CharField("填报说明", max_length=300, blank=True)
    due = models.DateField("填报期限")
    asked_by = models.UUIDField("发起人")
    asked_by_name = models.CharField("发起人姓名", max_length=60)
    cancelled_at = models.DateTimeField("撤回时间", null=True)
    answered_at = models.DateTimeField("填报时间", null=True)
    answered_by = models.UUIDField("填报人", null=True)
    answer = models.JSONField("填报内容", default=dict)
    source = models.CharField("填报方式", max_length=10, choices=Source, blank=True)
    letter = models.ForeignKey(StoredFile, models.PROTECT, null=True, verbose_name="来函扫描件")
    letter_number = models.CharField("来函文号", max_length=60, blank=True)
    letter_date = models.DateField("来函日期", null=True)

    OPEN: ClassVar = OPEN
    objects = ScopedManager(unit="unit__path__within")

    class Meta:
        verbose_name = verbose_name_plural = "填报事项"
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "topic"),
                condition=OPEN,
                name="inquiry_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(source="letter", letter__isnull=False) | (~Q(source="letter") & Q(letter__isnull=True)),
                name="inquiry_letter_attached",
            ),
        )

    @property
    def is_open(self) -> bool:
        """Whether the unit is still asked."""
        return self.answered_at is None and self.cancelled_at is None


class Liaison(Row):
    """A liaison officer (联络员) that a unit named; the phone lies in the vault under this row's id."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="liaisons", verbose_name="单位")
    name = models.CharField("姓名", max_length=60)
    position = models.CharField("职务", max_length=60, blank=True)
    since = models.DateField("起始日期")
    until = models.DateField("结束日期", null=True, blank=True)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, null=True, verbose_name="来自填报")

    NOW: ClassVar = NOW
    objects = ScopedManager(unit="unit__path__within")

    class Meta:
        verbose_name = verbose_name_plural = "联络员"
        constraints = (models.UniqueConstraint(fields=("unit",), condition=NOW, name="liaison_one_at_a_time"),)
