"""Flows: how something comes about, step by step, from one declaration.

A domain declares a `Flow`: who acts, with what form, on what condition, and where it leads. Pages, inbox, API, diagram,
permissions and the test walk derive from it. Rounds take cases in; a case waits at seats; a seat is answered once; a
notice shows names for working days, and an objection halts one person's case only. It is no place for a domain's rule.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from . import diagram, engine, inbox, materials, notices, origins, rankings, records, rounds, seating, subjects
    from .declare import (
        JUDGES,
        OPENER,
        Check,
        Condition,
        Desk,
        End,
        Flow,
        FlowError,
        Joint,
        Notice,
        Panel,
        Paper,
        Ranking,
        Step,
        Task,
        Wait,
        applicant,
        consulted,
        flow_named,
        flow_on,
        flows,
        host,
        itself,
        named,
        own,
        root,
        street,
        superior,
        versions,
    )
    from .engine import Late, Unmet
    from .facts import CaseClosed, CaseOpened, CaseReopened, NoticeShown, ObjectionRaised, StepDecided
    from .forms import Group, Known, StepForm
    from .models import (
        Attachment,
        Case,
        Consulted,
        Decision,
        Draft,
        Judge,
        Move,
        Objection,
        PublicNotice,
        Round,
        Seat,
        Share,
        Shown,
        StockOpinion,
    )

__getattr__, __all__ = face(__name__, __file__)
