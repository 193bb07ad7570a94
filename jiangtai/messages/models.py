"""A message waits for one account until it is read; its words lie in the vault, under the reader's key."""

from django.db import models

from jiangtai.access import Account
from jiangtai.kernel import Row


class Message(Row):
    """Something was said to an account, in the app and perhaps by SMS."""

    class Sms(models.TextChoices):
        """What became of the SMS."""

        NONE = "none", "不发短信"
        WAITING = "waiting", "等待发送"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"
        NO_PHONE = "no_phone", "没有手机号"

    to = models.ForeignKey(Account, models.PROTECT, related_name="messages", verbose_name="收件人")
    kind = models.CharField("种类", max_length=60)
    link = models.CharField("去办理", max_length=300, blank=True)
    cause = models.UUIDField("来由", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    sms = models.CharField("短信", max_length=10, choices=Sms, default=Sms.NONE)
    sms_at = models.DateTimeField("短信时间", null=True, blank=True)
    sms_error = models.CharField("短信失败原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        constraints = (
            models.UniqueConstraint(
                fields=("cause", "to", "kind"),
                condition=models.Q(cause__isnull=False),
                name="message_once_for_a_cause",
            ),
        )
        indexes = (
            models.Index(fields=("to", "-made_at"), name="message_by_reader"),
            models.Index(fields=("to",), condition=models.Q(read_at__isnull=True), name="message_unread"),
            models.Index(fields=("sms", "-made_at"), name="message_by_sms"),
        )

    def __str__(self) -> str:
        return self.kind

    @property
    def is_unread(self) -> bool:
        """Whether its reader has not read it yet."""
        return self.read_at is None
