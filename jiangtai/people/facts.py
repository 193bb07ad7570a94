"""What the house asserts of persons, their employment and their union, and of employers that are barred."""

from datetime import date
from enum import Enum, IntEnum

from jiangtai.ledger.declare import EmployerId, FactId, PersonId, UnitId, Until, fact


class Detail(Enum):
    """A detail of a person that was put right; the ledger says which, never what it was."""

    NAME = "name"
    IDENTITY = "id_number"
    PHONE = "phone"
    BIRTH = "birth"
    SEX = "sex"
    HUKOU = "hukou"
    EDUCATION = "education"
    UNION_CARD = "union_card"

    @property
    def label(self) -> str:
        """As users read it."""
        return _DETAILS[self]


_DETAILS = {
    Detail.NAME: "姓名",
    Detail.IDENTITY: "身份证号",
    Detail.PHONE: "手机号",
    Detail.BIRTH: "出生日期",
    Detail.SEX: "性别",
    Detail.HUKOU: "户籍",
    Detail.EDUCATION: "学历",
    Detail.UNION_CARD: "会员卡号",
}


class Form(Enum):
    """How a person works for an employer."""

    CONTRACT = "contract"
    DISPATCHED = "dispatched"
    PLATFORM = "platform"
    PART_TIME = "part_time"

    @property
    def label(self) -> str:
        """As users read it."""
        return _FORMS[self]


_FORMS = {
    Form.CONTRACT: "劳动合同",
    Form.DISPATCHED: "劳务派遣",
    Form.PLATFORM: "新就业形态",
    Form.PART_TIME: "非全日制",
}


class LeavingReason(Enum):
    """Why an employment ended."""

    RESIGNED = "resigned"
    EXPIRED = "expired"
    DISMISSED = "dismissed"
    RETIRED = "retired"
    DIED = "died"
    MOVED = "moved"
    MERGED = "merged"
    ERASED = "erased"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As users read it."""
        return _LEAVINGS[self]


_LEAVINGS = {
    LeavingReason.RESIGNED: "本人辞职",
    LeavingReason.EXPIRED: "合同期满",
    LeavingReason.DISMISSED: "单位解除",
    LeavingReason.RETIRED: "退休",
    LeavingReason.DIED: "去世",
    LeavingReason.MOVED: "调动或换工种",
    LeavingReason.MERGED: "单位合并",
    LeavingReason.ERASED: "本人注销",
    LeavingReason.OTHER: "其他",
}


class UnionLeaving(Enum):
    """Why a union membership ended."""

    TRANSFERRED = "transferred"
    RESIGNED = "resigned"
    REMOVED = "removed"
    RETIRED = "retired"
    DIED = "died"
    MERGED = "merged"
    ERASED = "erased"

    @property
    def label(self) -> str:
        """As users read it."""
        return _UNION_LEAVINGS[self]


_UNION_LEAVINGS = {
    UnionLeaving.TRANSFERRED: "转出会籍",
    UnionLeaving.RESIGNED: "本人退会",
    UnionLeaving.REMOVED: "除名",
    UnionLeaving.RETIRED: "退休保留会籍",
    UnionLeaving.DIED: "去世",
    UnionLeaving.MERGED: "工会合并",
    UnionLeaving.ERASED: "本人注销",
}


class Level(IntEnum):
    """The eight levels of skill of the "new eight" (新八级工), each above those before it."""

    APPRENTICE = 1
    JUNIOR = 2
    INTERMEDIATE = 3
    SENIOR = 4
    TECHNICIAN = 5
    SENIOR_TECHNICIAN = 6
    SPECIAL_TECHNICIAN = 7
    CHIEF_TECHNICIAN = 8

    @property
    def label(self) -> str:
        """As users read it, with the grade of the national qualification where there is one."""
        return _LEVELS[self]


_LEVELS = {
    Level.APPRENTICE: "学徒工",
    Level.JUNIOR: "初级工（五级）",
    Level.INTERMEDIATE: "中级工（四级）",
    Level.SENIOR: "高级工（三级）",
    Level.TECHNICIAN: "技师（二级）",
    Level.SENIOR_TECHNICIAN: "高级技师（一级）",
    Level.SPECIAL_TECHNICIAN: "特级技师",
    Level.CHIEF_TECHNICIAN: "首席技师",
}


class ListingReason(Enum):
    """What put an employer on the blacklist."""

    WAGE_ARREARS = "wage_arrears"
    MAJOR_VIOLATION = "major_violation"
    SAFETY_ACCIDENT = "safety_accident"
    INSURANCE_EVASION = "insurance_evasion"

    @property
    def label(self) -> str:
        """As users read it."""
        return _LISTINGS[self]


_LISTINGS = {
    ListingReason.WAGE_ARREARS: "拖欠劳动报酬",
    ListingReason.MAJOR_VIOLATION: "重大劳动保障违法",
    ListingReason.SAFETY_ACCIDENT: "重大生产安全责任事故",
    ListingReason.INSURANCE_EVASION: "逃避缴纳社会保险费",
}


class DelistingReason(Enum):
    """Why an employer left the blacklist before its term was over."""

    RECTIFIED = "rectified"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """As users read it."""
        return _DELISTINGS[self]


_DELISTINGS = {DelistingReason.RECTIFIED: "整改到位，提前移出", DelistingReason.REVOKED: "决定撤销或变更"}


@fact
class PersonRegistered:
    """A person entered the register (登记建档)."""

    basis = "003#17.1"
    personal = ()
    ended_by = ()

    person: PersonId
    unit: UnitId
    on: date


@fact
class PersonChanged:
    """A detail of a person was put right (信息变更)."""

    basis = "003#17.1"
    personal = ()
    ended_by = ()
    labels = {"what": "变更内容"}

    person: PersonId
    what: Detail
    unit: UnitId | None = None
    on: date


@fact
class PersonDied:
    """A person died (去世)."""

    basis = "003#17.1"
    personal = ()
    ended_by = ()

    person: PersonId
    unit: UnitId | None = None
    on: date


@fact
class PersonsMerged:
    """Two files were found to be one person's (档案归并)."""

    basis = "003#17.1"
    personal = ()
    ended_by = ()

    person: PersonId
    other: PersonId
    unit: UnitId | None = None
    on: date


@fact
class PersonsParted:
    """A merge of two files was taken back (撤销归并)."""

    basis = "003#17.1"
    personal = ()
    ended_by = ()

    person: PersonId
    other: PersonId
    unit: UnitId | None = None
    on: date


@fact
class PersonSplit:
    """Of one file that lists had made of two people, the other's lines went into a file of their own (档案拆分)."""

    basis = "003#17.1"
    personal = ()
    ended_by = ()

    person: PersonId
    other: PersonId
    unit: UnitId | None = None
    on: date


@fact
class EmploymentBegan:
    """A person began to work for an employer (入职)."""

    basis = "003#17.1"
    personal = ()
    ended_by = "EmploymentEnded"
    labels = {"occupation": "工种", "form": "用工形式", "is_production": "一线职工"}

    person: PersonId
    unit: UnitId
    occupation: str
    form: Form | None  # None, here and below: nobody said
    is_production: bool | None
    on: date


@fact
class EmploymentEnded:
    """A person no longer works for an employer, from that day on (离职)."""

    basis = "003#17.1"
    personal = ()
    ended_by = ()
    ends = "employment"
    labels = {"why": "原因"}

    person: PersonId
    employment: FactId
    why: LeavingReason
    unit: UnitId
    on: date


@fact
class UnionJoined:
    """A person became a member of a union organisation (入会)."""

    basis = "003#17.1"
    personal = ()
    ended_by = "UnionLeft"

    person: PersonId
    unit: UnitId
    on: date


@fact
class UnionLeft:
    """A person is no longer a member of a union organisation, from that day on (退会)."""

    basis = "003#17.1"
    personal = ()
    ended_by = ()
    ends = "membership"
    labels = {"why": "原因"}

    person: PersonId
    membership: FactId
    why: UnionLeaving
    unit: UnitId
    on: date


@fact
class SkillCertified:
    """An evaluation body certified a person's level in an occupation; the number is the person's own (取得技能等级).

    It stands at the unit where the person belonged when it was entered, as every fact about a person does, and at the
    top where that is unknown: at the body that issued it, the whole city's skill would lie in one evaluation centre.
    """

    basis = ("003#9.1", "000")
    personal = ("number",)
    ended_by = "CertificateWithdrawn"
    labels = {"occupation": "职业（工种）", "level": "技能等级"}

    person: PersonId
    occupation: str
    level: Level
    number: str
    unit: UnitId | None = None
    on: date


@fact
class CertificateWithdrawn:
    """A certificate of skill holds no longer, from that day on (技能等级证书作废)."""

    basis = "003#9.1"
    personal = ()
    ended_by = ()
    ends = "certificate"

    person: PersonId
    certificate: FactId
    unit: UnitId | None = None
    on: date


@fact
class InvestigationOpened:
    """An employer is looked into for the blacklist; until that is closed nobody stops answering for it (列入核查)."""

    basis = "ours"
    personal = ()
    ended_by = "InvestigationClosed"
    labels = {"why": "事由", "caused": "事由发生日", "decision": "立案文号"}

    employer: EmployerId
    why: ListingReason
    decision: str
    caused: date
    unit: UnitId
    on: date


@fact
class InvestigationClosed:
    """An employer is no longer looked into for the blacklist, whatever came of it (核查结束)."""

    basis = "ours"
    personal = ()
    ended_by = ()
    ends = "investigation"

    employer: EmployerId
    investigation: FactId
    unit: UnitId
    on: date


@fact
class EmployerBlacklisted:
    """An employer stands on the blacklist until its term is over or it is taken off (列入黑名单)."""

    basis = "003#19.2"
    personal = ()
    ended_by = ("EmployerDelisted", Until("until"))
    labels = {"why": "事由", "caused": "事由发生日", "decision": "决定文号", "until": "期满日"}

    employer: EmployerId
    why: ListingReason
    decision: str
    until: date
    unit: UnitId
    caused: date | None = None
    on: date


@fact
class EmployerDelisted:
    """An employer was taken off the blacklist before its term was over (移出黑名单)."""

    basis = "003#19.2"
    personal = ()
    ended_by = ()
    ends = "listing"
    labels = {"why": "原因", "decision": "决定文号"}

    employer: EmployerId
    listing: FactId
    why: DelistingReason
    decision: str
    unit: UnitId
    on: date


class EmployerTag(Enum):
    """A list on which a department keeps employers, beside what they are by themselves."""

    TECHNOLOGY = "technology"
    HIGH_TECH = "high_tech"
    INNOVATIVE = "innovative"
    SPECIALISED = "specialised"
    LITTLE_GIANT = "little_giant"
    ABOVE_SCALE = "above_scale"
    TEACHING = "teaching"

    @property
    def label(self) -> str:
        """As users read it."""
        return _TAGS[self]


_TAGS = {
    EmployerTag.TECHNOLOGY: "科技型中小企业",
    EmployerTag.HIGH_TECH: "高新技术企业",
    EmployerTag.INNOVATIVE: "创新型中小企业",
    EmployerTag.SPECIALISED: "专精特新中小企业",
    EmployerTag.LITTLE_GIANT: "专精特新“小巨人”企业",
    EmployerTag.ABOVE_SCALE: "规模以上企业",
    EmployerTag.TEACHING: "产教融合型企业",
}


@fact
class EmployerTagged:
    """An employer stands on a department's list, until its term is over or it is taken off (列入企业标签)."""

    basis = "001"
    personal = ()
    ended_by = ("EmployerUntagged", Until("until"))
    labels = {"tag": "标签", "document": "依据文号", "until": "有效期至"}

    employer: EmployerId
    tag: EmployerTag
    document: str
    until: date | None = None
    unit: UnitId
    on: date


@fact
class EmployerUntagged:
    """An employer no longer stands on a department's list, from that day on (移出企业标签)."""

    basis = "001"
    personal = ()
    ended_by = ()
    ends = "tagging"
    labels = {"document": "依据文号"}

    employer: EmployerId
    tagging: FactId
    document: str
    unit: UnitId
    on: date


@fact
class ResponsibleBarred:
    """A responsible person of a listed employer is barred with it (责任人受限)."""

    basis = "003#19.2"
    personal = ()
    ended_by = ("ResponsibleReleased", Until("until"))
    labels = {"until": "期满日"}

    person: PersonId
    listing: FactId
    until: date
    unit: UnitId
    on: date


@fact
class ResponsibleReleased:
    """A responsible person is no longer barred (责任人解除受限)."""

    basis = "003#19.2"
    personal = ()
    ended_by = ()
    ends = "bar"

    person: PersonId
    bar: FactId
    unit: UnitId
    on: date
