"""Lists as offices send them, of invented people."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from jiangtai.people.sources import SOURCES, Batch, hand_in, take_over, work_on

DAY = date(2026, 9, 30)


def sheet(rows: list[list[Any]], name: str = "名册.xlsx") -> SimpleUploadedFile:
    """Rows as a workbook."""
    return book({"Sheet1": rows}, name)


def book(pages: dict[str, list[list[Any]]], name: str = "名册.xlsx") -> SimpleUploadedFile:
    """A workbook of several sheets."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_numbers": False}) as made:
        made.set_properties({"created": datetime(2026, 9, 1, tzinfo=UTC)})  # the same rows are the same file
        for title, rows in pages.items():
            page = made.add_worksheet(title)
            for at, row in enumerate(rows):
                for place, value in enumerate(row):
                    if value not in ("", None):
                        page.write(at, place, value)
    return SimpleUploadedFile(name, file.getvalue())


def text(rows: list[list[str]], name: str = "名册.csv", encoding: str = "utf-8-sig") -> SimpleUploadedFile:
    """Rows as a CSV."""
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return SimpleUploadedFile(name, file.getvalue().encode(encoding))


def titles(key: str) -> list[str]:
    """The headings of a source's template."""
    return [column.title for column in SOURCES[key].columns]


def rows_of(key: str, *people: dict[str, str]) -> list[list[str]]:
    """A list under the template's headings."""
    return [titles(key), *([one.get(column.field, "") for column in SOURCES[key].columns] for one in people)]


def handed_in(key: str, unit: Any, upload: SimpleUploadedFile, day: date = DAY, **more: Any) -> Batch:
    """A file that was handed in and looked at."""
    batch = hand_in(SOURCES[key], unit, upload, as_of=day, **more)
    work_on(batch.pk)
    batch.refresh_from_db()
    return batch


def loaded(key: str, unit: Any, *people: dict[str, str], day: date = DAY, **more: Any) -> Batch:
    """A list that went all the way."""
    batch = handed_in(key, unit, sheet(rows_of(key, *people)), day, **more)
    take_over(batch)
    work_on(batch.pk)
    batch.refresh_from_db()
    return batch
