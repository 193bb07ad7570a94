"""What is signed and how it is read again: compact Ed25519 JWS, with no database and no network behind it."""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

ALGORITHM = "Ed25519"
STATUS_TYPE = "statuslist+jwt"
CLAIMS = {
    "n": "证书编号",
    "h": "持有人",
    "t": "名称",
    "i": "签发单位",
    "d": "签发日期",
    "x": "有效期至",
    "s": "状态位置",
}
"""The claims of a credential; short, for all of them go into a QR."""
TOKEN = re.compile(rb"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{86}(?![A-Za-z0-9_-])")
_MOST_INFLATED = 16 * 2**20
_REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM])
_REGISTRY.max_payload_length = 2 * _MOST_INFLATED  # a status list of a large province


class State(Enum):
    """What can be said of a credential that someone shows."""

    VALID = "真实有效"
    REVOKED = "已撤销"
    EXPIRED = "已过期"
    FORGED = "签名不符"
    STALE = "状态名单已过期"
    UNKNOWN = "查无此号"
    UNREAD = "没有核验"


class TokenError(ValueError):
    """A token was not signed by a known key, or does not say what it should."""


@dataclass(frozen=True)
class StatusList:
    """Which credentials of a series were revoked, as signed at one moment and good until another."""

    series: str
    count: int
    bits: bytes
    issued_at: datetime
    expires_at: datetime

    def covers(self, index: int) -> bool:
        """Whether the credential had been issued when the list was signed."""
        return 0 <= index < self.count

    def is_revoked(self, index: int) -> bool:
        """Whether its bit is set."""
        return bool(self.bits[index // 8] >> (index % 8) & 1)


def sign(payload: Mapping[str, Any], key: OKPKey, **header: str) -> str:
    """A compact JWS over the payload in its shortest spelling."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact({"alg": ALGORITHM, "kid": key.kid or "", **header}, body, key, algorithms=[ALGORITHM])


def credential_claims(token: str, keys: KeySet) -> dict[str, Any]:
    """What a credential says, if one of the keys signed it."""
    header, claims = _read(token, keys)
    is_whole = all(isinstance(claims.get(name), str) for name in ("n", "h", "t", "i", "d", "s"))
    if header.get("typ") or not is_whole or not isinstance(claims.get("x", ""), str):
        raise TokenError("这段签名不是证书的签名")
    _days(claims)
    place_of(claims)
    return claims


def place_of(claims: Mapping[str, Any]) -> tuple[str, int]:
    """The series and the bit in its status list."""
    series, slash, index = str(claims["s"]).rpartition("/")
    if not (series and slash and index.isascii() and index.isdecimal()):
        raise TokenError("证书里的状态位置读不懂")
    return series, int(index)


def has_run_out(claims: Mapping[str, Any], on: date) -> bool:
    """Whether it was valid only until a day before."""
    return bool(claims.get("x")) and date.fromisoformat(claims["x"]) < on


def status_payload(series: str, count: int, revoked: Iterable[int], at: datetime, until: datetime) -> dict[str, Any]:
    """A status list as the IETF's token status lists spell it: one bit each, deflated."""
    bits = bytearray((count + 7) // 8)
    for index in revoked:
        bits[index // 8] |= 1 << (index % 8)
    packed = base64.urlsafe_b64encode(zlib.compress(bytes(bits), 9)).rstrip(b"=").decode()
    times = {"iat": int(at.timestamp()), "exp": int(until.timestamp())}
    return {"sub": series, **times, "count": count, "status_list": {"bits": 1, "lst": packed}}


def status_list(token: str, keys: KeySet) -> StatusList:
    """A status list, if one of the keys signed it."""
    header, claims = _read(token, keys)
    try:
        if header.get("typ") != STATUS_TYPE or claims["status_list"]["bits"] != 1:
            raise TokenError("这段签名不是状态名单的签名")
        bits, count = _inflated(claims["status_list"]["lst"]), int(claims["count"])
        times = [datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp")]
        if len(bits) * 8 < count:
            raise TokenError("状态名单不完整")
        return StatusList(str(claims["sub"]), count, bits, times[0], times[1])
    except (KeyError, TypeError, ValueError, OverflowError, OSError, zlib.error) as error:
        raise error if isinstance(error, TokenError) else TokenError("状态名单读不懂") from error


def key_set(document: Any) -> KeySet:
    """The public keys in a JWKS."""
    try:
        keys = KeySet.import_key_set(document)
        if not keys.keys or not all(isinstance(key, OKPKey) for key in keys.keys):
            raise ValueError(document)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise TokenError("公钥文件读不懂，应是本站 /.well-known/jiangtai-keys.json 的内容") from error
    return keys


def token_in(content: bytes) -> str:
    """The first signature in a text, a QR's content, an address or a PDF; empty when there is none."""
    found = TOKEN.search(content)
    return found[0].decode("ascii") if found else ""


def _read(token: str, keys: KeySet) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        read = jws.deserialize_compact(token, keys, registry=_REGISTRY)
        claims = json.loads(read.payload)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise TokenError("签名与公布的公钥不符，内容可能被改动，或不是本系统签发") from error
    if not isinstance(claims, dict):
        raise TokenError("签名里的内容读不懂")
    return dict(read.protected), claims


def _days(claims: Mapping[str, Any]) -> None:
    try:
        date.fromisoformat(claims["d"])
        date.fromisoformat(claims.get("x") or claims["d"])
    except ValueError as error:
        raise TokenError("证书里的日期读不懂") from error


def _inflated(packed: str) -> bytes:
    """The bits, and never more of them than a list can honestly hold."""
    content = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    stream = zlib.decompressobj()
    bits = stream.decompress(content, _MOST_INFLATED)
    if stream.unconsumed_tail:
        raise TokenError("状态名单大得异常")
    return bits
