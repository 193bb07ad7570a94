"""What is counted of the reform: who has which part, which tasks are red, what is finished and reported."""

from uuid import UUID

from django.urls import reverse
from ibis import _

from jiangtai.access import current
from jiangtai.indicators import Facts, Measure, Unit, indicator, names_things, share, things, units

from .facts import (
    FindingClosed,
    FindingMade,
    LightShown,
    PartGiven,
    PolicyPaperInForce,
    PolicyPaperIssued,
    PolicyPaperReviewDue,
    PolicyPaperReviewed,
    ProgressAccepted,
    TaskFinished,
    TaskHandedOut,
    UnitInspected,
)
from .queries import inspecting, library, tasks


@names_things("reform")
def called(ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """Tasks, policy papers and findings by their words, with their pages, as far as whoever acts may open them."""
    rows = tasks.seen(current()).filter(pk__in=ids).values_list("pk", "title")
    papers = library.seen(current()).filter(pk__in=ids).values_list("pk", "title")
    found = inspecting.findings(current()).filter(pk__in=ids).values_list("pk", "text", "visit")
    return {
        **{pk: (text, reverse("inspections.visit", args=[visit])) for pk, text, visit in found},
        **{pk: (title, reverse("tasks.show", args=[pk])) for pk, title in rows},
        **{pk: (f"《{title}》", reverse("library.show", args=[pk])) for pk, title in papers},
    }


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


@indicator("reform.red_tasks", label="滞后任务数", unit=Unit.ITEM, better="down", basis="ours")
def red_tasks(shown: Facts[LightShown]) -> Measure:
    """期末亮红灯的任务：过了期限、节点没有达到，或指标慢于序时进度。"""
    return things(shown.current().where(_.light == "red"))


@indicator("reform.amber_tasks", label="预警任务数", unit=Unit.ITEM, better="down", basis="ours")
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
