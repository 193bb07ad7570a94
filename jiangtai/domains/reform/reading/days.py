"""Days: the last day of whatever a plan names (2027年底, 2026年第三季度, 上半年)."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jiangtai.kernel import quarter_called

from .outline import chinese_number

_YEAR = r"(?P<year>20\d{2})\s*年?"
_HALVES = {"上": 6, "下": 12}
_TENTHS = {"上旬": 10, "中旬": 20, "中": 15}
_FIVE_YEARS = {"十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_MONTH = "1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_TO = r"\s*[—–\-－~～至到]+\s*"
_PART = (
    rf"(?:(?:{_MONTH}){_TO})?(?P<month>{_MONTH})\s*月(?:份)?(?:\s*(?:\d{{1,2}}[日号]?{_TO})?"
    r"(?P<day>3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])\s*[日号]|(?P<tenth>[上中下]旬|中))?"
    r"|第?(?:[一二三四1-4][、和至—]){0,3}(?P<quarter>[一二三四1-4])季度|(?P<half>[上下])半年|年?(?P<end>底|末|终|内)"
)
_BARE = _PART.replace("P<", "P<x")
_DAY = re.compile(
    r"(?P<since>自|从)?(?P<until>到|至|截至|截止|力争|在|于)?"
    rf"(?:(?P<numeric>20\d\d[./-]\d{{1,2}}(?:[./-]\d{{1,2}})?(?![\d%万]))|{_YEAR}(?:\s*(?:{_PART}))?|(?<![\d.半一二三四五六七八九十两几数每第])(?:{_BARE})"
    r"|“?(?P<plan>十[三四五六]五)”?(?:(?P<during>时期|期间)(?=[，,])|(?:时期|期间|规划)?(?:末|期末|期内|收官)))"
    r"(?P<mark>\s*(?:年?[底末])?(?:之前|以前|前|内|完成|(?=上线|建成|投用|投入使用|挂牌|启用|竣工|开通))|\s*年?[底末])?"
)
_THIS_YEAR = re.compile(r"(?:今年|本年度?|当年|(?<![半一二三四五六七八九十两几数每\d])年)(?:内|底前?|末前?)|全年")
_EVERY = re.compile(r"每年的?$")
"""每年12月底前 comes again and ends nothing."""
_FEAST = re.compile(
    r"(?:[春夏秋冬]季|[寒暑]假|暑期|学年|元旦|春节|元宵|清明|五一|“五一”|劳动节|端午|中秋|国庆|“十一”|重阳)"
)
"""2026年春节前 names no day that stands in these words, and not the year's last."""
_RANGE = re.compile(r"(20\d\d)\s*年?\s*[—–\-－~～至]+\s*(20\d\d)\s*年")
_OPENS = re.compile(r"(?:^|[。；;\n]|20\d\d\s*年?\s*[—–\-－~～至]+\s*)[\s“]*$")
"""2026年上半年，新建五家: what a sentence begins with is by when; 2025—2027年， ends with its last year."""
_NEAR, _SENTENCE = 40, 400
_BEGINNINGS = ("起", "以来", "开始", "—", "–", "－", "-", "至", "~", "～", "到")
_HALF_WIDTH = {0xFF10 + one: 0x30 + one for one in range(10)}
_COUNT = "[\\d一二三四五六七八九十]{1,3}"
_SIGNED = re.compile(
    rf"(?m)^[ 　]*(20\d\d)年{_COUNT}月{_COUNT}日[ 　]*$"
    rf"|^[ 　]*[（(](20\d\d)年(?:度|{_COUNT}月(?:{_COUNT}日)?)[）)]$"
)
"""A line that is nothing but a day, or in brackets a year or a month."""
_CHINESE_YEAR = re.compile(r"二[〇○零０一二三四五六七八九]{3}(?=[\s年—–\-－~～至])")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_QUOTED = re.compile(r"《[^》]*》|〔\d{4}〕")


@dataclass(frozen=True, slots=True)
class Named:
    """A day that a text names, and how: as an end (年底前), bare, or as the beginning of something."""

    on: date
    start: int
    end: int
    is_end: bool
    is_begin: bool


def days_in(text: str, year: int | None) -> Iterator[Named]:
    """Every day named; what a title in 《》 says is none; `year` is that of a plan for one year."""
    text = _QUOTED.sub(lambda found: "■" * len(found[0]), _with_digits(text))
    if year:
        text = re.sub(r"明年|次年", f"{year + 1}年", text)
    for found in _DAY.finditer(text):
        on = _day(found, year)
        if on is None:
            continue
        is_every = not found["year"] and _EVERY.search(text[max(0, found.start() - _NEAR) : found.start()])
        if is_every or _FEAST.match(text, found.end()):
            continue
        after = text[found.end() : found.end() + 3]
        begins = bool(found["since"]) or after.startswith(_BEGINNINGS)
        ends = found["mark"] is not None or bool(found["end"] or found["xend"])
        ends |= bool(found["plan"]) and not found["during"]
        is_part = any(found[name] for name in ("quarter", "half", "xquarter", "xhalf"))
        ends |= (is_part or after.startswith(("，", ","))) and _opens(text, found)
        reaches = found["until"] in ("到", "至", "截至", "截止")
        begins |= not (ends or reaches) and after.startswith(("印发", "修订", "出台"))
        yield Named(on, found.start(), found.end(), ends or reaches, begins)
    if year:
        for found in _THIS_YEAR.finditer(text):
            before = text[max(0, found.start() - _NEAR) : found.start()]
            if not re.search(r"\d\s*$", before) and not _EVERY.search(before):
                yield Named(date(year, 12, 31), found.start(), found.end(), not found[0].startswith("全"), False)


def _opens(text: str, found: re.Match[str]) -> bool:
    """Whether a sentence about what is still to be done begins with the day."""
    at = found.start()
    before = f"…{text[at - _NEAR : at]}" if at > _NEAR else text[:at]
    behind = re.split(r"[。；;\n]", text[found.end() : found.end() + _SENTENCE], maxsplit=1)[0]
    return _OPENS.search(before) is not None and "已" not in behind


def deadline(text: str, year: int | None) -> date | None:
    """The day by which all of a measure is to be done: the last one that a text names as an end."""
    return max((day.on for day in days_in(text, year) if day.is_end and not day.is_begin), default=None)


def time_limit(text: str, year: int | None) -> date | None:
    """The last day named where nothing but a time is expected; 长期坚持 names none."""
    return max((day.on for day in days_in(text, year) if not day.is_begin), default=None)


def begin(text: str, year: int | None) -> date | None:
    """The day on which something is said to begin, as the last day of what is named."""
    return min((day.on for day in days_in(text, year) if day.is_begin), default=None)


def year_of(title: str, text: str) -> int | None:
    """The year of a plan for one year, by its title or else by the day it is signed; none where it runs for several."""
    title, text = _with_digits(title), _with_digits(text)
    if _RANGE.search(title):
        return None
    if found := re.search(r"(20\d\d)\s*年", title):
        return int(found[1])
    signed = _SIGNED.findall(text)
    return int("".join(signed[-1])) if signed else None


def first_year(title: str) -> int | None:
    """The year with which a plan's own title begins."""
    found = re.search(r"(20\d\d)", _with_digits(title))
    return int(found[1]) if found else None


def _with_digits(text: str) -> str:
    """The text with its years in plain digits (二〇二六年), sign for sign."""
    return _CHINESE_YEAR.sub(lambda found: found[0].translate(_DIGITS), text.translate(_HALF_WIDTH))


def _day(found: re.Match[str], plan_year: int | None) -> date | None:
    if found["numeric"]:
        year, month, *day = (int(one) for one in re.split(r"[./-]", found["numeric"]))
        return _date(year, month, *day)
    if found["plan"]:
        return date(_FIVE_YEARS[found["plan"]], 12, 31)
    part = {name: found[name] or found[f"x{name}"] for name in ("month", "day", "tenth", "quarter", "half")}
    if found["year"]:
        return _within(int(found["year"]), part)
    if plan_year is None or (found["xend"] and "年" not in found[0]):
        return None  # a bare 底, 末 or 内 speaks of no year
    return _within(plan_year, part)


def _within(year: int, part: dict[str, str | None]) -> date | None:
    if part["month"]:
        month = _number(part["month"])
        if part["day"]:
            return _date(year, month, _number(part["day"]))
        return _date(year, month, _TENTHS.get(part["tenth"] or "", calendar.monthrange(year, month)[1]))
    if part["quarter"]:
        return _date(year, quarter_called(part["quarter"]) * 3, 0)
    return _date(year, _HALVES.get(part["half"] or "", 12), 0)


def _number(said: str) -> int:
    return int(said) if said.isascii() else chinese_number(said)


def _date(year: int, month: int, day: int = 0) -> date | None:
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None
