"""A link may lead to what a plan lacks, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_link_to_a_seat"),
    ]

    operations = [
        migrations.AlterField(
            model_name="link",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("activate", "启用账号"),
                    ("inquiry", "填报"),
                    ("seat", "办件"),
                    ("supply", "方案补充"),
                ],
                max_length=10,
                verbose_name="用途",
            ),
        ),
    ]
