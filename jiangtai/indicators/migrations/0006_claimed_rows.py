"""A claim keeps how many rows of its list speak of each case, unit and person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0005_claimed_units"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="listed",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="编号：名单上几行；数的是行数的单位也在此",
                verbose_name="上报名单上的办件和事项",
            ),
        ),
        migrations.AddField(
            model_name="claimedperson",
            name="times",
            field=models.PositiveIntegerField(default=1, verbose_name="名单上几行"),
        ),
    ]
