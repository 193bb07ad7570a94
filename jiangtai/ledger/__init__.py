"""The ledger: what is now true of a worker, a firm, a case, and what made it so; added to, never changed.

A user meets it as the growth record, as the rows under a number, as the proof of any of them, and as the roots on the
square. A domain declares its facts (`@fact`) and asks for them by type, subject, unit and time; `current` means the
same everywhere. Facts are undone only by facts: one that ends another, or one that takes another back and says why.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .causes import Cause
    from .corrections import NotReversed, Reversed, Why, correct, reverse
    from .declare import (
        CaseId,
        EmployerId,
        FactError,
        FactId,
        PersonId,
        SubjectId,
        UnitId,
        Until,
        check_facts,
        declared,
        fact,
        fact_types,
    )
    from .models import FactRow
    from .read import FactSet, Gone, every, facts, facts_since, fetch, life
    from .seals import check_proof, extends, head, newest_moment, places, prove, roots, seal, tail, write_seal
    from .showing import proof_url, shows, whose
    from .verification import BadSeal, read_seal, verify
    from .write import Ended, append, append_each, append_many, open_months

__getattr__, __all__ = face(__name__, __file__)
