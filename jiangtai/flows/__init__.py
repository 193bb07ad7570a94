"""Flows: how something comes about, step by step, from one declaration.

Pages, inbox, API, diagram, permissions and the test walk all derive from it.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    pass

__getattr__, __all__ = face(__name__, __file__)
