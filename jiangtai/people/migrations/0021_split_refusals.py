"""Why the second of two did not agree to a split, beside why the first proposed it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0020_one_load_at_a_time")]

    operations = [
        migrations.AddField(
            model_name="split",
            name="refusal",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="不拆分的原因"),
            preserve_default=False,
        )
    ]
