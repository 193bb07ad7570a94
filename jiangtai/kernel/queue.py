"""What the queue of jobs holds: how many in each state, which failed and what they said, what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from croniter import croniter
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q, QuerySet
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import (
    ProcrastinateEvent,
    ProcrastinateJob,
    ProcrastinatePeriodicDefer,
    ProcrastinateWorker,
)
from procrastinate.exceptions import ConnectorException

from . import clock
from .jobs import LABELS
from .models import JobFailure

STATES = {"todo": "等待", "doing": "正在做", "failed": "失败", "cancelled": "已取消", "aborted": "已中止"}
"""The states that stay in the queue; a job that succeeded leaves it at once."""
_SILENT_AFTER = timedelta(minutes=2)


class NotRetried(ValueError):
    """A job cannot be tried again; the message says why."""


@dataclass(frozen=True)
class Periodic:
    """A job that comes again and again."""

    name: str
    label: str
    cron: str
    last: datetime | None
    next: datetime


def label(task: str) -> str:
    """What users call a job."""
    return LABELS.get(task, task)


def counts() -> dict[str, int]:
    """How many jobs stand in each state."""
    rows = ProcrastinateJob.objects.values_list("status").annotate(number=Count("id")).order_by()
    found = dict(rows)
    return {state: found.get(state, 0) for state in STATES}


def listed(state: str = "") -> QuerySet[Any]:
    """The jobs in the queue, with the moment of what happened to each last."""
    rows = ProcrastinateJob.objects.filter(status__in=[state] if state else list(STATES))
    return rows.annotate(last_event=Max("procrastinateevent__at"))


def is_due() -> bool:
    """Whether a job waits that could be done now."""
    later = Q(scheduled_at__gt=clock.machine_time())
    return ProcrastinateJob.objects.filter(status="todo").exclude(later).exists()


def is_under_way(task: str, **arguments: Any) -> bool:
    """Whether a job with these arguments waits or is being done; one that failed for good is neither."""
    rows = ProcrastinateJob.objects.filter(task_name=task, args__contains=arguments)
    return rows.filter(status__in=("todo", "doing")).exists()


def events(job: ProcrastinateJob) -> QuerySet[ProcrastinateEvent]:
    """What happened to a job, the latest first."""
    return ProcrastinateEvent.objects.filter(job=job).order_by("-id")


def errors(jobs: Iterable[int]) -> dict[int, JobFailure]:
    """The last thing each of these jobs said when it failed."""
    rows = JobFailure.objects.filter(job__in=list(jobs)).order_by("made_at")
    return {row.job: row for row in rows if row.job is not None}


def periodics() -> list[Periodic]:
    """The periodic jobs, the next to run first; their times are the machine's, which no demo clock moves."""
    now = clock.machine_time()
    rows = ProcrastinatePeriodicDefer.objects.values_list("task_name")
    lasts = dict(rows.annotate(last=Max("defer_timestamp")).order_by())
    found = [
        _periodic(one.task.name, one.cron, lasts.get(one.task.name), now)
        for one in app.periodic_registry.periodic_tasks.values()
    ]
    return sorted(found, key=lambda one: one.next)


def retry(job: int) -> None:
    """Let a failed job be tried again now."""
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id=job, retry_at=clock.machine_time())
    except (ConnectorException, IntegrityError) as error:
        raise NotRetried("它已不在“失败”状态，或同名任务正在排队，不必重试。请刷新后再看") from error


def is_silent() -> bool:
    """Whether no worker has said for a while that it lives."""
    last = heartbeat()
    return last is None or clock.machine_time() - last > _SILENT_AFTER


def _periodic(name: str, cron: str, last: int | None, now: datetime) -> Periodic:
    # Cron lines are read in the machine's zone by the worker, as croniter does with plain timestamps: UTC.
    upcoming = croniter(cron, now).get_next(datetime)
    return Periodic(name, label(name), cron, datetime.fromtimestamp(last, UTC) if last else None, upcoming)


def heartbeat() -> datetime | None:
    """When a worker last said that it lives; None where none does."""
    return ProcrastinateWorker.objects.aggregate(last=Max("last_heartbeat"))["last"]


def failures(limit: int = 20) -> list[JobFailure]:
    """The latest failed attempts, also of jobs that succeeded later."""
    return list(JobFailure.objects.order_by("-made_at")[:limit])
