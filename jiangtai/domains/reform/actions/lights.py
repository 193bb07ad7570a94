"""What the reform does by itself: it keeps which lights changed, each night and after the days moved on."""

from jiangtai.access import acting_as_job
from jiangtai.kernel import jobs

from ..models import Task
from . import tasks


@jobs.job(name="reform.lights", label="记录任务变灯", cron="10 * * * *", lock="reform.lights")
def note_lights() -> None:
    """Keep every light that changed because a day passed or a figure moved."""
    with acting_as_job("记录任务变灯"):
        tasks.note_lights(Task.unscoped.filter(state__in=(Task.State.OPEN, Task.State.DONE)))
