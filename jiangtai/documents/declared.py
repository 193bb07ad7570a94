"""The kinds that every office needs: the public notice, its result, the naming decision, and a letter."""

from .kinds import DocumentKind, Placeholder, document_kind

_ISSUER = Placeholder("issuer", "发文机关", "锦川区总工会")
_NUMBER = Placeholder("number", "发文字号", "锦工发〔2026〕18号")
_TITLE = Placeholder("title", "标题", "关于2026年度“锦川工匠”拟命名人选的公示")
_SIGNED = (
    Placeholder("signed_by", "落款", "锦川区总工会"),
    Placeholder("signed_on", "成文日期", "2026年11月20日"),
)
_PERSONS = Placeholder(
    "persons",
    "人员名单",
    columns=(
        Placeholder("name", "姓名", "王䶮"),
        Placeholder("unit", "单位", "锦川精密机械有限公司"),
        Placeholder("deed", "主要事迹", "高级技师，主持完成技术革新 12 项"),
    ),
)
_PERIOD = (
    Placeholder("from_day", "公示开始日期", "2026年11月20日"),
    Placeholder("to_day", "公示截止日期", "2026年11月26日"),
)
_TELEPHONE = Placeholder("telephone", "联系电话", "028-85551234")

PUBLIC_NOTICE = document_kind(
    DocumentKind(
        "public-notice",
        "公示",
        "003#8.1",
        "按公示办法列出编号、起止日期、电话和人员，供群众监督。",
        (
            _ISSUER,
            _NUMBER,
            _TITLE,
            Placeholder("purpose", "公示事由", "推荐评选，拟命名以下同志为2026年度“锦川工匠”"),
            *_PERIOD,
            Placeholder("days", "公示工作日数", "5"),
            _PERSONS,
            Placeholder("office", "受理单位", "锦川区总工会职工发展部"),
            _TELEPHONE,
            Placeholder("address", "联系地址", "锦川区人民路 1 号"),
            *_SIGNED,
        ),
        (
            "经{purpose}。现予公示，公示期为{from_day}至{to_day}（{days}个工作日）。",
            "公示期间如有异议，请实名以书面、电话或网上填报等方式向{office}反映，并提供可以核实的情况。",
            "联系电话：{telephone}",
            "联系地址：{address}",
            "*persons",
        ),
    )
)

RESULT_NOTICE = document_kind(
    DocumentKind(
        "result-notice",
        "公示结果",
        "003#8.1",
        "公示期满后说明有无异议和处理情况，列出结果。",
        (
            _ISSUER,
            _NUMBER,
            Placeholder("title", "标题", "关于2026年度“锦川工匠”公示结果的通告"),
            Placeholder("notice_number", "原公示编号", "锦工发〔2026〕18号"),
            *_PERIOD,
            Placeholder("objections", "异议和处理情况", "未收到异议"),
            Placeholder("result", "结果", "以下同志进入命名程序"),
            _PERSONS,
            _TELEPHONE,
            *_SIGNED,
        ),
        (
            "{notice_number}公示的人选，于{from_day}至{to_day}向社会公示。公示期间{objections}。",
            "经研究，{result}，现予公布。",
            "*persons",
            "联系电话：{telephone}",
        ),
    )
)

NAMING_DECISION = document_kind(
    DocumentKind(
        "naming-decision",
        "命名决定",
        "003#8.1",
        "公示无异议并经审定后，以发文机关名义命名，附名单。",
        (
            _ISSUER,
            _NUMBER,
            Placeholder("title", "标题", "关于命名2026年度“锦川工匠”的决定"),
            Placeholder("recipients", "主送机关", "各街道总工会，各产业工会，各有关单位"),
            Placeholder(
                "reason",
                "命名缘由",
                "为弘扬劳模精神、劳动精神、工匠精神，激励广大职工钻研技能、岗位建功，2026年度“锦川工匠”推荐评选工作已经完成。",
                is_long=True,
            ),
            Placeholder("honor", "荣誉名称", "锦川工匠"),
            Placeholder("count", "人数", "3"),
            Placeholder("hope", "希望和要求", "希望受到命名的同志珍惜荣誉，再接再厉。", is_long=True, optional=True),
            _PERSONS,
            *_SIGNED,
        ),
        (
            "*reason",
            "经推荐、评审、公示和审定，决定命名{count}名同志为“{honor}”（名单见附件）。",
            "*hope",
        ),
        recipients="{recipients}：",
        closing=("附件：“{honor}”名单",),
        attachment="persons",
    )
)

LETTER = document_kind(
    DocumentKind(
        "letter",
        "函",
        "law: GB/T 9704-2012",
        "与不相隶属的机关商洽工作、询问和答复问题。",
        (
            _ISSUER,
            Placeholder("number", "发文字号", "锦工函〔2026〕7号"),
            Placeholder("title", "标题", "关于商请提供技能人才数据的函"),
            Placeholder("recipients", "主送机关", "区人力资源和社会保障局"),
            Placeholder(
                "body",
                "正文",
                "为做好产业工人队伍建设改革工作，商请贵局提供本年度技能等级认定数据。\n请于12月10日前函复。",
                is_long=True,
            ),
            Placeholder("attachment", "附件说明", "数据项清单", optional=True),
            Placeholder("contact", "联系方式", "（联系方式：周敏，028-85551234）", optional=True),
            *_SIGNED,
        ),
        ("*body",),
        recipients="{recipients}：",
        closing=("附件：{attachment}", "{contact}"),
    )
)

BRIEF = document_kind(
    DocumentKind(
        "brief",
        "简报",
        "ours",
        "向领导和成员单位报主要数据：每个数都有口径、期间和明细，写在脚注里。",
        (
            Placeholder("issuer", "编发单位", "锦川区产业工人队伍建设改革"),
            Placeholder("number", "期号", "2026年11月"),
            Placeholder("title", "标题", "2026年11月产业工人队伍建设改革主要数据"),
            Placeholder("lead", "导语", "截至2026年11月20日，锦川区主要情况如下。"),
            Placeholder(
                "body",
                "正文",
                "一、在岗职工人数为186,000人①，较上月同期增长3.2%②。\n"
                "二、在岗职工入会率为65.7%③，与上月同期持平，与上年同期持平。",
                is_long=True,
            ),
            Placeholder(
                "notes",
                "数据说明",
                is_notes=True,
                columns=(
                    Placeholder("figure", "数据", "在岗职工人数186,000人"),
                    Placeholder(
                        "method", "口径、期间和明细", "期末与用人单位有用工关系的人。2026年11月，截至2026-11-20。"
                    ),
                ),
            ),
            *_SIGNED,
        ),
        ("{lead}", "*body"),
        masthead="{issuer}简报",
        is_close=True,
    )
)
