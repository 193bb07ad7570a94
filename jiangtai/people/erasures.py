"""A person's file is deleted by two: one asks, another carries it out; then nobody reads it any more."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from jiangtai.access import Refused, audit, current
from jiangtai.kernel import clock

from . import persons, reading
from .cards import cards_of
from .models import ErasureRequest, Person

State = ErasureRequest.State


def ask_erasure(person: Person, reason: str) -> ErasureRequest:
    """Ask that a person's file be deleted: the person themself, or an office within whose reach the person is."""
    who = current().account
    if who is None:
        raise Refused("须由登录的人申请")
    with transaction.atomic():
        row = reading.locked(person) if person.account_id == who.pk else reading.held(person)
        try:
            with transaction.atomic():
                asked = ErasureRequest.objects.create(person=row, reason=reason, asked_by=who)
        except IntegrityError as error:
            raise ValidationError("已经有一份删除申请在等待办理，不必重复申请") from error
        audit.record("erasure.asked", target=row, details={"reason": reason})
    return asked


def carry_out(request: ErasureRequest) -> None:
    """Delete the file that another asked to be deleted: its key is destroyed, for good."""
    with transaction.atomic():
        row = _held(request)
        _close(row, State.DONE)
        persons.erase(row.person, row.get_reason_display())


def keep_on(request: ErasureRequest, answer: str) -> None:
    """Keep the file, and say why."""
    if not answer.strip():
        raise ValidationError({"answer": "不予删除的，请写明依据和原因"})
    with transaction.atomic():
        row = _held(request)
        _close(row, State.KEPT, answer.strip()[:200])
        audit.record("erasure.kept", target=row.person, reason=answer)


def withdraw_erasure(request: ErasureRequest) -> None:
    """Whoever asked takes it back while nobody has decided."""
    with transaction.atomic():
        row = ErasureRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=request.pk)
        if row.asked_by_id != current().actor or row.state != State.OPEN:
            raise Refused("只有申请人可以撤回，且须在办理之前")
        _close(row, State.WITHDRAWN)
        audit.record("erasure.withdrawn", target=row.person)


def erasure_requests() -> QuerySet[ErasureRequest]:
    """The requests about persons within reach, and those about whoever is gone, for who reaches everything."""
    rows = _Named(ErasureRequest).filter(person__in=Person.objects.all())
    return rows.select_related("person", "asked_by").order_by("-made_at")


class _Named(QuerySet[ErasureRequest]):
    """Requests whose persons' cards are opened for a whole page at once."""

    def _fetch_all(self) -> None:
        is_new = self._result_cache is None
        super()._fetch_all()
        if is_new:
            cards_of([row.person for row in self._result_cache or () if isinstance(row, ErasureRequest)])


def erasure_of(person: Person) -> ErasureRequest | None:
    """The last that was asked about a person."""
    return ErasureRequest.objects.filter(person=person).first()


def _held(request: ErasureRequest) -> ErasureRequest:
    row = ErasureRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=request.pk)
    if row.state != State.OPEN:
        raise Refused(f"这份申请{row.get_state_display()}，不能再办理")
    if row.asked_by_id == current().actor:
        raise Refused("删除档案须两人办理：您是申请人，请由另一位经办人确认", "oneself")
    reading.held(row.person)
    return row


def _close(row: ErasureRequest, state: str, answer: str = "") -> None:
    row.state, row.answer, row.decided_by, row.decided_at = state, answer, current().account, clock.now()
    row.save(update_fields=("state", "answer", "decided_by", "decided_at"))
