"""How measures stand: the lights of their tasks together with the figures by which they are measured."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from jiangtai.access import Acting
from jiangtai.kernel import clock

from ..models import Measure, Plan, Supply
from ..rules.lights import Light, Paced, Tone, measure_light
from . import supplying, tasks


@dataclass(frozen=True)
class Standing:
    """How a measure stands: its tasks by their lights, and its own light."""

    counts: Mapping[str, int]
    light: Light


@dataclass(frozen=True)
class Standings:
    """How the measures of a plan stand, and by year how many of its tasks stand at which light."""

    of: Mapping[UUID, Standing]
    years: Mapping[int, Mapping[str, int]]

    @property
    def counts(self) -> dict[Tone, int]:
        """How many measures stand at which light."""
        return {tone: sum(one.light.tone is tone for one in self.of.values()) for tone in Tone}


def standings(plan: Plan, who: Acting, only: Iterable[Measure] | None = None) -> Standings:
    """How the measures of a plan stand, or some of them: two questions, however many there are."""
    wanted = [one.pk for one in only] if only is not None else list(plan.measures.values_list("pk", flat=True))
    rows = tasks.seen(who).filter(**({"measure__plan": plan} if only is None else {"measure__in": wanted}))
    by_measure: dict[UUID, Counter[str]] = defaultdict(Counter)
    by_year: dict[int, Counter[str]] = defaultdict(Counter)
    for (measure, year), counts in tasks.by_measure_and_year(rows).items():
        by_measure[measure].update(counts)
        by_year[year].update(counts)
    figures, labels = supplying.paced(wanted, who, clock.today().year), supplying.labels()
    found = {}
    for pk in wanted:
        counts = by_measure.get(pk, Counter())
        found[pk] = Standing(counts, measure_light(counts, _paced(figures.get(pk, ()), labels)))
    return Standings(found, by_year)


def _paced(found: Iterable[Supply], labels: dict[str, str]) -> list[Paced]:
    return [Paced(labels.get(one.indicator, one.indicator), one.pace, one.pace_why) for one in found]
