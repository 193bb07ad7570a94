"""The page on which a figure's table is published: what would be told, what was told before, and the sheet."""

from operator import itemgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from jiangtai.kernel import clock
from jiangtai.web import Column, Crumb, Empty, Tab, TableSection, TemplateSection, export, page

from .. import publishing
from ..periods import Frame, Period
from ..publishing import NESTED, Published
from .asking import frame_of, note_of
from .figures import NO_LAKE, FigurePage

SHOWN, LAST = 200, 10


class PublishPage(FigurePage):
    """A figure's table as the public may see it; what leaves is remembered, so that no later one gives it away."""

    permission, title, parents = "figures.view", "对外公布", ("figures.list",)

    @property
    def groupings(self) -> tuple[str, ...]:
        """Also two levels of units at once."""
        below, *others = super().groupings
        return (below, NESTED, *others)

    def get_title(self) -> str:
        """Of which figure."""
        return f"对外公布“{self.object.label}”"

    def get_crumbs(self) -> list[Crumb]:
        """Through the figure."""
        return [*super().get_crumbs(), Crumb(self.object.label, reverse("figures.show", args=[self.object.key]))]

    def asked_frame(self) -> Frame:
        """What is over, else the last month; and as it stands today: it is not cut off at a day of one's choice."""
        today = clock.today()
        return frame_of(self.request.GET.get("period", "") or Period.month_of(today).before.text)

    def sections(self) -> list[Any]:
        """By what, the table, and what was published before."""
        if self.lake is None:
            return [TableSection("", (), [], NO_LAKE)]
        made, trouble = None, ""
        try:
            made = publishing.published(
                self.lake, self.object, self.scope.unit, self.frame, self.by, publishing.earlier(self.object)
            )
        except ValidationError as error:
            trouble = "；".join(error.messages)
        context = {"made": made, "trouble": trouble, "views": self._views(), "shown": SHOWN,
                   "rows": made.rows[:SHOWN] if made else [],
                   "is_of_people": self.object.is_of_people, "sign": self.object.somebody,
                   "is_of_period": self.object.measure.rows.is_of_period}  # fmt: skip
        return [TemplateSection("indicators/publish.html", context, "要公布的表", self._words()), self._earlier()]

    def _views(self) -> list[Any]:
        return [Tab(publishing.named(key), self._address(by=key), key == self.by) for key in self.groupings]

    def _earlier(self) -> TableSection:
        rows = [row for row in publishing.earlier(self.object) if self.acting.reach.holds(row.at_unit.path)][:LAST]
        columns = (
            Column("made_at", "公布日期", publishing.day_of),
            Column("at_unit", "公布单位"),
            Column("period", "期间", lambda row: Period.parse(row.period).label, note=lambda row: f"截至 {row.as_of}"),
            Column("by", "分组", lambda row: publishing.named(row.by)),
        )
        return TableSection("以前公布的", columns, rows, Empty("还没有公布过", "公布过的表会列在这里。"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Publish it, and give the sheet."""
        if self.lake is None or request.POST.get("do") != "publish":
            raise Http404
        try:
            found = publishing.publish(self.lake, self.object, self.scope.unit, self.frame, self.by)
        except ValidationError:
            return self.render(422)
        return self._sheet(found)

    def _sheet(self, found: Published) -> HttpResponseBase:
        columns = [Column(str(place), head, itemgetter(place)) for place, head in enumerate(found.heads)]
        more = [*self._note(), ("说明", found.note)]
        return export(self, found.rows, columns, f"{self._words()}，按{publishing.named(self.by)}，对外公布", more)

    def _note(self) -> list[tuple[str, Any]]:
        return note_of(self.object, self.lake)

    def _address(self, **changed: str) -> str:
        return f"{reverse('figures.publish', args=[self.object.key])}?{self._asked(**changed)}"


routes = [page("office/figures/<str:key>/publish/", PublishPage, "figures.publish")]
