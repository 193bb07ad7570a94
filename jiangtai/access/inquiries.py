"""An office asks a unit for one thing; the unit answers once, by account, by link, or by letter recorded for it (代录).

A topic says what is asked: its form, how the form arrives filled, and what an answer changes. Rooms above declare
topics; this engine knows none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from jiangtai.kernel import StoredFile, clock

from . import audit, links
from .acting import Acting, current
from .models import Inquiry, Link, Unit
from .refusals import Refused

LETTER_KINDS = {"pdf", "jpg", "png"}
LETTER_ENDINGS = (".pdf", ".jpg", ".jpeg", ".png")
LETTER_BYTES = 20 * 2**20


@dataclass(frozen=True)
class Topic:
    """One kind of thing that a unit can be asked."""

    key: str
    label: str
    method: str
    form: type[forms.Form]
    known: Callable[[Unit], dict[str, Any]]
    apply: Callable[[Inquiry, dict[str, Any]], None]
    personal: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    """A unit's letter, with the scan that stands behind what is recorded from it."""

    scan: StoredFile
    number: str
    dated: date


TOPICS: dict[str, Topic] = {}


def declare(topic: Topic) -> Topic:
    """Make a topic askable; its personal fields never enter the stored answer."""
    unknown = set(topic.personal) - set(topic.form.base_fields)
    if unknown:
        raise ValueError(f"topic {topic.key} names personal fields its form does not have: {sorted(unknown)}")
    TOPICS[topic.key] = topic
    return topic


def ask(unit: Unit, topic: str, *, due: date, note: str = "") -> Inquiry:
    """Ask a unit; what is still open there is not asked again."""
    if due < clock.today():
        raise ValidationError({"due": f"填报期限不能早于今天（{clock.today()}）"})
    try:
        with transaction.atomic():
            inquiry = Inquiry.objects.create(
                unit=unit, topic=topic, due=due, note=note, asked_by=current().person, asked_by_name=current().name
            )
    except IntegrityError as error:
        raise Refused(f"“{unit}”的“{TOPICS[topic].label}”还在填报中，不重复发起") from error
    audit.record("inquiry.asked", target=unit, details={"topic": topic, "due": str(due)})
    return inquiry


def link_for(inquiry: Inquiry) -> str:
    """A link by which the unit answers without an account; earlier links of this inquiry stop."""
    _must_be_open(inquiry)
    return links.make(Link.Purpose.INQUIRY, inquiry.id)


def of_link(link: Link) -> Inquiry:
    """What a link asks, with the unit it was given to."""
    inquiry = Inquiry.objects.with_scopes_disabled().select_related("unit").get(pk=link.target)
    _must_be_open(inquiry)
    return inquiry


def waiting(who: Acting) -> QuerySet[Inquiry]:
    """What the unit at which someone acts is still asked."""
    rows = Inquiry.objects.filter(Inquiry.OPEN, unit=who.unit)
    return rows.select_related("unit").order_by("due")


def answer(
    inquiry: Inquiry, values: dict[str, Any], *, link: Link | None = None, letter: Letter | None = None
) -> Inquiry:
    """Take a unit's answer and let it count; answered once, whoever comes second."""
    topic, source = TOPICS[inquiry.topic], _source(link, letter)
    with transaction.atomic():
        if link is not None:
            links.use(link)
        _claim(inquiry, "answered_at")
        inquiry.source, inquiry.answered_by = source, current().actor
        inquiry.answer = {name: _plain(value) for name, value in values.items() if name not in topic.personal}
        if letter is not None:
            inquiry.letter, inquiry.letter_number, inquiry.letter_date = letter.scan, letter.number, letter.dated
        inquiry.save()
        topic.apply(inquiry, values)
        action = "inquiry.recorded" if letter else "inquiry.answered"
        details = {"topic": inquiry.topic, "source": source, "letter": inquiry.letter_number}
        audit.record(action, target=inquiry.unit, details=details)
    return inquiry


def cancel(inquiry: Inquiry) -> None:
    """Stop asking."""
    with transaction.atomic():
        _claim(inquiry, "cancelled_at")
        links.revoke(Link.Purpose.INQUIRY, inquiry.id)
        audit.record("inquiry.cancelled", target=inquiry.unit, details={"topic": inquiry.topic})


def _claim(inquiry: Inquiry, moment_of: str) -> None:
    """Of two answers, or an answer and a withdrawal, at once, one finds the inquiry open."""
    moment = clock.now()
    rows = Inquiry.objects.with_scopes_disabled().filter(Inquiry.OPEN, pk=inquiry.pk)
    if not rows.update(**{moment_of: moment}):
        raise Refused("这件事项已经填报过或已撤回，请刷新页面查看")
    setattr(inquiry, moment_of, moment)


def _must_be_open(inquiry: Inquiry) -> None:
    if not inquiry.is_open:
        raise Refused("这件事项已经填报过或已撤回")


def _source(link: Link | None, letter: Letter | None) -> str:
    if letter is not None:
        return Inquiry.Source.LETTER
    return Inquiry.Source.LINK if link is not None else Inquiry.Source.ACCOUNT


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list | type(None)) else str(value)
