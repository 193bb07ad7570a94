"""Whoever works, or is a member, at a second place has that place in the vault too."""

from django.db import migrations

FILL = """
    INSERT INTO vault_place (subject, path)
    SELECT DISTINCT spell.person_id, unit.path
    FROM (SELECT person_id, unit_id FROM people_employment WHERE until IS NULL
          UNION SELECT person_id, unit_id FROM people_unionmembership WHERE until IS NULL) spell
    JOIN access_unit unit ON unit.id = spell.unit_id
    JOIN vault_subjectkey key ON key.subject = spell.person_id
    WHERE unit.path <> key.path
"""


class Migration(migrations.Migration):
    """Written once from the spells that last; from then on each spell writes its own."""

    dependencies = [("people", "0002_responsibles_confirmed"), ("vault", "0004_every_place")]
    operations = [migrations.RunSQL(FILL, "DELETE FROM vault_place")]
