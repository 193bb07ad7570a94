"""Erasing a subject destroys its key; the list of erasures lies with the keys, so that no restore undoes one."""

import json
import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.db import transaction

from jiangtai.kernel import Home, clock

from .models import Entry, Erasure, Mark, Place, SubjectKey


def erasure_list() -> Path:
    """The file that a restore reads before it serves."""
    return Home.current().keys / "erasures.jsonl"


def erase(subject: uuid.UUID, reason: str, by: uuid.UUID | None = None) -> None:
    """Make everything held of a subject unreadable, for good."""
    with transaction.atomic():
        Erasure.objects.get_or_create(subject=subject, defaults={"reason": reason, "by": by})
        _destroy([subject])
        _remember(subject, reason)


def erased_subjects() -> set[uuid.UUID]:
    """Everyone erased, as the database and the list beside the keys know it."""
    listed = erasure_list().read_text(encoding="utf-8").splitlines() if erasure_list().exists() else []
    known = {uuid.UUID(json.loads(line)["subject"]) for line in listed if line.strip()}
    return known | set(Erasure.objects.values_list("subject", flat=True))


def replay_erasures(subjects: Iterable[uuid.UUID]) -> int:
    """Erase again whoever an older backup brought back; how many keys had come back with it."""
    subjects = list(subjects)
    with transaction.atomic():
        returned = SubjectKey.objects.filter(subject__in=subjects).count()
        _destroy(subjects)
        known = set(Erasure.objects.values_list("subject", flat=True))
        missing = [subject for subject in subjects if subject not in known]
        Erasure.objects.bulk_create(Erasure(subject=subject, reason="恢复备份时重放擦除名单") for subject in missing)
    return returned


def _destroy(subjects: list[uuid.UUID]) -> None:
    SubjectKey.objects.filter(subject__in=subjects).delete()
    Entry.objects.filter(subject__in=subjects).delete()
    Place.objects.filter(subject__in=subjects).delete()
    Mark.objects.filter(subject__in=subjects).delete()


def _remember(subject: uuid.UUID, reason: str) -> None:
    erasure_list().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = json.dumps({"subject": str(subject), "at": clock.now().isoformat(), "reason": reason}, ensure_ascii=False)
    descriptor = os.open(erasure_list(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
