"""How a case is put into words: its light, its way, its life, and what was filled in."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from jiangtai.access import ROLES, Account, Acting, Grant
from jiangtai.access import parameters as values_of
from jiangtai.kernel import clock, office_calendar, quantities, workdays
from jiangtai.web import Event, Tag, Value
from jiangtai.web import Step as Stage

from .. import engine, notices, records, rounds
from ..declare import Condition, Flow, Joint, Notice, Panel, Ranking, Step, Task, Wait, flow_named
from ..forms import StepForm
from ..models import Case, Decision, Move, Seat

TONES = {"green": "ok", "amber": "warn", "red": "bad"}
RETURNED = "退回补正"


def light(due: date | None, calendar: workdays.Calendar) -> Tag | None:
    """The tone and the words for the working days that are left."""
    if due is None:
        return None
    today = clock.today()
    return Tag(workdays.remaining(today, due, calendar), TONES[workdays.light(today, due, calendar)])


def amber_ends(calendar: workdays.Calendar) -> date:
    """The first day whose deadline is still green."""
    return calendar.add(clock.today(), 2).result


def state(case: Case, calendar: workdays.Calendar | None = None) -> Tag:
    """Where a case stands: its step's light while it is open, its end afterwards."""
    if case.state == Case.State.WITHDRAWN:
        return Tag("已撤回", "plain")
    if case.state == Case.State.ENDED:
        return Tag(engine.step_label(case, case.step), "ok" if _is_good(case) else "plain")
    if is_returned(case):
        return Tag(RETURNED, "warn")
    return light(case.due, calendar or office_calendar()) or Tag(f"{engine.step_label(case, case.step)}中", "info")


def is_returned(case: Case) -> bool:
    """Whether it is with the step that is filled in first again, which only happens when somebody sends it back."""
    step, turn = engine.flow_of(case).begins()
    return case.state == Case.State.OPEN and case.turn > turn and case.step == step


def _is_good(case: Case) -> bool:
    """Whether the case came to the end that is reached by going straight on."""
    return ahead_of(engine.flow_of(case), engine.flow_of(case).first())[-1] == case.step


def flow_label(key: str) -> str:
    """What users call a flow."""
    return _flow_label(key)


@lru_cache(maxsize=500)
def _flow_label(key: str) -> str:
    return flow_named(key).label


def seats_asked(seat: Seat) -> str:
    """Who is asked at a seat: an account by name, a desk by unit and role."""
    if seat.account_id and seat.account:
        return f"{seat.account.name}（{seat.unit}）" if seat.unit else str(seat.account)
    role = ROLES[seat.role].label if seat.role else ""
    return f"{seat.unit} {role}".strip() if seat.unit else role


# the way


def ahead_of(kind: type[Flow], step: str) -> list[str]:
    """The steps that follow when everybody says yes, down to the end."""
    way: list[str] = []
    while step not in way:
        way.append(step)
        outcomes = kind.steps[step].outcomes
        if not outcomes:
            break
        step = next(iter(outcomes))
    return way


def walked(case: Case, moves: Iterable[Move]) -> list[str]:
    """The steps that are behind the case; what it was sent back over is before it again."""
    way: list[str] = []
    for move in moves:
        way = way[: way.index(move.step)] if move.step in way else way
        way.append(move.step)
    return way[: way.index(case.step)] if case.step in way else way


def stages(case: Case, moves: list[Move], decisions: list[Decision]) -> list[Stage]:
    """Steps done, now and ahead, each with who and when, until when, or who will be asked."""
    kind = engine.flow_of(case)
    behind = [name for name in walked(case, moves) if name in kind.steps]
    last = {one.step: one for one in decisions}
    left = {one.step: one for one in moves}
    drawn = [
        Stage(kind.steps[name].label, _done_note(last.get(name), kind.steps[name], left.get(name)), "done")
        for name in behind
    ]
    if case.state == Case.State.WITHDRAWN:
        return [
            *drawn,
            Stage("已撤回", clock.day_of(case.ended_at).isoformat() if case.ended_at else "", "now"),
        ]
    here = "done" if case.state == Case.State.ENDED and _is_good(case) else "now"
    for place, name in enumerate(ahead_of(kind, case.step)):
        note = _now_note(case) if place == 0 else _ahead_note(case, kind.steps[name])
        drawn.append(Stage(kind.steps[name].label, note, "todo" if place else here))
    return drawn


def _done_note(decision: Decision | None, step: Step, left: Move | None) -> str:
    if isinstance(step, Notice) and left:
        return f"{left.why or '期满'} {clock.day_of(left.made_at)}"
    if decision is None:
        return ""
    day = decision.made_at.astimezone(clock.OFFICE_ZONE)
    if isinstance(step, Panel):
        return f"评委 {day:%Y-%m-%d}"
    return f"{decision.unit or decision.by_name} {day:%Y-%m-%d}"


def _now_note(case: Case) -> str:
    if case.state == Case.State.ENDED:
        return f"{clock.day_of(case.ended_at)}" if case.ended_at else ""
    return f"应于 {case.due:%Y-%m-%d} 前" if case.due else "办理中"


def _ahead_note(case: Case, step: Step) -> str:
    where = case.round.host if case.round else case.unit
    match step:
        case Notice():
            return f"{values_of.value(step.days, unit=where)} 个工作日"
        case Panel():
            named = case.round.judges.count() if case.round else 0
            return f"{named or values_of.value(step.seats, unit=where)} 位评委"
        case Ranking():
            return f"名额 {case.round.quota}" if case.round else ""
        case Task() | Joint():
            return step.by.label
        case Wait():
            return "等待期满"
    return ""


# what was filled in


def written(form: type[forms.Form], values: dict[str, Any], case: Case | None = None) -> list[Value]:
    """A form's values as label and words, in the form's order; a value whose field is gone is left out."""
    return [value for _, held in under_headings(form, values, case) for value in held]


def under_headings(
    form: type[forms.Form], values: dict[str, Any], case: Case | None = None
) -> list[tuple[str, list[Value]]]:
    """The same under the form's headings; what stands under none comes first."""
    made = made_of(form, case)
    headings = made.headings() if isinstance(made, StepForm) else {}
    found: dict[str, list[Value]] = {"": []}
    for name, field in made.fields.items():
        if values.get(name) not in (None, "", []):
            value = Value(str(field.label or name), in_words(field, values[name]))
            found.setdefault(headings.get(name, ""), []).append(value)
    return [(heading, held) for heading, held in found.items() if held]


def made_of(form: type[forms.Form], case: Case | None) -> forms.Form:
    """A form as its own constructor leaves it: choices may be looked up there."""
    if issubclass(form, StepForm):
        assert case is not None
        return form(case=case)
    return form()


def in_words(field: forms.Field, value: Any) -> Any:
    """A kept value as the user chose it."""
    if isinstance(field, forms.ChoiceField):
        known = {str(key): str(label).partition("｜")[0] for key, label in _flat(field.choices)}
        return [known.get(str(one), one) for one in value] if isinstance(value, list) else known.get(str(value), value)
    return value


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def raw_of(form: forms.Form) -> dict[str, Any]:
    """What was typed into a bound form, as it came: a draft need not be right."""
    kept = {}
    for name, field in form.fields.items():
        if not isinstance(field, forms.FileField):
            kept[name] = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    return kept


# the life


class Life:
    """What happened to a case, read once: moves, decisions with their words, and the seats that wait."""

    def __init__(self, case: Case, who: Acting) -> None:
        self.case, self.who = case, who
        self.kind = engine.flow_of(case)
        self.moves = list(case.moves.order_by("turn"))
        self.decisions = list(case.decisions.select_related("unit", "letter", "by").order_by("made_at", "id"))
        self.seats: QuerySet[Seat] = case.seats.select_related("unit", "account", "done_by")
        told: list[Any] = [*self.decisions, *self.moves]
        read = records.read_all(case, [one.secret for one in told])
        self.words = {one.pk: words for one, words in zip(told, read, strict=True)}

    @cached_property
    def handles(self) -> bool:
        """Whether this reader handles the case beyond the firm's own steps."""
        return engine.handles(self.case, self.who)

    @cached_property
    def is_erased(self) -> bool:
        """Whether what was written went with the person."""
        return records.is_erased(self.case)

    def opinion(self, decision: Decision) -> str:
        """What was said with a decision, for who may read it; that it is gone, once the subject is erased.

        What a department writes in a joint check is for those who handle the case: others see that it answered.
        """
        if isinstance(self.kind.steps.get(decision.step), Joint) and not self._is_own(decision) and not self.handles:
            return ""
        return records.words(self.words[decision.pk], "opinion")

    def filled(self) -> list[tuple[str, Decision, list[Value]]]:
        """What each form holds now: the heading or the step's own, the decision that filled it, the values."""
        last = {one.step: one for one in self.decisions if (self.words[one.pk] or {}).get("values")}
        found = []
        for name, step in self.kind.steps.items():
            form = getattr(step, "form", None)
            if form is not None and name in last:
                values = (self.words[last[name].pk] or {})["values"]
                for heading, held in under_headings(form, values, self.case):
                    found.append((heading or f"{step.label}内容", last[name], held))
        return found

    def checked(self) -> list[tuple[Decision, list[Condition]]]:
        """The conditions as the last decision that had any found them; none or one."""
        for one in reversed(self.decisions):
            if found := (self.words[one.pk] or {}).get("conditions"):
                return [(one, [Condition(**each) for each in found])]
        return []

    def returned(self) -> Decision | None:
        """The decision that sent the case back to where it is."""
        if not is_returned(self.case):
            return None
        return next((one for one in reversed(self.decisions) if one.outcome == self.case.step), None)

    def waiting(self) -> list[Seat]:
        """The seats that wait now."""
        if self.case.state != Case.State.OPEN:
            return []
        return list(self.seats.filter(turn=self.case.turn, state=Seat.State.OPEN).order_by("id"))

    def may_see(self, decision: Decision) -> bool:
        """A judge's mark is seen by others once the panel is over, and by the judge at once."""
        step = self.kind.steps.get(decision.step)
        is_running = decision.turn == self.case.turn and self.case.state == Case.State.OPEN
        return self._is_own(decision) or not (isinstance(step, Panel) and is_running)

    def _is_own(self, decision: Decision) -> bool:
        return self.who.account is not None and decision.by_id == self.who.account.id

    def shown(self) -> list[Decision]:
        """The decisions that this reader may see."""
        return [one for one in self.decisions if self.may_see(one)]

    def events(self) -> list[Event]:
        """The latest first: what is waited for, what was decided, how the case moved without a decision."""
        told: list[tuple[Any, int, Event]] = [(one.made_at, 2, self._decided(one)) for one in self.shown()]
        told += [(one.made_at, 3, event) for one in self.moves if (event := self._moved(one))]
        told.append((self.case.made_at, 0, Event("发起", self.case.made_at, self._opened_by(), tone="plain")))
        told.sort(key=lambda one: (one[0], one[1]), reverse=True)
        return [*self._now(), *(event for _, _, event in told)]

    def _opened_by(self) -> str:
        unit = f"（{self.case.opened_unit}）" if self.case.opened_unit else ""
        return f"{self.case.opened_by}{unit}"

    def _decided(self, one: Decision) -> Event:
        step = self.kind.steps.get(one.step)
        title = f"{engine.step_label(self.case, one.step)}：{engine.outcome_label(self.case, one.step, one.outcome)}"
        if isinstance(step, Notice):
            title = f"{engine.step_label(self.case, one.step)}：发布"
        if one.mark is not None:
            title = f"{engine.step_label(self.case, one.step)}：{quantities.plain(one.mark)} 分"
        letter = "（来函代录）" if one.letter_id else ""
        said = self.opinion(one)
        tone = "warn" if step and one.outcome in (*getattr(step, "back", ()), engine.RECUSED) else "ok"
        link = reverse("cases.letter", args=[self.case.pk, one.pk]) if self._shows_letter(one) else ""
        by = f"{self.decider(one)}{letter}"
        return Event(title, one.made_at, by, _quoted(said), tone, link=link, link_label="查看来函" if link else "")

    def decider(self, one: Decision) -> str:
        """Who decided; a judge's name is for the judge and for the office that holds the round.

        Of a department that was consulted, whoever does not handle the case sees the unit alone.
        """
        step = self.kind.steps.get(one.step)
        if isinstance(step, Panel) and not self._is_own(one) and not rounds.holds(self.case.round, self.who):
            return "评委"
        if isinstance(step, Joint) and one.unit and not self._is_own(one) and not self.handles:
            return str(one.unit)
        return f"{one.by_name}（{one.unit}）" if one.unit else one.by_name

    def _shows_letter(self, one: Decision) -> bool:
        return one.letter_id is not None and self.who.is_office and self.handles and not self.is_erased

    def _moved(self, one: Move) -> Event | None:
        said = _quoted(records.words(self.words[one.pk], "why"))
        if one.to == engine.WITHDRAWN:
            return Event(one.why, one.made_at, text=said, tone="plain")
        if not one.why or any(decision.turn == one.turn and not _is_notice(self.kind, decision.step)
                              for decision in self.decisions):  # fmt: skip
            return None
        to = engine.step_label(self.case, one.to)
        return Event(f"{one.why}，转入“{to}”", one.made_at, text=said, tone="info")

    def _now(self) -> list[Event]:
        if self.case.state != Case.State.OPEN:
            return []
        label = engine.step_label(self.case, self.case.step)
        step, waiting = self.kind.steps[self.case.step], self.waiting()
        if isinstance(step, Notice) and not waiting:
            return [Event(f"{label}中", None, self._notice_words(), now=True)]
        return [Event(f"待{label}", None, _asked_words(waiting, step, self.who), now=True)]

    def _notice_words(self) -> str:
        if notices.standing_objections(self.case).exists():
            return "有异议没有答复，答复后继续"
        return f"至 {self.case.due:%Y-%m-%d}" if self.case.due else ""


def _quoted(said: str) -> str:
    return f"“{said}”" if said and said != records.ERASED else said


def _is_notice(kind: type[Flow], step: str) -> bool:
    return isinstance(kind.steps.get(step), Notice)


def _asked_words(seats: list[Seat], step: Step, who: Acting) -> str:
    if isinstance(step, Panel):
        return f"还有 {len(seats)} 位评委没有评分"
    words = "、".join(seats_asked(one) for one in seats)
    urged = [one.urged_at for one in seats if one.urged_at]
    return f"{words}{f' · 已催办（{clock.day_of(max(urged))}）' if urged else ''}"


def colleagues(seat: Seat, who: Acting) -> list[Account]:
    """Who else holds the role that a seat asks for."""
    if not seat.role or seat.unit is None:
        return []
    held = Grant.objects.with_scopes_disabled().filter(Grant.HELD, role=seat.role, unit=seat.unit)
    rows = Account.objects.filter(pk__in=held.values("account"), is_active=True).exclude(pk=who.person)
    return list(rows.order_by("pinyin")[:100])
