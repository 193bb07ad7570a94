"""What every page of figures asks first: what this desk is told, for which unit, for which period, from which day."""

from typing import Any

from jiangtai import lake
from jiangtai.access import root
from jiangtai.kernel import basis_words, clock
from jiangtai.lake import UNITS, Lake

from ..computing import Figure
from ..declare import Indicator, indicators
from ..desks import is_open_to
from ..measures import Unit
from ..periods import Frame, Period, PeriodError

_MINUTE = 60
EARLIEST = 1949
"""Before it nothing was counted, and a month before the year 1 is none."""


def shown(figure: Figure) -> str:
    """The number as it is written; a dash where there is nothing to be a part of."""
    return written(figure.value, figure.indicator.unit)


def parts(figure: Figure) -> str:
    """What a share is of: the part and the whole."""
    return f"{written(figure.part, Unit.ITEM)} / {written(figure.whole, Unit.ITEM)}"


def written(value: float | None, unit: Unit) -> str:
    """A value as it is written: thousands apart, a share to one place."""
    if value is None:
        return "—"
    text = f"{value:,.{1 if unit is Unit.PERCENT else 2}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def open_indicators(acting: Any) -> list[Indicator]:
    """The figures that this desk is told."""
    return [one for one in indicators() if is_open_to(one, acting)]


def frame_of(text: str, as_of: str = "") -> Frame:
    """The period asked for, else the month that runs, as it stands today or stood on a day in it (`as_of`).

    Before the first year and after today there is nothing to tell.
    """
    today = clock.today()
    period = Period.parse(text) if text else Period.month_of(today)
    if period.first > today:
        raise PeriodError(f"{period.label}还没有到")
    if period.first.year < EARLIEST:
        raise PeriodError(f"{period.label}没有数，最早到 {EARLIEST} 年")
    if not as_of:
        return Frame(period, today)
    day = Period.parse(as_of)
    if day.every != "day" or not period.first <= day.first <= min(period.last, today):
        raise PeriodError(f"{as_of}不在{period.label}之内，或还没有到")
    return Frame(period, today if day.first == period.last else day.first)


def named_periods(frame: Frame) -> list[tuple[str, str]]:
    """The periods most asked for, with what an office calls them."""
    today = frame.today
    month, quarter = Period.month_of(today), Period.quarter_of(today)
    return [("本月", month.text), ("上月", month.before.text), ("本季度", quarter.text), ("本年", str(today.year)),
            ("上年", str(today.year - 1))]  # fmt: skip


def number_of(at: Lake, acting: Any) -> int:
    """The acting unit as the lake numbers it: the root for whoever reaches everything."""
    unit = root() if acting.reach.is_everything else acting.unit
    found = at.matching(UNITS, "id", [str(unit.pk)]) if unit else []
    return next((row["unit"] for row in found if row["state"] == "active"), 0)


def opened() -> Lake | None:
    """The lake as it stands, if there is one."""
    try:
        return lake.opened()
    except lake.NoLake:
        return None


def age_of(at: Lake | None) -> dict[str, str]:
    """For under a heading, as of when the figures are, and what of the ledger is not in them, since when."""
    if at is None:
        return {}
    lag = lake.lag_of(at.found.position)
    since = f"{lag.seconds:.0f} 秒" if lag.seconds < _MINUTE else clock.span(lag.seconds / _MINUTE)
    rest = f"之后入账的 {lag.behind:,} 条还没有并入（最早的在 {since}前）" if lag.behind > 0 else "之后没有新入账的记录"
    return {"heading_note": f"数据截至 {_moment(at)}，{rest}"}


def _moment(at: Lake) -> str:
    return f"{at.at.astimezone(clock.OFFICE_ZONE):%Y-%m-%d %H:%M}"


def note_of(one: Indicator, at: Lake | None) -> list[tuple[str, Any]]:
    """What has to stand beside a figure wherever it goes: its method, unit, basis, and the moment of its rows."""
    moment = _moment(at) if at else ""
    basis = "、".join(filter(None, (basis_words(each) for each in one.basis)))
    return [("口径", one.method), ("计量单位", one.unit.label), ("依据", basis), ("数据时点", moment)]
