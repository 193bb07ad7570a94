"""Taking a fact back: a new fact names the one that was wrong, and both stay readable."""

from datetime import date
from enum import Enum
from typing import Any

from django.db import transaction

from jiangtai.kernel import clock

from . import write
from .causes import Cause
from .declare import FactId, SubjectId, UnitId, declared, fact
from .models import FactRow


class Why(Enum):
    """Why a fact did not hold from the beginning."""

    WRONG_PERSON = "wrong_person"
    WRONG_VALUE = "wrong_value"
    TWICE = "twice"
    NOT_SO = "not_so"

    @property
    def label(self) -> str:
        """As users read it."""
        return _WORDS[self]


_WORDS = {Why.WRONG_PERSON: "记错了人", Why.WRONG_VALUE: "内容有误", Why.TWICE: "重复记录", Why.NOT_SO: "并无此事"}


@fact
class Reversed:
    """A fact is taken back, as if it had never been (更正)."""

    basis = "ours"
    personal = ()
    ended_by = ()
    reverses = "fact"

    subject: SubjectId
    fact: FactId
    kind: str
    why: Why
    unit: UnitId
    on: date


class NotReversed(ValueError):
    """A fact cannot be taken back; the message says why."""


def reverse(wrong: FactId, why: Why, *, cause: Cause | None = None) -> FactId:
    """Take a fact back. What it ended holds again; it can be taken back only once."""
    with transaction.atomic():
        write.take_lock(wrong)
        row = FactRow.unscoped.filter(pk=wrong).first()
        if row is None:
            raise NotReversed(f"账本中没有编号为 {wrong} 的事实")
        if row.reverses:
            raise NotReversed("更正本身不能再更正，请重新记录正确的事实")
        if FactRow.unscoped.filter(reverses=wrong).exists():
            raise NotReversed(f"“{declared(row.type).label}”已经更正过")
        taken = Reversed(
            subject=SubjectId(row.subject),
            fact=wrong,
            kind=row.type,
            why=why,
            unit=UnitId(row.unit_id),
            on=clock.today(),
        )
        return write.append(taken, cause=cause or Cause.correction(wrong))


def correct(wrong: FactId, right: Any, why: Why = Why.WRONG_VALUE) -> FactId:
    """Take a fact back and write the right one in its place."""
    with transaction.atomic():
        reverse(wrong, why)
        return write.append(right, cause=Cause.correction(wrong))
