"""What the sources do by themselves: look at files, take them over, and let the sheets expire."""

from uuid import UUID

from jiangtai.access import acting_as_job
from jiangtai.kernel import clock, jobs

from .. import lacks
from . import asking, disputes, folder, reception


@jobs.job(name="people.work_on_batch", label="名册预检和导入", retries=2)
def work_on_batch(batch: str) -> None:
    """One batch, as soon as somebody handed it in or confirmed it."""
    with acting_as_job("名册导入"):
        reception.work_on(UUID(batch))


@jobs.job(name="people.resume_batches", label="接着做中断的名册导入", cron="* * * * *", lock="people.resume_batches")
def resume_batches() -> None:
    """Whatever lies unfinished because its worker died."""
    with acting_as_job("名册导入"):
        failed: list[Exception] = []
        for batch in reception.waiting():
            try:
                reception.work_on(batch)
            except Exception as error:  # one that breaks holds up no other
                failed.append(error)
        if failed:
            raise failed[0]


@jobs.job(name="people.expire_sheets", label="清除到期的名册原表", cron="40 2 * * *", lock="people.expire_sheets")
def expire_sheets() -> None:
    """Files that have lain here long enough go; what they brought stays."""
    with acting_as_job("名册导入"):
        reception.expire(clock.today())
        folder.expire(clock.today())


@jobs.job(name="people.collect_lists", label="自动收取名册", cron="* * * * *", lock="people.collect_lists")
def collect_lists() -> None:
    """What other systems put into the folder."""
    with acting_as_job("自动收取"):
        folder.collect()


@jobs.job(name="people.send_checks", label="发出核验、收取答复", cron="* * * * *", lock="people.checks")
def send_checks() -> None:
    """Questions to owners go out, and answers come in."""
    with acting_as_job("核验"):
        asking.send_waiting()
        asking.collect()


@jobs.job(name="people.send_checks_now", label="发出刚提出的核验", lock="people.checks")
def send_checks_now() -> None:
    """The same at once, for whoever has just asked."""
    with acting_as_job("核验"):
        asking.send_waiting()


@jobs.job(name="people.lapse_checks", label="清理到期未答复的核验", cron="50 2 * * *", lock="people.lapse_checks")
def lapse_checks() -> None:
    """What nobody answered in time is not awaited any more."""
    with acting_as_job("核验"):
        asking.lapse()


@jobs.job(name="people.compare_lists", label="比对各来源的说法", cron="*/10 * * * *", lock="people.compare_lists")
def compare_lists() -> None:
    """Where lists say otherwise than the register is found after they came in."""
    with acting_as_job("比对来源"):
        if disputes.compare_all():
            lacks.count_lacks()
