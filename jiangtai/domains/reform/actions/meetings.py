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

audit.actions(
    meeting__prepared="筹备联席会议",
    meeting__called="发会议通知",
    meeting__held="形成会议纪要",
    meeting__dropped="取消筹备会议",
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
            raise Refused("会议通知已经发出，不能删除；改期请修改后重新通知")
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
        values = {"title": held.title, "on": held.on, "hour": held.hour, "place": held.place}
        cause = uuid5(held.pk, f"{held.on}{held.hour}{held.place}")
        for unit in held.units.all():
            for account in supervising.answerers(unit):
                send(account, CALLED, values=values, link=reverse("meetings.show", args=[held.pk]), cause=cause)
        audit.record("meeting.called", target=held)
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
        waiting = Meeting.unscoped.select_for_update().filter(unit=meeting.unit_id, held_at__isnull=True)
        others = [one for one in waiting.order_by("pk") if one.pk != meeting.pk]
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
    kinds = {only} if only else set(AgendaItem.Kind) - {AgendaItem.Kind.FREE}
    meeting.items.filter(kind__in=kinds, said="").delete()
    there = set(meeting.items.values_list("task", "addressee"))
    wanted = [one for one in queries.proposed(meeting, current()) if one.kind in kinds]
    new = (one for one in wanted if (one.task_id, one.addressee_id) not in there)
    for place, item in enumerate(new, start=_next(meeting.items)):
        item.meeting, item.place = meeting, place
        item.save()


def _open(meeting: Meeting) -> Meeting:
    found = Meeting.unscoped.select_for_update(of=("self",)).select_related("unit").filter(pk=meeting.pk).first()
    if found is None:
        raise Refused("这次会议已经删除")
    if found.state == Meeting.State.HELD:
        raise Refused("会议纪要已经形成，不能再改；新的事项请列入下次会议")
    return found


def _next(rows: object) -> int:
    return int(rows.aggregate(last=Max("place"))["last"] or 0) + 1  # type: ignore[attr-defined]
