"""The bulletin that tells all units how they came out of an assessment, in the layout of GB/T 9704."""

from jiangtai.documents import DocumentKind, Placeholder, document_kind

BULLETIN = document_kind(
    DocumentKind(
        "assessment-bulletin",
        "考核通报",
        "004",
        "通报所属单位的年度考核等次、得分和异议处理，附各单位得分表。",
        (
            Placeholder("issuer", "发文机关", "锦川区产业工人队伍建设改革工作领导小组"),
            Placeholder("number", "发文字号", "产改通报〔2027〕1号"),
            Placeholder("title", "标题", "关于2026年度产业工人队伍建设改革考核结果的通报"),
            Placeholder("recipients", "主送单位", "各成员单位，各街道"),
            Placeholder("body", "正文", "18 个单位①的平均得分率为 88.5%②。现通报如下：", is_long=True),
            Placeholder("reply", "答复要求", "请于2027年2月3日前书面答复落实情况。", optional=True),
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
        closing=("{reply}", "附件：各单位得分表"),
        attachment="units",
    )
)
