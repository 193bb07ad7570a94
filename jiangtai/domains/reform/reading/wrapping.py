"""Wrapping: plain text whose lines were broken at a fixed width, put together as its paragraphs were."""

import re
import unicodedata
from itertools import pairwise

from .outline import BULLETS, SPACES, is_numbered, lines
from .tags import begins_tag

_FEWEST, _NARROWEST, _WIDEST, _RAGGED = 8, 40, 140, 6
_PAGE = re.compile(r"\s*(?:[-—–－]{1,2}\s*\d{1,4}\s*[-—–－]{1,2}|第\s*\d{1,4}\s*页(?:[\s，,/]*共\s*\d{1,4}\s*页)?)\s*")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_STOPS = "。！？；：:;）)】"
_APART = re.compile(rf"[{SPACES}]*(?:[注附]\s*[：:件表]|[{re.escape(BULLETS)}])")


def as_read(text: str) -> str:
    """The text in which all places are counted: lines that were broken at a fixed width put together."""
    text = _without_pages(_UNSEEN.sub("", text))
    told = [text[start:end].rstrip(SPACES) for start, end in lines(text)]
    edge = _edge([_width(line) for line in told if line])
    if not edge:
        return text
    margin = min(len(line) - len(line.lstrip(SPACES)) for line in told if line)
    said, depth = told[:1], _depth(0, told[0])
    for before, line in pairwise(told):
        if _goes_on(before, line, margin, depth) and _width(before) >= edge - _RAGGED:
            said[-1] += line.strip(SPACES)
            depth = _depth(depth, line)
        else:
            said.append(line)
            depth = _depth(0, line)
    return "\n".join(said)


def _without_pages(text: str) -> str:
    """The text without the numbers of its pages; a sentence that a page cut in two goes on."""
    found: list[str] = []
    is_cut = False
    for line in text.split("\n"):
        if _PAGE.fullmatch(line):
            is_cut = True
        elif is_cut and found and found[-1] and line and _goes_on(found[-1], line, 0, 0):
            found[-1] += line
            is_cut = False
        else:
            found.append(line)
            is_cut = is_cut and not line.strip()
    return "\n".join(found)


def _edge(widths: list[int]) -> int:
    """How long full lines are; nothing where lines end as they please."""
    if len(widths) < _FEWEST:
        return 0
    longest = sorted(widths)[-max(1, len(widths) // 20)]
    full = sum(width >= longest - _RAGGED for width in widths)
    return longest if _NARROWEST <= longest <= _WIDEST and full * 10 >= len(widths) * 4 else 0


def _width(line: str) -> int:
    """How much room a line takes; a Chinese sign takes twice that of a Latin one."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in line)


def _goes_on(before: str, line: str, margin: int, depth: int) -> bool:
    """Whether a full line goes on in the next one: within a bracket always, else unless that one begins something."""
    if not before or not line or "\t" in before + line or "|" in before + line:
        return False
    if depth > 0:
        return True
    is_indented = len(line) - len(line.lstrip(SPACES)) > margin
    begins = is_indented or is_numbered(line, 0, len(line)) or begins_tag(line) or _APART.match(line)
    return before[-1] not in _STOPS and not begins


def _depth(depth: int, line: str) -> int:
    """How many brackets are open behind a line."""
    return max(0, depth + sum((sign in "（(【[〔") - (sign in "）)】]〕") for sign in line))
