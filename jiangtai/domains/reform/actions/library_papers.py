"""The report of a review of a policy paper, in the layout of GB/T 9704."""

from typing import Any

from jiangtai import documents
from jiangtai.documents import DocumentKind, Placeholder, document_kind
from jiangtai.flows import Case
from jiangtai.kernel import clock

from ..models import PaperReview

REVIEW_REPORT = document_kind(
    DocumentKind(
        "policy-review",
        "政策评估报告",
        "003#21.2",
        "写明文件、落实数据、实施效果、存在问题和评估结论，数据由系统算出并注明口径。",
        (
            Placeholder("issuer", "评估单位", "锦川区人力资源和社会保障局"),
            Placeholder("number", "编号", "2026-000123"),
            Placeholder("title", "标题", "《锦川区职工技能提升补贴办法》评估报告"),
            Placeholder("recipients", "主送单位", "锦川区产业工人队伍建设改革工作领导小组办公室"),
            Placeholder(
                "paper", "文件情况", "《锦川区职工技能提升补贴办法》（锦人社发〔2026〕3号），2026年4月1日起施行。"
            ),
            Placeholder(
                "uptake",
                "落实数据",
                columns=(
                    Placeholder("label", "指标", "高技能人才数"),
                    Placeholder("before", "发布前", "120 人"),
                    Placeholder("after", "目前", "156 人①"),
                ),
            ),
            Placeholder("effect", "实施效果", "补贴发放及时，职工参训积极性提高。", is_long=True),
            Placeholder("problem", "存在问题", "小微企业知晓率不高。", is_long=True),
            Placeholder("advice", "意见建议", "扩大宣传，简化材料。", is_long=True),
            Placeholder("outcome", "评估结论", "继续执行"),
            Placeholder("opinion", "核对意见", "同意继续执行。", optional=True),
            Placeholder(
                "notes",
                "数据说明",
                "数据说明：\n① 高技能人才数：期末在册。",
                is_long=True,
                optional=True,
                is_notes=True,
            ),
            Placeholder("signed_by", "落款", "锦川区人力资源和社会保障局"),
            Placeholder("signed_on", "成文日期", "2026年11月20日"),
        ),
        (
            "一、文件情况",
            "{paper}",
            "二、落实数据",
            "*uptake",
            "三、实施效果",
            "*effect",
            "四、存在问题",
            "*problem",
            "五、意见建议",
            "*advice",
            "六、评估结论",
            "{outcome}。{opinion}",
            "*notes",
        ),
        recipients="{recipients}：",
    )
)


def review_paper(one: PaperReview, form: str) -> bytes:
    """The report of a review, as Word or PDF."""
    values = _values(one)
    if form == "docx":
        return documents.fill(REVIEW_REPORT.key, values, unit=one.owner)
    return documents.notice_pdf(REVIEW_REPORT, values)


def _values(one: PaperReview) -> dict[str, Any]:
    paper, told = one.paper, one.uptake or {}
    methods = [f"{chr(0x2460 + at)} {words}" for at, words in enumerate(told.get("methods", []))]
    number = f"（{paper.number}）" if paper.number else ""
    rows = told.get("lines") or [{"label": "没有对应指标和举措", "before": "—", "after": "—"}]
    return {
        "issuer": one.owner.name,
        "number": Case.unscoped.get(pk=one.case).number,
        "title": f"《{paper.title}》评估报告",
        "recipients": f"{paper.unit.name}产业工人队伍建设改革工作领导小组办公室",
        "paper": f"《{paper.title}》{number}由{paper.issuer}印发，{clock.chinese_day(paper.since)}起施行"
        + (f"，有效期至{clock.chinese_day(paper.until)}。" if paper.until else "。"),
        "uptake": rows,
        "effect": one.effect,
        "problem": one.problem or "没有发现突出问题。",
        "advice": one.advice or "没有其他建议。",
        "outcome": one.get_outcome_display(),
        "opinion": one.opinion,
        "notes": "\n".join(["数据说明：", *methods]) if methods else "",
        "signed_by": one.owner.name,
        "signed_on": clock.chinese_day(one.done_on),
    }
