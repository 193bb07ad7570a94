"""Sentences about lines that were written before they ceased to say what the line says."""

from django.db import migrations

_PLAIN = """
    UPDATE people_fault SET words = '这一格有误，请核对' || CASE WHEN is_fatal THEN '' ELSE '；这一栏没有导入' END
     WHERE field IN ('birth', 'sex', 'since', 'left', 'joined')
        OR (field IN ('id_number', 'phone', 'employer_code') AND words ~ '是 [0-9]{4}|（[0-9]')
"""


class Migration(migrations.Migration):
    """Those that quote a day, a sex or a number say only that the cell is wrong."""

    dependencies = [("people", "0015_batch_tries")]
    operations = [migrations.RunSQL(_PLAIN, migrations.RunSQL.noop)]
