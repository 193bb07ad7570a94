"""Reminders before days fall due: answers, reports, own marks, tasks, dockets, what a plan lacks; of a quarter
without its bulletin, and of a plan whose last day has passed; each once."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid5

from django.db.models import QuerySet
from django.urls import reverse

from jiangtai.access import Account, Grant, Unit, acting_as_job, parameters, root
from jiangtai.flows import Seat
from jiangtai.kernel import Period, clock, jobs, office_calendar
from jiangtai.messages import MessageKind, message_kind, send

from ..models import Addressee, Confirmation, Docket, DocketSet, Instrument, Keeper, Plan, Task
from ..queries import dockets, pilots, reporting, schemes
from ..queries import supervising as instruments
from ..queries import supplying as lacks
from ..rules import dockets as docket_rules
from . import supplying, tasks

DAYS = "reform.remind_days"
ANSWER = message_kind(MessageKind("reform.answer_due", "督办临期", "{kind}{number}请在 {due} 前答复，{left}。"))
REPORT = message_kind(MessageKind("reform.report_due", "报送临期", "“{name}”请在 {due} 前报送进展，{left}。"))
PILOT = message_kind(
    MessageKind("reform.pilot_report_due", "试点报告临期", "“{name}”请在 {due} 前报送试点年度报告，{left}。")
)
MARKS = message_kind(MessageKind("reform.marks_due", "考核临期", "“{name}”请在 {due} 前办理，{left}。"))
CONFIRM = message_kind(
    MessageKind("reform.confirm_due", "清单确认临期", "“{docket}”请在 {due} 前确认{period}，{left}。")
)
BULLETIN = message_kind(
    MessageKind("reform.bulletin_due", "季度通报待拟", "{period}已经结束，还没有拟通报，请在“督办文书”里拟稿。")
)
OVER = message_kind(
    MessageKind("reform.plan_over", "方案到期", "“{plan}”执行到 {until}，已经到期，请结束方案，或上传新版接替。")
)
TASKS = message_kind(MessageKind("reform.tasks_due", "任务临期", "本单位 {count} 项任务将于 {due} 到期：{title}"))


@jobs.job(
    name="reform.remind", label="提醒临期的答复、报送、考核、任务和清单确认", cron="10 1 * * *", lock="reform.remind"
)
def remind() -> None:
    """Tell every desk what falls due soon (shortly after nine in the morning here)."""
    with acting_as_job("提醒临期事项"):
        remind_all()


def remind_all(day: date | None = None) -> int:
    """Tell units what falls due within the days of reminding, and what of it has just passed; how many were told."""
    day = day or clock.today()
    near = _Near(day)
    told = _answers(near) + _asked(near) + _tasks(near) + _confirmations(near) + _lacks(near)
    return told + _bulletin(near) + _over(near)


class _Near:
    """Until which day something falls due soon, by unit: units may set their own days."""

    def __init__(self, day: date) -> None:
        self.day, self.calendar, self.known = day, office_calendar(), {}  # type: ignore[var-annotated]
        self.farthest = max([self.until(None), *(self.until(unit) for unit in parameters.overriding(DAYS))])

    def until(self, unit: Unit | None) -> date:
        """The last day that is near for a unit."""
        key = unit.pk if unit else None
        if key not in self.known:
            days = int(parameters.value(DAYS, unit=unit, on=self.day))
            self.known[key] = self.calendar.add(self.day, days).result
        found: date = self.known[key]
        return found

    def soon(self, rows: QuerySet[Any]) -> list[Any]:
        """Of these, each with a unit and a day, those that fall due soon or did yesterday."""
        rows = rows.filter(due__lte=self.farthest).select_related("unit").order_by("due", "pk")
        return [one for one in rows if one.due <= self.until(one.unit)]

    def left(self, due: date) -> str:
        """How long it still is."""
        if due < self.day:
            return "已经超期"
        return "今天到期" if due == self.day else f"还有 {(due - self.day).days} 天"


def _answers(near: _Near) -> int:
    told, waiting = 0, Addressee.unscoped.filter(state=Addressee.State.WAITING).select_related("instrument")
    for one in near.soon(waiting):
        words = {"kind": one.instrument.sender.label, "number": one.instrument.number, "due": one.due,
                 "left": near.left(one.due)}  # fmt: skip
        cause, link = _once(one.pk, one.due, near), reverse("addressees.show", args=[one.pk])
        told += _tell(instruments.answerers(one.unit), ANSWER, words, link, cause)
    return told


@dataclass(frozen=True)
class _Asks:
    """A step at which units are asked by a round, what tells that its day comes, and whom."""

    flow: str
    step: str
    kind: MessageKind
    whom: Callable[[Unit], list[Account]]


_ASKS = (
    _Asks(reporting.FLOW, "report", REPORT, tasks.people_of),
    _Asks(pilots.REPORT, "report", PILOT, pilots.people_of),
    *(_Asks(schemes.FLOW, step, MARKS, instruments.answerers) for step in schemes.ASKED_STEPS),
)


def _asked(near: _Near) -> int:
    """What units were asked for by a round; of what is late the engine tells."""
    told = 0
    for asks in _ASKS:
        seats = Seat.objects.filter(case__flow=asks.flow, step=asks.step, state=Seat.State.OPEN, unit__isnull=False)
        for one in near.soon(seats.filter(due__gte=near.day).select_related("case__round")):
            name = one.case.round.name if one.case.round else "进展调度"
            link = reverse("cases.show", args=[one.case_id])
            words = {"name": name, "due": one.due, "left": near.left(one.due)}
            told += _tell(asks.whom(one.unit), asks.kind, words, link, _once(one.pk, one.due, near))
    return told


def _tasks(near: _Near) -> int:
    """The tasks of a unit that fall due on one day, in one message."""
    found: dict[tuple[Unit, date], list[Task]] = defaultdict(list)
    for one in near.soon(Task.unscoped.filter(state=Task.State.OPEN, due__gte=near.day)):
        found[one.unit, one.due].append(one)
    told = 0
    for (unit, due), rows in found.items():
        words = {"count": len(rows), "due": due, "title": rows[0].title[:60]}
        link = f"{reverse('tasks.own')}?due_from={due}&due_to={due}&state=open"
        told += _tell(tasks.people_of(unit), TASKS, words, link, uuid5(unit.pk, f"tasks{due}"))
    return told


def _confirmations(near: _Near) -> int:
    """The dockets that a unit has not confirmed for a period whose last day comes."""
    told = 0
    for docket in Docket.unscoped.filter(set__state=DocketSet.State.IN_USE).select_related("set"):
        span = docket_rules.span_of(docket.every, near.day)
        if span is None or span.last > near.farthest:
            continue
        confirmed = Confirmation.objects.filter(docket=docket, period=span.text).values("unit")
        words = {"docket": f"{docket.set}·{docket}", "due": span.last, "period": span.label,
                 "left": near.left(span.last)}  # fmt: skip
        link = reverse("dockets.show", args=[docket.pk])
        for keeper in Keeper.unscoped.filter(docket=docket).exclude(unit__in=confirmed).select_related("unit"):
            if span.last <= near.until(keeper.unit):
                once = uuid5(keeper.pk, f"confirm{span.text}")
                told += _tell(dockets.people_of(keeper.unit), CONFIRM, words, link, once)
    return told


def _lacks(near: _Near) -> int:
    told = 0
    for plan in Plan.objects.filter(state=Plan.State.IN_FORCE).select_related("unit"):
        due = lacks.due_of(plan)
        if due is None or due > near.until(plan.unit):
            continue
        once = "late" if due < near.day else "near"
        for unit, measures in lacks.asked_units(plan).items():
            told += supplying.tell_lacking(plan, unit, measures, due, once)
    return told


def _bulletin(near: _Near) -> int:
    """The office that writes the quarter's bulletin hears once that a quarter is over which has none."""
    top, quarter = root(), Period.quarter_of(near.day).before
    if top is None or Instrument.unscoped.filter(unit=top, period=quarter.text).exists():
        return 0
    if not Task.unscoped.filter(since__lte=quarter.last).exists():
        return 0
    words: dict[str, object] = {"period": quarter.label}
    return _tell(
        _office(top), BULLETIN, words, reverse("instruments.bulletin"), uuid5(top.pk, f"bulletin{quarter.text}")
    )


def _over(near: _Near) -> int:
    """The office that runs a plan hears once that its last day has passed."""
    told = 0
    for plan in Plan.objects.filter(state=Plan.State.IN_FORCE, until__lt=near.day).select_related("unit"):
        words: dict[str, object] = {"plan": plan.title[:40], "until": plan.until}
        link = reverse("plans.show", args=[plan.pk])
        told += _tell(_office(plan.unit), OVER, words, link, uuid5(plan.pk, f"over{plan.until}"))
    return told


def _office(unit: Unit) -> list[Account]:
    held = Grant.objects.with_scopes_disabled().filter(Grant.HELD, unit=unit, role="group_office")
    return list({one.account_id: one.account for one in held.select_related("account")}.values())


def _once(pk: Any, due: date, near: _Near) -> Any:
    """Before it is due once, and once when it is over; a day that was moved counts anew."""
    return uuid5(pk, f"{'late' if due < near.day else 'near'}{due}")


def _tell(accounts: list[Any], kind: MessageKind, words: dict[str, object], link: str, cause: Any) -> int:
    return sum(bool(send(account, kind, values=words, link=link, cause=cause)) for account in accounts)
