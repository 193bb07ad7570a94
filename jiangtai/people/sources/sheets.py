"""An office's file as rows of text: where the header stands, what the columns are called, and which line is which."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, count, islice
from pathlib import Path
from typing import Any, TextIO

from jiangtai.kernel import FileRefused, filetypes, refuse_vast

from ..linking import files

KINDS = {"xlsx", "xls", "csv"}
MOST_BYTES = 300 * 1024 * 1024
MOST_COLUMNS = 200
LONGEST_LINE = 1 << 20
_HEADER_WITHIN = 30
_SURELY_A_LIST = 3
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no cell says and no table takes: control characters, marks of direction, halves of a sign."""
_TOTALS = re.compile(
    r"(本页|本表)?(合计|总计|小计|共计|累计)([:：].*|\d.*)?$|(制表|填表|审核|复核|单位负责|报送)(人|单位|日期)?[:：].*"
)
_COUNT = re.compile(r"共?[\d,.]+(人|名|条|行)?")
Row = list[str]


@dataclass(frozen=True)
class Line:
    """One line with its number as the user's own program counts it."""

    number: int
    cells: Row


@dataclass
class Sheet:
    """The first sheet with a header: its headings, the line below which data begin, and the data."""

    headings: list[str]
    header: int
    lines: Iterator[Line]
    about: int
    """How many lines there are at most, to tell how far one has come."""


def inspected(path: Path, name: str) -> filetypes.FileInfo:
    """What the file is, or why it is not taken."""
    info = filetypes.inspect(path, name, MOST_BYTES, KINDS)
    if info.kind == "xlsx":
        refuse_vast(path)
    return info


def opened(path: Path, kind: str, knows: Callable[[str], bool]) -> Sheet:
    """The file's list: the sheet with the most headings, which `knows` tells from cells; a guide has hardly any."""
    best: tuple[int, Sheet | None] = (0, None)
    for rows, about in _sheets(path, kind):
        ahead = list(islice(rows, _HEADER_WITHIN))
        place = _header(ahead, knows)
        if place is None or (weight := sum(map(knows, ahead[place]))) <= best[0]:
            continue
        headings, first = _headings(ahead, place, knows)
        lines = enumerate(chain(ahead[first:], rows), start=first + 1)
        best = weight, Sheet(headings, first, _data(lines, len(headings), files.name_at(headings)), about)
        if weight >= _SURELY_A_LIST:
            break
    if best[1] is None:
        raise FileRefused("没有找到表头：前 30 行里没有“姓名”这样的栏目名称，请核对是不是这份名册，或先下载模板对照")
    return best[1]


def _sheets(path: Path, kind: str) -> Iterator[tuple[Iterator[Row], int]]:
    """Every sheet of the file, and how many rows it has at most."""
    if kind == "csv":
        with path.open("rb") as stream:
            about = sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))
        yield _csv(path), about
        return
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield ([_text(one) for one in row] for row in rows), len(rows)
    except (CalamineError, OSError) as error:
        raise FileRefused(f"打不开这个表格，可能已损坏，请用原软件另存后重新上传（{error}）") from error


def _csv(path: Path) -> Iterator[Row]:
    encoding, head = files.beginning(path)
    with path.open(encoding=encoding, newline="") as stream:
        try:
            yield from csv.reader(_short_lines(stream), files.dialect_of(head))
        except csv.Error as error:
            raise FileRefused(f"这份 CSV 有一行读不了（{error}），请用 Excel 打开后另存为 xlsx 再上传") from error


def _short_lines(stream: TextIO) -> Iterator[str]:
    for number in count(1):
        line = stream.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE:
            raise FileRefused(f"这份 CSV 的第 {number:,} 行太长，不像名册，请用 Excel 打开后另存为 xlsx 再上传")
        if not line:
            return
        yield line


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value if value.isprintable() else _UNSEEN.sub("", value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    return "" if value is None else str(value)


def spelled(heading: str) -> str:
    """A heading without what offices add to it."""
    return files.spelled(heading)


def _header(rows: Sequence[Row], knows: Callable[[str], bool]) -> int | None:
    """The line with the most known headings, where there are any two of them or a name."""
    found = [sum(knows(cell) for cell in row) for row in rows]
    best = max(found, default=0)
    if not best:
        return None
    place = found.index(best)
    return place if best > 1 or any(spelled(cell) == "姓名" for cell in rows[place]) else None


def _headings(rows: Sequence[Row], place: int, knows: Callable[[str], bool]) -> tuple[list[str], int]:
    headings, first = files.headings_over(rows, place, knows)
    if len(headings) > MOST_COLUMNS:
        raise FileRefused(f"表头有 {len(headings)} 栏，最多 {MOST_COLUMNS} 栏，请只留需要的栏目")
    return headings, first


def _data(lines: Iterable[tuple[int, Row]], width: int, names: int | None) -> Iterator[Line]:
    """Lines that hold something, without sums and signatures."""
    for number, cells in lines:
        row = [*cells[:width], *[""] * (width - len(cells))]
        filled = [cell for cell in row if cell.strip()]
        if not filled or _is_total(row, filled, names):
            continue
        yield Line(number, row)


def _is_total(row: Row, filled: Row, names: int | None) -> bool:
    told = "".join(filled[0].split())
    if not _TOTALS.match(told):
        return False
    name = "".join(row[names].split()) if names is not None else ""
    return not name or bool(_COUNT.fullmatch(name) or _TOTALS.match(name))
