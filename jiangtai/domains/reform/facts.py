"""What the reform asserts: which unit was sent what, that it answered, and that it was settled."""

from datetime import date
from enum import Enum

from jiangtai.ledger import FactId, SubjectId, UnitId, fact


class Sender(Enum):
    """The three instruments of supervision, each with its own sender."""

    PROMPT = "prompt"
    BULLETIN = "bulletin"
    SUPERVISION = "supervision"

    @property
    def label(self) -> str:
        """As users read it."""
        return _SENDERS[self]


_SENDERS = {Sender.PROMPT: "工作提示", Sender.BULLETIN: "通报", Sender.SUPERVISION: "督查"}


class Through(Enum):
    """How an answer came."""

    ACCOUNT = "account"
    LETTER = "letter"


@fact
class InstrumentIssued:
    """A unit was sent a prompt, a bulletin or a supervision that it must answer（发出督办文书）."""

    basis = "004"
    labels = {"instrument": "文书", "kind": "文种", "number": "文号", "due": "答复期限"}
    personal = ()
    ended_by = ("InstrumentClosed",)

    instrument: SubjectId
    kind: Sender
    number: str
    unit: UnitId
    due: date | None = None
    on: date


@fact
class InstrumentAnswered:
    """A unit answered what it was sent, by its account or by a letter recorded for it（答复督办文书）."""

    basis = "004"
    labels = {"instrument": "文书", "issued": "发出", "through": "方式"}
    personal = ()
    ended_by = ()

    instrument: SubjectId
    issued: FactId
    through: Through
    unit: UnitId
    on: date


@fact
class InstrumentClosed:
    """What a unit was sent is settled（督办销号）."""

    basis = "004"
    labels = {"instrument": "文书", "issued": "发出"}
    personal = ()
    ended_by = ()
    ends = "issued"

    instrument: SubjectId
    issued: FactId
    unit: UnitId
    on: date
