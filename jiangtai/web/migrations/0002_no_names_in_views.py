"""Views saved before searched names were left out lose what was searched for: it may be a name, in clear."""

from typing import Any

from django.db import migrations
from django.http import QueryDict

SEARCHED = "q"


def forget(apps: Any, schema_editor: Any) -> None:
    """All but the search stays as it was saved."""
    views = apps.get_model("web", "SavedView").objects.using(schema_editor.connection.alias)
    for view in views.filter(query__contains=f"{SEARCHED}="):
        query = QueryDict(view.query, mutable=True)
        if query.pop(SEARCHED, None) is not None:
            view.query = query.urlencode()
            view.save(update_fields=["query"])


class Migration(migrations.Migration):
    """What was searched for cannot come back."""

    dependencies = [("web", "0001_initial")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
