"""The demo's plan: an own text in the structure that districts use, handed in and confirmed as on the pages."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from jiangtai.access import Account, acting_as
from jiangtai.kernel import clock

from ..actions import plans, versions
from ..models import Plan
from ..queries import plans as queries
from . import dockets, following, library, pilots, schemes
from .season import season

OFFICE = "zhoumin"
TEXT = Path(__file__).with_name("plan.txt")
NUMBER = "锦产改〔2026〕1号"
SECOND = """锦川区“两新”领域职工服务提升行动方案

一、重点行动
1.服务站点进园区。在快递、外卖集中的片区设职工驿站，2026年底前建成20个。（牵头单位：区总工会；责任单位：区新经济局、各街道）
2.技能提升送上门。为新就业形态劳动者开设夜校，每年不少于30期。鼓励平台企业按单积分换课时。（牵头单位：区人社局；责任单位：区教育局、赛事服务专班）
3.权益保障有回音。建立平台用工协商会议制度。对申诉应在十个工作日内答复。（牵头单位：区总工会、区人社局；责任单位：区司法局、区交运局）
"""
BESIDE = """锦川区深化产业工人队伍建设改革年度重点任务

一、年度重点
1.技能津贴落到岗。在规模以上企业推行技能津贴，2026年底前覆盖60家。（牵头单位：区人社局；责任单位：区总工会、区国资和金融局）
2.夜校开到园区。在产业功能区办夜校，每年不少于40期。（牵头单位：区总工会；责任单位：区教育局）
3.调解站设到片区。为每个片区配一名专职调解员。（牵头单位：区人社局；责任单位：区司法局、区总工会）
"""
ANSWERS = {1: 6, 2: 1}
"""Measures of the plan beside it, and those of the first plan that they answer; the third stands alone."""


def fill(*, say: Callable[[str], None]) -> Plan:
    """The district's plan is in force, as citizens may see it; a second one waits with doubtful names."""
    office = Account.objects.get(username=OFFICE)
    with clock.at(clock.today() - timedelta(days=180)), acting_as(office):
        upload = SimpleUploadedFile("锦川区产改实施方案.txt", TEXT.read_bytes())
        text, file = plans.text_of(upload)
        plan = plans.draft(text, since=date(2026, 1, 1), until=date(2028, 12, 31), number=NUMBER, file=file)
        names = queries.doubtful_names(plan)
        assert not names, names
        plan = plans.confirm(plan)
        plans.publish(plan, True)
    with acting_as(office):
        plans.draft(SECOND, since=date(2026, 1, 1), until=date(2028, 12, 31))
    say(f"改革方案：{plan.measures.count()} 项举措已确认执行并公开；另一份待核对")
    season(plan, say=say)
    following.fill(plan, say=say)
    schemes.fill(say=say)
    library.fill(plan, say=say)
    pilots.fill(plan, say=say)
    dockets.fill(plan, say=say)
    _beside(plan, office, say)
    return plan


def _beside(plan: Plan, office: Account, say: Callable[[str], None]) -> None:
    """A second plan runs beside the first; two of its measures answer measures of it."""
    with clock.at(clock.today() - timedelta(days=15)), acting_as(office):
        other = plans.confirm(plans.draft(BESIDE, since=date(2026, 1, 1), until=date(2026, 12, 31)))
        for number, of in ANSWERS.items():
            versions.link(other.measures.get(number=number), plan.measures.get(number=of))
    say(f"另一份方案并行：{other.measures.count()} 项举措，{len(ANSWERS)} 项有对应")
