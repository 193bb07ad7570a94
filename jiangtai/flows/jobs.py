"""What flows do by themselves: end notices whose days are over."""

from jiangtai.access import acting_as_job
from jiangtai.kernel import jobs

from . import notices, telling


@jobs.job(name="flows.end_notices", label="结束到期的公示和等待", cron="*/10 * * * *", lock="flows.end_notices")
def end_notices() -> None:
    """Let cases go on whose notice or waiting time is over."""
    notices.end_due()


@jobs.job(name="flows.remind", label="提醒超期待办", cron="0 1 * * *", lock="flows.remind")
def remind() -> None:
    """Tell every desk what is late (nine in the morning here), and its leaders what stays late."""
    with acting_as_job("提醒超期待办"):
        telling.remind()
