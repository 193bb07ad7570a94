"""Measures: what a plan is read into."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


class PlanRefused(ValueError):
    """A text cannot be read as a plan; the message says why and what to do."""


@dataclass(slots=True)
class Figure:
    """A number a measure names, with what it counts and how the real one is to stand to it."""

    text: str
    value: float | int
    unit: str
    comparator: str | None
    span: tuple[int, int]


@dataclass(slots=True)
class Action:
    """One sentence of what is to be done, and how strongly it is asked."""

    text: str
    span: tuple[int, int]
    force: str | None


@dataclass(slots=True)
class Measure:
    """One measure: its number and title, who leads and supports it, what is to be done, how much and by when."""

    number: int
    section: str
    title: str
    lead: list[str]
    support: list[str]
    open: bool
    actions: list[Action]
    figures: list[Figure]
    deadline: date | None
    span: tuple[int, int]

    def take(self, more: "Measure") -> None:
        """Take over what a further row of the same measure says."""
        self.lead += [name for name in more.lead if name not in self.lead]
        self.support += [name for name in more.support if name not in (*self.lead, *self.support)]
        self.open |= more.open
        self.actions += [one for one in more.actions if one not in self.actions]
        self.figures += [one for one in more.figures if one not in self.figures]
        self.deadline = max(filter(None, (self.deadline, more.deadline)), default=None)
        self.span = (self.span[0], more.span[1])


@dataclass(slots=True)
class Plan:
    """A plan as read: its title, the measures that name a unit, what its office should look at, and the text."""

    title: str
    measures: list[Measure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    text: str = ""

    def as_json(self) -> dict[str, Any]:
        """The plan in plain values, days in ISO; its places are those of `text`, which is not among them."""
        told = asdict(self)
        del told["text"]
        for one in told["measures"]:
            one["deadline"] = one["deadline"].isoformat() if one["deadline"] else None
        return told
