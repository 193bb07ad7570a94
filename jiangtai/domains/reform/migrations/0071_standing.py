"""A point names its proof; a task keeps what its light needs of its points and reports, held by the database."""

import django.db.models.deletion
from django.db import migrations, models

KEPT = """
CREATE FUNCTION reform_note_points() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE reform_task AS t SET (point_due, point_title) = (
        SELECT (array_agg(m.due ORDER BY m.due, m.id))[1], coalesce((array_agg(m.title ORDER BY m.due, m.id))[1], '')
        FROM reform_milestone AS m WHERE m.task_id = t.id AND m.reached_on IS NULL
    ) WHERE t.id IN (OLD.task_id, NEW.task_id);
    RETURN NULL;
END $$;
CREATE TRIGGER notes_points AFTER INSERT OR UPDATE OR DELETE ON reform_milestone
    FOR EACH ROW EXECUTE FUNCTION reform_note_points();
CREATE FUNCTION reform_note_reports() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE reform_task AS t SET says = coalesce((
        SELECT r.says FROM reform_report AS r WHERE r.task_id = t.id ORDER BY r.accepted_on DESC, r.id DESC LIMIT 1
    ), '') WHERE t.id IN (OLD.task_id, NEW.task_id);
    RETURN NULL;
END $$;
CREATE TRIGGER notes_reports AFTER INSERT OR UPDATE OR DELETE ON reform_report
    FOR EACH ROW EXECUTE FUNCTION reform_note_reports();
UPDATE reform_task AS t SET point_due = m.due, point_title = m.title FROM (
    SELECT DISTINCT ON (task_id) task_id, due, title FROM reform_milestone WHERE reached_on IS NULL
    ORDER BY task_id, due, id
) AS m WHERE m.task_id = t.id;
UPDATE reform_task AS t SET says = r.says FROM (
    SELECT DISTINCT ON (task_id) task_id, says FROM reform_report ORDER BY task_id, accepted_on DESC, id DESC
) AS r WHERE r.task_id = t.id;
"""
NOT_KEPT = """
DROP TRIGGER notes_points ON reform_milestone;
DROP FUNCTION reform_note_points();
DROP TRIGGER notes_reports ON reform_report;
DROP FUNCTION reform_note_reports();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reform", "0070_supplies"),
    ]

    operations = [
        migrations.AddField(
            model_name="milestone",
            name="proof",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proves",
                to="reform.evidence",
                verbose_name="佐证材料",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="point_due",
            field=models.DateField(editable=False, null=True, verbose_name="下一节点期限"),
        ),
        migrations.AddField(
            model_name="task",
            name="point_title",
            field=models.CharField(blank=True, editable=False, max_length=120, verbose_name="下一节点"),
        ),
        migrations.AddField(
            model_name="task",
            name="says",
            field=models.CharField(blank=True, editable=False, max_length=10, verbose_name="上期报告"),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.AddIndex(
            model_name="milestone",
            index=models.Index(
                fields=["due", "id"], condition=models.Q(("reached_on__isnull", True)), name="milestone_by_due"
            ),
        ),
        migrations.AddIndex(model_name="task", index=models.Index(fields=["due", "id"], name="task_by_due")),
        migrations.AddIndex(model_name="task", index=models.Index(fields=["year"], name="task_by_year")),
    ]
