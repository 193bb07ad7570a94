"""Yearly lists of pilots, whose items become tasks, and the yearly reports that say how those went."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from jiangtai import documents, ledger
from jiangtai.access import Refused, audit, current, root
from jiangtai.documents import DocumentKind, Placeholder, document_kind
from jiangtai.flows import Case, Decision, Round, engine, seating
from jiangtai.flows import rounds as windows
from jiangtai.kernel import clock
from jiangtai.ledger import Cause, SubjectId, UnitId
from jiangtai.messages import MessageKind, message_kind, send

from ..facts import PilotReported, PilotTaskTaken
from ..models import ListItem, Measure, Pilot, PilotBatch, PilotReport, Plan, YearlyList
from ..queries import pilots as queries
from ..rules import pilots as rules
from ..rules.footnotes import Footnotes, all_of, notes_of, reasoned
from . import tasks

CONFIRMED = message_kind(
    MessageKind("reform.list_confirmed", "年度任务清单已确认", "{list}已确认，{count} 项已成为任务。")
)
SENT_BACK = message_kind(MessageKind("reform.list_sent_back", "年度任务清单退回", "{list}已退回：{reason}"))
ASKED = message_kind(
    MessageKind("reform.pilot_asked", "试点年度报告", "“{name}”：请于 {due} 前报送试点年度报告。{note}")
)
MOST_ITEMS = 100

audit.actions(
    yearly_list__changed="编制年度任务清单",
    yearly_list__sent="报送年度任务清单",
    yearly_list__sent_back="退回年度任务清单",
    yearly_list__confirmed="确认年度任务清单",
    pilot__report_called="请试点报告年度工作",
)

REPORT = document_kind(
    DocumentKind(
        "pilot-report",
        "试点年度报告",
        "002",
        "试点单位每年报告一次，写明总体情况、成效经验、困难和打算，附年度任务清单完成情况。",
        (
            Placeholder("issuer", "发文机关", "锦川精密制造有限公司"),
            Placeholder("number", "发文字号", "2026年度试点报告"),
            Placeholder("title", "标题", "关于2026年度产业工人队伍建设改革试点工作情况的报告"),
            Placeholder("recipients", "主送单位", "区产业工人队伍建设改革工作领导小组办公室"),
            Placeholder("body", "正文", "一、总体情况\n2026 年度任务清单共 6 项①，已完成 4 项②。", is_long=True),
            Placeholder(
                "tasks",
                "年度任务清单完成情况",
                columns=(
                    Placeholder("title", "事项", "开展首席技师评聘"),
                    Placeholder("due", "完成期限", "2026-11-30"),
                    Placeholder("light", "进展", "已完成"),
                    Placeholder("why", "说明", "2026-11-20 完成"),
                ),
            ),
            Placeholder(
                "notes",
                "数据说明",
                "数据说明：\n① 年度任务清单：领导小组办公室确认的2026年度任务清单上的任务，逐项计。",
                is_long=True,
                optional=True,
                is_notes=True,
            ),
            Placeholder("signed_by", "落款", "锦川精密制造有限公司"),
            Placeholder("signed_on", "成文日期", "2026年12月20日"),
        ),
        ("*body", "*notes"),
        recipients="{recipients}：",
        closing=("附件：年度任务清单完成情况",),
        attachment="tasks",
    )
)


# yearly lists


def begin(pilot: Pilot, year: int) -> YearlyList:
    """The list of a year, empty; one that is there already is gone on with."""
    _may_write(pilot)
    _check_year(pilot, year)
    made, _ = YearlyList.unscoped.get_or_create(pilot=pilot, year=year)
    return made


def put(
    one: YearlyList, text: str, measure: Measure, due: date, expected: str = "", *, item: ListItem | None = None
) -> ListItem:
    """Write an item, or change one, while the list is written."""
    with transaction.atomic():
        held = _writing(one)
        if due.year != held.year:
            raise ValidationError({"due": f"完成期限应在 {held.year} 年内；跨年的请写本年做到哪一步"})
        if held.pilot.until and due > held.pilot.until:
            raise ValidationError({"due": f"完成期限不能晚于试点期到 {held.pilot.until}"})
        if item is None and held.items.count() >= MOST_ITEMS:
            raise ValidationError(f"一份清单最多 {MOST_ITEMS} 项，请合并")
        row = item or ListItem(list=held, place=int(held.items.aggregate(last=Max("place"))["last"] or 0) + 1)
        row.text, row.measure, row.due, row.expected = text.strip(), measure, due, expected.strip()
        row.save()
        audit.record("yearly_list.changed", target=held, details={"item": row.place})
    return row


def take_off(item: ListItem) -> None:
    """An item that is not taken on."""
    with transaction.atomic():
        held = _writing(item.list)
        audit.record("yearly_list.changed", target=held, details={"dropped": item.place})
        item.delete()


def send_list(one: YearlyList) -> YearlyList:
    """The pilot has written its list, and the office is to confirm it."""
    with transaction.atomic():
        held = _writing(one)
        if not held.items.exists():
            raise ValidationError("清单还没有事项，请先添加")
        held.state, held.sent_on, held.said = YearlyList.State.SENT, clock.today(), ""
        held.sent_by = current().name[:60]
        held.save()
        audit.record("yearly_list.sent", target=held, details={"items": held.items.count()})
    return held


def send_back(one: YearlyList, reason: str) -> YearlyList:
    """The office asks for a better list, and says why."""
    with transaction.atomic():
        held = _sent(one)
        held.state, held.said = YearlyList.State.WRITING, reason.strip()[:200]
        held.save(update_fields=("state", "said"))
        _tell(held, SENT_BACK, {"list": str(held), "reason": held.said})
        audit.record("yearly_list.sent_back", target=held, reason=held.said)
    return held


def confirm_list(one: YearlyList) -> YearlyList:
    """Confirm a list: each of its items is a task of the pilot from now on, under its measure."""
    with transaction.atomic():
        held = _sent(one)
        items = list(held.items.select_related("measure__plan").order_by("place"))
        _check_items(items)
        pilot, today = held.pilot, clock.today()
        for item in items:
            item.task = tasks.give(item.measure, pilot.unit, item.text, due=item.due, expected=item.expected)
            item.save(update_fields=("task",))
            taken = PilotTaskTaken(
                task=SubjectId(item.task.pk), pilot=pilot.pk, year=held.year, unit=UnitId(pilot.unit_id), on=today
            )
            ledger.append(taken, cause=Cause.act("确认年度任务清单", held.pk))
        held.state, held.confirmed_on = YearlyList.State.CONFIRMED, today
        held.save(update_fields=("state", "confirmed_on"))
        _tell(held, CONFIRMED, {"list": str(held), "count": len(items)})
        audit.record("yearly_list.confirmed", target=held, details={"tasks": len(items)})
    return held


def _check_items(items: list[ListItem]) -> None:
    late = [item.text[:20] for item in items if item.due < clock.today()]
    if late:
        raise ValidationError(f"“{'”“'.join(late[:3])}”的完成期限已过，请退回修改")
    old = [item.text[:20] for item in items if item.measure.plan.state != Plan.State.IN_FORCE]
    if old:
        raise ValidationError(f"“{'”“'.join(old[:3])}”所属举措的方案已由新版接替，请退回改选举措")


def _may_write(pilot: Pilot) -> None:
    if not queries.works_for(pilot, current()):
        raise Refused("年度任务清单由试点单位编制，您现在的岗位不能代办")
    if not pilot.goes_on:
        raise Refused("试点已经结束，不再编制年度任务清单")


def _check_year(pilot: Pilot, year: int) -> None:
    this = clock.today().year
    if not pilot.named_on.year <= year <= this + 1:
        raise ValidationError({"year": f"年度应在 {pilot.named_on.year} 到 {this + 1} 之间"})
    if pilot.until and year > pilot.until.year:
        raise ValidationError({"year": f"试点期到 {pilot.until}，不用编制 {year} 年度清单"})


def _held(one: YearlyList) -> YearlyList:
    rows = YearlyList.unscoped.select_for_update(of=("self",)).select_related("pilot__unit", "pilot__batch")
    return rows.get(pk=one.pk)


def _writing(one: YearlyList) -> YearlyList:
    held = _held(one)
    _may_write(held.pilot)
    if held.state != YearlyList.State.WRITING:
        raise Refused(f"清单{held.get_state_display()}，不能再改；需要调整的，请领导小组办公室退回")
    return held


def _sent(one: YearlyList) -> YearlyList:
    held = _held(one)
    if not current().may("pilots.change"):
        raise Refused("年度任务清单由领导小组办公室确认")
    if not held.pilot.goes_on:
        raise Refused("试点已经结束，清单不再确认")
    if held.state != YearlyList.State.SENT:
        raise Refused(f"清单{held.get_state_display()}，不能这样办，请刷新")
    return held


def _tell(one: YearlyList, kind: MessageKind, values: dict[str, Any]) -> None:
    link = reverse("yearly_lists.show", args=[one.pk])
    for account in queries.people_of(one.pilot.unit):
        send(account, kind, values=values, link=link, cause=one.pk)


# yearly reports


def call(batch: PilotBatch, year: int, note: str = "") -> Round:
    """Ask the pilots of a batch for their reports of a year: one round, one case for each, whole or not at all."""
    top = root()
    if top is None or not current().may("pilots.change"):
        raise Refused("只有领导小组办公室可以请试点报告")
    found = list(queries.going_on(Pilot.unscoped.filter(batch=batch)).select_related("unit"))
    if not found:
        raise ValidationError("这一批次没有进行中的试点")
    if not batch.year <= year <= clock.today().year:
        raise ValidationError({"year": f"年度应在 {batch.year} 到 {clock.today().year} 之间"})
    today = clock.today()
    with transaction.atomic():
        held = windows.make(
            queries.REPORT, name=f"{batch.title}{year}年度报告"[:80], host=top, opens=today,
            closes=seating.deadline("reform.pilot_report_days", top) or today, quota=len(found),
            terms={"batch": str(batch.pk), "year": year, "note": note.strip()},
        )  # fmt: skip
        held = windows.start(held)
        for pilot in found:
            case = engine.open_case(queries.REPORT, pilot.unit_id, pilot.unit, round=held)
            engine.decide(case.seats.get().pk, "report")
            words = {"name": held.name, "due": case.seats.get(state="open").due, "note": note.strip()}
            for account in queries.people_of(pilot.unit):
                send(account, ASKED, values=words, link=reverse("cases.show", args=[case.pk]), cause=case.pk)
        audit.record("pilot.report_called", target=batch, details={"year": year, "pilots": len(found)})
    return held


def accepted(case: Case) -> list[Any]:
    """What is asserted when a report is accepted: how many tasks the year had, and how many were done."""
    pilot, year = queries.pilot_of(case), queries.year_of(case)
    rows, decision = queries.standings(pilot, year), _decision(case)
    in_time = decision.seat.due is None or clock.day_of(decision.made_at) <= decision.seat.due
    return [
        PilotReported(
            pilot=SubjectId(pilot.pk), year=year, tasks=len(rows), done=sum(one.is_done for one in rows),
            in_time=in_time, unit=UnitId(pilot.unit_id), on=clock.today(),
        )
    ]  # fmt: skip


def accept(case: Case) -> None:
    """Keep the report beside the pilot, with how its tasks stood."""
    pilot, year = queries.pilot_of(case), queries.year_of(case)
    told, _ = engine.last_filled(case, "report")
    PilotReport.unscoped.create(
        pilot=pilot, case=case.pk, year=year,
        reported_on=clock.day_of(_decision(case).made_at), accepted_on=clock.today(),
        tasks=[vars(one) for one in queries.standings(pilot, year)],
        **{name: told.get(name) or "" for name in ("summary", "results", "problem", "coming")},
    )  # fmt: skip


def _decision(case: Case) -> Decision:
    return case.decisions.filter(step="report").select_related("seat").order_by("-made_at", "-id")[0]


def paper(one: PilotReport, form: str) -> bytes:
    """A report as Word or PDF."""
    top, notes = root(), Footnotes()
    body = _body(one, notes)
    rows = [{name: str(row[name]) for name in ("title", "due", "light", "why")} for row in one.tasks]
    rows = [row | {"why": reasoned(row["why"], notes, one.accepted_on)} for row in rows]
    values = {
        "issuer": one.pilot.unit.name,
        "number": f"{one.year}年度试点报告",
        "title": f"关于{one.year}年度产业工人队伍建设改革试点工作情况的报告",
        "recipients": f"{top.name}产业工人队伍建设改革工作领导小组办公室" if top else "领导小组办公室",
        "body": body,
        "tasks": rows,
        "notes": "\n".join(["数据说明：", *notes_of(all_of(body, rows), notes.methods)]) if notes.methods else "",
        "signed_by": one.pilot.unit.name,
        "signed_on": clock.chinese_day(one.reported_on),
    }
    return documents.fill(REPORT.key, values, unit=top) if form == "docx" else documents.notice_pdf(REPORT, values)


def _body(one: PilotReport, notes: Footnotes) -> str:
    """What the pilot said, behind how its tasks stood on the day it was accepted."""
    rows = [rules.TaskStanding(**row) for row in one.tasks]
    summed = rules.summed(one.year, rows, one.accepted_on, notes)
    parts = (("总体情况", f"{summed}{rules.beside_sum(one.year, one.summary)}"), ("成效和经验", one.results),
             ("困难和问题", one.problem), ("下一步打算", one.coming))  # fmt: skip
    told = [(title, text) for title, text in parts if text]
    return "\n".join(f"{'一二三四'[place]}、{title}\n{text}" for place, (title, text) in enumerate(told))
