"""The database knows every place of a subject: who reaches any of them reads it, and nobody is let past the lock."""

from django.db import migrations

KEEPER = "current_setting('jiangtai.duty', true) = 'job'"
WITHIN = """
    current_setting('jiangtai.duty', true) IN ('business', 'link') AND path <> ''
        AND (path >= current_setting('jiangtai.low', true) AND path < current_setting('jiangtai.high', true)
            OR path = current_setting('jiangtai.served', true))
"""
HERE = f"""
    {KEEPER}
    OR ({WITHIN})
    OR (subject::text = current_setting('jiangtai.actor', true))
"""
BEFORE = """
    current_setting('jiangtai.duty', true) = 'job'
    OR (current_setting('jiangtai.duty', true) IN ('business', 'link')
        AND path >= current_setting('jiangtai.low', true) AND path < current_setting('jiangtai.high', true)
        AND path <> '')
    OR (subject::text = current_setting('jiangtai.actor', true))
"""


def anywhere(table: str) -> str:
    """Here, or at another of its places: the lock of those decides which of them is seen."""
    return f"{HERE} OR EXISTS (SELECT 1 FROM vault_place other WHERE other.subject = {table}.subject)"  # noqa: S608  ours


def policy(table: str) -> migrations.RunSQL:
    """Lock one table anew."""
    reach = anywhere(table)
    return migrations.RunSQL(
        f"ALTER POLICY reach ON {table} USING ({reach}) WITH CHECK ({reach})",
        f"ALTER POLICY reach ON {table} USING ({BEFORE}) WITH CHECK ({BEFORE})",
    )


class Migration(migrations.Migration):
    """Row-level security on places, and by places; only the keeper writes one, for it opens what it names."""

    dependencies = [("vault", "0003_place")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE vault_place ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY reach ON vault_place FOR SELECT USING ({HERE});"
            f"CREATE POLICY keeper ON vault_place USING ({KEEPER}) WITH CHECK ({KEEPER});",
            "DROP POLICY reach ON vault_place; DROP POLICY keeper ON vault_place;"
            "ALTER TABLE vault_place DISABLE ROW LEVEL SECURITY;",
        ),
        policy("vault_subjectkey"),
        policy("vault_entry"),
    ]
