"""A scoring table as another office wrote it, read into its points: headings, units and totals are understood."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

HEADINGS: dict[str, tuple[str, ...]] = {
    "score": ("分值", "满分", "标准分", "权重", "分数", "赋分"),
    "method": (
        "评分标准",
        "评分办法",
        "评分细则",
        "评分方法",
        "计分办法",
        "计分方法",
        "扣分标准",
        "考核方式",
        "考核办法",
    ),
    "unit": ("责任单位", "牵头单位", "责任部门", "承办单位", "落实单位", "适用单位", "适用对象", "考核对象"),
    "number": ("序号", "编号", "项号"),
    "text": (
        "考核内容",
        "考核要点",
        "二级指标",
        "三级指标",
        "具体指标",
        "具体内容",
        "考核指标",
        "评价内容",
        "指标内容",
        "内容",
    ),
    "section": ("考核项目", "一级指标", "考核类别", "项目", "类别", "指标名称"),
}
_TOTAL = re.compile(r"^(?:合\s*计|总\s*计|总\s*分|满\s*分)")
_HEADING = re.compile(r"[一二三四五六七八九十]+、")  # of its own: 一、组织领导
_NUMBER = re.compile(r"^(\d+(?:\.\d+)?)分?$")
_ANY_NUMBER = re.compile(r"\d+(?:\.\d+)?")
MOST_POINTS, _TEXT, _METHOD, _SECTION, _UNIT = 300, 600, 800, 200, 120


@dataclass(frozen=True, slots=True)
class ScoredPoint:
    """One point of a table."""

    number: str
    section: str
    text: str
    score: Decimal
    method: str = ""
    unit: str = ""


@dataclass(slots=True)
class ScoringTable:
    """What a table asks, what its own total says, and which of its rows were not understood."""

    points: list[ScoredPoint] = field(default_factory=list)
    total: Decimal | None = None
    errors: list[str] = field(default_factory=list)

    @property
    def sum(self) -> Decimal:
        """What the points come to."""
        return sum((one.score for one in self.points), Decimal(0))


def read_scoring(rows: Sequence[Sequence[str]]) -> ScoringTable:
    """The points of a table; every row that is not understood is told by its number."""
    cleaned = [[_clean(cell) for cell in row] for row in rows]
    place, columns = _header(cleaned)
    table = ScoringTable()
    if place is None:
        table.errors.append("没有找到表头：表头一行里要有“考核内容”和“分值”（或意思相同的栏目名）")
        return table
    carried = {"section": "", "unit": "", "number": ""}
    for line, row in enumerate(cleaned[place + 1 :], start=place + 2):
        _read_row(table, line, row, columns, carried)
    if not table.points and not table.errors:
        table.errors.append("表头下面没有评分项")
    if len(table.points) > MOST_POINTS:
        table.errors.append(f"有 {len(table.points)} 个评分项，最多 {MOST_POINTS} 个，请分表上传")
    return table


def rows_of_text(text: str) -> list[list[str]]:
    """A table that was pasted: cells between tabs, as spreadsheets and word processors copy them."""
    return [line.split("\t") for line in text.splitlines()]


def _read_row(table: ScoringTable, line: int, row: list[str], columns: dict[str, int], carried: dict[str, str]) -> None:
    if not any(row):
        return
    cells = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
    first = next(cell for cell in row if cell)
    if _TOTAL.match(first):
        table.total = _total(row, cells.get("score", ""))
        return
    for name in ("section", "unit"):  # merged cells stand in their first row only
        if name in cells:
            carried[name] = cells[name] or (carried[name] if name == "section" or not cells.get("number") else "")
    text, said = cells["text"], cells["score"]
    if not text and not said:
        return
    if not text:
        table.errors.append(f"第 {line} 行：没有写考核内容")
        return
    if not said and _HEADING.match(text):
        return
    score = _score(said)
    if score is None:
        table.errors.append(
            f"第 {line} 行“{text[:20]}”：分值{f'“{said}”不是数' if said else '没有填'}，请写成 5 或 2.5"
        )
        return
    if len(text) > _TEXT or len(cells.get("method", "")) > _METHOD:
        table.errors.append(
            f"第 {line} 行“{text[:20]}”：考核内容最多 {_TEXT} 字，评分标准最多 {_METHOD} 字，请拆成几项"
        )
        return
    number, method = cells.get("number", "")[:20], cells.get("method", "")
    table.points.append(
        ScoredPoint(number, carried["section"][:_SECTION], text, score, method, carried["unit"][:_UNIT])
    )


def _header(rows: list[list[str]]) -> tuple[int | None, dict[str, int]]:
    """The row that names the columns, and which is which; the first of the head of the table that knows enough."""
    for place, row in enumerate(rows[:15]):
        found = _columns(row)
        if "score" in found and ("text" in found or "section" in found):
            if "text" not in found:
                found["text"] = found.pop("section")
            return place, found
    return None, {}


def _columns(row: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    row = [cell.replace(" ", "") for cell in row]
    for name, words in HEADINGS.items():
        for word in words:
            at = next(
                (n for n, cell in enumerate(row) if word in cell and n not in found.values() and len(cell) < 16), None
            )
            if at is not None:
                found[name] = at
                break
    return found


def _score(said: str) -> Decimal | None:
    match = _NUMBER.match(_narrow(said))
    try:
        return Decimal(match[1]) if match else None
    except InvalidOperation:
        return None


def _total(row: list[str], said: str) -> Decimal | None:
    text = _narrow(said) if _ANY_NUMBER.search(_narrow(said)) else unicodedata.normalize("NFKC", " ".join(row))
    match = _ANY_NUMBER.search(text)
    return Decimal(match[0]) if match else None


def _narrow(text: str) -> str:
    """Digits and points as a keyboard writes them: １０分 is 10分."""
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def _clean(cell: object) -> str:
    text = re.sub(r"\s+", " ", str(cell if cell is not None else "")).strip()
    return text[:-2] if re.fullmatch(r"\d+\.0", text) else text
