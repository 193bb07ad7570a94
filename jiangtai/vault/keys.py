"""The installation's keys lie in the home, apart from the data; a subject's own key is wrapped by them."""

import secrets
import uuid
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from jiangtai.kernel import Home, crypto

from .models import Erasure, SubjectKey


class Erased(ValueError):
    """Whoever was erased stays erased: nothing is kept about them again."""


def keyring() -> crypto.Keyring:
    """The keys of this installation."""
    return _load(Home.current().keys, _stamp(Home.current().keys))


def subject_key(subject: uuid.UUID) -> crypto.Key | None:
    """The key of a subject; None when there is none within reach, or it was destroyed."""
    row = SubjectKey.objects.filter(subject=subject).first()
    return _unwrapped(row) if row else None


def subject_keys(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, crypto.Key]:
    """The keys of many subjects at once, where there is one within reach."""
    return {row.subject: _unwrapped(row) for row in SubjectKey.objects.filter(subject__in=list(subjects))}


def ensure_key(subject: uuid.UUID, path: str) -> crypto.Key:
    """The key of a subject, made on first use; whoever was erased gets none again."""
    if Erasure.objects.filter(subject=subject).exists():
        raise Erased(str(subject))
    return subject_key(subject) or _unwrapped(_make(subject, path))


def _unwrapped(row: SubjectKey) -> crypto.Key:
    material = crypto.decrypt(keyring(), bytes(row.wrapped), context=row.subject.bytes)
    return crypto.Key.for_subject(str(row.subject), material)


def _make(subject: uuid.UUID, path: str) -> SubjectKey:
    wrapped = crypto.encrypt(keyring().active("wrap"), secrets.token_bytes(32), context=subject.bytes)
    row, _ = SubjectKey.objects.get_or_create(subject=subject, defaults={"path": path, "wrapped": wrapped})
    return row


def _stamp(folder: Path) -> int:
    return folder.stat().st_mtime_ns if folder.exists() else 0


@lru_cache(maxsize=4)
def _load(folder: Path, stamp: int) -> crypto.Keyring:
    return crypto.Keyring.load(folder)
