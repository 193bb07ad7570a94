"""A quarter is written one way: 2026-Q4, and no longer 2026Q4."""

from django.db import migrations


class Migration(migrations.Migration):
    """The quarters of the bulletins that were drafted."""

    dependencies = [("reform", "0071_standing")]
    operations = [
        migrations.RunSQL(
            "UPDATE reform_instrument SET period = replace(period, 'Q', '-Q') WHERE period ~ '^[0-9]{4}Q[1-4]$'",
            "UPDATE reform_instrument SET period = replace(period, '-Q', 'Q')",
        ),
    ]
