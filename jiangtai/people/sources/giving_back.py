"""What goes back to whoever handed a list in: the template, and the user's own file with what is wrong beside it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import IO

from jiangtai.access import Refused, audit
from jiangtai.kernel import FileRefused, new_workbook

from . import mapping, reception, sheets
from .cells import EXAMPLES, LABELS
from .declare import Source
from .models import Batch, Fault

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_WIDE = 60


def template(source: Source) -> IO[bytes]:
    """An empty sheet with the headings of a source, what each is for, and an example."""
    with new_workbook() as (book, file):
        sheet, bold = book.add_worksheet("名册"), book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1})
        text = book.add_format({"num_format": "@"})
        for at, column in enumerate(source.columns):
            sheet.set_column(at, at, max(12, len(column.title) * 2 + 4), text)
            sheet.write_string(0, at, column.title, bold)
        sheet.freeze_panes(1, 0)
        about = book.add_worksheet("填写说明")
        about.set_column(0, 4, 24)
        for at, words in enumerate(("栏目", "必填", "示例（虚构）", "用途", "依据")):
            about.write_string(0, at, words, bold)
        for row, column in enumerate(source.columns, start=1):
            told = (
                column.title,
                "必填" if column.is_needed else "",
                EXAMPLES[column.field],
                column.purpose,
                column.basis,
            )
            for at, words in enumerate(told):
                about.write_string(row, at, words.removeprefix("law: "), text)
    return file


def returned(batch: Batch, *, failed_only: bool = False) -> IO[bytes]:
    """The user's own lines with a column that says what is wrong; with `failed_only` just those to put right."""
    problems = _problems(batch)
    count = 0
    try:
        with reception.opened(batch) as sheet, new_workbook(constant_memory=True) as (book, file):
            page, bold = book.add_worksheet("名册"), book.add_format({"bold": True})
            headings = [*mapping.theirs(sheet.headings), mapping.PROBLEM]
            for at, heading in enumerate(headings):
                page.write_string(0, at, _safe(heading), bold)
            page.set_column(0, len(headings) - 2, 16)
            page.set_column(len(headings) - 1, len(headings) - 1, _WIDE)
            for row, cells in enumerate(_lines(sheet, problems, failed_only), start=1):
                for at, cell in enumerate(cells):
                    page.write_string(row, at, _safe(cell))
                count = row
    except FileRefused as error:
        raise Refused(str(error)) from error
    audit.record("export", target=batch, details={"page": "sources.returned", "rows": count, "failed": failed_only})
    return file


def _problems(batch: Batch) -> dict[int, list[tuple[bool, str]]]:
    found: dict[int, list[tuple[bool, str]]] = defaultdict(list)
    for line, name, words, is_fatal in Fault.objects.filter(batch=batch).values_list(
        "line", "field", "words", "is_fatal"
    ):
        label = LABELS.get(name, "")
        told = words if not label or words.startswith(label) else f"{label}：{words}"
        found[line].append((is_fatal, told))
    return found


def _lines(sheet: sheets.Sheet, problems: dict[int, list[tuple[bool, str]]], failed_only: bool) -> Iterator[list[str]]:
    """A problem column of an earlier round gives way to the new one."""
    kept = [at for at, heading in enumerate(sheet.headings) if not mapping.is_ours(heading)]
    for line in sheet.lines:
        found = problems.get(line.number, [])
        if failed_only and not any(is_fatal for is_fatal, _ in found):
            continue
        yield [*(line.cells[at] for at in kept if at < len(line.cells)), "；".join(words for _, words in found)]


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULAS) else text
