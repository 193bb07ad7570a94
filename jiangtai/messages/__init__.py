"""Messages: what the house tells a person, in the app and by SMS.

Who is told what is a flow's or a domain's to say.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    pass

__getattr__, __all__ = face(__name__, __file__)
