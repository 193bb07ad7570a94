"""What of the lake counts: which files, up to which position; whatever it does not name is not there."""

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from jiangtai.kernel import Home

from . import tables

NAME = "manifest.json"
WORK = "work-"
_KEPT = 900
"""Seconds for which a file that no longer counts is left, for whoever still reads it."""


class Busy(Exception):
    """Another refresh is under way."""


@dataclass
class Manifest:
    """One moment of the lake."""

    position: int = -1
    subjects: int = 0
    at: str = ""
    shape: str = ""
    files: dict[str, list[str]] = field(default_factory=dict)

    def of(self, name: str) -> list[str]:
        """The files of a table, the oldest first."""
        return self.files.get(name, [])

    def save(self, folder: Path) -> None:
        """Let this be what counts, all at once."""
        draft = folder / f"{NAME}.new"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / NAME)


def folder_of() -> Path:
    """Where the lake of this installation lies."""
    folder = Home.current().path / "lake"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def read(folder: Path) -> Manifest | None:
    """What counts now; nothing before the first refresh."""
    try:
        return Manifest(**json.loads((folder / NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def shape() -> str:
    """A digest of all columns: a lake of other columns is built anew."""
    said = json.dumps({one.name: dict(one.columns) for one in tables.every_table()}, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One refresh at a time, whichever process it runs in; a killed one lets go by itself."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("数据副本正在刷新，请等它完成") from error
        yield


def sweep(folder: Path, counting: Manifest) -> None:
    """Remove what no longer counts, once nobody can be reading it; and at once what a killed refresh was writing."""
    for path in folder.glob(f"{WORK}*"):
        shutil.rmtree(path, ignore_errors=True)
    kept = {name for names in counting.files.values() for name in names}
    for path in folder.glob("*.parquet"):
        if path.name not in kept and time.time() - path.stat().st_mtime > _KEPT:
            path.unlink(missing_ok=True)
