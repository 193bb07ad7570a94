"""The administrators' desks and the queue: honest when empty, plain when something failed."""

import pytest
from django.db import connection

from jiangtai.access import accounts, acting_as_job
from jiangtai.access import jobs as access_jobs
from jiangtai.kernel import JobFailure, jobs, queue

from .people import entries, url


@pytest.fixture
def failed_job(db):
    number = access_jobs.seal_audit.defer(timestamp=0)
    with connection.cursor() as cursor:
        for state in ("doing", "failed"):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [state, number])
    JobFailure.objects.create(job=number, task="access.seal_audit", error="磁盘已满\n\nTraceback")
    return number


def test_each_administrator_sees_their_own_desk(sits, town):
    with acting_as_job("测试"):
        accounts.open_account(username="newcomer", name="马超", unit=town.street)
    text = sits("system").get("/office/").content.decode()
    assert "还没启用的账号" in text
    assert "马超" in text
    security = sits("security").get("/office/").content.decode()
    assert "近 7 天授予的角色" in security
    assert "没有锁定的账号" in security
    audited = sits("audit").get("/office/").content.decode()
    assert "审计封存" in audited
    assert "还没启用的账号" not in audited


def test_the_queue_shows_what_failed_and_what_it_said(sits, failed_job):
    text = sits("system").get(url("jobs.list")).content.decode()
    assert "磁盘已满" in text
    assert "封存审计" in text
    assert "后台进程没有运行" in text
    assert sits("office").get(url("jobs.list")).status_code == 403


def test_a_failed_job_is_retried_once(sits, failed_job):
    client = sits("system")
    assert client.get(url("jobs.retry", failed_job)).status_code == 200
    assert client.post(url("jobs.retry", failed_job), {}).status_code == 302
    assert queue.counts()["todo"] == 1
    assert entries("job.retried")
    assert client.post(url("jobs.retry", failed_job), {}).status_code == 404


def test_a_failing_job_leaves_its_words_behind(db):
    @jobs.job(name="test.breaks", label="会坏的任务")
    def breaks():
        raise RuntimeError("没有找到文件")

    with pytest.raises(RuntimeError):
        breaks()
    kept = queue.failures()[0]
    assert kept.task == "test.breaks"
    assert kept.error.startswith("没有找到文件\n")
    assert queue.label("test.breaks") == "会坏的任务"


def test_jobs_are_told_in_words(sits):
    shown = sits("system").get(url("jobs.list")).content.decode()
    assert "封存账本" in shown and "每分钟" in shown
    assert "access.seal_audit" not in shown and "* * *" not in shown
