"""Who is counted by spells is counted without those who left the register: a few, found by an index of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index over who is registered no more."""

    dependencies = [("people", "0023_front_line_unknown")]
    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("state", "registered"), _negated=True), fields=["id"], name="person_gone"
            ),
        ),
    ]
