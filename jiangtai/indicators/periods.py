"""A period as it is seen from a moment."""

from dataclasses import dataclass, replace
from datetime import date

from jiangtai.kernel import Period, PeriodError

__all__ = ["Frame", "Period", "PeriodError"]


@dataclass(frozen=True)
class Frame:
    """A period as it is seen from a day: what has not come yet is not in it; `known` leaves out what came in later."""

    period: Period
    today: date
    known: date | None = None
    within: int | None = None
    """The unit that is asked about, for rows that are costly to find everywhere; whoever gets more must narrow it."""
    at: tuple[int, ...] = ()
    """Of a list that is not read whole, the units at which its rows are looked for."""
    about: tuple[int, ...] = ()
    """Or the subjects of whom it tells."""

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
        return replace(self, within=None, at=(), about=())

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
