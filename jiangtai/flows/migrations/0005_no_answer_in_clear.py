"""The old place of answers is gone."""

from django.db import migrations


class Migration(migrations.Migration):
    """Answers lie encrypted."""

    dependencies = [("flows", "0004_words_moved")]
    operations = [migrations.RemoveField("objection", "answer")]
