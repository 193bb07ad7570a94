"""The paper: a certificate and an honour card as PDF, with the QR that proves them."""

import io
from pathlib import Path
from typing import Any

import segno
from django.conf import settings

from jiangtai.access import Refused
from jiangtai.kernel import clock, typeset

from .issuing import holder_of
from .kinds import KINDS
from .models import Credential
from .signing import token_of

TEMPLATES = Path(__file__).parent / "templates" / "credentials"
_MOST_BENEFITS = 4
_MASK = 2  # a signature is as good as random: trying all eight masks costs five times as much and betters nothing


def certificate_pdf(credential: Credential, *, site: str = "") -> bytes:
    """The certificate, A4 across."""
    kind = KINDS.get(credential.kind)
    return _set(kind.template if kind else "certificate", credential, site)


def card_pdf(credential: Credential, *, site: str = "") -> bytes:
    """The honour card in the size of a bank card, two pages: front and back."""
    return _set("card", credential, site)


def benefits_of(credential: Credential) -> list[str]:
    """What the card entitles to: as issued, else as its kind says."""
    kind = KINDS.get(credential.kind)
    lines = credential.claims.get("benefits") or (kind.benefits if kind else ())
    return [str(line) for line in lines][:_MOST_BENEFITS]


def qr_address(credential: Credential, holder: str, site: str = "") -> str:
    """What the QR holds: where to check, and the signature; the part after # never reaches a server."""
    base = (site or getattr(settings, "SITE", "")).rstrip("/")
    return f"{base}/v/{credential.number}#{token_of(credential, holder)}"


def qr_svg(address: str, *, scale: int = 1) -> str:
    """The QR as a drawing."""
    drawn = io.BytesIO()
    segno.make(address, error="l", micro=False, boost_error=False, mask=_MASK).save(
        drawn, kind="svg", border=0, scale=scale, dark="#1f2329", xmldecl=False
    )
    return drawn.getvalue().decode()


def _set(template: str, credential: Credential, site: str) -> bytes:
    holder = holder_of(credential)
    if holder is None:
        raise Refused("持有人的个人信息已按规定擦除，不能再生成证书", "erased")
    return typeset.pdf(TEMPLATES / f"{template}.typ", _data(credential, holder, site), at=clock.now())


def _data(credential: Credential, holder: str, site: str) -> dict[str, Any]:
    kind, address = KINDS.get(credential.kind), qr_address(credential, holder, site)
    day, until = credential.issued_on, credential.valid_until
    return {
        "number": credential.number,
        "kind": kind.label if kind else "证书",
        "card": kind.card if kind else "荣誉卡",
        "words": credential.claims.get("words") or (kind.words if kind else "被授予"),
        "holder": holder,
        "title": credential.title,
        "issuer": credential.issuer,
        "issued_on": clock.chinese_day(day),
        "valid_until": clock.chinese_day(until) if until else "",
        "benefits": benefits_of(credential),
        "address": address,
        "check_at": address.partition("#")[0],
        "token": address.partition("#")[2],
        "qr": qr_svg(address),
    }
