"""Put a value in, get it out, find who has it: nothing in clear ever reaches a table."""

import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Length, Substr

from jiangtai.kernel import crypto

from .keys import ensure_key, keyring, subject_key, subject_keys
from .models import Entry, Mark, Place, SubjectKey


class Taken(ValueError):
    """Another subject already holds a value that only one may hold."""


def put(subject: uuid.UUID, field: str, value: str, *, path: str = "", findable: bool = False) -> None:
    """Keep a value of a subject, replacing the one before it."""
    key = ensure_key(subject, path)
    values: dict[str, object] = {
        "path": path,
        "ciphertext": crypto.encrypt(key, value.encode(), context=context_of(subject, field)),
    }
    values["blind"] = _blind(field, value) if findable else None
    try:
        with transaction.atomic():
            Entry.objects.update_or_create(subject=subject, field=field, defaults=values)
    except IntegrityError as error:
        raise Taken(field) from error


def get(subject: uuid.UUID, field: str) -> str | None:
    """A value of a subject, or None where there is none within reach."""
    entry = Entry.objects.filter(subject=subject, field=field).first()
    key = subject_key(subject) if entry else None
    if entry is None or key is None:
        return None
    return crypto.decrypt(key, bytes(entry.ciphertext), context=context_of(subject, field)).decode()


def get_many(subjects: Iterable[uuid.UUID], field: str) -> dict[uuid.UUID, str]:
    """A value of many subjects at once, of those who have one within reach."""
    entries = list(Entry.objects.filter(subject__in=list(subjects), field=field))
    keys = subject_keys(entry.subject for entry in entries)
    return {
        entry.subject: crypto.decrypt(
            keys[entry.subject], bytes(entry.ciphertext), context=context_of(entry.subject, field)
        ).decode()
        for entry in entries
        if entry.subject in keys
    }


def find(field: str, value: str) -> list[uuid.UUID]:
    """The subjects within reach that hold exactly this value."""
    return list(Entry.objects.filter(field=field, blind__in=_blinds(field, value)).values_list("subject", flat=True))


def silence(subject: uuid.UUID) -> None:
    """Let a subject be found by none of its values; they stay readable."""
    Entry.objects.filter(subject=subject).update(blind=None)


def replant(old: str, new: str) -> None:
    """Let everything held within a branch follow it to its new place."""
    for model in (SubjectKey, Entry, Place, Mark):
        tail = Substr(F("path"), len(old) + 1, Length("path"))
        model.objects.filter(path__gte=old, path__lt=old + "~").update(path=Concat(Value(new), tail))


def _blind(field: str, value: str) -> bytes:
    return crypto.blind_index(keyring().active("blind"), value, context=field.encode())


def _blinds(field: str, value: str) -> list[bytes]:
    """By every key that is still read: what was kept under an older one is found too."""
    return [crypto.blind_index(key, value, context=field.encode()) for key in keyring().of("blind")]


def context_of(subject: uuid.UUID, field: str) -> bytes:
    """What a ciphertext is bound to: moved to another row, it does not open."""
    return subject.bytes + field.encode()
