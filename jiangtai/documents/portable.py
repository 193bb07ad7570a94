"""Portable: the text of a PDF in paragraphs, as they were before its pages cut them into lines.

A line goes on in the next one unless it ends short of the margin or the next one is indented or numbered; page numbers
are no text. A PDF of pictures, one with a password and a damaged one are refused with what to do.
"""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from jiangtai.kernel import filetypes

from .grid import Piece, heads_at, is_head, rows

MOST_PAGES = 2_000
_PAGE_NUMBER = re.compile(r"[-—–－\s]*(?:第\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?(?:\s*页)?[-—–－\s]*")
_BEGINS = re.compile(
    r"第[一二三四五六七八九十]+[章节部条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d{1,3}\s*[.．、](?!\d)"
    r"|[①-⑳]|[【（(]?(?:牵头|责任|配合|负责|完成时限|主办|协办)[^。]{0,4}[：:]|[注附][：:]"
)
_ENDS = re.compile(r"[。！？；：:)）】”]$")
_WIDE = r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f“”‘’—…]"
_GAP = re.compile(rf"(?<={_WIDE})[ \u00a0]+(?=\S)|(?<=\S)[ \u00a0]+(?={_WIDE})")
_SCANNED = (
    "这份 PDF 里没有文字，应当是扫描件或图片。请换用原来的 Word 或带文字的 PDF；"
    "只有纸质件的，请先用文字识别软件转换并核对"
)
_LOCKED = "这份 PDF 设了打开密码，系统读不了内容。请取消密码后再试"
_BROKEN = "这份 PDF 已损坏，读不到正文。请用原软件重新导出 PDF，或改用 Word 文档"


def portable_text(content: bytes) -> str:
    """The text of a PDF, each paragraph a line; `FileRefused` where there is none to read."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise filetypes.FileRefused(_LOCKED)
        if len(reader.pages) > MOST_PAGES:
            raise filetypes.FileRefused(f"这份 PDF 有 {len(reader.pages)} 页，超过 {MOST_PAGES} 页，请只提交方案正文")
        lines = [_lines(page) for page in reader.pages]
    except filetypes.FileRefused:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise filetypes.FileRefused(_BROKEN) from error
    running = _running(lines)
    kept = [
        line for page in lines for line in _without_furniture(page) if is_head(line) or _place_of(line) not in running
    ]
    if not kept:
        raise filetypes.FileRefused(_SCANNED)
    return "\n".join(_paragraphs(kept))


def _lines(page: Any) -> list[list[Piece]]:
    """The lines of a page in the order in which they were written, each with its pieces from left to right."""
    found: list[list[Piece]] = []

    def piece(text: str, outer: list[float], inner: list[float], _font: Any, size: float) -> None:
        if text.strip():
            left = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
            top = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            _place(found, Piece(left, top, size * (abs(inner[3] * outer[3]) or 1.0), text.strip("\n")))

    page.extract_text(visitor_text=piece)
    return [[Piece(one.left, one.top, one.size, _joined(one.text)) for one in line] for line in found]


def _place(found: list[list[Piece]], piece: Piece) -> None:
    """Put a piece to the line before, where it stands at its height; with any gap between it is a piece of its own."""
    last = found[-1][-1] if found else None
    if last is None or abs(last.top - piece.top) >= piece.size * 0.4 or piece.left < last.left:
        found.append([piece])
    elif piece.left - last.right > piece.size * 0.35:
        found[-1].append(piece)
    else:
        last.text += piece.text


def _joined(text: str) -> str:
    """Without the gaps that typesetting leaves between Chinese and Latin signs."""
    return _GAP.sub("", text.strip())


def _without_furniture(page: list[list[Piece]]) -> list[list[Piece]]:
    """Without what is no text of the document: the page's number at its top or foot."""
    told = [line for line in page if any(piece.text for piece in line)]
    ends = {id(told[0]), id(told[-1])} if told else set()
    return [line for line in told if not (id(line) in ends and len(line) == 1 and _PAGE_NUMBER.fullmatch(line[0].text))]


def _running(pages: list[list[list[Piece]]]) -> set[tuple[str, int]]:
    """The heads and feet that run through a document: one line at one height of most pages; a table's are none."""
    ends = Counter(_place_of(line) for page in pages if len(page) > 2 for line in (page[0], page[-1]))
    return {place for place, times in ends.items() if times > 1 and times * 2 > len(pages) and len(place[0]) > 1}


def _place_of(line: list[Piece]) -> tuple[str, int]:
    return _said(line), round(line[0].top)


def _paragraphs(lines: list[list[Piece]]) -> Iterator[str]:
    """Lines that go on put together again, and the rows of tables."""
    sheet = _sheet([line[0] for line in lines])
    said, last, at = "", None, 0
    while at < len(lines):
        line = lines[at]
        if last is not None and not _goes_on(last, line, sheet):
            yield said
            said, last = "", None
        if heads_at(lines, at)[0]:
            table, at = rows(lines, at)
            yield from table
            continue
        said += _said(line)
        last, at = line, at + 1
    if last is not None:
        yield said


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where the lines of a document begin and end, and how short one is that ends its paragraph."""

    margin: float
    edge: float
    short: float


def _said(line: list[Piece]) -> str:
    """A line with a tab for each gap that no justified line has."""
    said = line[0].text
    for before, piece in pairwise(line):
        said += ("\t" if piece.left - before.right > piece.size * 1.2 else "") + piece.text
    return said


def _sheet(lines: list[Piece]) -> _Sheet:
    """The margins; where paragraphs are indented, a line must be far shorter to be taken for the last of one."""
    size = median(line.size for line in lines)
    body = [line for line in lines if abs(line.size - size) < 1]
    margin = min(line.left for line in body)
    indented = sum(line.left > margin + size * 0.8 for line in body)
    return _Sheet(margin, max(line.right for line in body), size * (6 if 0 < indented < len(body) else 2.5))


def _goes_on(last: list[Piece], line: list[Piece], sheet: _Sheet) -> bool:
    """Whether a line is the rest of the one before it."""
    before, piece = last[-1], line[0]
    if abs(before.size - piece.size) > 1 or "\t" in _said(line) or "\t" in _said(last):
        return False
    indented = piece.left > sheet.margin + piece.size * 0.8
    short = before.right < sheet.edge - sheet.short
    if _BEGINS.match(piece.text) and (short or _ENDS.search(before.text)):
        return False
    return not (indented or short)
