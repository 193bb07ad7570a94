"""Marks: every figure of a text carries ①, and a note says how what is marked so is counted; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_FIRST = 0x2460
_CIRCLED = 20
_MARK = re.compile(r"[\u2460-\u2473]|〔\d+〕(?!号)")
_AFTER_A_WORD = re.compile(rf"(?<=[^\s；;：:，,。、（(])(?:{_MARK.pattern})")
_FIGURE = re.compile(
    r"“[^”]*”|"
    r"(?P<figure>(?<![\d.〔\-])\d[\d,]*(?:\.\d+)?\s*(?:%|％|个百分点|个单位|个|项|家|人次|人|名|份|件|次|分|期|天))"
)
"""A figure of one's own words; what stands in quotes is somebody else's."""
_MARKED = re.compile(r"^\s*(?:[\u2460-\u2473]|〔\d+〕)")
_LINE = re.compile(rf"\s*(?:注：)?\s*({_MARK.pattern})\s*(.+)")


@dataclass
class Footnotes:
    """The methods behind a text's figures; the same method keeps its mark."""

    methods: list[str] = field(default_factory=list)

    def mark(self, figure: str, method: str) -> str:
        """The figure with its mark."""
        if method not in self.methods:
            self.methods.append(method)
        return f"{figure}{mark_of(self.methods.index(method))}"


def mark_of(place: int) -> str:
    """①, ② … and 〔21〕 where the circles end."""
    return chr(_FIRST + place) if place < _CIRCLED else f"〔{place + 1}〕"


def notes_of(text: str, methods: Sequence[str]) -> list[str]:
    """The lines under a text: those methods whose mark still stands in it."""
    left = set(_MARK.findall(text))
    return [f"{mark_of(place)} {method}" for place, method in enumerate(methods) if mark_of(place) in left]


def read_notes(lines: Sequence[str]) -> dict[str, str]:
    """The notes of such lines by their marks; a line without a mark is none."""
    return {found[1]: found[2].strip() for line in lines if (found := _LINE.fullmatch(line))}


def cut(text: str, notes: Sequence[str] | dict[str, str], before: str = "") -> list[str]:
    """A text cut at the marks of these notes, so that every other piece is a mark; a counted item ① is none."""
    pieces, last = [], 0
    for found in _AFTER_A_WORD.finditer(before + text):
        start, end = found.start() - len(before), found.end() - len(before)
        if start >= 0 and found[0] in notes:
            pieces += [text[last:start], found[0]]
            last = end
    return [*pieces, text[last:]]


def unmarked(text: str) -> list[str]:
    """The figures of a text that say nowhere how they are counted."""
    found = [one for one in _FIGURE.finditer(text) if one["figure"]]
    return [one["figure"] for one in found if not _MARKED.match(text[one.end() : one.end() + 5])]
