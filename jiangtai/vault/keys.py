"""The installation's keys lie in the home, apart from the data; a subject's own key is wrapped by them."""

import secrets
import uuid
from functools import lru_cache
from pathlib import Path

from jiangtai.kernel import Home, crypto

from .models import SubjectKey


def keyring() -> crypto.Keyring:
    """The keys of this installation."""
    return _load(Home.current().keys, _stamp(Home.current().keys))


def subject_key(subject: uuid.UUID) -> crypto.Key | None:
    """The key of a subject; None when there is none within reach, or it was destroyed."""
    row = SubjectKey.objects.filter(subject=subject).first()
    return _unwrapped(row) if row else None


def ensure_key(subject: uuid.UUID, path: str) -> crypto.Key:
    """The key of a subject, made on first use."""
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
