"""How somebody works for an employer may be unknown; earlier rows stay as they are, for nobody can know."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0025_sheets_not_read")]

    operations = [
        migrations.AlterField(
            model_name="employment",
            name="form",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "未填"),
                    ("contract", "劳动合同"),
                    ("dispatched", "劳务派遣"),
                    ("platform", "新就业形态"),
                    ("part_time", "非全日制"),
                ],
                max_length=12,
                verbose_name="用工形式",
            ),
        )
    ]
