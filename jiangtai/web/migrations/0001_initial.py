"""Saved views."""

from django.db import migrations, models

import jiangtai.kernel.ids


class Migration(migrations.Migration):
    """The room's only table."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=jiangtai.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account_id", models.UUIDField()),
                ("page", models.CharField(max_length=100)),
                ("name", models.CharField(max_length=20)),
                ("query", models.CharField(blank=True, max_length=1000)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_id", "page", "name"), name="web_savedview_once_by_name"
                    )
                ],
            },
        ),
    ]
