"""The installation's signing keys come from its keyring: they are private, backed up and rotated as that is."""

import base64
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import KeySet, OKPKey

from jiangtai import vault
from jiangtai.kernel import crypto

from . import tokens
from .models import Credential

_USE = b"credentials/ed25519"


def signing_key() -> OKPKey:
    """The key that signs now."""
    return _private(vault.keyring().active("sign"))


def public_keys() -> dict[str, Any]:
    """Every public key that signed anything here, the newest first, as a JWKS."""
    keys = [_private(key).as_dict(private=False) for key in vault.keyring().of("sign")]
    return {"keys": [{**key, "use": "sig", "alg": tokens.ALGORITHM} for key in keys]}


def key_set() -> KeySet:
    """The same, ready to verify with."""
    return tokens.key_set(public_keys())


def rotate_signing_key() -> str:
    """A new key signs from now on, and what the old ones signed stays good; the new key's id."""
    return vault.keyring().rotate("sign").active("sign").id


def token_of(credential: Credential, holder: str) -> str:
    """The credential as a signed token, the same for as long as the same key signs."""
    claims = {
        "n": credential.number,
        "h": holder,
        "t": credential.title,
        "i": credential.issuer,
        "d": _day(credential.issued_on),
        **({"x": _day(credential.valid_until)} if credential.valid_until else {}),
        "s": f"{credential.series.name}/{credential.index}",
    }
    return tokens.sign(claims, signing_key())


def _private(key: crypto.Key) -> OKPKey:
    seed = key.suite.derive(key.secret, _USE, 32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": _text(public), "d": _text(seed), "kid": key.id})


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _day(day: date) -> str:
    return day.isoformat()
