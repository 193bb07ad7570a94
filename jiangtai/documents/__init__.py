"""Documents: notices, decisions and letters in Word, from templates that an office edits itself, and as PDF.

Every kind comes with a template in the layout of GB/T 9704. An office downloads it, changes it in Word and uploads it
again; what was uploaded counts for the office and all below it. What is filled in comes from the case, never by hand.
The other way round, `document_text` reads what somebody else wrote, as plain text; it needs no Django.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .correcting import Correction, corrected
    from .filling import TemplateRefused, fill, render
    from .footnotes import with_footnotes
    from .kinds import KINDS, DocumentKind, Placeholder, document_kind
    from .marks import Footnotes, mark_of, notes_of, unmarked
    from .models import TemplateVersion
    from .notices import notice_pdf
    from .reading import SAME_AS_ABOVE, document_text
    from .versions import in_force, keep, restore

__getattr__, __all__ = face(__name__, __file__)
