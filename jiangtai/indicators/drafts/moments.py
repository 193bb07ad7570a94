"""Moments: for which period and which unit a figure is told, where its own sentence says so.

2025年底, 上年, 第三季度 and 9月 can be computed. 2024年以来, 上半年 and 近三年 cannot: a figure told of them
is held against nothing. The last one said before the figure in its sentence counts.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from jiangtai.kernel import Period, quarter_called

from .numerals import half_width

_SENTENCE = re.compile(r"[。；！？;!?\n]")
_PERIOD = re.compile(
    r"(?<![较比与同])(?:"
    r"(?P<span>(?:近|未来|过去|连续|[0-9]{4}年?[—\-–~至到](?=[0-9]{4}年))[一二三四五六七八九十0-9]*年?|[上下]半年|前\w季度|"
    r"(?<=[0-9月份日度]) *[—\-–~～至到]+ *(?:20[0-9]{2}年)?(?:(?:1[0-2]|0?[1-9])月|第?[一二三四1-4]季度))"
    r"|(?P<year>20[0-9]{2})年(?:度|全年)?(?:第?(?P<quarter>[一二三四1-4])季度|(?P<month>1[0-2]|0?[1-9])月)?"
    r"|(?P<word>去年|上年|今年(?:以来)?|本年(?:以来)?|全年|本月|上个?月|本季度|上季度)"
    r"|第(?P<alone>[一二三四])季度|(?<![0-9个])(?P<only>1[0-2]|[1-9])月(?![0-9]))"
)
_ONWARD = re.compile(r"^(?:[0-9]{1,2}[月日])*(?:底|末)?(?:以来|起|至今|[—\-–~～至到])")
_SUFFIXES = ("街道办事处", "办事处", "有限责任公司", "股份有限公司", "有限公司")
_SHORTEST = 3


def period_said(text: str, at: int, today: date) -> str | None:
    """The period told just before a place, as a `Period` is written; "" where it can't be one, None where none is."""
    said = half_width(text[max(0, at - 200) : at])
    start = max((found.end() for found in _SENTENCE.finditer(said)), default=0)
    found = list(_PERIOD.finditer(said, start))
    if not found:
        return None
    last = found[-1]
    if last["span"] or _ONWARD.match(said[last.end() :]):
        return ""
    year = next((one["year"] for one in reversed(found) if one["year"]), "") or str(today.year)
    return _told(last, int(year), today)


def _told(match: re.Match[str], year: int, today: date) -> str:
    if word := match["word"]:
        return _word(word, today)
    if quarter := match["quarter"] or match["alone"]:
        return f"{year}-Q{quarter_called(quarter)}"
    month = match["month"] or match["only"]
    return f"{year}-{int(month):02}" if month else str(year)


def _word(word: str, today: date) -> str:
    now = Period.of("month" if word.endswith("月") else "quarter" if word.endswith("季度") else "year", today)
    return (now.before if word[0] in "去上" else now).text


def place_said(text: str, at: int, names: Iterable[str]) -> str | None:
    """The unit named last before a place in its sentence, by its full name or without 办事处 and 有限公司."""
    start = max((found.end() for found in _SENTENCE.finditer(text, max(0, at - 200), at)), default=max(0, at - 200))
    said, best = text[start:at], (-1, 0, "")
    for name in names:
        for spelled in spellings(name):
            where = said.rfind(spelled)
            if where >= 0:
                best = max(best, (where + len(spelled), len(spelled), name))
    return best[2] or None


def spellings(name: str) -> Sequence[str]:
    """How a unit is called in a text: in full, or without 办事处 and 有限公司; the longest first."""
    short = next((name.removesuffix(one) for one in _SUFFIXES if name.endswith(one)), name)
    if name.endswith("街道办事处"):
        short += "街道"
    return [one for one in dict.fromkeys((name, short)) if len(one) >= _SHORTEST]
