"""A unit's own value for a parameter, from a day on."""

from django.db import models
from django_scopes import ScopedManager

from jiangtai.kernel import AppendOnly

from .units import Unit


class ParameterValue(AppendOnly):
    """A unit set a parameter for itself and all below it; a later row for the same day replaces it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="parameter_values", verbose_name="单位")
    key = models.CharField("参数", max_length=80)
    value = models.CharField("取值", max_length=200, blank=True, help_text="空表示恢复上级取值")
    since = models.DateField("生效日期")
    reason = models.CharField("依据或原因", max_length=200)
    by = models.UUIDField("经办人")
    by_name = models.CharField("经办人姓名", max_length=60)

    objects = ScopedManager(unit="unit__path__within")

    class Meta(AppendOnly.Meta):
        verbose_name = verbose_name_plural = "单位参数取值"
        indexes = (models.Index(fields=("key", "unit", "since"), name="parameter_by_key"),)
