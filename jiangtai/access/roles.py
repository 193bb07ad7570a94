"""The one table of roles and permissions: who, by which role, may do what."""

from dataclasses import dataclass

from django.db import models


class Duty(models.TextChoices):
    """The kind of work an account does; the three administrators are apart from business and from one another."""

    BUSINESS = "business", "业务"
    SYSTEM = "system", "系统管理"
    SECURITY = "security", "安全保密管理"
    AUDIT = "audit", "安全审计"
    WORKER = "worker", "职工"


@dataclass(frozen=True)
class Role:
    """A role that is granted to a person at a unit."""

    key: str
    label: str
    duty: Duty
    note: str
    only_at_root: bool = False


_ROLES = (
    Role("system_admin", "系统管理员", Duty.SYSTEM, "管单位、账号和系统运行，看不到业务数据", only_at_root=True),
    Role(
        "security_admin", "安全保密管理员", Duty.SECURITY, "授予和收回角色，解除锁定，看不到业务数据", only_at_root=True
    ),
    Role("audit_admin", "安全审计员", Duty.AUDIT, "查审计、导出审计，看不到业务数据", only_at_root=True),
    Role(
        "group_office",
        "领导小组办公室经办人",
        Duty.BUSINESS,
        "统筹全局：请单位填报、代录来函、维护生态圈和参数",
        only_at_root=True,
    ),
    Role("leader", "领导", Duty.BUSINESS, "看本单位及下级的情况，不经办"),
    Role("unit_admin", "单位管理员", Duty.BUSINESS, "管本单位及下级的单位、账号和业务授权"),
    Role("liaison", "联络员", Duty.BUSINESS, "代表本单位填报"),
    Role("union_officer", "工会干部", Duty.BUSINESS, "总工会、街道、功能区和产业工会的经办人"),
    Role("enterprise_union", "企业工会", Duty.BUSINESS, "代表企业工会办事"),
    Role("enterprise_hr", "企业人力资源", Duty.BUSINESS, "代表企业办事"),
    Role("school", "院校经办人", Duty.BUSINESS, "代表院校和培训机构办事"),
    Role("evaluator", "评价机构经办人", Duty.BUSINESS, "代表评价机构办事"),
    Role("expert", "评审专家", Duty.BUSINESS, "受聘评审，只看分给自己的办件"),
    Role("committee", "区委区政府经办人", Duty.BUSINESS, "代表区委、区政府审定和命名"),
    Role("finance", "财务经办人", Duty.BUSINESS, "按清单拨付奖金和补贴"),
)
ROLES = {role.key: role for role in _ROLES}
_ANSWERERS = "unit_admin liaison union_officer enterprise_union enterprise_hr school evaluator"
_WORKERS = "unit_admin liaison union_officer enterprise_union enterprise_hr school"
_BUSINESS = f"group_office leader {_ANSWERERS}"
_CASES = f"{_BUSINESS} expert committee finance"

# permission -> what it allows, who holds it
PERMISSIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    name: (label, tuple(roles.split()))
    for name, label, roles in (
        ("units.view", "看单位和组织树", f"system_admin security_admin {_BUSINESS}"),
        ("units.change", "新建、修改单位", "system_admin unit_admin"),
        ("units.restructure", "移动、合并、撤销单位", "system_admin"),
        ("groups.view", "看产业生态圈", f"system_admin {_BUSINESS}"),
        ("groups.change", "维护产业生态圈", "group_office"),
        ("accounts.view", "看账号和授权", "system_admin security_admin unit_admin"),
        ("accounts.change", "开通、停用账号", "system_admin unit_admin"),
        ("accounts.unlock", "解除锁定、强制下线、重置二次验证", "security_admin"),
        ("grants.change", "授予、收回业务角色", "security_admin unit_admin"),
        ("grants.change_admins", "授予、收回三员角色", "security_admin"),
        ("parameters.view", "看参数和依据", f"system_admin security_admin audit_admin {_BUSINESS}"),
        ("parameters.change", "设本单位的参数取值", "group_office unit_admin"),
        ("calendar.view", "看工作日历", f"system_admin security_admin audit_admin {_BUSINESS}"),
        ("calendar.change", "录入放假通知", "system_admin group_office"),
        ("inquiries.ask", "请单位填报、代录来函", "group_office"),
        ("inquiries.answer", "代表单位填报", _ANSWERERS),
        ("liaisons.view", "看联络员", "group_office leader unit_admin liaison union_officer"),
        ("phones.reveal", "显示手机号（说明理由）", "group_office unit_admin"),
        ("cases.view", "看办件和待办", _CASES),
        ("cases.browse", "看本单位及下级的全部办件", "group_office leader unit_admin union_officer enterprise_union"),
        ("cases.record", "代录来函意见", "group_office"),
        ("rounds.view", "看批次", _CASES),
        ("rounds.change", "组织批次", "group_office union_officer"),
        ("honors.view", "看荣誉、奖金和名册", f"{_BUSINESS} committee finance"),
        ("honors.change", "维护称号、牌匾、评审权和名册，撤销荣誉", "group_office union_officer"),
        ("awards.pay", "发放奖金", "finance"),
        ("credentials.view", "看证书", "group_office leader unit_admin union_officer enterprise_union school"),
        ("credentials.download", "下载证书", "group_office unit_admin union_officer"),
        ("credentials.revoke", "撤销证书", "group_office union_officer"),
        ("documents.view", "看文书模板", "group_office leader unit_admin union_officer"),
        ("documents.change", "换文书模板", "group_office unit_admin union_officer"),
        ("messages.watch", "看短信发送情况", "system_admin"),
        (
            "people.view",
            "看人员名册和职工档案",
            "group_office leader unit_admin union_officer enterprise_union enterprise_hr",
        ),
        ("people.change", "登记职工，办理入职、离职、入会、退会", "enterprise_hr enterprise_union"),
        (
            "people.reveal",
            "显示身份证号、手机号（说明理由）",
            "group_office unit_admin union_officer enterprise_union enterprise_hr",
        ),
        (
            "people.export",
            "导出人员名册（号码遮蔽）",
            "group_office unit_admin union_officer enterprise_union enterprise_hr",
        ),
        (
            "figures.view",
            "看指标",
            "group_office leader unit_admin liaison union_officer enterprise_union",
        ),
        (
            "targets.view",
            "看目标和序时进度",
            "group_office leader unit_admin liaison union_officer enterprise_union",
        ),
        ("targets.change", "下达、收回目标", "group_office unit_admin union_officer"),
        ("claims.view", "看上报数与计算数的差", "group_office leader unit_admin union_officer"),
        ("claims.change", "录入、撤回上报数", "group_office unit_admin union_officer"),
        ("sources.view", "看名册报送情况", _BUSINESS),
        (
            "sources.load",
            "报送名册、确认栏目、导入",
            "group_office liaison union_officer enterprise_hr school evaluator",
        ),
        ("doubts.decide", "核对疑似同人，归并、撤销归并、拆分档案", "group_office union_officer"),
        ("checks.ask", "向主管部门核验（只答是或否）", "group_office union_officer"),
        ("people.record_death", "登记、撤销职工去世", "group_office union_officer"),
        ("people.ask_erasure", "代职工申请删除登记档案", "group_office union_officer enterprise_union"),
        ("people.erase", "删除职工登记档案（申请人之外的另一人）", "group_office union_officer"),
        (
            "employers.change",
            "修改用人单位情况，登记责任人（企业登记的待确认）",
            "group_office unit_admin enterprise_hr",
        ),
        (
            "responsibles.confirm",
            "确认用人单位责任人的登记和变更（限街道、功能区和部门）",
            "group_office unit_admin liaison",
        ),
        (
            "blacklist.view",
            "看用人单位黑名单",
            "group_office leader unit_admin liaison union_officer enterprise_union enterprise_hr",
        ),
        ("blacklist.change", "核查、列入、移出黑名单（限人社部门和领导小组办公室）", "group_office liaison"),
        (
            "tags.view",
            "看企业标签",
            "group_office leader unit_admin liaison union_officer enterprise_union enterprise_hr",
        ),
        ("tags.change", "设置、移出企业标签（限主管部门和领导小组办公室）", "group_office liaison"),
        ("reform.view", "看改革方案、任务和进展", f"{_BUSINESS} committee"),
        ("reform.change", "上传、确认方案，分派任务，组织调度", "group_office"),
        ("reform.designate", "按领导小组的决定指定举措的总牵头单位", "group_office leader"),
        ("reform.work", "承办本单位任务：分解、报送进展、提交佐证", f"group_office {_WORKERS}"),
        ("pilots.view", "看试点、年度任务清单和试点报告", f"{_BUSINESS} committee"),
        ("pilots.change", "组织试点批次，导入名单，确认年度任务清单，撤销试点", "group_office"),
        ("pilots.apply", "申报试点", _WORKERS),
        ("pilots.work", "编制年度任务清单", f"group_office {_WORKERS}"),
        ("pilots.confirm", "审定试点名单", "leader"),
        ("pilots.compare", "看试点候选对照和前后对照", "group_office leader"),
        ("instruments.view", "看督办文书", "group_office leader committee"),
        ("instruments.draft", "拟督办文书", "group_office committee"),
        ("instruments.prompt", "发出工作提示", "group_office"),
        ("instruments.bulletin", "签发通报", "leader"),
        ("instruments.supervise", "发出督查，审核督查答复", "committee"),
        ("instruments.record", "代录督办答复来函", "group_office"),
        ("instruments.close", "审核督办答复，销号、退回", "group_office committee"),
        ("meetings.change", "筹备联席会议，记议定事项，形成纪要", "group_office"),
        ("assessments.view", "看迎检考核", "group_office leader committee"),
        ("assessments.change", "录入评分表，附印证材料，自评，报送", "group_office"),
        ("schemes.view", "看所属单位考核", "group_office leader committee"),
        ("schemes.change", "拟定考核办法，发起考核，催办和转办", "group_office"),
        ("schemes.confirm", "成批审定考核结果", "leader"),
        ("schemes.own", "看本单位考核结果", f"leader {_ANSWERERS}"),
        ("library.view", "看政策文件库", f"{_BUSINESS} committee"),
        ("library.change", "录入、公开政策文件，登记替代和废止，发起评估", "group_office"),
        (
            "library.ask",
            "发起政策评估：办公室对库里的文件，责任单位对本单位负责的文件",
            "group_office unit_admin liaison union_officer",
        ),
        ("inspections.view", "看监督检查和检查问题", f"{_BUSINESS} committee"),
        ("inspections.change", "筹备监督检查，抽取单位，发检查和整改通知", "group_office"),
        ("inspections.record", "作为检查人员在现场记检查结果", "group_office unit_admin liaison union_officer"),
        ("dockets.view", "看工作清单", f"{_BUSINESS} committee"),
        ("dockets.change", "设清单、启用、催办", "group_office"),
        ("dockets.fill", "填报、确认本单位清单", "group_office unit_admin liaison union_officer enterprise_union"),
        ("programmes.view", "看工作体系和培育企业", f"{_BUSINESS} committee"),
        ("programmes.change", "设工作体系，挂任务、指标和企业", "group_office"),
        ("programmes.record", "记录对培育企业的帮扶", "group_office unit_admin liaison union_officer enterprise_union"),
        ("audit.view", "查审计", "audit_admin"),
        ("audit.export", "导出审计", "audit_admin"),
        ("jobs.view", "看后台任务", "system_admin"),
        ("lists.export", "导出名册", "system_admin group_office unit_admin union_officer"),
    )
}


def roles_by_duty() -> dict[str, list[str]]:
    """The roles that belong to each duty; a worker's account holds none."""
    duties = [duty for duty in Duty if duty != Duty.WORKER]
    return {duty.value: [role.key for role in _ROLES if role.duty == duty] for duty in duties}


def permissions_of(roles: set[str]) -> frozenset[str]:
    """Everything that these roles together may do."""
    return frozenset(name for name, (_, holders) in PERMISSIONS.items() if roles & set(holders))
