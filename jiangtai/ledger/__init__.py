"""The ledger: what is now true of a worker, a firm, a case, and what made it so; added to, never changed.

A user meets it as the growth record, as the rows under a number, and as the roots on the square.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    pass

__getattr__, __all__ = face(__name__, __file__)
