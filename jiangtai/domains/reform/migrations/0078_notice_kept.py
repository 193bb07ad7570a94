"""The notice of a meeting stays as it was sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """What it said."""

    dependencies = [("reform", "0077_minutes_kept")]
    operations = [
        migrations.AddField(
            model_name="meeting",
            name="notice",
            field=models.JSONField(default=dict, editable=False, verbose_name="会议通知"),
        ),
    ]
