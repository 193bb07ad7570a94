"""Files are kept by their content: looked at before they are trusted, stored once, never changed."""

import hashlib
import io
import os
import secrets
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile

from . import filetypes
from .filetypes import FileRefused
from .home import Home
from .models import StoredFile

__all__ = ["FileRefused", "forget_file", "keep_file", "open_file"]
CHUNK = 1 << 20


def keep_file(
    upload: UploadedFile,
    *,
    allowed: set[str],
    max_bytes: int,
    by: uuid.UUID | None = None,
    name: str = "",
    seal: Callable[[bytes], bytes] | None = None,
) -> StoredFile:
    """Check an upload by its content and keep it, or raise `FileRefused`.

    What is about a person comes with `seal`, which encrypts what is kept, and with a `name` that tells nothing: then
    the row's hash is that of the encrypted bytes, and nothing in clear outlives the key.
    """
    called = Path(upload.name or "未命名").name[-200:]
    info = filetypes.inspect(cast(BinaryIO, upload), called, max_bytes=max_bytes, allowed=allowed)
    kept, sha256 = _sealed(upload, seal) if seal else (cast(BinaryIO, upload), info.sha256)
    _store(kept, sha256)
    return StoredFile.objects.create(
        sha256=sha256, name=name or called, kind=info.kind, media_type=info.media_type, size=info.size, by=by
    )


def open_file(stored: StoredFile) -> BinaryIO:
    """The bytes of a kept file."""
    return _place(stored.sha256).open("rb")


def forget_file(stored: StoredFile) -> bool:
    """Take the bytes of a file away, unless another row keeps the same content; whether there were any."""
    place = _place(stored.sha256)
    if not place.exists() or StoredFile.objects.filter(sha256=stored.sha256).exclude(pk=stored.pk).exists():
        return False
    place.unlink()
    return True


def _sealed(upload: UploadedFile, seal: Callable[[bytes], bytes]) -> tuple[BinaryIO, str]:
    upload.seek(0)
    sealed = seal(upload.read())
    return io.BytesIO(sealed), hashlib.sha256(sealed).hexdigest()


def _place(sha256: str) -> Path:
    return Home.current().files / sha256[:2] / sha256


def _store(upload: BinaryIO, sha256: str) -> None:
    """Write the bytes whole or not at all; the same content is stored once."""
    place = _place(sha256)
    if place.exists():
        return
    Home.current().files.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.parent.mkdir(exist_ok=True, mode=0o700)
    draft = place.with_name(f".{secrets.token_hex(8)}")
    seen = hashlib.sha256()
    upload.seek(0)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := upload.read(CHUNK):
            seen.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if seen.hexdigest() != sha256:
        draft.unlink()
        raise FileRefused("上传过程中文件发生了变化，请重新上传")
    draft.replace(place)
