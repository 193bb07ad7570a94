"""What moved a figure against the period before: the units below and the parts that made most of the difference."""

from dataclasses import dataclass
from datetime import date

from jiangtai.lake import Lake

from . import computing, naming
from .computing import Figure
from .declare import Indicator
from .dimensions import BELOW, dimensions_of
from .periods import Frame, Period


@dataclass(frozen=True)
class Contribution:
    """One part of a figure, what it was, what it is, and how much of the figure's difference it makes."""

    bucket: str
    label: str
    past: Figure | None
    now: Figure | None
    difference: float


@dataclass(frozen=True)
class Moved:
    """A figure beside that of the period before, with the parts that made most of its difference."""

    now: Figure
    past: Figure
    difference: float | None
    below: list[Contribution]
    by: str
    """The dimension in which the fewest parts explain the most; empty where none explains anything."""
    parts: list[Contribution]


def moved(lake: Lake, one: Indicator, unit: int, period: Period, today: date, most: int = 5) -> Moved:
    """What moved a figure of a unit against the period before, by the units right below and by the best dimension.

    A period that still runs is compared with as much of the one before. Differences are in the figure's own unit; of a
    share they are points, and a part makes of them what it has more than it would at the share of the period before, so
    that the parts add up to the whole. Where somebody stands in two parts, they add up to more than the figure's.
    """
    frame = Frame(period, today)
    before = frame.as_far_before
    now, past = (computing.computed(lake, one, unit, each) for each in (frame, before))
    difference = None if now.value is None or past.value is None else round(now.value - past.value, 4)
    dimensions = dimensions_of(one.measure.rows)
    found = {by: _contributions(lake, one, unit, by, now, past) for by in (BELOW, *dimensions)}
    best = max(dimensions, key=lambda by: _explains(found[by], difference))
    by = best if _explains(found[best], difference) > 0 else ""
    return Moved(now, past, difference, _named(lake, BELOW, found[BELOW][:most]), by,
                 _named(lake, by, found[by][:most]) if by else [])  # fmt: skip


def _contributions(lake: Lake, one: Indicator, unit: int, by: str, now: Figure, past: Figure) -> list[Contribution]:
    """By the parts of a dimension, what changed nothing left out, the greatest change first."""
    here, there = (
        {part.bucket or "": part for part in computing.buckets(lake, one, unit, each.frame, by)} for each in (now, past)
    )
    made = [
        Contribution(bucket, "", there.get(bucket), here.get(bucket),
                     _difference(here.get(bucket), there.get(bucket), now, past))
        for bucket in here.keys() | there.keys()
    ]  # fmt: skip
    return sorted((one for one in made if one.difference), key=lambda one: (-abs(one.difference), one.bucket))


def _difference(here: Figure | None, there: Figure | None, now: Figure, past: Figure) -> float:
    if not now.indicator.measure.is_ratio:
        return round((here.part if here else 0) - (there.part if there else 0), 4)
    if not now.whole or not past.whole:
        return 0.0
    usual = past.part / past.whole

    def more(part: Figure | None, all_: Figure) -> float:
        return (part.part - usual * part.whole) / all_.whole * 100 if part else 0.0

    return round(more(here, now) - more(there, past), 4)


def _explains(parts: list[Contribution], difference: float | None) -> float:
    """How much of all that changed the greatest part made that is known, goes with the figure, and is not all of it."""
    if not difference or len(parts) < 2:
        return 0.0
    along = [abs(one.difference) for one in parts if one.bucket and one.difference * difference > 0]
    return max(along, default=0.0) / sum(abs(one.difference) for one in parts)


def _named(lake: Lake, by: str, parts: list[Contribution]) -> list[Contribution]:
    labels = naming.labels_of(by, [one.bucket for one in parts], lake)
    return [Contribution(one.bucket, labels[one.bucket], one.past, one.now, one.difference) for one in parts]
