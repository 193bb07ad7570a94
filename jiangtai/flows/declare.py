"""How a flow is declared: keyed by step, in the regulation's order; one line says who acts, on what, and to where."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from jiangtai.access import ROLES, Account
from jiangtai.kernel import basis_words, parameters
from jiangtai.kernel import declare as enter

if TYPE_CHECKING:
    from uuid import UUID

    from .models import Case

Outcomes = Mapping[str, str]
_LABEL = re.compile(r"[（(]([^()（）]*[\u4e00-\u9fff][^()（）]*)[)）]")


class FlowError(TypeError):
    """A flow is declared incompletely; the message says what is missing and where."""


@dataclass(frozen=True)
class Desk:
    """Who is asked: holders of a role, at the place that `where` finds for a case."""

    where: str
    role: str = ""
    others: tuple[str, ...] = ()
    """Who is asked instead where nobody there holds the role, in this order."""
    of: Callable[["Case"], Iterable[Account]] | None = None
    called: str = ""
    """Whom a case itself names, and what they are called."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that may answer here, the first first."""
        return (self.role, *self.others)

    def role_of(self, held: Collection[str]) -> str:
        """The first of its roles that somebody holds, or nothing."""
        return next((role for role in self.roles if role and role in held), "")

    @property
    def label(self) -> str:
        """As users read it."""
        who = ROLES[self.role].label if self.role else ""
        return {
            "own": who,
            "itself": f"单位{who}",
            "street": f"街道（功能区）{who}",
            "superior": "逐级上级单位",
            "applicant": "申报单位",
            "root": who,
            "host": f"主办单位{who}",
            "named": f"{self.called}或{who}",
        }.get(self.where, {"consulted": "会办部门", "judges": "评委", "opener": "申请人"}.get(self.where, who))


def own(role: str) -> Desk:
    """At the subject's own unit or the union that serves it; where nobody there holds the role, the nearest above."""
    return Desk("own", role)


def itself(role: str, *others: str) -> Desk:
    """At the subject's own unit, never above, even where nobody has an account there: it may answer by a link
    or in a letter."""
    return Desk("itself", role, others)


def street(role: str) -> Desk:
    """At the street or park above the subject's unit."""
    return Desk("street", role)


def root(role: str, *others: str) -> Desk:
    """At the installation's root; as a first step's desk others may open too, where the domain lets them."""
    return Desk("root", role, others)


def named(of: Callable[["Case"], Iterable[Account]], called: str, role: str) -> Desk:
    """Whoever the case itself names, and the holders of a role at the root, who stand in for them."""
    return Desk("named", role, of=of, called=called)


def superior(role: str, *others: str) -> Desk:
    """At each unit between the subject's own and the root, from below upwards: the step leads to itself as long as a
    level is left at which somebody holds one of the roles."""
    return Desk("superior", role, others)


def applicant(role: str, *others: str) -> Desk:
    """At the unit that applies for itself, or the union that serves it: what is sent back comes back to whoever
    applied."""
    return Desk("applicant", role, others)


def host(role: str) -> Desk:
    """At the unit that holds the round."""
    return Desk("host", role)


def consulted(role: str) -> Desk:
    """At each of the units that the round consults."""
    return Desk("consulted", role)


JUDGES = Desk("judges")
OPENER = Desk("opener")


@dataclass(frozen=True)
class Condition:
    """One condition: met, not met, or unknown, with what decides and the clause it stands on."""

    label: str
    holds: bool | None
    basis: str
    says: str = ""

    @property
    def basis_words(self) -> str:
        """The clause as users read it."""
        return basis_words(self.basis)


@dataclass(frozen=True)
class Check:
    """A pure rule and the query that feeds it; a forward outcome needs that no condition fails."""

    rule: Callable[..., list[Condition]]
    of: Callable[["Case"], dict[str, Any]]


@dataclass(frozen=True)
class Step:
    """A place where a case can be."""

    label: str

    @property
    def outcomes(self) -> Outcomes:
        """Where it can lead: step -> what the user reads."""
        return getattr(self, "to", {})

    @property
    def targets(self) -> tuple[str, ...]:
        """Every step that this one names."""
        return tuple(self.outcomes)


@dataclass(frozen=True, kw_only=True)
class Task(Step):
    """One desk decides."""

    by: Desk
    to: Outcomes
    form: type[Any] | None = None
    check: Check | None = None
    not_by: str = ""
    """The step whose decider may not decide this one."""
    due: str = ""
    by_letter: bool = False
    """Whether the office may record an answer that came in a letter; a joint check may always be answered so."""
    by_link: bool = False
    """Whether the unit that is asked may answer without an account, by a link that opens this one seat once."""
    offers: Callable[["Case"], set[str]] | None = None
    """Which of the outcomes a case is offered, where what a round settled leaves some out; without it, all."""
    back: tuple[str, ...] = ()
    """The outcomes that need no check and no form: 退回, 不予推荐; their reason is asked."""


@dataclass(frozen=True, kw_only=True)
class Joint(Step):
    """Several desks answer; of the outcomes they chose, the one listed last counts."""

    by: Desk
    to: Outcomes
    due: str = ""
    by_letter: bool = True


@dataclass(frozen=True, kw_only=True)
class Panel(Step):
    """Judges mark, each without seeing the others; the rule makes one score of the marks."""

    to: Outcomes
    seats: str
    rule: Callable[[list[Any]], Any]
    by: Desk = JUDGES
    recuse: Callable[..., str] | None = None
    """A pure rule over judge and nominee: why this judge may not mark, or nothing."""
    of: Callable[..., dict[str, Any]] | None = None
    lowest: int = 0
    highest: int = 100
    due: str = ""


@dataclass(frozen=True, kw_only=True)
class Ranking(Step):
    """The cases of a round are put in order, and the quota cuts; first outcome in, second out."""

    by: Desk
    to: Outcomes
    ties: str
    """The rule for equal scores as users read it; `order` carries it out."""
    order: Callable[[dict[str, Any]], Any]
    of: Callable[[list["Case"]], dict["UUID", dict[str, Any]]]
    """What the order asks of each, for all cases at once, by the case's id."""
    check: Callable[[list[dict[str, Any]]], list[Condition]] | None = None
    due: str = ""


@dataclass(frozen=True, kw_only=True)
class Notice(Step):
    """The names are shown for working days; an objection halts that case only, and leads to `objection`."""

    by: Desk
    days: str
    shows: tuple[str, ...]
    of: Callable[[list["Case"]], dict["UUID", dict[str, Any]]]
    """What is shown of each, for all cases at once, by the case's id."""
    objection: str
    to: Outcomes
    place: str = "square"
    """`square`, or `unit`: shown to the subject's own firm only."""
    due: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """Where it leads, the objection included."""
        return (*self.to, self.objection)


@dataclass(frozen=True, kw_only=True)
class Wait(Step):
    """Nobody acts until a day comes."""

    until: Callable[["Case"], date | None]
    to: Outcomes


@dataclass(frozen=True, kw_only=True)
class End(Step):
    """The case is over: the facts it records, and the one action that changes a living table with them."""

    records: Callable[["Case"], list[Any]]
    fact: type | None = None
    applies: Callable[["Case"], None] | None = None
    appeal: str = ""
    appeal_days: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """An appeal leads back."""
        return (self.appeal,) if self.appeal else ()


@dataclass(frozen=True)
class Paper:
    """A document that a round brings forth, such as the draft of a naming decision."""

    label: str
    kind: str
    """The key of a document kind."""
    of: Callable[[Any], dict[str, Any]]


class FirstDesk:
    """Whoever does the first step opens the case."""

    def __get__(self, _: Any, flow: "type[Flow]") -> Desk:
        """The desk of the first step."""
        desk: Desk = flow.steps[flow.first()].by  # type: ignore[attr-defined]
        return desk


class Flow:
    """How something comes about. Subclasses declare; Python refuses at load what does not fit together."""

    key: ClassVar[str]
    label: ClassVar[str]
    since: ClassVar[date]
    basis: ClassVar[str | tuple[str, ...]]
    about: ClassVar[str] = "person"
    opens = FirstDesk()
    in_rounds: ClassVar[bool] = True
    round_form: ClassVar[type[Any] | None] = None
    needs_approval: ClassVar[bool] = False
    papers: ClassVar[tuple[Paper, ...]] = ()
    hidden_from_own_unit: ClassVar[bool] = False
    """Whether its cases are never shown to the firm of their subject, as complaints are not: no list, no page, no file,
    no count, no message. Such a flow asks nobody at the firm, is in no round and shows no notice."""
    settles: ClassVar[Callable[[Any], dict[str, Any]] | None] = None
    """What a round's terms settle for good when it opens: later changes of the catalogue do not reach it."""
    place: ClassVar[Callable[[Any], Any] | None] = None
    """Where a worker's own case belongs, by the person's id; without it, at the employer."""
    rounds_at: ClassVar[str] = ""
    """The page where its rounds are made, where something beside the round has to be made with it."""
    offered: ClassVar[Callable[[Any], bool] | None] = None
    """Whether a worker is offered it on the phone, by the person's id; without it, everybody is."""
    steps: ClassVar[dict[str, Step]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found = {
            name: one for kind in reversed(cls.__mro__) for name, one in vars(kind).items() if isinstance(one, Step)
        }
        cls.steps = found
        _check(cls)
        _enter(cls)

    @classmethod
    def first(cls) -> str:
        """The step at which a case begins."""
        return next(iter(cls.steps))

    @classmethod
    def is_the_offices(cls) -> bool:
        """Whether the office opens such cases on its own and asks others: it applied for nothing itself."""
        return cls.opens.where in ("root", "host")

    @classmethod
    def begins(cls) -> tuple[str, int]:
        """The step that is filled in first, and in which turn: where the office opens, the one it asks for."""
        return (next(iter(cls.steps[cls.first()].outcomes)), 1) if cls.is_the_offices() else (cls.first(), 0)


_FLOWS: dict[str, list[type[Flow]]] = {}


def flows() -> Iterator[type[Flow]]:
    """The newest version of every flow, by key."""
    yield from (_FLOWS[key][-1] for key in sorted(_FLOWS))


def versions(key: str) -> list[type[Flow]]:
    """All versions of a flow, the oldest first."""
    return list(_FLOWS[key])


def flow_named(key: str, since: date | None = None) -> type[Flow]:
    """A flow in the version that began on a day, or the newest."""
    known = _FLOWS.get(key)
    if known is None:
        raise FlowError(f"no flow is called {key!r}")
    return next((one for one in known if one.since == since), known[-1]) if since else known[-1]


def flow_on(key: str, day: date) -> type[Flow]:
    """The version that a case opened on a day goes by."""
    begun = [one for one in _FLOWS.get(key, ()) if one.since <= day]
    if not begun:
        raise FlowError(f"flow {key!r} has no version in force on {day}")
    return begun[-1]


def _check(cls: type[Flow]) -> None:
    where = f"{cls.__module__}.{cls.__qualname__}"
    for needed in ("since", "basis"):
        if not hasattr(cls, needed):
            raise FlowError(f"{where} does not say `{needed}`")
    found = _LABEL.search(cls.__doc__ or "")
    if found is None:
        raise FlowError(f"{where} needs a docstring of one sentence with its Chinese name in （）")
    cls.label = found[1]
    if not cls.steps or not isinstance(next(iter(cls.steps.values())), Task):
        raise FlowError(f"{where}: the first step is the Task in which a case is opened")
    for name, step in cls.steps.items():
        _check_step(where, cls, name, step)
    _check_hidden(where, cls)
    _check_reached(where, cls)


def _check_step(where: str, cls: type[Flow], name: str, step: Step) -> None:
    at = f"{where}.{name}"
    for target in step.targets:
        if target not in cls.steps:
            raise FlowError(f"{at} leads to {target!r}, which is not a step")
    if not isinstance(step, End) and not step.outcomes:
        raise FlowError(f"{at} leads nowhere: say `to=`, or make it an End")
    desk = getattr(step, "by", None)
    if desk is not None and desk.role and desk.role not in ROLES:
        raise FlowError(f"{at} is done by {desk.role!r}, and no role is called so")
    if isinstance(step, Task):
        if step.not_by and not isinstance(cls.steps.get(step.not_by), Task):
            raise FlowError(f"{at} may not be decided by whoever decided {step.not_by!r}, which is not a Task")
        if step.not_by and step.by_link:
            raise FlowError(f"{at}: whoever answers by a link is nobody's account, and `not_by` cannot tell them apart")
        if any(role not in ROLES for role in step.by.others):
            raise FlowError(f"{at} may be done by {', '.join(step.by.others)}, and not all of these are roles")
        if set(step.back) - set(step.to):
            raise FlowError(f"{at}: `back` names what is not among its outcomes")
    if isinstance(step, Ranking) and len(step.to) != 2:
        raise FlowError(f"{at}: a ranking has two outcomes, in and out")
    for number in ("due", "days", "seats", "appeal_days"):
        key = getattr(step, number, "")
        if key:
            try:
                parameters.registry.get(key)
            except parameters.ParameterError as error:
                raise FlowError(f"{at}: {error}") from error


def _check_hidden(where: str, cls: type[Flow]) -> None:
    if not cls.hidden_from_own_unit:
        return
    if cls.in_rounds:
        raise FlowError(f"{where} is hidden from the subject's firm, and a round's numbers are everybody's")
    for name, step in cls.steps.items():
        if isinstance(step, Notice | Ranking | Panel):
            raise FlowError(f"{where}.{name} would show a case that is hidden from the subject's firm")
        if getattr(step, "by", OPENER).where == "own":
            raise FlowError(f"{where}.{name} asks the subject's own firm, from which the case is hidden")
    if cls.opens.where == "own":
        raise FlowError(f"{where} is opened by the subject's own firm, from which its cases are hidden")


def _check_reached(where: str, cls: type[Flow]) -> None:
    reached, ahead = set(), [cls.first()]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += cls.steps[name].targets
    if missing := [name for name in cls.steps if name not in reached]:
        raise FlowError(f"{where}.{missing[0]} is reached by no step")
    if not any(isinstance(cls.steps[name], End) for name in reached):
        raise FlowError(f"{where} never ends")


def _enter(cls: type[Flow]) -> None:
    parts = cls.__module__.split(".")
    place = parts[2] if parts[:2] == ["jiangtai", "domains"] else parts[-1]
    base = next((one for one in cls.__mro__[1:] if issubclass(one, Flow) and one is not Flow), None)
    cls.key = base.key if base else f"{place}.{cls.__name__}"
    known = _FLOWS.setdefault(cls.key, [])
    if base and cls.since <= base.since:
        raise FlowError(f"{cls.__module__}.{cls.__qualname__} changes {base.__qualname__} and must begin after it")
    twin = next((one for one in known if one.since == cls.since), None)
    if twin and twin.__module__ != cls.__module__:
        raise FlowError(f"{cls.key} is declared in {twin.__module__} and again in {cls.__module__}")
    known[:] = sorted([one for one in known if one.since != cls.since] + [cls], key=lambda one: one.since)
    basis = (cls.basis,) if isinstance(cls.basis, str) else tuple(cls.basis)
    enter("flow", cls.key, cls.label, basis, cls.__doc__ or "", cls.__module__)
