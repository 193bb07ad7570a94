"""What is counted of honours: who holds which title, what was given, refused and paid, and who is cultivated."""

from ibis import _

from jiangtai.indicators import (
    Employments,
    Facts,
    Measure,
    Unit,
    attendances,
    coverage,
    heading,
    indicator,
    persons,
    share,
    things,
    total,
    units,
    watched,
)
from jiangtai.lake import reference

from .facts import (
    AwardDue,
    AwardPaid,
    FollowUpDone,
    HonorGranted,
    HonorRevoked,
    JudgingRightGranted,
    MentorAssigned,
    NominationRefused,
    Part,
    PlaqueGranted,
    RegisterEntered,
)
from .models import HonorTitle

heading("honors", "荣誉", 20)
_TITLES = reference("honor_titles", HonorTitle, id="string", kind="string")
_KIND = HonorTitle.Kind


@indicator("honors.holders", label="荣誉称号持有人数", unit=Unit.PERSON, better="up", basis="003#14.2")
def holders(granted: Facts[HonorGranted]) -> Measure:
    """期末持有有效荣誉称号的人，有几项的只算一次；撤销、到期的不算。"""
    return persons(granted.current())


@indicator("honors.held", label="有效荣誉称号数", unit=Unit.ITEM, better="up", basis="003#14.2")
def held(granted: Facts[HonorGranted]) -> Measure:
    """期末有效的荣誉称号，一人有几项算几件。"""
    return things(granted.current())


@indicator("honors.named", label="本期命名人数", unit=Unit.PERSON, better="up", basis="003#8.1")
def named(granted: Facts[HonorGranted]) -> Measure:
    """本期被授予荣誉称号的人，每人只算一次；后来撤销的仍算本期命名过。"""
    return persons(granted.during())


@indicator("honors.granted", label="本期授予荣誉人次", unit=Unit.ATTENDANCE, better="up", basis="003#8.1")
def granted_times(granted: Facts[HonorGranted]) -> Measure:
    """本期授予荣誉称号的次数，一人两项算两次。"""
    return attendances(granted.during())


@indicator("honors.provincial_holders", label="省市级以上荣誉持有人数", unit=Unit.PERSON, better="up", basis="003#14.1")
def provincial_holders(granted: Facts[HonorGranted]) -> Measure:
    """期末持有国家级或省市级有效荣誉称号的人。"""
    return persons(granted.current().where(_.tier.isin(["national", "provincial"])))


@indicator("honors.district_holders", label="区级荣誉持有人数", unit=Unit.PERSON, better="up", basis="003#14.2")
def district_holders(granted: Facts[HonorGranted]) -> Measure:
    """期末持有区（产业）级有效荣誉称号的人。"""
    return persons(granted.current().where(_.tier == "district"))


@indicator("honors.craftsmen", label="工匠人数", unit=Unit.PERSON, better="up", basis="003#8.1", aliases=("工匠",))
def craftsmen(granted: Facts[HonorGranted]) -> Measure:
    """期末持有工匠类有效称号的人。"""
    return persons(granted.current().with_catalogue(_TITLES, "title").where(_.kind == _KIND.CRAFTSMAN.value))


@indicator(
    "honors.model_workers",
    label="劳动模范人数",
    unit=Unit.PERSON,
    better="up",
    basis="003#14.2",
    aliases=("劳模", "劳动模范"),
)
def model_workers(granted: Facts[HonorGranted]) -> Measure:
    """期末持有劳动模范类有效称号的人。"""
    return persons(granted.current().with_catalogue(_TITLES, "title").where(_.kind == _KIND.MODEL_WORKER.value))


@indicator("honors.young_talents", label="青年技能人才人数", unit=Unit.PERSON, better="up", basis="003#11.4")
def young_talents(granted: Facts[HonorGranted]) -> Measure:
    """期末持有青年技能人才类有效称号的人。"""
    return persons(granted.current().with_catalogue(_TITLES, "title").where(_.kind == _KIND.YOUNG_TALENT.value))


@indicator(
    "honors.ecosystem_talents",
    label="产业生态圈人才人数",
    unit=Unit.PERSON,
    better="up",
    basis="000",
    aliases=("生态圈人才",),
)
def ecosystem_talents(granted: Facts[HonorGranted]) -> Measure:
    """期末持有产业生态圈人才类有效称号的人。"""
    return persons(granted.current().with_catalogue(_TITLES, "title").where(_.kind == _KIND.ECOSYSTEM_TALENT.value))


@indicator(
    "honors.production_share", label="本期命名的人中一线职工比重", unit=Unit.PERCENT, better="up", basis="003#14.3"
)
def production_share(granted: Facts[HonorGranted], employed: Employments) -> Measure:
    """本期被授予荣誉称号的人中，期末在一线岗位的人所占的比重；是不是一线没有登记的算在分母里。"""
    return coverage(granted.during(), within=employed.current().where(_.is_production))


@indicator(
    "honors.women_share", label="荣誉持有人中女职工比重", unit=Unit.PERCENT, better="", basis="law: 妇女权益保障法"
)
def women_share(granted: Facts[HonorGranted]) -> Measure:
    """期末持有有效荣誉称号的人中女性所占的比重。"""
    return share(granted.current().with_persons(), where=_.sex == "女")


@indicator("honors.young_share", label="荣誉持有人中35岁以下比重", unit=Unit.PERCENT, better="up", basis="003#11.4")
def young_share(granted: Facts[HonorGranted]) -> Measure:
    """期末持有有效荣誉称号的人中，按出生年份不超过35岁的人所占的比重。"""
    return coverage(granted.current(), within=granted.current().aged(most=35))


@indicator("honors.revoked", label="本期撤销荣誉人数", unit=Unit.PERSON, better="down", basis="ours")
def revoked(taken: Facts[HonorRevoked]) -> Measure:
    """本期被撤销荣誉称号的人。"""
    return persons(taken.during())


@indicator("honors.refused", label="本期未获命名人次", unit=Unit.ATTENDANCE, better="", basis="ours")
def refused(turned_down: Facts[NominationRefused]) -> Measure:
    """本期办结、没有命名的提名，含评审未入围的。"""
    return attendances(turned_down.during())


@indicator("honors.award_due", label="待发奖金", unit=Unit.YUAN, better="down", basis="003#8.3")
def award_due(due: Facts[AwardDue]) -> Measure:
    """期末已经命名、还没有发放的一次性奖金合计；荣誉撤销的不再发放。"""
    return total(due.current(), _.amount)


@indicator(
    "honors.award_paid", label="本期已发奖金", unit=Unit.YUAN, better="", basis="003#8.3", aliases=("奖励资金", "奖金")
)
def award_paid(paid: Facts[AwardPaid]) -> Measure:
    """本期发放的一次性奖金合计。"""
    return total(paid.during(), _.amount)


@indicator("honors.award_paid_persons", label="本期领取奖金人数", unit=Unit.PERSON, better="", basis="003#8.3")
def award_paid_persons(paid: Facts[AwardPaid]) -> Measure:
    """本期领到一次性奖金的人。"""
    return persons(paid.during())


@indicator(
    "honors.plaque_units",
    label="持有牌匾的单位数",
    unit=Unit.FIRM,
    better="up",
    basis="004",
    aliases=("标杆企业", "示范单位"),
)
def plaque_units(granted: Facts[PlaqueGranted]) -> Measure:
    """期末持有有效标杆、示范牌匾的单位，有几块的只算一次；摘牌、到期的不算。"""
    return units(granted.current())


@indicator("honors.judging_bodies", label="有人才评审权的单位数", unit=Unit.FIRM, better="up", basis="000")
def judging_bodies(granted: Facts[JudgingRightGranted]) -> Measure:
    """期末有产业生态圈人才评审权的链主企业和协会。"""
    return units(granted.current())


@indicator(
    "honors.speakers", label="劳模宣讲团人数", unit=Unit.PERSON, better="up", basis="003#24.1", aliases=("宣讲团",)
)
def speakers(entered: Facts[RegisterEntered]) -> Measure:
    """期末在劳模宣讲团名册上的人。"""
    return persons(entered.current().where(_.part == Part.SPEAKERS.value))


@indicator("honors.studio_leaders", label="领衔劳模工作室人数", unit=Unit.PERSON, better="up", basis="003#16.2")
def studio_leaders(entered: Facts[RegisterEntered]) -> Measure:
    """期末在劳模工作室名册上的人。"""
    return persons(entered.current().where(_.part == Part.STUDIO.value))


@indicator("honors.mentored", label="有培养导师的青年人才人数", unit=Unit.PERSON, better="up", basis="003#11.4")
def mentored(assigned: Facts[MentorAssigned]) -> Measure:
    """期末在培养期内、有导师的青年技能人才。"""
    return persons(assigned.current())


@indicator("honors.mentor_coverage", label="青年技能人才导师覆盖率", unit=Unit.PERCENT, better="up", basis="003#11.4")
def mentor_coverage(granted: Facts[HonorGranted], assigned: Facts[MentorAssigned]) -> Measure:
    """期末持有青年技能人才类称号的人中，在培养期内有导师的人所占的比重。"""
    young = granted.current().with_catalogue(_TITLES, "title").where(_.kind == _KIND.YOUNG_TALENT.value)
    return coverage(young, within=assigned.current())


@indicator("honors.follow_ups", label="本期培养跟踪次数", unit=Unit.TIME, better="up", basis="003#11.4")
def follow_ups(done: Facts[FollowUpDone]) -> Measure:
    """本期对青年技能人才培养情况的跟踪，每次都算。"""
    return things(done.during())


# Whose desk has which of these.
watched(
    "honors.holders",
    office=4,
    leader=4,
    root_union=5,
    union=5,
    enterprise_union=5,
    street=4,
    department=3,
    enterprise=5,
)
