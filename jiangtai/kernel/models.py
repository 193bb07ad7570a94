"""What the kernel stores: files by content, the office's own years of working days, and what failed jobs said."""

from django.db import models

from .rows import AppendOnly


class StoredFile(AppendOnly):
    """A file that was looked at and kept; its bytes lie in the home under their own hash."""

    sha256 = models.CharField("内容摘要", max_length=64, db_index=True)
    name = models.CharField("文件名", max_length=200)
    kind = models.CharField("类型", max_length=10)
    media_type = models.CharField("媒体类型", max_length=100)
    size = models.PositiveBigIntegerField("大小（字节）")
    by = models.UUIDField("上传人", null=True)

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "文件"


class CalendarYear(AppendOnly):
    """One year of the State Council's holiday notice as this office published it; the latest row of a year counts."""

    year = models.PositiveSmallIntegerField("年份", db_index=True)
    notice_number = models.CharField("通知文号", max_length=60)
    notice = models.TextField("通知原文")
    by = models.UUIDField("上传人", null=True)

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "放假安排"
        ordering = ("-year", "-made_at")


class JobFailure(AppendOnly):
    """An attempt at a job failed, and this is what it said; the queue itself keeps no words."""

    job = models.BigIntegerField("任务编号", null=True, db_index=True)
    task = models.CharField("任务", max_length=128)
    error = models.TextField("错误信息")

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "任务失败记录"
        ordering = ("-made_at",)
        indexes = (models.Index(fields=("-made_at",), name="job_failure_by_time"),)
