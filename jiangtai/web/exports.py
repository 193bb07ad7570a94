"""An export is a sheet with a note in front: what was asked, when, by whom; the audit has it too."""

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from jiangtai.access import audit
from jiangtai.kernel import clock, new_workbook

from .columns import Column
from .downloads import as_file

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CHUNK = 2000
ROWS_PER_SHEET = 1_000_000


def export(
    page: Any, rows: Any, columns: Sequence[Column], words: str, more: Sequence[tuple[str, Any]] = ()
) -> HttpResponseBase:
    """The rows as an .xlsx file to download; `more` is what else the note in front says."""
    file, count = sheet_file(page.get_title(), words, rows, columns, more, page.acting)
    audit.record("export", details={"page": page.name, "filter": words, "rows": count})
    name = f"{page.get_title()}-{timezone.localtime(clock.now()):%Y%m%d-%H%M}.xlsx"
    return as_file(file, name)


def sheet_file(
    title: str, words: str, rows: Any, columns: Sequence[Column], more: Sequence[tuple[str, Any]], who: Any
) -> tuple[IO[bytes], int]:
    """The sheet itself, and how many rows it has; whoever hands it out says so in the audit."""
    at, columns = timezone.localtime(clock.now()), [one for one in columns if one.kind != "act"]
    with new_workbook(constant_memory=True) as (book, file):
        count = _write_rows(book, columns, _each(rows))
        _write_note(
            book,
            [
                ("内容", title),
                ("条件", words),
                *more,
                ("行数", count),
                ("导出时间", at.strftime("%Y-%m-%d %H:%M:%S")),
                ("导出人", _who(who)),
            ],
        )
    return file, count


def safe(value: Any) -> Any:
    """A cell's value; text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _each(rows: Any) -> Iterable[Any]:
    return rows.iterator(chunk_size=CHUNK) if hasattr(rows, "iterator") else rows


def _write_rows(book: Workbook, columns: Sequence[Column], rows: Iterable[Any]) -> int:
    count, sheet = 0, _new_sheet(book, "数据", columns)
    for count, cells in enumerate(_cells(columns, rows), start=1):
        place = (count - 1) % ROWS_PER_SHEET + 1
        if place == 1 and count > 1:
            sheet = _new_sheet(book, f"数据{count // ROWS_PER_SHEET + 1}", columns)
        for number, cell in enumerate(cells):
            _write_cell(sheet, place, number, cell)
    return count


def _cells(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[list[Any]]:
    for row in rows:
        yield [safe(column.plain(row)) for column in columns]


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)


def _new_sheet(book: Workbook, name: str, columns: Sequence[Column]) -> Worksheet:
    sheet, bold = (
        book.add_worksheet(name),
        book.add_format({"bold": True, "bg_color": "#F4F1E9", "bottom": 1}),
    )
    for number, column in enumerate(columns):
        sheet.set_column(number, number, 12 if column.kind in ("num", "date") else 24)
        sheet.write_string(0, number, column.label, bold)
    sheet.freeze_panes(1, 0)
    return sheet


def _write_note(book: Workbook, lines: list[tuple[str, Any]]) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 80)
    for row, (label, value) in enumerate(lines):
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 1, str(safe(value)))
    sheet.set_first_sheet()
    book.worksheets_objs.insert(0, book.worksheets_objs.pop())
    for index, one in enumerate(book.worksheets_objs):
        one.index = index
    sheet.activate()


def _who(acting: Any) -> str:
    unit = getattr(acting, "unit", None)
    return f"{acting.account.name}（{unit.name}）" if unit else str(acting.account)
