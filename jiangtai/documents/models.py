"""Templates that offices uploaded; nothing is replaced, the latest word of a unit counts."""

from django.db import models
from django_scopes import ScopedManager

from jiangtai.access import Unit
from jiangtai.kernel import AppendOnly, StoredFile, clock


class TemplateVersion(AppendOnly):
    """A unit's template of one kind from a moment on; without a file the unit goes by the template above again."""

    kind = models.CharField("文种", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="templates", verbose_name="单位")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, verbose_name="模板文件")
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.UUIDField("上传人", null=True)
    by_name = models.CharField("上传人姓名", max_length=60, blank=True)

    objects = ScopedManager(unit="unit__path__within")
    unscoped = models.Manager()

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "文书模板"
        base_manager_name = "unscoped"
        default_manager_name = "objects"
        ordering = ("-made_at", "-id")
        indexes = (models.Index(fields=("kind", "unit", "-made_at"), name="template_by_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {clock.day_of(self.made_at)}"
