"""Cases are numbered one after another, whoever opens them."""

from django.db import migrations


class Migration(migrations.Migration):
    """The sequence behind the numbers."""

    dependencies = [("flows", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE flows_case_number;", "DROP SEQUENCE flows_case_number;"),
    ]
