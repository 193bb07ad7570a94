"""What an indicator stands at for a unit and a year, as forms and papers print it: with its period and its method."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jiangtai import indicators, lake
from jiangtai.access import Unit
from jiangtai.indicators import Figure
from jiangtai.kernel import clock

NOTHING = "没有可算的数"
NOT_YET = "还没有计算"


@dataclass(frozen=True)
class FigureTold:
    """A figure in words: 高技能人才占比 2026年（截至2026年11月22日）为 31.5%."""

    key: str
    label: str
    period: str
    value: str
    method: str

    @property
    def said(self) -> str:
        """As a line."""
        if self.value in (NOTHING, NOT_YET):
            return f"{self.label} {self.period}{self.value}"
        return f"{self.label} {self.period}为 {self.value}"

    @property
    def footnote(self) -> str:
        """How it is counted."""
        return f"{self.label}（{self.period}）：{self.method}"


def told_each(
    wanted: Iterable[tuple[str, Unit]], year: int, day: date | None = None
) -> dict[tuple[str, UUID], FigureTold]:
    """Several figures of several units, each figure asked of the lake at once for all of its units.

    With a day that is over they are told as they were known then, whenever they are printed.
    """
    known = {one.key: one for one in indicators.indicators()}
    by_key: dict[str, dict[UUID, Unit]] = {}
    for key, unit in wanted:
        if key in known:
            by_key.setdefault(key, {})[unit.pk] = unit
    found: dict[tuple[str, UUID], FigureTold] = {}
    for key, units in by_key.items():
        one = known[key]
        period, figures = _figures(one, [unit.number for unit in units.values()], year, day)
        for pk, unit in units.items():
            value = _written(figures.get(unit.number)) if figures is not None else NOT_YET
            found[key, pk] = FigureTold(key, one.label, period, value, one.method)
    return found


def _figures(
    one: indicators.Indicator, numbers: list[int], year: int, day: date | None
) -> tuple[str, dict[int, Figure] | None]:
    today, period = day or clock.today(), indicators.Period.parse(str(year))
    if period.first > today:
        return period.label, None
    running = f"（截至{today.year}年{today.month}月{today.day}日）" if today < period.last else ""
    frame = indicators.Frame(period, today, day)
    try:
        return f"{period.label}{running}", indicators.at_units(lake.opened(), one, numbers, frame)
    except lake.NoLake:
        return f"{period.label}{running}", None


def _written(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return NOTHING
    unit = figure.indicator.unit
    is_share = unit is indicators.Unit.PERCENT
    text = f"{figure.value:,.{1 if is_share else 2}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text}%" if is_share else f"{text} {unit.label}"
