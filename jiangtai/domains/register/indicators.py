"""What is counted of the register: who works where, who belongs to a union, and what employers are known for."""

from ibis import _

from jiangtai.indicators import (
    Employments,
    Facts,
    Measure,
    Memberships,
    Persons,
    Unit,
    Units,
    attendances,
    coverage,
    heading,
    indicator,
    persons,
    share,
    things,
    units,
    watched,
)
from jiangtai.people.facts import (
    EmployerBlacklisted,
    EmployerTag,
    EmployerTagged,
    Level,
    PersonChanged,
    PersonRegistered,
    PersonsMerged,
    ResponsibleBarred,
    SkillCertified,
)

heading("register", "队伍", 10)
heading("skills", "技能", 15)
_RURAL = _.hukou.isin(["local_rural", "other_rural"])
_COLLEGE = _.education.isin(["10", "20", "30"])
_YOUNG = 35


@indicator("register.persons", label="登记在册人数", unit=Unit.PERSON, better="up", basis="003#17.1")
def registered_persons(everybody: Persons) -> Measure:
    """期末在登记库中、有工作单位或者工会会籍的人，每人只算一次，算在所在单位；没有单位的，算在所属工会。"""
    return persons(everybody)


@indicator(
    "register.workers",
    label="在岗职工人数",
    unit=Unit.PERSON,
    better="",
    basis="003#17.1",
    aliases=("职工总数", "职工"),
)
def workers(employed: Employments) -> Measure:
    """期末与用人单位有用工关系的人，在几家单位工作的只算一次。"""
    return persons(employed.current())


@indicator("register.production_workers", label="一线职工人数", unit=Unit.PERSON, better="", basis="003#6.4")
def production_workers(employed: Employments) -> Measure:
    """期末在生产、服务一线岗位的在岗职工，每人只算一次；是不是一线没有登记的不算。"""
    return persons(employed.current().where(_.is_production))


@indicator("register.production_share", label="一线职工占在岗职工比重", unit=Unit.PERCENT, better="", basis="003#6.4")
def production_share(employed: Employments) -> Measure:
    """期末在岗、是不是一线已登记的职工中，有一线岗位的人所占的比重；没有登记的不算在分母里。"""
    return share(employed.current().where(_.is_production.notnull()), where=_.is_production)


@indicator("register.employers", label="用人单位数", unit=Unit.FIRM, better="", basis="003#17.1")
def employers(employed: Employments) -> Measure:
    """期末至少有一名在岗职工登记在册的单位。"""
    return units(employed.current(), where="unit")


@indicator("register.enterprises", label="登记企业数", unit=Unit.FIRM, better="", basis="003#17.1", aliases=("企业",))
def enterprises(everywhere: Units) -> Measure:
    """期末已经设立、没有并入或撤销的企业，按单位变动的日期；登入本系统以前已有职工入职的，从第一名职工入职之日起算。"""
    return units(everywhere.current().where(_.kind == "enterprise"))


@indicator("register.hired", label="本期入职人次", unit=Unit.ATTENDANCE, better="", basis="003#12.2")
def hired(employed: Employments) -> Measure:
    """本期开始的用工关系，一人入职两次算两次。"""
    return attendances(employed.begun())


@indicator("register.left", label="本期离职人次", unit=Unit.ATTENDANCE, better="", basis="003#12.2")
def left(employed: Employments) -> Measure:
    """本期结束的用工关系，一人离职两次算两次。"""
    return attendances(employed.ended())


@indicator("register.retired", label="本期退休人数", unit=Unit.PERSON, better="", basis="003#17.1")
def retired(employed: Employments) -> Measure:
    """本期因退休结束用工关系的人。"""
    return persons(employed.ended().where(_.why == "retired"))


@indicator(
    "register.migrant_workers", label="农民工人数", unit=Unit.PERSON, better="", basis="003#10.1", aliases=("农民工",)
)
def migrant_workers(employed: Employments) -> Measure:
    """期末在岗、户籍为农村的职工。户籍没有登记的不算。"""
    return persons(employed.current().with_persons().where(_RURAL))


@indicator("register.migrant_share", label="农民工占在岗职工比重", unit=Unit.PERCENT, better="", basis="003#10.1")
def migrant_share(employed: Employments) -> Measure:
    """期末在岗职工中户籍为农村的人所占的比重；户籍没有登记的算在分母里。"""
    return share(employed.current().with_persons(), where=_RURAL)


@indicator(
    "register.women", label="女职工人数", unit=Unit.PERSON, better="", basis="law: 妇女权益保障法", aliases=("女职工",)
)
def women(employed: Employments) -> Measure:
    """期末在岗的女职工。"""
    return persons(employed.current().with_persons().where(_.sex == "女"))


@indicator(
    "register.women_share", label="女职工占在岗职工比重", unit=Unit.PERCENT, better="", basis="law: 妇女权益保障法"
)
def women_share(employed: Employments) -> Measure:
    """期末在岗职工中女职工所占的比重；性别没有登记的算在分母里。"""
    return share(employed.current().with_persons(), where=_.sex == "女")


@indicator("register.young_workers", label="35岁以下职工人数", unit=Unit.PERSON, better="", basis="003#11.4")
def young_workers(employed: Employments) -> Measure:
    """期末在岗、按出生年份计算不满或刚满35岁的职工。"""
    return persons(employed.current().aged(most=_YOUNG))


@indicator("register.college_workers", label="大专以上学历职工人数", unit=Unit.PERSON, better="up", basis="003#17.1")
def college_workers(employed: Employments) -> Measure:
    """期末在岗、学历为大学专科及以上的职工。"""
    return persons(employed.current().with_persons().where(_COLLEGE))


@indicator(
    "register.college_share",
    label="大专以上学历职工比重",
    unit=Unit.PERCENT,
    better="up",
    basis="003#17.1",
    aliases=("大专以上学历职工", "大专以上学历职工占在岗职工"),
)
def college_share(employed: Employments) -> Measure:
    """期末在岗、学历已登记的职工中，大学专科及以上的人所占的比重。"""
    return share(employed.current().with_persons().where(_.education != ""), where=_COLLEGE)


@indicator("register.dispatched", label="劳务派遣职工人数", unit=Unit.PERSON, better="", basis="law: 劳动合同法")
def dispatched(employed: Employments) -> Measure:
    """期末用工形式为劳务派遣的职工。"""
    return persons(employed.current().where(_.form == "dispatched"))


@indicator(
    "register.dispatched_share", label="劳务派遣职工比重", unit=Unit.PERCENT, better="down", basis="law: 劳动合同法"
)
def dispatched_share(employed: Employments) -> Measure:
    """期末在岗、用工形式已登记的职工中，劳务派遣的人所占的比重；没有登记的不算在分母里。"""
    return share(employed.current().where(_.form != ""), where=_.form == "dispatched")


@indicator(
    "register.platform_workers",
    label="新就业形态劳动者人数",
    unit=Unit.PERSON,
    better="",
    basis="law: 工会法",
    aliases=("新就业形态",),
)
def platform_workers(employed: Employments) -> Measure:
    """期末用工形式为平台用工的人。"""
    return persons(employed.current().where(_.form == "platform"))


@indicator(
    "register.manufacturing_workers",
    label="制造业职工人数",
    unit=Unit.PERSON,
    better="",
    basis="003#26.2",
    aliases=("制造业",),
)
def manufacturing_workers(employed: Employments) -> Measure:
    """期末在岗、所在单位行业代码属于制造业（C门类）的职工；单位行业没有登记的不算。"""
    return persons(employed.current().with_units().where(_.industry.startswith("C")))


@indicator(
    "register.members",
    label="工会会员人数",
    unit=Unit.PERSON,
    better="up",
    basis="003#4.3",
    aliases=("工会会员", "会员"),
)
def members(joined: Memberships) -> Measure:
    """期末有会籍的人。会籍在基层工会，逐级汇总。"""
    return persons(joined.current())


@indicator(
    "register.new_members",
    label="本期入会人数",
    unit=Unit.PERSON,
    better="up",
    basis="003#4.3",
    aliases=("新发展会员", "新增会员"),
)
def new_members(joined: Memberships) -> Measure:
    """会籍在本期开始的人；转会也算在转入的工会。"""
    return persons(joined.begun())


@indicator("register.left_members", label="本期退会人数", unit=Unit.PERSON, better="down", basis="003#4.3")
def left_members(joined: Memberships) -> Measure:
    """会籍在本期结束的人；转会也算在转出的工会。"""
    return persons(joined.ended())


@indicator(
    "register.union_coverage",
    label="在岗职工入会率",
    unit=Unit.PERCENT,
    better="up",
    basis="003#4.3",
    aliases=("入会率",),
)
def union_coverage(employed: Employments, joined: Memberships) -> Measure:
    """期末在岗职工中有会籍的人所占的比重，会籍在哪个工会都算。"""
    return coverage(employed.current(), within=joined.current())


@indicator("register.migrant_members", label="农民工会员人数", unit=Unit.PERSON, better="up", basis="003#10.1")
def migrant_members(joined: Memberships) -> Measure:
    """期末有会籍、户籍为农村的人。"""
    return persons(joined.current().with_persons().where(_RURAL))


@indicator(
    "register.platform_coverage", label="新就业形态劳动者入会率", unit=Unit.PERCENT, better="up", basis="law: 工会法"
)
def platform_coverage(employed: Employments, joined: Memberships) -> Measure:
    """期末平台用工的人中有会籍的人所占的比重。"""
    return coverage(employed.current().where(_.form == "platform"), within=joined.current())


@indicator(
    "register.unions", label="有会员的工会组织数", unit=Unit.FIRM, better="up", basis="003#4.5", aliases=("工会组织",)
)
def unions(joined: Memberships) -> Measure:
    """期末至少有一名会员的工会组织。"""
    return units(joined.current(), where="unit")


@indicator("register.registered", label="本期登记建档人数", unit=Unit.PERSON, better="up", basis="003#17.1")
def registered(entered: Facts[PersonRegistered]) -> Measure:
    """本期第一次进入登记库的人。"""
    return persons(entered.during())


@indicator("register.changes", label="本期信息变更件数", unit=Unit.ITEM, better="", basis="003#17.1")
def changes(changed: Facts[PersonChanged]) -> Measure:
    """本期登记信息的变更，改一项算一件。"""
    return things(changed.during())


@indicator("register.merges", label="本期归并档案件数", unit=Unit.ITEM, better="", basis="003#17.1")
def merges(merged: Facts[PersonsMerged]) -> Measure:
    """本期查明是同一个人、归并成一份的档案；撤销的归并不算。"""
    return things(merged.during())


@indicator("register.tagged_employers", label="列入企业名单的企业数", unit=Unit.FIRM, better="up", basis="001")
def tagged_employers(tagged: Facts[EmployerTagged]) -> Measure:
    """期末列在任一部门企业名单（高新技术、专精特新等）上的企业，列在几份名单上的只算一次。"""
    return units(tagged.current())


@indicator(
    "register.high_tech", label="高新技术企业数", unit=Unit.FIRM, better="up", basis="001", aliases=("高新技术企业",)
)
def high_tech(tagged: Facts[EmployerTagged]) -> Measure:
    """期末列在高新技术企业名单上的企业。"""
    return units(tagged.current().where(_.tag == EmployerTag.HIGH_TECH.value))


@indicator(
    "register.specialised", label="专精特新企业数", unit=Unit.FIRM, better="up", basis="001", aliases=("专精特新",)
)
def specialised(tagged: Facts[EmployerTagged]) -> Measure:
    """期末列在专精特新中小企业或“小巨人”企业名单上的企业，两份名单都在的只算一次。"""
    kinds = [EmployerTag.SPECIALISED.value, EmployerTag.LITTLE_GIANT.value]
    return units(tagged.current().where(_.tag.isin(kinds)))


@indicator("register.high_tech_workers", label="高新技术企业职工人数", unit=Unit.PERSON, better="up", basis="001")
def high_tech_workers(employed: Employments, tagged: Facts[EmployerTagged]) -> Measure:
    """期末在高新技术企业工作的在岗职工。"""
    return persons(employed.current().at(tagged.current().where(_.tag == EmployerTag.HIGH_TECH.value)))


@indicator(
    "register.blacklisted", label="黑名单企业数", unit=Unit.FIRM, better="down", basis="003#19.2", aliases=("黑名单",)
)
def blacklisted(listed: Facts[EmployerBlacklisted]) -> Measure:
    """期末在重大劳动保障违法“黑名单”上的企业，期满和移出的不算。"""
    return units(listed.current())


@indicator("register.newly_blacklisted", label="本期列入黑名单企业数", unit=Unit.FIRM, better="down", basis="003#19.2")
def newly_blacklisted(listed: Facts[EmployerBlacklisted]) -> Measure:
    """本期列入“黑名单”的企业，每家只算一次。"""
    return units(listed.during())


@indicator("register.barred", label="受限责任人数", unit=Unit.PERSON, better="down", basis="003#19.2")
def barred(listed: Facts[ResponsibleBarred]) -> Measure:
    """期末因企业列入“黑名单”而受限的法定代表人、主要负责人和直接责任人员。"""
    return persons(listed.current())


@indicator("skills.certified", label="本期取得职业技能等级证书人数", unit=Unit.PERSON, better="up", basis="003#9.1")
def newly_certified(certified: Facts[SkillCertified]) -> Measure:
    """发证日期在本期的技能等级证书的持有人，一人取得几本只算一次；算在证书登记时所在的单位，没有单位的算在所属工会，都没有的算在本级。"""
    return persons(certified.during())


@indicator(
    "skills.holders",
    label="持有技能等级证书的在岗职工人数",
    unit=Unit.PERSON,
    better="up",
    basis="003#9.1",
    aliases=("持证职工",),
)
def holders(employed: Employments, certified: Facts[SkillCertified]) -> Measure:
    """期末在岗、持有没有作废的职业技能等级证书的人，算在现在工作的单位；持有几本的只算一次。"""
    return persons(employed.current().among(certified.current()))


@indicator(
    "skills.high_skill_share",
    label="高技能人才占技能人才比重",
    unit=Unit.PERCENT,
    better="up",
    basis=("000", "003#9.1"),
)
def high_skill_share(employed: Employments, certified: Facts[SkillCertified]) -> Measure:
    """期末在岗、持有技能等级证书的人中，持有高级工（三级）及以上证书的人所占的比重，算在现在工作的单位。"""
    skilled = employed.current().among(certified.current())
    return coverage(skilled, within=certified.current().where(_.level >= Level.SENIOR))


# Whose desk has which of these.
watched("register.workers", office=1, leader=1, street=1, department=1, enterprise=1)
watched("register.union_coverage", office=2, leader=2, root_union=2, union=2, enterprise_union=2)
watched("register.members", root_union=1, union=1, enterprise_union=1)
watched("register.new_members", root_union=3, union=3, enterprise_union=3)
watched("register.platform_coverage", root_union=4, union=4)
watched("register.college_share", office=3, leader=3, enterprise=4)
watched("register.employers", street=2, department=2)
watched("register.migrant_workers", street=3)
watched("register.production_share", enterprise=2)
watched("register.women_share", enterprise=3)
watched("register.migrant_members", enterprise_union=4)
