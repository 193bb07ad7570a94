"""Moments: for which period and which unit a figure is told, where its own sentence says so.

2025年底, 上年, 第三季度, 上半年 and 9月10日 can be computed, and so can what runs from New Year: 前三季度, 1—9月,
截至9月10日. 2024年以来, 近三年 and 去年同期 cannot: a figure told of them is held against nothing, nor is one told of
several units at once. The last one said before the figure in its sentence counts.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from jiangtai.kernel import Period, quarter_called

from . import numerals

_SENTENCE, _WHOLE = re.compile(r"[。；！？;!?\n]"), re.compile(r"[。！？!?\n]")
"""Up to where a unit is meant; and a period, which is said once for all parts of a sentence: 上半年，新增…；命名…。"""
_FAR = 200
_BLANKS = re.compile(r"(?<=[0-9年月日至到—]) +(?=[0-9年月日第至到—])")
_SIGNED = re.compile(r"(?<![第十])[一二三四五六七八九十]{1,3}(?=月|个月|日)")
_MONTH, _QUARTER, _TO = "(?:1[0-2]|0?[1-9])", "[一二三四1-4]", r"(?:—{1,2}|[\-–~～至到])"
_YEARS = ("去年", "上年", "今年", "本年", "全年", "年初")
_PERIOD = re.compile(
    r"(?<![较比与同])(?:"
    r"(?P<none>(?:去年|上年|20[0-9]{2}年)?同期|(?<![0-9])年初(?!以来|至今)|近年|(?:近|未来|过去|今后|连续)(?:几|[一二两三四五六七八九十0-9]{1,3})个?(?:年|月|季度)"
    rf"|(?<=[0-9年月份日度]){_TO}(?:20[0-9]{{2}}年(?:{_MONTH}月)?|{_MONTH}月|第?{_QUARTER}季度)(?:[0-9]{{1,2}}日)?)"
    rf"|(?<![0-9.])(?:1月(?:份|1日)?|第?[1一](?:季度)?){_TO}"
    rf"(?:(?P<to_month>{_MONTH})月(?:份)?(?:(?P<to_day>[0-9]{{1,2}})日)?|第?(?P<to_quarter>{_QUARTER})季度)"
    rf"|(?<![目此之以日当提先空])前(?:(?P<months>{_MONTH}|两)个月|(?P<quarters>两|{_QUARTER})个?季度)"
    r"|(?P<year>20[0-9]{2})年(?:度|全年)?|(?P<word>去年|上年|今年|本年|全年|年初|本月|上个?月|本季度|上季度)"
    rf"|(?P<half>[上下])半年|(?<![0-9])第?(?P<quarter>{_QUARTER})季度"
    rf"|(?<![0-9个])(?P<month>{_MONTH})月(?:份)?(?:(?P<day>[0-9]{{1,2}})日)?(?![0-9]))"
)
_UNTIL = re.compile(r"截[至止]到?$")
_ONWARD = re.compile(r"^(?:[底末初]?(?P<since>以来|起|至今|[至到]目前)|初(?![级步中次期])|[—\-–~～至到])")
_FIRM = "公司"
_SUFFIXES = ("街道办事处", "办事处", "有限责任公司", "股份有限公司", "有限公司")
_SHORTEST = 3
_KIND = re.compile("企业(?!工会)|产业|行业|领域|集群")
"""What stands behind a word that says of which kind things are, and not which firm: 新材料企业."""
_AND = "(?:、|和|与|及|以及)"
_BODY = "(?:街道|办事处|社区|镇|乡|公司|集团|厂|局|工会|学院|学校)"
_JOINED, _JOINING = (
    re.compile(rf"{_BODY}{_AND}$"),
    re.compile(rf"^(?:等|{_AND}(?:[\u4e00-\u9fff]{{2,12}}?{_BODY}|[^，。；]{{0,12}}?等(?!级)))"),
)
_BETWEEN = re.compile(_AND)


@dataclass(frozen=True, slots=True)
class Moment:
    """A period as a `Period` is written, "" where it can't be one; or all from New Year up to its end: 1—9月."""

    period: str
    is_from_new_year: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text names a unit, by its full name or without 办事处 and 有限公司; whether others stand beside it."""

    start: int
    end: int
    name: str
    is_one_of_several: bool


def period_said(text: str, at: int, today: date) -> Moment | None:
    """The period told just before a place; None where none is."""
    said = _BLANKS.sub("", numerals.half_width(text[max(0, at - _FAR) : at]))
    said = said[max((found.end() for found in _WHOLE.finditer(said)), default=0) :]
    said = _SIGNED.sub(lambda found: str(numerals.in_signs(found[0]) or found[0]), said)
    found = list(_PERIOD.finditer(said))
    if not found:
        return None
    year = next((_year(one, today) for one in reversed(found) if _is_year(one)), today.year)
    last, begins = found[-1], found[-1].start()
    for one in reversed(found[:-1]):
        begins = one.start() if _is_year(one) and one.end() == begins else begins
    told = _told(last, year, today)
    if onward := _ONWARD.match(said[last.end() :]):
        return _since(told, today) if onward["since"] else Moment("")
    if told.period and _UNTIL.search(said[:begins]):
        return Moment(told.period, is_from_new_year=True)
    return told


def _is_year(match: re.Match[str]) -> bool:
    return bool(match["year"]) or match["word"] in _YEARS


def _year(match: re.Match[str], today: date) -> int:
    return int(match["year"]) if match["year"] else today.year - (match["word"] in ("去年", "上年"))


def _since(told: Moment, today: date) -> Moment:
    """What holds since a day can be computed only where that is New Year's."""
    return Moment(
        str(today.year) if told.period in (str(today.year), f"{today.year}-01", f"{today.year}-01-01") else ""
    )


def _told(match: re.Match[str], year: int, today: date) -> Moment:
    if match["none"]:
        return Moment("")
    if months := match["to_month"] or match["months"]:
        return Moment(_day(year, months.replace("两", "2"), match["to_day"]), is_from_new_year=True)
    if quarters := match["to_quarter"] or match["quarters"]:
        return Moment(f"{year}-Q{quarter_called(quarters.replace('两', '2'))}", is_from_new_year=True)
    if match["word"] and not _is_year(match):
        return Moment(_word(match["word"], today))
    if half := match["half"]:
        return Moment(f"{year}-H{1 if half == '上' else 2}")
    if quarter := match["quarter"]:
        return Moment(f"{year}-Q{quarter_called(quarter)}")
    return Moment(_day(year, match["month"], match["day"]) if match["month"] else str(year))


def _day(year: int, month: str, day: str | None) -> str:
    return f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")


def _word(word: str, today: date) -> str:
    now = Period.of("month" if word.endswith("月") else "quarter", today)
    return (now.before if word[0] == "上" else now).text


def place_said(text: str, at: int, places: Sequence[Place]) -> str | None:
    """The unit named last before a place in its sentence, "" where it is one of several; None where none is named."""
    last = bisect_right(places, at, key=lambda one: one.end) - 1
    if last < 0 or at - places[last].end > _FAR or _SENTENCE.search(text, places[last].end, at):
        return None
    return "" if places[last].is_one_of_several else places[last].name


def places_in(text: str, names: Iterable[str]) -> list[Place]:
    """Where units are named, in the order of the text; a longer name takes the place of one within it."""
    spelled = sorted(
        ((one, name) for name in names for one in spellings(name) if one in text), key=lambda pair: -len(pair[0])
    )
    found: dict[int, tuple[int, str]] = {}
    taken = bytearray(len(text))
    for one, name in spelled:
        for match in re.finditer(re.escape(one), text):
            start, end = match.span()
            is_kind = one != name and name.endswith(_FIRM) and _KIND.match(text, end)
            if not is_kind and not any(taken[start:end]):
                found[start], taken[start:end] = (end, name), b"\x01" * (end - start)
    spans = [(start, *found[start]) for start in sorted(found)]
    beside = {
        (start, end)
        for one, other in pairwise(spans)
        if _BETWEEN.fullmatch(text, one[1], other[0])
        for start, end, _ in (one, other)
    }
    return [
        Place(start, end, name, (start, end) in beside or _is_in_list(text, start, end)) for start, end, name in spans
    ]


def _is_in_list(text: str, start: int, end: int) -> bool:
    """Whether other bodies stand beside what is named, though nobody knows them by name."""
    return bool(_JOINED.search(text[max(0, start - 12) : start]) or _JOINING.match(text[end : end + 24]))


def spellings(name: str) -> Sequence[str]:
    """How a unit is called in a text: in full, or without 办事处 and 有限公司; the longest first."""
    short = next((name.removesuffix(one) for one in _SUFFIXES if name.endswith(one)), name)
    if name.endswith("街道办事处"):
        short += "街道"
    return [one for one in dict.fromkeys((name, short)) if len(one) >= _SHORTEST]
