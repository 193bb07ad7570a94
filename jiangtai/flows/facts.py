"""What the process itself asserts, so that timeliness is counted like everything else."""

from datetime import date

from jiangtai.ledger import CaseId, SubjectId, UnitId, fact


@fact
class CaseOpened:
    """A case was opened (立案)."""

    basis = "ours"
    personal = ()
    ended_by = ()

    case: CaseId
    flow: str
    about: SubjectId
    round: str | None = None
    unit: UnitId
    on: date


@fact
class StepDecided:
    """A step of a case was decided (环节办理)."""

    basis = "ours"
    personal = ()
    ended_by = ()

    case: CaseId
    flow: str
    step: str
    outcome: str
    turn: int
    at: UnitId | None = None
    by_letter: bool = False
    late: bool = False
    unit: UnitId
    on: date


@fact
class NoticeShown:
    """A case was shown to the public (公示)."""

    basis = "ours"
    personal = ()
    ended_by = ()

    case: CaseId
    flow: str
    notice: str
    last: date
    unit: UnitId
    on: date


@fact
class ObjectionRaised:
    """Someone objected to a case under notice (提出异议)."""

    basis = "ours"
    personal = ()
    ended_by = ()

    case: CaseId
    flow: str
    notice: str
    unit: UnitId
    on: date


@fact
class CaseReopened:
    """A refused applicant appealed and the case goes on (申诉)."""

    basis = "ours"
    personal = ()
    ended_by = ()

    case: CaseId
    flow: str
    end: str
    unit: UnitId
    on: date


@fact
class CaseClosed:
    """A case came to its end (办结)."""

    basis = "ours"
    personal = ()
    ended_by = ()

    case: CaseId
    flow: str
    end: str
    days: int
    unit: UnitId
    on: date
