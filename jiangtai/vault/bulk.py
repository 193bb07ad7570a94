"""Many subjects at once, for lists of millions: the same rows as one by one, written in a few statements."""

import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count

from jiangtai.kernel import array, clock, crypto, new_ids

from .keys import Erased, keyring
from .models import Entry, Erasure
from .store import context_of

_KEYS = (
    "INSERT INTO vault_subjectkey (subject, path, wrapped, made_at)"
    " SELECT *, %s FROM unnest(%s::uuid[], %s::text[], %s::bytea[])"
)
_ENTRIES = (
    "INSERT INTO vault_entry (id, made_at, subject, field, path, ciphertext, blind)"
    " SELECT id, %s, subject, field, path, ciphertext, blind FROM unnest"
    "(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bytea[], %s::bytea[])"
    " AS t(id, subject, field, path, ciphertext, blind)"
    " ON CONFLICT (subject, field) DO UPDATE SET ciphertext = EXCLUDED.ciphertext, blind = EXCLUDED.blind,"
    " path = EXCLUDED.path"
)
_PLACES = "INSERT INTO vault_place (subject, path) SELECT * FROM unnest(%s::uuid[], %s::text[])"
_WANTED = "(SELECT * FROM unnest(%(subjects)s::uuid[], %(paths)s::text[]) AS w(subject, path))"
_FIRST = "(SELECT * FROM unnest(%(whose)s::uuid[], %(first)s::text[]) AS w(subject, path))"
_MOVES = tuple(
    text.replace("WANTED", _WANTED).replace("FIRST", _FIRST)
    for text in (
        "UPDATE vault_subjectkey t SET path = f.path FROM FIRST f WHERE t.subject = f.subject AND t.path <> f.path",
        "UPDATE vault_entry t SET path = f.path FROM FIRST f WHERE t.subject = f.subject AND t.path <> f.path",
        "DELETE FROM vault_place t WHERE t.subject = ANY(%(whose)s::uuid[]) AND (t.subject, t.path) NOT IN WANTED",
        "DELETE FROM vault_place t USING FIRST f WHERE t.subject = f.subject AND t.path = f.path",
        "INSERT INTO vault_place (subject, path) SELECT w.subject, w.path FROM WANTED w JOIN FIRST f USING (subject)"
        " WHERE w.path <> f.path AND NOT EXISTS"
        " (SELECT FROM vault_place t WHERE t.subject = w.subject AND t.path = w.path)",
        "INSERT INTO vault_mark (subject, path, blind) SELECT DISTINCT m.subject, w.path, m.blind FROM vault_mark m"
        " JOIN WANTED w USING (subject) WHERE NOT EXISTS"
        " (SELECT FROM vault_mark t WHERE t.subject = w.subject AND t.path = w.path)",
        "DELETE FROM vault_mark t WHERE t.subject = ANY(%(whose)s::uuid[]) AND (t.subject, t.path) NOT IN WANTED",
    )
)


class Kept(NamedTuple):
    """One value of one subject; who has none of a blind index cannot be found by it."""

    subject: uuid.UUID
    field: str
    value: str
    path: str


def make_keys(places: Mapping[uuid.UUID, str]) -> dict[uuid.UUID, crypto.Key]:
    """New keys for subjects that have none, each lying at its path; whoever was erased gets none again."""
    if gone := Erasure.objects.filter(subject__among=places).values_list("subject", flat=True).first():
        raise Erased(str(gone))
    seal, made, wrapped = crypto.sealer(keyring().active("wrap")), {}, []
    for subject in places:
        material = secrets.token_bytes(32)
        made[subject] = crypto.Key.for_subject(str(subject), material)
        wrapped.append(seal(material, subject.bytes))
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [clock.now(), *map(array, (places, places.values(), wrapped))])
    return made


def put_many(kept: Iterable[Kept], sealers: Mapping[uuid.UUID, crypto.Sealer]) -> None:
    """Keep findable values of many subjects, replacing those before them; an empty one is no more found."""
    rows = list(kept)
    if not rows:
        return
    blinds = indexers({one.field for one in rows})
    secret = [sealers[one.subject](one.value.encode(), context_of(one.subject, one.field)) for one in rows]
    found = [blinds[one.field](one.value) if one.value else None for one in rows]
    columns = [[getattr(one, name) for one in rows] for name in ("subject", "field", "path")]
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [clock.now(), *map(array, (new_ids(len(rows)), *columns, secret, found))])


def place_many(more: Iterable[tuple[uuid.UUID, str]]) -> None:
    """Let new subjects also lie in the reach of these paths."""
    rows = list(more)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_PLACES, list(map(array, zip(*rows, strict=True))))


def place(subject: uuid.UUID, path: str, *more: str) -> None:
    """Let what is held of a subject lie in the reach of these units, and nowhere else."""
    place_all({subject: (path, *more)})


def place_all(places: Mapping[uuid.UUID, Sequence[str]]) -> None:
    """Let what is held of each subject lie in the reach of its paths, the first of them its home, and nowhere else."""
    pairs = [(subject, path) for subject, paths in places.items() for path in dict.fromkeys(paths)]
    if not pairs:
        return
    told: dict[str, Any] = {
        "subjects": array(subject for subject, _ in pairs), "paths": array(path for _, path in pairs),
        "whose": array(places), "first": array(paths[0] for paths in places.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for move in _MOVES:
            cursor.execute(move, told)


def indexers(fields: Iterable[str]) -> dict[str, crypto.Indexer]:
    """What makes the blind index of each field, with the key that writes now."""
    key = keyring().active("blind")
    return {field: crypto.indexer(key, field.encode()) for field in fields}


def find_many(field: str, values: Iterable[str]) -> dict[str, list[uuid.UUID]]:
    """Of every value the subjects within reach that hold it."""
    asked = set(values)
    makers = [crypto.indexer(key, field.encode()) for key in keyring().of("blind")]
    wanted = {index(value): value for index in makers for value in asked}
    found: dict[str, list[uuid.UUID]] = {}
    rows = Entry.objects.filter(field=field, blind__among=wanted).values_list("blind", "subject")
    for blind, subject in rows:
        found.setdefault(wanted[bytes(blind or b"")], []).append(subject)
    return found


def blinds_of(subjects: Iterable[uuid.UUID], fields: Iterable[str]) -> dict[uuid.UUID, dict[str, bytes]]:
    """The blind indexes of many subjects: enough to see that a value is the same, too little to read it."""
    found: dict[uuid.UUID, dict[str, bytes]] = {}
    rows = Entry.objects.filter(subject__among=subjects, field__in=list(fields), blind__isnull=False)
    for subject, field, blind in rows.values_list("subject", "field", "blind"):
        found.setdefault(subject, {})[field] = bytes(blind or b"")
    return found


def count_many(field: str, values: Iterable[str]) -> dict[str, int]:
    """Of every value how many subjects within reach hold it, as the newest key indexes it."""
    index = indexers([field])[field]
    wanted = {index(value): value for value in values}
    rows = Entry.objects.filter(field=field, blind__among=wanted).values_list("blind").annotate(n=Count("id"))
    return {wanted[bytes(blind or b"")]: n for blind, n in rows}
