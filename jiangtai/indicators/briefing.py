"""Briefing: a desk's five figures as sentences that can be read out, each number with where it comes from."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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

ORDER = "一二三四五六七八九十"
LEAST = suppressing.LEAST
"""Fewer persons than this are not told of in what is published."""
MOST_PARTS = 2
_LIGHTS = {GREEN: "绿灯", AMBER: "黄灯", RED: "红灯"}


@dataclass(frozen=True)
class Sentence:
    """One figure's sentence, in two parts around the mark of its note."""

    card: Card
    mark: str
    head: str
    value: str
    rest: str

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self.head}{self.value}{self.mark}{self.rest}"


@dataclass(frozen=True)
class Brief:
    """A brief: its title, what it begins with, and a sentence for each figure."""

    title: str
    lead: str
    sentences: list[Sentence]


def brief(
    name: str, frame: Frame, cards: Sequence[Card], moved: Callable[[Indicator], Moved], *, is_public: bool = False
) -> Brief:
    """The brief of a unit; `moved` is asked only about what moved; `is_public` leaves out fewer than five persons."""
    made = [_sentence(card, ORDER[at], mark_of(at), frame, moved, is_public=is_public) for at, card in enumerate(cards)]
    title = f"{frame.period.label}产业工人队伍建设改革主要数据"
    day = frame.as_of
    return Brief(title, f"截至{day.year}年{day.month}月{day.day}日，{name}主要情况如下。", made)


def _sentence(
    card: Card, order: str, mark: str, frame: Frame, moved: Callable[[Indicator], Moved], *, is_public: bool
) -> Sentence:
    one = card.indicator
    head = f"{order}、{_label(one, frame)}"
    if is_public and is_few(card.figure):
        is_share = one.unit is Unit.PERCENT
        return Sentence(card, mark, head if is_share else f"{head}为", _few(one), "。")
    if card.figure.value is None:
        return Sentence(card, mark, head, "没有可以计算的数", "。")
    rest = [f"，{words}" for words in _compared(card, frame, is_public=is_public)]
    if target := _target(card, is_public=is_public):
        rest.append(f"；{target}")
    if card.before.direction in ("up", "down") and (parts := _parts(moved(one), one, is_public=is_public)):
        rest.append(f"。变化主要是{parts}")
    return Sentence(card, mark, f"{head}为", _value(card.figure), "".join(rest) + "。")


def is_few(figure: Figure) -> bool:
    """Whether a figure tells of so few persons that somebody could be recognised."""
    if figure.indicator.unit.kind is Kind.PERSONS or figure.indicator.unit.kind is Kind.ATTENDANCES:
        return 0 < figure.part < LEAST
    if figure.indicator.measure.is_ratio and figure.indicator.measure.rows.about == "person":
        return 0 < figure.part < LEAST or 0 < figure.whole - figure.part < LEAST
    return False


def _few(one: Indicator) -> str:
    return "因人数少，不予公布" if one.unit is Unit.PERCENT else f"不足{LEAST}{one.unit.label}"


def _label(one: Indicator, frame: Frame) -> str:
    return one.label.replace("本期", frame.period.label)


def _value(figure: Figure) -> str:
    return said(
        round(figure.value or 0, 1 if figure.indicator.unit is Unit.PERCENT else 2), figure.indicator.unit
    ).replace(" ", "")


def _compared(card: Card, frame: Frame, *, is_public: bool) -> list[str]:
    """Against the period before and the year before; a year has only one of them.

    In public nothing is compared that would tell of fewer than five persons who were there or who came and went.
    """
    is_running = frame.as_of != frame.period.last
    changes = zip(_before(frame, is_running), (card.before, card.year_before), card.past, strict=False)
    return [
        change.said(than)
        for than, change, past in changes
        if not (is_public and ((past is not None and is_few(past)) or _tells_of_few(change)))
    ]


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


def _target(card: Card, *, is_public: bool) -> str:
    """The year's target, how much of it is done, and the light with its reason."""
    standing = card.standing
    if standing is None or standing.figure is None or standing.light.color not in _LIGHTS:
        return ""
    if is_public and is_few(standing.figure):
        return ""
    one, goal, now = card.indicator, float(standing.target.value), standing.figure.value
    told = f"年度目标{said(goal, one.unit).replace(' ', '')}"
    if now is not None and now != card.figure.value:
        told += f"，年初以来为{_value(standing.figure)}"
    if now is not None and one.better == "up":
        told += (
            "，已经达到" if now >= goal else f"，完成{now / goal * 100:.1f}%" if one.unit is not Unit.PERCENT else ""
        )
    return f"{told}，{_pace(one, standing.light.behind or 0.0)}，亮{_LIGHTS[standing.light.color]}"


def _pace(one: Indicator, behind: float) -> str:
    if abs(behind) < 1e-6:
        return "与序时进度持平"
    gap = said(abs(round(behind, 2)), one.unit, is_difference=True).replace(" ", "")
    return f"{'落后' if behind > 0 else '超'}序时进度{gap}"


def _parts(found: Moved, one: Indicator, *, is_public: bool) -> str:
    """Those below who made most of the difference, with how much."""
    told = [each for each in found.below if each.bucket and abs(each.difference) >= (LEAST if is_public else 0.05)]
    return "、".join(f"{each.label}{_by(each.difference, one)}" for each in told[:MOST_PARTS])


def _by(difference: float, one: Indicator) -> str:
    number = said(abs(round(difference, 1 if one.unit is Unit.PERCENT else 2)), one.unit, is_difference=True)
    up, down = ("拉高", "拉低") if one.unit is Unit.PERCENT else ("增加", "减少")
    return f"{up if difference > 0 else down}{number}".replace(" ", "")
