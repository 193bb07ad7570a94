"""The installation's keys lie in the home, apart from the data; a subject's own key is wrapped by them."""

import secrets
import uuid
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.db import connection

from jiangtai.kernel import Home, array, crypto

from .models import Erasure, SubjectKey

_WRAPPED = "SELECT subject, wrapped FROM vault_subjectkey WHERE subject = ANY(%s::uuid[])"


class Erased(ValueError):
    """Whoever was erased stays erased: nothing is kept about them again."""


def keyring() -> crypto.Keyring:
    """The keys of this installation."""
    folder = Home.current().keys
    return _load(folder, _stamp(folder))


def subject_key(subject: uuid.UUID) -> crypto.Key | None:
    """The key of a subject; None when there is none within reach, or it was destroyed."""
    return subject_keys([subject]).get(subject)


def subject_keys(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, crypto.Key]:
    """The keys of many subjects at once, where there is one within reach."""
    with connection.cursor() as cursor:
        cursor.execute(_WRAPPED, [array(subjects)])
        ring = keyring()
        return {subject: _unwrapped(ring, subject, wrapped) for subject, wrapped in cursor.fetchall()}


def ensure_key(subject: uuid.UUID, path: str) -> crypto.Key:
    """The key of a subject, made on first use; whoever was erased gets none again."""
    if Erasure.objects.filter(subject=subject).exists():
        raise Erased(str(subject))
    if key := subject_key(subject):
        return key
    made = _make(subject, path)
    return _unwrapped(keyring(), subject, made.wrapped)


def _unwrapped(ring: crypto.Keyring, subject: uuid.UUID, wrapped: bytes | memoryview) -> crypto.Key:
    material = crypto.decrypt(ring, bytes(wrapped), context=subject.bytes)
    return crypto.Key.for_subject(str(subject), material)


def _make(subject: uuid.UUID, path: str) -> SubjectKey:
    wrapped = crypto.encrypt(keyring().active("wrap"), secrets.token_bytes(32), context=subject.bytes)
    row, _ = SubjectKey.objects.get_or_create(subject=subject, defaults={"path": path, "wrapped": wrapped})
    return row


def _stamp(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=4)
def _load(folder: Path, stamp: int) -> crypto.Keyring:
    return crypto.Keyring.load(folder)
