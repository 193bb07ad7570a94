"""What flows do by themselves: end notices whose days are over."""

from jiangtai.kernel import jobs

from . import notices


@jobs.job(name="flows.end_notices", label="结束到期的公示和等待", cron="*/10 * * * *", lock="flows.end_notices")
def end_notices() -> None:
    """Let cases go on whose notice or waiting time is over."""
    notices.end_due()
