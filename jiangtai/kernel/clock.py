"""The one clock: tests can set it, a demo home can move it, and nothing else can."""

import contextlib
import json
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from .home import Home

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
_fixed: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """This moment."""
    return _fixed.get() or machine_time() + _offset(_stamp())


def machine_time() -> datetime:
    """What the machine says, which no demo moves: for what libraries store by their own clock."""
    return datetime.now(UTC)  # noqa: TID251  the one place


def today() -> date:
    """The day on the office's wall."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day of a moment on the office's wall."""
    return moment.astimezone(OFFICE_ZONE).date()


def chinese_day(day: date) -> str:
    """A day as documents write it: 2026年11月21日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_month(day: date) -> str:
    """Its month: 2026年11月."""
    return f"{day.year}年{day.month}月"


def span(minutes: float) -> str:
    """So much time as people say it: 15 分钟, 36 小时, 3 天."""
    hours, rest = divmod(round(minutes), 60)
    if rest:
        return f"{round(minutes)} 分钟"
    return f"{hours // 24} 天" if hours >= 48 and hours % 24 == 0 else f"{hours} 小时"


@contextlib.contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Hold the clock at a moment (a date means nine in the morning of it) for this block."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 9, tzinfo=OFFICE_ZONE)
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)


def move(home: Home, moment: datetime | None) -> None:
    """Move a demo home's clock so that it is `moment` there now; None gives it back to the machine."""
    if not home.is_demo:
        raise PermissionError("只有演示环境可以拨动时钟")
    if moment is None:
        return home.clock.unlink(missing_ok=True)
    hours = (moment - machine_time()).total_seconds()
    home.clock.write_text(json.dumps({"offset_seconds": hours}), encoding="utf-8")
    return None


def _stamp() -> int:
    """When the demo's clock was last moved; 0 where it never was, which is the only case in production."""
    home = Home.current()
    try:
        moved = home.clock.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
    return moved if home.is_demo else 0


@lru_cache(maxsize=4)
def _offset(stamp: int) -> timedelta:
    if not stamp:
        return timedelta()
    return timedelta(seconds=json.loads(Home.current().clock.read_text(encoding="utf-8"))["offset_seconds"])
