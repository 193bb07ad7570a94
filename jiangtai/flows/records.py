"""What a case holds in words: encrypted under its subject's key, so that erasing the subject erases it here too."""

import json
import uuid
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from jiangtai import vault
from jiangtai.access import acting_as_job
from jiangtai.kernel import crypto

from .models import Case


def keep(case: Case, values: dict[str, Any]) -> bytes:
    """Values as the case stores them."""
    return seal(case.subject, case.unit.path, case.id, values)


def read(case: Case, secret: Any) -> dict[str, Any] | None:
    """Values as they were kept; None once the subject is erased. Whoever may open the case may read them."""
    return unseal(case.subject, case.id, secret)


def read_all(case: Case, secrets: list[Any]) -> list[dict[str, Any] | None]:
    """The same for many at once, with one question for the key."""
    with acting_as_job("办件"):
        key = vault.subject_key(case.subject) if any(one is not None for one in secrets) else None
    return [{} if one is None else _open(key, case.id, one) for one in secrets]


def seal(subject: uuid.UUID, path: str, place: uuid.UUID, values: dict[str, Any]) -> bytes:
    """Encrypt under a subject's key, for one place only."""
    with acting_as_job("办件"):
        key = vault.ensure_key(subject, path)
    text = json.dumps(values, ensure_ascii=False, cls=DjangoJSONEncoder)
    return crypto.encrypt(key, text.encode(), context=b"flows" + place.bytes)


def unseal(subject: uuid.UUID, place: uuid.UUID, secret: Any) -> dict[str, Any] | None:
    """What `seal` kept; None where the key is gone."""
    if secret is None:
        return {}
    with acting_as_job("办件"):
        key = vault.subject_key(subject)
    return _open(key, place, secret)


def _open(key: crypto.Key | None, place: uuid.UUID, secret: Any) -> dict[str, Any] | None:
    if key is None:
        return None
    found: dict[str, Any] = json.loads(crypto.decrypt(key, bytes(secret), context=b"flows" + place.bytes))
    return found
