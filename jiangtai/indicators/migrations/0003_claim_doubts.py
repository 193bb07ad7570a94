from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0002_claims"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="doubts",
            field=models.JSONField(
                blank=True, default=list, help_text="[行号, 为什么]；不写是谁", verbose_name="没有认出的行"
            ),
        ),
    ]
