"""The detail page: one object in sections of label and value, with its life beside it and what can be done.

class UnitPage(DetailPage):
    permission, title = "units.view", "单位"
    parents = ("units.list",)

    def objects(self):
        return Unit.objects.within(self.acting)

    def get_title(self):
        return self.object.name

    def sections(self):
        return [Section("基本情况", [Value("全称", self.object.name),
                                 Value("信用代码", self.object.code, source="市场监管 2026-10")])]

    def events(self):
        return [Event("更名", when=change.on, who=change.by) for change in self.object.history()]
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from .acts import Act
from .columns import Column, as_text
from .pages import ObjectMixin, Page
from .values import Empty, Event, Masked, Step, Tab, Tag


@dataclass(frozen=True)
class Value:
    """A label and what stands beside it; `source` says where the value came from."""

    label: str
    value: Any = None
    source: str = ""
    url: str = ""

    @property
    def kind(self) -> str:
        """How the template draws it."""
        return {Tag: "tag", Masked: "masked"}.get(type(self.value), "text")

    @property
    def text(self) -> str:
        """The value as people write it."""
        return as_text(self.value)


@dataclass(frozen=True)
class Section:
    """A titled sheet of values."""

    title: str
    values: Sequence[Value]
    note: str = ""
    acts: Sequence[Act] = ()
    template = "web/sections/values.html"


@dataclass(frozen=True)
class TableSection:
    """A titled sheet with a short table; columns are those of lists."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Any]
    empty: Empty = field(default_factory=lambda: Empty("暂无"))
    note: str = ""
    acts: Sequence[Act] = ()
    total: int = 0
    """How many there are, where only the first are shown."""
    more: str = ""
    """The address of the whole list, where there is one."""
    template = "web/sections/table.html"

    @property
    def lines(self) -> list[list[dict[str, Any]]]:
        """The cells, row by row."""
        return [[column.cell(row) for column in self.columns] for row in self.rows]


def head_of(rows: Any, most: int) -> dict[str, Any]:
    """The first of a queryset's rows and how many there are, as a `TableSection` takes them."""
    shown = list(rows[:most])
    return {"rows": shown, "total": rows.count() if len(shown) == most else len(shown)}


@dataclass(frozen=True)
class TemplateSection:
    """A sheet that a room draws by its own template."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    note: str = ""
    acts: Sequence[Act] = ()


class DetailPage(ObjectMixin, Page):
    """One object; see the module's example."""

    template: ClassVar[str] = "web/detail.html"
    is_listed: ClassVar[bool] = False
    life_title: ClassVar[str] = "经过"

    def sections(self) -> Sequence[Any]:
        """What is known of it."""
        return ()

    def events(self) -> Sequence[Event]:
        """What happened to it, the latest first."""
        return ()

    def steps(self) -> Sequence[Step]:
        """Where it stands in its procedure, if it is in one."""
        return ()

    def tabs(self) -> Sequence[Tab]:
        """Its several views, if it has any."""
        return ()

    def reference(self) -> str:
        """Its number, shown at the far end of the heading."""
        return ""

    def get_context(self) -> dict[str, Any]:
        """Sections with the acts this account may do, life, steps and tabs."""
        return {
            **super().get_context(),
            "object": self.object,
            "sections": [self._drawn(one) for one in self.sections()],
            "events": self.events(),
            "steps": self.steps(),
            "tabs": self.tabs(),
            "reference": self.reference(),
            "life_title": self.life_title,
        }

    def _drawn(self, section: Any) -> dict[str, Any]:
        empty = getattr(section, "empty", None)
        return {
            "section": section,
            "acts": self._open(section.acts),
            "empty": self.offered(empty) if empty else None,
        }

    def _open(self, acts: Sequence[Act]) -> list[Act]:
        return [act for act in acts if act.is_open_to(self.acting)]
