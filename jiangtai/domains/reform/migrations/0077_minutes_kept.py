"""The minutes of a meeting stay as they were made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The text, and how its figures are counted."""

    dependencies = [("reform", "0076_points_shown")]
    operations = [
        migrations.AddField(
            model_name="meeting",
            name="body",
            field=models.TextField(blank=True, editable=False, verbose_name="纪要正文"),
        ),
        migrations.AddField(
            model_name="meeting",
            name="notes",
            field=models.JSONField(default=list, editable=False, verbose_name="数据口径"),
        ),
    ]
