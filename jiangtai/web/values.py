"""The small things that pages show: each is a plain value, and each has one template under `web/parts/`."""

from dataclasses import dataclass, field
from datetime import date, datetime

from .acts import Act

TONES = ("plain", "ok", "warn", "bad", "info")


@dataclass(frozen=True)
class Tag:
    """A word with a light: the tone is also a shape, so that colour never speaks alone."""

    label: str
    tone: str = "plain"

    def __post_init__(self) -> None:
        if self.tone not in TONES:
            raise ValueError(f"a tag's tone is one of {TONES}, not {self.tone!r}")

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class Masked:
    """A value shown with its middle hidden; `url` is the `RevealPage` that shows it for a reason, if any."""

    text: str
    url: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Empty:
    """What a place says when it has nothing: what is the case, and what to do next."""

    title: str
    text: str = ""
    act: Act | None = None


@dataclass(frozen=True)
class Event:
    """One thing that happened, for a timeline; `now` marks what is waited for."""

    title: str
    when: datetime | date | str | None = None
    who: str = ""
    text: str = ""
    tone: str = "ok"
    now: bool = False
    link: str = ""
    """The address of what stands behind it, if the reader may open it."""
    link_label: str = ""
    proof: str = ""
    """The address of what proves it."""


@dataclass(frozen=True)
class Step:
    """One step of a procedure: done, current or still to come."""

    label: str
    note: str = ""
    state: str = "todo"


@dataclass(frozen=True)
class Tab:
    """One of several views of the same thing."""

    label: str
    url: str
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Crumb:
    """One link of the way from the top to this page."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Stat:
    """A number with its unit, the method it is counted by, its source and its moment; it opens."""

    label: str
    value: str
    unit: str = ""
    method: str = ""
    source: str = ""
    as_of: str = ""
    note: str = ""
    url: str = ""
    tags: tuple[Tag, ...] = field(default=())
