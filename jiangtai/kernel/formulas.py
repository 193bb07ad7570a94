"""Formulas in a workbook: where they stand, and which of them reach for something outside it.

Whoever reads a workbook sees what a formula last showed, and not that it is one. A part without formulas is only
searched for the sign; one with formulas is read tag by tag, which takes a fraction of the time its rows take later.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.parsers import expat

from .filetypes import FileRefused, workbook_of

_CHUNK = 1 << 20
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?(?:f|definedName)[\s/>]")
_PLACE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_LINE = re.compile(r"[0-9]{1,7}")
_QUOTED = re.compile('"[^"]*"')
_OUTSIDE = re.compile(r"(?:WEBSERVICE|\bRTD)\s*\(|\|[^|!]*!|\][^\[\](),!]*!", re.IGNORECASE)
_LINKED = (
    "表里有连到别的文件、程序或网址的公式，为安全起见不能上传；"
    "请在 Excel 的“数据—编辑链接”里断开链接，把公式复制后用“选择性粘贴—数值”保存，再上传"
)
_DAMAGED = "打不开这个表格，可能已损坏，请用原软件另存后重新上传"
_SHEET, _LINK, _NAME, _BEGIN, _END = 0x0085, 0x01AE, 0x0023, 0x0809, 0x000A
_OURSELVES, _ADDED = 0x0401, 0x3A01
_OLD_FORMULAS = {0x0006, 0x0206, 0x0406}
_WEBSERVICE = tuple("WEBSERVICE".encode(code) for code in ("ascii", "utf-16-le"))


class Span(NamedTuple):
    """Where one formula shows something: rows and columns from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


def reaches_out(text: str) -> bool:
    """Whether a formula asks another workbook, a program (DDE) or the web."""
    return bool(_OUTSIDE.search(_QUOTED.sub("", text)))


def refuse_links(path: Path, kind: str) -> None:
    """Refuse a workbook that asks others for what it shows, on whatever sheet."""
    is_linked = _is_linked_old(path) if kind == "xls" else _is_linked(path)
    if is_linked:
        raise FileRefused(_LINKED)


def _is_linked(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if name.lower().endswith(".xml")]
        if any("/externallinks/" in f"/{name.lower()}" for name in parts):
            return True
        return any(reaches_out(text) for part in parts for _, text in _formulas(archive, part))


def _is_linked_old(path: Path) -> bool:
    return any(_is_link(record, body) for record, body in _records(workbook_of(path.read_bytes())))


def formulas_on(path: Path, kind: str, sheet: int) -> Iterator[Span]:
    """The formulas of one sheet, which are counted from 0 in the workbook's own order."""
    return _of_old(workbook_of(path.read_bytes()), sheet) if kind == "xls" else _of_new(path, sheet)


def _of_new(path: Path, sheet: int) -> Iterator[Span]:
    with zipfile.ZipFile(path) as archive:
        part = _part(archive, sheet)
        yield from (span for span, _ in _formulas(archive, part) if span)


def _part(archive: zipfile.ZipFile, sheet: int) -> str:
    """Which part of the file a sheet is."""
    names = {name.lower(): name for name in archive.namelist()}
    try:
        with archive.open(names["xl/workbook.xml"]) as stream:
            sheets = [told for name, told, _ in _elements(stream, {"sheet"})]
        with archive.open(names["xl/_rels/workbook.xml.rels"]) as stream:
            targets = {told["Id"]: told["Target"] for _, told, _ in _elements(stream, {"Relationship"})}
        wanted = next(value for key, value in sheets[sheet].items() if key.rpartition(":")[2] == "id")
        target = targets[wanted].lstrip("/")
        return names[(target if target.lower().startswith("xl/") else f"xl/{target}").lower()]
    except (KeyError, IndexError, StopIteration) as error:
        raise FileRefused(_DAMAGED) from error


def _formulas(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[Span | None, str]]:
    """Every formula of a part with its text; a name that is defined by one stands in no cell."""
    with archive.open(part) as stream:
        if not _has_formula(stream):
            return
    row = column = -1
    with archive.open(part) as stream:
        for name, told, text in _elements(stream, {"row", "c", "f", "definedName"}):
            if name == "row":
                row, column = int(told["r"]) - 1 if _LINE.fullmatch(told.get("r", "")) else row + 1, -1
            elif name == "c":
                at = _PLACE.fullmatch(told.get("r", ""))
                row, column = (int(at[2]) - 1, _column(at[1])) if at else (row, column + 1)
            elif name == "f":
                yield _span(row, column, told), text
            else:
                yield None, text


def _has_formula(stream: Any) -> bool:
    tail = b""
    while chunk := stream.read(_CHUNK):
        if _FORMULA.search(tail + chunk):
            return True
        tail = chunk[-64:]
    return False


def _span(row: int, column: int, told: dict[str, str]) -> Span:
    """One cell; of what fills many cells all of them."""
    corners = _PLACE.findall(told.get("ref", "")) if told.get("t") == "array" else []
    if not corners:
        return Span(row, column, row, column)
    rows, columns = [int(number) - 1 for _, number in corners], [_column(letters) for letters, _ in corners]
    return Span(min(rows), min(columns), max(rows), max(columns))


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _elements(stream: Any, wanted: set[str]) -> Iterator[tuple[str, dict[str, str], str]]:
    """The elements of these names in order: what holds others as it begins, a formula with its text as it ends."""
    found: list[tuple[str, dict[str, str], str]] = []
    open_: list[tuple[str, dict[str, str]]] = []
    said: list[str] = []

    def begin(tag: str, told: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name in ("f", "definedName"):
            open_.append((name, told))
            said.clear()
            parser.CharacterDataHandler = said.append
        elif name in wanted:
            found.append((name, told, ""))

    def end(tag: str) -> None:
        if open_ and tag.rpartition(":")[2] == open_[-1][0]:
            found.append((*open_.pop(), "".join(said)))
            parser.CharacterDataHandler = None

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
            yield from found
            found.clear()
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # also of an encoding that nobody knows
        raise FileRefused(_DAMAGED) from error


# A workbook of 1997.


def _records(workbook: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    """The records of the stream from a place on."""
    while at + 4 <= len(workbook):
        record, length = struct.unpack_from("<HH", workbook, at)
        yield record, workbook[at + 4 : at + 4 + length]
        at += 4 + length


def _is_link(record: int, body: bytes) -> bool:
    if record == _LINK and len(body) >= 4:
        return struct.unpack_from("<H", body, 2)[0] not in (_OURSELVES, _ADDED)
    return record == _NAME and any(word in body for word in _WEBSERVICE)


def _of_old(workbook: bytes, sheet: int) -> Iterator[Span]:
    """From where the sheet begins to its end; a chart in it begins and ends as a sheet does."""
    try:
        places = [struct.unpack_from("<I", body)[0] for record, body in _records(workbook) if record == _SHEET]
        depth = 0
        for record, body in _records(workbook, places[sheet]):
            depth += (record == _BEGIN) - (record == _END)
            if depth <= 0:
                return
            if record in _OLD_FORMULAS and depth == 1:
                row, column = struct.unpack_from("<HH", body)
                yield Span(row, column, row, column)
    except (struct.error, IndexError) as error:
        raise FileRefused(_DAMAGED) from error
