"""What all pages about credentials show alike: kind, state, and the papers as files."""

from typing import Any

from jiangtai.access import audit
from jiangtai.kernel import clock, typeset
from jiangtai.web import Page, Tag

from ..kinds import KINDS
from ..models import Credential
from ..papers import card_pdf, certificate_pdf
from ..tokens import State

ERASED = "持有人信息已按规定擦除"
PAPERS = {"certificate": ("证书", certificate_pdf), "card": ("荣誉卡", card_pdf)}


def label_of(row: Credential) -> str:
    """What its kind is called."""
    kind = KINDS.get(row.kind)
    return kind.label if kind else row.kind


def state_tag(row: Credential) -> Tag:
    """Where a credential stands, as a light; the revocation is read along."""
    if hasattr(row, "revocation"):
        return Tag(State.REVOKED.value, "bad")
    if row.valid_until and row.valid_until < clock.today():
        return Tag(State.EXPIRED.value, "warn")
    return Tag("有效", "ok")


def papers_of(row: Credential) -> dict[str, Any]:
    """The papers that its kind has."""
    kind = KINDS.get(row.kind)
    return PAPERS if kind and kind.has_card else {"certificate": PAPERS["certificate"]}


def paper_of(page: Page, row: Credential, paper: str) -> bytes:
    """The paper, its download noted in the audit."""
    label, make = PAPERS[paper]
    try:
        made = make(row, site=page.request.build_absolute_uri("/"))
    except typeset.TypesetError as error:
        raise ValueError(str(error)) from error
    audit.record("credential.downloaded", target=row, details={"type": label})
    return made
