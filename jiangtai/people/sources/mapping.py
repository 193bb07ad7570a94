"""Which column of a file holds which detail: proposed from the headings, confirmed once, remembered."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from jiangtai.access import Unit

from ..linking import files
from . import sheets
from .cells import LABELS
from .declare import Source
from .models import ColumnMap

UNUSED, PROBLEM = "", "问题"
"""What no detail stands in; the column in which we say what is wrong when we give a file back."""


@dataclass(frozen=True)
class Proposal:
    """For every column the detail it seems to hold, and whether somebody has to look at it."""

    fields: list[str]
    is_known: bool
    missing: list[str]


def known_headings(source: Source) -> dict[str, str]:
    """Every heading under which a source's details come, spelled plainly."""
    found: dict[str, str] = {}
    for column in source.columns:
        names = [column.title, LABELS[column.field], *column.also, *files.NAMES.get(column.field, ())]
        for name in names:
            found.setdefault(sheets.spelled(name), column.field)
    return found


def proposed(source: Source, unit: Unit, headings: Sequence[str]) -> Proposal:
    """What the columns hold: as it was confirmed before, else as the headings say."""
    remembered = ColumnMap.objects.filter(source=source.key, unit=unit, signature=signature(headings)).first()
    told = iter(remembered.fields if remembered else _guessed(source, theirs(headings)))
    fields = [UNUSED if is_ours(heading) else next(told) for heading in headings]
    missing = [column.field for column in source.columns if column.is_needed and column.field not in fields]
    is_template = theirs(headings) == [column.title for column in source.columns]
    return Proposal(fields, (remembered is not None or is_template) and not missing, missing)


def remember(source: Source, unit: Unit, headings: Sequence[str], fields: Sequence[str]) -> None:
    """Keep what somebody confirmed, for the next file with the same headings."""
    told = [field for heading, field in zip(headings, fields, strict=True) if not is_ours(heading)]
    ColumnMap.objects.update_or_create(
        source=source.key, unit=unit, signature=signature(headings), defaults={"fields": told}
    )


def is_ours(heading: str) -> bool:
    """Whether it is the column that we gave back: a file that was put right is still the same file."""
    return sheets.spelled(heading) == PROBLEM


def theirs(headings: Sequence[str]) -> list[str]:
    """The headings without ours."""
    return [heading for heading in headings if not is_ours(heading)]


def signature(headings: Sequence[str]) -> str:
    """Their headings in a few signs."""
    told = "\0".join(sheets.spelled(heading) for heading in theirs(headings))
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _guessed(source: Source, headings: Sequence[str]) -> list[str]:
    """The first column of a heading is taken; the same once more stays unused, for somebody to say."""
    names, taken, found = known_headings(source), set(), []
    for heading in headings:
        field = names.get(sheets.spelled(heading), UNUSED)
        found.append(UNUSED if field in taken else field)
        taken.add(field)
    return found
