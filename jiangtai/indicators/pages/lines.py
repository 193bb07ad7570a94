"""The rows under a figure as pages and sheets show them: who or what, where, when, and whether it counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jiangtai.access import current
from jiangtai.lake import Lake
from jiangtai.ledger import proof_url
from jiangtai.web import Column, Tag

from .. import board, computing, naming
from ..declare import Indicator
from ..dimensions import BELOW
from ..periods import Frame

CHUNK = 2_000
"""Rows named at a time."""


@dataclass(frozen=True)
class Line:
    """One row under a figure as it is shown."""

    name: str
    url: str
    unit: str
    day: Any
    counted: bool
    case: tuple[str, str] = ("", "")
    amount: float | None = None
    """What it adds, where amounts are added; how far it is of the part, where that is told by degrees."""
    proof: tuple[str, str] = ("", "")
    """Its place in the ledger, and where that is proved."""


Part = tuple[str, str] | None
"""By which dimension, and which bucket of it; None for all."""


def some(at: Lake, one: Indicator, unit: int, frame: Frame, limit: int, start: int, part: Part = None) -> list[Line]:
    """The rows of one page."""
    if part:
        found = computing.listed_part(at, one, unit, frame, part, limit, start)
    else:
        found = board.listed(at, one, unit, frame, limit, start)
    return _named(at, one, found.to_pylist())


def every(at: Lake, one: Indicator, unit: int, frame: Frame, part: Part = None) -> Iterator[Line]:
    """All rows, asked of the lake once and named part by part."""
    asked = (at, one, unit, frame)
    found = computing.listed_part(*asked, part) if part else computing.listed(*asked)
    for batch in found.to_batches(max_chunksize=CHUNK):
        yield from _named(at, one, batch.to_pylist())


def columns(one: Indicator) -> list[Column]:
    """What is told of each."""
    found = [
        Column("name", "对象", link=lambda line: line.url),
        Column("unit", "单位"),
        Column("day", "日期", kind="date"),
    ]
    if one.lists_facts:
        found.append(Column("case", "办件", lambda line: line.case[0], link=lambda line: line.case[1]))
        found.append(Column("proof", "存证", lambda line: line.proof[0], link=lambda line: line.proof[1]))
    if one.measure.is_graded:
        found.append(Column("amount", "达到（%）", lambda line: round(line.amount * 100, 2), kind="num"))
    elif one.measure.amount is not None:
        found.append(Column("amount", f"金额（{one.unit.label}）", kind="num"))
    elif one.measure.is_ratio:
        counted = Column(
            "counted", "计入", lambda line: Tag("计入", "ok") if line.counted else Tag("不计入"), kind="tag"
        )
        found.append(counted)
    return found


def export_permission(one: Indicator) -> str:
    """Who takes a list of persons away is asked what the roster asks."""
    return "people.export" if one.measure.about == "person" else "lists.export"


def _named(at: Lake, one: Indicator, rows: list[dict[str, Any]]) -> list[Line]:
    names = naming.subjects_of(one, rows, at)
    places = naming.labels_of(BELOW, [str(row["unit"]) for row in rows if row["unit"]], at)
    cases = naming.origins_of(rows) if one.lists_facts else {}
    return [_line(row, names.get(row[naming.which(one)]), places, cases) for row in rows]


def _line(
    row: dict[str, Any],
    called: tuple[str, str] | None,
    places: dict[str, str],
    cases: dict[str, tuple[str, str]],
) -> Line:
    name, url = called or ("（不在本人查看范围）", "")
    place, day = places.get(str(row["unit"]), ""), row.get("day") or row.get("since")
    return Line(name, url, place, day, bool(row["counted"]), cases.get(row.get("fact", ""), ("", "")),
                row.get("amount"), _proof(row, bool(called)))  # fmt: skip


def _proof(row: dict[str, Any], is_named: bool) -> tuple[str, str]:
    if not row.get("fact"):
        return "", ""
    return f"第 {row['position'] + 1:,} 条", proof_url(UUID(row["fact"]), current()) if is_named else ""
