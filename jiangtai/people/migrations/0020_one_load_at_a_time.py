"""Two lists of one source and unit come in one after the other."""

from django.db import migrations, models

_LATER = (
    "UPDATE people_batch b SET state = 'checked' WHERE state = 'loading' AND EXISTS (SELECT FROM people_batch o"
    " WHERE o.state = 'loading' AND o.source = b.source AND o.unit_id = b.unit_id AND o.id < b.id)"
)
"""Of two that were on their way in at once the later waits to be taken over again; what it brought stays."""


class Migration(migrations.Migration):
    dependencies = [("people", "0019_splits")]

    operations = [
        migrations.RunSQL(_LATER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "loading")),
                fields=("source", "unit"),
                name="batch_loading_one_by_one",
            ),
        ),
    ]
