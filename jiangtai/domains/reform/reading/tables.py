"""Tables: measures in rows, with a column of units; a cell merged with the one above says the same as that one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jiangtai.documents import SAME_AS_ABOVE

from .names import names_in
from .outline import chinese_number, lines

_UNITS = ("both", "lead", "support", "answers")
_HEADS: tuple[tuple[str, str], ...] = (
    ("both", r"(?:牵头|主办|主责)(?:单位|部门)?[/／及和、]+(?:配合|责任|协办|参与)"),
    ("lead", r"牵头.*(?:单位|部门|领导单位)|主责|主办|第一责任|牵头$"),
    ("person", r"(?:领导|责任人|负责人|电话)"),
    ("support", r"配合|协办|协同|参与|协助|参加"),
    ("answers", r"责任|负责|落实单位|实施单位|承办|承担|分工(?:单位)|单位$|部门$"),
    ("time", r"时限|时间|期限|日期|进度|节点"),
    ("number", r"^(?:序号|编号|序|No\.?)$"),
    ("other", r"备注|进展|资金|来源|指标值|完成情况|联系"),
    ("section", r"类别|分类|领域|板块|一级|项目类|方面|大类"),
    ("actions", r"举措|措施|内容|要求|工作任务|具体|目标|事项|二级|指标|清单"),
    ("title", r"任务|项目|工作|名称|行动|工程|改革"),
)
_BESIDES = re.compile(r"[及和与、/／]+(?:责任人|负责人|(?:分管|责任)领导|联系(?:人|方式)|(?:联系)?电话)+$")
"""责任单位及责任人 heads units and, beside them, people."""
_NAMED = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)]?[、.．]?")


@dataclass(slots=True)
class Cell:
    """A cell: where it stands and what it says."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Row:
    """A row of a table that tells a measure: its cells by what their columns are for, and the section it stands in;
    one whose number is merged with the row above goes on with the measure of that.
    """

    start: int
    end: int
    section: str
    cells: dict[str, list[Cell]] = field(default_factory=dict)
    goes_on: bool = False

    def said(self, *kinds: str) -> list[Cell]:
        """The filled cells of these columns, in order."""
        return [cell for kind in kinds for cell in self.cells.get(kind, ()) if cell.text.strip()]


@dataclass(slots=True)
class Table:
    """A table: where it stands, the heads of its columns of units, and its rows."""

    start: int
    end: int
    heads: dict[int, str] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    width: int = 0

    @property
    def names_units(self) -> bool:
        """Whether one of its columns is for units."""
        return not set(_UNITS).isdisjoint(self.heads.values())


def tables_in(text: str) -> list[Table]:
    """Every table of a text that has a column of units, be it by the heads of the one that a line cut it from."""
    found: list[Table] = []
    for block in _blocks(text):
        table = _cards(text, block) or _table(text, block)
        if not table.heads and found:
            table = _table(text, block, found[-1])
        if table.names_units:
            found.append(table)
    return [table for table in found if table.rows]


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """Lines of cells that follow one another."""
    block: list[tuple[int, int]] = []
    for start, end in lines(text):
        line = text[start:end]
        if "\t" in line.strip("\t\n ") or line.count("|") > 1 or (block and "\t" in line):
            block.append((start, end))
        elif block and line.strip():
            yield block
            block = []
    if block:
        yield block


def _cards(text: str, block: list[tuple[int, int]]) -> Table | None:
    """A table whose heads stand one below the other, each with what it heads beside it: a card for every measure."""
    told = [(place, _cells(text, *place)) for place in block if text[slice(*place)].strip()]
    heads = [_kind(cells[0].text) if len(cells) == 2 else "" for _, cells in told]
    if len(heads) < 2 or not all(heads) or set(_UNITS).isdisjoint(heads) or _kind(told[0][1][1].text) in _UNITS:
        return None
    words = {kind: cells[0].text for kind, (_, cells) in zip(reversed(heads), reversed(told), strict=True)}
    table = Table(block[0][0], block[-1][1], dict(enumerate(words)), dict(enumerate(words.values())))
    for kind, (place, cells) in zip(heads, told, strict=True):
        if not table.rows or kind == heads[0]:
            table.rows.append(Row(*place, ""))
        table.rows[-1].cells.setdefault(kind, []).append(cells[1])
        table.rows[-1].end = place[1]
    return table


def _kind(said: str) -> str:
    """What a head is for; nothing where it is none."""
    word = _BESIDES.sub("", re.sub(r"\s|[（(][^）)]*[）)]", "", said))
    return next((kind for kind, pattern in _HEADS if len(word) <= 12 and re.search(pattern, word)), "")


def _table(text: str, block: list[tuple[int, int]], before: Table | None = None) -> Table:
    table = Table(block[0][0], block[-1][1])
    if before and all(_goes_on(before, _cells(text, *place)) for place in block):
        table.heads, table.words, table.width = before.heads, before.words, before.width
    section = ""
    above: dict[int, Cell] = {}
    last: list[Cell] = []
    for start, end in block:
        cells = _cells(text, start, end)
        filled = [cell for cell in cells if cell.text.strip()]
        heads, last = _heads(cells, last), cells
        if heads:
            table.heads, table.words, above = heads, {at: cells[at].text for at in heads}, {}
            table.width = len(cells)
        elif table.heads.get(0) == "number" and len(filled) == 2 and _NAMED.fullmatch(cells[0].text.strip()):
            section = "".join(cell.text.strip() for cell in filled)
        elif len(filled) == 1 and len(cells) > 1 and len(filled[0].text) < 60 and not filled[0].text.strip().isdigit():
            section = filled[0].text.strip()
        elif table.heads and filled and not all(re.fullmatch(r"[-:\s]*", cell.text) for cell in cells):
            table.rows.append(_row(table, cells, section, above, (start, end)))
    return table


def _goes_on(before: Table, cells: list[Cell]) -> bool:
    """Whether a row has as many cells as the table before, and units where that has units."""
    said = [cells[at].text for at, kind in before.heads.items() if kind in _UNITS and at < len(cells)]
    named = [names_in(words) for words in said if words.strip() and words.strip() != SAME_AS_ABOVE]
    return len(cells) == before.width and not any(names.strange for names in named)


def _cells(text: str, start: int, end: int) -> list[Cell]:
    sign = "\t" if "\t" in text[start:end] else "|"
    found, at = [], start
    for piece in text[start:end].split(sign):
        found.append(Cell(at, at + len(piece), piece))
        at += len(piece) + 1
    if sign == "|":
        found = found[1:] if not found[0].text.strip() else found
        found = found[:-1] if found and not found[-1].text.strip() else found
    return found


def _heads(cells: list[Cell], above: list[Cell]) -> dict[int, str]:
    """What each column is for, where the cells are heads: short words, one of them for units; a second row of heads
    takes over what is merged with the row above it.
    """
    found: dict[int, str] = {}
    for at, cell in enumerate(cells):
        said = above[at].text if cell.text.strip() == SAME_AS_ABOVE and at < len(above) else cell.text
        if kind := _kind(said):
            found[at] = kind
    works = [at for at, kind in found.items() if kind == "actions"]
    if len(works) > 1 and "title" not in found.values() and re.search("任务|事项", cells[works[0]].text):
        found[works[0]] = "title"
    return found if not set(_UNITS).isdisjoint(found.values()) and len(found) > 1 and _short(cells) else {}


def _short(cells: list[Cell]) -> bool:
    return all(
        len(re.sub(r"[（(][^）)]*[）)]", "", cell.text).strip()) <= 12 and "。" not in cell.text for cell in cells
    )


def _row(table: Table, cells: list[Cell], section: str, above: dict[int, Cell], place: tuple[int, int]) -> Row:
    row = Row(*place, section)
    for at, kind in table.heads.items():
        cell = cells[at] if at < len(cells) else Cell(place[1], place[1], "")
        row.goes_on |= kind == "number" and cell.text.strip() == SAME_AS_ABOVE
        if cell.text.strip() in (SAME_AS_ABOVE, "同上") or (kind == "section" and not cell.text.strip()):
            cell = above.get(at, cell)
        above[at] = cell
        row.cells.setdefault(kind, []).append(cell)
    if found := row.said("section"):
        row.section = found[-1].text.strip()
    return row


def number_of(row: Row, otherwise: int) -> int:
    """The number printed in a row, or its place in the table."""
    for cell in row.said("number"):
        if printed := re.findall(r"[0-9]{1,4}|[〇零一二三四五六七八九十百]{1,5}", cell.text):
            return int(printed[-1]) if printed[-1].isdigit() else chinese_number(printed[-1])
    for cell in row.said("title", "actions")[:1]:
        if found := re.match(r"\s*[（(]?(\d{1,3})[）).．、]", cell.text):
            return int(found[1])
    return otherwise
