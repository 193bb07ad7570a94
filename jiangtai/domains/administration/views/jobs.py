"""Pages about jobs: what waits, what failed and what it said, and what comes next."""

from datetime import timedelta
from typing import Any

from django.urls import reverse

from jiangtai.access import audit
from jiangtai.kernel import queue
from jiangtai.web import ActionPage, Nav, ObjectMixin, Page, Stat, page

audit.actions(job__retried="重试后台任务")

MOST = 50
CRON_WORDS = {
    "* * * * *": "每分钟",
    "*/2 * * * *": "每 2 分钟",
    "*/5 * * * *": "每 5 分钟",
    "*/10 * * * *": "每 10 分钟",
    "2-59/5 * * * *": "每 5 分钟",
    "0 * * * *": "每小时",
    "20 * * * *": "每小时",
    "25 * * * *": "每小时",
    "35 * * * *": "每小时",
}


def failed_count(acting: Any) -> int | None:
    """How many jobs gave up, for the rail."""
    return queue.counts()["failed"] or None


class JobPage(Page):
    """The queue as it is now."""

    permission, title, template = "jobs.view", "后台任务", "administration/jobs.html"
    nav = Nav("管理", "后台任务", 60, count=failed_count)
    keywords = "队列 定时 失败 重试"

    def get_context(self) -> dict[str, Any]:
        """Counts, failed jobs, waiting jobs, the periodic ones, the latest failures."""
        counts = queue.counts()
        failed = list(queue.listed("failed").order_by("-last_event")[:MOST])
        said = queue.errors(job.id for job in failed)
        waiting = list(queue.listed().filter(status__in=("todo", "doing")).order_by("status", "id")[:MOST])
        return {
            "stats": self._stats(counts),
            "failed_total": counts["failed"],
            "waiting_total": counts["todo"] + counts["doing"],
            "failed": [self._job(job, said.get(job.id)) for job in failed],
            "waiting": [self._job(job, None) for job in waiting],
            "periodics": [self._periodic(one) for one in queue.periodics()],
            "failures": [
                {"label": queue.label(one.task), "row": one, "words": first_line(one.error)} for one in queue.failures()
            ],
            "heartbeat": queue.heartbeat(),
            "is_silent": queue.is_silent(),
        }

    def _stats(self, counts: dict[str, int]) -> list[Stat]:
        return [Stat(label, f"{counts[state]:,}", "个") for state, label in queue.STATES.items()]

    def _job(self, job: Any, failure: Any) -> dict[str, Any]:
        return {
            "id": job.id,
            "label": queue.label(job.task_name),
            "state": queue.STATES.get(job.status, job.status),
            "attempts": job.attempts,
            "at": job.last_event or job.scheduled_at,
            "due": job.scheduled_at,
            "words": first_line(failure.error) if failure else "",
            "error": failure.error if failure else "",
            "retry": reverse("jobs.retry", args=[job.id]),
        }

    def _periodic(self, one: queue.Periodic) -> dict[str, Any]:
        return {"one": one, "words": cron_words(one)}


def how_often(name: str) -> str:
    """The rhythm of a periodic job: 每 2 分钟."""
    return next((cron_words(one) for one in queue.periodics() if one.name == name), "按时")


def cron_words(one: queue.Periodic) -> str:
    """A cron line as people say it."""
    return CRON_WORDS.get(one.cron) or daily_words(one)


def daily_words(one: queue.Periodic) -> str:
    """每天 11:20, in the office's time; the cron line itself where it is anything else."""
    fields = one.cron.split()
    is_daily = fields[2:] == ["*", "*", "*"] and all(field.isdigit() for field in fields[:2])
    return f"每天 {(one.next + timedelta(hours=8)):%H:%M}" if is_daily else one.cron


def first_line(text: str) -> str:
    """The sentence of an error, without its trace."""
    return text.strip().split("\n", 1)[0][:200] or "没有说明"


class RetryJob(ObjectMixin, ActionPage):
    """Let a failed job be tried again."""

    permission, title, submit, parents = "jobs.view", "重试任务", "重试", ("jobs.list",)
    text = "任务回到队列，后台进程空闲时立即执行。请先看错误信息，确认原因已经消除。"

    def objects(self) -> Any:
        """Failed jobs."""
        return queue.listed("failed")

    def get_question(self) -> str:
        """Which one."""
        return f"重试“{queue.label(self.object.task_name)}”（编号 {self.object.id}）？"

    def act(self, reason: str) -> str:
        """Retry."""
        queue.retry(self.object.id)
        audit.record("job.retried", details={"task": self.object.task_name, "job": self.object.id})
        return f"“{queue.label(self.object.task_name)}”已回到队列"


routes = [
    page("office/jobs/", JobPage, "jobs.list"),
    page("office/jobs/<int:id>/retry/", RetryJob, "jobs.retry"),
]
