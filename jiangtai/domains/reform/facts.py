"""What the reform asserts: which plan is in force, who has which part, which task is where, and what follows."""

from datetime import date
from decimal import Decimal
from enum import Enum
from uuid import UUID

from jiangtai.ledger import FactId, SubjectId, UnitId, Until, fact

# plans


@fact
class PlanConfirmed:
    """A plan of the reform is in force, as its office confirmed it（改革方案执行）."""

    basis = "ours"
    labels = {"plan": "方案", "number": "发文字号", "measures": "举措数", "until": "执行到"}
    personal = ()
    ended_by = ("PlanReplaced", Until("until"))

    unit: UnitId
    plan: UUID
    number: str
    measures: int
    until: date | None = None
    on: date


@fact
class PlanReplaced:
    """A plan gave way to its next version（改革方案由新版接替）."""

    basis = "ours"
    labels = {"confirmed": "原方案", "plan": "新方案"}
    personal = ()
    ended_by = ()
    ends = "confirmed"

    unit: UnitId
    confirmed: FactId
    plan: UUID
    on: date


# tasks


class Said(Enum):
    """What a unit says of a task."""

    ON_TRACK = "on_track"
    STUCK = "stuck"
    DONE = "done"


@fact
class PartGiven:
    """A unit leads or supports a measure of a plan in force（承担改革举措）."""

    basis = "003"
    labels = {"measure": "举措", "role": "职责"}
    personal = ()
    ended_by = ("PartEnded",)

    unit: UnitId
    measure: UUID
    role: str
    on: date


@fact
class PartEnded:
    """A unit's part in a measure is over, for the plan gave way to a newer one（不再承担改革举措）."""

    basis = "ours"
    labels = {"given": "原分工"}
    personal = ()
    ended_by = ()
    ends = "given"

    unit: UnitId
    given: FactId
    on: date


@fact
class TaskHandedOut:
    """A unit was asked for a task, by the plan or by the unit that leads it（分派任务）."""

    basis = "003"
    labels = {"measure": "举措", "year": "年度", "by_lead": "由牵头单位分解"}
    personal = ()
    ended_by = ("TaskFinished", "TaskCancelled", "TaskRolled")

    task: SubjectId
    measure: UUID
    year: int
    by_lead: bool = False
    unit: UnitId
    on: date


@fact
class TaskFinished:
    """A task is done, with evidence（任务完成）."""

    basis = "ours"
    labels = {"handed": "分派", "in_time": "按期"}
    personal = ()
    ended_by = ()
    ends = "handed"

    task: SubjectId
    handed: FactId
    in_time: bool
    unit: UnitId
    on: date


@fact
class TaskCancelled:
    """A task is no longer asked for（取消任务）."""

    basis = "ours"
    labels = {"handed": "分派"}
    personal = ()
    ended_by = ()
    ends = "handed"

    task: SubjectId
    handed: FactId
    unit: UnitId
    on: date


@fact
class TaskRolled:
    """What was open at the end of a year goes on as next year's task（任务转入下年度）."""

    basis = "ours"
    labels = {"handed": "分派", "into": "下年度任务"}
    personal = ()
    ended_by = ()
    ends = "handed"

    task: SubjectId
    handed: FactId
    into: UUID
    unit: UnitId
    on: date


@fact
class ProgressAccepted:
    """What a unit reported of a task was checked and accepted（认可进展）."""

    basis = "ours"
    labels = {"period": "报送期", "says": "进展", "in_time": "按期报送"}
    personal = ()
    ended_by = ()

    task: SubjectId
    period: str
    says: Said
    in_time: bool
    unit: UnitId
    on: date


@fact
class LightShown:
    """A task's light changed（任务亮灯）."""

    basis = "ours"
    labels = {"light": "灯", "before": "此前"}
    personal = ()
    ended_by = ("LightShown",)
    ends = "before"

    task: SubjectId
    light: str
    before: FactId | None = None
    unit: UnitId
    on: date


# instruments


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


# meetings


@fact
class MeetingHeld:
    """A joint meeting was held and its minutes made（召开联席会议）."""

    basis = ("002", "004")
    labels = {"meeting": "会议", "resolutions": "议定事项"}
    personal = ()
    ended_by = ()

    meeting: SubjectId
    resolutions: int
    unit: UnitId
    on: date


# assessments


@fact
class AssessmentHandedIn:
    """What was prepared for an assessment was handed in, with the marks given to oneself（报送考核材料）."""

    basis = "ours"
    labels = {"assessment": "考核", "full": "满分", "own": "自评分"}
    personal = ()
    ended_by = ()

    assessment: SubjectId
    full: Decimal
    own: Decimal
    unit: UnitId
    on: date


# schemes


class Grade(Enum):
    """How a unit came out of an assessment."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASSING = "passing"
    FAILING = "failing"


@fact
class UnitAssessed:
    """A unit was assessed by its office for a year, and the result confirmed（考核单位）."""

    basis = "004"
    labels = {"scheme": "考核办法", "year": "考核年度", "full": "满分", "own": "自评分", "checked": "核查分",
              "marks": "得分", "grade": "等次", "objections": "异议项数", "upheld": "异议成立项数"}  # fmt: skip
    personal = ()
    ended_by = ()

    unit: UnitId
    scheme: UUID
    year: int
    full: Decimal
    checked: Decimal
    marks: Decimal
    grade: Grade
    own: Decimal | None = None
    objections: int = 0
    upheld: int = 0
    on: date
