from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_link_to_a_seat"),
        ("indicators", "0004_exports_and_publications"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="units",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="access.unit", verbose_name="上报名单上的单位"
            ),
        ),
    ]
