"""A meeting that was called can be called off."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """When, and why."""

    dependencies = [("reform", "0078_notice_kept")]
    operations = [
        migrations.AlterField(
            model_name="meeting",
            name="state",
            field=models.CharField(
                choices=[("draft", "筹备中"), ("called", "已通知"), ("held", "已召开"), ("off", "已取消")],
                default="draft",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="off_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="取消时间"),
        ),
        migrations.AddField(
            model_name="meeting",
            name="off_why",
            field=models.CharField(blank=True, default="", editable=False, max_length=200, verbose_name="取消原因"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=Q(state="off", off_at__isnull=False) & ~Q(off_why="")
                | ~Q(state="off") & Q(off_at__isnull=True, off_why=""),
                name="meeting_off_for_a_reason",
            ),
        ),
    ]
