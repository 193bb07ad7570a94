"""The vault: identity numbers, phones and accounts, encrypted under one key per subject, found by blind index.

Everything else in the house carries ids. Destroying a subject's key erases the subject, here and wherever else
something was encrypted under it.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .bulk import (
        Kept,
        blinds_of,
        count_many,
        find_many,
        indexers,
        make_keys,
        place,
        place_all,
        place_many,
        put_many,
    )
    from .erasure import erase, erased_subjects, erasure_list, replay_erasures
    from .keys import Erased, ensure_key, keyring, subject_key, subject_keys
    from .marks import Marked, mark, marked
    from .models import Entry, Erasure, Mark, Place, SubjectKey
    from .rotation import rotate
    from .store import Taken, find, get, get_many, put, replant, silence

__getattr__, __all__ = face(__name__, __file__)
