"""Whether somebody works at the front line may be unknown; earlier rows stay as they are, for nobody can know."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0022_withdrawn_proposals")]

    operations = [
        migrations.AlterField(
            model_name="employment",
            name="is_production",
            field=models.BooleanField(null=True, verbose_name="一线职工"),
        )
    ]
