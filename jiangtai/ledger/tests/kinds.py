"""Facts that only the tests of this room know."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from jiangtai.ledger import FactId, PersonId, UnitId, Until, fact


class Level(Enum):
    """A grade."""

    ONE = "one"
    TWO = "two"


@fact
class BadgeGiven:
    """A person was given a badge (发给徽章)."""

    basis = "ours"
    personal = ("nickname",)
    ended_by = ("BadgeTaken", Until("until"))

    person: PersonId
    unit: UnitId
    level: Level
    nickname: str | None = None
    worth: Decimal | None = None
    until: date | None = None
    on: date


@fact
class BadgeTaken:
    """A badge was taken back (收回徽章)."""

    basis = "ours"
    personal = ()
    ended_by = ()
    ends = "badge"

    person: PersonId
    badge: FactId
    on: date


@fact
class Greeted:
    """A person was greeted (问候)."""

    basis = "ours"
    personal = ()
    ended_by = ()

    person: PersonId
    on: date


@fact
class Remarked:
    """Something was remarked of a person (评语)."""

    basis = "ours"
    personal = ()
    ended_by = ()

    person: PersonId
    words: str
    times: int | None = None
    is_kind: bool = False
    at: datetime | None = None
    on: date
