"""A file that held the lines of two people, and what two officers made of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import jiangtai.kernel.clock
import jiangtai.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0018_left_out_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Split",
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
                    "state",
                    models.CharField(
                        choices=[("proposed", "待另一人确认"), ("done", "已拆分"), ("refused", "未拆分")],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("lines", models.JSONField(default=list, verbose_name="另一个人的来源记录")),
                ("facts", models.JSONField(default=list, verbose_name="另一个人的其他记录")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="拆分时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "other",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="新档案",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="原档案",
                    ),
                ),
            ],
            options={
                "verbose_name": "拆分",
                "verbose_name_plural": "拆分",
                "ordering": ("-made_at",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")), fields=("person",), name="split_proposed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="split_confirmed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), ("confirmed_by__isnull", False), ("other__isnull", False)),
                            models.Q(models.Q(("state", "done"), _negated=True), ("other__isnull", True)),
                            _connector="OR",
                        ),
                        name="split_done_by_two",
                    ),
                ],
            },
        ),
    ]
