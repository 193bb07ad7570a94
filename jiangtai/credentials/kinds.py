"""The kinds of credential: each is declared once, by whoever issues it."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured

from jiangtai.kernel import declare

KINDS: dict[str, "CredentialKind"] = {}
_PREFIX = re.compile(r"[A-Z]{2,4}")


@dataclass(frozen=True)
class CredentialKind:
    """What is issued under one prefix of numbers: its name, its paper, and whether its holders are public."""

    key: str
    label: str
    prefix: str
    basis: str | tuple[str, ...]
    method: str
    template: str = "certificate"
    """The Typst template of its certificate, under `templates/credentials/`."""
    words: str = "被授予"
    """What stands on the paper between the holder and the title."""
    is_public: bool = True
    """Whether anyone who checks a number reads the holder's name in full; else it is masked."""
    has_card: bool = False
    """Whether the holder also gets an honour card."""
    card: str = "荣誉卡"
    """What stands on top of that card."""
    benefits: tuple[str, ...] = field(default=())
    """What the card entitles to, line by line, where the credential's own claims do not say."""


def credential_kind(kind: CredentialKind) -> CredentialKind:
    """Declare a kind; a prefix that is not two to four capitals, or that another kind has, is refused."""
    if not _PREFIX.fullmatch(kind.prefix):
        raise ImproperlyConfigured(f"credential kind {kind.key}: a prefix is two to four capitals, not {kind.prefix!r}")
    twin = next((one for one in KINDS.values() if one.prefix == kind.prefix and one.key != kind.key), None)
    if twin is not None:
        raise ImproperlyConfigured(f"credential kinds {twin.key} and {kind.key} have the same prefix {kind.prefix}")
    if KINDS.get(kind.key, kind) != kind:
        raise ImproperlyConfigured(f"credential kind {kind.key} is declared twice")
    declare("credential", kind.key, kind.label, kind.basis, kind.method, __name__)
    KINDS[kind.key] = kind
    return kind
