"""The demo's district: its units, its people, and a season of asking and answering, all synthetic."""

import secrets
from base64 import b32encode
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from stdnum.cn import uscc

from jiangtai.access import (
    ROLES,
    Account,
    Unit,
    accounts,
    acting_as,
    acting_as_job,
    acting_by_link,
    grants,
    groups,
    inquiries,
    links,
    units,
)
from jiangtai.kernel import clock, office_calendar

Kind = Unit.Kind
DIVISION = "519901"  # no real county has it

DEPARTMENTS = (
    ("区人大常委会办公室", "区人大办"), ("区政协办公室", "区政协办"),
    ("区委组织部", "区委组织部"), ("区委宣传部", "区委宣传部"), ("区委统战部", "区委统战部"), ("区委机构编制委员会办公室", "区委编办"),
    ("区总工会", "区总工会"), ("共青团锦川区委员会", "团区委"), ("区妇女联合会", "区妇联"), ("区科学技术协会", "区科协"),
    ("区残疾人联合会", "区残联"), ("区文学艺术界联合会", "区文联"), ("区发展和改革局", "区发改局"), ("区新经济和科技局", "区新经济局"),
    ("区教育局", "区教育局"), ("区司法局", "区司法局"), ("区财政局", "区财政局"), ("区人力资源和社会保障局", "区人社局"),
    ("区住房建设和交通运输局", "区住建交局"), ("区文化体育和旅游局", "区文体旅局"), ("区卫生健康局", "区卫健局"),
    ("区国有资产监督管理和金融工作局", "区国资和金融局"), ("区应急管理局", "区应急局"), ("区医疗保障局", "区医保局"),
)  # fmt: skip
ABOVE_COUNTY = (("锦川市公安局锦川区分局", "区公安分局"), ("国家税务总局锦川区税务局", "区税务局"))
STREETS = ("锦河", "望桥", "浣溪", "机场东", "簇锦", "玉泉", "晋阳", "火车南")
PARKS = ("锦川新城", "三国创意功能区", "智造产业功能区")
FIRMS = (
    ("锦川精密制造", 0), ("川锦重工", 0), ("锦川车桥", 1), ("蜀锦食品", 2), ("锦河电子", 0), ("望桥仪表", 1),
    ("浣溪医疗器械", 2), ("玉泉新材料", 3), ("簇锦服装", 4), ("晋阳物流", 6), ("锦川轨道装备", 0), ("云栈软件", 1),
    ("川西印务", 5), ("锦城建工", 7), ("南站冷链", 7), ("锦川水务", 3), ("蓉光照明", 4), ("天锦航空维修", 3),
)  # fmt: skip
SCHOOLS = ("锦川工业学校", "锦川技师学院", "望桥职业中学")
BODIES = ("锦川职业技能评价中心", "川锦重工技能评价站")
ECOSYSTEMS = ("智能制造产业生态圈", "航空经济产业生态圈", "医药健康产业生态圈")

PEOPLE = (
    # name, username, role, unit
    ("林振国", "linzhenguo", "system_admin", "锦川区"),
    ("曾毅", "zengyi", "security_admin", "锦川区"),
    ("单慧敏", "shanhuimin", "audit_admin", "锦川区"),
    ("周敏", "zhoumin", "group_office", "锦川区"),
    ("赵启明", "zhaoqiming", "leader", "锦川区"),
    ("何静", "hejing", "liaison", "区人力资源和社会保障局"),
    ("仇晓东", "qiuxiaodong", "unit_admin", "区人力资源和社会保障局"),
    ("欧阳文静", "ouyangwenjing", "union_officer", "锦河街道总工会"),
    ("陈桂芳", "chenguifang", "enterprise_union", "锦川精密制造有限公司工会委员会"),
    ("解兰", "xielan", "enterprise_hr", "锦川精密制造有限公司"),
    ("查志远", "zhazhiyuan", "school", "锦川技师学院"),
    ("盖文博", "gaiwenbo", "evaluator", "锦川职业技能评价中心"),
    ("蒋维", "jiangwei", "union_officer", "锦川区总工会（工会）"),
    ("祝清华", "zhuqinghua", "committee", "锦川区"),
    ("费立言", "feiliyan", "finance", "区财政局"),
    ("温静", "wenjing", "union_officer", "望桥街道总工会"),
    ("牛海峰", "niuhaifeng", "enterprise_union", "川锦重工有限公司工会委员会"),
    ("石玉兰", "shiyulan", "enterprise_union", "锦川车桥有限公司工会委员会"),
    ("施展", "shizhan", "liaison", "区应急管理局"),
    ("齐敏", "qimin", "liaison", "国家税务总局锦川区税务局"),
    ("冯志刚", "fengzhigang", "expert", "锦川技师学院"),
    ("许茂林", "xumaolin", "expert", "锦川职业技能评价中心"),
    ("段云", "duanyun", "expert", "区科学技术协会"),
    ("谭永固", "tanyonggu", "expert", "川锦重工有限公司"),
    ("阮明珠", "ruanmingzhu", "expert", "锦川轨道装备有限公司"),
    ("樊立民", "fanlimin", "expert", "区教育局"),
    ("卢海燕", "luhaiyan", "group_office", "锦川区"),
)
WORKERS = (("李志强", "19900000001"), ("王秀英", "19900000002"))


def fill(*, password: str, workers: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Build the district and its people; what the demo remembers of them."""
    with acting_as_job("演示初始化"):
        made = _units()
        say(
            f"单位 {len(made)} 个：两棵组织树、{len(DEPARTMENTS) + len(ABOVE_COUNTY)} 个成员单位、{len(STREETS)} 个街道"
        )
        people = _people(made, password)
        say(f"办公账号 {len(people)} 个，三员分立")
        _groups(made)
    _season(made)
    say("填报一轮：发起、链接填报、账号填报、逾期")
    return {"people": people, "workers": _workers(workers, say)}


def _units() -> dict[str, Unit]:
    made: dict[str, Unit] = {}

    def found(kind: str, name: str, parent: Unit | None, **fields: Any) -> Unit:
        made[name] = units.found(
            kind=kind, name=name, parent=parent, since=date(2026, 1, 1), reason="演示数据（虚构）", **fields
        )
        return made[name]

    district = found(Kind.DISTRICT, "锦川区", None, code=DIVISION, short_name="锦川区")
    group = found(Kind.LEADING_GROUP, "锦川区产业工人队伍建设改革工作领导小组", district, short_name="区产改领导小组")
    found(Kind.GROUP_OFFICE, "锦川区产业工人队伍建设改革工作领导小组办公室", group, short_name="区产改办")
    for number, (name, short) in enumerate(DEPARTMENTS + ABOVE_COUNTY, start=1):
        found(Kind.DEPARTMENT, name, district, short_name=short, telephone=f"028-8555{number:04d}")
    streets = [
        found(Kind.STREET, f"{name}街道办事处", district, short_name=f"{name}街道", code=f"{DIVISION}{number:03d}")
        for number, name in enumerate(STREETS, start=1)
    ]
    for name in PARKS:
        found(Kind.PARK, name, district)
    federation = found(Kind.UNION_FEDERATION, "锦川区总工会（工会）", None, short_name="区总工会")
    federation.serves = made["区总工会"]
    federation.save(update_fields=("serves",))
    _lower_units(made, streets, federation, found)
    return made


def _lower_units(made: dict[str, Unit], streets: list[Unit], federation: Unit, found: Callable[..., Unit]) -> None:
    """Firms, schools and bodies in one tree, their unions in the other."""
    unions = [
        found(Kind.UNION_FEDERATION, f"{name}街道总工会", federation, short_name=f"{name}街道工会", serves=street)
        for name, street in zip(STREETS, streets, strict=True)
    ]
    for number, (name, street) in enumerate(FIRMS, start=1):
        firm = found(Kind.ENTERPRISE, f"{name}有限公司", streets[street], short_name=name, code=_code("91", number))
        found(Kind.BASIC_UNION, f"{name}有限公司工会委员会", unions[street], short_name=f"{name}工会", serves=firm)
    for number, name in enumerate(SCHOOLS, start=101):
        found(Kind.SCHOOL, name, made["锦川区"], code=_code("12", number))
    for number, name in enumerate(BODIES, start=201):
        found(Kind.EVALUATION_BODY, name, made["锦川区"], code=_code("52", number))


def _code(kind: str, number: int) -> str:
    """A credit code that no registry gave out, with a check character that fits."""
    body = f"{kind}{DIVISION}MA{number:07d}"
    return body + uscc.calc_check_digit(body)


def _people(made: dict[str, Unit], password: str) -> list[dict[str, str]]:
    """The accounts, opened and activated as any other, their second factor enrolled."""
    rows = []
    for name, username, role, unit in PEOPLE:
        duty = ROLES[role].duty
        account, token = accounts.open_account(username=username, name=name, unit=made[unit], duty=duty)
        accounts.activate(links.look("activate", token), password)
        secret = b32encode(secrets.token_bytes(20)).decode()
        TOTP.activate(account, secret)
        grants.grant(account, role, made[unit], "演示初始化")
        rows.append({"role": ROLES[role].label, "name": name, "username": username, "unit": unit, "secret": secret})
    return rows


def _groups(made: dict[str, Unit]) -> None:
    firms = [unit for unit in made.values() if unit.kind in (Kind.ENTERPRISE, Kind.SCHOOL)]
    for number, name in enumerate(ECOSYSTEMS):
        group = groups.make(name, "演示数据（虚构）")
        for unit in firms[number :: len(ECOSYSTEMS)]:
            groups.join(group, unit, date(2026, 3, 1))


def _season(made: dict[str, Unit]) -> None:
    """The office asks for liaison officers; some answer by link, one by account, some are late."""
    calendar, today = office_calendar(), clock.today()
    office = Account.objects.get(username="zhoumin")
    departments = [made[name] for name, _ in DEPARTMENTS]
    start = today - timedelta(days=12)
    with clock.at(start), acting_as(office):
        asked = [
            inquiries.ask(unit, "liaison", due=calendar.add(start, 4 + number % 9).result)
            for number, unit in enumerate(departments)
        ]
        for firm in (made["锦川精密制造有限公司"], made["川锦重工有限公司"]):
            inquiries.ask(firm, "details", due=calendar.add(today, 8).result)
    with acting_as(office):
        tokens = [inquiries.link_for(one) for one in asked[:12]]
    _answers(asked, tokens)


def _answers(asked: list[Any], tokens: list[str]) -> None:
    names = ("张毅", "刘洋", "陈思", "杨帆", "黄娟", "吴磊", "徐静", "孙涛", "马骏", "朱琳", "胡斌", "郭婷")
    for number, (one, token, name) in enumerate(zip(asked, tokens, names, strict=False)):
        with acting_by_link(one.unit, f"{one.unit}（链接）"):
            values = {"name": name, "position": "办公室科员", "phone": f"1990001{number:04d}"}
            inquiries.answer(one, values, link=links.look("inquiry", token))


def _workers(number: int, say: Callable[[str], None]) -> list[dict[str, str]]:
    phones = [phone for _, phone in WORKERS] + [f"1991{index:07d}" for index in range(max(0, number - len(WORKERS)))]
    for phone in phones[: max(number, len(WORKERS))]:
        accounts.worker_of_phone(phone)
    say(f"职工账号 {max(number, len(WORKERS))} 个")
    return [{"name": name, "phone": phone} for name, phone in WORKERS]
