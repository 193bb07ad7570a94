"""What a file is, decided by its content; what could harm whoever opens it is refused with a reason."""

import codecs
import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "csv": "text/csv",
    "txt": "text/plain",
}
LABELS = {
    "pdf": "PDF 文档",
    "png": "PNG 图片",
    "jpg": "JPEG 图片",
    "docx": "Word 文档（docx）",
    "xlsx": "Excel 工作簿（xlsx）",
    "xls": "旧版 Excel 工作簿（xls）",
    "csv": "CSV 表格",
    "txt": "纯文本",
}
MAX_INFLATED = 500 * 1024 * 1024
MAX_RATIO = 200
LARGE = 100 * 1024 * 1024
"""Who takes files beyond this takes a million rows, which inflate beyond the limit, and honestly to ten times."""

MAX_TIMES, MAX_RATIO_OF_LARGE = 5, 50
"""What may come out of such a file: so many times the most that is taken, and of the file itself."""

MAX_ENTRIES = 5_000
MOST_CELLS = 40_000_000
"""From the first cell to the last of a table, the empty ones between them counted: what opens it keeps room for all."""

MOST_EMBEDDED = 10 * 1024 * 1024
"""The workbook behind a chart of a Word document, as it lies there."""

_SMALL_ENOUGH_FOR_ANY_RATIO = 10 * 1024 * 1024
_CHUNK = 1 << 16
_ENCODINGS = ("utf-8-sig", "gb18030")
_MARKED = {
    codecs.BOM_UTF8: ("utf-8-sig",),
    codecs.BOM_UTF16_LE: ("utf-16",),
    codecs.BOM_UTF16_BE: ("utf-16",),
}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
)
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x05\x06")
# A compressed picture (emz, wmz) is a gzip file and may stand in a document; these may not.
_NESTED = (_ZIP, _OLE, b"Rar!", b"7z\xbc\xaf\x27\x1c")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|table|script|svg|\?xml|\?php|%)", re.IGNORECASE)
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
_MACRO_PART = re.compile(r"vbaproject|vbadata|macrosheets/|(?:^|/)activex/", re.IGNORECASE)
_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject|macrosheet|ms-office\.activeX", re.IGNORECASE)
_CHART_WORKBOOK = re.compile(r"word/embeddings/[^/]+\.xlsx", re.IGNORECASE)
_MAIN_PARTS = {b"wordprocessingml.document.main+xml": "docx", b"spreadsheetml.sheet.main+xml": "xlsx"}


class FileRefused(ValueError):
    """A file is not taken; the message says why and what to hand in instead."""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What a file turned out to be."""

    kind: str
    media_type: str
    size: int
    sha256: str


def inspect(source: str | Path | BinaryIO, name: str, max_bytes: int, allowed: set[str]) -> FileInfo:
    """The kind, size and digest of a file that is safe to keep, or `FileRefused`."""
    data = _read(source, max_bytes)
    claimed = _claimed(name)
    kind = _kind(data, claimed, max_bytes)
    if kind != claimed:
        raise FileRefused(
            f"文件名是 .{claimed or '（没有扩展名）'}，内容却是{LABELS[kind]}，"
            "请核对是否改过扩展名，或用原软件另存后重新上传"
        )
    if kind not in allowed:
        wanted = "、".join(LABELS[one] for one in LABELS if one in allowed)
        raise FileRefused(f"这里不收{LABELS[kind]}，可以上传：{wanted}")
    return FileInfo(kind, MEDIA_TYPES[kind], len(data), hashlib.sha256(data).hexdigest())


def _read(source: str | Path | BinaryIO, max_bytes: int) -> bytes:
    """The whole content, of which no more is ever held than may be handed in."""
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            return _read(file, max_bytes)
    source.seek(0)
    data = source.read(max_bytes + 1)
    source.seek(0)
    if not data:
        raise FileRefused("文件是空的（0 字节），请确认已保存后重新上传")
    if len(data) > max_bytes:
        raise FileRefused(f"文件超过 {_megabytes(max_bytes)}，请压缩图片或拆分后重新上传")
    return data


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.4g} MB"


def _claimed(name: str) -> str:
    """The kind that the name claims."""
    if re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", name):
        raise FileRefused("文件名里有看不见的控制字符，可能被人动过手脚，请改名后重新上传")
    suffix = PurePath(name.strip()).suffix.lstrip(".").lower()
    return {"jpeg": "jpg"}.get(suffix, suffix)


def _kind(data: bytes, claimed: str, max_bytes: int) -> str:
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            return kind
    if data.startswith(_ZIP):
        return _office(data, _most_inflated(len(data), max_bytes))
    if data.startswith(_OLE):
        return _old_office(data)
    _refuse_programs(data)
    return _text(data, claimed)


def _refuse_programs(data: bytes) -> None:
    if data.startswith(_PROGRAMS):
        raise FileRefused("这是可执行程序或脚本，不能上传，请上传文档、表格或图片")
    if data.startswith(_ARCHIVES):
        raise FileRefused("这是压缩包，不能上传，请解压后逐个上传其中的文件")
    if _MARKUP.match(data):
        raise FileRefused("内容是网页代码，不是表格或文本（有的系统导出的“xls”就是这样），请用 Excel 打开后另存为 xlsx")


def encodings_of(head: bytes) -> tuple[str, ...]:
    """In which encodings a text that begins so may be, the likeliest first; a mark at its head leaves no choice."""
    marked = (mark for mark in _MARKED if head.startswith(mark))
    return next((_MARKED[mark] for mark in marked), _ENCODINGS)


def _text(data: bytes, claimed: str) -> str:
    """Text has no signature: it is what decodes without a control character, and its name says which kind."""
    furthest = 0
    for encoding in encodings_of(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, len(data) - len(error.object) + error.start)  # the mark is taken off
            continue
        if not _CONTROLS.search(text):
            _refuse_programs(text[:_CHUNK].encode())
            return claimed if claimed in ("csv", "txt") else "txt"
    accepted = "、".join(LABELS.values())
    line = data.count(b"\n", 0, furthest) + 1
    where = f"从第 {line:,} 行起有读不了的字，" if claimed in ("csv", "txt") and line > 1 else ""
    raise FileRefused(
        f"认不出这个文件的内容，{where}它可能已损坏，或不是 UTF-8、GB18030 编码的文本；可识别的有：{accepted}"
    )


def _office(data: bytes, most: int) -> str:
    """A docx or xlsx whose every part has been looked at."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_directory(archive.infolist(), most)
            types, _ = _refuse_parts(archive, most)
    except FileRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError):
        raise FileRefused(_DAMAGED) from None
    if _MACRO_TYPE.search(types):
        raise FileRefused(_MACROS)
    for marker, kind in _MAIN_PARTS.items():
        if marker in types:
            return kind
    raise FileRefused("这是压缩包或不支持的文档格式，请解压后上传其中的文件，或另存为 docx、xlsx")


_DAMAGED = "文件已损坏，打不开其中的内容，请用原软件另存为 docx 或 xlsx 后重新上传"
_ALTERED = "文件内部登记的内容与实际不符，疑似被改造过，请用原软件另存后重新上传"
_MACROS = "文件里带有宏或控件程序，为安全起见不能上传，请另存为不含宏的 docx 或 xlsx"
_BOMB = "文件解压后大得异常，疑似恶意文件，不能上传；如确是正常表格，请删去空白行列并拆分后再传"
_ENCRYPTED = "文件设了打开密码，系统读不了内容，请取消密码后重新上传"


def _refuse_directory(parts: list[zipfile.ZipInfo], most: int) -> None:
    """What can be seen without inflating anything."""
    names = [part.filename for part in parts]
    if len(parts) > MAX_ENTRIES:
        raise FileRefused(f"文件里有 {len(parts)} 个部件，超过 {MAX_ENTRIES} 个，疑似恶意文件，请拆分后重新上传")
    if len({name.lower() for name in names}) < len(names) or any(_strays(name) for name in names):
        raise FileRefused(_ALTERED)
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise FileRefused(_ALTERED)
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused(_ENCRYPTED)
    if any(_MACRO_PART.search(name) for name in names):
        raise FileRefused(_MACROS)
    _refuse_bomb(sum(part.file_size for part in parts), most)


def _strays(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in PurePath(name).parts


def _most_inflated(size: int, max_bytes: int) -> int:
    """How much may come out of a file of this size where so large ones are taken."""
    most = min(MAX_INFLATED, max(size * MAX_RATIO, _SMALL_ENOUGH_FOR_ANY_RATIO))
    return max(most, min(max_bytes * MAX_TIMES, size * MAX_RATIO_OF_LARGE)) if max_bytes > LARGE else most


def _refuse_bomb(inflated: int, most: int) -> None:
    if inflated > most:
        raise FileRefused(_BOMB)


def _refuse_parts(archive: zipfile.ZipFile, most: int, before: int = 0, *, is_inner: bool = False) -> tuple[bytes, int]:
    """Read every part once, counting what really comes out, and hand back the list of content types and the count.

    A chart keeps its numbers in a workbook of its own, looked at as closely; all else that is nested is refused.
    """
    types, inflated, beside = b"", before, 0
    for part in archive.infolist():
        tail, workbook = b"", bytearray()
        is_workbook = not is_inner and bool(_CHART_WORKBOOK.fullmatch(part.filename))
        for number, chunk in enumerate(_inflate(archive, part, most)):
            inflated += len(chunk)
            beside += 0 if part.filename.startswith("xl/worksheets/") else len(chunk)
            _refuse_bomb(inflated, most)
            _refuse_bomb(beside, MAX_INFLATED)  # a million rows lie in the sheets
            if is_workbook and len(workbook) + len(chunk) > MOST_EMBEDDED:
                raise FileRefused(f"图表里的表格（{PurePath(part.filename).name}）太大，请把图表粘贴成图片后重新上传")
            workbook += chunk if is_workbook else b""
            if number == 0 and not (is_workbook and chunk.startswith(_ZIP)):
                _refuse_nested(part.filename, chunk)
            if any(mark in tail + chunk for mark in _DOCTYPES):
                raise FileRefused("文件内部含有外部实体声明（DOCTYPE），疑似恶意文件，请用原软件另存后重新上传")
            tail = chunk[-len(_DOCTYPES[-1]) :]
            if part.filename == "[Content_Types].xml":
                types += chunk
        if workbook.startswith(_ZIP):
            inflated = _refuse_workbook(part.filename, bytes(workbook), most, inflated)
    return types, inflated


def _refuse_workbook(name: str, data: bytes, most: int, inflated: int) -> int:
    """The workbook of a chart: what comes out of it counts with the document's own parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _refuse_directory(archive.infolist(), _most_inflated(len(data), MOST_EMBEDDED))
        types, inflated = _refuse_parts(archive, most, inflated, is_inner=True)
    if _MACRO_TYPE.search(types):
        raise FileRefused(_MACROS)
    if b"spreadsheetml.sheet.main+xml" not in types:
        _refuse_nested(name, data)
    return inflated


def _inflate(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """The part in small pieces, past its declared size if there is more: other readers do not stop there."""
    declared, part.file_size = part.file_size, most + 2 * _CHUNK  # so that what is too much is seen before the end
    found = 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            found += len(chunk)
            yield chunk
    if found != declared:
        raise FileRefused(_ALTERED)


def _refuse_nested(name: str, beginning: bytes) -> None:
    if beginning.startswith(_NESTED):
        raise FileRefused(f"文件里嵌着另一个文档或压缩包（{PurePath(name).name}），请删去嵌入的对象后重新上传")
    if beginning.startswith(_PROGRAMS):
        raise FileRefused(f"文件里嵌着可执行程序（{PurePath(name).name}），不能上传")


def _old_office(data: bytes) -> str:
    """An xls without password and macros; other documents of its age are refused by name."""
    try:
        _refuse_old({name.lower() for name in _Compound(data).names()})
        _refuse_records(workbook_of(data))
    except (struct.error, IndexError, LookupError):
        raise FileRefused(_DAMAGED) from None
    return "xls"


def workbook_of(data: bytes) -> bytes:
    """The records of an xls, out of the small file system in which they lie."""
    streams = _Compound(data)
    names = {name.lower() for name in streams.names()}
    return streams.read("workbook" if "workbook" in names else "book")


def _refuse_old(names: set[str]) -> None:
    if names & {"encryptedpackage", "encryptioninfo"}:
        raise FileRefused(_ENCRYPTED)
    if names & {"vba", "macros", "_vba_project", "_vba_project_cur"}:
        raise FileRefused(_MACROS)
    if any(name.startswith("mbd") for name in names):
        raise FileRefused("文件里嵌着另一个文档，请删去嵌入的对象后重新上传")
    if "worddocument" in names:
        raise FileRefused("这是旧版 Word 文档（doc），请另存为 docx 后重新上传")
    if not names & {"workbook", "book"}:
        raise FileRefused("这是不支持的旧版文档，请另存为 docx、xlsx 或 PDF 后重新上传")


_END_OF_GLOBALS, _PASSWORD, _SHEET = 0x000A, 0x002F, 0x0085
_WORKSHEET, _CHART = 0, 2
_BEGINS = {0x0009, 0x0209, 0x0409, 0x0809}
_MANY_IN_A_ROW = {0x00BD, 0x00BE}
_CELLS = {0x0006, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x0206, 0x0207, 0x027E, 0x0406, *_MANY_IN_A_ROW}


def _refuse_records(workbook: bytes) -> None:
    """Walk the records that stand before the sheets: a password and macro sheets are declared there."""
    at, record = 0, -1
    while record != _END_OF_GLOBALS:
        record, length = struct.unpack_from("<HH", workbook, at)
        if record == _PASSWORD:
            raise FileRefused(_ENCRYPTED)
        if record == _SHEET and workbook[at + 9] not in (_WORKSHEET, _CHART):
            raise FileRefused(_MACROS)
        at += 4 + length
    _refuse_vast_sheets(workbook, at)


def _refuse_vast_sheets(workbook: bytes, at: int) -> None:
    """Whoever opens the workbook keeps room for all that lies between the corners of each sheet's cells."""
    total, corners = 0, [0, 0, 0, 0]  # the first row and column, and those behind the last
    while at + 4 <= len(workbook):
        record, length = struct.unpack_from("<HH", workbook, at)
        if record in _BEGINS:
            total, corners = total + _area(corners), [0, 0, 0, 0]
        elif record in _CELLS and length >= 6:
            row, first = struct.unpack_from("<HH", workbook, at + 4)
            last = struct.unpack_from("<H", workbook, at + 2 + length)[0] if record in _MANY_IN_A_ROW else first
            top, left, bottom, right = corners if corners[2] else (row, first, 0, 0)
            corners = [min(top, row), min(left, first), max(bottom, row + 1), max(right, last + 1)]
        at += 4 + length
    if total + _area(corners) > MOST_CELLS:
        raise FileRefused("表格里的空行空列太多，请删去多余的空行空列，或拆成几份，再试一次")


def _area(corners: list[int]) -> int:
    top, left, bottom, right = corners
    return (bottom - top) * max(right - left, 0)


class _Compound:
    """A compound file (OLE2): a small file system in a file, of which names and one stream are wanted."""

    _FREE = 0xFFFFFFFA  # this and above are marks, not sectors
    _SMALLEST_STREAM = 4096

    def __init__(self, data: bytes) -> None:
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in (9, 12):
            raise LookupError("sector size")
        self._data, self._sector = data, 1 << shift
        self._count = len(data) >> shift
        self._table = self._allocation()
        directory = self._chain(struct.unpack_from("<I", data, 48)[0])
        self._entries = [directory[at : at + 128] for at in range(0, len(directory), 128)]

    def names(self) -> list[str]:
        """The names of all storages and streams."""
        return [self._name(entry) for entry in self._entries if entry[66]]

    def read(self, name: str) -> bytes:
        """The content of a stream; one under 4096 bytes would lie elsewhere, but no workbook is so small."""
        entry = next((one for one in self._entries if one[66] and self._name(one).lower() == name), None)
        if entry is None:
            raise LookupError(name)
        first, size = struct.unpack_from("<II", entry, 116)
        if size < self._SMALLEST_STREAM:
            raise LookupError("short stream")
        return self._chain(first)[:size]

    def _name(self, entry: bytes) -> str:
        (length,) = struct.unpack_from("<H", entry, 64)
        return entry[: max(length - 2, 0)].decode("utf-16-le", "replace")

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        if start >= len(self._data):
            raise LookupError("sector outside the file")
        return self._data[start : start + self._sector]

    def _allocation(self) -> list[int]:
        """The table that names for every sector the one that follows it."""
        listed, further = (
            list(struct.unpack_from("<109I", self._data, 76)),
            struct.unpack_from("<I", self._data, 68)[0],
        )
        for _ in range(self._count):
            if further >= self._FREE:
                break
            *more, further = self._numbers(further)
            listed += more
        tables = [sector for sector in listed if sector < self._FREE]
        if len(tables) > self._count:
            raise LookupError("more tables than sectors")
        return [following for sector in tables for following in self._numbers(sector)]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        """A sector as numbers; the last one of a file may have been cut short."""
        return struct.unpack(f"<{self._sector // 4}I", self._at(sector).ljust(self._sector, b"\xff"))

    def _chain(self, sector: int) -> bytes:
        """The sectors of a stream put together; a chain longer than the file bites its own tail."""
        found: list[bytes] = []
        while sector < self._FREE:
            if len(found) > self._count:
                raise LookupError("endless chain")
            found.append(self._at(sector))
            sector = self._table[sector]
        return b"".join(found)
