"""The months of a figure: a chart over its table, taken away as a picture or a sheet, the same on whatever page."""

from collections.abc import Sequence
from typing import Any

from jiangtai.web import Column

from ..comparing import Change
from ..computing import Figure
from ..declare import Indicator
from ..places import figure_url
from .asking import shown


def rows(found: Sequence[Figure]) -> list[dict[str, Any]]:
    """What each month was, and how it moved since the one before; the earliest first."""
    return [{"label": figure.frame.period.label, "value": figure.value, "shown": shown(figure),
             "is_running": figure.frame.as_of != figure.frame.period.last, "period": figure.frame.period.text,
             "change": Change(figure.value, before.value, figure.indicator.unit).short if before else ""}
            for figure, before in zip(found, [None, *found], strict=False)]  # fmt: skip


def columns(one: Indicator) -> list[Column]:
    """What a sheet tells of each."""
    return [Column("label", "月份"), Column("value", f"{one.label}（{one.unit.label}）", kind="num"),
            Column("change", "较上月")]  # fmt: skip


def drawn(found: Sequence[Figure], words: str, unit: str = "") -> dict[str, Any]:
    """What the template draws, each month opening, with what a picture says beneath its title."""
    one = found[-1].indicator
    told = [row | {"url": figure_url(one.key, unit=unit, period=row["period"])} for row in rows(found)]
    return {"one": one, "rows": told[::-1], "title": f"{one.label}（{one.unit.label}）",
            "note": f"{words}。口径：{one.method}"}  # fmt: skip
