"""Joint meetings: prepared, called, held; what they settle becomes tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from jiangtai import ledger
from jiangtai.access import Refused, Unit, audit, current
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, SubjectId, UnitId
from jiangtai.messages import MessageKind, message_kind, send

from ..facts import MeetingHeld
from ..models import AgendaItem, Measure, Meeting, Resolution
from ..queries import meetings as queries
from ..queries import supervising
from . import papers, tasks

CALLED = message_kind(MessageKind("reform.called", "会议通知", "请参加{title}：{on} {hour}，{place}。"))
OFF = message_kind(MessageKind("reform.called_off", "会议取消", "{title}（{on} {hour}，{place}）取消：{reason}"))

audit.actions(
    meeting__prepared="筹备联席会议",
    meeting__called="发会议通知",
    meeting__held="形成会议纪要",
    meeting__dropped="删除筹备会议",
    meeting__off="取消会议",
)


@dataclass(frozen=True)
class Call:
    """When, where and by whom a meeting is held."""

    title: str
    on: date
    hour: str
    place: str
    chair: str


def prepare(call: Call, units: Sequence[Unit]) -> Meeting:
    """Prepare a meeting, its agenda proposed from what stands badly and from what the last one settled."""
    who = current()
    if who.unit is None:
        raise Refused("须以本级单位的岗位召集")
    if call.on < clock.today():
        raise ValidationError({"on": f"召开日期不能早于今天（{clock.today()}）"})
    with transaction.atomic():
        made = Meeting.unscoped.create(unit=who.unit, **vars(call), by=who.actor, by_name=who.name[:60])
        made.units.set(units)
        _propose(made)
        audit.record("meeting.prepared", target=made)
    return made


def change(meeting: Meeting, call: Call, units: Sequence[Unit]) -> Meeting:
    """Change when, where or who; until it was held."""
    with transaction.atomic():
        held = _open(meeting)
        for name, value in vars(call).items():
            setattr(held, name, value)
        held.save()
        held.units.set(units)
        audit.record("meeting.prepared", target=held)
    return held


def propose(meeting: Meeting) -> Meeting:
    """Propose the agenda anew; what was spoken of, and what somebody put on it, stays."""
    with transaction.atomic():
        held = _open(meeting)
        _propose(held)
        audit.record("meeting.prepared", target=held)
    return held


def drop(meeting: Meeting) -> None:
    """Give up a meeting to which nobody was called yet."""
    with transaction.atomic():
        held = _open(meeting)
        if held.state != Meeting.State.DRAFT:
            raise Refused("会议通知已经发出，不能删除；改期请修改后重新通知，不开了请取消会议")
        audit.record("meeting.dropped", target=held)
        held.delete()


def add_item(meeting: Meeting, title: str, why: str = "", unit: Unit | None = None) -> AgendaItem:
    """Put another matter before a meeting."""
    with transaction.atomic():
        held = _open(meeting)
        return held.items.create(place=_next(held.items), title=title.strip(), why=why.strip(), unit=unit)


def drop_item(item: AgendaItem) -> None:
    """Take a matter off."""
    with transaction.atomic():
        _open(item.meeting)
        item.delete()


def note(item: AgendaItem, said: str) -> AgendaItem:
    """Write down what was said of a matter."""
    with transaction.atomic():
        _open(item.meeting)
        item.said = said.strip()
        item.save(update_fields=("said",))
    return item


def call(meeting: Meeting) -> Meeting:
    """Call the units; each is told once for each day and hour that is set."""
    with transaction.atomic():
        held = _open(meeting)
        if not held.units.exists():
            raise ValidationError("还没有参会单位，请先修改会议")
        if held.on < clock.today():
            raise ValidationError(f"召开日期 {held.on} 已过，请先修改")
        held.state, held.called_at = Meeting.State.CALLED, clock.now()
        held.notice = papers.notice_values(held)
        held.save(update_fields=("state", "called_at", "notice"))
        _tell(held, CALLED, f"{held.on}{held.hour}{held.place}")
        audit.record("meeting.called", target=held)
    return held


def call_off(meeting: Meeting, reason: str) -> Meeting:
    """Call a meeting off: who was called is told why, and what somebody put on its agenda comes before the next."""
    with transaction.atomic():
        others = _waiting(meeting)
        held = _open(meeting)
        if held.state != Meeting.State.CALLED:
            raise Refused("会议通知还没有发出，不开了可以直接删除")
        if count := held.resolutions.count():
            raise Refused(f"已记下 {count} 项议定事项，会后请形成纪要；没有开成的，先删除议定事项再取消")
        AgendaItem.objects.bulk_update(queries.agenda(held), ["why"])
        held.state, held.off_at, held.off_why = Meeting.State.OFF, clock.now(), reason.strip()
        held.save(update_fields=("state", "off_at", "off_why"))
        _tell(held, OFF, held.called_at, reason=held.off_why)
        for other in others:
            _propose(other, only=AgendaItem.Kind.FREE)
        audit.record("meeting.off", target=held, reason=reason)
    return held


def settle(meeting: Meeting, text: str, unit: Unit, due: date, measure: Measure) -> Resolution:
    """Write down what is settled; it becomes a task when the minutes are made."""
    if due < clock.today():
        raise ValidationError({"due": f"完成期限不能早于今天（{clock.today()}）"})
    with transaction.atomic():
        held = _open(meeting)
        return held.resolutions.create(
            place=_next(held.resolutions), text=text.strip(), unit=unit, due=due, measure=measure
        )


def drop_resolution(one: Resolution) -> None:
    """Take back what was written down, before the minutes are made."""
    with transaction.atomic():
        _open(one.meeting)
        one.delete()


def hold(meeting: Meeting, summary: str) -> Meeting:
    """Make the minutes: the meeting was held, and every resolution is a task of its unit from now on."""
    with transaction.atomic():
        others = _waiting(meeting)
        held = _open(meeting)
        if held.state != Meeting.State.CALLED:
            raise Refused("先发会议通知，会后再形成纪要")
        if held.on > clock.today():
            raise Refused(f"会议定于 {held.on} 召开，会后再形成纪要")
        held.summary = summary.strip()
        said = queries.minutes(held)
        AgendaItem.objects.bulk_update(queries.agenda(held), ["why"])
        held.body, held.notes, held.state, held.held_at = said.body, said.methods, Meeting.State.HELD, clock.now()
        held.save(update_fields=("summary", "body", "notes", "state", "held_at"))
        for one in held.resolutions.select_related("unit", "measure"):
            one.task = tasks.give(one.measure, one.unit, one.text, due=one.due, expected=f"{held.on} 联席会议议定")
            one.save(update_fields=("task",))
        fact = MeetingHeld(
            meeting=SubjectId(held.pk), resolutions=held.resolutions.count(), unit=UnitId(held.unit_id), on=held.on
        )
        ledger.append(fact, cause=Cause.act("形成会议纪要", held.pk))
        for other in others:
            _propose(other, only=AgendaItem.Kind.EARLIER)
        audit.record("meeting.held", target=held, details={"resolutions": held.resolutions.count()})
    return held


def _propose(meeting: Meeting, only: str = "") -> None:
    """Begin with the meeting before, and put on the agenda what is proposed of one kind or of all."""
    meeting.earlier = queries.before(meeting)
    meeting.save(update_fields=("earlier",))
    kinds = {only} if only else set(AgendaItem.Kind)
    meeting.items.filter(kind__in=kinds, said="").exclude(kind=AgendaItem.Kind.FREE).delete()
    there = {_matter(one) for one in meeting.items.all()}
    wanted = {_matter(one): one for one in queries.proposed(meeting, current()) if one.kind in kinds}
    new = (one for matter, one in wanted.items() if matter not in there)
    for place, item in enumerate(new, start=_next(meeting.items)):
        item.meeting, item.place = meeting, place
        item.save()


def _matter(one: AgendaItem) -> object:
    """What two items have in common that are about the same."""
    return (one.task_id or one.addressee_id) if one.kind != AgendaItem.Kind.FREE else (one.title, one.unit_id)


def _waiting(meeting: Meeting) -> list[Meeting]:
    """The other meetings of its unit that are still to be held, locked first and in one order."""
    rows = Meeting.unscoped.select_for_update().filter(unit=meeting.unit_id)
    rows = rows.filter(state__in=(Meeting.State.DRAFT, Meeting.State.CALLED))
    return [one for one in rows.order_by("pk") if one.pk != meeting.pk]


def _tell(meeting: Meeting, kind: MessageKind, once: object, **more: str) -> None:
    """Whoever works for a unit that is called, each once."""
    values = {"title": meeting.title, "on": meeting.on, "hour": meeting.hour, "place": meeting.place, **more}
    for unit in meeting.units.all():
        for account in supervising.answerers(unit):
            link = reverse("meetings.show", args=[meeting.pk])
            send(account, kind, values=values, link=link, cause=uuid5(meeting.pk, str(once)))


def _open(meeting: Meeting) -> Meeting:
    found = Meeting.unscoped.select_for_update(of=("self",)).select_related("unit").filter(pk=meeting.pk).first()
    if found is None:
        raise Refused("这次会议已经删除")
    if found.state == Meeting.State.HELD:
        raise Refused("会议纪要已经形成，不能再改；新的事项请列入下次会议")
    if found.state == Meeting.State.OFF:
        raise Refused("会议已经取消，不能再改；要开请另行筹备")
    return found


def _next(rows: object) -> int:
    return int(rows.aggregate(last=Max("place"))["last"] or 0) + 1  # type: ignore[attr-defined]
