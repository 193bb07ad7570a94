"""A district whose departments plans name, and an invented plan in the shape that offices write."""

from datetime import date
from typing import Any

from jiangtai.access import Unit, acting_as, acting_as_job, units
from jiangtai.domains.reform.actions import plans
from jiangtai.domains.reform.models import Plan
from tests.office import Office

DEPARTMENTS = (
    ("区委宣传部", ""), ("区委组织部", ""), ("区总工会", ""), ("区教育局", ""), ("区财政局", ""),
    ("区发展和改革局", ""), ("区国有资产监督管理和金融工作局", "区国资和金融局"), ("共青团测试区委员会", ""),
)  # fmt: skip
HEAD = "测试区产业工人队伍建设改革实施方案\n\n为推进改革，制定本方案。\n二、主要举措\n（一）引领\n"
FIRST = (
    "1.讲好工人故事。组织宣讲小队进车间开讲。每年办夜校不少于12期，2026年底前公布课表。支持企业设读书角。"
    "（牵头单位：区委宣传部、区总工会；责任单位：区教育局、各街道）\n"
)
SECOND = (
    "2.办好技能课堂。应按月开课并登记到课情况。探索跨厂带徒。（牵头单位：区人社局；责任单位：区财政局、区发改局）\n"
)
THIRD = "3.加强园区服务。在园区设服务站。（牵头单位：区国资和金融局；责任单位：区服务局、测试区团委）\n"
TEXT = HEAD + FIRST + SECOND + THIRD + "三、组织保障\n各单位抓好落实。\n"
SINCE = date(2026, 1, 1)


def settle(office: Office) -> Office:
    """Found the departments."""
    with acting_as_job("测试"):
        for name, short in DEPARTMENTS:
            office.units[name] = units.found(
                kind=Unit.Kind.DEPARTMENT, name=name, parent=office.units["区"], short_name=short
            )
    return office


def draft(office: Office, text: str = TEXT, **fields: Any) -> Plan:
    """A plan handed in by the office of the leading group."""
    fields.setdefault("since", SINCE)
    with acting_as(office.person("group_office")):
        return plans.draft(text, **fields)


def in_force(office: Office, text: str = "", **fields: Any) -> Plan:
    """A plan that is confirmed, its names all settled."""
    made = draft(office, text or TEXT.replace("区服务局、测试区团委", "区教育局"), **fields)
    with acting_as(office.person("group_office")):
        return plans.confirm(made)


def settled(office: Office) -> Plan:
    """A draft whose names are all known."""
    plan = draft(office)
    with acting_as(office.person("group_office")):
        plans.strike(plan, "区服务局")
        plans.settle(plan, "测试区团委", office.units["共青团测试区委员会"])
    return plan
