"""A plan that was ended says when, why and by whom."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Its end, beside its state."""

    dependencies = [("reform", "0080_replies_carry_files")]
    operations = [
        migrations.AddField(
            model_name="plan",
            name="ended_on",
            field=models.DateField(editable=False, null=True, verbose_name="结束日期"),
        ),
        migrations.AddField(
            model_name="plan",
            name="ended_why",
            field=models.CharField(blank=True, default="", editable=False, max_length=300, verbose_name="结束依据"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="plan",
            name="ended_by_name",
            field=models.CharField(blank=True, default="", editable=False, max_length=60, verbose_name="结束经办人"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=Q(state="ended") | Q(ended_on__isnull=True, ended_why="", ended_by_name=""),
                name="plan_goes_on_without_an_end",
            ),
        ),
    ]
