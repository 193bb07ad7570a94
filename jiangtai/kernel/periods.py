"""A span of days as offices name one: a year, a half, a quarter, a month or a day."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_FORMS = re.compile(
    r"(?P<year>\d{4})(-H(?P<half>[12])|-Q(?P<quarter>[1-4])|-(?P<month>\d{2})(-(?P<day>\d{2}))?)?", re.ASCII
)
_WORDS = "应写作 2026（年）、2026-H1（半年）、2026-Q3（季度）、2026-09（月）或 2026-09-30（截至某日）"
_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1, "day": 1}
_QUARTERS = "一二三四"


class PeriodError(ValueError):
    """What was written is no period; the message says how one is written."""


@dataclass(frozen=True)
class Period:
    """A year, a half, a quarter, a month or a day."""

    text: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """As it is written."""
        found = _FORMS.fullmatch(text.strip())
        if found is None:
            raise PeriodError(f"不认识期间“{text}”，{_WORDS}")
        try:
            first, last = _span(**{name: int(value) for name, value in found.groupdict().items() if value})
        except ValueError as error:
            raise PeriodError(f"没有“{text}”这一天或这个月，{_WORDS}") from error
        return cls(text.strip(), first, last)

    @classmethod
    def of(cls, every: str, day: date) -> "Period":
        """The year, half, quarter or month in which a day lies, or the day itself."""
        at = (day.month - 1) // _MONTHS[every] + 1
        rest = {"year": "", "half": f"-H{at}", "quarter": f"-Q{at}", "month": f"-{at:02}", "day": f"{day:-%m-%d}"}
        return cls.parse(f"{day.year:04}{rest[every]}")

    @classmethod
    def month_of(cls, day: date) -> "Period":
        """The month in which a day lies."""
        return cls.of("month", day)

    @classmethod
    def quarter_of(cls, day: date) -> "Period":
        """The quarter in which a day lies."""
        return cls.of("quarter", day)

    @classmethod
    def last_months(cls, day: date, many: int) -> list["Period"]:
        """So many months, the earliest first, the last of them that in which a day lies."""
        return cls.month_of(day)._back(many)

    @classmethod
    def last_quarters(cls, day: date, many: int) -> list["Period"]:
        """So many quarters, the earliest first, the last of them that in which a day lies."""
        return cls.quarter_of(day)._back(many)

    def _back(self, many: int) -> list["Period"]:
        found = [self]
        while len(found) < many:
            found.append(found[-1].before)
        return found[::-1]

    @property
    def every(self) -> str:
        """Of what kind it is."""
        kinds = {4: "year", 7: {"H": "half", "Q": "quarter"}.get(self.text[5:6], "month")}
        return kinds.get(len(self.text), "day")

    @property
    def label(self) -> str:
        """As an office says it."""
        first = self.first
        return {
            "year": f"{first.year}年",
            "half": f"{first.year}年{'上下'[(first.month - 1) // 6]}半年",
            "quarter": f"{first.year}年第{_QUARTERS[(first.month - 1) // 3]}季度",
            "month": f"{first.year}年{first.month}月",
            "day": f"{first.year}年{first.month}月{first.day}日",
        }[self.every]

    @property
    def before(self) -> "Period":
        """The one just before, of the same kind (环比)."""
        return Period.of(self.every, self.first - timedelta(days=1))

    @property
    def year_before(self) -> "Period":
        """The same a year earlier (同比)."""
        year, rest = int(self.text[:4]) - 1, self.text[4:]
        leap_day = rest == "-02-29"
        return Period.parse(f"{year:04}{'-02-28' if leap_day else rest}")


def quarter_called(sign: str) -> int:
    """Which quarter 一 or 1 stands for."""
    return int(sign) if sign.isdecimal() else _QUARTERS.index(sign) + 1


def _span(
    year: int, half: int = 0, quarter: int = 0, month: int | None = None, day: int | None = None
) -> tuple[date, date]:
    if month is not None and day is not None:
        return date(year, month, day), date(year, month, day)
    months, at = (6, half) if half else (3, quarter) if quarter else (12, 1) if month is None else (1, month)
    end = months * at
    return date(year, end - months + 1, 1), date(year, end, monthrange(year, end)[1])
