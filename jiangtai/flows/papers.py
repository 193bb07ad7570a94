"""Papers of a notice: the text to be put up and its result, in the office's own template."""

from datetime import date
from typing import Any

from jiangtai import documents
from jiangtai.access import parameters as values_of
from jiangtai.kernel import clock

from . import notices
from .declare import Notice, flow_named
from .models import Objection, PublicNotice

NOTICE, RESULT = "public-notice", "result-notice"


def notice_docx(notice: PublicNotice) -> bytes:
    """The notice in Word, to be edited; its result once it is over."""
    return documents.fill(kind_of(notice), _values(notice), unit=notice.unit)


def notice_pdf(notice: PublicNotice) -> bytes:
    """The same as PDF."""
    return documents.notice_pdf(kind_of(notice), _values(notice))


def kind_of(notice: PublicNotice) -> str:
    """The notice while it hangs out, its result after."""
    return NOTICE if notices.is_running(notice) else RESULT


def chinese(day: date) -> str:
    """A day as documents write it."""
    return clock.chinese_day(day)


def _values(notice: PublicNotice) -> dict[str, Any]:
    flow = flow_named(notice.flow)
    step = next(one for name, one in flow.steps.items() if name == notice.step)
    assert isinstance(step, Notice)
    name = notice.round.name if notice.round else flow.label
    values = {
        "issuer": notice.unit.name,
        "number": notice.number,
        "from_day": chinese(notice.first),
        "to_day": chinese(notice.last),
        "telephone": notice.telephone,
        "signed_by": notice.unit.name,
        "persons": [
            {"name": line.get("姓名", ""), "unit": line.get("单位", ""), "deed": line.get("事迹", "")}
            for line in notices.shows(notice)
        ],
    }
    if kind_of(notice) == NOTICE:
        return values | {
            "title": f"关于{name}拟定人选的公示",
            "purpose": f"推荐、审查和评审，拟定以下同志为{name}人选",
            "days": str(values_of.value(step.days, unit=notice.unit)),
            "office": notice.unit.name,
            "address": notice.unit.address or notice.unit.name,
            "signed_on": chinese(notice.first),
        }
    return values | {
        "title": f"关于{name}公示结果的通告",
        "notice_number": notice.number,
        "objections": _objections(notice),
        "result": "无异议和异议不成立的人选进入下一环节",
        "signed_on": chinese(notice.last),
    }


def _objections(notice: PublicNotice) -> str:
    rows = Objection.objects.filter(shown__notice=notice)
    upheld = rows.filter(upheld=True).count()
    return f"收到异议{rows.count()}件，经核查成立{upheld}件" if rows else "未收到异议"
