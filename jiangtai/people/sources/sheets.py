"""An office's file as rows of text: where the header stands, what the columns are called, and which line is which."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain, count, islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from jiangtai.kernel import FileRefused, filetypes, formulas_on, reaches_out, refuse_links, refuse_vast

from ..linking import files

KINDS = {"xlsx", "xls", "csv", "txt"}
_TEXTS = {"csv", "txt"}
MOST_BYTES = 300 * 1024 * 1024
MOST_COLUMNS = 200
LONGEST_LINE = 1 << 20
_MOST_FORMULAS = _MOST_MERGED = 100_000
_HEADER_WITHIN = 30
_SURELY_A_LIST = 3
_EXACT = 10**15
"""From here on a spreadsheet has put noughts, or nothing at all, where digits stood."""
_HELD = re.compile(r'^="([^"]*)"$')
"""A number written so that no spreadsheet rounds it: a text, and no formula."""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no cell says and no table takes: control characters, marks of direction, halves of a sign."""
_TOTALS = re.compile(
    r"(本页|本表)?(合计|总计|小计|共计|累计|共(?=\d))(人数)?([:：].*|\d.*)?$"
    r"|(制表|填表|填报|经办|联系|审核|复核|(单位|部门)?负责|报送)(人员?|单位|部门|日期|时间|电话)?([(（].*?[)）])?[:：].*"
    r"|(附?注|备注|说明|填表说明)\d*([:：.、].*)?$|\W*(本页|本表|此页)?以下(空白|无正文)\W*$|.*[(（]共?\d+[人名][)）]$"
)
_NUMBERED = re.compile(r"[1-9]\d{13,}[\dXx]")
"""A line with a number that long is somebody's, whatever else it says."""
_BEGINNINGS = set("=+-@\t\r\n ")
_FORMULA = re.compile(r"\s*(?:=\s*\S|@\s*[A-Za-z]|[+-][^A-Za-z]*(?:[A-Za-z][A-Za-z.]*\s*[(|]|[A-Za-z]{1,3}\$?\d))")
_COUNT = re.compile(r"共?[\d,.]+(人|名|条|行)?")
Row = list[str]


@dataclass(frozen=True)
class Line:
    """One line with its number as the user's own program counts it."""

    number: int
    cells: Row
    below: frozenset[int] = frozenset()
    """Cells that belong to a merged one above, and say what it says."""


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
    knows: Callable[[str], bool]
    words: frozenset[str]
    """What stands in the header, which may stand once more on each page."""
    merged: list["_Merged"] = field(default_factory=list)

    @property
    def lines(self) -> Iterator[Line]:
        """The data."""
        return _data(islice(self.rows, self.header, None), self)

    @property
    def every(self) -> Iterator[Line]:
        """Every line as it stands, what is merged down a column in each of its lines."""
        above = _Above(self.merged)
        for line in self.rows:
            row = [*line.cells]
            if line.number > self.header and above.told(line.number - 1, row) and any(line.cells):
                yield Line(line.number, row)
            else:
                yield line

    def others(self) -> list[str]:
        """What the file's other sheets are called that hold people, too, and are not read."""
        return [page.name for page in _pages(self.path, self.kind, but=self.place) if self._is_like(page)]

    def _is_like(self, page: "_Page") -> bool:
        ahead = list(islice(page.rows, _HEADER_WITHIN))
        place = _header(ahead, self.knows)
        if place is None:
            return False
        headings, first = files.headings_over(ahead, place, self.knows)
        every = map(Line, count(1), chain(ahead, page.rows))
        like = replace(self, headings=headings, header=first, rows=every, words=_words(ahead, place, first), merged=[])
        return (
            sum(map(self.knows, headings)) >= 2
            and files.name_at(headings) is not None
            and any(True for _ in like.lines)
        )

    def typed(self, columns: Mapping[int, str]) -> Iterator[Line]:
        """The data; a formula in one of these columns refuses the file, for what it shows nobody typed."""
        spans = deque([] if self.kind in _TEXTS else sorted(islice(self._formulas(columns), _MOST_FORMULAS)))
        last = _NO_FORMULA
        for line in self.lines:
            while spans and spans[0].top < line.number:
                last = max(last, spans.popleft(), key=lambda one: one.bottom)
            found = last.column if last.bottom >= line.number - 1 else None
            if self.kind in _TEXTS:
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


class _Merged(NamedTuple):
    """Cells of a column that are merged into one; all are counted from 0."""

    top: int
    column: int
    bottom: int


class _Page(NamedTuple):
    """A sheet as it lies in the file: its name, its rows as text, how many there are at most, and what is merged."""

    name: str
    rows: Iterator[Row]
    about: int
    merged: list[_Merged]


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
    if info.kind not in _TEXTS:
        refuse_links(path, info.kind)
    return info


def opened(path: Path, kind: str, knows: Callable[[str], bool]) -> Sheet:
    """The file's list: the sheet with the most headings, which `knows` tells from cells; a guide has hardly any."""
    best: tuple[int, Sheet | None] = (0, None)
    for number, page in enumerate(_pages(path, kind)):
        ahead = list(islice(page.rows, _HEADER_WITHIN))
        place = _header(ahead, knows)
        if place is None or (weight := sum(map(knows, ahead[place]))) <= best[0]:
            continue
        headings, first = _headings(ahead, place, knows)
        every = map(Line, count(1), chain(ahead, page.rows))
        words = _words(ahead, place, first)
        best = weight, Sheet(headings, first, every, page.about, path, kind, number, knows, words, page.merged)
        if weight >= _SURELY_A_LIST:
            break
    if best[1] is None:
        raise FileRefused("没有找到表头：前 30 行里没有“姓名”这样的栏目名称，请核对是不是这份名册，或先下载模板对照")
    return best[1]


def _pages(path: Path, kind: str, but: int | None = None) -> Iterator[_Page]:
    """Every sheet of the file but one."""
    if kind in _TEXTS:
        if but == 0:
            return
        with path.open("rb") as stream:
            about = sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))
        yield _Page("", _csv(path), about, [])
        return
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in (name for at, name in enumerate(book.sheet_names) if at != but):
            sheet = book.get_sheet_by_name(name)
            yield _Page(name, _cells(sheet), sheet.end[0] + 1 if sheet.end else 0, _merged(sheet))
    except (CalamineError, OSError) as error:
        raise FileRefused(f"打不开这个表格，可能已损坏，请用原软件另存后重新上传（{error}）") from error


def _cells(sheet: Any) -> Iterator[Row]:
    """Its rows as text, from the first column on, although the reader begins where something stands."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    return ([*left, *map(_text, row)] for row in sheet.iter_rows())


def _merged(sheet: Any) -> list[_Merged]:
    """What is merged down a column, from the top on."""
    spans = ((one, other) for one, other in sheet.merged_cell_ranges or () if other[0] > one[0])
    return sorted(_Merged(one[0], one[1], other[0]) for one, other in islice(spans, _MOST_MERGED))


def _csv(path: Path) -> Iterator[Row]:
    encoding, head = files.beginning(path)
    with path.open(encoding=encoding, newline="") as stream:
        try:
            for number, row in enumerate(files.rows_of(_short_lines(stream), files.dialect_of(head)), start=1):
                some = [cell for cell in row if cell[:1] in _BEGINNINGS]  # before it is asked a million times
                if some:
                    row = [_HELD.sub(r"\1", cell) for cell in row]
                if some and any(is_formula(cell) and reaches_out(cell) for cell in some):
                    raise FileRefused(f"第 {number} 行有连到别的文件、程序或网址的公式，不能上传；请删去后保存，再上传")
                yield row
        except csv.Error as error:
            raise FileRefused(f"这份 CSV {error}；请改好，或用 Excel 打开、另存为 xlsx 再上传") from error


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
        return str(int(value)) if abs(value) < _EXACT else f"{value:.14E}"
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


def _words(rows: Sequence[Row], place: int, first: int) -> frozenset[str]:
    """What stands in the lines of the header, and in the one above it."""
    return frozenset("".join(cell.split()) for row in rows[max(place - 1, 0) : first] for cell in row if cell.strip())


def _data(lines: Iterable[Line], sheet: Sheet) -> Iterator[Line]:
    """Lines that hold something, without sums, signatures, and headings said again."""
    width, names = len(sheet.headings), files.name_at(sheet.headings)
    words, above = sheet.words, _Above(sheet.merged) if sheet.merged else None
    for line in lines:
        row = [*line.cells[:width], *[""] * (width - len(line.cells))]
        own = row if above is None else [*row]
        below = above.told(line.number - 1, row) if above else frozenset()
        filled = [cell for cell in own if cell.strip()]
        if not filled or _is_total(own, filled, names) or all("".join(cell.split()) in words for cell in filled):
            continue
        yield Line(line.number, row, below)


class _Above:
    """What the merged cells say that reach down to a line."""

    def __init__(self, merged: Iterable[_Merged]) -> None:
        self.coming, self.open = deque(merged), dict[int, tuple[int, str]]()

    def told(self, at: int, row: Row) -> frozenset[int]:
        """Fill in what they say, and tell where."""
        while self.coming and self.coming[0].top <= at:
            span = self.coming.popleft()
            if span.top == at and span.column < len(row):
                self.open[span.column] = span.bottom, row[span.column]
        self.open = {column: (bottom, text) for column, (bottom, text) in self.open.items() if at <= bottom}
        below = frozenset(column for column, (_, text) in self.open.items() if text.strip() and not row[column].strip())
        for column in below:
            row[column] = self.open[column][1]
        return below


def _is_total(row: Row, filled: Row, names: int | None) -> bool:
    told = "".join(filled[0].split())
    if not _TOTALS.match(told) or any(_NUMBERED.fullmatch("".join(cell.split())) for cell in filled):
        return False
    name = "".join(row[names].split()) if names is not None else ""
    return not name or bool(_COUNT.fullmatch(name) or _TOTALS.match(name))
