"""How far the cells of a workbook reach, found out before anything opens it and keeps room for all of them."""

import re
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

from .filetypes import MOST_CELLS, FileRefused

_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")
_ROW, _CELL = re.compile(rb"<(?:\w+:)?row\b"), re.compile(rb"<(?:\w+:)?c[\s/>]")


def refuse_vast(file: Path | BinaryIO) -> None:
    """A table whose far corner holds a cell takes the memory of all that lies between: look before opening it."""
    with zipfile.ZipFile(file) as archive:
        for part in archive.namelist():
            with archive.open(part) as stream:
                height, width, cells = _extent(stream)
            if max(height * width, cells) > MOST_CELLS:
                raise FileRefused(
                    f"表格从头到尾有 {height:,} 行、{width:,} 列，大多是空的，请删去多余的空行空列，"
                    "或拆成几份，再试一次"
                )


def _extent(stream: Any) -> tuple[int, int, int]:
    """How far a part's cells reach, whatever it is called, and how many there are.

    A row or a cell says where it is, or follows the one before it.
    """
    height = width = rows = cells = 0
    tail = b""
    while chunk := stream.read(1 << 22):
        text = tail + chunk
        places = _PLACE.findall(text)
        if places:
            height = max(height, max(int(row) for _, row in places))
            width = max(width, max(_column(letters.upper()) for letters in {letters for letters, _ in places}))
        rows += len(_ROW.findall(text)) - len(_ROW.findall(tail))
        cells += len(_CELL.findall(text)) - len(_CELL.findall(tail))
        if len(_CELL.findall(text)) > sum(bool(letters) for letters, _ in places):
            width = max(width, max(len(_CELL.findall(row)) for row in _ROW.split(text)))
        tail = text[-64:]
    return max(height, rows), width, cells


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
