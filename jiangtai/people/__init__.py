"""People: persons, employers, employment and union membership, each with its history.

The living side (pages, flows, quality) is the register domain's.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    pass

__getattr__, __all__ = face(__name__, __file__)
