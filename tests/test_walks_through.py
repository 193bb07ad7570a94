"""One plan from its text to the meeting and the bulletin, in a real browser, each step on what the one before made."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.branches import PDF
from tests.test_walks_inquiries import make_link
from tests.test_walks_plans import hand_in, plan_file

pytestmark = pytest.mark.browser

PLAN = """锦川区工地普法行动方案

一、重点行动
1.普法进工地。2030年底前为每个工地配一名普法联络员。（牵头单位：区司法局；责任单位：区财政局）
"""
TASK, LEAD = "2030年底前为每个工地配一名普法联络员。", "区司法局"
STUCK = "工地普法经费缺口 20 万元"


def light(page: Any) -> Locator:
    """The light beside a task's name."""
    return page.locator(".heading .light").first


def test_from_the_text_to_the_meeting_and_the_bulletin(window: Any, tmp_path: Path) -> None:
    office, unit = window("zhoumin"), window()
    task = confirm(office, tmp_path)
    expect(light(office)).to_have_text("绿灯")
    expect(office.locator(".values").first).to_contain_text("离期限还有")

    case = dispatch(office)
    report(unit, make_link(office))
    office.goto(case)
    office.get_by_label("意见").fill("请写明经费缺口")
    office.get_by_role("button", name="退回补正").click()
    office.wait_for_load_state()
    office.goto(case)
    unit.goto(make_link(office))
    expect(unit.locator(".alert.warn")).to_contain_text("请写明经费缺口")
    unit.get_by_label("困难和问题").fill(STUCK)
    unit.get_by_role("button", name="报送").click()
    expect(unit.get_by_role("heading", name="已收到，谢谢")).to_be_visible()
    office.goto(case)
    office.get_by_role("button", name="核对通过").click()
    office.wait_for_load_state()

    office.goto(task)
    expect(light(office)).to_have_text("黄灯")
    expect(office.locator(".values").first).to_contain_text("上期报告有困难")
    expect(office.get_by_role("link", name="联络员名册.pdf")).to_be_visible()

    agenda = meeting(office)
    expect(agenda.filter(has_text=TASK)).to_contain_text("黄灯：上期报告有困难")
    office.get_by_role("link", name="发会议通知").click()
    office.get_by_role("button", name="发通知").click()
    expect(office.get_by_text("已通知参会单位")).to_be_visible()
    expect(agenda.filter(has_text=TASK)).to_contain_text("黄灯：上期报告有困难")
    row, leader = bulletin(office), window("zhaoqiming")
    expect(row).to_contain_text(STUCK)
    leader.goto(office.url)
    leader.get_by_role("link", name="签发", exact=True).click()
    leader.get_by_role("button", name="签发", exact=True).click()
    expect(leader.locator("p").filter(has_text="已发出")).to_be_visible()
    office.reload()
    expect(row).to_contain_text("共 1 项①，完成 0 项②，红灯 0 项③，黄灯 1 项④")
    expect(office.locator(".official")).to_contain_text("号")


def confirm(office: Any, folder: Path) -> str:
    """The plan is handed in and confirmed; the address of its one task."""
    hand_in(office, plan_file(folder, PLAN, "工地普法方案.txt"))
    office.get_by_role("link", name="核对完毕，确认").click()
    office.get_by_role("button", name="确认执行").click()
    expect(office.locator(".heading")).to_contain_text("执行中")
    office.get_by_role("link", name="1. 普法进工地").click()
    office.get_by_role("link", name=TASK).click()
    office.wait_for_url(re.compile(r"/office/tasks/[0-9a-f-]{36}/$"))
    return str(office.url)


def dispatch(office: Any) -> str:
    """Its lead is asked how it goes; the address of the case."""
    office.goto("/office/reporting/new/")
    office.get_by_label("调度名称").fill("工地普法专项调度")
    office.get_by_label("请哪些单位报送").fill(LEAD)
    office.get_by_role("button", name="发起").click()
    office.wait_for_url(re.compile(r"/office/reporting/[0-9a-f-]{36}/$"))
    office.get_by_role("link", name=LEAD).click()
    office.wait_for_url(re.compile(r"/office/cases/[0-9a-f-]{36}/$"))
    return str(office.url)


def report(unit: Any, link: str) -> None:
    """A liaison without an account says what holds it up, with a file."""
    unit.goto(link)
    expect(unit.locator("form h3")).to_have_text(f"1. {TASK}")
    unit.get_by_label("有困难").check()
    unit.get_by_label("进展情况").fill("已摸清工地底数，联络员名册已建立。")
    unit.get_by_label("困难和问题").fill("缺钱")
    file = {"name": "联络员名册.pdf", "mimeType": "application/pdf", "buffer": PDF}
    unit.locator("input[type=file]").first.set_input_files(file)
    unit.get_by_role("button", name="报送").click()
    expect(unit.get_by_role("heading", name="已收到，谢谢")).to_be_visible()


def meeting(office: Any) -> Locator:
    """A meeting is prepared; the matters that it proposes."""
    office.goto("/office/meetings/new/")
    office.get_by_label("会议名称").fill("工地普法专题联席会议")
    office.get_by_label("召开日期").fill("2030-12-31")
    office.get_by_label("地点").fill("第三会议室")
    office.get_by_label("主持人").fill("赵启明")
    office.get_by_label("参会单位").fill(LEAD)
    office.get_by_role("button", name="拟出议程").click()
    return office.locator(".agenda section").filter(has_text="亮灯任务推进情况").locator("li")


def bulletin(office: Any) -> Locator:
    """A bulletin is drafted; the line of the unit in its table."""
    office.goto("/office/instruments/new/")
    office.get_by_text("通报", exact=True).first.click()
    office.get_by_label("标题").fill("关于工地普法推进情况的通报")
    office.get_by_label("受文单位").fill(LEAD)
    office.get_by_label("正文").fill("现将各单位推进情况通报如下。")
    office.get_by_role("button", name="存草稿").click()
    return office.locator(".official tbody tr").filter(has_text=LEAD)
