"""A credential is checked, and what such a check needs is taken along, where there is neither database nor network."""

import errno
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jiangtai.kernel import clock, osfaults

from . import tokens
from .tokens import CLAIMS, State

KEYS_FILE, STATUS_FILE = "jiangtai-keys.json", "jiangtai-status.json"
_LONGEST_PATH = 255  # what is longer is the text of a QR


@dataclass(frozen=True)
class Verdict:
    """What signature and status list say together."""

    state: State
    claims: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether one may rely on the credential."""
        return self.state is State.VALID

    def lines(self) -> list[str]:
        """The verdict as it is printed."""
        said = [f"{label}：{self.claims[key]}" for key, label in CLAIMS.items() if key != "s" and self.claims.get(key)]
        return [self.state.value, *said, *([self.note] if self.note else [])]


def verify(content: str | bytes, keys: Any, status: Any = None) -> Verdict:
    """What a signature, or a file that holds one, is worth: `keys` is a JWKS, `status` the published status lists."""
    known = tokens.key_set(keys)
    token = tokens.token_in(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    if not token:
        return Verdict(State.UNREAD, note="没有找到签名：请给二维码的内容、证书 PDF 或含签名的文本")
    try:
        claims = tokens.credential_claims(token, known)
    except tokens.TokenError as error:
        return Verdict(State.FORGED, note=f"{error}")
    if status is not None and (fault := _status_fault(claims, known, status)):
        return fault
    if tokens.has_run_out(claims, clock.today()):
        return Verdict(State.EXPIRED, claims)
    return Verdict(State.VALID, claims, "" if status is not None else "没有给状态名单，只核对了签名，未核对是否已撤销")


def verify_command(target: str, keys: Path, status: Path | None = None) -> int:
    """`jiangtai credentials verify`: print the verdict; 0 when it holds, else 1."""
    try:
        verdict = verify(_content(target), _json(keys), _json(status) if status else None)
    except (tokens.TokenError, OSError) as error:
        said = osfaults.told(error) if isinstance(error, OSError) else error
        print(f"没有完成：{said}", file=sys.stderr)
        return 1
    print("\n".join(verdict.lines()), flush=True)
    return 0 if verdict.holds else 1


def export_command(folder: Path) -> None:
    """`jiangtai credentials export`: write the public keys and the signed status lists for offline use."""
    from .signing import public_keys
    from .status import status_document

    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in ((KEYS_FILE, public_keys()), (STATUS_FILE, status_document())):
        draft = folder / f".{name}.new"
        draft.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        draft.replace(folder / name)
    print(f"已写入 {folder / KEYS_FILE} 和 {folder / STATUS_FILE}，可随身携带用于离线核验", flush=True)


def _status_fault(claims: dict[str, Any], keys: Any, status: Any) -> Verdict | None:
    """What the status list of its series says against it; the newest of several counts."""
    series, index = tokens.place_of(claims)
    try:
        lists = [tokens.status_list(token, keys) for token in _tokens(status)]
    except tokens.TokenError as error:
        return Verdict(State.FORGED, claims, f"状态名单：{error}")
    found = max((one for one in lists if one.series == series), key=lambda one: one.issued_at, default=None)
    if found is not None and found.covers(index) and found.is_revoked(index):
        return Verdict(State.REVOKED, claims)
    if found is None or not found.covers(index):
        return Verdict(State.STALE, claims, "名单里还没有这份证书（名单比证书早），请取最新的状态名单再核验")
    if found.expires_at <= clock.now():
        until = found.expires_at.astimezone(clock.OFFICE_ZONE)
        return Verdict(State.STALE, claims, f"名单有效期至 {until:%Y-%m-%d %H:%M}，请取最新的状态名单再核验")
    return None


def _tokens(status: Any) -> list[str]:
    lists = status.get("lists") if isinstance(status, dict) else None
    if not isinstance(lists, list) or not all(isinstance(one, str) for one in lists):
        raise tokens.TokenError("文件读不懂，应是本站 /.well-known/jiangtai-status.json 的内容")
    return lists


def _content(target: str) -> bytes:
    """What a file holds, or the text itself where it has the shape of a signature or of an address."""
    if len(os.fsencode(target)) < _LONGEST_PATH and Path(target).exists():
        return Path(target).read_bytes()
    if target.lstrip().startswith("eyJ") or "://" in target:
        return target.encode("utf-8", "replace")
    raise tokens.TokenError(f"没有文件 {target}。请给证书 PDF，或用引号括起二维码的全部内容")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise tokens.TokenError(f"{path.name} 不是 JSON 文件，请重新下载") from error
