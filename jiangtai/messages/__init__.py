"""Messages: what the house tells a person, in the app and, where it matters at once, by SMS.

A message is said once for its cause, waits until it is read, and leads to the page where one can act. Its words are
kept under the reader's own key. Who is told what is a flow's or a domain's to say; it declares a `MessageKind` and
calls `send` in the transaction of what it tells.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .inbox import mark_all_read, mark_read, messages_of, texts_of, unread
    from .kinds import KINDS, MessageKind, message_kind
    from .models import Message
    from .sending import send

__getattr__, __all__ = face(__name__, __file__)
