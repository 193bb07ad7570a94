"""Results of an assessment are told by a bulletin of their own, and an assessment can be ended."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_link_to_a_seat"),
        ("flows", "0007_objection_receipts"),
        ("kernel", "0001_initial"),
        ("reform", "0072_quarters"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="scheme",
            name="scheme_open_in_a_round",
        ),
        migrations.AddField(
            model_name="instrument",
            name="scheme",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bulletin",
                to="reform.scheme",
                verbose_name="考核办法",
            ),
        ),
        migrations.AddField(
            model_name="scheme",
            name="closed_by_name",
            field=models.CharField(blank=True, editable=False, max_length=60, verbose_name="结束经办人"),
        ),
        migrations.AddField(
            model_name="scheme",
            name="closed_on",
            field=models.DateField(editable=False, null=True, verbose_name="结束日期"),
        ),
        migrations.AddField(
            model_name="scheme",
            name="closed_why",
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name="结束说明"),
        ),
        migrations.AlterField(
            model_name="scheme",
            name="state",
            field=models.CharField(
                choices=[("draft", "拟定中"), ("open", "考核中"), ("closed", "已结束")],
                default="draft",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="instrument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scheme__isnull", True), models.Q(("kind", "bulletin"), ("period", "")), _connector="OR"
                ),
                name="instrument_of_results_is_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("round__isnull", True), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("round__isnull", False)),
                    _connector="OR",
                ),
                name="scheme_open_in_a_round",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_on__isnull", False), ("state", "closed")),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_on__isnull", True)),
                    _connector="OR",
                ),
                name="scheme_closed_on_a_day",
            ),
        ),
    ]
