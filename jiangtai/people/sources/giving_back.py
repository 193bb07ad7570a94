"""What goes back to whoever handed a list in: the template, and the user's own file with what is wrong beside it."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import IO, Any, NamedTuple

from jiangtai.access import Refused, audit
from jiangtai.kernel import FileRefused, new_workbook

from . import mapping, reception, sheets
from .cells import CHOICES, EXAMPLES, LABELS
from .declare import Source
from .models import Batch, Fault

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_PLAIN, _WIDE = 16, 60
_MOST_ROWS, _LONGEST = 1_048_576, 32_767
"""What a sheet holds, and a cell of it."""
_ADVISED = {
    "error_type": "warning",
    "error_title": "请选填",
    "error_message": "请从下拉选项中选；可填的内容见“填写说明”",
}


def template(source: Source) -> IO[bytes]:
    """An empty sheet with the headings of a source and the words to choose from, what each is for, and an example."""
    with new_workbook() as (book, file):
        sheet, bold = book.add_worksheet("名册"), book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1})
        text = book.add_format({"num_format": "@"})
        for at, column in enumerate(source.columns):
            sheet.set_column(at, at, max(12, len(column.title) * 2 + 4), text)
            sheet.write_string(0, at, column.title, bold)
            if words := CHOICES.get(column.field):
                sheet.data_validation(1, at, _MOST_ROWS - 1, at, {"validate": "list", "source": list(words)} | _ADVISED)
        sheet.freeze_panes(1, 0)
        about = book.add_worksheet("填写说明")
        about.set_column(0, 5, 24)
        for at, words in enumerate(("栏目", "必填", "可填", "示例（虚构）", "用途", "依据")):
            about.write_string(0, at, words, bold)
        for row, column in enumerate(source.columns, start=1):
            told = (
                column.title,
                "必填" if column.is_needed else "",
                "、".join(CHOICES.get(column.field, ())),
                EXAMPLES[column.field],
                column.purpose,
                column.basis,
            )
            for at, words in enumerate(told):
                about.write_string(row, at, words.removeprefix("law: "), text)
    return file


def returned(batch: Batch, *, failed_only: bool = False) -> IO[bytes]:
    """The user's own file, each row in its place, with a column that says what is wrong.

    With `failed_only` just what stands above the data and the lines to put right. Neither the rows nor the problems are
    ever held all at once.
    """
    count = 0
    try:
        with reception.opened(batch) as sheet, new_workbook(constant_memory=True) as (book, file):
            page = _Page(book, sheet, batch.fields)
            for line, problems in _beside(sheet.every, _problems(batch)):
                is_data = line.number > sheet.header
                if failed_only and is_data and not any(one.is_fatal for one in problems):
                    continue
                page.write(line, problems, page.height if failed_only else line.number - 1)
                count += is_data and any(line.cells)
    except FileRefused as error:
        raise Refused(str(error)) from error
    audit.record("export", target=batch, details={"page": "sources.returned", "rows": count, "failed": failed_only})
    return file


class _Problem(NamedTuple):
    """One thing that is wrong with a line."""

    line: int
    field: str
    words: str
    is_fatal: bool

    @property
    def told(self) -> str:
        """With the column it is about."""
        label = LABELS.get(self.field, "")
        return self.words if not label or self.words.startswith(label) else f"{label}：{self.words}"

    @property
    def fill(self) -> str:
        """What colour the cell gets."""
        return "#FFC7CE" if self.is_fatal else "#FFEB9C"


_NONE: tuple[int, Iterable[_Problem]] = (0, ())


class _Page:
    """The sheet that goes back: their columns, ours beside the last that has a heading, and what stood further right.

    A problem column of an earlier round gives way to the new one. What looks like a formula stays text, also after
    somebody edits it.
    """

    def __init__(self, book: Any, sheet: sheets.Sheet, fields: Sequence[str]) -> None:
        self.header, self.width, self.height = sheet.header, len(sheet.headings), 0
        self.kept = [at for at, heading in enumerate(sheet.headings) if not mapping.is_ours(heading)]
        self.places = {fields[at]: place for place, at in enumerate(self.kept) if at < len(fields) and fields[at]}
        self.format = cache(lambda **looks: book.add_format(looks))
        self.page = book.add_worksheet("名册")
        self.page.set_column(0, len(self.kept) - 1, _PLAIN)
        self.page.set_column(len(self.kept), len(self.kept), _WIDE)

    def write(self, line: sheets.Line, problems: list[_Problem], row: int) -> None:
        """One line; a cell with something wrong in it is filled."""
        if row >= _MOST_ROWS:
            raise Refused(
                f"这份表超过 {_MOST_ROWS:,} 行，一张 Excel 表放不下，请改用“只下载有误的行”，或分成几份再报送"
            )
        left = line.cells[: self.width]
        told = [left[at] if at < len(left) else "" for at in self.kept]
        told.append(mapping.PROBLEM if line.number == self.header else "；".join(one.told for one in problems))
        fills = {self.places[one.field]: one.fill for one in reversed(problems) if one.field in self.places}
        for at, text in enumerate([*told, *line.cells[self.width :]]):
            if text or at in fills:
                self._cell(row, at, text, bold=line.number == self.header, fill=fills.get(at, ""))
        self.height = row + 1

    def _cell(self, row: int, at: int, text: str, *, bold: bool, fill: str) -> None:
        looks = {"bold": bold, "bg_color": fill, "quote_prefix": text.startswith(_FORMULAS)}
        looks = {name: value for name, value in looks.items() if value}
        style = self.format(**looks) if looks else None
        if text:
            self.page.write_string(row, at, text[:_LONGEST], style)
        else:
            self.page.write_blank(row, at, None, style)


def _problems(batch: Batch) -> Iterator[_Problem]:
    rows = Fault.objects.filter(batch=batch).order_by("line", "-is_fatal", "id")
    return (_Problem(*one) for one in rows.values_list("line", "field", "words", "is_fatal").iterator())


def _beside(lines: Iterator[sheets.Line], problems: Iterator[_Problem]) -> Iterator[tuple[sheets.Line, list[_Problem]]]:
    """Every line with its problems: both come in the order of the lines."""
    groups = groupby(problems, attrgetter("line"))
    number, found = next(groups, _NONE)
    for line in lines:
        if number != line.number:
            yield line, []
            continue
        yield line, list(found)
        number, found = next(groups, _NONE)
