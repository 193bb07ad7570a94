"""What honours assert: who was named what, what was taken back, what was refused, and which award is due and paid."""

from datetime import date
from decimal import Decimal
from enum import Enum

from jiangtai.ledger import EmployerId, FactId, PersonId, UnitId, Until, fact


class Tier(Enum):
    """The four tiers of titles."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    DISTRICT = "district"
    ENTERPRISE = "enterprise"

    @property
    def label(self) -> str:
        """As users read it."""
        return _TIERS[self]

    @property
    def rank(self) -> int:
        """The highest first."""
        return list(Tier).index(self)


_TIERS = {
    Tier.NATIONAL: "国家",
    Tier.PROVINCIAL: "省市",
    Tier.DISTRICT: "区（产业）",
    Tier.ENTERPRISE: "企业",
}


class RevokedFor(Enum):
    """Why an honour was taken back."""

    FRAUD = "fraud"
    CRIME = "crime"
    ACCIDENT = "accident"
    CONDUCT = "conduct"
    OWN_WISH = "own_wish"

    @property
    def label(self) -> str:
        """As users read it."""
        return _REVOKED[self]


_REVOKED = {
    RevokedFor.FRAUD: "弄虚作假",
    RevokedFor.CRIME: "受刑事处罚",
    RevokedFor.ACCIDENT: "负有责任的安全事故",
    RevokedFor.CONDUCT: "严重违反职业道德",
    RevokedFor.OWN_WISH: "本人放弃",
}


@fact
class HonorGranted:
    """A person now holds an honour（授予荣誉称号）."""

    basis = ("003#8.1", "003#14.2")
    labels = {"name": "称号", "tier": "层级", "document": "文号", "until": "有效期至"}
    personal = ()
    ended_by = ("HonorRevoked", Until("until"))

    person: PersonId
    title: str
    name: str
    tier: Tier
    document: str
    unit: UnitId
    until: date | None = None
    on: date


@fact
class HonorRevoked:
    """An honour was taken back for a stated reason（撤销荣誉称号）."""

    basis = "ours"
    labels = {"why": "原因", "document": "文号"}
    personal = ()
    ended_by = ()
    ends = "honor"

    person: PersonId
    honor: FactId
    why: RevokedFor
    document: str
    unit: UnitId
    on: date


@fact
class NominationRefused:
    """A nominee was not named（未获命名）."""

    basis = "ours"
    personal = ()
    ended_by = ()

    person: PersonId
    title: str
    stage: str
    unit: UnitId
    on: date


@fact
class AwardDue:
    """The one-off award of an honour is to be paid（奖金待发）."""

    basis = "003#8.3"
    labels = {"amount": "金额（元）"}
    personal = ()
    ended_by = ("AwardPaid", "AwardCancelled")

    person: PersonId
    honor: FactId
    amount: Decimal
    unit: UnitId
    on: date


@fact
class AwardPaid:
    """The one-off award was paid（奖金已发）."""

    basis = "003#8.3"
    labels = {"amount": "金额（元）", "batch": "凭证号"}
    personal = ()
    ended_by = ()
    ends = "award"

    person: PersonId
    award: FactId
    amount: Decimal
    batch: str
    unit: UnitId
    on: date


@fact
class AwardCancelled:
    """An award that was due is not paid any more, because the honour was taken back（奖金不再发放）."""

    basis = "ours"
    personal = ()
    ended_by = ()
    ends = "award"

    person: PersonId
    award: FactId
    unit: UnitId
    on: date


@fact
class PlaqueGranted:
    """A unit now carries a plaque（单位授牌）."""

    basis = "004"
    labels = {"name": "牌匾", "tier": "层级", "document": "文号", "until": "有效期至"}
    personal = ()
    ended_by = ("PlaqueWithdrawn", Until("until"))

    employer: EmployerId
    title: str
    name: str
    tier: Tier
    document: str
    unit: UnitId
    until: date | None = None
    on: date


@fact
class PlaqueWithdrawn:
    """A unit lost its plaque（摘牌）."""

    basis = "ours"
    labels = {"document": "文号"}
    personal = ()
    ended_by = ()
    ends = "plaque"

    employer: EmployerId
    plaque: FactId
    document: str
    unit: UnitId
    on: date


@fact
class JudgingRightGranted:
    """A lead enterprise or an association may now judge talents of an ecosystem（授予人才评审权）."""

    basis = "000"
    personal = ()
    ended_by = ("JudgingRightWithdrawn", Until("until"))

    employer: EmployerId
    ecosystem: str
    document: str
    unit: UnitId
    until: date | None = None
    on: date


@fact
class JudgingRightWithdrawn:
    """A body may judge no more（收回人才评审权）."""

    basis = "000"
    personal = ()
    ended_by = ()
    ends = "right"

    employer: EmployerId
    right: FactId
    document: str
    unit: UnitId
    on: date


class Part(Enum):
    """The registers of model workers beside the book and the card."""

    ASSOCIATION = "association"
    STUDIO = "studio"
    SPEAKERS = "speakers"

    @property
    def label(self) -> str:
        """As users read it."""
        return {"association": "劳模协会", "studio": "劳模工作室", "speakers": "劳模宣讲团"}[self.value]


@fact
class RegisterEntered:
    """A model worker entered one of the registers: association, studio, speakers（列入劳模名册）."""

    basis = "002"
    labels = {"part": "名册", "name": "名称"}
    personal = ("name",)  # a studio is called after who leads it
    ended_by = ("RegisterLeft",)

    person: PersonId
    part: Part
    name: str
    unit: UnitId
    on: date


@fact
class RegisterLeft:
    """A model worker left one of the registers（退出劳模名册）."""

    basis = "002"
    personal = ()
    ended_by = ()
    ends = "entry"

    person: PersonId
    entry: FactId
    unit: UnitId
    on: date


@fact
class MentorAssigned:
    """A young talent has a mentor and a plan for a term（确定培养导师）."""

    basis = "003#11.4"
    labels = {"until": "培养至"}
    personal = ()
    ended_by = ("MentoringEnded", Until("until"))

    person: PersonId
    mentor: PersonId
    honor: FactId
    unit: UnitId
    until: date
    on: date


@fact
class MentoringEnded:
    """A mentor takes a young talent along no more, because another does（更换导师）."""

    basis = "003#11.4"
    personal = ()
    ended_by = ()
    ends = "mentoring"

    person: PersonId
    mentoring: FactId
    honor: FactId
    unit: UnitId
    on: date


@fact
class FollowUpDone:
    """The cultivation of a young talent was looked at（培养跟踪）."""

    basis = "003#11.4"
    labels = {"reached": "完成目标", "of": "目标"}
    personal = ()
    ended_by = ()

    person: PersonId
    honor: FactId
    reached: int
    of: int
    unit: UnitId
    on: date
