"""Authenticated encryption and keyed hashes in two suites, and an installation's keys in a folder."""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import clock

PURPOSES = {"wrap": "封装", "blind": "检索", "sign": "签名", "subject": "个人"}
INSTALLED = ("wrap", "blind", "sign")

Indexer = Callable[[str], bytes]
Sealer = Callable[[bytes, bytes], bytes]

_UNDATED = datetime.min.replace(tzinfo=UTC)
_VERSION = 1
_SECRET_BYTES, _NONCE_BYTES, _TAG_BYTES = 32, 12, 16
_PRIVATE_FILE, _PRIVATE_FOLDER, _OTHERS = 0o600, 0o700, 0o077


class CryptoError(Exception):
    """A key or a ciphertext cannot be used; the message says which and what to do."""


class Suite(Enum):
    """A cipher with the hash that goes with it, known in a ciphertext by a number that never changes."""

    SM = ("SM4-GCM+HMAC-SM3", 1, algorithms.SM4, 16, hashes.SM3)
    AES = ("AES-256-GCM+HMAC-SHA256", 2, algorithms.AES, 32, hashes.SHA256)

    def __init__(
        self,
        label: str,
        number: int,
        cipher: Callable[[bytes], BlockCipherAlgorithm],
        key_bytes: int,
        digest: Callable[[], hashes.HashAlgorithm],
    ) -> None:
        self.label, self.number = label, number
        self.cipher, self.key_bytes, self.digest = cipher, key_bytes, digest

    def seal(self, key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
        """Ciphertext and tag in GCM."""
        encryptor = Cipher(self.cipher(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag

    def open(self, key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
        """The plaintext, or InvalidTag when anything differs from what was sealed."""
        body, tag = sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:]
        decryptor = Cipher(self.cipher(key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated)
        return decryptor.update(body) + decryptor.finalize()

    def mac(self, key: bytes) -> hmac.HMAC:
        """A keyed code, primed with its key."""
        return hmac.HMAC(key, self.digest())

    def derive(self, secret: bytes, use: bytes, length: int) -> bytes:
        """A subkey for one use, so that no secret ever serves two."""
        return HKDF(self.digest(), length, salt=None, info=b"jiangtai/1/" + use).derive(secret)


@dataclass(frozen=True, slots=True)
class Key:
    """One secret with its name, its suite and the only purpose it may serve."""

    id: str
    purpose: str
    secret: bytes = field(repr=False)
    suite: Suite = Suite.SM
    created: datetime = _UNDATED
    active: bool = True

    def __post_init__(self) -> None:
        if self.purpose not in PURPOSES:
            raise CryptoError(f"密钥 {self.id} 的用途“{self.purpose}”不认识，应为 {'、'.join(PURPOSES)} 之一")
        if len(self.secret) != _SECRET_BYTES:
            found = f"这里是 {len(self.secret)} 字节"
            raise CryptoError(f"密钥 {self.id} 应为 {_SECRET_BYTES} 字节，{found}，文件可能已损坏，请从密钥备份恢复")
        if not (self.id.isascii() and self.id.isprintable() and 0 < len(self.id) < 256):
            raise CryptoError(f"密钥编号“{self.id}”不合规，应为 1 至 255 个英文字符")

    @classmethod
    def generate(cls, purpose: str, suite: Suite = Suite.SM) -> "Key":
        """A new random key."""
        name = f"{purpose}-{secrets.token_hex(6)}"
        return cls(name, purpose, secrets.token_bytes(_SECRET_BYTES), suite, clock.now())

    @classmethod
    def for_subject(cls, subject: str, material: bytes, suite: Suite = Suite.SM) -> "Key":
        """The key of one subject, whose destruction erases what was encrypted under it."""
        return cls(subject, "subject", material, suite)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of an installation: one active for each purpose, older ones kept to read what they wrote."""

    keys: tuple[Key, ...]
    path: Path | None = None

    @classmethod
    def create(cls, path: Path, suite: Suite = Suite.SM) -> "Keyring":
        """New keys for every purpose, in a folder that only its owner can read."""
        path.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
        if any(path.glob("*.json")):
            raise CryptoError(f"目录 {path.name} 中已有密钥，不会覆盖；要换新密钥请用轮换")
        path.chmod(_PRIVATE_FOLDER)
        for purpose in INSTALLED:
            _save(path, Key.generate(purpose, suite))
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> "Keyring":
        """The keys in a folder, refused when others could read them."""
        if not path.is_dir():
            raise CryptoError(f"找不到密钥目录 {path.name}，请先初始化，或从密钥备份恢复")
        _require_private(path, _PRIVATE_FOLDER)
        keys = tuple(_read(file) for file in sorted(path.glob("*.json")))
        if not keys:
            raise CryptoError(f"密钥目录 {path.name} 中没有密钥文件，请先初始化，或从密钥备份恢复")
        return cls(keys, path)

    def get(self, key_id: str) -> Key:
        """The key of this id, active or not."""
        for key in self.keys:
            if key.id == key_id:
                return key
        raise CryptoError(f"密文所用的密钥 {key_id} 不在本机，无法解密，请从密钥备份恢复该密钥")

    def active(self, purpose: str) -> Key:
        """The key that writes for this purpose now."""
        keys = [key for key in self.of(purpose) if key.active]
        if not keys:
            raise CryptoError(f"没有启用中的{PURPOSES.get(purpose, purpose)}密钥，请检查密钥目录，或从密钥备份恢复")
        return keys[0]

    def of(self, purpose: str) -> list[Key]:
        """Every key of this purpose, the newest first: a blind index may have been made with any of them."""
        keys = [key for key in self.keys if key.purpose == purpose]
        return sorted(keys, key=lambda key: (key.created, key.id), reverse=True)

    def rotate(self, purpose: str) -> "Keyring":
        """A new active key for this purpose; the old ones stay for reading."""
        if self.path is None:
            raise CryptoError("这组密钥不在密钥目录中，不能轮换")
        old = self.active(purpose)
        # The new key is saved before the old one rests: after a crash in between, the newer of two writes.
        _save(self.path, Key.generate(purpose, old.suite))
        for key in self.of(purpose):
            if key.active:
                _save(self.path, replace(key, active=False))
        return Keyring.load(self.path)


def encrypt(key: Key, plaintext: bytes, context: bytes) -> bytes:
    """Ciphertext that names its own suite and key, and opens only in the same context."""
    return sealer(key)(plaintext, context)


def decrypt(keys: Key | Keyring, ciphertext: bytes, context: bytes) -> bytes:
    """The plaintext, if the ciphertext is whole, its key is at hand and the context is that of its making."""
    key_id = _key_id(ciphertext)
    key = keys if isinstance(keys, Key) and keys.id == key_id else _ring(keys).get(key_id)
    _require_purpose(key, "wrap", "subject")
    header = _header(key)
    if not ciphertext.startswith(header):
        raise CryptoError(f"密文标明的算法与密钥 {key_id} 的算法（{key.suite.label}）不符，请核对密钥备份是否拿错")
    nonce, sealed = ciphertext[len(header) :][:_NONCE_BYTES], ciphertext[len(header) + _NONCE_BYTES :]
    try:
        return key.suite.open(_cipher_key(key), nonce, sealed, header + context)
    except InvalidTag:
        message = f"密文校验不通过（密钥 {key_id}）：内容被改动过，或被移到了别的位置，请从备份恢复该条数据"
        raise CryptoError(message) from None


def blind_index(key: Key, value: str, context: bytes, length: int = 32) -> bytes:
    """A keyed fingerprint of a value: equal values can be found, and nothing can be read from it."""
    _require_purpose(key, "blind")
    if not 16 <= length <= 32:
        raise CryptoError(f"检索指纹长度应为 16 至 32 字节，这里是 {length}")
    return indexer(key, context, length)(value)


def indexer(key: Key, context: bytes, length: int = 32) -> Indexer:
    """`blind_index` for many values of one context: the subkey is made once."""
    _require_purpose(key, "blind")
    primed = key.suite.mac(key.suite.derive(key.secret, b"blind", _SECRET_BYTES))
    # The length in front keeps context and value from running into each other.
    primed.update(len(context).to_bytes(4, "big") + context)

    def index(value: str) -> bytes:
        code = primed.copy()
        code.update(value.encode())
        return code.finalize()[:length]

    return index


def sealer(key: Key) -> Sealer:
    """`encrypt` for many values under one key: the subkey is made once."""
    _require_purpose(key, "wrap", "subject")
    header, cipher = _header(key), _cipher_key(key)

    def seal(plaintext: bytes, context: bytes) -> bytes:
        # Random nonces are safe up to 2**32 messages a key, which one key per subject stays far below.
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return header + nonce + key.suite.seal(cipher, nonce, plaintext, header + context)

    return seal


def stamper(key: Key, use: bytes, length: int = 16) -> Callable[[bytes], bytes]:
    """A function that stamps messages, so that only who holds the key can make one that fits."""
    _require_purpose(key, "sign")
    primed = key.suite.mac(key.suite.derive(key.secret, use, _SECRET_BYTES))

    def stamp(message: bytes) -> bytes:
        code = primed.copy()
        code.update(message)
        return code.finalize()[:length]

    return stamp


def _ring(keys: Key | Keyring) -> Keyring:
    return Keyring((keys,)) if isinstance(keys, Key) else keys


def _cipher_key(key: Key) -> bytes:
    """The subkey that encrypts: an installation's is kept as its key is, a subject's is made and forgotten."""
    return _kept(key) if key.purpose == "wrap" else _derived(key)


def _derived(key: Key) -> bytes:
    return key.suite.derive(key.secret, b"encrypt", key.suite.key_bytes)


_kept = lru_cache(maxsize=16)(_derived)


def _header(key: Key) -> bytes:
    name = key.id.encode("ascii")
    return bytes((_VERSION, key.suite.number, len(name))) + name


def _key_id(ciphertext: bytes) -> str:
    """The key that a ciphertext names, once its frame is known to be whole."""
    end = 3 + ciphertext[2] if len(ciphertext) > 2 else 3
    if len(ciphertext) < end + _NONCE_BYTES + _TAG_BYTES:
        raise CryptoError(f"密文不完整：只有 {len(ciphertext)} 字节，请从备份恢复该条数据")
    if ciphertext[0] != _VERSION:
        raise CryptoError(f"密文版本是 {ciphertext[0]}，本系统只认版本 {_VERSION}，请核对数据来源或升级系统")
    return ciphertext[3:end].decode("ascii", "replace")


def _require_purpose(key: Key, *purposes: str) -> None:
    if key.purpose not in purposes:
        wanted = "或".join(PURPOSES[purpose] for purpose in purposes)
        raise CryptoError(f"密钥 {key.id} 是{PURPOSES[key.purpose]}密钥，这里要用{wanted}密钥")


def _save(folder: Path, key: Key) -> None:
    """Write a key file whole or not at all, readable by its owner only."""
    place, draft = folder / f"{key.id}.json", folder / f".{key.id}.{secrets.token_hex(4)}.draft"
    row = {"id": key.id, "purpose": key.purpose, "suite": key.suite.label, "active": key.active}
    row |= {"created": key.created.isoformat(), "secret": key.secret.hex()}
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE), "w") as file:
            json.dump(row, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """A renamed file is safe only once its folder is on disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(file: Path) -> Key:
    _require_private(file, _PRIVATE_FILE)
    try:
        key = _key_of(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        message = f"密钥文件 {file.name} 读不懂（{type(fault).__name__}），可能已损坏，请从密钥备份恢复"
        raise CryptoError(message) from None
    if f"{key.id}.json" != file.name:
        raise CryptoError(f"密钥文件 {file.name} 里写的编号是 {key.id}，文件名应为 {key.id}.json，请核对备份")
    return key


def _key_of(row: Mapping[str, Any]) -> Key:
    suite = next((suite for suite in Suite if suite.label == row["suite"]), None)
    if suite is None:
        known = "、".join(suite.label for suite in Suite)
        raise CryptoError(f"密钥 {row['id']} 的算法“{row['suite']}”不认识，应为 {known} 之一")
    created = datetime.fromisoformat(row["created"]).astimezone(UTC)
    return Key(row["id"], row["purpose"], bytes.fromhex(row["secret"]), suite, created, row["active"] is True)


def _require_private(place: Path, expected: int) -> None:
    mode = place.stat().st_mode & 0o777
    if mode & _OTHERS:
        raise CryptoError(f"{place.name} 的权限是 {mode:o}，别的账户也能读到密钥，应为 {expected:o}，请先收紧权限")
