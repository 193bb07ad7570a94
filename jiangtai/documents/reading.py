"""Reading: the plain text of a document that somebody hands in, the same for everybody who reads it; no Django.

Lines end with one line feed. A Word document gives each paragraph a line, with the number that Word writes before it;
the cells of a table's row share one, parted by tabs: one that spans columns is followed by empty ones, one merged with
the cell above is `SAME_AS_ABOVE`. What is hidden or was deleted with changes tracked is not there, nor what stands
around the body: headers, footers and notes. A PDF gives its paragraphs. Plain text is UTF-8, GB18030 or, with its mark,
UTF-16; a page break ends a line there.
Places in a document are counted in this text.
"""

import codecs
import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from jiangtai.kernel import filetypes

from .numbering import Numbering, numbering

SAME_AS_ABOVE = "〃"
MOST_BYTES = 50 * 2**20
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LINE_ENDS = re.compile(r"\r\n?")
_BREAKS = re.compile(r"[\n\t]+")
_MOST_COLUMNS = 60
_DELETED_END = f"{_WORD}pPr/{_WORD}rPr/{_WORD}del"
_SIGNS = {
    **dict.fromkeys((f"{_WORD}tab", f"{_WORD}ptab"), "\t"),
    **dict.fromkeys((f"{_WORD}br", f"{_WORD}cr"), "\n"),
    f"{_WORD}noBreakHyphen": "-",
}
_SILENT = {_FALLBACK, *(f"{_WORD}{name}" for name in ("pPr", "rPr", "moveFrom", "del", "rt"))}
_OFF = ("0", "false", "off")


def document_text(source: str | Path | BinaryIO, name: str = "", kinds: Collection[str] = ()) -> str:
    """The text of a file; its kind is what its content is. `FileRefused` says why one cannot be read."""
    called = name or Path(str(getattr(source, "name", source))).name
    content = _content(source)
    if called.lower().endswith(".txt"):
        content = _in_bytes(content).replace(b"\f", b"\n")
    kind = filetypes.inspect(io.BytesIO(content), called, MOST_BYTES, set(kinds or _READERS)).kind
    return _READERS[kind](content)


def _in_bytes(content: bytes) -> bytes:
    """What Notepad calls Unicode, UTF-16 with its mark, as UTF-8; all else as it is."""
    if not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content
    try:
        return content.decode("utf-16").encode()
    except UnicodeDecodeError:
        return content


def _content(source: str | Path | BinaryIO) -> bytes:
    """What there is to read, and one byte more than may be, so that a larger file is refused."""
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            return _content(file)
    source.seek(0)
    return source.read(MOST_BYTES + 1)


def _plain(content: bytes) -> str:
    """Text in UTF-8, with a mark at its head or without, or else in GB18030."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return _LINE_ENDS.sub("\n", text)


def read_word(content: bytes, root: Any = None) -> str:
    """The text of a Word document; with `root` that of another body, read as if it stood in this one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if root is None:
                root = ElementTree.fromstring(archive.read("word/document.xml"))  # noqa: S314  inspected: no DOCTYPE
            lists = numbering(archive)
    except (KeyError, ElementTree.ParseError) as error:
        raise filetypes.FileRefused("Word 文档里读不到正文，可能已损坏，请用 Word 打开后另存再试") from error
    body = root.find(f"{_WORD}body")
    return "\n".join(_lines(body, lists)) if body is not None else ""


def _lines(block: Element, lists: Numbering) -> Iterator[str]:
    """The lines of whatever holds paragraphs and tables."""
    before = ""
    for part in block:
        if part.tag == f"{_WORD}p":
            said, is_joined = _said(part), part.find(_DELETED_END) is not None
            label = "" if is_joined and not said.strip() else lists.label(part)
            before += (label if said.strip() and not before else "") + said
            if not is_joined:
                yield before
                before = ""
            yield from _boxed(part, lists)
        elif part.tag == f"{_WORD}tr":
            yield "\t".join(one for cell in _cells(part) for one in _cell(cell, lists))
        elif part.tag not in _SILENT:
            yield from _lines(part, lists)
    if before:
        yield before


def _cell(cell: Element, lists: Numbering) -> list[str]:
    """What a cell says in one line, and an empty cell for each further column that it spans."""
    said = " ".join(filter(None, (_BREAKS.sub(" ", line).strip() for line in _lines(cell, lists))))
    properties = cell.find(f"{_WORD}tcPr")
    if properties is None:
        return [said]
    merged, span = properties.find(f"{_WORD}vMerge"), properties.find(f"{_WORD}gridSpan")
    if merged is not None and merged.get(f"{_WORD}val", "continue") == "continue":
        said = said or SAME_AS_ABOVE
    columns = span.get(f"{_WORD}val", "1") if span is not None else "1"
    return [said] + [""] * (min(int(columns), _MOST_COLUMNS) - 1 if columns.isdigit() else 0)


def _cells(row: Element) -> Iterator[Element]:
    """The cells of a row, those of a table within a cell not among them."""
    for part in row:
        if part.tag == f"{_WORD}tc":
            yield part
        else:
            yield from _cells(part)


def _said(part: Element) -> str:
    """What stands in a paragraph or a piece of one; what floats in a box beside it is not part of it."""
    if part.tag == f"{_WORD}t":
        return part.text or ""
    if part.tag in _SIGNS:
        return _SIGNS[part.tag]
    hidden = part.find(f"{_WORD}rPr/{_WORD}vanish")
    if hidden is not None and hidden.get(f"{_WORD}val") not in _OFF:
        return ""
    return "".join(_said(one) for one in part if one.tag not in _SILENT and one.tag != f"{_WORD}txbxContent")


def _boxed(part: Element, lists: Numbering) -> Iterator[str]:
    """The lines in the boxes anchored in a paragraph."""
    for one in part:
        if one.tag == f"{_WORD}txbxContent":
            yield from _lines(one, lists)
        elif one.tag not in _SILENT:
            yield from _boxed(one, lists)


def _portable(content: bytes) -> str:
    """A PDF; what reads it is loaded only then."""
    from .portable import portable_text

    return portable_text(content)


_READERS: dict[str, Callable[[bytes], str]] = {"txt": _plain, "docx": read_word, "pdf": _portable}
