"""Whom a fact is shown to: the rooms say on which of their pages it stands; whoever reads it there may prove it."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.urls import reverse

from jiangtai.access import Acting

from .models import FactRow

Shows = Callable[[FactRow, Acting], bool]
T = TypeVar("T", bound=Shows)
_SHOWS: list[Shows] = []


def shows(told: T) -> T:
    """Register whether a fact stands on a page of this room that who acts may open."""
    _SHOWS.append(told)
    return told


def is_shown(row: FactRow, who: Acting) -> bool:
    """Whether any page shows it to who acts."""
    return any(told(row, who) for told in _SHOWS)


def proof_url(fact: UUID, who: Acting) -> str:
    """Where whoever is shown a fact finds its proof."""
    return reverse("facts.own" if who.is_worker else "facts.proof", args=[fact])
