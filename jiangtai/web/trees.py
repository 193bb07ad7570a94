"""The tree page: branches open one at a time, a hundred children at once; half a million nodes are fine.

class UnitTree(TreePage):
    permission, title = "units.view", "组织架构"

    def children(self, parent_id, offset):
        units, total = child_units(self.acting, parent_id, offset, TreePage.step)
        return Branch([Node(str(unit.pk), unit.name, note=unit.kind_label, has_children=unit.child_count > 0,
                            url=reverse("units.show", args=[unit.pk])) for unit in units], total)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from .pages import Page
from .values import Empty, Tag


@dataclass(frozen=True)
class Node:
    """One node of a tree."""

    id: str
    label: str
    note: str = ""
    url: str = ""
    has_children: bool = False
    tags: Sequence[Tag] = ()


@dataclass(frozen=True)
class Branch:
    """Some children of one parent, and how many it has in all."""

    nodes: Sequence[Node]
    total: int


class TreePage(Page):
    """A tree; see the module's example."""

    template: ClassVar[str] = "web/tree.html"
    step: ClassVar[int] = 100
    most_open: ClassVar[int] = 30
    """How many branches one address may hold open where no script runs."""
    empty: ClassVar[Empty] = Empty("这里还没有内容")

    def children(self, parent_id: str | None, offset: int) -> Branch:
        """Up to `step` children of a parent (None: the top) from `offset` on, within the account's scope."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say what hangs below a node: write `children`")

    def opened(self) -> Sequence[str]:
        """The branches open at first."""
        return ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The whole tree, or one branch for a script that asks for it."""
        if "under" in request.GET and request.headers.get("HX-Request"):
            return self._branch(request.GET["under"] or None)
        return super().get(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        """The tree with the branches open that the address names."""
        self.open_ids = list(dict.fromkeys(self.request.GET.getlist("open") or self.opened()))[: self.most_open]
        top = self._draw(None, _number(self.request.GET.get("from")), 1)
        return {
            **super().get_context(),
            "top": top,
            "empty": self.offered(self.empty),
            "tree_label": self.get_title(),
        }

    def _branch(self, parent_id: str | None) -> HttpResponse:
        self.open_ids = []
        offset, level = _number(self.request.GET.get("from")), max(1, _number(self.request.GET.get("level")))
        drawn = self._draw(parent_id, offset, level)
        return render(self.request, "web/parts/branch.html", {"branch": drawn, "page": self})

    def _draw(self, parent_id: str | None, offset: int, level: int) -> dict[str, Any]:
        branch = self.children(parent_id, offset)
        upto = offset + len(branch.nodes)
        return {
            "items": [
                self._item(node, offset + place, branch.total, level)
                for place, node in enumerate(branch.nodes, start=1)
            ],
            "rest": branch.total - upto,
            "more": urlencode({"under": parent_id or "", "from": upto, "level": level}),
            "more_plain": urlencode([("from", upto), *[("open", one) for one in self.open_ids]]),
            "is_top": parent_id is None,
            "level": level,
        }

    def _item(self, node: Node, place: int, total: int, level: int) -> dict[str, Any]:
        is_open = node.has_children and node.id in self.open_ids
        others = [one for one in self.open_ids if one != node.id]
        return {
            "node": node,
            "place": place,
            "total": total,
            "level": level,
            "is_open": is_open,
            "branch": self._draw(node.id, 0, level + 1) if is_open else None,
            "ask": urlencode({"under": node.id, "level": level + 1}),
            "toggle": urlencode([("open", one) for one in (others if is_open else [*self.open_ids, node.id])]),
        }


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
