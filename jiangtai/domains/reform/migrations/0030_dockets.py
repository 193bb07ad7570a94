# Written by makemigrations, 2026-11-22
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import jiangtai.kernel.clock
import jiangtai.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_link_to_a_seat"),
        ("kernel", "0001_initial"),
        ("reform", "0022_assessments"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cohort",
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
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("indicators", models.JSONField(default=list, verbose_name="看成效的指标")),
            ],
            options={
                "verbose_name": "培育期",
                "verbose_name_plural": "培育期",
                "ordering": ("-year", "title"),
            },
        ),
        migrations.CreateModel(
            name="Docket",
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
                ("place", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("title", models.CharField(max_length=60, verbose_name="清单名称")),
                ("about", models.CharField(blank=True, max_length=300, verbose_name="填什么")),
                (
                    "every",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "不定期确认"),
                            ("month", "每月"),
                            ("quarter", "每季度"),
                            ("half", "每半年"),
                            ("year", "每年"),
                        ],
                        default="quarter",
                        max_length=8,
                        verbose_name="确认周期",
                    ),
                ),
            ],
            options={
                "verbose_name": "清单",
                "verbose_name_plural": "清单",
                "ordering": ("set", "place"),
                "base_manager_name": "unscoped",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CohortFirm",
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
                ("joined_on", models.DateField(verbose_name="入选日期")),
                ("left_on", models.DateField(editable=False, null=True, verbose_name="离开日期")),
                ("graduated", models.BooleanField(default=False, editable=False, verbose_name="已出师")),
                ("joined", models.UUIDField(editable=False, verbose_name="入选事实")),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="firms",
                        to="reform.cohort",
                        verbose_name="培育期",
                    ),
                ),
                (
                    "helper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.unit",
                        verbose_name="结对单位",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.unit",
                        verbose_name="企业",
                    ),
                ),
            ],
            options={
                "verbose_name": "培育企业",
                "verbose_name_plural": "培育企业",
                "ordering": ("cohort", "item", "unit"),
                "base_manager_name": "unscoped",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Assistance",
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
                ("on", models.DateField(verbose_name="日期")),
                ("title", models.CharField(max_length=300, verbose_name="做了什么")),
                ("people", models.PositiveIntegerField(blank=True, null=True, verbose_name="惠及人数")),
                ("by_name", models.CharField(blank=True, editable=False, max_length=60, verbose_name="记录人姓名")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.unit",
                        verbose_name="帮扶单位",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assistance",
                        to="reform.cohortfirm",
                        verbose_name="培育企业",
                    ),
                ),
            ],
            options={
                "verbose_name": "帮扶记录",
                "verbose_name_plural": "帮扶记录",
                "ordering": ("-on", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
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
                ("period", models.CharField(max_length=8, verbose_name="确认期")),
                ("last", models.DateField(verbose_name="期末")),
                ("on", models.DateField(verbose_name="确认日期")),
                ("by_name", models.CharField(blank=True, editable=False, max_length=60, verbose_name="确认人姓名")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.unit",
                        verbose_name="填报单位",
                    ),
                ),
                (
                    "docket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="reform.docket",
                        verbose_name="清单",
                    ),
                ),
            ],
            options={
                "verbose_name": "清单确认",
                "verbose_name_plural": "清单确认",
                "ordering": ("-last",),
            },
        ),
        migrations.CreateModel(
            name="DocketColumn",
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
                ("place", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("title", models.CharField(max_length=30, verbose_name="栏目")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "文字"),
                            ("date", "日期"),
                            ("number", "数量"),
                            ("unit", "单位"),
                            ("task", "方案任务"),
                            ("indicator", "指标"),
                            ("file", "文件"),
                        ],
                        default="text",
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("measure_word", models.CharField(blank=True, max_length=10, verbose_name="计量单位")),
                ("is_required", models.BooleanField(default=False, verbose_name="必填")),
                ("ended_on", models.DateField(editable=False, null=True, verbose_name="停用日期")),
                (
                    "docket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="columns",
                        to="reform.docket",
                        verbose_name="清单",
                    ),
                ),
            ],
            options={
                "verbose_name": "清单栏目",
                "verbose_name_plural": "清单栏目",
                "ordering": ("docket", "place"),
            },
        ),
        migrations.CreateModel(
            name="DocketEntry",
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
                ("title", models.CharField(max_length=300, verbose_name="事项")),
                ("due", models.DateField(blank=True, null=True, verbose_name="完成期限")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="完成日期")),
                ("values", models.JSONField(default=dict, verbose_name="各栏内容")),
                ("by_name", models.CharField(blank=True, editable=False, max_length=60, verbose_name="填报人姓名")),
                (
                    "docket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="reform.docket",
                        verbose_name="清单",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="reform.task",
                        verbose_name="方案任务",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.unit",
                        verbose_name="填报单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "清单条目",
                "verbose_name_plural": "清单条目",
                "ordering": ("docket", "unit", "id"),
                "base_manager_name": "unscoped",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="DocketSet",
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
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                ("about", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草稿"), ("in_use", "在用"), ("ended", "已结束")],
                        default="draft",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("begun_on", models.DateField(editable=False, null=True, verbose_name="启用日期")),
                ("ended_on", models.DateField(editable=False, null=True, verbose_name="结束日期")),
                ("by_name", models.CharField(blank=True, editable=False, max_length=60, verbose_name="经办人姓名")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.unit",
                        verbose_name="主办单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "清单组",
                "verbose_name_plural": "清单组",
                "ordering": ("-made_at",),
                "base_manager_name": "unscoped",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="docket",
            name="set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="dockets",
                to="reform.docketset",
                verbose_name="清单组",
            ),
        ),
        migrations.CreateModel(
            name="Keeper",
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
                ("since", models.DateField(verbose_name="列入日期")),
                ("urged_on", models.DateField(editable=False, null=True, verbose_name="上次催办")),
                (
                    "docket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keepers",
                        to="reform.docket",
                        verbose_name="清单",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.unit",
                        verbose_name="填报单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "清单填报单位",
                "verbose_name_plural": "清单填报单位",
                "ordering": ("docket", "unit"),
                "base_manager_name": "unscoped",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Programme",
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
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                ("about", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草稿"), ("in_use", "在用"), ("ended", "已结束")],
                        default="draft",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("is_public", models.BooleanField(default=False, verbose_name="对外公开")),
                ("begun_on", models.DateField(editable=False, null=True, verbose_name="启用日期")),
                ("ended_on", models.DateField(editable=False, null=True, verbose_name="结束日期")),
                ("by_name", models.CharField(blank=True, editable=False, max_length=60, verbose_name="经办人姓名")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.unit",
                        verbose_name="主办单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "工作体系",
                "verbose_name_plural": "工作体系",
                "ordering": ("-made_at",),
                "base_manager_name": "unscoped",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="cohort",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cohorts",
                to="reform.programme",
                verbose_name="工作体系",
            ),
        ),
        migrations.CreateModel(
            name="ProgrammeItem",
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
                ("place", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("level", models.PositiveSmallIntegerField(default=1, verbose_name="层级")),
                ("title", models.CharField(max_length=60, verbose_name="条目")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="reform.programmeitem",
                        verbose_name="上级条目",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="reform.programme",
                        verbose_name="工作体系",
                    ),
                ),
            ],
            options={
                "verbose_name": "体系条目",
                "verbose_name_plural": "体系条目",
                "ordering": ("programme", "place"),
            },
        ),
        migrations.CreateModel(
            name="Hanging",
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
                ("indicator", models.CharField(blank=True, max_length=80, verbose_name="指标")),
                (
                    "measure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hangings",
                        to="reform.measure",
                        verbose_name="举措",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hangings",
                        to="reform.task",
                        verbose_name="任务",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hangings",
                        to="reform.programmeitem",
                        verbose_name="体系条目",
                    ),
                ),
            ],
            options={
                "verbose_name": "体系挂接",
                "verbose_name_plural": "体系挂接",
                "ordering": ("item", "id"),
            },
        ),
        migrations.AddField(
            model_name="cohortfirm",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="firms",
                to="reform.programmeitem",
                verbose_name="体系条目",
            ),
        ),
        migrations.CreateModel(
            name="Proof",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("file", "文件、照片"),
                            ("task", "方案任务"),
                            ("case", "办件"),
                            ("indicator", "指标"),
                            ("paper", "纸质材料"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("label", models.CharField(max_length=120, verbose_name="名称")),
                ("reference", models.CharField(blank=True, max_length=120, verbose_name="编号或存放处")),
                (
                    "assistance",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="reform.assistance",
                        verbose_name="帮扶记录",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="reform.docketentry",
                        verbose_name="清单条目",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reform.task",
                        verbose_name="任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "印证",
                "verbose_name_plural": "印证",
                "ordering": ("id",),
            },
        ),
        migrations.AddConstraint(
            model_name="assistance",
            constraint=models.UniqueConstraint(fields=("firm", "on", "title"), name="assistance_once"),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(fields=("docket", "unit", "period"), name="confirmed_once_a_period"),
        ),
        migrations.AddConstraint(
            model_name="docketcolumn",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)),
                fields=("docket", "title"),
                name="docket_column_one_of_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="docketcolumn",
            constraint=models.UniqueConstraint(fields=("docket", "place"), name="docket_column_one_place"),
        ),
        migrations.AddConstraint(
            model_name="docketcolumn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "number"), models.Q(("measure_word", ""), _negated=True)),
                    models.Q(models.Q(("kind", "number"), _negated=True), ("measure_word", "")),
                    _connector="OR",
                ),
                name="docket_column_numbers_have_a_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="docketcolumn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("measure_word__contains", "%"), _negated=True),
                    models.Q(("measure_word__contains", "百分"), _negated=True),
                ),
                name="docket_column_no_percentages",
            ),
        ),
        migrations.AddIndex(
            model_name="docketentry",
            index=models.Index(fields=["docket", "unit"], name="entry_by_keeper"),
        ),
        migrations.AddIndex(
            model_name="docketentry",
            index=models.Index(
                condition=models.Q(("done_on__isnull", True)), fields=["docket", "due"], name="entry_open_by_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="docketentry",
            constraint=models.UniqueConstraint(fields=("docket", "unit", "title"), name="entry_once"),
        ),
        migrations.AddConstraint(
            model_name="docketentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="entry_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="docketset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=("unit", "title"),
                name="docket_set_one_of_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="docketset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("begun_on__isnull", True), ("ended_on__isnull", True), ("state", "draft")),
                    models.Q(("begun_on__isnull", False), ("ended_on__isnull", True), ("state", "in_use")),
                    models.Q(("begun_on__isnull", False), ("ended_on__gte", models.F("begun_on")), ("state", "ended")),
                    _connector="OR",
                ),
                name="docket_set_begun_and_ended_on_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="docket",
            constraint=models.UniqueConstraint(fields=("set", "title"), name="docket_one_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="docket",
            constraint=models.UniqueConstraint(fields=("set", "place"), name="docket_one_place"),
        ),
        migrations.AddConstraint(
            model_name="keeper",
            constraint=models.UniqueConstraint(fields=("docket", "unit"), name="keeper_once"),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=("unit", "title"),
                name="programme_one_of_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("begun_on__isnull", True), ("ended_on__isnull", True), ("is_public", False), ("state", "draft")
                    ),
                    models.Q(("begun_on__isnull", False), ("ended_on__isnull", True), ("state", "in_use")),
                    models.Q(("begun_on__isnull", False), ("ended_on__gte", models.F("begun_on")), ("state", "ended")),
                    _connector="OR",
                ),
                name="programme_begun_and_ended_on_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="cohort",
            constraint=models.UniqueConstraint(fields=("programme", "title"), name="cohort_one_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="programmeitem",
            constraint=models.UniqueConstraint(fields=("programme", "title"), name="programme_item_one_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="programmeitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", 1), ("parent__isnull", True)),
                    models.Q(("level__in", (2, 3)), ("parent__isnull", False)),
                    _connector="OR",
                ),
                name="programme_item_at_its_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="hanging",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("indicator", ""), ("measure__isnull", True), ("task__isnull", False)),
                    models.Q(("indicator", ""), ("measure__isnull", False), ("task__isnull", True)),
                    models.Q(
                        ("measure__isnull", True), ("task__isnull", True), models.Q(("indicator", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="hanging_is_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="hanging",
            constraint=models.UniqueConstraint(fields=("item", "task"), name="hanging_task_once"),
        ),
        migrations.AddConstraint(
            model_name="hanging",
            constraint=models.UniqueConstraint(fields=("item", "measure"), name="hanging_measure_once"),
        ),
        migrations.AddConstraint(
            model_name="hanging",
            constraint=models.UniqueConstraint(
                condition=models.Q(("indicator", ""), _negated=True),
                fields=("item", "indicator"),
                name="hanging_indicator_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="cohortfirm",
            constraint=models.UniqueConstraint(fields=("cohort", "unit"), name="firm_once_in_a_cohort"),
        ),
        migrations.AddConstraint(
            model_name="cohortfirm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("graduated", False), ("left_on__isnull", True)),
                    ("left_on__gte", models.F("joined_on")),
                    _connector="OR",
                ),
                name="firm_leaves_after_it_joined",
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("assistance__isnull", True), ("entry__isnull", False)),
                    models.Q(("assistance__isnull", False), ("entry__isnull", True)),
                    _connector="OR",
                ),
                name="proof_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("file__isnull", False), ("kind", "file"), ("task__isnull", True)),
                    models.Q(("file__isnull", True), ("kind", "task"), ("task__isnull", False)),
                    models.Q(
                        ("file__isnull", True),
                        ("kind__in", ("case", "indicator", "paper")),
                        ("task__isnull", True),
                        models.Q(("reference", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="proof_is_what_it_says",
            ),
        ),
    ]
