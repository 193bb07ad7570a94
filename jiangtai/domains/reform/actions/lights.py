"""What the reform does by itself: figures are set beside the tasks they measure, and lights that changed are kept."""

from collections import defaultdict
from datetime import date
from typing import Any

from jiangtai import indicators
from jiangtai.access import acting_as_job, units
from jiangtai.kernel import clock, jobs

from ..models import Plan, Supply, Task
from ..queries import supplying
from ..queries import tasks as queries
from . import tasks


@jobs.job(name="reform.lights", label="核对指标进度，记录任务变灯", cron="25 * * * *", lock="reform.lights")
def note_lights() -> None:
    """Set each task's figure against its target, and keep every light that changed since."""
    with acting_as_job("记录任务变灯"):
        set_paces()
        set_measure_paces()
        tasks.note_lights(Task.unscoped.filter(state__in=(Task.State.OPEN, Task.State.DONE)))


def set_paces(day: date | None = None) -> int:
    """How each task's figure stands to the target of its unit, or of the nearest unit above; how many changed."""
    day = day or clock.today()
    rows = list(Task.unscoped.filter(state=Task.State.OPEN).exclude(indicator="").select_related("unit"))
    if not rows:
        return 0
    found, now, changed = _standings(rows, day), clock.now(), []
    for task in rows:
        is_told = queries.is_told(task, task.indicator)
        one = found.get((task.indicator, task.unit_id)) if is_told else None
        pace = one.light.color if one and one.light.color in Task.Pace.values else ""
        words = (
            one.light.words[:200] if one else "没有为本单位或上级设目标" if is_told else "这项指标的数不向本单位公布"
        )
        if (task.pace, task.pace_why) != (pace, words):
            changed.append(task)
        task.pace, task.pace_why, task.paced_at = pace, words, now
    Task.unscoped.bulk_update(rows, ["pace", "pace_why", "paced_at"], batch_size=2_000)
    return len(changed)


def set_measure_paces(day: date | None = None) -> int:
    """How the figures by which measures are measured stand to the targets of their plan's place; how many changed."""
    day = day or clock.today()
    counted = supplying.in_measure(Supply.objects.all(), day.year)
    rows = list(counted.filter(measure__plan__state=Plan.State.IN_FORCE).select_related("measure__plan"))
    if not rows:
        return 0
    keys = {row.indicator for row in rows}
    targets = list(indicators.targets_in_force().filter(indicator__in=keys, year=day.year))
    found = {(one.target.indicator, one.target.unit_id): one for one in indicators.standings(targets, day)}
    now, changed = clock.now(), 0
    for row in rows:
        one = found.get((row.indicator, row.measure.plan.unit_id))
        pace = one.light.color if one and one.light.color in Supply.Pace.values else ""
        words = one.light.words[:200] if one else "目标已收回"
        changed += (row.pace, row.pace_why) != (pace, words)
        row.pace, row.pace_why, row.paced_at = pace, words, now
    Supply.objects.bulk_update(rows, ["pace", "pace_why", "paced_at"], batch_size=2_000)
    return changed


def _standings(rows: list[Task], day: date) -> dict[tuple[str, Any], Any]:
    """For each figure and unit the target that counts: its own, or that of the nearest unit above."""
    keys = {task.indicator for task in rows}
    targets = list(indicators.targets_in_force().filter(indicator__in=keys, year=day.year))
    known = {(one.target.indicator, one.target.unit_id): one for one in indicators.standings(targets, day)}
    held, above = {}, defaultdict(list)
    for task in rows:
        if task.unit_id not in above:
            above[task.unit_id] = [one.pk for one in reversed(units.above(task.unit))]
        line = (known.get((task.indicator, one)) for one in above[task.unit_id])
        held[task.indicator, task.unit_id] = next((one for one in line if one), None)
    return held
