"""What somebody looked for by name stands in an address sealed: the browser's history and a proxy's log cannot read it.

The seal is the account's own. Where another opens the address, it asks for nothing.
"""

import base64
from contextlib import suppress

from jiangtai import vault
from jiangtai.access import current
from jiangtai.kernel import crypto

MARK = "~"


def seal(text: str) -> str:
    """The words for an address."""
    sealed = crypto.encrypt(vault.keyring().active("wrap"), text.encode(), _context())
    return MARK + base64.urlsafe_b64encode(sealed).decode()


def unsealed(text: str) -> str:
    """The words again; what was typed into an address by hand stays as it is."""
    if not text.startswith(MARK):
        return text
    with suppress(ValueError, crypto.CryptoError):
        return crypto.decrypt(vault.keyring(), base64.urlsafe_b64decode(text[1:]), _context()).decode()
    return ""


def _context() -> bytes:
    return f"web.address|{current().actor}".encode()
