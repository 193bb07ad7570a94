"""Of what several sources say, the one value that the register shows, and the rule that chose it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

BY_HAND = "登记或更正"
"""The source of what somebody entered on a page or had put right, which no list undoes."""


@dataclass(frozen=True)
class Claim:
    """A source said so on a day."""

    value: str
    source: str
    rank: int
    on: date | None = None
    is_stale: bool = False
    by: UUID | None = None
    """The handed-in list that says so."""


@dataclass(frozen=True)
class Choice:
    """The value, the claim it stands on, why, and who says otherwise."""

    value: str
    claim: Claim
    rule: str
    others: tuple[Claim, ...] = ()


def chosen(claims: Sequence[Claim]) -> Choice | None:
    """What holds: what was put right by hand, else the fresh source of the best rank, the latest, the most agreed."""
    said = [claim for claim in claims if claim.value]
    if not said:
        return None
    agreed = {claim.value: sum(one.value == claim.value for one in said) for claim in said}

    def order(claim: Claim) -> tuple[bool, int, int, int, str, str]:
        day = claim.on.toordinal() if claim.on else 0
        return claim.is_stale, claim.rank, -day, -agreed[claim.value], claim.value, claim.source

    best, *rest = sorted(said, key=order)
    others = tuple(claim for claim in rest if claim.value != best.value)
    return Choice(best.value, best, _rule(best, rest, others), others)


def _rule(best: Claim, rest: Sequence[Claim], others: Sequence[Claim]) -> str:
    if best.source == BY_HAND:
        return "以登记或更正为准"
    if not rest:
        return "唯一来源"
    if not others:
        return "各来源一致"
    if any(claim.is_stale and claim.rank < best.rank for claim in others):
        return "优先来源已过期，取未过期的"
    if all(claim.rank > best.rank or claim.is_stale for claim in others):
        return "取优先来源"
    equals = [claim for claim in others if claim.rank == best.rank]
    return "取最近更新的" if any(claim.on != best.on for claim in equals) else "取多数来源一致的"
