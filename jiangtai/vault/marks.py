"""Words by which a subject is found at each of its places: many words to a subject, many subjects to a word.

Two initials fit thousands in a city, so a mark carries the path itself: fingerprint and range of paths are one range of
one index, and a reader of one firm never walks through the namesakes of the others. The index holds the subject too:
whoever reaches everything reads it alone, and not a page of the table for every namesake.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from jiangtai.kernel import array, crypto

from .keys import keyring
from .models import Mark, Place, SubjectKey

_BYTES = 16
_PLACES = 2
"""At so many places most people stand: the firm and its union."""
_MARKS = "INSERT INTO vault_mark (subject, path, blind) SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bytea[])"


class Marked(NamedTuple):
    """Who was found, and whether there are more than were asked for."""

    subjects: list[uuid.UUID]
    has_more: bool


def mark(words: dict[uuid.UUID, Iterable[str]], field: str) -> None:
    """Let each of these subjects be found by these words at all its places, and by no others any more."""
    key, places = keyring().active("blind"), _places(words)
    Mark.objects.filter(subject__among=places).delete()
    index = crypto.indexer(key, field.encode(), _BYTES)
    rows = [
        (subject, path, blind)
        for subject, paths in places.items()
        for blind in map(index, set(words[subject]))
        for path in paths
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_MARKS, list(map(array, zip(*rows, strict=True))))


def marked(field: str, word: str, *, within: Sequence[tuple[str, str]], most: int) -> Marked:
    """The first subjects found by a word in these ranges of paths, in the order of their places."""
    blinds = [_blind(key, field, word) for key in keyring().of("blind")]
    asked, found = (most + 1) * _PLACES, dict[uuid.UUID, None]()
    is_cut = False
    for low, high in within:
        rows = Mark.objects.filter(blind__in=blinds, path__gte=low, path__lt=high).order_by("path", "subject")
        subjects = list(rows.values_list("subject", flat=True)[:asked])
        found |= dict.fromkeys(subjects)
        is_cut = is_cut or len(subjects) == asked
    return Marked(list(found)[:most], is_cut or len(found) > most)


def _places(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    found: dict[uuid.UUID, set[str]] = {}
    for model in (SubjectKey, Place):
        for subject, path in model.objects.filter(subject__among=list(subjects)).values_list("subject", "path"):
            found.setdefault(subject, set()).add(path)
    return found


def _blind(key: crypto.Key, field: str, word: str) -> bytes:
    return crypto.blind_index(key, word, context=field.encode(), length=_BYTES)
