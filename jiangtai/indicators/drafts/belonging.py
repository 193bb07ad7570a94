"""Belonging: to which indicator a figure belongs, by the words of its own clause, or to none.

What is said must be the indicator's name and hardly anything besides: 全区共有职工 is said of all workers, but
neither 培训职工 nor 637名职工参加 is. A part after 其中 belongs only where its whole does. Both must count the same;
人 and 人次 never do. Where two fit equally none does: a wrong contradiction costs more than a missing one.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby, pairwise

from . import numerals, words
from .figures import WrittenFigure

NAMED, FOCUSED = 0.8, 0.7
"""The part of a name that must be said, and the part of what is said that must be the name."""
_SHORT = 2
"""A name of so few signs (职工, 企业) says what is counted only where it stands before the figure."""
_OF_THINGS = ("things", "units")
_FAR = 200
"""How many signs before and behind a figure are looked at, where no sentence ends sooner."""
_BREAKS = re.compile(r"[，。；！？：,;!?\n\t]|……|——")
_SENTENCES = re.compile(r"[。；！？;!?\n](?!其中)")
_EMPTY = re.compile(r"本期|总数|人数|人次|数量|数|累计|总量|情况|的|[（(][^）)]*[）)]")
_NEUTRAL = re.compile(
    r"[^\u4e00-\u9fff]|^[\u4e00-\u9fff]{2,6}?(?:区|市|县|省|州|镇|街道)(?=共|现|已|有|登)|[全我本](?:区|市|县|省|州|国|镇)|"
    r"截至|目前|今年|去年|本期|[本上]月|[本上]季度|[第前]?[一二两三四]季度|前[^，]{1,2}个月|上年|本年|全年|[上下]半年|年初|以来|年底|月底|共有|现有|已有|拥有|登记|在册|总数|总量|人数|人次|数量|累计|总计|合计|"
    r"共计|其中|达到|比重|比例|各类|分别|[年月日末底共有已达为是至约占的等]"
)

_LED = re.compile(
    r"[^\u4e00-\u9fff]*(?:[全我本]?[区市县省年]|累计|共|已|先后|分别)*"
    r"(?:新|净增|增加|减少|培训|培育|培养|表彰|评选|获评|命名|推荐|服务|惠及|覆盖|组织|带动|吸引|引进|慰问|走访|选派|邀请|来自)"
)
"""What was done with all that a list names: 新增科技型企业、高新技术企业 are not all there are."""


@dataclass(frozen=True, slots=True)
class Computed:
    """An indicator with its value as computed now, in its own unit; `kind` tells what may never be added to what."""

    key: str
    label: str
    aliases: tuple[str, ...]
    unit: str
    kind: str
    value: Decimal
    rows_url: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """What is said about one figure: before it, behind it, in its sentence; and of which figure it is a part."""

    before: str
    behind: str
    around: str
    whole: int | None


def belonging(text: str, figures: Sequence[WrittenFigure], indicators: Iterable[Computed]) -> list[Computed | None]:
    """For each figure the indicator that it belongs to."""
    named = [
        _Named(one, frozenset(_EMPTY.sub("", name) for name in (one.label, *one.aliases)) - {""}) for one in indicators
    ]
    one = cache(lambda unit, before, behind, around: _one(unit, _Place(before, behind, around, None), named))
    found: list[Computed | None] = []
    for figure, place in zip(figures, _places(text, figures), strict=True):
        is_loose = place.whole is not None and (place.whole < 0 or found[place.whole] is None)
        found.append(None if is_loose else one(figure.unit, place.before, place.behind, place.around))
    return found


def counts_same(unit: str, indicator: Computed) -> bool:
    """Whether a unit counts what an indicator does: 万元 and 元 do, and 个, 家 or 项 wherever things are counted."""
    is_thing = indicator.kind in _OF_THINGS and {unit, indicator.unit} <= words.THINGS
    return is_thing or words.is_same(_basic(unit), _basic(indicator.unit))


def factor(unit: str) -> int:
    """How many of the basic unit there are in one: 10,000 in 万元."""
    return numerals.scale(unit[: len(unit) - len(_basic(unit))])


def _basic(unit: str) -> str:
    return unit.lstrip("万亿") or unit


# What is said about a figure


def _places(text: str, figures: Sequence[WrittenFigure]) -> list[_Place]:
    """The ends of a range are spoken of together."""
    numbered = groupby(enumerate(figures), key=lambda pair: pair[1].within or pair[0])
    groups = [[figure for _, figure in group] for _, group in numbered]
    ends = [0, *(group[-1].end for group in groups)]
    begins = [*(group[0].start for group in groups[1:]), len(text)]
    found: list[_Place] = []
    for group, before, after in zip(groups, ends, begins, strict=False):
        whole = _whole(text, figures, len(found))
        found += [_place(text, (group[0].start, group[-1].end), (before, after), whole)] * len(group)
    return found


def _place(text: str, span: tuple[int, int], limits: tuple[int, int], whole: int | None) -> _Place:
    (start, end), (before, after) = span, limits
    clause = _last(_BREAKS, text, start)
    is_led = text.startswith("、", before) and _LED.match(text, clause)
    ahead = text[clause if is_led else max(before, clause) : start]
    behind = text[end : min(after, _next(_BREAKS, text, end))].partition("、")[0]
    around = text[_last(_SENTENCES, text, start) : _next(_SENTENCES, text, end)]
    return _Place(ahead, behind, around, whole)


def _whole(text: str, figures: Sequence[WrittenFigure], number: int) -> int | None:
    """The number of the figure that one after 其中 is a part of; -1 where none is said, None where it is no part."""
    start = figures[number].start
    sentence = _last(_SENTENCES, text, start)
    among = text.rfind("其中", sentence, start)
    if among < 0:
        return None
    before = bisect_right(figures, among, hi=number, key=lambda one: one.end) - 1
    return before if before >= 0 and sentence <= figures[before].start else -1


def _last(pattern: re.Pattern[str], text: str, at: int) -> int:
    start = max(0, at - _FAR)
    return max((found.end() for found in pattern.finditer(text, start, at)), default=start)


def _next(pattern: re.Pattern[str], text: str, at: int) -> int:
    end = min(len(text), at + _FAR)
    found = pattern.search(text, at, end)
    return found.start() if found else end


# Whose name it is


@dataclass(frozen=True, slots=True)
class _Named:
    """An indicator with the names that it may be called by."""

    one: Computed
    names: frozenset[str]


def _one(unit: str, place: _Place, known: Sequence[_Named]) -> Computed | None:
    """The one indicator that is spoken of; unit and sentence decide between two, a tie decides nothing."""
    ranks = [(_rank(unit, place, named), named) for named in known if _may_be(unit, named.one)]
    best = max((rank for rank, _ in ranks), default=(0.0, False))
    fitting = [named for rank, named in ranks if rank == best]
    if best[0] < FOCUSED:
        return None
    around = [max(_named(name, place.around) for name in named.names) for named in fitting]
    nearest = [named.one for named, told in zip(fitting, around, strict=True) if told == max(around)]
    return nearest[0] if len(nearest) == 1 else None


def _may_be(unit: str, indicator: Computed) -> bool:
    """Whether both count the same, or at least people, where the difference is worth telling."""
    persons = words.PERSONS | {words.ATTENDANCES}
    return counts_same(unit, indicator) or {unit, indicator.unit} <= persons


def _rank(unit: str, place: _Place, named: _Named) -> tuple[float, bool]:
    focus = max((_focus(name, place) for name in named.names), default=0.0)
    return focus, words.is_same(_basic(unit), _basic(named.one.unit))


def _named(name: str, said: str) -> float:
    """How much of a name is said, by its pairs of signs."""
    if name in said:
        return 1.0
    pairs = ["".join(pair) for pair in pairwise(name)] or [name]
    return sum(pair in said for pair in pairs) / len(pairs)


def _focus(name: str, place: _Place) -> float:
    """How much of what is said is the name; nothing where too little of the name is said."""
    said = place.before if len(name) <= _SHORT else f"{place.before}|{place.behind}"
    said = said.replace("的", "")
    if _named(name, said) < NAMED:
        return 0.0
    rest = f"{place.before}|{place.behind}".replace("的", "").replace(name, "", 1)
    if name not in said:
        rest = "".join(sign for sign in rest if sign not in name)
    return len(name) / (len(name) + len(_NEUTRAL.sub("", rest)))
