"""Whom a fact is shown to: the rooms say on which of their pages it stands, and whose it is there; whoever reads it
there may prove it.
"""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.urls import reverse

from jiangtai.access import Acting

from .models import FactRow

Shows = Callable[[FactRow, Acting], str | None]
"""Whose the fact is, as a page of this room says it; "" where it does not, None where it shows the fact on none."""
T = TypeVar("T", bound=Shows)
_SHOWS: list[Shows] = []


def shows(told: T) -> T:
    """Register whether a fact stands on a page of this room that who acts may open, and whose it is there."""
    _SHOWS.append(told)
    return told


def whose(row: FactRow, who: Acting) -> str | None:
    """What the pages that show it to who acts say of whose it is; None where no page does."""
    found = [said for told in _SHOWS if (said := told(row, who)) is not None]
    return "；".join(dict.fromkeys(filter(None, found))) if found else None


def proof_url(fact: UUID, who: Acting) -> str:
    """Where whoever is shown a fact finds its proof."""
    return reverse("facts.own" if who.is_worker else "facts.proof", args=[fact])
