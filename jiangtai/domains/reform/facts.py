"""What the reform asserts: which plan is in force, who has which part, which task is where, and what follows."""

from datetime import date
from decimal import Decimal
from enum import Enum
from uuid import UUID

from jiangtai.ledger import EmployerId, FactId, SubjectId, UnitId, Until, fact

# plans


@fact
class PlanConfirmed:
    """A plan of the reform is in force, as its office confirmed it（改革方案执行）."""

    basis = "ours"
    labels = {"plan": "方案", "number": "发文字号", "measures": "举措数", "until": "执行到"}
    personal = ()
    ended_by = ("PlanReplaced", "PlanEnded", Until("until"))

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


@fact
class PlanEnded:
    """A plan of the reform is over, as its office ended it（改革方案结束）."""

    basis = "ours"
    labels = {"confirmed": "确认", "plan": "方案", "cancelled": "取消的任务数"}
    personal = ()
    ended_by = ()
    ends = "confirmed"

    unit: UnitId
    confirmed: FactId | None
    plan: UUID
    cancelled: int
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
    """A unit's part in a measure is over, for its plan gave way to a newer one or ended（不再承担改革举措）."""

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


# dockets


@fact
class EntryListed:
    """A matter stands on a unit's docket（列入清单）."""

    basis = "004"
    labels = {"docket": "清单", "due": "完成期限"}
    personal = ()
    ended_by = ("EntryDone", "EntryDropped")

    entry: SubjectId
    docket: UUID
    due: date | None = None
    unit: UnitId
    on: date


@fact
class EntryDone:
    """A matter on a docket is done（清单事项完成）."""

    basis = "004"
    labels = {"listed": "列入", "in_time": "按期"}
    personal = ()
    ended_by = ()
    ends = "listed"

    entry: SubjectId
    listed: FactId
    in_time: bool
    unit: UnitId
    on: date


@fact
class EntryDropped:
    """A matter was taken off a docket（移出清单）."""

    basis = "ours"
    labels = {"listed": "列入"}
    personal = ()
    ended_by = ()
    ends = "listed"

    entry: SubjectId
    listed: FactId
    unit: UnitId
    on: date


@fact
class DocketConfirmed:
    """A unit confirmed its docket for a period（确认清单）."""

    basis = "004"
    labels = {"period": "确认期", "entries": "条目数", "done": "完成数"}
    personal = ()
    ended_by = ()

    docket: SubjectId
    period: str
    entries: int
    done: int
    unit: UnitId
    on: date


# programmes


@fact
class FirmJoinedProgramme:
    """A firm was taken into a cohort of a programme（列入培育）."""

    basis = "004"
    labels = {"programme": "工作体系", "item": "条目", "cohort": "培育期"}
    personal = ()
    ended_by = ("FirmLeftProgramme",)

    employer: EmployerId
    programme: UUID
    item: UUID
    cohort: UUID
    unit: UnitId
    on: date


@fact
class FirmLeftProgramme:
    """A firm left a cohort, because it was brought far enough or for another reason（离开培育）."""

    basis = "ours"
    labels = {"joined": "列入", "graduated": "出师"}
    personal = ()
    ended_by = ()
    ends = "joined"

    employer: EmployerId
    joined: FactId
    graduated: bool
    unit: UnitId
    on: date


@fact
class FirmAssisted:
    """Something was done for a firm of a cohort（帮扶企业）."""

    basis = "004"
    labels = {"joined": "列入", "people": "惠及人数"}
    personal = ()
    ended_by = ()

    employer: EmployerId
    joined: FactId
    people: int = 0
    unit: UnitId
    on: date


# pilots


class PilotEnd(Enum):
    """Why a pilot ended before its day."""

    REVOKED = "revoked"
    WITHDREW = "withdrew"


@fact
class PilotNamed:
    """A unit is a pilot of the reform, of one of a batch's types（确定试点）."""

    basis = "002"
    labels = {"pilot": "试点", "batch": "批次", "type": "类型", "has_project": "项目试点", "until": "试点期到"}
    personal = ()
    ended_by = ("PilotEnded", Until("until"))

    pilot: SubjectId
    batch: UUID
    type: UUID
    has_project: bool
    unit: UnitId
    until: date | None = None
    on: date


@fact
class PilotEnded:
    """A unit is no longer a pilot, before its day came（撤销试点）."""

    basis = "ours"
    labels = {"pilot": "试点", "named": "确定", "why": "原因"}
    personal = ()
    ended_by = ()
    ends = "named"

    pilot: SubjectId
    named: FactId
    why: PilotEnd
    unit: UnitId
    on: date


@fact
class PilotTaskTaken:
    """A task stands on a pilot's yearly list（列入试点年度任务清单）."""

    basis = "002"
    labels = {"task": "任务", "pilot": "试点", "year": "年度"}
    personal = ()
    ended_by = ()

    task: SubjectId
    pilot: UUID
    year: int
    unit: UnitId
    on: date


@fact
class PilotReported:
    """A pilot's report of a year was accepted（认可试点年度报告）."""

    basis = "002"
    labels = {"pilot": "试点", "year": "年度", "tasks": "任务数", "done": "完成数", "in_time": "按期报送"}
    personal = ()
    ended_by = ()

    pilot: SubjectId
    year: int
    tasks: int
    done: int
    in_time: bool
    unit: UnitId
    on: date


# policy papers


class Assessed(Enum):
    """What a review of a policy paper came to."""

    KEPT = "kept"
    TO_REVISE = "to_revise"
    TO_REPEAL = "to_repeal"


@fact
class PolicyPaperIssued:
    """A policy paper was issued（印发政策文件）."""

    basis = "002"
    labels = {"paper": "政策文件", "number": "发文字号", "kind": "文种", "level": "级别"}
    personal = ()
    ended_by = ()

    paper: SubjectId
    number: str
    kind: str
    level: str
    unit: UnitId
    on: date


@fact
class PolicyPaperInForce:
    """A policy paper is in force from this day on（政策文件施行）."""

    basis = "002"
    labels = {"paper": "政策文件", "number": "发文字号", "kind": "文种", "level": "级别", "until": "有效期至"}
    personal = ()
    ended_by = ("PolicyPaperSuperseded", "PolicyPaperRepealed", Until("until"))

    paper: SubjectId
    number: str
    kind: str
    level: str
    unit: UnitId
    until: date | None = None
    on: date


@fact
class PolicyPaperSuperseded:
    """A policy paper gave way to another, as a whole or in some of its clauses（政策文件被替代）."""

    basis = "002"
    labels = {"paper": "政策文件", "by": "新文件", "whole": "整体替代", "held": "原施行"}
    personal = ()
    ended_by = ()
    ends = "held"

    paper: SubjectId
    by: UUID
    whole: bool
    held: FactId | None = None
    unit: UnitId
    on: date


@fact
class PolicyPaperRepealed:
    """A policy paper is no longer valid（政策文件废止）."""

    basis = "002"
    labels = {"paper": "政策文件", "by": "废止它的文件", "held": "原施行"}
    personal = ()
    ended_by = ()
    ends = "held"

    paper: SubjectId
    held: FactId
    by: UUID | None = None
    unit: UnitId
    on: date


@fact
class PolicyPaperReviewed:
    """A policy paper was assessed with its uptake: it goes on, is to be revised or repealed（政策文件评估）."""

    basis = "003#21.2"
    labels = {"paper": "政策文件", "outcome": "结论", "in_time": "按期评估", "due": "到期评估"}
    personal = ()
    ended_by = ()
    ends = "due"

    paper: SubjectId
    outcome: Assessed
    in_time: bool
    due: FactId | None = None
    unit: UnitId
    on: date


@fact
class PolicyPaperReviewDue:
    """On this day a policy paper had to be reviewed（政策文件到期评估）."""

    basis = "003#21.2"
    labels = {"paper": "政策文件"}
    personal = ()
    ended_by = ("PolicyPaperReviewed",)

    paper: SubjectId
    unit: UnitId
    on: date


# inspections


@fact
class UnitInspected:
    """A unit was inspected on the spot（单位受检）."""

    basis = "003#21.3"
    labels = {"inspection": "监督检查"}
    personal = ()
    ended_by = ()

    unit: UnitId
    inspection: UUID
    on: date


@fact
class FindingMade:
    """Something was found at a unit that must be put right（发现检查问题）."""

    basis = "003#21.3"
    labels = {"finding": "问题", "inspection": "监督检查", "due": "整改期限"}
    personal = ()
    ended_by = ("FindingClosed",)

    finding: SubjectId
    inspection: UUID
    due: date
    unit: UnitId
    on: date


@fact
class FindingClosed:
    """What was found was put right and looked at again（检查问题销号）."""

    basis = "003#21.3"
    labels = {"finding": "问题", "made": "发现", "in_time": "按期整改"}
    personal = ()
    ended_by = ()
    ends = "made"

    finding: SubjectId
    made: FactId
    in_time: bool
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
