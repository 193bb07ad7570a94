"""Whoever proposed a merge or a split may take the proposal back."""

from django.db import migrations, models

_PROPOSED = ("proposed", "待另一人确认")
_MERGES = (_PROPOSED, ("done", "已归并"), ("refused", "未归并"), ("withdrawn", "已撤回"), ("undone", "已撤销"))
_SPLITS = (_PROPOSED, ("done", "已拆分"), ("refused", "未拆分"), ("withdrawn", "已撤回"))


class Migration(migrations.Migration):
    dependencies = [("people", "0021_split_refusals")]

    operations = [
        migrations.AlterField(
            model_name=model,
            name="state",
            field=models.CharField(choices=choices, default="proposed", max_length=10, verbose_name="状态"),
        )
        for model, choices in (("merge", _MERGES), ("split", _SPLITS))
    ]
