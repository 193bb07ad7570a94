"""What flows do by themselves: end notices whose days are over."""

from datetime import timedelta

from jiangtai import vault
from jiangtai.access import acting_as_job
from jiangtai.kernel import clock, jobs

from . import engine, notices, telling


@jobs.job(name="flows.end_notices", label="结束到期的公示和等待", cron="*/10 * * * *", lock="flows.end_notices")
def end_notices() -> None:
    """Let cases go on whose notice or waiting time is over."""
    notices.end_due()


@jobs.job(name="flows.settle_erased", label="终止已注销对象的办件", cron="*/10 * * * *", lock="flows.settle_erased")
def settle_erased() -> None:
    """End what is under way about whoever was erased lately."""
    with acting_as_job("对象已注销"):
        since = clock.now() - timedelta(days=2)
        engine.settle_erased(vault.Erasure.objects.filter(made_at__gte=since).values_list("subject", flat=True))


@jobs.job(name="flows.remind", label="提醒超期待办", cron="0 1 * * *", lock="flows.remind")
def remind() -> None:
    """Tell every desk what is late (nine in the morning here), and its leaders what stays late."""
    with acting_as_job("提醒超期待办"):
        telling.remind()
