"""Two small indexes, by which what is over is counted without reading a case."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Who took part in which case, and which cases go on."""

    dependencies = [("flows", "0005_no_answer_in_clear")]
    operations = [
        migrations.AddIndex(
            "case", models.Index(fields=("id",), condition=models.Q(("state", "open")), name="case_open")
        ),
        migrations.AddIndex(
            "seat",
            models.Index(
                fields=("done_by", "case"), condition=models.Q(("done_by__isnull", False)), name="seat_took_part"
            ),
        ),
    ]
