"""Briefing: a desk's five figures as sentences that can be read out, each number with a note of its own."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jiangtai.documents import mark_of

from . import suppressing
from .cockpit import Card
from .comparing import Change
from .computing import Figure
from .declare import Indicator
from .lights import AMBER, GREEN, RED, said
from .measures import Kind, Unit
from .moving import Moved
from .periods import Frame
from .targets import Standing

ORDER = "一二三四五六七八九十"
LEAST = suppressing.LEAST
"""Fewer persons than this are not told of in what is published."""
MOST_PARTS = 2
_DIGIT = re.compile(r"\d")
_LIGHTS = {GREEN: "绿灯", AMBER: "黄灯", RED: "红灯"}


@dataclass(frozen=True)
class Note:
    """Where a number comes from: how it is counted, and the rows of which unit and frame stand under it."""

    said: str
    indicator: Indicator
    frame: Frame
    unit: str = ""
    """The number of the unit below whose rows they are; empty for the one that is told of."""


@dataclass(frozen=True)
class Number:
    """A number as a sentence says it, with its note and the mark that refers there."""

    said: str
    note: Note
    mark: str = ""


Piece = str | Number


@dataclass(frozen=True)
class Sentence:
    """One figure's sentence: words, and between them numbers with their notes."""

    card: Card
    pieces: list[Piece]

    @property
    def text(self) -> str:
        """All of it, each number with its mark."""
        return "".join(one if isinstance(one, str) else f"{one.said}{one.mark}" for one in self.pieces)


@dataclass(frozen=True)
class Brief:
    """A brief: its title, what it begins with, a sentence for each figure, and the notes by their marks."""

    title: str
    lead: str
    sentences: list[Sentence]
    notes: dict[str, Note]


def brief(
    name: str, frame: Frame, cards: Sequence[Card], moved: Callable[[Indicator], Moved], *, is_public: bool = False
) -> Brief:
    """The brief of a unit; `moved` is asked only about what moved; `is_public` leaves out fewer than five persons."""
    notes: dict[Note, str] = {}
    made = [_marked(card, _pieces(card, ORDER[at], frame, moved, is_public=is_public), notes)
            for at, card in enumerate(cards)]  # fmt: skip
    title = f"{frame.period.label}产业工人队伍建设改革主要数据"
    lead = f"截至{_day(frame.as_of)}，{name}主要情况如下。"
    return Brief(title, lead, made, {mark: note for note, mark in notes.items()})


def _marked(card: Card, pieces: list[Piece], notes: dict[Note, str]) -> Sentence:
    """The numbers with their marks; what comes from the same place keeps its mark."""
    return Sentence(card, [
        one if isinstance(one, str) else replace(one, mark=notes.setdefault(one.note, mark_of(len(notes))))
        for one in pieces
    ])  # fmt: skip


def _pieces(
    card: Card, order: str, frame: Frame, moved: Callable[[Indicator], Moved], *, is_public: bool
) -> list[Piece]:
    one, note = card.indicator, _note(card.figure)
    head = f"{order}、{_label(one, frame)}"
    if is_public and is_few(card.figure):
        return [head if one.unit is Unit.PERCENT else f"{head}为", Number(_few(one), note), "。"]
    if card.figure.value is None:
        return [head, Number("没有可以计算的数", note), "。"]
    pieces: list[Piece] = [f"{head}为", Number(_value(card.figure), note)]
    for change in _compared(card, frame, is_public=is_public):
        pieces += ["，", *change]
    pieces += _target(card, is_public=is_public)
    if card.before.direction in ("up", "down") and (parts := _parts(moved(one), one, is_public=is_public)):
        pieces += ["。变化主要是", *parts]
    return [*pieces, "。"]


def _note(figure: Figure) -> Note:
    """How a figure itself is counted."""
    one, frame = figure.indicator, figure.frame
    return Note(f"{one.label}：{one.method}{frame.period.label}，截至{frame.as_of}。", one, frame)


def _year_note(figure: Figure) -> Note:
    """The same count for the whole year, as far as it has come."""
    frame = figure.frame
    return Note(f"同一口径，{frame.period.label}，截至{frame.as_of}。", figure.indicator, frame)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _seen(frame: Frame) -> str:
    """A frame as a note names it: 2026年10月, or 2026年10月（截至22日） where it stops before the end."""
    if frame.as_of == frame.period.last:
        return frame.period.label
    return f"{frame.period.label}（截至{frame.as_of}）"


def is_few(figure: Figure) -> bool:
    """Whether a figure tells of so few persons or cases that somebody could be recognised."""
    one = figure.indicator
    if not one.is_of_people or one.unit.kind in (Kind.MONEY, Kind.FIRMS):
        return False
    return 0 < figure.part < LEAST or (one.measure.is_ratio and 0 < figure.whole - figure.part < LEAST)


def _few(one: Indicator) -> str:
    return f"因{one.somebody}数少，不予公布" if one.unit is Unit.PERCENT else f"不足{LEAST}{one.unit.label}"


def _label(one: Indicator, frame: Frame) -> str:
    return one.label.replace("本期", frame.period.label)


def _value(figure: Figure) -> str:
    return _with_unit(round(figure.value or 0, 1 if figure.indicator.unit is Unit.PERCENT else 2), figure.indicator)


def _compared(card: Card, frame: Frame, *, is_public: bool) -> list[list[Piece]]:
    """Against the period before and the year before; a year has only one of them.

    In public nothing is compared that would tell of fewer than five persons who were there or who came and went.
    """
    is_running = frame.as_of != frame.period.last
    changes = zip(_before(frame, is_running), (card.before, card.year_before), card.past, strict=False)
    return [
        _change(change.said(than), change, past)
        for than, change, past in changes
        if not (is_public and ((past is not None and is_few(past)) or _tells_of_few(change)))
    ]


def _change(said: str, change: Change, past: Figure | None) -> list[Piece]:
    """What moved, with its own note: against which figure, and how that is worked out."""
    words, number = _split(said)
    if not number or past is None:
        return [said]
    how = "两期相减" if change.unit is Unit.PERCENT or change.percent is None else "两期相减，再除以前一期"
    told = f"{_seen(past.frame)}同口径为{_value(past)}；{how}。"
    return [words, Number(number, Note(told, past.indicator, past.frame))]


def _split(said: str) -> tuple[str, str]:
    """The words before the first digit, and the number from there on."""
    found = _DIGIT.search(said)
    return (said[: found.start()], said[found.start() :]) if found else (said, "")


def _tells_of_few(change: Change) -> bool:
    """Whether a number of persons was, or moved by, one to four."""
    if change.unit.kind not in (Kind.PERSONS, Kind.ATTENDANCES):
        return False
    return any(0 < abs(each) < LEAST for each in (change.past or 0, change.difference or 0))


def _before(frame: Frame, is_running: bool) -> list[str]:
    text, same = frame.period.text, "同期" if is_running else ""
    if re.fullmatch(r"\d{4}", text):
        return [f"上年{same}"]
    return [f"上季度{same}" if "Q" in text else f"上月{same}", "上年同期"]


def _target(card: Card, *, is_public: bool) -> list[Piece]:
    """The year's target, how much of it is done, and the light with its reason."""
    standing = card.standing
    if standing is None or standing.figure is None or standing.light.color not in _LIGHTS:
        return []
    if is_public and is_few(standing.figure):
        return []
    one, goal, now = card.indicator, float(standing.target.value), standing.figure.value
    note = _target_note(one, standing)
    pieces: list[Piece] = ["；年度目标", Number(_with_unit(goal, one), note)]
    if now is not None and now != card.figure.value:
        pieces += ["，年初以来为", Number(_value(standing.figure), _year_note(standing.figure))]
    if now is not None and one.better == "up":
        if now >= goal:
            pieces.append("，已经达到")
        elif one.unit is not Unit.PERCENT:
            pieces += ["，完成", Number(f"{now / goal * 100:.1f}%", note)]
    words, gap = _split(_pace(one, standing.light.behind or 0.0))
    return [*pieces, f"，{words}", *([Number(gap, note)] if gap else []), f"，亮{_LIGHTS[standing.light.color]}"]


def _target_note(one: Indicator, standing: Standing) -> Note:
    """Whose target it is, and how what is done of it and its pace are worked out."""
    row, frame, due = standing.target, standing.figure.frame, standing.light.expected  # type: ignore[union-attr]
    source = f"（{row.document}）" if row.document else ""
    told = f"{row.set_at}下达的{row.year}年目标{source}；完成为年初以来的数除以目标"
    if due is not None:
        way = "按下达时定的节点" if row.points else "按全年均匀推进"
        told += f"；序时进度{way}，到{frame.as_of}应{'达' if one.better == 'up' else '不超过'}{_with_unit(due, one)}"
    return Note(f"{told}。", one, frame)


def _with_unit(value: float, one: Indicator, *, is_difference: bool = False) -> str:
    return said(value, one.unit, is_difference=is_difference).replace(" ", "")


def _pace(one: Indicator, behind: float) -> str:
    if abs(behind) < 1e-6:
        return "与序时进度持平"
    gap = _with_unit(abs(round(behind, 2)), one, is_difference=True)
    return f"{'落后' if behind > 0 else '超'}序时进度{gap}"


def _parts(found: Moved, one: Indicator, *, is_public: bool) -> list[Piece]:
    """Those below who made most of the difference, with how much, each with its own rows."""
    told = [each for each in found.below if each.bucket and abs(each.difference) >= (LEAST if is_public else 0.05)]
    pieces: list[Piece] = []
    for each in told[:MOST_PARTS]:
        words, number = _by(each.difference, one)
        how = "比全体前一期的比重多出或者少了的部分占全体总数的比重，" if one.measure.is_ratio else "同口径的数，"
        note = Note(f"{each.label}：{how}与{_seen(found.past.frame)}相减。", one, found.now.frame, each.bucket)
        pieces += [f"{'、' if pieces else ''}{each.label}{words}", Number(number, note)]
    return pieces


def _by(difference: float, one: Indicator) -> tuple[str, str]:
    digits, words = (1, ("拉高", "拉低")) if one.unit is Unit.PERCENT else (2, ("增加", "减少"))
    return words[difference < 0], _with_unit(abs(round(difference, digits)), one, is_difference=True)
