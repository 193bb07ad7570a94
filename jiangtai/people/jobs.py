"""What the room does by itself: let persons follow their unit when it goes up in another, and be found."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from jiangtai.access import Unit, acting_as_job, units
from jiangtai.kernel import jobs
from jiangtai.ledger import Cause

from . import keeping, lacks, monthends, spells
from .cards import cards_of
from .facts import LeavingReason, UnionLeaving
from .models import Employment, Person, UnionMembership

MERGER = Cause.act("单位合并")
_TOGETHER = 500


@jobs.job(
    name="people.follow_mergers",
    label="随单位合并转接用工和会籍",
    cron="*/10 * * * *",
    lock="people.follow_mergers",
)
def follow_mergers() -> None:
    """Whoever works for, or is a member at, a merged unit goes on where it went."""
    with acting_as_job("随单位合并"):
        for work in _left_behind(Employment):
            with transaction.atomic():
                _follow_work(work)
        for membership in _left_behind(UnionMembership):
            with transaction.atomic():
                _follow_membership(membership)


def _left_behind(kind: Any) -> list[Any]:
    rows = kind.unscoped.filter(kind.NOW, unit__state=Unit.State.MERGED)
    return list(rows.select_related("unit", "person"))


def _follow_work(work: Employment) -> None:
    spells.end_employment(work, LeavingReason.MERGED, cause=MERGER)
    try:
        spells.hire(
            work.person_id,
            units.present(work.unit),
            occupation=work.occupation,
            occupation_code=work.occupation_code,
            form=work.form_said,
            is_production=work.is_production,
            cause=MERGER,
        )
    except ValidationError:
        return  # the person works there already, or it no longer acts: the end stands


def _follow_membership(membership: UnionMembership) -> None:
    spells.end_membership(membership, UnionLeaving.MERGED, cause=MERGER)
    if (now := units.present(membership.unit)).is_active:
        spells.join_union(membership.person_id, now, cause=MERGER)


@jobs.job(
    name="people.mark_names",
    label="补做姓名检索标记",
    cron="*/10 * * * *",
    lock="people.mark_names",
)
def mark_names() -> None:
    """Whoever was registered before names were marked, or under an older index key, is marked now."""
    with keeping.as_keeper():
        while _mark_some():
            pass


def mark_anew() -> int:
    """Have everybody's marks made again by the next run of the job; how many. A new index key asks for it."""
    return int(Person.unscoped.filter(state=Person.State.REGISTERED).exclude(is_marked=False).update(is_marked=False))


def _mark_some() -> bool:
    with transaction.atomic():
        unmarked = Person.unscoped.filter(state=Person.State.REGISTERED, is_marked=False).order_by("pk")
        people = list(unmarked.select_for_update(skip_locked=True)[:_TOGETHER])
        cards_of(people)
        keeping.mark(people)
        keeping.keep_born(people)
        Person.unscoped.bulk_update(people, ("is_marked",))
    return bool(people)


@jobs.job(name="people.month_end", label="留存月末名册", cron="20 * * * *", lock="people.month_end")
def month_end() -> None:
    """The register as it was known when a month ended, in the first hours of the next."""
    with acting_as_job("留存月末名册"):
        monthends.write_due()


@jobs.job(name="people.month_ends_forget", label="从月末名册清除已注销的人", cron="10 3 * * *", lock="people.month_end")
def month_ends_forget() -> None:
    """Of whoever was erased, no month's end keeps any detail."""
    with acting_as_job("留存月末名册"):
        monthends.forget_erased()


@jobs.job(name="people.count_lacks", label="统计数据质量", cron="35 * * * *", lock="people.count_lacks")
def count_lacks() -> None:
    """What the register lacks, for every unit; lists that came in are counted as soon as they were compared."""
    with acting_as_job("统计数据质量"):
        lacks.count_lacks()
