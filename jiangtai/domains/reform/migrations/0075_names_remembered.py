"""What plans mean by a name: a class of units and no unit are remembered, too."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_link_to_a_seat"),
        ("reform", "0074_draws_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="unitname",
            name="is_collective",
            field=models.BooleanField(default=False, verbose_name="一类单位"),
        ),
        migrations.AlterField(
            model_name="unitname",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="access.unit",
                verbose_name="单位",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitname",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit__isnull", True), ("is_collective", False), _connector="OR"),
                name="unit_name_means_one_thing",
            ),
        ),
    ]
