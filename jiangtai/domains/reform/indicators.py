"""What is counted of the reform: who has which part, which tasks are red, what is finished and reported."""

from collections import defaultdict
from uuid import UUID

from django.urls import reverse
from ibis import _

from jiangtai.access import current
from jiangtai.indicators import (
    Facts,
    Measure,
    Unit,
    coverage,
    finds_things,
    heading,
    indicator,
    names_things,
    share,
    things,
    units,
)

from .facts import (
    DocketConfirmed,
    EntryDone,
    EntryListed,
    FindingClosed,
    FindingMade,
    FirmAssisted,
    FirmJoinedProgramme,
    FirmLeftProgramme,
    LightShown,
    PartGiven,
    PilotNamed,
    PilotReported,
    PilotTaskTaken,
    PolicyPaperInForce,
    PolicyPaperIssued,
    PolicyPaperReviewDue,
    PolicyPaperReviewed,
    ProgressAccepted,
    TaskFinished,
    TaskHandedOut,
    UnitAssessed,
    UnitInspected,
)
from .queries import dockets, inspecting, library, tasks
from .queries import pilots as known_pilots

_THINGS = (
    (tasks.seen, "tasks.show", "pk", "title"),
    (dockets.entries_seen, "entries.show", "pk", "title"),
    (known_pilots.seen, "pilots.show", "pk", "unit__name"),
    (library.seen, "library.show", "pk", "title"),
    (inspecting.findings, "inspections.visit", "visit_id", "text"),
)
"""What may be seen of it, its page, by what the page knows it, and by what somebody's list does."""

heading("reform", "改革方案", 30)


@names_things("reform")
def called(ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """What a list under a figure holds, by its words, with its page, as far as whoever acts may open it."""
    found: dict[UUID, tuple[str, str]] = {}
    for seen, page, key, _name in _THINGS:
        rows = seen(current()).filter(pk__in=ids)
        found |= {one.pk: (str(one), reverse(page, args=[getattr(one, key)])) for one in rows}
    return found


@finds_things("reform", "任务、条目、政策文件、问题写名称，试点写单位")
def so_called(texts: list[str]) -> dict[str, set[UUID]]:
    """Tasks, entries and papers by their titles, pilots by their units, findings by their words."""
    plain, found = {text: text.strip("《》") for text in texts}, defaultdict[str, set[UUID]](set)
    for seen, _page, _key, name in _THINGS:
        rows = seen(current()).filter(**{f"{name}__in": set(plain.values())}).order_by()
        for called, thing in rows.values_list(name, "pk"):
            found[called].add(thing)
    return {text: found[called] for text, called in plain.items() if called in found}


@indicator("reform.lead_parts", label="牵头举措数", unit=Unit.ITEM, better="", basis="003")
def lead_parts(given: Facts[PartGiven]) -> Measure:
    """期末执行中的方案里，单位牵头的举措；一家牵头几项算几项。"""
    return things(given.current().where(_.role == "lead"))


@indicator("reform.support_parts", label="配合举措数", unit=Unit.ITEM, better="", basis="003")
def support_parts(given: Facts[PartGiven]) -> Measure:
    """期末执行中的方案里，单位配合的举措。"""
    return things(given.current().where(_.role == "support"))


@indicator("reform.open_tasks", label="进行中的任务数", unit=Unit.ITEM, better="", basis="003")
def open_tasks(handed: Facts[TaskHandedOut]) -> Measure:
    """期末已经分派、还没有完成也没有取消的任务，牵头单位分解的也算。"""
    return things(handed.current())


@indicator("reform.red_tasks", label="红灯任务数", unit=Unit.ITEM, better="down", basis="ours")
def red_tasks(shown: Facts[LightShown]) -> Measure:
    """期末亮红灯的任务：过了期限、节点没有达到，或指标慢于序时进度。"""
    return things(shown.current().where(_.light == "red"))


@indicator("reform.amber_tasks", label="黄灯任务数", unit=Unit.ITEM, better="down", basis="ours")
def amber_tasks(shown: Facts[LightShown]) -> Measure:
    """期末亮黄灯的任务：临期、节点将到、指标略慢，或上期报告有困难。"""
    return things(shown.current().where(_.light == "amber"))


@indicator("reform.finished_tasks", label="本期完成任务数", unit=Unit.ITEM, better="up", basis="ours")
def finished_tasks(finished: Facts[TaskFinished]) -> Measure:
    """本期办结的任务，每项都有佐证材料；重新打开的不算。"""
    return things(finished.during())


@indicator("reform.finished_in_time", label="任务按期完成率", unit=Unit.PERCENT, better="up", basis="ours")
def finished_in_time(finished: Facts[TaskFinished]) -> Measure:
    """本期办结的任务中，不晚于完成期限的所占的比重；没有期限的算按期。"""
    return share(finished.during(), where=_.in_time)


@indicator("reform.reports", label="本期认可的进展数", unit=Unit.ITEM, better="up", basis="ours")
def reports(accepted: Facts[ProgressAccepted]) -> Measure:
    """本期核对认可的任务进展，一项任务一期算一条。"""
    return things(accepted.during())


@indicator("reform.reports_in_time", label="进展按期报送率", unit=Unit.PERCENT, better="up", basis="ours")
def reports_in_time(accepted: Facts[ProgressAccepted]) -> Measure:
    """本期认可的进展中，单位在期限内报送的所占的比重。"""
    return share(accepted.during(), where=_.in_time, by="position")


@indicator("reform.open_entries", label="清单未完成事项数", unit=Unit.ITEM, better="", basis="004")
def open_entries(listed: Facts[EntryListed]) -> Measure:
    """期末在清单上、还没有登记完成的事项；移出清单的不算。"""
    return things(listed.current())


@indicator("reform.done_entries", label="本期完成清单事项数", unit=Unit.ITEM, better="up", basis="004")
def done_entries(done: Facts[EntryDone]) -> Measure:
    """本期登记完成的清单事项，每项都有印证材料；重新打开的不算。"""
    return things(done.during())


@indicator("reform.entries_in_time", label="清单事项按期完成率", unit=Unit.PERCENT, better="up", basis="ours")
def entries_in_time(done: Facts[EntryDone]) -> Measure:
    """本期登记完成的清单事项中，不晚于完成期限的所占的比重；没有期限的算按期。"""
    return share(done.during(), where=_.in_time)


@indicator("reform.confirming_units", label="本期确认清单的单位数", unit=Unit.FIRM, better="up", basis="004")
def confirming_units(confirmed: Facts[DocketConfirmed]) -> Measure:
    """本期确认过清单的单位，确认几张、几次只算一家。"""
    return units(confirmed.during(), where="unit")


@indicator("reform.programme_firms", label="培育企业数", unit=Unit.FIRM, better="up", basis="004")
def programme_firms(joined: Facts[FirmJoinedProgramme]) -> Measure:
    """期末在培育期里、没有出师也没有退出的企业，列入几个体系只算一家。"""
    return units(joined.current())


@indicator("reform.assisted_firms", label="培育企业帮扶覆盖率", unit=Unit.PERCENT, better="up", basis="004")
def assisted_firms(joined: Facts[FirmJoinedProgramme], assisted: Facts[FirmAssisted]) -> Measure:
    """期末在培育的企业中，本期有过帮扶的所占的比重，一家只算一次。"""
    return coverage(joined.current(), within=assisted.during())


@indicator("reform.graduated_firms", label="本期出师企业数", unit=Unit.FIRM, better="up", basis="ours")
def graduated_firms(left: Facts[FirmLeftProgramme]) -> Measure:
    """本期达到要求、出师的培育企业。"""
    return units(left.during().where(_.graduated))


# pilots


@indicator("reform.pilots", label="试点单位数", unit=Unit.FIRM, better="", basis="002")
def pilots(named: Facts[PilotNamed]) -> Measure:
    """期末在试点期内的试点单位，一家算一家；已撤销、已到期的不算。"""
    return units(named.current(), where="unit")


@indicator("reform.project_pilots", label="项目试点数", unit=Unit.ITEM, better="", basis="002")
def project_pilots(named: Facts[PilotNamed]) -> Measure:
    """期末在试点期内、指明了试点项目的类型下的试点，逐个计。"""
    return things(named.current().where(_.has_project))


@indicator("reform.new_pilots", label="本期确定试点数", unit=Unit.ITEM, better="", basis="002")
def new_pilots(named: Facts[PilotNamed]) -> Measure:
    """本期确定的试点，含由名单导入的早先批次，按确定日期计。"""
    return things(named.during())


@indicator("reform.pilot_tasks_done", label="试点任务完成率", unit=Unit.PERCENT, better="up", basis="002")
def pilot_tasks_done(taken: Facts[PilotTaskTaken], finished: Facts[TaskFinished]) -> Measure:
    """本期列入试点年度任务清单的任务中，期末已经办结的所占的比重，一项任务算一次。"""
    return coverage(taken.during(), within=finished.until_now())


@indicator("reform.pilot_reports", label="本期认可的试点年度报告数", unit=Unit.ITEM, better="up", basis="002")
def pilot_reports(accepted: Facts[PilotReported]) -> Measure:
    """本期审核认可的试点年度报告，一个试点一年一份。"""
    return things(accepted.during())


# policy papers


@indicator("reform.papers_in_force", label="现行政策文件数", unit=Unit.ITEM, better="", basis="002")
def papers_in_force(held: Facts[PolicyPaperInForce]) -> Measure:
    """期末已经施行、没有到期、没有被整体替代或废止的政策文件；部分条款被修改的仍算。"""
    return things(held.current())


@indicator("reform.papers_issued", label="本期出台政策文件数", unit=Unit.ITEM, better="up", basis="002")
def papers_issued(issued: Facts[PolicyPaperIssued]) -> Measure:
    """印发日期在本期的政策文件，一份算一份，后来废止的也算。"""
    return things(issued.during())


@indicator("reform.papers_reviewed_in_time", label="政策按期评估率", unit=Unit.PERCENT, better="up", basis="003#21.2")
def papers_reviewed_in_time(reviewed: Facts[PolicyPaperReviewed]) -> Measure:
    """本期完成评估的政策文件中，不晚于评估日期完成的所占的比重；没有评估日期的算按期。"""
    return share(reviewed.during(), where=_.in_time, by="position")


@indicator(
    "reform.papers_review_overdue", label="到期未评估政策文件数", unit=Unit.ITEM, better="down", basis="003#21.2"
)
def papers_review_overdue(due: Facts[PolicyPaperReviewDue]) -> Measure:
    """期末评估日期已到、还没有完成评估的现行政策文件，按责任单位计。"""
    return things(due.current())


# inspections


@indicator("reform.units_inspected", label="受检单位数", unit=Unit.FIRM, better="", basis="003#21.3")
def units_inspected(inspected: Facts[UnitInspected]) -> Measure:
    """本期确认了检查记录的单位，一家本期受检几次都算一家。"""
    return units(inspected.during())


@indicator("reform.findings", label="检查发现问题数", unit=Unit.ITEM, better="", basis="003#21.3")
def findings(made: Facts[FindingMade]) -> Measure:
    """本期监督检查发现的问题，一家单位一个要点不符合算一个。"""
    return things(made.during())


@indicator("reform.findings_open", label="未销号检查问题数", unit=Unit.ITEM, better="down", basis="003#21.3")
def findings_open(made: Facts[FindingMade]) -> Measure:
    """期末已经发现、还没有复查销号的问题。"""
    return things(made.current())


@indicator("reform.findings_in_time", label="检查问题按期整改率", unit=Unit.PERCENT, better="up", basis="003#21.3")
def findings_in_time(closed: Facts[FindingClosed]) -> Measure:
    """本期销号的检查问题中，单位不晚于整改期限提交整改情况的所占的比重。"""
    return share(closed.during(), where=_.in_time)


@indicator("reform.units_assessed", label="本期考核单位数", unit=Unit.FIRM, better="", basis="004")
def units_assessed(assessed: Facts[UnitAssessed]) -> Measure:
    """本期审定考核结果的所属单位，按审定日期计；一个单位一期审定几次，算一家。"""
    return units(assessed.during())


@indicator("reform.mean_marks", label="考核平均得分率", unit=Unit.PERCENT, better="up", basis="004")
def mean_marks(assessed: Facts[UnitAssessed]) -> Measure:
    """本期审定的单位考核结果，各自得分除以满分的百分比之和，除以结果份数；按审定日期计，一份结果算一次。"""
    marks, full = _.marks.cast("float64"), _.full.cast("float64")
    return share(assessed.during().where(_.full > 0), degree=(marks / full).round(4))


@indicator("reform.excellent_units", label="考核优秀等次占比", unit=Unit.PERCENT, better="up", basis="004")
def excellent_units(assessed: Facts[UnitAssessed]) -> Measure:
    """本期审定的单位考核结果中，优秀等次所占的比重，按审定日期计，一份结果算一次。"""
    return share(assessed.during(), where=_.grade == "excellent", by="position")


@indicator("reform.failing_units", label="考核不合格单位数", unit=Unit.FIRM, better="down", basis="004")
def failing_units(assessed: Facts[UnitAssessed]) -> Measure:
    """本期审定的考核结果为不合格等次的所属单位，按审定日期计。"""
    return units(assessed.during().where(_.grade == "failing"))


@indicator("reform.upheld_objections", label="考核异议成立占比", unit=Unit.PERCENT, better="", basis="ours")
def upheld_objections(assessed: Facts[UnitAssessed]) -> Measure:
    """本期审定的单位考核结果中，提出过异议的里有异议成立的所占的比重，按审定日期计，一份结果算一次。"""
    return share(assessed.during().where(_.objections > 0), where=_.upheld > 0, by="position")
