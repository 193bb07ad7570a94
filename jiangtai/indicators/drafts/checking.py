"""Checking: whether what is written agrees with what is computed, and how it would be said truly.

With no hedge a figure is true when the computed value, rounded as finely as it is written, gives it: 592,600 is 59.3万.
超过, 逾, 余 want a computed value above and not far above; 近 one below and not far below; 约 and 左右 one near by.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from jiangtai.kernel import quantities

from . import words
from .belonging import Computed, belonging, counts_same, factor
from .figures import WrittenFigure, figures_in

OVER_TOLERANCE = Decimal("0.10")
"""How far above what is said the computed value may lie, unless the last written place leaves more room."""
VERDICTS = {"match": "相符", "mismatch": "不符", "unsupported": "无依据"}
_WITHIN = ("余", "多", "来", "几")


@dataclass(frozen=True, slots=True)
class Checked:
    """A figure with the indicator it belongs to, whether they agree, a true wording, and what stands in the way."""

    figure: WrittenFigure
    indicator: Computed | None
    verdict: str
    computed: Decimal | None = None
    wording: str | None = None
    note: str = ""


def check(text: str, indicators: Iterable[Computed]) -> list[Checked]:
    """Every figure of the text, held against the indicators."""
    figures = figures_in(text)
    return [held(*pair) for pair in zip(figures, belonging(text, figures, indicators), strict=True)]


def held(figure: WrittenFigure, indicator: Computed | None) -> Checked:
    """A figure held against the indicator that it belongs to."""
    if indicator is None:
        return Checked(figure, None, "unsupported")
    computed = indicator.value * factor(indicator.unit)
    if not counts_same(figure.unit, indicator):
        note = f"“{indicator.label}”按{indicator.unit}统计，文中写的是{figure.unit}，两者不是一回事"
        return Checked(figure, None, "unsupported", note=note)
    if is_true(figure, computed):
        return Checked(figure, indicator, "match", computed)
    return Checked(figure, indicator, "mismatch", computed, wording(figure, computed))


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
    if computed and not _rounded(computed, figure.step):  # 405人 are not 0万人
        return _spelled(replace(figure, value=computed, scale=1, within=None), "")
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
