"""Documents: Word and PDF from templates that an office edits itself, in the layout that the standard asks for.

It knows no case and no domain: a template and its values go in, a file comes out.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    pass

__getattr__, __all__ = face(__name__, __file__)
