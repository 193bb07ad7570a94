"""How tasks show on which items of programmes they hang, and on which dockets they stand: for the pages of tasks."""

from typing import Any

from django.urls import reverse

from jiangtai.web import Choice, Section, Value

from ..models import DocketEntry, Task
from ..queries import dockets
from ..queries import programmes as queries

HUNG = Choice("工作体系", "item", choices=lambda page: queries.item_choices(page.acting), match=queries.of_item)
"""Narrows tasks to those that hang on an item, or below it."""


def hung(task: Task, acting: Any) -> list[Section]:
    """The items a task hangs on and the dockets it stands on; nothing where there are none."""
    values = [
        Value(
            str(one.item.programme),
            f"{one.item.parent} · {one.item}" if one.item.parent else str(one.item),
            url=reverse("items.show", args=[one.item_id]) if acting.may("programmes.view") else "",
        )
        for one in queries.hung_on(task)
    ]
    rows = dockets.entries_seen(acting) if acting.may("dockets.view") else DocketEntry.unscoped.none()
    values += [
        Value(f"{one.docket.set}·{one.docket}", one.title, url=reverse("entries.show", args=[one.pk]))
        for one in rows.filter(task=task).select_related("docket__set")[:20]
    ]
    return [Section("体系和清单", values)] if values else []
