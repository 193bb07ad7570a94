"""Where else a subject belongs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of further places."""

    dependencies = [
        ("vault", "0002_row_level_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.UUIDField(verbose_name="主体")),
                ("path", models.CharField(db_collation="C", max_length=200, verbose_name="所在范围")),
            ],
            options={
                "verbose_name": "另一所在",
                "verbose_name_plural": "另一所在",
                "indexes": [
                    models.Index(fields=["subject", "path"], name="vault_place_of_subject"),
                    models.Index(fields=["path"], name="vault_place_by_path"),
                ],
            },
        ),
    ]
