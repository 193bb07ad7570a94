"""Words by which a subject is found, behind the same lock as its places."""

import importlib

from django.db import migrations, models

_before = importlib.import_module("jiangtai.vault.migrations.0004_every_place")


class Migration(migrations.Migration):
    """Read within reach, by the path of the mark itself; only the keeper writes one."""

    dependencies = [("vault", "0004_every_place")]
    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.UUIDField(db_index=True, verbose_name="主体")),
                ("path", models.CharField(db_collation="C", max_length=200, verbose_name="所在范围")),
                ("blind", models.BinaryField(verbose_name="盲索引")),
            ],
            options={
                "verbose_name": "检索标记",
                "verbose_name_plural": "检索标记",
                "indexes": [models.Index(fields=["blind", "path", "subject"], name="vault_mark_by_word")],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE vault_mark ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY reach ON vault_mark FOR SELECT USING ({_before.HERE});"
            f"CREATE POLICY keeper ON vault_mark USING ({_before.KEEPER}) WITH CHECK ({_before.KEEPER});",
            migrations.RunSQL.noop,
        ),
    ]
