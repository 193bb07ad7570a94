"""What is counted of the offices' own work: cases, decisions, notices, objections; and what cannot be counted yet."""

from uuid import UUID

from ibis import _

from jiangtai.access import current
from jiangtai.flows import inbox, origins
from jiangtai.flows.facts import (
    CaseClosed,
    CaseOpened,
    CaseReopened,
    NoticeShown,
    ObjectionRaised,
    StepDecided,
)
from jiangtai.indicators import (
    CASES,
    Facts,
    Measure,
    Unit,
    coverage,
    finds_things,
    heading,
    indicator,
    names_origins,
    names_things,
    needs,
    share,
    things,
    watched,
)
from jiangtai.ledger import FactRow

heading("work", "办理", 40)


@names_things(CASES)
def named_cases(ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """The cases within reach that a figure counts or a list names, by their matter and number."""
    near = inbox.overseen(current()).filter(pk__in=ids).order_by().values_list("pk", flat=True)
    return {case: (one.label, one.url) for case, one in origins.named(near, current()).items()}


@finds_things(CASES, "办件写办件编号")
def cases_numbered(texts: list[str]) -> dict[str, set[UUID]]:
    """The cases within reach that have these numbers."""
    rows = inbox.overseen(current()).filter(number__in=texts).order_by()
    return {number: {case} for number, case in rows.values_list("number", "pk")}


@names_origins
def cases_of(facts: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """The cases from which facts came; without a link where whoever acts may not open it."""
    rows = FactRow.objects.filter(pk__in=facts).only("cause", "cause_id")
    return {fact: (one.label, one.url) for fact, one in origins.of(rows, current()).items()}


@indicator("work.opened", label="本期受理件数", unit=Unit.ITEM, better="", basis="ours", aliases=("受理",))
def opened(begun: Facts[CaseOpened]) -> Measure:
    """本期立案的办件，算在当事人所在单位。"""
    return things(begun.during())


@indicator("work.open", label="在办件数", unit=Unit.ITEM, better="down", basis="ours")
def still_open(begun: Facts[CaseOpened], ended: Facts[CaseClosed], again: Facts[CaseReopened]) -> Measure:
    """期末已经立案、还没有办结的办件；申诉后重新办理的，到再次办结为止算在办。"""
    return things(begun.until_now().but(ended.until_now().not_followed_by(again.until_now())))


@indicator("work.closed", label="本期办结件数", unit=Unit.ITEM, better="up", basis="ours", aliases=("办结",))
def closed(ended: Facts[CaseClosed]) -> Measure:
    """本期办结的办件，不论结果。"""
    return things(ended.during())


@indicator("work.decisions", label="本期办理环节次数", unit=Unit.TIME, better="", basis="ours")
def decisions(decided: Facts[StepDecided]) -> Measure:
    """本期各环节作出的办理，一件办件经过几个环节算几次。"""
    return things(decided.during())


@indicator("work.late", label="本期逾期办理次数", unit=Unit.TIME, better="down", basis="ours")
def late(decided: Facts[StepDecided]) -> Measure:
    """本期超过办理期限才作出的环节办理。"""
    return things(decided.during().where(_.late))


@indicator("work.on_time", label="按期办理率", unit=Unit.PERCENT, better="up", basis="ours")
def on_time(decided: Facts[StepDecided]) -> Measure:
    """本期作出的环节办理中，在期限内作出的所占的比重，每次办理都算。"""
    return share(decided.during(), where=~_.late, by="position")


@indicator("work.by_letter", label="本期代录办理次数", unit=Unit.TIME, better="", basis="ours")
def by_letter(decided: Facts[StepDecided]) -> Measure:
    """本期由牵头单位凭来函代为录入的环节办理。"""
    return things(decided.during().where(_.by_letter))


@indicator("work.notices", label="本期公示件数", unit=Unit.ITEM, better="", basis="003#8.1", aliases=("公示",))
def notices(shown: Facts[NoticeShown]) -> Measure:
    """本期开始公示的办件，一件公示两次算两次。"""
    return things(shown.during())


@indicator("work.objections", label="本期异议件数", unit=Unit.ITEM, better="", basis="ours", aliases=("异议",))
def objections(raised: Facts[ObjectionRaised]) -> Measure:
    """本期公示期间收到的异议。"""
    return things(raised.during())


@indicator("work.objection_share", label="公示收到异议的比重", unit=Unit.PERCENT, better="down", basis="ours")
def objection_share(shown: Facts[NoticeShown], raised: Facts[ObjectionRaised]) -> Measure:
    """本期公示的办件中，收到过异议的所占的比重。"""
    return coverage(shown.during(), within=raised.until_now())


@indicator("work.appeals", label="本期申诉件数", unit=Unit.ITEM, better="", basis="ours", aliases=("申诉",))
def appeals(again: Facts[CaseReopened]) -> Measure:
    """本期不服结果、申诉后重新办理的办件。"""
    return things(again.during())


# What the sources tell of and no fact can say yet. It is shown as waiting, never as a number.
needs("learning.trained", "本期参加职业技能培训人次", Unit.ATTENDANCE, ("000", "003#6.6"), TrainingCompleted="培训结业")
needs("learning.classes", "本期举办职工培训班场次", Unit.SESSION, "002", TrainingHeld="举办培训")
needs("learning.unemployed", "本期就业困难人员培训人次", Unit.ATTENDANCE, "004", TrainingCompleted="培训结业")
needs("learning.apprentices", "新型学徒制培养人数", Unit.PERSON, "003#7.4", ApprenticeshipBegan="签订学徒培养协议")
needs("learning.ordered", "订单班培养人数", Unit.PERSON, "002", OrderedClassCompleted="订单班结业")
needs("learning.colleges", "产业学院数", Unit.THING, "001", CollegeFounded="设立产业学院")
needs("learning.cooperation", "校企合作项目数", Unit.PROJECT, "001", CooperationAgreed="签订校企合作协议")
needs("learning.partners", "校企合作单位数", Unit.FIRM, "001", CooperationAgreed="签订校企合作协议")
needs("learning.funds_share", "职工教育经费用于一线职工比重", Unit.PERCENT, "003#6.4", FundsSpent="使用教育经费")
needs("contests.held", "本期举办技能竞赛场次", Unit.SESSION, ("001", "003#15.1"), ContestHeld="举办竞赛")
needs("contests.trades", "本期竞赛工种数", Unit.THING, "004", ContestHeld="举办竞赛")
needs("contests.entrants", "本期参加技能竞赛人次", Unit.ATTENDANCE, ("004", "003#15.1"), ContestEntered="参加竞赛")
needs("contests.firms", "本期参加竞赛的单位数", Unit.FIRM, "004", ContestEntered="参加竞赛")
needs("contests.awarded", "本期竞赛获奖人次", Unit.ATTENDANCE, "004", ContestWon="竞赛获奖")
needs("contests.promoted", "本期以赛晋级人数", Unit.PERSON, "004", ContestWon="竞赛获奖")
needs("contests.drilled", "本期参加岗位练兵人数", Unit.PERSON, "004", DrillJoined="参加岗位练兵")
needs("innovation.results", "本期职工创新成果数", Unit.ITEM, ("001", "003#16.3"), InnovationRecorded="登记创新成果")
needs("innovation.small_five", "本期申报“五小”成果项数", Unit.PROJECT, "004", InnovationRecorded="登记创新成果")
needs("innovation.chosen", "本期获评优秀创新项目数", Unit.PROJECT, ("002", "004"), InnovationHonoured="创新成果获评")
needs("innovation.benefit", "本期创新成果转化效益", Unit.YUAN, "001", InnovationTransferred="创新成果转化")
needs("innovation.studios", "创新工作室数", Unit.THING, "003#16.2", StudioRecognised="认定创新工作室")
needs("jobs.settled", "本期落户青年人才人数", Unit.PERSON, "000", TalentSettled="人才落户")
needs("jobs.recruited", "本期新增技术型人才人数", Unit.PERSON, "001", TalentRecruited="引进人才")
needs("funds.training_subsidy", "本期发放培训补贴", Unit.YUAN, "003#22.3", SubsidyPaid="发放补贴")
needs("rights.contracts", "劳动合同签订率", Unit.PERCENT, "003#18.1", ContractSigned="签订劳动合同")
needs("rights.letters", "本期发出的劳动法律监督提示函", Unit.ITEM, "001", SupervisionLetterSent="发出提示函")
needs("rights.settled", "本期调解成功的劳动争议件数", Unit.ITEM, ("004", "003#19.1"), DisputeSettled="劳动争议调解成功")
needs("rights.settled_amount", "本期调解劳动争议涉案金额", Unit.YUAN, "004", DisputeSettled="劳动争议调解成功")
needs("welfare.served", "本期普惠服务人次", Unit.ATTENDANCE, ("000", "003#17.3"), ServiceUsed="使用普惠服务")
needs("welfare.communities", "示范性产业社区数", Unit.THING, "000", CommunityRecognised="认定产业社区")
needs(
    "representation.delegates",
    "担任代表和委员的产业工人人数",
    Unit.PERSON,
    ("001", "003#2.1"),
    DelegateElected="当选代表",
)
needs("representation.group_delegates", "担任群团代表的产业工人人数", Unit.PERSON, "001", DelegateElected="当选代表")
needs("representation.solved", "本期代表委员推动解决的问题数", Unit.THING, "001", MotionAnswered="建议办结")
needs("representation.party_members", "非公企业产业工人党员人数", Unit.PERSON, "001", PartyMembersReported="报送党员数")
needs("outreach.bases", "职工思想政治教育基地数", Unit.THING, "002", BaseRecognised="认定教育基地")
needs("outreach.homes", "模范职工之家数", Unit.FIRM, "002", UnionHomeRecognised="命名模范职工之家")
needs("outreach.law_talks", "本期普法活动场次", Unit.SESSION, "004", LegalTalkHeld="举办普法活动")
needs("outreach.law_served", "本期普法服务人次", Unit.ATTENDANCE, "004", LegalServiceUsed="接受普法服务")

# Whose desk has which of these.
watched("work.on_time", office=5, leader=5, street=5, department=5)
watched("work.open", department=4)
