"""Correcting: words of a Word document replaced where they stand, with its layout, a highlight and a comment.

Places are counted in `document_text`. To find them in the file, the reader reads a copy in which every sign is a number
of its own: what it gives back says, sign by sign, where each came from.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.run import Run

from jiangtai.kernel import FileRefused

from .reading import read_word

_FIRST, _LAST = 0xF0000, 0x10FFFD


@dataclass(frozen=True)
class Correction:
    """What stands at a place of the text, what shall stand there, and why."""

    start: int
    end: int
    words: str
    why: str = ""


def corrected(content: bytes, corrections: Sequence[Correction], *, by: str = "匠台") -> bytes:
    """The document with these corrections, each highlighted and commented; all else stays as it is."""
    try:
        document = Document(io.BytesIO(content))
        places = _places(document, content)
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise FileRefused("这份 Word 文档改不了，请用 Word 另存后再试，或下载文字版（txt）") from error
    for one in sorted(corrections, key=lambda one: -one.start):
        _correct(document, places, one, by)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


_Place = tuple[Any, int]


def _places(document: Any, content: bytes) -> list[_Place | None]:
    """Of every sign of the text the element that holds it, and its place there; None for what no element says."""
    copy, found = deepcopy(document.element), list[_Place]()
    for kept, one in zip(_texts(document.element), _texts(copy), strict=True):
        said = []
        for at, sign in enumerate(kept.text or ""):
            if sign.isspace():
                said.append(sign)
                continue
            said.append(chr(_FIRST + len(found)))
            found.append((kept, at))
        one.text = "".join(said)
        if _FIRST + len(found) > _LAST:
            raise FileRefused("文稿太长，改不了 Word，请下载文字版（txt），或分几次核")
    text, marked = read_word(content), read_word(content, copy)
    places = [found[ord(sign) - _FIRST] if ord(sign) >= _FIRST else None for sign in marked]
    if len(marked) != len(text) or any(place and place[0].text[place[1]] != sign
                                       for place, sign in zip(places, text, strict=True)):  # fmt: skip
        raise FileRefused("这份 Word 文档的版式特殊，系统对不上每个字的位置，请下载文字版（txt）")
    return places


def _texts(root: Any) -> Iterable[Any]:
    return root.iter(qn("w:t"))


def _correct(document: Any, places: list[_Place | None], one: Correction, by: str) -> None:
    """Put the words where the first sign stood, in its look; take the rest of the old ones away."""
    spans: dict[Any, tuple[int, int]] = {}
    for place in places[one.start : one.end]:
        if place is not None:
            low, high = spans.get(place[0], (place[1], place[1]))
            spans[place[0]] = min(low, place[1]), max(high, place[1])
    if not spans:
        raise FileRefused("要改的数在文档里不是普通文字（例如自动编号），请在 Word 里自己改")
    elements = list(spans)
    for text in elements[1:]:
        low, high = spans[text]
        _say(text, text.text[:low] + text.text[high + 1 :])
    first = elements[0]
    low, high = spans[first]
    rest = first.text[high + 1 :] if len(elements) == 1 else ""
    run = _split(first, low, rest, one.words)
    if run is not None and one.why and next(run.iterancestors(qn("w:txbxContent")), None) is None:
        document.add_comment(Run(run, document._body), text=one.why, author=by, initials="核")


def _split(text: Any, at: int, rest: str, words: str) -> Any:
    """The run cut in three, so that only the new words are highlighted; the middle one."""
    run = text.getparent()
    if run.tag != qn("w:r"):
        _say(text, text.text[:at] + words + rest)
        return None
    middle, after = OxmlElement("w:r"), OxmlElement("w:r")
    for made in (middle, after):
        if (look := run.find(qn("w:rPr"))) is not None:
            made.append(deepcopy(look))
    said, left = OxmlElement("w:t"), OxmlElement("w:t")
    _say(said, words)
    middle.append(said)
    _highlight(middle)
    later = list(run)[list(run).index(text) + 1 :]
    if rest:
        _say(left, rest)
        after.append(left)
    for one in later:
        after.append(one)
    _say(text, text.text[:at])
    run.addnext(middle)
    if rest or later:
        middle.addnext(after)
    return middle


def _highlight(run: Any) -> None:
    """Yellow behind the words, where the schema has it."""
    Run(run, None).font.highlight_color = WD_COLOR_INDEX.YELLOW  # type: ignore[arg-type]


def _say(text: Any, said: str) -> None:
    text.text = said
    text.set(qn("xml:space"), "preserve")
