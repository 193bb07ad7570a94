"""Pages about working days: the year as offices count it, and the holiday notice that says so."""

from calendar import Calendar as Months
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.access import Account, audit
from jiangtai.domains.administration.forms.calendar import FIRST_YEAR, CountForm, NoticeForm
from jiangtai.kernel import CalendarYear, clock, office_calendar, publish_year, workdays
from jiangtai.web import PUBLIC, Act, FormPage, Nav, Page, page

WEEKDAYS = "一二三四五六日"
NOT_SPECIAL = ("", workdays.WEEKEND)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Run:
    """Neighbouring days of one name."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def words(self) -> str:
        """10月1日（周四）至7日（周三）."""
        if self.first == self.last:
            return spoken(self.first)
        is_one_month = (self.first.year, self.first.month) == (self.last.year, self.last.month)
        return f"{spoken(self.first)}至{spoken(self.last, with_month=not is_one_month)}"


def spoken(day: date, with_month: bool = True) -> str:
    """10月1日（周四）."""
    month = f"{day.month}月" if with_month else ""
    return f"{month}{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def days_of(year: int) -> Iterator[date]:
    """Every day of a year."""
    first = date(year, 1, 1)
    return (first + _DAY * step for step in range((date(year + 1, 1, 1) - first).days))


def runs(days: Iterable[tuple[date, str]]) -> dict[str, Any]:
    """Holidays and make-up days as runs of days; a gap in the dates begins a new one."""
    found: list[Run] = []
    for day, name in days:
        if found and found[-1].name == name and found[-1].last + _DAY == day:
            found[-1] = Run(name, found[-1].first, day)
        elif name not in NOT_SPECIAL:
            found.append(Run(name, day, day))
    return {
        "holidays": [run for run in found if run.name != workdays.MAKE_UP],
        "make_ups": [run for run in found if run.name == workdays.MAKE_UP],
    }


class YearPage(Page):
    """A year of twelve months, with what makes each day work or rest."""

    template = "administration/calendar.html"

    def prepare(self) -> None:
        """The year asked for, this year where it makes no sense."""
        super().prepare()
        asked = self.request.GET.get("year", "")
        this = clock.today().year
        year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else this
        self.year = min(max(year, FIRST_YEAR), this + 2)

    def get_title(self) -> str:
        """With the year."""
        return f"{self.year} 年工作日历"

    def get_context(self) -> dict[str, Any]:
        """Months, holidays, counts, where the plan came from, and what was counted."""
        calendar = office_calendar()
        names = [(day, calendar.name_of(day)) for day in days_of(self.year)]
        working = sum(calendar.is_working(day) for day, _ in names)
        first, last = FIRST_YEAR, clock.today().year + 2
        return {
            **super().get_context(),
            "year": self.year,
            "before": self.year - 1 if self.year > first else None,
            "after": self.year + 1 if self.year < last else None,
            "this_year": clock.today().year,
            "months": self._months(dict(names)),
            "weekdays": WEEKDAYS,
            **runs(names),
            "working": working,
            "resting": len(names) - working,
            "is_known": calendar.knows(self.year),
            "published": self._published(),
            **self._counted(calendar),
        }

    def _published(self) -> dict[str, Any] | None:
        row = CalendarYear.objects.filter(year=self.year).order_by("made_at", "id").last()
        if row is None:
            return None
        by = Account.objects.filter(pk=row.by).first() if row.by and self.acting.is_office else None
        return {"number": row.notice_number, "at": row.made_at, "by": by.name if by else "", "notice": row.notice}

    def _months(self, names: dict[date, str]) -> list[dict[str, Any]]:
        weeks = Months(firstweekday=0).monthdatescalendar
        return [
            {
                "number": month,
                "weeks": [[self._cell(day, month, names) for day in week] for week in weeks(self.year, month)],
            }
            for month in range(1, 13)
        ]

    def _cell(self, day: date, month: int, names: dict[date, str]) -> dict[str, Any] | None:
        if day.month != month:
            return None
        name = names[day]
        mark = {"": "", workdays.WEEKEND: "", workdays.MAKE_UP: "班"}.get(name, "休")
        kind = {"": "work", workdays.WEEKEND: "weekend", workdays.MAKE_UP: "make-up"}.get(name, "off")
        return {"day": day, "mark": mark, "kind": kind, "name": name, "is_today": day == clock.today()}

    def _counted(self, calendar: workdays.Calendar) -> dict[str, Any]:
        """The day on which so many working days end, where somebody asks."""
        asked = {key: self.request.GET[key] for key in ("start", "days") if key in self.request.GET}
        form = CountForm(asked) if asked else CountForm(initial={"start": clock.today(), "days": 5})
        if not asked or not form.is_valid():
            return {"count_form": form, "counted": None}
        start, days = form.cleaned_data["start"], form.cleaned_data["days"]
        span = calendar.add(start, days)
        counted = {
            "start": start,
            "days": days,
            "end": span.result,
            "words": spoken(span.result),
            "natural": (span.result - start).days,
            "uncertain": span.uncertain_years,
        }
        return {"count_form": form, "counted": counted}


class OfficeCalendar(YearPage):
    """The calendar at the desk, where notices are entered."""

    permission, title = "calendar.view", "工作日历"
    nav = Nav("管理", "工作日历", 50)
    keywords = "节假日 放假 调休 期限"

    def get_actions(self) -> list[Act]:
        """Entering the notice of the year that is shown."""
        return [Act("录入放假通知", "calendar.publish", query=f"year={self.year}", primary=True)]


class PublicCalendar(YearPage):
    """The same calendar for everyone."""

    face, permission, title = "square", PUBLIC, "工作日历"
    is_listed = False


class PublishYear(FormPage):
    """Enter a year's notice: paste it, look at what was read, confirm."""

    permission, title, submit, form, parents = (
        "calendar.change",
        "录入放假通知",
        "读取并预览",
        NoticeForm,
        ("calendar.show",),
    )
    intro = "粘贴国务院办公厅的放假通知，先看读出来的日期对不对，确认后生效。已有安排的年份，以最后录入的为准。"

    def initial(self) -> dict[str, Any]:
        """The year that is wanted next."""
        asked = self.request.GET.get("year", "")
        if asked.isascii() and asked.isdigit() and len(asked) == 4:
            return {"year": int(asked)}
        calendar, this = office_calendar(), clock.today().year
        return {"year": this if not calendar.knows(this) else this + 1}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A preview comes first; `edit` goes back to the form with everything kept."""
        form = self.make_form(request.POST)
        if form.is_valid() and "edit" in request.POST:
            return self._show(form)
        if form.is_valid() and "confirmed" not in request.POST:
            return self._preview(form)
        return super().post(request, *args, **kwargs)

    def save(self, form: Any) -> int:
        """Let it count."""
        year, number = form.cleaned_data["year"], form.cleaned_data["notice_number"]
        publish_year(year, form.cleaned_data["notice"], number, self.acting.actor)
        audit.record("calendar.published", details={"year": year, "notice_number": number})
        return int(year)

    def said(self, saved: int) -> str:
        """Which year."""
        return f"{saved} 年放假安排已生效"

    def next_url(self, saved: int) -> str:
        """To the year."""
        return f"{reverse('calendar.show')}?year={saved}"

    def _preview(self, form: Any) -> HttpResponse:
        now, year = office_calendar(), form.cleaned_data["year"]
        then = workdays.Calendar({**now.years, year: form.plan})
        days = sorted([*form.plan.off.items(), *((day, workdays.MAKE_UP) for day in form.plan.working)])
        changed = [day for day in days_of(year) if now.is_working(day) != then.is_working(day)]
        return self.render_as(
            "administration/notice_preview.html",
            title=f"{year} 年：核对读出来的日期",
            acts=[],
            form=form,
            carried=list(form.cleaned_data.items()),
            year=year,
            **runs(days),
            off_days=len(form.plan.off),
            working_days=len(form.plan.working),
            working=sum(then.is_working(day) for day in days_of(year)),
            was_known=now.knows(year),
            changed=[spoken(day) for day in changed[:40]],
            changed_count=len(changed),
        )


routes = [
    page("office/calendar/", OfficeCalendar, "calendar.show"),
    page("office/calendar/publish/", PublishYear, "calendar.publish"),
    page("calendar/", PublicCalendar, "calendar.public"),
]
