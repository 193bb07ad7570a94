"""Who answers for an employer is proposed by the firm and confirmed by an authority."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A responsible person counts once an authority has confirmed it."""

    dependencies = [
        ("access", "0004_audit_nodes"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="responsible",
            name="responsible_once",
        ),
        migrations.RemoveConstraint(
            model_name="responsible",
            name="responsible_one_legal",
        ),
        migrations.AddField(
            model_name="responsible",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="确认人",
            ),
        ),
        migrations.AddField(
            model_name="responsible",
            name="confirmed_on",
            field=models.DateField(blank=True, null=True, verbose_name="确认日期"),
        ),
        migrations.AddField(
            model_name="responsible",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="确认结束的人",
            ),
        ),
        migrations.AddField(
            model_name="responsible",
            name="leaving",
            field=models.DateField(blank=True, null=True, verbose_name="拟结束日期"),
        ),
        migrations.AddField(
            model_name="responsible",
            name="leaving_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="提出结束的人",
            ),
        ),
        migrations.AddField(
            model_name="responsible",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="responsible",
            name="state",
            field=models.CharField(
                choices=[("proposed", "待确认"), ("confirmed", "已确认"), ("refused", "未予确认")],
                default="proposed",
                max_length=10,
                verbose_name="确认",
            ),
        ),
        # Whoever was entered before anybody had to confirm was in force, and stays so.
        migrations.RunSQL(
            "UPDATE people_responsible SET state = 'confirmed', confirmed_on = since",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="responsible",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True), models.Q(("state", "refused"), _negated=True)),
                fields=("unit", "person", "role"),
                name="responsible_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsible",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True), ("role", "legal_representative"), ("state", "confirmed")),
                fields=("unit",),
                name="responsible_one_legal",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsible",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_on__isnull", False), ("state", "confirmed")),
                    models.Q(
                        models.Q(("state", "confirmed"), _negated=True),
                        ("confirmed_on__isnull", True),
                        ("leaving__isnull", True),
                        ("until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="responsible_counts_once_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsible",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed_by__isnull", True),
                    ("confirmed_by__isnull", True),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="responsible_confirmed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsible",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("leaving_by__isnull", True),
                    ("ended_by__isnull", True),
                    models.Q(("ended_by", models.F("leaving_by")), _negated=True),
                    _connector="OR",
                ),
                name="responsible_ended_by_another",
            ),
        ),
    ]
