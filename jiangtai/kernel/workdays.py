"""Working days as offices count them: each year's holidays and make-up days, and the deadlines they move."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Literal

from chinese_calendar import constants

from .clock import chinese_day

Light = Literal["green", "amber", "red"]

MAKE_UP = "调休上班"
WEEKEND = "周末"
LONGEST_TERM = 5_000

_DAY = timedelta(days=1)
_SATURDAY = 5
_WEEKDAYS = "一二三四五六日"
_FESTIVALS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")


class NoticeError(ValueError):
    """A holiday notice contradicts itself or cannot be read; each fault names its line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class YearPlan:
    """One year's holidays, and the weekend days that are worked; it may reach into the December before."""

    year: int
    off: Mapping[date, str]
    working: Mapping[date, str]


@dataclass(frozen=True, slots=True)
class Span:
    """The day a term ends, and the years on its way for which only weekends are known."""

    result: date
    uncertain_years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years that the package knows, overridden and continued by the office's own."""

    years: Mapping[int, YearPlan] = field(default_factory=dict)

    def knows(self, year: int) -> bool:
        """Whether the holidays of this year are known, or only its weekends."""
        return year in self.years or year in _published()

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        name = self.name_of(day)
        return name in ("", MAKE_UP)

    def name_of(self, day: date) -> str:
        """The holiday, 调休上班, 周末, or nothing on an ordinary working day."""
        for plan in self._plans(day):
            if day in plan.off:
                return plan.off[day]
            if day in plan.working:
                return MAKE_UP
        return WEEKEND if day.weekday() >= _SATURDAY else ""

    def add(self, start: date, days: int) -> Span:
        """The last of so many working days; the day of the start itself does not count."""
        if not 0 <= days <= LONGEST_TERM:
            raise ValueError(f"期限是 {days} 个工作日，应在 0 至 {LONGEST_TERM} 之间，请核对")
        result, left, unknown = start, days, set()
        while left:
            result += _DAY
            left -= self.is_working(result)
            unknown |= set() if self.knows(result.year) else {result.year}
        return Span(result, tuple(sorted(unknown)))

    def between(self, start: date, end: date) -> int:
        """Working days after the start, up to and with the end; negative when the end lies before."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + _DAY * step) for step in range(1, (end - start).days + 1))

    def _plans(self, day: date) -> Iterator[YearPlan]:
        """The plans that may speak of this day: in December also the coming year's, which goes first."""
        for year in (day.year + 1, day.year) if day.month == 12 else (day.year,):
            plan = self.years.get(year) or _published().get(year)
            if plan:
                yield plan


@cache
def _published() -> Mapping[int, YearPlan]:
    """The years of the package, each as its own notice named it."""
    plans: dict[int, YearPlan] = {}
    for source, use in ((constants.holidays, "off"), (constants.workdays, "working")):
        for day, label in source.items():
            holiday = constants.Holiday(label)
            early = day.month == 12 and holiday is constants.Holiday.new_years_day
            plan = plans.setdefault(day.year + early, YearPlan(day.year + early, {}, {}))
            getattr(plan, use)[day] = _full_name(holiday.chinese)
    return plans


def _full_name(name: str) -> str:
    return f"{name}节" if name in ("清明", "端午", "中秋") else name


def light(today: date, due: date, calendar: Calendar) -> Light:
    """Red when overdue, amber with at most one working day left after today, else green."""
    if today > due:
        return "red"
    return "amber" if calendar.between(today, due) <= 1 else "green"


def remaining(today: date, due: date, calendar: Calendar) -> str:
    """How a deadline stands, counted alike on both sides: 逾期 1 个工作日, 今天到期 or 剩 4 个工作日."""
    if today > due:
        late = calendar.between(due, today)
        return f"逾期 {late} 个工作日" if late else f"逾期 {(today - due).days} 天，其间没有工作日"
    if today == due:
        return "今天到期"
    left = calendar.between(today, due)
    return f"剩 {left} 个工作日" if left else f"{(due - today).days} 天后到期，其间没有工作日"


def parse_notice(text: str, year: int) -> YearPlan:
    """The year's plan out of the State Council's notice, once it has proved free of contradictions."""
    if len(text) > _LONGEST_NOTICE:
        raise NoticeError([f"通知全文有 {len(text)} 字，超过 {_LONGEST_NOTICE} 字，请只粘贴放假安排的正文"])
    reading = _Reading(year)
    text = text.translate(_HALF_WIDTH)
    reading.compare_title(text)
    headings = list(_HEADING.finditer(text))
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    for heading, end in zip(headings, ends, strict=False):
        line = text.count("\n", 0, heading.start()) + 1
        reading.read_clause(line, heading["name"].strip(), text[heading.end() : end])
    reading.require_festivals([heading["name"] for heading in headings])
    if reading.faults:
        raise NoticeError(reading.faults)
    return YearPlan(year, reading.off, reading.working)


_LONGEST_NOTICE = 20_000
_LONGEST_HOLIDAY = 31
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_CHINESE_BRACKETS = str.maketrans("()", "（）")
_NUMERALS = "零一二三四五六七八九十"
_HEADING = re.compile(r"[一二三四五六七八九十]{1,2}、(?P<name>[^:。\n]{1,20}):")


def _date(which: str) -> str:
    return (
        rf"(?:(?P<year_{which}>[0-9]{{4}})年)?(?:(?P<month_{which}>[0-9]{{1,2}})月)?"
        rf"(?P<day_{which}>[0-9]{{1,2}})日(?:\((?P<note_{which}>[^()]*)\))?"
    )


_TOKEN = re.compile(
    rf"(?P<dates>{_date('first')}(?:[至到~\-—–]+{_date('last')})?)"
    rf"|(?P<act>放假|补休|上班)|共?计?(?P<count>[0-9]{{1,3}}|[{_NUMERALS}])天"
)
_NOTED_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")


class _Reading:
    """A notice while it is being read: what was found so far, and every fault in it."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.off: dict[date, str] = {}
        self.working: dict[date, str] = {}
        self.faults: list[str] = []
        self._place = ""

    def compare_title(self, text: str) -> None:
        """A notice for another year is not taken for this one."""
        title = re.search(r"关于\s*([0-9]{4})\s*年", text)
        if title and int(title[1]) != self.year:
            self.faults.append(f"这是 {title[1]} 年的通知，要录入的是 {self.year} 年，请换成 {self.year} 年的通知")

    def require_festivals(self, names: list[str]) -> None:
        """Half a notice would silently turn holidays into working days."""
        missing = [festival for festival in _FESTIVALS if not any(festival in name for name in names)]
        if missing:
            example = "“一、元旦：1月1日（周四）放假1天。”"
            self.faults.append(f"没有读到{'、'.join(missing)}的安排，每个节日应另起一条，如{example}，请粘贴完整的通知")

    def read_clause(self, line: int, name: str, body: str) -> None:
        """One holiday with its make-up days."""
        self._place, before = f"第 {line} 行（{name}）", len(self.off)
        for sentence in re.split("[。;]", re.sub(r"\s", "", body)):
            if re.search("放假|补休|上班", sentence):
                self._read_sentence(name, sentence)
        if len(self.off) == before and not any(self._place in fault for fault in self.faults):
            self._fault("没有读到放假日期，应写成“1月1日（周四）至3日（周六）放假”的样子")

    def _read_sentence(self, name: str, sentence: str) -> None:
        rest = _TOKEN.sub("", sentence)
        if re.search("[0-9]", rest):
            return self._fault(f"看不懂“{sentence}”里的“{rest}”，日期应写成“1月1日（周四）”的样子")
        found: list[date] = []
        off = 0
        for token in _TOKEN.finditer(sentence):
            if token["dates"]:
                found += self._days(token, found[-1] if found else None)
            elif token["count"]:
                self._compare_count(token["count"], off)
            else:
                off += len(found) if token["act"] != "上班" else 0
                self._enter(name, token["act"], found)
                found = []
        return None

    def _enter(self, name: str, act: str, days: list[date]) -> None:
        for day in days:
            if day in self.off or day in self.working:
                self._fault(f"{chinese_day(day)}前面已经安排过，不能再写一次，请核对")
            if act == "上班" and day.weekday() < _SATURDAY:
                self._fault(f"{chinese_day(day)}本来就是{_weekday(day)}，上班日应是周六或周日，请核对日期")
            (self.working if act == "上班" else self.off)[day] = name

    def _days(self, token: re.Match[str], previous: date | None) -> list[date]:
        """The days of one date or of a range, with the year and month that the text leaves out."""
        first = self._day(token, "first", previous)
        last = self._day(token, "last", first) if token["day_last"] and first else first
        if first is None or last is None:
            return []
        if last < first and not token["year_last"]:
            first, last = self._across_new_year(first, last, bool(token["year_first"]))
        self._compare_weekday(first, token["note_first"])
        self._compare_weekday(last, token["note_last"])
        length = (last - first).days + 1
        if not 1 <= length <= _LONGEST_HOLIDAY or not self._is_near(first) or not self._is_near(last):
            self._fault(f"“{token['dates']}”不是 {self.year} 年的一段假期，请核对年、月、日")
            return []
        return [first + _DAY * step for step in range(length)]

    def _across_new_year(self, first: date, last: date, first_is_dated: bool) -> tuple[date, date]:
        """A range that runs backwards began in December: of the year before, unless its year is written."""
        if first.month != 12 or last.month != 1:
            return first, last
        return (first, _in_year(last, first.year + 1)) if first_is_dated else (_in_year(first, last.year - 1), last)

    def _day(self, token: re.Match[str], which: str, previous: date | None) -> date | None:
        year = int(token[f"year_{which}"] or (previous.year if previous else self.year))
        month = int(token[f"month_{which}"] or (previous.month if previous else 0))
        try:
            return date(year, month, int(token[f"day_{which}"]))
        except ValueError:
            self._fault(f"“{token['dates']}”不是真实的日期，请核对年、月、日")
            return None

    def _is_near(self, day: date) -> bool:
        return day.year == self.year or (day.year, day.month) == (self.year - 1, 12)

    def _compare_weekday(self, day: date, note: str | None) -> None:
        noted = _NOTED_WEEKDAY.search(note or "")
        if noted and noted[1].replace("天", "日") != _WEEKDAYS[day.weekday()]:
            self._fault(f"{chinese_day(day)}写的是周{noted[1]}，实际是{_weekday(day)}，请核对日期")

    def _compare_count(self, text: str, found: int) -> None:
        stated = _NUMERALS.index(text) if text in _NUMERALS else int(text)
        if stated != found:
            self._fault(f"写的是共 {stated} 天，日期数下来是 {found} 天，请核对起止日期")

    def _fault(self, what: str) -> None:
        self.faults.append(f"{self._place}：{what.translate(_CHINESE_BRACKETS)}")


def _in_year(day: date, year: int) -> date:
    return date(year, day.month, day.day)


def _weekday(day: date) -> str:
    return f"周{_WEEKDAYS[day.weekday()]}"
