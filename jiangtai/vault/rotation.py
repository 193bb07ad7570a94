"""New installation keys take over: subject keys are wrapped anew, indexes computed anew, values stay as they are."""

from django.db import transaction

from jiangtai.kernel import crypto

from .keys import keyring, subject_key
from .models import Entry, SubjectKey

_BATCH = 1_000


def rotate(purpose: str) -> int:
    """Make a new key for `wrap` or `blind` and bring every row under it; how many rows. The old key stays readable."""
    if purpose not in ("wrap", "blind"):
        raise crypto.CryptoError("可以轮换的密钥用途是 wrap（主体密钥）和 blind（盲索引）")
    keyring().rotate(purpose)
    with transaction.atomic():
        return _rewrap() if purpose == "wrap" else _reindex()


def _rewrap() -> int:
    ring, rows = keyring(), 0
    for row in SubjectKey.objects.select_for_update().iterator(_BATCH):
        material = crypto.decrypt(ring, bytes(row.wrapped), context=row.subject.bytes)
        row.wrapped = crypto.encrypt(ring.active("wrap"), material, context=row.subject.bytes)
        row.save(update_fields=("wrapped",))
        rows += 1
    return rows


def _reindex() -> int:
    ring, rows = keyring(), 0
    for entry in Entry.objects.select_for_update().filter(blind__isnull=False).iterator(_BATCH):
        key = subject_key(entry.subject)
        if key is None:
            continue
        context = entry.subject.bytes + entry.field.encode()
        value = crypto.decrypt(key, bytes(entry.ciphertext), context=context).decode()
        entry.blind = crypto.blind_index(ring.active("blind"), value, context=entry.field.encode())
        entry.save(update_fields=("blind",))
        rows += 1
    return rows
