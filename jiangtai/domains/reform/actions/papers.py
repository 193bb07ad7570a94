"""The documents that the reform brings forth, in the layout of GB/T 9704; offices edit their templates."""

from collections.abc import Sequence
from typing import Any

from jiangtai import documents
from jiangtai.documents import DocumentKind, Placeholder, document_kind
from jiangtai.kernel import clock

from ..facts import Sender
from ..models import Addressee, Assessment, Instrument, Meeting
from ..queries import assessments, meetings
from ..queries import supervising as queries
from ..rules import assessments as assessment_rules
from ..rules import footnotes
from ..rules import meetings as meeting_rules
from ..rules.supervising import Draft
from .scheme_papers import BULLETIN as RESULTS

_ISSUER = Placeholder("issuer", "发文机关", "锦川区总工会")
_SIGNED = (Placeholder("signed_by", "落款", "锦川区总工会"), Placeholder("signed_on", "成文日期", "2026年11月20日"))
_NOTES = Placeholder(
    "notes",
    "数据说明",
    "注：① 红灯任务：截至2026年11月20日未完成且已超期的任务，逐项计。",
    is_long=True,
    optional=True,
    is_notes=True,
)
_BODY = Placeholder(
    "body",
    "正文",
    "截至2026年11月20日，贵单位承担的产业工人队伍建设改革任务中，有红灯 1 项①，具体如下：\n请查明原因，抓好落实。",
    is_long=True,
)
_REPLY = Placeholder("reply", "答复要求", "请于2026年12月4日前书面答复落实情况。", optional=True)


def _instrument(key: str, label: str, method: str, number: str) -> DocumentKind:
    return document_kind(
        DocumentKind(
            key,
            label,
            "004",
            method,
            (
                _ISSUER,
                Placeholder("number", "发文字号", number),
                Placeholder("title", "标题", f"关于区教育局承担任务推进情况的{label}"),
                Placeholder("recipients", "主送单位", "区教育局"),
                _BODY,
                _REPLY,
                _NOTES,
                *_SIGNED,
            ),
            ("*body", "*notes"),
            recipients="{recipients}：",
            closing=("{reply}",),
        )
    )


PROMPT = _instrument(
    "work-prompt", "工作提示", "总工会对亮红灯的任务提醒承办单位，要求按期答复。", "产改提示〔2026〕3号"
)
SUPERVISION = _instrument(
    "supervision", "督查通知", "党委、政府办公室对久拖不决的任务督查，要求按期答复。", "产改督查〔2026〕1号"
)
BULLETIN = document_kind(
    DocumentKind(
        "reform-bulletin",
        "通报",
        "004",
        "领导小组按季度通报各单位任务的完成、超期、问题和下一步，附各单位进展表。",
        (
            _ISSUER,
            Placeholder("number", "发文字号", "产改通报〔2026〕3号"),
            Placeholder("title", "标题", "关于2026年第三季度产业工人队伍建设改革任务推进情况的通报"),
            Placeholder("recipients", "主送单位", "各成员单位，各街道"),
            _BODY,
            _REPLY,
            Placeholder(
                "units",
                "各单位任务进展表",
                columns=(
                    Placeholder("unit", "单位", "区教育局"),
                    Placeholder("progress", "完成情况", "共 6 项，完成 2 项，红灯 1 项，黄灯 1 项"),
                    Placeholder("problem", "主要问题", "实训设备采购滞后。"),
                    Placeholder("coming", "下一步", "12 月完成验收。"),
                ),
            ),
            _NOTES,
            *_SIGNED,
        ),
        ("*body", "*notes"),
        recipients="{recipients}：",
        closing=("{reply}", "附件：各单位任务进展表"),
        attachment="units",
    )
)

_RESOLUTIONS = Placeholder(
    "resolutions",
    "议定事项",
    columns=(
        Placeholder("text", "事项", "研究设立新就业形态劳动者服务站"),
        Placeholder("unit", "责任单位", "区人社局"),
        Placeholder("due", "完成期限", "2026年12月31日"),
    ),
)
MEETING_NOTICE = document_kind(
    DocumentKind(
        "meeting-notice",
        "联席会议通知",
        "004",
        "写明时间、地点、主持人和议程，议程由系统从亮灯任务、未答复的督办和上次议定事项拟出。",
        (
            _ISSUER,
            Placeholder("number", "发文字号", "产改会〔2026〕2号"),
            Placeholder("title", "标题", "关于召开2026年第四季度产改联席会议的通知"),
            Placeholder("recipients", "主送单位", "区人社局，区教育局"),
            Placeholder("when", "时间", "2026年11月25日 9:30"),
            Placeholder("where", "地点", "区政府第三会议室"),
            Placeholder("chair", "主持人", "赵启明"),
            Placeholder("agenda", "议程", "一、上次会议议定事项落实情况\n1．设立服务站（区人社局）", is_long=True),
            _NOTES,
            *_SIGNED,
        ),
        (
            "时间：{when}",
            "地点：{where}",
            "主持：{chair}",
            "议程如下：",
            "*agenda",
            "请各单位负责同志准时参加。",
            "*notes",
        ),
        recipients="{recipients}：",
    )
)
MEETING_MINUTES = document_kind(
    DocumentKind(
        "meeting-minutes",
        "联席会议纪要",
        "004",
        "写明研究情况和议定事项，每项议定事项成为责任单位的一项任务。",
        (
            _ISSUER,
            Placeholder("number", "编号", "产改会〔2026〕2号"),
            Placeholder("title", "标题", "2026年第四季度产改联席会议纪要"),
            Placeholder(
                "body",
                "正文",
                "2026年11月25日，赵启明主持召开联席会议。现纪要如下：\n一、议定事项\n会议议定以下 3 项①：",
                is_long=True,
            ),
            _RESOLUTIONS,
            Placeholder("units", "参会单位", "区人社局、区教育局"),
            _NOTES,
            *_SIGNED,
        ),
        ("*body", "*resolutions", "参会单位：{units}。", "*notes"),
    )
)

EVIDENCE_CATALOGUE = document_kind(
    DocumentKind(
        "evidence-catalogue",
        "印证材料目录",
        "ours",
        "按评分项列出印证材料、类别和存放处。",
        (
            _ISSUER,
            Placeholder("number", "编号", "2026年度考核"),
            Placeholder("title", "标题", "2026年度产业工人队伍建设改革考核印证材料目录"),
            Placeholder("count", "份数", "12 份①"),
            Placeholder(
                "exhibits",
                "印证材料",
                columns=(
                    Placeholder("point", "评分项", "1 建立联席会议制度"),
                    Placeholder("kind", "类别", "会议纪要"),
                    Placeholder("label", "材料名称", "2026年第四季度联席会议"),
                    Placeholder("where", "存放处", "系统内"),
                ),
            ),
            _NOTES,
            *_SIGNED,
        ),
        ("现将印证材料 {count}列目如下：", "*exhibits", "*notes"),
    )
)
SELF_REPORT = document_kind(
    DocumentKind(
        "self-report",
        "自评报告",
        "ours",
        "逐项写明自评分和说明，列出不足，附自评打分表。",
        (
            _ISSUER,
            Placeholder("number", "编号", "2026年度考核"),
            Placeholder("title", "标题", "2026年度产业工人队伍建设改革考核自评报告"),
            Placeholder("recipients", "主送机关", "市产业工人队伍建设改革工作领导小组办公室"),
            Placeholder("body", "正文", "评分表共 3 项①、满分 100 分②，自评 96 分③。", is_long=True),
            Placeholder(
                "points",
                "自评打分表",
                columns=(
                    Placeholder("text", "考核内容", "建立联席会议制度"),
                    Placeholder("score", "分值", "5"),
                    Placeholder("own", "自评分", "5"),
                    Placeholder("said", "自评说明", "召开 2 次，均有纪要。"),
                ),
            ),
            _NOTES,
            *_SIGNED,
        ),
        ("*body", "*notes"),
        recipients="{recipients}：",
        closing=("附件：自评打分表",),
        attachment="points",
    )
)


def reply_line(one: Instrument) -> str:
    """What the text asks of those who get it."""
    if not one.needs_reply or one.due is None:
        return ""
    return f"请于{clock.chinese_day(one.due)}前书面答复落实情况。"


def recipients_of(one: Instrument) -> str:
    """The units as a document addresses them."""
    return "，".join(
        str(row.unit) for row in Addressee.unscoped.filter(instrument=one).select_related("unit").order_by("unit__path")
    )


def instrument_docx(one: Instrument) -> bytes:
    """An instrument in the office's own template, to be changed in Word."""
    return documents.fill(kind_of(one).key, _values(one), unit=one.unit)


def instrument_pdf(one: Instrument) -> bytes:
    """An instrument as PDF."""
    return documents.notice_pdf(kind_of(one), _values(one))


_KINDS = {Sender.PROMPT: PROMPT, Sender.BULLETIN: BULLETIN, Sender.SUPERVISION: SUPERVISION}


def kind_of(one: Instrument) -> DocumentKind:
    """By which template an instrument is written; the bulletin of an assessment has its own."""
    return RESULTS if one.scheme_id else _KINDS[one.sender]


def table_of(one: Instrument) -> tuple[str, list[list[tuple[str, str]]]]:
    """What the table of an instrument is called, and its rows as labels and values."""
    place = next((row for row in kind_of(one).placeholders if row.columns), None)
    if place is None:
        return "", []
    return place.label, [[(cell.label, row.get(cell.name, "")) for cell in place.columns] for row in one.table]


def _values(one: Instrument) -> dict[str, Any]:
    values = {
        "issuer": queries.issuer_of(one),
        "number": one.number or "（草稿）",
        "title": one.title,
        "recipients": recipients_of(one),
        "body": one.body,
        "reply": reply_line(one),
        "notes": _noted(footnotes.all_of(one.body, one.table), one.notes),
        "signed_by": queries.issuer_of(one),
        "signed_on": clock.chinese_day(one.issued_on or clock.today()),
    }
    if one.sender is Sender.BULLETIN:
        values["units"] = one.table
    return values


def notice_values(one: Meeting) -> dict[str, Any]:
    """What calls the units to a meeting, as it stands today."""
    lines, methods = meeting_rules.agenda(meetings.matters(one), meetings.settled(one.earlier), clock.today())
    said = "\n".join(lines) or "另行通知。"
    return {**_of_meeting(one), **_call(one), "agenda": said, "notes": _noted(said, methods)}


def _call(one: Meeting) -> dict[str, str]:
    return {
        "title": f"关于召开{one.title}的通知",
        "recipients": "，".join(str(unit) for unit in one.units.order_by("path")) or "各有关单位",
        "when": f"{clock.chinese_day(one.on)} {one.hour}",
        "where": one.place,
        "chair": one.chair,
    }


def notice_sent(one: Meeting) -> dict[str, Any]:
    """The notice as it was sent; before that, as it would be sent today."""
    return one.notice or notice_values(one)


def is_changed(one: Meeting) -> bool:
    """Whether a meeting is no longer as its notice said: another day, place, chair, name or other units."""
    return bool(one.notice) and not _call(one).items() <= one.notice.items()


def minutes_values(one: Meeting) -> dict[str, Any]:
    """What a meeting settled."""
    said = Draft("", one.body, one.notes) if one.body else meetings.minutes(one)
    settled = one.resolutions.select_related("unit")
    rows = [{"text": row.text, "unit": str(row.unit), "due": clock.chinese_day(row.due)} for row in settled]
    return {
        **_of_meeting(one),
        "title": f"{one.title}纪要",
        "body": said.body,
        "resolutions": rows,
        "units": "、".join(str(unit) for unit in one.units.order_by("path")),
        "notes": _noted(said.body, said.methods),
    }


def _of_meeting(one: Meeting) -> dict[str, Any]:
    issuer = queries.issuer("bulletin", one.unit, one.on)
    day = clock.chinese_day(clock.day_of(one.held_at or one.called_at or clock.now()))
    return {
        "issuer": issuer,
        "number": f"{clock.chinese_day(one.on)}会议",
        "signed_by": issuer,
        "signed_on": day,
    }


def meeting_paper(one: Meeting, which: str, form: str) -> bytes:
    """The notice or the minutes of a meeting, as Word or PDF."""
    is_notice = which == "notice"
    kind, values = (MEETING_NOTICE, notice_sent(one)) if is_notice else (MEETING_MINUTES, minutes_values(one))
    return documents.fill(kind.key, values, unit=one.unit) if form == "docx" else documents.notice_pdf(kind, values)


def _noted(said: str, methods: Sequence[str]) -> str:
    notes = footnotes.notes_of(said, methods)
    return "\n".join(["数据说明：", *notes]) if notes else ""


def assessment_paper(one: Assessment, which: str, form: str) -> bytes:
    """The catalogue of exhibits or the self-report, as Word or PDF."""
    kind, values = (SELF_REPORT, _self_report(one)) if which == "report" else (EVIDENCE_CATALOGUE, _catalogue(one))
    values |= {
        "issuer": one.unit.name,
        "number": f"{one.year}年度考核",
        "signed_by": one.unit.name,
        "signed_on": clock.chinese_day(one.handed_in_on or clock.today()),
    }
    return documents.fill(kind.key, values, unit=one.unit) if form == "docx" else documents.notice_pdf(kind, values)


def _self_report(one: Assessment) -> dict[str, Any]:
    said = assessments.said(one)
    text = assessment_rules.self_report(one.title, one.by_whom, said)
    return {
        "title": f"{one.title}自评报告",
        "recipients": one.by_whom,
        "body": text.body,
        "points": text.table,
        "notes": _noted(footnotes.all_of(text.body, text.table), text.methods),
    }


def _catalogue(one: Assessment) -> dict[str, Any]:
    notes, number = footnotes.Footnotes(), assessments.number_shown(one)
    count = notes.mark(f"{number} 份", "印证材料：各评分项所附材料，逐份计，一份材料用于几项的分别计。")
    rows = assessments.catalogue(one, notes)
    return {
        "title": f"{one.title}印证材料目录",
        "count": count,
        "exhibits": rows,
        "notes": _noted(footnotes.all_of(count, rows), notes.methods),
    }
