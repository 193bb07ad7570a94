"""The second lock: the database shows a row of the vault only to who acts within reach of it."""

from django.db import migrations

REACH = """
    current_setting('jiangtai.duty', true) = 'job'
    OR (current_setting('jiangtai.duty', true) IN ('business', 'link')
        AND path >= current_setting('jiangtai.low', true) AND path < current_setting('jiangtai.high', true)
        AND path <> '')
    OR (subject::text = current_setting('jiangtai.actor', true))
"""


def policy(table: str) -> migrations.RunSQL:
    """Lock one table."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY reach ON {table} USING ({REACH}) WITH CHECK ({REACH});",
        f"DROP POLICY reach ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


class Migration(migrations.Migration):
    """Row-level security on keys and entries."""

    dependencies = [("vault", "0001_initial")]
    operations = [policy("vault_subjectkey"), policy("vault_entry")]
