"""A list that stops every worker is given up, and says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """How often a batch was taken up without coming any further."""

    dependencies = [("people", "0014_lacks_counted")]
    operations = [
        migrations.AddField(
            model_name="batch",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="中断次数"),
        ),
    ]
