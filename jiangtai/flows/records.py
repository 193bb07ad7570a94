"""What a case holds in words and files: encrypted under its subject's key, so that erasing the subject erases it here.

Whatever somebody types or sends about a person goes through this one place: opinions and forms, the reasons of moves
and of handing over, objections and their answers, documents and letters with their names.
"""

import io
import json
import uuid
from collections.abc import Iterable
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder

from jiangtai import vault
from jiangtai.access import Refused, acting_as_job
from jiangtai.kernel import StoredFile, crypto, keep_file, open_file

from .models import Case

ERASED = "（已随本人注销）"
GONE = "本件的对象已经注销，不能再写入内容，系统会自动终止办理"
_SEALED = b"\x01"
"""How what is encrypted begins; no PDF, picture or Office file does."""


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


def read_each(kept: Iterable[tuple[Case, Any]]) -> list[dict[str, Any] | None]:
    """The same for many cases, each with its own, with one question for all keys."""
    rows = list(kept)
    with acting_as_job("办件"):
        keys = vault.subject_keys({case.subject for case, secret in rows if secret is not None})
    return [{} if one is None else _open(keys.get(case.subject), case.id, one) for case, one in rows]


def words(found: dict[str, Any] | None, name: str) -> str:
    """One of the kept sentences, or that it went with the person."""
    return ERASED if found is None else str(found.get(name) or "")


def seal(subject: uuid.UUID, path: str, place: uuid.UUID, values: dict[str, Any]) -> bytes:
    """Encrypt under a subject's key, for one place only."""
    text = json.dumps(values, ensure_ascii=False, cls=DjangoJSONEncoder)
    return crypto.encrypt(_key(subject, path), text.encode(), context=b"flows" + place.bytes)


def unseal(subject: uuid.UUID, place: uuid.UUID, secret: Any) -> dict[str, Any] | None:
    """What `seal` kept; None where the key is gone."""
    if secret is None:
        return {}
    with acting_as_job("办件"):
        key = vault.subject_key(subject)
    return _open(key, place, secret)


def is_erased(case: Case) -> bool:
    """Whether the subject was erased, and with it whatever was written about it."""
    return bool(vault.Erasure.objects.filter(subject=case.subject).exists())


def keep_paper(
    case: Case, upload: UploadedFile, called: str, *, allowed: set[str], most: int, by: uuid.UUID | None
) -> StoredFile:
    """A document of the case: its bytes encrypted, and under a name that does not tell whose it is."""
    key = _key(case.subject, case.unit.path)
    return keep_file(
        upload, allowed=allowed, max_bytes=most, by=by, name=called,
        seal=lambda content: crypto.encrypt(key, content, context=_paper(case)),
    )  # fmt: skip


def open_paper(case: Case, stored: StoredFile) -> BinaryIO | None:
    """The bytes of a document; None once the subject is erased, or the bytes were taken away."""
    try:
        with open_file(stored) as file:
            content = file.read()
    except FileNotFoundError:
        return None
    with acting_as_job("办件"):
        key = vault.subject_key(case.subject)
    if content.startswith(_SEALED):
        return io.BytesIO(crypto.decrypt(key, content, context=_paper(case))) if key else None
    return None if key is None and is_erased(case) else io.BytesIO(content)


def _key(subject: uuid.UUID, path: str) -> crypto.Key:
    with acting_as_job("办件"):
        try:
            return vault.ensure_key(subject, path)
        except vault.Erased as error:
            raise Refused(GONE) from error


def _paper(case: Case) -> bytes:
    return b"flows.paper" + case.id.bytes


def _open(key: crypto.Key | None, place: uuid.UUID, secret: Any) -> dict[str, Any] | None:
    if key is None:
        return None
    found: dict[str, Any] = json.loads(crypto.decrypt(key, bytes(secret), context=b"flows" + place.bytes))
    return found
