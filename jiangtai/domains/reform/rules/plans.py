"""Plans: what a plan still lacks, what keeps it from being confirmed, and where its words stand."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import pairwise

_SHORT = 20


class Lack(Enum):
    """What a measure may lack; each is shown, none is made up."""

    NAME = "name"
    LEAD = "lead"
    DEADLINE = "deadline"
    FIGURE = "figure"
    ACTION = "action"

    @property
    def label(self) -> str:
        """As the office reads it."""
        return {
            Lack.NAME: "单位未对上", Lack.LEAD: "无牵头单位", Lack.DEADLINE: "无期限", Lack.FIGURE: "无指标",
            Lack.ACTION: "无具体工作",
        }[self]  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A measure in plain values, as the rules look at it."""

    number: int
    title: str
    section: str = ""
    leads: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    deadline: date | None = None
    has_figure: bool = False
    has_action: bool = True
    has_designated: bool = False
    has_asked: bool = True
    """Whether a single unit leads it, and can be asked."""

    @property
    def called(self) -> str:
        """第3项“…”."""
        return f"第{self.number}项“{short(self.title)}”"


def lacks(one: Said) -> list[Lack]:
    """What a measure lacks."""
    found = []
    if one.unresolved:
        found.append(Lack.NAME)
    if not one.leads and not one.has_designated:
        found.append(Lack.LEAD)
    if one.deadline is None:
        found.append(Lack.DEADLINE)
    if not one.has_figure:
        found.append(Lack.FIGURE)
    if not one.has_action:
        found.append(Lack.ACTION)
    return found


def hindrances(measures: Sequence[Said], since: date | None, until: date | None = None) -> list[str]:
    """Every reason for which a plan cannot be confirmed, each with what to do."""
    if not measures:
        return ["方案里一项举措也没有，请先补上举措，或放弃后重新上传"]
    names = sorted({name for one in measures for name in one.unresolved})
    said = []
    if names:
        shown = "、".join(f"“{name}”" for name in names[:_SHORT]) + ("等" if len(names) > _SHORT else "")
        said.append(f"还有 {len(names)} 个单位名称没有对上：{shown}，请先确认是哪家单位")
    said += [_twice(both) for both in same_number(measures)]
    for one in measures:
        if not one.leads and not one.has_designated:
            said.append(f"{one.called}没有牵头单位，请补上，或由领导小组指定总牵头单位")
        if since and one.deadline and one.deadline < since:
            said.append(f"{one.called}的完成期限 {one.deadline} 早于方案开始执行的日期 {since}，请改正其一")
        if until and one.deadline and one.deadline > until:
            said.append(f"{one.called}的完成期限 {one.deadline} 晚于方案执行到的日期 {until}，请改正其一")
    if since is None:
        said.append("没有填写开始执行日期，请在“方案信息”里补上")
    return said


def same_number(measures: Sequence[Said]) -> list[tuple[Said, Said]]:
    """Measures that carry one number; where numbers begin anew in every section, within one section."""
    anew = len({one.section for one in measures if one.number == 1}) > 1
    seen: dict[tuple[str, int], Said] = {}
    found = []
    for one in measures:
        key = (one.section if anew else "", one.number)
        if key in seen:
            found.append((seen[key], one))
        seen.setdefault(key, one)
    return found


def _twice(both: tuple[Said, Said]) -> str:
    first, second = both
    return f"序号 {first.number} 用了两次：“{short(first.title)}”和“{short(second.title)}”，请改正其中一项的序号"


def short(words: str) -> str:
    """The first words of a title."""
    return words if len(words) <= _SHORT else f"{words[:_SHORT]}…"


def cut(words: str, most: int) -> str:
    """Words that fit into a field; what is cut off is marked."""
    return words if len(words) <= most else f"{words[: most - 1]}…"


_RECURS = re.compile(r"每年|每季|每月|每周|逐年|逐月|按年|按季|按月|定期|常态|持续|全年|年度|长期|每学期|每半年")


def recurs(words: str) -> bool:
    """Whether a sentence asks for something year by year, by its own words."""
    return bool(_RECURS.search(words))


@dataclass(frozen=True)
class Mark:
    """Words in a text, and what was understood of them."""

    first: int
    last: int
    kind: str
    key: str


@dataclass(frozen=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    kind: str = ""
    key: str = ""
    is_first: bool = False
    """Whether it is where the mark begins: an address may lead there."""


def pieces(text: str, first: int, last: int, marks: Iterable[Mark]) -> list[Piece]:
    """A stretch of text cut at its marks; a mark within another counts there, what merely overlaps is cut off."""
    inside = sorted(
        (one for one in marks if first <= one.first < one.last <= last), key=lambda one: (one.first, -one.last)
    )
    edges = sorted({first, last, *(one.first for one in inside), *(one.last for one in inside)})
    found: list[Piece] = []
    opened: list[Mark] = []
    waiting = iter([*inside, None])
    coming = next(waiting)
    seen: set[str] = set()
    for start, end in pairwise(edges):
        opened = [one for one in opened if one.last > start]
        while coming is not None and coming.first <= start:
            opened.append(coming)
            coming = next(waiting)
        top = min(opened, key=lambda one: one.last - one.first) if opened else None
        if top is None:
            found.append(Piece(text[start:end]))
        else:
            found.append(Piece(text[start:end], top.kind, top.key, top.key not in seen))
            seen.add(top.key)
    return found


def places(text: str, first: int, last: int, names: Iterable[tuple[str, str]]) -> list[Mark]:
    """Where the names of units stand in a measure's words: the last of each, for they are told at its end."""
    taken: list[tuple[int, int]] = []
    found = []
    for key, name in sorted(names, key=lambda pair: -len(pair[1])):
        pattern = r"\s*".join(map(re.escape, "".join(name.split())))
        for hit in reversed(list(re.finditer(pattern, text[first:last])) if pattern else []):
            at, end = first + hit.start(), first + hit.end()
            if not any(at < other_end and other < end for other, other_end in taken):
                taken.append((at, end))
                found.append(Mark(at, end, "unit", key))
                break
    return found
