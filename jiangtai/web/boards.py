"""Boards are places on a home page that other rooms fill by registering.

@panel(order=20, permission="units.view")
def my_units(acting):
    return Panel("本级单位", "units/panel.html", {"units": units_near(acting)})

@figure(order=20, permission="credentials.view")
def issued_this_year(acting):
    return Stat("本年签发证书", str(count), "份", method="按签发日期计", url=f"{reverse('credentials.list')}?…")

@errand(order=10, permission=WORKER)
def claims(acting):
    return [Entry("申领技师培训补贴", "条件齐全，可申请", reverse("funds.claim"))]
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .doors import OFFICE, PUBLIC, WORKER, admits
from .values import Tag


@dataclass(frozen=True)
class Count:
    """A number in a panel's head and the rows that it counts: 今天到期 2."""

    label: str
    number: int
    url: str = ""


@dataclass(frozen=True)
class Panel:
    """A titled sheet on a home page, drawn by the room's own template.

    In the office a `wide` one takes the wide column; on the square one `aside` stands in the second column.
    `counts` stand in the head, each leading to its rows; `rest` is how many more there are than are drawn.
    """

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    url: str = ""
    wide: bool = False
    aside: bool = False
    counts: Sequence[Count] = ()
    rest: int = 0
    counted: str = "件"


@dataclass(frozen=True)
class Entry:
    """A line that leads somewhere: something to apply for, a message, a step of growth."""

    title: str
    note: str = ""
    url: str = ""
    tag: Tag | None = None
    at: datetime | None = None
    is_unread: bool = False


Source = Callable[[Any], Any]


class Board:
    """A place on a page, filled by functions of the acting account in their declared order."""

    def __init__(self, default: str) -> None:
        self.default = default
        self._sources: list[tuple[int, str, Source]] = []

    def __call__(self, order: int = 100, permission: str = "") -> Callable[[Source], Source]:
        """Register a function that returns what to show, or None."""

        def register(source: Source) -> Source:
            self._sources.append((order, permission or self.default, source))
            self._sources.sort(key=lambda one: one[0])
            return source

        return register

    def show(self, acting: Any) -> list[Any]:
        """What this account gets to see here, lists joined."""
        shown: list[Any] = []
        for _, permission, source in self._sources:
            found = source(acting) if admits(acting, permission) else None
            shown += found if isinstance(found, Sequence) else [] if found is None else [found]
        return shown


panel = Board(OFFICE)
"""The office's home: `Panel`s."""
pocket_panel = Board(WORKER)
"""The pocket's home: `Panel`s."""
figure = Board(OFFICE)
"""The office's home, above the panels: `Stat`s, each counted when asked and leading to the rows it counts."""
square_panel = Board(PUBLIC)
"""The square: `Panel`s."""
errand = Board(WORKER)
"""办事: `Entry`s."""
growth = Board(WORKER)
"""成长: `Panel`s."""
message = Board(WORKER)
"""消息: `Entry`s."""
