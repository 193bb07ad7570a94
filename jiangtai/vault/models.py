"""What the vault stores; row-level security stands behind every table of it (see the migrations)."""

from django.db import models

from jiangtai.kernel import AppendOnly, Row, clock


class SubjectKey(models.Model):
    """The key of one subject, wrapped by the installation's key; destroyed, and the subject is unreadable."""

    subject = models.UUIDField("主体", primary_key=True)
    path = models.CharField("所在范围", max_length=200, db_collation="C", default="", blank=True, db_index=True)
    wrapped = models.BinaryField("密钥（已加密）")
    made_at = models.DateTimeField("记录时间", default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "主体密钥"


class Place(models.Model):
    """Where else a subject belongs, beside the path of its key: a second employer, the union, whatever there is."""

    subject = models.UUIDField("主体")
    path = models.CharField("所在范围", max_length=200, db_collation="C")

    class Meta:
        verbose_name = verbose_name_plural = "另一所在"
        indexes = (
            models.Index(fields=("subject", "path"), name="vault_place_of_subject"),
            models.Index(fields=("path",), name="vault_place_by_path"),
        )


class Mark(models.Model):
    """One of the words by which a subject is found at one of its places: a keyed fingerprint, never read back."""

    subject = models.UUIDField("主体", db_index=True)
    path = models.CharField("所在范围", max_length=200, db_collation="C")
    blind = models.BinaryField("盲索引")

    class Meta:
        verbose_name = verbose_name_plural = "检索标记"
        indexes = (models.Index(fields=("blind", "path", "subject"), name="vault_mark_by_word"),)


class Entry(Row):
    """One encrypted value of a subject, with a keyed index where it must be found again."""

    subject = models.UUIDField("主体")
    field = models.CharField("字段", max_length=60)
    path = models.CharField("所在范围", max_length=200, db_collation="C", default="", blank=True, db_index=True)
    ciphertext = models.BinaryField("密文")
    blind = models.BinaryField("盲索引", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "保险箱条目"
        constraints = (
            models.UniqueConstraint(fields=("subject", "field"), name="vault_one_value_per_field"),
            models.UniqueConstraint(
                fields=("field", "blind"), condition=models.Q(field="account.phone"), name="vault_one_account_per_phone"
            ),
        )
        indexes = (models.Index(fields=("field", "blind"), name="vault_by_blind"),)


class Erasure(AppendOnly):
    """A subject was erased; the list outlives the data, and a restore replays it."""

    subject = models.UUIDField("主体", unique=True)
    reason = models.CharField("原因", max_length=200)
    by = models.UUIDField("经办人", null=True)

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "擦除记录"
