"""Anyone may ask whether a credential is real: by its number, or by what its QR holds."""

from dataclasses import dataclass, field
from typing import Any

from jiangtai.kernel import clock, masking

from . import numbers, tokens
from .issuing import holder_of
from .kinds import KINDS
from .models import Credential, Revocation
from .signing import key_set
from .tokens import State


@dataclass(frozen=True)
class Check:
    """The answer, with as much of the credential as everyone may see."""

    state: State
    number: str = ""
    credential: Credential | None = None
    holder: str = ""
    """The name, in full where its kind is public, else masked; empty once the holder was erased."""
    is_erased: bool = False
    revocation: Revocation | None = None
    is_signature_checked: bool = False
    signed: dict[str, Any] = field(default_factory=dict)


def check(number_or_jws: str) -> Check:
    """What stands behind a number or a signature; `NumberError` where it is neither.

    In a QR's address the signature has to be that of the number before it.
    """
    address, _mark, signed = number_or_jws.partition("#")
    if signed.strip():
        return check_signed(signed, number_in(address))
    if tokens.token_in(number_or_jws.encode("utf-8", "replace")):
        return check_signed(number_or_jws)
    return _by_number(numbers.parse(number_or_jws))


def check_signed(text: str, number: str = "") -> Check:
    """What a signature is worth, and nothing where it is altered or belongs to another number than is shown with it."""
    try:
        claims = tokens.credential_claims(tokens.token_in(text.encode("utf-8", "replace")), key_set())
    except tokens.TokenError:
        return Check(State.FORGED, is_signature_checked=True)
    return (
        Check(State.FORGED, is_signature_checked=True)
        if number not in ("", claims["n"])
        else _by_number(claims["n"], claims)
    )


def number_in(address: str) -> str:
    """The number with which an address ends; empty where it ends with none."""
    try:
        return numbers.parse(address.partition("?")[0].strip().rstrip("/").rpartition("/")[2])
    except numbers.NumberError:
        return ""


def _by_number(number: str, signed: dict[str, Any] | None = None) -> Check:
    row = Credential.unscoped.select_related("series", "unit").filter(number=number).first()
    if row is None:
        return Check(State.UNKNOWN, number, is_signature_checked=bool(signed))
    name, revocation = holder_of(row), Revocation.unscoped.filter(credential=row).first()
    kind = KINDS.get(row.kind)
    shown = name or ""
    if not (kind and kind.is_public) and not signed:
        shown = masking.name(shown)
    return Check(
        state=_state(row, revocation),
        number=number,
        credential=row,
        holder=shown,
        is_erased=name is None,
        revocation=revocation,
        is_signature_checked=bool(signed),
        signed={} if name is None else signed or {},
    )


def _state(row: Credential, revocation: Revocation | None) -> State:
    if revocation is not None:
        return State.REVOKED
    return State.EXPIRED if row.valid_until and row.valid_until < clock.today() else State.VALID
