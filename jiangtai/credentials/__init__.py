"""Credentials: what Jiangtai itself issues, as a number, a QR and a signature that holds offline.

Whoever holds a certificate or an honour card shows the QR; whoever sees it reads there who was named what, by whom and
when, and whether it still stands: on this site, or without any site from the published keys and the signed status list.
Certificates of evaluation bodies are theirs; ours are honours, course completion, contest results. Who is named what is
a flow's to decide: it calls `issue`, once for one cause.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .checking import Check, State, check
    from .holders import own_credentials, persons_are
    from .issuing import holder_of, issue, revoke
    from .kinds import KINDS, CredentialKind, credential_kind
    from .models import Credential, CredentialSeries, Revocation
    from .offline import Verdict, export_command, verify, verify_command
    from .papers import card_pdf, certificate_pdf, qr_address, qr_svg
    from .signing import rotate_signing_key

__getattr__, __all__ = face(__name__, __file__)
