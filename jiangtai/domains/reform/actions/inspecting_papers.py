"""The papers of an inspection, in the layout of GB/T 9704: its notice, what a unit must put right, the report."""

from collections.abc import Sequence
from typing import Any

from jiangtai import documents
from jiangtai.documents import DocumentKind, Placeholder, document_kind
from jiangtai.kernel import clock

from ..models import Inspection, Visit
from ..queries import inspecting as queries
from ..queries import supervising
from ..rules import footnotes
from ..rules import inspecting as rules

_ISSUER = Placeholder("issuer", "发文机关", "锦川区产业工人队伍建设改革工作领导小组")
_NUMBER = Placeholder("number", "发文字号", "产改检〔2026〕1号")
_SIGNED = (
    Placeholder("signed_by", "落款", "锦川区产业工人队伍建设改革工作领导小组"),
    Placeholder("signed_on", "成文日期", "2026年11月20日"),
)
_NOTES = Placeholder(
    "notes",
    "数据说明",
    "数据说明：\n① 应查单位：列入本次检查的单位。",
    is_long=True,
    optional=True,
    is_notes=True,
)

NOTICE = document_kind(
    DocumentKind(
        "inspection-notice",
        "检查通知",
        "003#21.3",
        "写明检查依据、时间、检查人员、受检单位和检查要点。",
        (
            _ISSUER,
            _NUMBER,
            Placeholder("title", "标题", "关于开展职业教育法律法规落实情况监督检查的通知"),
            Placeholder("recipients", "主送单位", "区人社局，区教育局"),
            Placeholder("papers", "检查依据", "《职工教育培训办法》"),
            Placeholder("days", "检查时间", "2026年11月20日至2026年12月20日"),
            Placeholder("inspectors", "检查人员", "陈桂芳（区总工会）、何静（区人社局）"),
            Placeholder("drawn", "抽取方式", "受检单位和检查人员随机抽取", optional=True),
            Placeholder(
                "points",
                "检查要点",
                columns=(
                    Placeholder("text", "检查要点", "是否足额提取职工教育经费"),
                    Placeholder("clause", "依据条款", "第五十八条"),
                ),
            ),
            _NOTES,
            *_SIGNED,
        ),
        (
            "检查依据：{papers}",
            "检查时间：{days}",
            "检查人员：{inspectors}",
            "{drawn}",
            "检查要点如下，请准备好有关资料，配合检查：",
            "*points",
            "*notes",
        ),
        recipients="{recipients}：",
    )
)
RECTIFICATION = document_kind(
    DocumentKind(
        "rectification-notice",
        "整改通知书",
        "003#21.3",
        "写明检查发现的问题、依据条款和整改期限，一家单位一份。",
        (
            _ISSUER,
            _NUMBER,
            Placeholder("title", "标题", "职业教育法律法规落实情况监督检查整改通知书"),
            Placeholder("recipients", "主送单位", "锦川精工有限公司"),
            Placeholder("visited", "检查日期和人员", "2026年11月20日，陈桂芳、何静到你单位检查"),
            Placeholder("due", "整改期限", "2026年12月20日"),
            Placeholder(
                "findings",
                "问题",
                columns=(
                    Placeholder("text", "问题", "没有提取职工教育经费"),
                    Placeholder("clause", "依据条款", "第五十八条"),
                ),
            ),
            *_SIGNED,
        ),
        ("{visited}，发现以下问题：", "*findings", "请于{due}前整改，并提交整改情况和佐证材料。整改后将复查销号。"),
        recipients="{recipients}：",
    )
)
REPORT = document_kind(
    DocumentKind(
        "inspection-report",
        "检查情况报告",
        "003#21.3",
        "写明应查、已查、问题和整改情况，数字由系统算出并注明口径。",
        (
            _ISSUER,
            _NUMBER,
            Placeholder("title", "标题", "关于职业教育法律法规落实情况监督检查的报告"),
            Placeholder("body", "正文", "应查单位 3 家①，已查 3 家②，发现问题 2 个③。", is_long=True),
            _NOTES,
            *_SIGNED,
        ),
        ("*body", "*notes"),
    )
)
_KINDS = {"notice": NOTICE, "rectification": RECTIFICATION, "report": REPORT}


def inspection_paper(one: Inspection, which: str, form: str) -> bytes:
    """The notice or the report of an inspection."""
    return _made(which, _notice(one) if which == "notice" else _report(one), one, form)


def rectification(visit: Visit, form: str) -> bytes:
    """What a unit must put right."""
    one = visit.inspection
    rows = list(visit.findings.select_related("point"))
    people = "、".join(row.name for row in visit.inspectors.all())
    values = {
        **_head(one),
        "title": f"{one.title}整改通知书",
        "recipients": visit.unit.name,
        "visited": f"{clock.chinese_day(visit.visited_on or clock.today())}，{people}到你单位检查",
        "due": clock.chinese_day(max(row.due for row in rows)),
        "findings": [{"text": row.text, "clause": row.point.clause or "—"} for row in rows],
    }
    return _made("rectification", values, one, form)


def _made(which: str, values: dict[str, Any], one: Inspection, form: str) -> bytes:
    kind = _KINDS[which]
    return documents.fill(kind.key, values, unit=one.unit) if form == "docx" else documents.notice_pdf(kind, values)


def _head(one: Inspection) -> dict[str, Any]:
    issuer = supervising.issuer("bulletin", one.unit, one.issued_on)
    day = clock.chinese_day(one.closed_on or clock.today())
    return {"issuer": issuer, "number": one.number or "（草稿）", "signed_by": issuer, "signed_on": day}


def _notice(one: Inspection) -> dict[str, Any]:
    notes, drawn = footnotes.Footnotes(), ""
    if one.seed:
        pool = notes.mark(
            one.pool_words, f"抽取范围：{clock.chinese_day(one.drawn_on or clock.today())}登记在册的该类单位，逐家计。"
        )
        drawn = f"受检单位从{pool}中随机抽取，检查人员随机抽取，抽取种子 {one.seed}。"
    return {
        **_head(one),
        "title": f"关于开展{one.title}的通知",
        "recipients": "，".join(str(row.unit) for row in one.visits.select_related("unit")) or "各有关单位",
        "papers": "、".join(f"{row}{row.number and f'（{row.number}）'}" for row in one.papers.all()) or "有关法律法规",
        "days": f"{clock.chinese_day(one.since)}至{clock.chinese_day(one.until)}",
        "inspectors": "、".join(str(row) for row in one.inspectors.all()) or "另行确定",
        "drawn": drawn,
        "points": [{"text": row.text, "clause": row.clause or "—"} for row in one.points.all()],
        "notes": _noted(drawn, notes.methods),
        "signed_on": clock.chinese_day(one.issued_on or clock.today()),
    }


def _report(one: Inspection) -> dict[str, Any]:
    papers = [str(row) for row in one.papers.all()]
    body, methods = rules.report(
        one.title, papers, queries.told(one), one.conclusion.replace("\n", ""), one.closed_on or clock.today()
    )
    return {
        **_head(one),
        "title": f"关于{one.title}情况的报告",
        "body": body,
        "notes": _noted(body, methods),
    }


def _noted(said: str, methods: Sequence[str]) -> str:
    notes = footnotes.notes_of(said, methods)
    return "\n".join(["数据说明：", *notes]) if notes else ""
