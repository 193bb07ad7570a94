"""What a page about a desk's five figures begins with: the lake, the period, the five and how they stand."""

from functools import cached_property
from typing import Any

from django.http import Http404

from jiangtai.access import root
from jiangtai.web import Page

from .. import answers
from ..cockpit import Card, Cockpit
from ..declare import Indicator
from ..desks import desk_of, is_open_to, watched_at
from ..periods import PeriodError
from ..targets import lights_of
from .asking import age_of, frame_of, number_of, opened


class DeskPage(Page):
    """A page about the five figures of the desk at which one sits."""

    def prepare(self) -> None:
        """The lake as it stands, and the period asked for."""
        try:
            self.frame = frame_of(self.request.GET.get("period", ""))
        except PeriodError as error:
            raise Http404 from error
        self.lake = opened()
        if self.lake is None:
            return
        answers.recall(self.lake, self.frame)
        self.board = Cockpit(self.lake, number_of(self.lake, self.acting), self.frame)

    def get_context(self) -> dict[str, Any]:
        """The age of what it tells."""
        return {**super().get_context(), **age_of(self.lake)}

    @cached_property
    def told_of(self) -> Any:
        """The unit that is told of: one's own, or the root for whoever reaches everything."""
        return root() if self.acting.reach.is_everything else self.acting.unit

    @cached_property
    def five(self) -> list[Indicator]:
        """The figures on this desk, as far as it is told of them."""
        return [one for one in watched_at(desk_of(self.acting)) if is_open_to(one, self.acting)]

    @cached_property
    def cards(self) -> list[Card]:
        """The five with what they were, and their lights where they have targets."""
        may_see = self.told_of is not None and self.acting.may("targets.view")
        found = lights_of(self.told_of, self.frame.as_of, self.lake) if may_see else []
        standings = {one.indicator.key: one for one in found}
        return [self.board.card(one, standings.get(one.key)) for one in self.five]
