"""Sources: the lists that departments, firms and schools keep, and how they come into the register.

A source is declared (`catalogue`): whose list it is, what each column is for, how fresh it must be, whom to believe.
A file is handed in, looked at line by line, confirmed and taken over; every value then says where it came from.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from . import invented
    from .asking import MOST_CHECKS, QUESTIONS, Question, ask, ask_many, asked_about, checks, checks_of
    from .catalogue import SOCIAL_INSURANCE
    from .cells import LABELS
    from .certifying import Held, certificates_of, own_certificates
    from .choosing import BY_HAND, Choice, Claim, chosen
    from .comparing import WHY, Recognised, recognise
    from .declare import SOURCES, Column, Source
    from .disputes import (
        compare_all,
        disputed,
        disputes_by_list,
        disputes_by_source,
        lines_told,
        of_firms,
        with_disputes,
    )
    from .examining import REPAIRED
    from .giving_back import returned, template
    from .jobs import send_checks_now, work_on_batch
    from .lacking import incomplete, lacks_by_list, lacks_by_source
    from .loading import left_out_lines
    from .models import Batch, Certificate, Check, ColumnMap, Doubt, Fault, Record
    from .reception import confirm_columns, drop, hand_in, is_news, take_over, work_on
    from .telling import DETAILS, Other, Said, is_key, origins_of, told_beside, told_of, told_of_own

__getattr__, __all__ = face(__name__, __file__)
