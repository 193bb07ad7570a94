"""Places: the units about which a desk may ask, its own and those below, as the lake knows them; and where a figure of
one of them opens.
"""

from urllib.parse import urlencode

from django.urls import reverse
from ibis import _

from jiangtai.lake import LINEAGE, UNITS, Lake

from .computing import Scope

_MOST = 200


def near(lake: Lake, unit: int) -> list[Scope]:
    """A unit, and those right below it by name."""
    is_near = (_.unit == unit) | (_.parent == unit)
    rows = UNITS.rows.filter(is_near, _.state == "active").mutate(is_below=_.unit != unit)
    found = lake.answer(rows.order_by("is_below", "name").limit(_MOST)).to_pylist()
    return [Scope(row["unit"], row["id"], row["name"], row["code"]) for row in found]


def within(lake: Lake, unit: int, wanted: str) -> Scope | None:
    """The unit of this id, if it is the one given or stands below it."""
    for row in lake.matching(UNITS, "id", [wanted]):
        if any(above["ancestor"] == unit for above in lake.matching(LINEAGE, "unit", [row["unit"]])):
            return Scope(row["unit"], row["id"], row["name"], row["code"])
    return None


def figure_url(key: str, **asked: object) -> str:
    """The page of a figure; `unit` by its id, `period`, `as_of` and `by`, where they are said, else as the reader's own
    desk has it."""
    said = {name: str(value) for name, value in asked.items() if value}
    return reverse("figures.show", args=[key]) + (f"?{urlencode(said)}" if said else "")
