"""What of the lake counts: which files, up to which position; whatever it does not name is not there."""

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from jiangtai.kernel import Home

from . import tables

NAME = "manifest.json"
WORK = "work-"
_LOOK = 0.1
"""Seconds between two looks at whether another refresh is done."""
_KEPT = 900
"""Seconds for which a file that no longer counts is left, for whoever still reads it; `save` sets their beginning."""


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

    @property
    def names(self) -> set[str]:
        """All its files."""
        return {name for names in self.files.values() for name in names}

    @property
    def digest(self) -> str:
        """The same as long as nothing that counts changed, whatever the moment; a unit's change is no fact."""
        said = json.dumps([self.shape, self.position, sorted(self.names)])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def save(self, folder: Path) -> None:
        """Let this be what counts, all at once; from now on the age is told of what no longer does."""
        before = read(folder)
        for name in before.names - self.names if before else ():
            with suppress(FileNotFoundError):
                os.utime(folder / name)
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
def alone(folder: Path, patience: float = 0) -> Iterator[None]:
    """One refresh at a time, whichever process it runs in; a killed one lets go by itself.

    Whoever comes second waits so many seconds, and then is told so.
    """
    until = time.monotonic() + patience
    with (folder / "lock").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise Busy("数据副本正在刷新，请等它完成") from error
                time.sleep(_LOOK)
        yield


def sweep(folder: Path, counting: Manifest) -> None:
    """Remove what no longer counts, once nobody can be reading it; and at once what a killed refresh was writing."""
    for path in folder.glob(f"{WORK}*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob("*.parquet"):
        if path.name not in counting.names and time.time() - path.stat().st_mtime > _KEPT:
            path.unlink(missing_ok=True)
