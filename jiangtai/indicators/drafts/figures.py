"""Figures: each number in a text with what it counts, where it stands and how exactly it is meant.

A span runs from the hedging word to the unit: 近2.1万名, 280名左右. A range, 3—5年, is two figures with one unit.
Shares in words are percentages: 三成 and 百分之三十 are 30, 一半 is 50, 三分之一 is 33.33. 翻一番 is 2倍.
Time that runs (连续5年) is counted; the days and years of the calendar are not, nor are 近3年 and 未来5年. A small
number in signs is a figure only before what is surely counted: 三家 is one, 三个体系 is not.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from . import numerals, words
from .naming import covered

_ONE, _SMALL, _MANY = Decimal(1), 10, 100
_LONGEST = 18
"""More digits on end are an account's number, whatever stands behind them."""
_MEASURE = words.either(words.MEASURES)
_HEDGED = (
    rf"(?:(?P<before>{words.BEFORE})(?:{words.BETWEEN})?|(?P<magnitude>{words.BEFORE_MAGNITUDE})(?=[十百千万亿]))?"
)
_LAST = rf"(?P<longer>(?<=[年月天倍成])多)?(?: *(?P<last>{words.LAST}))?"
_SIGNED = f"[{numerals.SIGNS}]+"
_ONES = "[零一二三四五六七八九]"
_SPAN = r"月|小时|学时|课时|季度|工作日"
_OVER_TIME = rf"个(?:(?P<inner>[多余来])|(?P<half>半))(?:{_SPAN})"
_REST = rf"(?P<rest>(?<=[年成])半(?!载)|(?<=成){_ONES}(?!{_MEASURE}|[{numerals.SIGNS}]))?"
"""What comes to the whole: 3年半, 九成五."""
_DIGITS = re.compile(
    rf"{_HEDGED} {{0,3}}(?<![\d./a-z])(?<![^A-Z][A-Z])(?<!^[A-Z])(?<!\d,)(?P<digits>{numerals.DIGITS}) *"
    rf"(?P<odd>{words.ODD})?(?:(?P<scale>{numerals.SCALE})(?P<lesser>{numerals.LESSER})?)?(?P<odder>{words.ODD})? *"
    rf"(?P<unit>{_OVER_TIME}|{_MEASURE}|{words.PEOPLE_AT_ONCE})?{_REST}{_LAST}"
)
_SIGNS = re.compile(
    rf"{_HEDGED}(?<![{numerals.SIGNS}数几])(?P<signs>{_SIGNED})(?P<point>点{_ONES}+)?(?P<odd>{words.ODD})?"
    rf"(?P<scale>[万亿]{{1,2}})?(?P<unit>{_OVER_TIME}|{_MEASURE}|{words.PEOPLE_AT_ONCE}|(?<=[万亿])(?![{numerals.SIGNS}点]))"
    rf"{_REST}{_LAST}"
)
_FRACTION = re.compile(
    rf"{_HEDGED}(?<![{numerals.SIGNS}\d])(?P<of>\d+|{_SIGNED})分之"
    rf"(?P<part>{numerals.DIGITS}|{_SIGNED}(?:点{_ONES}+)?)(?!点){_LAST}"
)
_SLASHED = re.compile(
    rf"(?P<behind>占[\u4e00-\u9fff]{{0,6}}?)?(?:(?P<before>{words.BEFORE})(?:{words.BETWEEN})?)?(?<![\d./])"
    rf"(?P<part>\d{{1,2}})/(?P<of>\d{{1,2}})(?![\d./]){_LAST}"
)
_HALF = re.compile(
    rf"(?:(?P<before>{words.BEFORE})?(?:(?<![另前后这那])一半|半数)|(?<![超通经])(?P<magnitude>过)半(?:(?=数)|(?<=(?:占比|比例|比重|人数)过半)))(?![截夜天路]){_LAST}"
)
_DOUBLED = re.compile(r"翻了?(?P<times>[一两二三四五]|\d)番")
_RANGE = re.compile(
    rf"(?:(?P<before>{words.BEFORE})(?:{words.BETWEEN})?)?(?<![\d./A-Za-z从由])"
    rf"(?P<low>(?P<digits>{numerals.DIGITS}) {{0,3}}(?P<scale>{numerals.SCALE})?(?P<unit>{_MEASURE})?)"
    r" {0,3}(?:—{1,2}|[-–~～至到]) {0,3}(?=\d)"
)
_LISTED = re.compile(r"(?<![\d./A-Za-z、])(?:\d{1,9}(?:\.\d+)?[、和])+(?=\d)")
_APART = re.compile(r"分别(?:为|是|有|达到|达)?[:：]?\d++(?:,\d++){2,}+(?![\d,]*[^\d，。；]{0,4}[、和及与])")
_AT_HEAD = re.compile(r"(?:^|[\n。；：:;，,])[ \t]*$")
_BRACKETS = re.compile("[（()）]")
_MINUS = re.compile(r"(?:^|[^\d%）)A-Za-z])[-－−]$")


@dataclass(frozen=True, slots=True)
class WrittenFigure:
    """A number as a text gives it, worked out; `step` is how finely it is written, `word` the hedging word itself."""

    text: str
    start: int
    end: int
    value: Decimal
    unit: str
    hedge: str | None = None
    word: str = ""
    step: Decimal = _ONE
    scale: int = 1
    within: tuple[Decimal, Decimal] | None = None

    @property
    def span(self) -> tuple[int, int]:
        """From where to where it stands in the text."""
        return self.start, self.end


def figures_in(text: str) -> list[WrittenFigure]:
    """Every figure of the text, in its order."""
    plain = _APART.sub(lambda list_: list_[0].replace(",", "、"), covered(numerals.half_width(text)))
    found = _found(plain)
    for match in _RANGE.finditer(plain):
        _extend(found, match)
    for match in _LISTED.finditer(plain):
        _list(found, match)
    _complete(found, plain)
    return [replace(found[at], text=text[at : found[at].end]) for at in sorted(found)]


def _found(plain: str) -> dict[int, WrittenFigure]:
    """Figures by where they begin; what one way of writing has taken, a later one leaves alone."""
    found, taken = {}, bytearray(len(plain))
    for pattern, read in _WAYS:
        for match in pattern.finditer(plain):
            figure = read(match)
            if figure and not any(taken[figure.start : figure.end]):
                found[figure.start] = figure
                taken[figure.start : figure.end] = b"\x01" * (figure.end - figure.start)
    return found


def _figure(match: re.Match[str], value: Decimal, unit: str, step: Decimal = _ONE, scale: int = 1) -> WrittenFigure:
    """The figure that a match spells, without the blanks around it; ten shares of 成 are a whole."""
    start = match.end() - len(match[0].lstrip())
    end = match.start() + len(match[0].rstrip())
    if unit == "成":
        value, unit, step = value * 10, "%", step * (1 if match.groupdict().get("rest") else 10)
    word = _word(match)
    unit = "个百分点" if unit == "百分点" else _BRACKETS.sub("", unit)
    return WrittenFigure("", start, end, value, unit, words.hedge(word), word, step, scale)


def _word(match: re.Match[str]) -> str:
    """The hedging word that counts: the one before the number, else one within, else the one behind."""
    groups = match.groupdict()
    names = ("before", "magnitude", "odd", "odder", "inner", "longer", "last")
    return next((groups[name] for name in names if groups.get(name)), "")


def _from_digits(match: re.Match[str]) -> WrittenFigure | None:
    """Digits count with a measure, before people named, and in 万 or 亿."""
    scale, unit = match["scale"] or "", match["unit"]
    if unit is None:
        unit = _implied(match) if _is_large(match["scale"]) else _implied_by_count(match)
        if unit is None:
            return None
    elif not unit:
        if not scale and not _word(match) and _like_a_year(match["digits"]):
            return None
        unit = "人"
    if len(match["digits"]) > _LONGEST:
        return None
    value, step = numerals.in_digits(match["digits"], scale)
    if match["lesser"]:
        value, step = numerals.with_lesser(value, match["lesser"])
    figure = _figure(match, value + _more(match), _measure_of(match, unit), step, numerals.scale(scale))
    return _negative(figure, match.string) if unit == "%" else figure


def _more(match: re.Match[str]) -> Decimal:
    """What stands behind the measure: a half, or so many tenths of a 成."""
    if match["half"] or match["rest"] == "半":
        return Decimal("0.5")
    return (_number(match["rest"]) or Decimal(0)) / 10 if match["rest"] else Decimal(0)


def _measure_of(match: re.Match[str], unit: str) -> str:
    """The measure without what it has in it: 个半月 is 个月."""
    return unit[0] + unit[2:] if match["half"] or match["inner"] else unit


def _like_a_year(digits: str) -> bool:
    return len(digits) == 4 and digits[:2] in ("19", "20") and digits != "2000"


def _negative(figure: WrittenFigure, plain: str) -> WrittenFigure:
    """A share below nothing: the sign belongs to the figure where it cannot be a dash between two."""
    if not _MINUS.search(plain[max(0, figure.start - 2) : figure.start]):
        return figure
    return replace(figure, start=figure.start - 1, value=-figure.value)


def _is_large(scale: str | None) -> bool:
    return bool({"万", "亿"} & set(scale or ""))


def _implied_by_count(match: re.Match[str]) -> str | None:
    counted = words.COUNT_BEHIND.search(match.string, max(0, match.start() - 12), match.start())
    return counted[1].removesuffix("数") if counted else None


def _implied(match: re.Match[str]) -> str:
    """What a number in 万 or 亿 without a measure counts, by the words around it; it may be anything."""
    behind = match.string[max(0, match.start() - 12) : match.start()]
    if counted := _implied_by_count(match):
        return counted
    if words.MONEY_BEHIND.search(behind):
        return "元"
    people = words.PEOPLE_AHEAD.match(match.string, match.end()) or words.PEOPLE_BEHIND.search(behind)
    return "人" if people else ""


def _from_signs(match: re.Match[str]) -> WrittenFigure | None:
    """Signs count where the number is large, or hedged, or before what is surely counted."""
    value = _number(match["signs"] + (match["point"] or ""))
    if value is None or not _is_counted(match, value):
        return None
    unit = match["unit"] or _implied(match)
    if not unit and not match["before"]:
        return None
    scale = numerals.scale(match["scale"] or "")
    tail = next((numerals.scale(one) for one in "亿万" if match["signs"].endswith(one)), 1)
    step = Decimal(1).scaleb(1 - len(match["point"] or "点"))
    value = value * scale + _more(match)
    return _figure(match, value, _measure_of(match, unit), step * scale * tail, scale * tail)


def _is_counted(match: re.Match[str], value: Decimal) -> bool:
    signs, unit, is_hedged = match["signs"], match["unit"], bool(_word(match))
    if not unit and value * numerals.scale(match["scale"] or "") < _MANY:
        return False
    if match["point"] or match["half"] or match["rest"]:
        return True
    if numerals.is_bare(signs) and value > _SMALL:
        return is_hedged and unit not in words.CALLED
    if value > _SMALL or (is_hedged and (value > 1 or match["before"] in words.AT_LEAST)):
        return is_hedged or unit not in words.CALLED
    if unit in words.COUNTED and (value > 1 or unit == "倍"):
        return unit != "人" or match.string[match.end() : match.end() + 1] not in ("制", "组", "行", "转", "小")
    may_be_told = unit in words.COUNTED or (unit in words.TOLD and value > 1 and signs != "二")
    return may_be_told and words.is_told(match.string, match.start("signs"), match.end(), unit)


def _from_fraction(match: re.Match[str]) -> WrittenFigure | None:
    """百分之三十 is 30 of a hundred, 三分之一 a share of the whole."""
    of, part = _number(match["of"]), _number(match["part"])
    if not of or part is None or max(len(match["of"]), len(match["part"])) > _LONGEST:
        return None
    if of == 1000:
        return _figure(match, part, "‰")
    step = Decimal(1).scaleb(int(part.as_tuple().exponent)) if of == 100 else _ONE
    return _figure(match, part if of == 100 else (part * 100 / of).quantize(Decimal("0.01")), "%", step)


def _from_slashed(match: re.Match[str]) -> WrittenFigure | None:
    """2/3 is a share only where it is said to be one: 占2/3, 2/3以上."""
    of, part = Decimal(match["of"]), Decimal(match["part"])
    if part >= of or not (match["behind"] or _word(match)):
        return None
    figure = _figure(match, (part * 100 / of).quantize(Decimal("0.01")), "%")
    return replace(figure, start=figure.start + len(match["behind"] or ""))


def _number(spelled: str) -> Decimal | None:
    if spelled[0].isdigit():
        return numerals.plain(spelled)
    whole, point, rest = spelled.partition("点")
    value = numerals.in_signs(whole) if whole != "零" else Decimal(0)
    if value is None or not point:
        return value
    return value + Decimal("0." + "".join(str("零一二三四五六七八九".find(sign)) for sign in rest))


def _from_half(match: re.Match[str]) -> WrittenFigure:
    return _figure(match, Decimal(50), "%")


def _from_doubling(match: re.Match[str]) -> WrittenFigure | None:
    times = _number(match["times"])
    return _figure(match, Decimal(2) ** times, "倍") if times else None


def _extend(found: dict[int, WrittenFigure], match: re.Match[str]) -> None:
    """Put the lower end of a range among the figures; what it does not say itself it takes from the upper one."""
    upper = found.get(match.end())
    if (
        upper is None
        or len(match["digits"]) > _LONGEST
        or (match["unit"] and not words.is_same(match["unit"], upper.unit))
    ):
        return
    value, by = _scaled(match["digits"], match["scale"], upper, is_whole=bool(match["unit"]))
    if upper.step == _SMALL and "成" in match.string[upper.start : upper.end]:
        value, by = value * _SMALL, by * _SMALL
    step = numerals.in_digits(match["digits"], "")[1] * by
    word = match["before"] or upper.word
    start, within = _begun(found, match.start()), (value, upper.value)
    lower = WrittenFigure("", start, match.end("low"), value, upper.unit, words.hedge(word), word, step, by)
    found[start] = replace(found.get(start, lower), value=value, unit=upper.unit, within=within)
    found[upper.start] = replace(upper, within=within)


def _scaled(digits: str, scale: str | None, upper: WrittenFigure, *, is_whole: bool) -> tuple[Decimal, int]:
    """A number before another: 3至5万 counts in 万 as that one does, but 5000至1万 and 5000元至1万元 do not."""
    value = numerals.plain(digits)
    by = numerals.scale(scale) if scale else 1 if is_whole or value * upper.scale >= upper.value else upper.scale
    return value * by, by


def _begun(found: dict[int, WrittenFigure], at: int) -> int:
    """Where the figure begins that a number is already part of, with its hedging word; else the place itself."""
    return next((one for one in range(at, at - 9, -1) if one in found and found[one].end > at), at)


def _list(found: dict[int, WrittenFigure], match: re.Match[str]) -> None:
    """Numbers that share the measure of the last one: 12、15、20个; one alone at the head of a line numbers it."""
    last = found.get(match.end())
    numbers = list(re.finditer(r"[\d.]+", match[0]))
    if last is None or (len(numbers) == 1 and _AT_HEAD.search(match.string, max(0, match.start() - 4), match.start())):
        return
    for number in numbers:
        start, end = match.start() + number.start(), match.start() + number.end()
        value, step = numerals.in_digits(number[0], "")
        by = last.scale if value < last.scale else 1
        if _begun(found, start) not in found and not _like_a_year(number[0]):
            found[start] = WrittenFigure("", start, end, value * by, last.unit, step=step * by, scale=by)


def _complete(found: dict[int, WrittenFigure], plain: str) -> None:
    """Let a list end in the measure of all its figures."""
    places = sorted(found)
    for at, following in reversed(list(pairwise(places))):
        one, last = found[at], found[following]
        if words.ends_list(one.unit, plain[one.end : last.start], last.unit):
            found[at] = replace(one, unit=last.unit)


_WAYS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], WrittenFigure | None]], ...] = (
    (_FRACTION, _from_fraction),
    (_SLASHED, _from_slashed),
    (_HALF, _from_half),
    (_DOUBLED, _from_doubling),
    (_DIGITS, _from_digits),
    (_SIGNS, _from_signs),
)
