"""An office's file as rows of text: where the header stands, what the columns are called, and which line is which."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, count, islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from jiangtai.kernel import FileRefused, filetypes, formulas_on, reaches_out, refuse_links, refuse_vast

from ..linking import files

KINDS = {"xlsx", "xls", "csv"}
MOST_BYTES = 300 * 1024 * 1024
MOST_COLUMNS = 200
LONGEST_LINE = 1 << 20
_MOST_FORMULAS = 100_000
_HEADER_WITHIN = 30
_SURELY_A_LIST = 3
_HELD = re.compile(r'^="([^"]*)"$')
"""A number written so that no spreadsheet rounds it: a text, and no formula."""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no cell says and no table takes: control characters, marks of direction, halves of a sign."""
_TOTALS = re.compile(
    r"(本页|本表)?(合计|总计|小计|共计|累计)([:：].*|\d.*)?$|(制表|填表|审核|复核|单位负责|报送)(人|单位|日期)?[:：].*"
)
_BEGINNINGS = set("=+-@\t\r\n ")
_FORMULA = re.compile(r"\s*(?:=\s*\S|@\s*[A-Za-z]|[+-][^A-Za-z]*(?:[A-Za-z][A-Za-z.]*\s*[(|]|[A-Za-z]{1,3}\$?\d))")
_COUNT = re.compile(r"共?[\d,.]+(人|名|条|行)?")
Row = list[str]


@dataclass(frozen=True)
class Line:
    """One line with its number as the user's own program counts it."""

    number: int
    cells: Row


@dataclass
class Sheet:
    """The first sheet with a header: its headings, the line below which data begin, and every line as it stands."""

    headings: list[str]
    header: int
    rows: Iterator[Line]
    about: int
    """How many lines there are at most, to tell how far one has come."""
    path: Path
    kind: str
    place: int
    """Which of the file's sheets it is, from 0."""

    @property
    def lines(self) -> Iterator[Line]:
        """The data."""
        return _data(islice(self.rows, self.header, None), len(self.headings), files.name_at(self.headings))

    def typed(self, columns: Mapping[int, str]) -> Iterator[Line]:
        """The data; a formula in one of these columns refuses the file, for what it shows nobody typed."""
        spans = deque([] if self.kind == "csv" else sorted(islice(self._formulas(columns), _MOST_FORMULAS)))
        last = _NO_FORMULA
        for line in self.lines:
            while spans and spans[0].top < line.number:
                last = max(last, spans.popleft(), key=lambda one: one.bottom)
            found = last.column if last.bottom >= line.number - 1 else None
            if self.kind == "csv":
                some = [at for at in columns if line.cells[at][:1] in _BEGINNINGS]
                found = next((at for at in some if is_formula(line.cells[at])), None)
            if found is not None:
                raise FileRefused(
                    f"第 {line.number} 行“{columns[found]}”是公式，这一栏只收填写的值；"
                    "请复制该列，在原处用“选择性粘贴—数值”粘贴，保存后再上传"
                )
            yield line

    def _formulas(self, columns: Mapping[int, str]) -> Iterator["_Formula"]:
        """Those that show something in one of these columns."""
        for span in formulas_on(self.path, self.kind, self.place):
            if met := [at for at in columns if span.left <= at <= span.right]:
                yield _Formula(span.top, min(met), span.bottom)


class _Formula(NamedTuple):
    """From which row to which a formula shows something in a column; all are counted from 0."""

    top: int
    column: int
    bottom: int


_NO_FORMULA = _Formula(-1, -1, -1)


def inspected(path: Path, name: str) -> filetypes.FileInfo:
    """What the file is, or why it is not taken."""
    info = filetypes.inspect(path, name, MOST_BYTES, KINDS)
    if info.kind == "xlsx":
        refuse_vast(path)
    if info.kind != "csv":
        refuse_links(path, info.kind)
    return info


def opened(path: Path, kind: str, knows: Callable[[str], bool]) -> Sheet:
    """The file's list: the sheet with the most headings, which `knows` tells from cells; a guide has hardly any."""
    best: tuple[int, Sheet | None] = (0, None)
    for number, (rows, about) in enumerate(_sheets(path, kind)):
        ahead = list(islice(rows, _HEADER_WITHIN))
        place = _header(ahead, knows)
        if place is None or (weight := sum(map(knows, ahead[place]))) <= best[0]:
            continue
        headings, first = _headings(ahead, place, knows)
        every = map(Line, count(1), chain(ahead, rows))
        best = weight, Sheet(headings, first, every, about, path, kind, number)
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
            sheet = book.get_sheet_by_name(name)
            yield _cells(sheet), sheet.end[0] + 1 if sheet.end else 0
    except (CalamineError, OSError) as error:
        raise FileRefused(f"打不开这个表格，可能已损坏，请用原软件另存后重新上传（{error}）") from error


def _cells(sheet: Any) -> Iterator[Row]:
    """Its rows as text, from the first column on, although the reader begins where something stands."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    return ([*left, *map(_text, row)] for row in sheet.iter_rows())


def _csv(path: Path) -> Iterator[Row]:
    encoding, head = files.beginning(path)
    with path.open(encoding=encoding, newline="") as stream:
        try:
            for number, row in enumerate(csv.reader(_short_lines(stream), files.dialect_of(head)), start=1):
                some = [cell for cell in row if cell[:1] in _BEGINNINGS]  # before it is asked a million times
                if some:
                    row = [_HELD.sub(r"\1", cell) for cell in row]
                if some and any(is_formula(cell) and reaches_out(cell) for cell in some):
                    raise FileRefused(f"第 {number} 行有连到别的文件、程序或网址的公式，不能上传；请删去后保存，再上传")
                yield row
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


def is_formula(text: str) -> bool:
    """Whether a spreadsheet that opens this text would count with it: a lone dash, a phone, a plain number are none."""
    return bool(_FORMULA.match(text))


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


def _data(lines: Iterable[Line], width: int, names: int | None) -> Iterator[Line]:
    """Lines that hold something, without sums and signatures."""
    for line in lines:
        row = [*line.cells[:width], *[""] * (width - len(line.cells))]
        filled = [cell for cell in row if cell.strip()]
        if not filled or _is_total(row, filled, names):
            continue
        yield Line(line.number, row)


def _is_total(row: Row, filled: Row, names: int | None) -> bool:
    told = "".join(filled[0].split())
    if not _TOTALS.match(told):
        return False
    name = "".join(row[names].split()) if names is not None else ""
    return not name or bool(_COUNT.fullmatch(name) or _TOTALS.match(name))
