"""What is counted of the reform: who has which part, which tasks are red, what is finished and reported."""

from uuid import UUID

from django.urls import reverse
from ibis import _

from jiangtai.access import current
from jiangtai.indicators import Facts, Measure, Unit, heading, indicator, names_things, share, things

from .facts import LightShown, PartGiven, ProgressAccepted, TaskFinished, TaskHandedOut
from .queries import tasks

heading("reform", "改革方案", 30)


@names_things("reform")
def called(ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """Tasks by their words, with their pages, as far as whoever acts may open them."""
    rows = tasks.seen(current()).filter(pk__in=ids).values_list("pk", "title")
    return {pk: (title, reverse("tasks.show", args=[pk])) for pk, title in rows}


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
