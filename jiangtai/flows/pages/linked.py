"""A unit answers at a seat by a link: no account, this one thing, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse

from jiangtai.access import acting_by_link, current, links
from jiangtai.kernel import clock
from jiangtai.web import PUBLIC, Crumb, page

from .. import engine, subjects
from ..models import Case
from . import seatform
from .cases import CaseForm, what_is_asked


class AnswerByLink(CaseForm):
    """The seat's form, its documents and its buttons, for whoever holds the link."""

    permission, title, face, template, is_listed = PUBLIC, "单位填报", "bare", "flows/by_link.html", False
    place = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Act as the link's bearer for this request only."""
        with self._as_bearer():
            return super().dispatch(request, *args, **kwargs)

    @contextmanager
    def _as_bearer(self) -> Iterator[None]:
        self.link = links.look("seat", self.kwargs["token"])
        self.asked = engine.of_link(self.link)
        assert self.asked.unit
        with acting_by_link(self.asked.unit, f"{self.asked.unit}（链接）", self.asked.pk):
            yield

    def prepare(self) -> None:
        """The bearer acts, and nobody who happens to be signed in here."""
        self.acting = current()
        self.kwargs["id"] = self.asked.case_id
        super().prepare()

    def objects(self) -> Any:
        """The one case."""
        return Case.unscoped.filter(pk=self.asked.case_id).select_related("unit", "round__host", "opened_by")

    def get_title(self) -> str:
        """What is asked of whom."""
        return f"{self.asked.unit} · {what_is_asked(self.object)}"

    def get_crumbs(self) -> list[Crumb]:
        """There is nowhere else to go."""
        return []

    def back_url(self) -> str:
        """The same page: what was kept is there."""
        return self.request.path

    def next_url(self, saved: Any) -> str:
        """Back to the form, where a draft was kept."""
        return self.request.path

    def get_context(self) -> dict[str, Any]:
        """The seat, its buttons, its deadline, and why it came back."""
        return {
            **super().get_context(), "seat": self.seat, "step": self.step, "returned": self.returned(),
            "buttons": seatform.buttons(self.step, self.object) if self.seat else [], "due": self.asked.due,
            "host": self.object.round.host if self.object.round else self.object.opened_unit,
        }  # fmt: skip

    def returned(self) -> dict[str, str]:
        """Which unit sent it back and why: whoever holds a link is told no names."""
        found, one = super().returned(), self.life.returned()
        if one is None:
            return found
        day = f"{clock.day_of(one.made_at)}"
        return {**found, "by": f"{one.unit} {day}" if one.unit else day}

    def decide(self, seat: Any, sent: Any) -> Any:
        """Answer, and spend the link."""
        return engine.decide(
            seat.pk, sent.get("outcome", ""), data=sent, opinion=sent.get("opinion", ""), link=self.link
        )

    def done(self, saved: Any) -> HttpResponse:
        """Thanks, on a page that needs no account."""
        return self.render_as("flows/answered.html", saved=saved, what=what_is_asked(self.object),
                              unit=subjects.label(self.object), at=clock.now())  # fmt: skip


routes = [page("s/<str:token>/", AnswerByLink, "cases.by_link")]
