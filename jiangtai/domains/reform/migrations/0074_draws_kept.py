"""A draw that is given up stays to be seen; a batch of pilots that is called for has a last day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_link_to_a_seat"),
        ("reform", "0073_results_told"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="inspection",
            name="inspection_issued_on_a_day",
        ),
        migrations.RemoveConstraint(
            model_name="pilotbatch",
            name="pilot_batch_closes_after_it_opens",
        ),
        migrations.AddField(
            model_name="inspection",
            name="drawn_by_name",
            field=models.CharField(blank=True, editable=False, max_length=60, verbose_name="抽取人"),
        ),
        migrations.AddField(
            model_name="inspection",
            name="dropped_on",
            field=models.DateField(editable=False, null=True, verbose_name="放弃日期"),
        ),
        migrations.AddField(
            model_name="inspection",
            name="dropped_why",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="放弃理由"),
        ),
        migrations.AlterField(
            model_name="inspection",
            name="state",
            field=models.CharField(
                choices=[("draft", "筹备中"), ("running", "检查中"), ("closed", "已结束"), ("dropped", "已放弃")],
                default="draft",
                max_length=8,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("issued_on__isnull", True), ("state__in", ("draft", "dropped"))),
                    models.Q(
                        models.Q(("state__in", ("draft", "dropped")), _negated=True), ("issued_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="inspection_issued_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("dropped_on__isnull", False),
                        ("state", "dropped"),
                        models.Q(("seed", ""), _negated=True),
                        models.Q(("dropped_why", ""), _negated=True),
                    ),
                    models.Q(models.Q(("state", "dropped"), _negated=True), ("dropped_on__isnull", True)),
                    _connector="OR",
                ),
                name="inspection_dropped_with_its_draw",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_listed", True),
                    models.Q(("closes__gte", models.F("opens")), ("closes__isnull", False), ("opens__isnull", False)),
                    _connector="OR",
                ),
                name="pilot_batch_closes_after_it_opens",
            ),
        ),
    ]
