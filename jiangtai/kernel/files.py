"""Files are kept by their content: looked at before they are trusted, stored once, never changed."""

import hashlib
import os
import secrets
import uuid
from pathlib import Path
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile

from . import filetypes
from .filetypes import FileRefused
from .home import Home
from .models import StoredFile

__all__ = ["FileRefused", "keep_file", "open_file"]
CHUNK = 1 << 20


def keep_file(upload: UploadedFile, *, allowed: set[str], max_bytes: int, by: uuid.UUID | None = None) -> StoredFile:
    """Check an upload by its content and keep it, or raise `FileRefused`."""
    name = Path(upload.name or "未命名").name[-200:]
    info = filetypes.inspect(cast(BinaryIO, upload), name, max_bytes=max_bytes, allowed=allowed)
    _store(upload, info.sha256)
    return StoredFile.objects.create(
        sha256=info.sha256, name=name, kind=info.kind, media_type=info.media_type, size=info.size, by=by
    )


def open_file(stored: StoredFile) -> BinaryIO:
    """The bytes of a kept file."""
    return _place(stored.sha256).open("rb")


def _place(sha256: str) -> Path:
    return Home.current().files / sha256[:2] / sha256


def _store(upload: UploadedFile, sha256: str) -> None:
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
