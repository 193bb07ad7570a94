"""The documents that the reform brings forth, in the layout of GB/T 9704; offices edit their templates."""

from typing import Any

from jiangtai import documents
from jiangtai.documents import DocumentKind, Placeholder, document_kind
from jiangtai.kernel import clock

from ..facts import Sender
from ..models import Addressee, Instrument
from ..queries import supervising as queries
from ..rules import footnotes
from ..rules import supervising as rules

_ISSUER = Placeholder("issuer", "发文机关", "锦川区总工会")
_SIGNED = (Placeholder("signed_by", "落款", "锦川区总工会"), Placeholder("signed_on", "成文日期", "2026年11月20日"))
_NOTES = Placeholder(
    "notes", "数据说明", "注：① 红灯任务：截至2026年11月20日未完成且已超期的任务，逐项计。", is_long=True, optional=True
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
    "supervision", "督查通知", "区委、区政府办公室对久拖不决的任务督查，要求按期答复。", "产改督查〔2026〕1号"
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


def reply_line(one: Instrument) -> str:
    """What the text asks of those who get it."""
    if not one.needs_reply or one.due is None:
        return ""
    return f"请于{rules.chinese_day(one.due)}前书面答复落实情况。"


def recipients_of(one: Instrument) -> str:
    """The units as a document addresses them."""
    return "，".join(
        str(row.unit) for row in Addressee.unscoped.filter(instrument=one).select_related("unit").order_by("unit__path")
    )


def instrument_docx(one: Instrument) -> bytes:
    """An instrument in the office's own template, to be changed in Word."""
    return documents.fill(_KINDS[one.sender].key, _values(one), unit=one.unit)


def instrument_pdf(one: Instrument) -> bytes:
    """An instrument as PDF."""
    return documents.notice_pdf(_KINDS[one.sender], _values(one))


_KINDS = {Sender.PROMPT: PROMPT, Sender.BULLETIN: BULLETIN, Sender.SUPERVISION: SUPERVISION}


def _values(one: Instrument) -> dict[str, Any]:
    notes = footnotes.notes_of(one.body, one.notes)
    values = {
        "issuer": queries.issuer_of(one),
        "number": one.number or "（草稿）",
        "title": one.title,
        "recipients": recipients_of(one),
        "body": one.body,
        "reply": reply_line(one),
        "notes": "\n".join(["数据说明：", *notes]) if notes else "",
        "signed_by": queries.issuer_of(one),
        "signed_on": rules.chinese_day(one.issued_on or clock.today()),
    }
    if one.sender is Sender.BULLETIN:
        values["units"] = one.table
    return values
