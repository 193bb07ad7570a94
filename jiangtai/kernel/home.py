"""The home: one folder with everything an installation keeps outside its database."""

import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from . import osfaults


class HomeError(RuntimeError):
    """There is no home where one is wanted, or none can be made there; the message names the place."""


@dataclass(frozen=True)
class Home:
    """Where keys, files, secrets and, when it is embedded, the database of one installation lie."""

    path: Path

    @classmethod
    def current(cls) -> "Home":
        """The home that `JIANGTAI_HOME` names."""
        named = os.environ.get("JIANGTAI_HOME", ".jiangtai")
        return _absolute(named) if named.startswith("/") else cls(Path(named).expanduser().absolute())

    @property
    def keys(self) -> Path:
        """Keys lie apart from data: `JIANGTAI_KEYS` may put them on another disk."""
        return Path(elsewhere) if (elsewhere := os.environ.get("JIANGTAI_KEYS")) else self._keys

    @property
    def files(self) -> Path:
        """Uploaded and produced files, named by their content."""
        return self.path / "files"

    @property
    def postgres(self) -> Path:
        """The data folder of the embedded database."""
        return self.path / "postgres"

    @cached_property
    def clock(self) -> Path:
        """The hours by which a demo home has moved its clock."""
        return self.path / "clock.json"

    @property
    def is_demo(self) -> bool:
        """Whether this home was made by `jiangtai demo`; only such a home may bend rules of production."""
        return (self.path / "demo.json").exists()

    @cached_property
    def _keys(self) -> Path:
        return self.path / "keys"

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been kept here yet."""
        return not self.path.exists() or not any(self.path.iterdir())

    @property
    def is_made(self) -> bool:
        """Whether `demo`, `init` or `restore` made an installation here."""
        return (self.path / "secrets.json").exists()

    def require(self) -> None:
        """Refuse to go on where there is no installation; only those three make one."""
        if not self.is_made:
            raise HomeError(f"{self.path} 里没有匠台，请先运行 init 或 demo，或核对 JIANGTAI_HOME")

    def demo(self) -> dict[str, Any]:
        """What `jiangtai demo` remembers of this home."""
        return _read(self.path / "demo.json")

    def save_demo(self, content: dict[str, Any]) -> None:
        """Mark this home as a demo."""
        _write(self.path / "demo.json", content)

    def secret(self, name: str) -> str | None:
        """A secret by name: the environment's `JIANGTAI_<NAME>` first, then the home's own file."""
        return os.environ.get(f"JIANGTAI_{name.upper()}") or _read(self.path / "secrets.json").get(name)

    def make_secrets(self) -> None:
        """Fill in the secrets this home does not have yet; those it has stay."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o711)
        except FileExistsError:
            raise HomeError(f"{self.path} 是文件，不是目录，请核对 JIANGTAI_HOME") from None
        except OSError as error:
            raise HomeError(f"不能建立目录 {self.path}（{osfaults.told(error)}），请核对 JIANGTAI_HOME") from error
        kept = _read(self.path / "secrets.json")
        names = ("secret", "db_super", "db_owner", "db_app")
        _write(self.path / "secrets.json", {name: kept.get(name) or secrets.token_urlsafe(40) for name in names})


@lru_cache(maxsize=4)
def _absolute(named: str) -> Home:
    return Home(Path(named))


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write whole or not at all, readable by the owner alone."""
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
