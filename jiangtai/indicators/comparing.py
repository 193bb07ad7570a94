"""Comparing: how an office says that a figure moved; people and things by number and percent, shares by points."""

from dataclasses import dataclass

from .measures import Unit

LEAST_PERCENT, LEAST_POINTS = 0.05, 0.05
"""What rounds to nothing at one place is said as no change."""
_SMALL = 20
"""From so few on a percentage says nothing that the number does not say better."""


@dataclass(frozen=True)
class Change:
    """A figure beside an earlier one of itself."""

    now: float | None
    past: float | None
    unit: Unit

    @property
    def difference(self) -> float | None:
        """By how much it moved, or None where one of the two is not there."""
        return None if self.now is None or self.past is None else round(self.now - self.past, 4)

    @property
    def direction(self) -> str:
        """`up`, `down`, `same`, or nothing where there is nothing to compare."""
        moved = self.difference
        if moved is None:
            return ""
        least = LEAST_POINTS if self.unit is Unit.PERCENT else 0.0
        return "same" if abs(moved) <= least else "up" if moved > 0 else "down"

    @property
    def percent(self) -> float | None:
        """By which part of what it was; None where it was nothing, or so little that it says nothing."""
        if self.unit is Unit.PERCENT or not self.difference or not self.past or abs(self.past) < _SMALL:
            return None
        found = self.difference / abs(self.past) * 100
        return found if abs(found) >= LEAST_PERCENT else None

    @property
    def short(self) -> str:
        """As it stands on a card: +12人（+3.2%）."""
        if not self.direction:
            return "无可比数"
        if self.direction == "same" or self.difference is None:
            return "持平"
        sign = "+" if self.difference > 0 else "−"
        if self.unit is Unit.PERCENT:
            return f"{sign}{_number(abs(self.difference), 1)} 个百分点"
        told = f"{sign}{_number(abs(self.difference))}"
        return told if self.percent is None else f"{told}（{sign}{_number(abs(self.percent), 1)}%）"

    def said(self, than: str) -> str:
        """As it stands in a report: 较上月增长3.2%, 较上年同期增加3人, 与上月持平."""
        if not self.direction:
            return f"{than}没有可比的数"
        if self.direction == "same" or self.difference is None:
            return f"与{than}持平"
        is_up = self.difference > 0
        if self.unit is Unit.PERCENT:
            return f"较{than}{'提高' if is_up else '下降'}{_number(abs(self.difference), 1)}个百分点"
        if self.percent is None:
            return f"较{than}{'增加' if is_up else '减少'}{_number(abs(self.difference))}{self.unit.label}"
        return f"较{than}{'增长' if is_up else '下降'}{_number(abs(self.percent), 1)}%"


def _number(value: float, digits: int = 2) -> str:
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
