"""Whom a whole list no longer holds, and which list said so."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_link_to_a_seat"),
        ("kernel", "0001_initial"),
        ("people", "0017_certificates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="batch",
            name="batch_file_once",
        ),
        migrations.AddField(
            model_name="record",
            name="held_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.batch",
                verbose_name="最近一份写有此行的报送",
            ),
        ),
        migrations.AddField(
            model_name="record",
            name="left_out_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.batch",
                verbose_name="不再写有此行的报送",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("left_out_by__isnull", False)), fields=["left_out_by"], name="record_left_out"
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("refused", "dropped")), _negated=True),
                fields=("source", "unit", "digest", "as_of"),
                name="batch_file_once",
            ),
        ),
    ]
