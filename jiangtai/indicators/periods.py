"""A span of days for which a figure is told, and the moment from which it is seen."""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

_FORMS = re.compile(r"(?P<year>\d{4})(-Q(?P<quarter>[1-4])|-(?P<month>\d{2})(-(?P<day>\d{2}))?)?", re.ASCII)
_WORDS = "应写作 2026（年）、2026-Q3（季度）、2026-09（月）或 2026-09-30（截至某日）"


class PeriodError(ValueError):
    """What was written is no period; the message says how one is written."""


@dataclass(frozen=True)
class Period:
    """A year, a quarter, a month or a day."""

    text: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """As it is written."""
        found = _FORMS.fullmatch(text.strip())
        if found is None:
            raise PeriodError(f"不认识期间“{text}”，{_WORDS}")
        year, quarter, month, day = (int(found[one] or 0) for one in ("year", "quarter", "month", "day"))
        try:
            first, last = _span(year, quarter, month, day)
        except ValueError as error:
            raise PeriodError(f"没有“{text}”这一天或这个月，{_WORDS}") from error
        return cls(text.strip(), first, last)

    @classmethod
    def month_of(cls, day: date) -> "Period":
        """The month in which a day lies."""
        return cls.parse(f"{day:%Y-%m}")

    @classmethod
    def last_months(cls, day: date, many: int) -> list["Period"]:
        """So many months, the earliest first, the last of them that in which a day lies."""
        return cls.month_of(day)._back(many)

    @classmethod
    def last_quarters(cls, day: date, many: int) -> list["Period"]:
        """So many quarters, the earliest first, the last of them that in which a day lies."""
        return cls.parse(f"{day.year}-Q{(day.month + 2) // 3}")._back(many)

    def _back(self, many: int) -> list["Period"]:
        found = [self]
        while len(found) < many:
            found.append(found[-1].before)
        return found[::-1]

    @property
    def label(self) -> str:
        """As an office says it."""
        year, _, rest = self.text.partition("-")
        if not rest:
            return f"{year}年"
        if rest.startswith("Q"):
            return f"{year}年第{'一二三四'[int(rest[1]) - 1]}季度"
        return f"{year}年{int(rest[:2])}月" + (f"{int(rest[3:])}日" if len(rest) > 2 else "")

    @property
    def before(self) -> "Period":
        """The one just before, of the same kind (环比)."""
        eve = self.first - timedelta(days=1)
        if len(self.text) == 4:
            return Period.parse(str(eve.year))
        if "Q" in self.text:
            return Period.parse(f"{eve.year}-Q{(eve.month + 2) // 3}")
        return Period.parse(f"{eve:%Y-%m}" if len(self.text) == 7 else eve.isoformat())

    @property
    def year_before(self) -> "Period":
        """The same a year earlier (同比)."""
        year, rest = int(self.text[:4]) - 1, self.text[4:]
        leap_day = rest == "-02-29"
        return Period.parse(f"{year:04}{'-02-28' if leap_day else rest}")


@dataclass(frozen=True)
class Frame:
    """A period as it is seen from a day: what has not come yet is not in it; `known` leaves out what came in later."""

    period: Period
    today: date
    known: date | None = None
    within: int | None = None
    """The unit that is asked about, for rows that are costly to find everywhere; whoever gets more must narrow it."""

    @property
    def first(self) -> date:
        """Its first day."""
        return self.period.first

    @property
    def as_of(self) -> date:
        """The day on which what holds is counted: its last one, or today while it still runs."""
        return min(self.period.last, self.today)

    @property
    def everywhere(self) -> "Frame":
        """The same for rows that are looked up, wherever they stand."""
        return replace(self, within=None)

    @property
    def before(self) -> "Frame":
        """The period before, whole."""
        return Frame(self.period.before, self.today, self.known)

    @property
    def as_far_before(self) -> "Frame":
        """The period before, up to where this one has come: what still runs is compared with as much of the other."""
        before = self.period.before
        gone = self.as_of - self.first
        is_whole = self.as_of == self.period.last
        return Frame(before, before.last if is_whole else min(before.first + gone, before.last), self.known)


def _span(year: int, quarter: int, month: int, day: int) -> tuple[date, date]:
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if quarter:
        end = quarter * 3
        return date(year, end - 2, 1), date(year, end, monthrange(year, end)[1])
    return date(year, 1, 1), date(year, 12, 31)
