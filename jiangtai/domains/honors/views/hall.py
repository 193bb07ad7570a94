"""The square: the hall of craftsmen, each once with all titles, and one craftsman."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse

from jiangtai import people
from jiangtai.kernel import clock
from jiangtai.ledger import FactRow
from jiangtai.web import PUBLIC, Page, Panel, page, square_panel

from .. import queries
from ..models import HonorTitle
from . import rows

PAGE_SIZE, IN_PANEL, LONGEST_NAME = 24, 4, 50


@dataclass(frozen=True)
class Craftsman:
    """A person with what they hold, the highest first."""

    id: UUID
    name: str
    honors: list[FactRow]

    @property
    def tier(self) -> str:
        """The highest, as users read it."""
        return str(self.honors[0].fact.tier.label)

    @property
    def unit(self) -> str:
        """Where the person was when last named."""
        return str(max(self.honors, key=lambda row: row.day).unit.name)

    @property
    def since(self) -> int:
        """The year of the first honour."""
        return min(row.day for row in self.honors).year


def craftsmen_of(ids: list[UUID]) -> list[Craftsman]:
    """These persons as the public may see them, in this order; who was erased is not there."""
    held, names = rows.honors_held(ids), people.names_in_case(ids)
    return [
        Craftsman(one, names[one], held[one])
        for one in ids
        if one in held and names.get(one, queries.ERASED) != queries.ERASED
    ]


class Hall(Page):
    """Everyone who holds an honour today."""

    face, permission, title, template = "square", PUBLIC, "匠心堂", "honors/hall.html"
    keywords = "工匠名录 劳模 查工匠"

    def get_context(self) -> dict[str, Any]:
        """One page of craftsmen, as searched."""
        text = self.request.GET.get("q", "").strip()[:LONGEST_NAME]
        title = self.request.GET.get("title", "")
        options = self._options()
        found = Paginator(self._found(text, title), PAGE_SIZE).get_page(self.request.GET.get("page"))
        return {
            **super().get_context(),
            "text": text,
            "chosen": title if title in dict(options) else "",
            "options": options,
            "found": found,
            "total": found.paginator.count,
            "craftsmen": craftsmen_of([one["subject"] for one in found]),
            "address": self._address(),
            "as_of": clock.today(),
        }

    def _found(self, text: str, title: str) -> Any:
        found = rows.craftsmen()
        if title:
            found = found.filter(subject__in=rows.holding(title))
        if text:
            found = found.filter(subject__in=[*queries.named(text), *rows.holding_at(text)])
        return found

    def _options(self) -> list[tuple[str, str]]:
        counts = rows.holder_counts()
        known = HonorTitle.objects.exclude(kind=HonorTitle.Kind.PLAQUE).values_list("pk", "name")
        return [(str(pk), name) for pk, name in known if counts.get(str(pk))]

    def _address(self) -> str:
        query = self.request.GET.copy()
        query.pop("page", None)
        return f"{query.urlencode()}&" if query else ""


class CraftsmanPage(Page):
    """One craftsman: honours, certificates that anyone can check, and the deed as it was shown."""

    face, permission, title, template = "square", PUBLIC, "工匠", "honors/craftsman.html"
    is_listed = False

    def prepare(self) -> None:
        """Only who holds an honour today, and was not erased."""
        super().prepare()
        found = craftsmen_of([self.kwargs["id"]]) if rows.craftsmen().filter(subject=self.kwargs["id"]).exists() else []
        if not found:
            raise Http404
        self.one = found[0]

    def get_title(self) -> str:
        """The name."""
        return self.one.name

    def get_context(self) -> dict[str, Any]:
        """With the deed of the highest honour that has one."""
        told = next((deed for row in self.one.honors if (deed := rows.deed_of(row)).get("deed")), {})
        return {**super().get_context(), "one": self.one, "trade": told.get("trade", ""), "deed": told.get("deed", "")}


@square_panel(order=10)
def hall_panel(acting: Any) -> Panel | None:
    """The first of the hall, and the way in."""
    ids = [one["subject"] for one in rows.craftsmen()[: IN_PANEL + 1]]
    shown = craftsmen_of(ids[:IN_PANEL])
    if not shown:
        return None
    return Panel("匠心堂", "honors/hall_panel.html", {"craftsmen": shown, "url": reverse("honors.hall")})


routes = [
    page("craftsmen/", Hall, "honors.hall"),
    page("craftsmen/<uuid:id>/", CraftsmanPage, "honors.craftsman"),
]
