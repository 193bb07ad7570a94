"""Checking: whether what is written agrees with what is computed, and how it would be said truly.

A figure belongs to the indicator whose name or another name stands near it and that counts the same; 人 and 人次 are
never the same. Where none surely fits, or two fit equally, the figure is without support. With no hedge it is true when
the computed value, rounded as finely as it is written, gives it: 592,600 is 59.3万. 超过, 逾, 余 want a computed value
above and not far above; 近 one below and not far below; 约 and 左右 one near by.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import groupby, pairwise

from jiangtai.kernel import quantities

from . import numerals, words
from .figures import WrittenFigure, figures_in

OVER_TOLERANCE = Decimal("0.10")
"""How far above what is said the computed value may lie, unless the last written place leaves more room."""
SURE = 0.6
"""The part of an indicator's name that must stand near a figure."""
VERDICTS = {"match": "相符", "mismatch": "不符", "unsupported": "无依据"}
_BREAKS = re.compile(r"[，。；！？：,;!?\n\t]|……|——")
_SENTENCES = re.compile(r"[。；！？;!?\n]")
_WITHIN = ("余", "多", "来", "几")
_EMPTY = re.compile(r"总数|人数|人次|数量|数|累计|总量|情况|的|[（(][^）)]*[）)]")


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
class Checked:
    """A figure with the indicator it belongs to, whether they agree, a true wording, and what stands in the way."""

    figure: WrittenFigure
    indicator: Computed | None
    verdict: str
    computed: Decimal | None = None
    wording: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """What is said about one figure: its own words, and the sentence around them."""

    near: str
    around: str


def check(text: str, indicators: Iterable[Computed]) -> list[Checked]:
    """Every figure of the text, held against the indicators."""
    known, figures = list(indicators), figures_in(text)
    places = _places(text, figures)
    return [_checked(one, _belonging(one, place, known)) for one, place in zip(figures, places, strict=True)]


def _checked(figure: WrittenFigure, indicator: Computed | None) -> Checked:
    if indicator is None:
        return Checked(figure, None, "unsupported")
    computed = indicator.value * _factor(indicator.unit)
    if not counts_same(figure.unit, indicator.unit):
        note = f"“{indicator.label}”按{indicator.unit}统计，文中写的是{figure.unit}，两者不是一回事"
        return Checked(figure, None, "unsupported", note=note)
    if is_true(figure, computed):
        return Checked(figure, indicator, "match", computed)
    return Checked(figure, indicator, "mismatch", computed, wording(figure, computed))


# Which indicator a figure belongs to


def _places(text: str, figures: Sequence[WrittenFigure]) -> list[_Place]:
    """For each figure the words of its clause up to the figures beside it, and its sentence."""
    numbered = groupby(enumerate(figures), key=lambda pair: pair[1].within or pair[0])
    groups = [[figure for _, figure in group] for _, group in numbered]
    ends = [0, *(group[-1].end for group in groups)]
    begins = [*(group[0].start for group in groups[1:]), len(text)]
    found = []
    for group, before, after in zip(groups, ends, begins, strict=False):
        found += [_place(text, group[0].start, group[-1].end, before, after)] * len(group)
    return found


def _place(text: str, start: int, end: int, before: int, after: int) -> _Place:
    """The words around a figure, or around both ends of a range, up to the figures before and after."""
    near = text[max(before, _last(_BREAKS, text, start)) : start]
    behind = text[end : min(after, _next(_BREAKS, text, end))]
    around = text[_last(_SENTENCES, text, start) : _next(_SENTENCES, text, end)]
    return _Place(f"{near}|{behind}", around)


def _last(pattern: re.Pattern[str], text: str, at: int) -> int:
    return max((found.end() for found in pattern.finditer(text, max(0, at - 200), at)), default=max(0, at - 200))


def _next(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.search(text, at)
    return found.start() if found else len(text)


def _belonging(figure: WrittenFigure, place: _Place, known: Sequence[Computed]) -> Computed | None:
    """The one indicator that is named near the figure; unit and sentence decide between two, a tie decides nothing."""
    ranks = [(_rank(figure, place, one), one) for one in known if _may_be(figure, one)]
    best = max((rank for rank, _ in ranks), default=(0.0, False, 0.0))
    fitting = [one for rank, one in ranks if rank == best]
    return fitting[0] if best[0] >= SURE and len(fitting) == 1 else None


def _rank(figure: WrittenFigure, place: _Place, indicator: Computed) -> tuple[float, bool, float]:
    is_same = counts_same(figure.unit, indicator.unit)
    return _likeness(indicator, place.near), is_same, _likeness(indicator, place.around)


def _may_be(figure: WrittenFigure, indicator: Computed) -> bool:
    """Whether both count the same, or at least people, where the difference is worth telling."""
    persons = words.PERSONS | {words.ATTENDANCES}
    return counts_same(figure.unit, indicator.unit) or {figure.unit, indicator.unit} <= persons


def counts_same(unit: str, other: str) -> bool:
    """Whether two units count the same; 万元 and 元 do."""
    return words.is_same(_basic(unit), _basic(other))


def _basic(unit: str) -> str:
    return unit.lstrip("万亿") or unit


def _factor(unit: str) -> int:
    return numerals.scale(unit[: len(unit) - len(_basic(unit))])


def _likeness(indicator: Computed, said: str) -> float:
    """How much of the best of its names is said, by pairs of signs; a name said whole counts by its length too."""
    return max(_said(name, said) for name in (indicator.label, *indicator.aliases))


def _said(name: str, said: str) -> float:
    if name in said:
        return 1 + len(name) / 100
    plain = _EMPTY.sub("", name)
    pairs = {"".join(pair) for pair in pairwise(plain)} or {plain}
    return sum(pair in said for pair in pairs) / len(pairs) if plain else 0.0


# Whether they agree


def is_true(figure: WrittenFigure, computed: Decimal) -> bool:
    """Whether the figure, as it is hedged, is true of the computed value."""
    said = figure.value
    if figure.within:
        return figure.within[0] <= computed <= figure.within[1]
    if figure.word in words.AT_MOST:
        return computed < said if figure.word in words.BELOW else computed <= said
    if figure.hedge == "near":
        return said - abs(said) * quantities.NEAR_TOLERANCE <= computed < said
    if figure.hedge == "approx":
        return abs(computed - said) <= abs(said) * quantities.ABOUT_TOLERANCE
    if figure.hedge == "over":
        return _is_above(figure, computed) and computed <= said + _room(figure)
    return _rounded(computed, figure.step) == _rounded(said, figure.step)


def _is_above(figure: WrittenFigure, computed: Decimal) -> bool:
    return computed >= figure.value if figure.word in words.AT_LEAST else computed > figure.value


def _room(figure: WrittenFigure) -> Decimal:
    """How far above: a tenth, or one of the last place that is not nought, since 百余 goes up to two hundred."""
    plain = figure.value.normalize().as_tuple()
    return max(abs(figure.value) * OVER_TOLERANCE, Decimal(1).scaleb(int(plain.exponent)))


def _rounded(value: Decimal, step: Decimal, way: str = ROUND_HALF_UP) -> Decimal:
    return (value / step).to_integral_value(way) * step


# How it would be said truly


def wording(figure: WrittenFigure, computed: Decimal) -> str:
    """The computed value said as finely and in the scale of the figure, with its hedge only where that is true."""
    ways = {"over": ROUND_FLOOR, "near": ROUND_CEILING}
    value = _rounded(computed, figure.step, ways.get(figure.hedge or "", ROUND_HALF_UP))
    said = replace(figure, value=value, within=None)
    if figure.hedge and value != computed and is_true(said, computed):
        return _spelled(said, figure.word)
    return _spelled(replace(said, value=_rounded(computed, figure.step)), "")


def _spelled(figure: WrittenFigure, word: str) -> str:
    """The figure with a hedging word where it belongs: 600余万人 but 47万余人, as the house counts."""
    scale = {10**12: "万亿", 10**8: "亿", 10**4: "万"}.get(figure.scale, "")
    digits = f"{(figure.value / (figure.scale if scale else 1)).normalize():f}"
    if word in _WITHIN:
        is_round = digits.endswith("0") or not scale
        return f"{digits}{word}{scale}{figure.unit}" if is_round else f"{digits}{scale}{word}{figure.unit}"
    is_last = word in words.LAST.split("|")
    return f"{digits}{scale}{figure.unit}{word}" if is_last else f"{word}{digits}{scale}{figure.unit}"
