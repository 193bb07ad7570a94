"""The lists that a district's offices have, each with its owner and the ground on which every column is asked for."""

from jiangtai.access import Unit

from .declare import Column, Source, source

_WHO = "law: 个人信息保护法 第十三条（履行法定职责）"
_INSURED = "law: 社会保险法 第五十八条"
_HIRED = "law: 劳动合同法 第七条（职工名册）"
_MEMBER = "law: 工会法 第三条"
_SKILLED = "law: 职业教育法 第十一条"
_TAXED = "law: 个人所得税法 第十五条"
_KNOW = "认出是同一个人"
_CODES = ("信用代码", "社会信用代码", "统一信用代码", "单位信用代码", "企业信用代码")

SOCIAL_INSURANCE = source(
    Source(
        "social_insurance",
        "社会保险参保名册",
        owner="人力资源和社会保障局",
        basis="003#17.1",
        fresh_days=35,
        rank=1,
        kinds=(Unit.Kind.DEPARTMENT,),
        of_work=True,
        department="人力资源",
        columns=(
            Column("name", _KNOW, _WHO, is_needed=True),
            Column("id_number", _KNOW, _INSURED, is_needed=True),
            Column("phone", "通知本人", _WHO, rank=4, is_key=True),
            Column("birth", _KNOW, _WHO),
            Column("sex", "按性别统计", _WHO),
            Column("hukou", "按户籍统计农民工", _INSURED),
            Column(
                "employer",
                "在哪家单位参保",
                _INSURED,
                "参保单位",
                ("单位名称", "缴费单位", "用人单位", "参保企业", "参保企业全称", "参保单位名称", "参保企业名称"),
            ),
            Column("employer_code", "认准单位", _INSURED, also=_CODES),
            Column(
                "since",
                "何时在该单位参保",
                _INSURED,
                "参保日期",
                ("参保时间", "本单位参保日期", "缴费起始", "参保起始年月", "参保年月", "起始年月", "增员日期"),
            ),
            Column("state", "是否仍在该单位", _INSURED, "参保状态", ("缴费状态", "人员状态", "缴费情况", "参保情况")),
            Column("left", "何时停保", _INSURED, "停保日期", ("减员日期", "终止日期")),
        ),
    )
)

EMPLOYER_ROSTER = source(
    Source(
        "employer_roster",
        "企业职工花名册",
        owner="用人单位",
        basis="003#17.1",
        fresh_days=95,
        rank=2,
        of_work=True,
        of_one_firm=True,
        kinds=(Unit.Kind.ENTERPRISE,),
        columns=(
            Column("name", _KNOW, _WHO, is_needed=True),
            Column("id_number", _KNOW, _HIRED, is_needed=True),
            Column("phone", "通知本人", _HIRED, rank=2, is_key=True),
            Column("birth", _KNOW, _WHO),
            Column("sex", "按性别统计", _HIRED),
            Column("hukou", "按户籍统计农民工", _HIRED),
            Column("education", "匹配培训和补贴条件", _WHO),
            Column("employer", "核对是不是本单位的人", _HIRED, "单位名称", ("用人单位", "单位")),
            Column(
                "occupation", "匹配培训、竞赛和评价", _HIRED, "工种", ("岗位", "工种或岗位", "职业", "职务"), rank=1
            ),
            Column("is_production", "一线职工的比例", _HIRED, "一线职工", ("是否一线", "是否一线职工"), rank=1),
            Column("form", "按用工形式统计", _HIRED, rank=1),
            Column("since", "何时入职", _HIRED, "入职日期", ("入职时间", "到岗日期"), rank=1),
            Column("state", "是否在职", _HIRED),
            Column("left", "何时离职", _HIRED),
        ),
    )
)

UNION_MEMBERS = source(
    Source(
        "union_members",
        "工会会员名册",
        owner="总工会",
        basis="003#17.1",
        fresh_days=95,
        rank=3,
        kinds=(Unit.Kind.UNION_FEDERATION, Unit.Kind.INDUSTRY_UNION, Unit.Kind.STREET),
        columns=(
            Column("name", _KNOW, _WHO, is_needed=True),
            Column("id_number", _KNOW, _WHO),
            Column("phone", "通知会员", _MEMBER, rank=1, is_key=True),
            Column("birth", _KNOW, _WHO),
            Column("sex", "按性别统计", _MEMBER),
            Column("employer", _KNOW, _MEMBER, "工作单位", ("单位名称", "单位", "所在单位")),
            Column(
                "union", "会籍在哪个工会", _MEMBER, "所属工会", ("工会名称", "基层工会", "会籍所在工会"), is_needed=True
            ),
            Column("joined", "何时入会", _MEMBER, "入会日期", ("入会时间",)),
            Column("union_card", "发放会员服务", _MEMBER, "会员卡号", ("会员证号",)),
        ),
    )
)

CERTIFICATES = source(
    Source(
        "certificates",
        "职业技能证书名册",
        owner="评价机构",
        basis="003#17.1",
        fresh_days=95,
        rank=4,
        is_whole=False,
        kinds=(Unit.Kind.EVALUATION_BODY, Unit.Kind.DEPARTMENT),
        department="人力资源",
        columns=(
            Column("name", _KNOW, _WHO, is_needed=True),
            Column("id_number", _KNOW, _SKILLED),
            Column("phone", "通知本人", _WHO, rank=5),
            Column("birth", _KNOW, _WHO),
            Column("sex", "按性别统计", _SKILLED),
            Column("education", "匹配培训和补贴条件", _SKILLED),
            Column("employer", _KNOW, _SKILLED, "工作单位", ("单位名称", "单位", "申报单位")),
            Column(
                "occupation",
                "按职业统计，匹配培训和竞赛",
                _SKILLED,
                "职业（工种）",
                (
                    "职业工种",
                    "职业名称",
                    "工种",
                    "工种名称",
                    "评价职业",
                    "认定职业",
                    "鉴定工种",
                    "申报职业",
                    "occupation",
                ),
            ),
            Column(
                "level",
                "按技能等级统计，落实待遇和补贴",
                _SKILLED,
                also=(
                    "职业技能等级",
                    "等级",
                    "级别",
                    "证书等级",
                    "认定等级",
                    "鉴定等级",
                    "评价等级",
                    "职业资格等级",
                    "level",
                    "skilllevel",
                ),
            ),
            Column(
                "certificate",
                "一证只记一次，本人申领补贴时核对",
                _SKILLED,
                also=(
                    "证书号",
                    "证书号码",
                    "技能等级证书编号",
                    "职业技能等级证书编号",
                    "职业资格证书编号",
                    "证号",
                    "certificatenumber",
                    "certificateno",
                ),
            ),
            Column(
                "certified",
                "从哪一天起持有",
                _SKILLED,
                also=(
                    "发证时间",
                    "发证年月",
                    "颁证日期",
                    "核发日期",
                    "证书日期",
                    "取证时间",
                    "取得时间",
                    "issuedon",
                    "issuedate",
                ),
            ),
            Column("certificate_state", "作废的证书不再计入", _SKILLED, also=("状态", "证书有效状态", "是否有效")),
        ),
    )
)

SCHOOLS = source(
    Source(
        "schools",
        "院校毕业生名册",
        owner="教育局、院校",
        basis="003#17.1",
        fresh_days=370,
        rank=5,
        is_whole=False,
        kinds=(Unit.Kind.SCHOOL, Unit.Kind.DEPARTMENT),
        department="教育",
        columns=(
            Column("name", _KNOW, _WHO, is_needed=True),
            Column("id_number", _KNOW, _SKILLED, is_needed=True),
            Column("phone", "通知本人", _WHO, rank=6),
            Column("birth", _KNOW, _WHO),
            Column("sex", "按性别统计", _SKILLED),
            Column("hukou", "按户籍统计", _SKILLED),
            Column("education", "匹配培训和补贴条件", _SKILLED, "学历", ("学历层次", "培养层次"), rank=1),
        ),
    )
)

TAXES = source(
    Source(
        "taxes",
        "个人所得税扣缴单位名册",
        owner="税务局",
        basis="003#17.1",
        fresh_days=35,
        rank=6,
        kinds=(Unit.Kind.DEPARTMENT,),
        of_work=True,
        department="税务",
        columns=(
            Column("name", _KNOW, _WHO, is_needed=True),
            Column("id_number", _KNOW, _TAXED, is_needed=True),
            Column("phone", "通知本人", _WHO, rank=3, is_key=True),
            Column("employer", "由哪家单位扣缴", _TAXED, "扣缴义务人", ("扣缴单位", "单位名称", "任职受雇单位")),
            Column(
                "employer_code", "认准单位", _TAXED, "统一社会信用代码", ("扣缴义务人识别号", "纳税人识别号", *_CODES)
            ),
        ),
    )
)
