"""An answer carries files, and a point knows by which prompts its units were asked for what is missing."""

import django.db.models.deletion
from django.db import migrations, models

import jiangtai.kernel.clock
import jiangtai.kernel.ids


class Migration(migrations.Migration):
    """The files of answers, and what they were asked for."""

    dependencies = [("kernel", "0001_initial"), ("reform", "0079_called_off")]
    operations = [
        migrations.CreateModel(
            name="ReplyFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=jiangtai.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=jiangtai.kernel.clock.now, editable=False, verbose_name="记录时间"),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="reform.reply",
                        verbose_name="答复",
                    ),
                ),
            ],
            options={"verbose_name": "答复附件", "verbose_name_plural": "答复附件", "ordering": ("made_at", "id")},
        ),
        migrations.AddField(
            model_name="point",
            name="prompts",
            field=models.ManyToManyField(
                editable=False, related_name="+", to="reform.instrument", verbose_name="工作提示"
            ),
        ),
    ]
