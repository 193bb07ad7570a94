"""The office's calendar: the years that the package knows, overridden and continued by what the office uploaded."""

import uuid

from .models import CalendarYear
from .workdays import Calendar, parse_notice


def office_calendar() -> Calendar:
    """Working days as this office counts them now."""
    latest: dict[int, CalendarYear] = {}
    for row in CalendarYear.objects.order_by("id"):
        latest[row.year] = row
    return Calendar({year: parse_notice(row.notice, year) for year, row in latest.items()})


def publish_year(year: int, notice: str, notice_number: str, by: uuid.UUID | None) -> CalendarYear:
    """Check the text of a holiday notice and let it count from now on."""
    parse_notice(notice, year)
    return CalendarYear.objects.create(year=year, notice=notice, notice_number=notice_number, by=by)
