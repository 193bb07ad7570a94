"""A docket as an official paper: who has which matters, by when, and how each stands."""

from typing import Any

from jiangtai import documents
from jiangtai.documents import DocumentKind, Placeholder, document_kind
from jiangtai.kernel import clock

from ..models import Docket, DocketColumn
from ..queries import dockets as queries
from ..rules.footnotes import Footnotes, all_of, notes_of
from ..rules.lights import Tone
from . import docket_sheets

PAPER = document_kind(
    DocumentKind(
        "docket",
        "清单",
        "004",
        "按填报单位列出清单事项、完成期限和状态，写明各栏内容。",
        (
            Placeholder("issuer", "发文机关", "锦川区总工会"),
            Placeholder("number", "编号", "三张清单"),
            Placeholder("title", "标题", "三张清单·思想清单"),
            Placeholder("body", "正文", "共 12 项①，完成 5 项②，超期 1 项③。", is_long=True),
            Placeholder(
                "entries",
                "清单",
                columns=(
                    Placeholder("unit", "单位", "城东街道"),
                    Placeholder("text", "事项", "组织劳模宣讲进车间"),
                    Placeholder("due", "期限", "2026年12月31日"),
                    Placeholder("state", "状态", "正常"),
                ),
            ),
            Placeholder(
                "notes",
                "数据说明",
                "注：① 清单事项：清单上没有移出的条目，逐项计。",
                is_long=True,
                optional=True,
                is_notes=True,
            ),
            Placeholder("signed_by", "落款", "锦川区总工会"),
            Placeholder("signed_on", "成文日期", "2026年11月20日"),
        ),
        ("*body", "*entries", "*notes"),
    )
)


def paper(docket: Docket, rows: list[Any], form: str) -> bytes:
    """The docket as Word or PDF."""
    values = _values(docket, rows)
    if form == "docx":
        return documents.fill(PAPER.key, values, unit=docket.set.unit)
    return documents.notice_pdf(PAPER, values)


def _values(docket: Docket, rows: list[Any]) -> dict[str, Any]:
    told, columns, notes = queries.Told(docket, docket_sheets.labels()), queries.columns(docket), Footnotes()
    count = {tone: sum(row.tone == tone.value for row in rows) for tone in Tone}
    body = (
        f"截至{clock.chinese_day(clock.today())}，{docket.set}·{docket}共 "
        f"{notes.mark(f'{len(rows)} 项', '清单事项：清单上没有移出的条目，逐项计。')}，完成 "
        f"{notes.mark(f'{count[Tone.DONE]} 项', '完成：附有印证材料并登记完成日期的条目。')}，超期 "
        f"{notes.mark(f'{count[Tone.RED]} 项', '超期：过了完成期限还没有登记完成的条目。')}。"
    )
    lines = []
    for row in rows:
        cells = [f"{one.title}：{_marked(one, words, notes)}" for one in columns if (words := told.words(row, one))]
        lines.append({
            "unit": str(row.unit), "text": "；".join([row.title, *cells]),
            "due": clock.chinese_day(row.due) if row.due else "—", "state": Tone(row.tone).label,
        })  # fmt: skip
    return {
        "issuer": docket.set.unit.name,
        "number": docket.set.title,
        "title": f"{docket.set}·{docket}",
        "body": body,
        "entries": lines,
        "notes": "\n".join(["数据说明：", *notes_of(all_of(body, lines), notes.methods)]),
        "signed_by": docket.set.unit.name,
        "signed_on": clock.chinese_day(clock.today()),
    }


def _marked(column: DocketColumn, words: str, notes: Footnotes) -> str:
    """What a cell says; a number that a unit entered says that it did."""
    return notes.mark(words, f"{column.title}：由各填报单位逐条填写。") if column.kind == "number" else words
