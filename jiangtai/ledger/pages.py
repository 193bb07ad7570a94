"""The ledger on the square: its roots, day by day, for anyone to keep and to compare later."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from jiangtai.access import audit
from jiangtai.web import PUBLIC, Page, Panel, page, square_panel

from . import seals

MANY = 366


class Roots(Page):
    """The last root of each day."""

    face, permission, title, template = "square", PUBLIC, "账本封存", "ledger/roots.html"
    keywords, place = "账本 审计 根 封印 核验", None

    def get_context(self) -> dict[str, Any]:
        """A year of roots, how much waits for the next, and the audit's newest."""
        return {"roots": seals.roots(MANY), "tail": seals.tail(), "audited": audit.head()}


class RootsFile(Page):
    """The same for machines: whoever fetches it daily holds the seals outside."""

    face, permission, title, is_listed = "bare", PUBLIC, "账本封存（数据）", False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The roots, the newest first."""
        return JsonResponse({"seals": [seals.as_json(one) for one in seals.roots(MANY)]})


@square_panel(order=90)
def latest_roots(acting: Any) -> Panel | None:
    """When it was sealed last, and the way to the roots; the roots themselves are for those who ask."""
    newest = seals.head()
    shown = {"newest": newest}
    return Panel("账本封存", "ledger/panel.html", shown, url=reverse("ledger.roots"), aside=True) if newest else None


routes = [
    page("ledger/", Roots, "ledger.roots"),
    page(".well-known/jiangtai-ledger.json", RootsFile, "ledger.file"),
]
