"""Workbooks that are written to be handed out: what is text stays text, and nothing half-written is left open."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import xlsxwriter
from xlsxwriter.workbook import Workbook

_TEXT_STAYS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}


@contextmanager
def new_workbook(**options: Any) -> Iterator[tuple[Workbook, IO[bytes]]]:
    """A workbook and the file that it goes to, which is there to be read when the block is over."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked for the file closes it
    try:
        with xlsxwriter.Workbook(file, _TEXT_STAYS | options) as book:
            yield book, file
        file.seek(0)
    except BaseException:
        file.close()
        raise
