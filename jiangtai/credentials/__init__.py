"""Credentials: what Jiangtai itself issues, as a number, a QR and a signature that holds offline.

Certificates of evaluation bodies are theirs; ours are honours, course completion, contest results.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    pass

__getattr__, __all__ = face(__name__, __file__)
