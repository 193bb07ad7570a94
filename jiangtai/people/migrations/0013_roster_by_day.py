"""The roster opens by the day of entry without sorting everybody, and is counted from the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index over who is registered."""

    dependencies = [("people", "0012_disputes")]
    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("state", "registered")), fields=["-made_at", "id"], name="person_on_the_roster"
            ),
        ),
    ]
