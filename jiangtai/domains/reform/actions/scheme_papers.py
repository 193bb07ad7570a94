"""The bulletin that tells all units how they came out of an assessment, in the layout of GB/T 9704."""

from jiangtai import documents
from jiangtai.documents import DocumentKind, Placeholder, document_kind
from jiangtai.kernel import clock

from ..models import Scheme
from ..queries import schemes as queries
from ..queries import supervising
from ..rules import footnotes
from ..rules import schemes as rules

BULLETIN = document_kind(
    DocumentKind(
        "assessment-bulletin",
        "考核通报",
        "004",
        "通报所属单位的年度考核等次、得分和异议处理，附各单位得分表。",
        (
            Placeholder("issuer", "发文机关", "锦川区产业工人队伍建设改革工作领导小组"),
            Placeholder("number", "编号", "2026年度考核"),
            Placeholder("title", "标题", "关于2026年度产业工人队伍建设改革考核结果的通报"),
            Placeholder("recipients", "主送单位", "各成员单位，各街道"),
            Placeholder("body", "正文", "18 个单位①的平均得分率为 88.5%②。现通报如下：", is_long=True),
            Placeholder(
                "units",
                "各单位得分表",
                columns=(
                    Placeholder("unit", "单位", "区教育局"),
                    Placeholder("marks", "得分", "92.5（满分 100）"),
                    Placeholder("grade", "等次", "优秀"),
                    Placeholder("note", "异议", "提出 1 项，成立 1 项"),
                ),
            ),
            Placeholder("notes", "数据说明", "① 参加考核的单位，逐个计。", is_long=True, optional=True, is_notes=True),
            Placeholder("signed_by", "落款", "锦川区产业工人队伍建设改革工作领导小组"),
            Placeholder("signed_on", "成文日期", "2027年1月20日"),
        ),
        ("*body", "*notes"),
        recipients="{recipients}：",
        closing=("附件：各单位得分表",),
        attachment="units",
    )
)


def bulletin(scheme: Scheme, form: str) -> bytes:
    """The bulletin of a scheme's results, as Word or PDF."""
    found, day = queries.told(scheme), clock.today()
    text = rules.bulletin(scheme.title, scheme.year, found, queries.terms_of(scheme))
    issuer = supervising.issuer("bulletin", scheme.unit, day)
    notes = footnotes.notes_of(text.body, text.methods)
    values = {
        "issuer": issuer,
        "number": f"{scheme.year}年度考核",
        "title": text.title,
        "recipients": "，".join(one.unit for one in found),
        "body": text.body,
        "units": [one.row for one in found],
        "notes": "\n".join(["数据说明：", *notes]) if notes else "",
        "signed_by": issuer,
        "signed_on": clock.chinese_day(day),
    }
    if form == "docx":
        return documents.fill(BULLETIN.key, values, unit=scheme.unit)
    return documents.notice_pdf(BULLETIN, values)
