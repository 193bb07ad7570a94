"""A point may be answered for by several units, and shown by facts, cases and policy papers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_link_to_a_seat"),
        ("kernel", "0001_initial"),
        ("reform", "0075_names_remembered"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="exhibit",
            name="exhibit_is_what_it_says",
        ),
        migrations.AddField(
            model_name="exhibit",
            name="case",
            field=models.UUIDField(null=True, verbose_name="办件"),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="policy",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reform.policypaper",
                verbose_name="政策文件",
            ),
        ),
        migrations.AddField(
            model_name="point",
            name="units",
            field=models.ManyToManyField(blank=True, related_name="+", to="access.unit", verbose_name="责任单位"),
        ),
        migrations.RunSQL(
            "INSERT INTO reform_point_units (point_id, unit_id)"
            " SELECT id, unit_id FROM reform_point WHERE unit_id IS NOT NULL;"
            " SET CONSTRAINTS ALL IMMEDIATE",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(
            model_name="point",
            name="unit",
        ),
        migrations.AlterField(
            model_name="exhibit",
            name="kind",
            field=models.CharField(
                choices=[
                    ("indicator", "指标"),
                    ("facts", "台账事实"),
                    ("policy", "政策文件"),
                    ("task", "任务和进展"),
                    ("meeting", "会议纪要"),
                    ("instrument", "督办文书"),
                    ("case", "办件"),
                    ("file", "文件、照片"),
                    ("paper", "纸质材料"),
                ],
                max_length=12,
                verbose_name="类别",
            ),
        ),
        migrations.AddConstraint(
            model_name="exhibit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("indicator", "facts")), models.Q(("indicator", ""), _negated=True)),
                    models.Q(("kind", "policy"), ("policy__isnull", False)),
                    models.Q(("case__isnull", False), ("kind", "case")),
                    models.Q(("kind", "task"), ("task__isnull", False)),
                    models.Q(("kind", "meeting"), ("meeting__isnull", False)),
                    models.Q(("instrument__isnull", False), ("kind", "instrument")),
                    models.Q(("file__isnull", False), ("kind", "file")),
                    models.Q(("kind", "paper"), models.Q(("kept_at", ""), _negated=True)),
                    _connector="OR",
                ),
                name="exhibit_is_what_it_says",
            ),
        ),
    ]
