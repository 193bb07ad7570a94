"""The port to work that happens later: procrastinate behind two functions, on the same database."""

import functools
import traceback
from collections.abc import Callable
from typing import Any, cast

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.tasks import Task

__all__ = ["LABELS", "drain", "job", "work"]

LABELS: dict[str, str] = {}
"""What users call each declared job."""
_LONGEST_ERROR = 4_000


def job(
    *, name: str, label: str = "", cron: str | None = None, lock: str | None = None, retries: int = 5
) -> Callable[[Callable[..., None]], Task]:
    """Declare work that may run later, and, with `cron`, again and again; a lock lets one of its kind run at a time."""

    def wrap(function: Callable[..., None]) -> Task:
        LABELS[name] = label or name
        retry = RetryStrategy(max_attempts=retries, exponential_wait=5)
        body = _telling(name, _without_timestamp(function) if cron else function)
        queueing_lock = name if cron else None
        task = app.task(name=name, retry=retry, lock=lock, queueing_lock=queueing_lock, pass_context=True)(body)
        return app.periodic(cron=cron)(task) if cron else task

    return wrap


def work(*, wait: bool = True, concurrency: int = 2) -> None:
    """Do the jobs that are due; with `wait`, until told to stop."""
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    with app.replace_connector(connector) as worker_app:
        worker_app.run_worker(wait=wait, concurrency=concurrency, listen_notify=wait, delete_jobs="successful")


def drain() -> None:
    """Do every job that is due now, then return."""
    work(wait=False)


def _without_timestamp(function: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(function)
    def run(timestamp: int = 0, **arguments: Any) -> None:
        function(**arguments)

    return run


def _telling(name: str, function: Callable[..., None]) -> Callable[..., None]:
    """Keep what went wrong before the queue hears of it."""

    @functools.wraps(function)
    def run(*context: Any, **arguments: Any) -> None:
        try:
            function(**arguments)
        except Exception as error:
            _keep_failure(context[0].job.id if context else None, name, error)
            raise

    return run


def _keep_failure(job_id: int | None, name: str, error: Exception) -> None:
    from .models import JobFailure

    trace = "".join(traceback.format_exception(error))
    JobFailure.objects.create(job=job_id, task=name, error=f"{error}\n\n{trace[-_LONGEST_ERROR:]}")
