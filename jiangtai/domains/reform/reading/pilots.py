"""A list of pilots as an office keeps it, read line by line: a table with headings, or names under their type."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

HEADINGS: dict[str, tuple[str, ...]] = {
    "type": ("试点类型", "试点类别", "类型", "类别"),
    "unit": ("试点单位", "单位名称", "单位", "名称"),
    "project": ("试点项目", "项目名称", "项目", "试点内容"),
}
MOST = 2_000
_TYPE, _UNIT, _PROJECT = 40, 120, 200
_ORDINAL = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[)）、.．\s]\s*")
_COUNTED = re.compile(r"[（(]\s*\d+\s*[个家]?\s*[)）]")


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list: which unit is a pilot of which type, and with which project."""

    line: int
    type: str
    unit: str
    project: str = ""


@dataclass(slots=True)
class Listing:
    """What a list says, and which of its lines were not understood."""

    rows: list[Listed] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def read_listing(rows: Sequence[Sequence[str]]) -> Listing:
    """A table by its headings; without headings, units under the type that stands above them."""
    cleaned = [[_tidy(cell) for cell in row] for row in rows]
    for at, row in enumerate(cleaned[:10]):
        if columns := _columns(row):
            return _checked(_read_table(cleaned[at + 1 :], at + 2, columns))
    return _checked(_read_lines(cleaned))


def _columns(row: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, words in HEADINGS.items():
        at = next((row.index(word) for word in words if word in row), None)
        if at is not None and at not in found.values():
            found[name] = at
    return found if {"type", "unit"} <= set(found) else {}


def _read_table(rows: Sequence[Sequence[str]], first: int, columns: dict[str, int]) -> Listing:
    made, carried = Listing(), ""
    for line, row in enumerate(rows, start=first):
        cells = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
        carried = cells["type"] or carried  # merged cells stand in their first row only
        if not cells["unit"]:
            if any(row) and not cells["type"]:
                made.errors.append(f"第 {line} 行：没有写试点单位")
            continue
        made.rows.append(Listed(line, carried, cells["unit"], cells.get("project", "")))
    return made


def _read_lines(rows: Sequence[Sequence[str]]) -> Listing:
    made, kind = Listing(), ""
    for line, row in enumerate(rows, start=1):
        cells = [cell for cell in row if cell]
        if len(cells) > 1:
            unit, project = (
                (cells[1], cells[2] if len(cells) > 2 else "") if "试点" in cells[0] else (cells[0], cells[1])
            )
            kind = cells[0] if "试点" in cells[0] else kind
            made.rows.append(Listed(line, kind, unit, project))
        elif cells and "试点" in cells[0] and len(cells[0]) <= _TYPE:
            kind = _COUNTED.sub("", _ORDINAL.sub("", cells[0])).strip("：: ")
        elif cells:
            names = [one for one in re.split(r"[、，,；;]", _ORDINAL.sub("", cells[0])) if one.strip()]
            made.rows += [Listed(line, kind, one.strip()) for one in names]
    return made


def _checked(made: Listing) -> Listing:
    if len(made.rows) > MOST:
        made.errors.append(f"名单有 {len(made.rows):,} 行，超过 {MOST:,} 行，请分批导入")
        return made
    seen: dict[str, int] = {}
    for one in made.rows:
        if not one.type:
            made.errors.append(f"第 {one.line} 行“{one.unit[:20]}”：没有写试点类型，请在上面写一行“全面试点”或加一栏")
        elif len(one.type) > _TYPE or len(one.unit) > _UNIT or len(one.project) > _PROJECT:
            made.errors.append(f"第 {one.line} 行“{one.unit[:20]}”：类型、单位或项目太长，请核对是不是名单")
        elif one.unit in seen:
            made.errors.append(f"第 {one.line} 行“{one.unit[:20]}”：与第 {seen[one.unit]} 行重复，请删去一行")
        seen.setdefault(one.unit, one.line)
    if not made.rows and not made.errors:
        made.errors.append("没有读到试点单位：第一行写栏目名“试点类型、试点单位、试点项目”，或先写类型再逐行写单位")
    return made


def _tidy(cell: str) -> str:
    return unicodedata.normalize("NFC", str(cell)).replace("\u3000", " ").strip()
