"""Walks of what follows a plan: a prompt for a late task, a meeting, an assessment from its table."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from jiangtai.domains.reform.tests.following import read_paper

pytestmark = pytest.mark.browser

TABLE = """考核项目\t考核内容\t分值\t评分标准\t责任单位
组织领导\t召开联席会议\t5\t少一次扣1分\t区人社局
技能提升\t发放职业技能培训券\t{}\t按张数计分\t区人社局
合计\t\t20\t\t"""


def test_a_prompt_is_drafted_from_a_late_task_sent_and_answered(window):
    office = window("zhoumin")
    office.goto("/office/instruments/")
    office.get_by_role("link", name="从亮灯任务拟稿").click()
    row = office.locator("tbody tr").filter(has_text="红灯").first
    task = row.locator("a").first.inner_text().rstrip("。")
    row.get_by_role("checkbox").check()
    office.get_by_role("button", name="拟工作提示").click()
    expect(office.get_by_text("已拟好工作提示草稿，请核对后发出")).to_be_visible()
    text = office.locator(".official")
    expect(text).to_contain_text(task)
    expect(text).to_contain_text("红灯 1 项①")
    expect(text).to_contain_text("① 红灯任务：截至")
    office.get_by_role("link", name="修改", exact=True).click()
    units = office.get_by_label("受文单位")
    units.fill("区人社局\n没有的局")
    office.get_by_role("button", name="保存").click()
    expect(office.locator(".wrong-words")).to_contain_text("第 2 行“没有的局”：没有找到这个单位")
    units.fill("区人社局")
    office.get_by_role("button", name="保存").click()
    office.get_by_role("link", name="发出", exact=True).click()
    office.get_by_role("button", name="发出", exact=True).click()
    expect(office.locator("p").filter(has_text="已发出 产改提示〔")).to_be_visible()

    desk = window("hejing")
    desk.goto("/office/addressees/?kind=prompt")
    desk.locator("tbody a").first.click()
    desk.get_by_role("link", name="答复", exact=True).click()
    desk.get_by_label("答复内容").fill("已召开专题会，下月底前完成。")
    desk.get_by_role("button", name="报送答复").click()
    expect(desk.get_by_text("已报送，等待审核")).to_be_visible()

    office.goto("/office/addressees/?kind=prompt&state=answered&q=人社局")
    office.locator("tbody a").first.click()
    expect(office.locator("main")).to_contain_text("已召开专题会，下月底前完成。")
    office.get_by_role("link", name="同意销号").click()
    office.get_by_label("意见").fill("同意销号。")
    office.get_by_role("button", name="销号", exact=True).click()
    expect(office.locator("main")).to_contain_text("已销号")


def test_a_meeting_is_held_and_what_it_settled_is_a_task(window):
    office = window("zhoumin")
    office.goto("/office/meetings/")
    office.get_by_role("link", name="筹备会议").click()
    today = office.evaluate("new Intl.DateTimeFormat('sv', {timeZone: 'Asia/Shanghai'}).format(new Date())")
    office.get_by_label("会议名称").fill("培训券专题联席会议")
    office.get_by_label("召开日期").fill(today)
    office.get_by_label("地点").fill("第三会议室")
    office.get_by_label("主持人").fill("赵启明")
    office.get_by_label("参会单位").fill("区人社局\n区财政局")
    office.get_by_role("button", name="拟出议程").click()
    expect(office.locator(".agenda")).to_contain_text("上次会议议定事项落实情况")
    expect(office.locator(".agenda")).to_contain_text("红灯")
    office.get_by_role("link", name="发会议通知").click()
    office.get_by_role("button", name="发通知").click()
    expect(office.get_by_text("已通知参会单位")).to_be_visible()
    office.goto(office.url + "resolutions/new/")
    office.get_by_label("议定事项").fill("本月底前发完第一批培训券")
    office.get_by_label("责任单位").fill("区人社局")
    office.get_by_label("完成期限").fill("2030-12-31")
    office.get_by_label("所属举措").select_option(index=6)
    office.get_by_role("button", name="记下").click()
    expect(office.locator("main")).to_contain_text("本月底前发完第一批培训券")
    office.get_by_role("link", name="形成纪要").click()
    office.get_by_label("会议概况").fill("会议研究了培训券发放工作。")
    office.get_by_role("button", name="形成纪要").click()
    expect(office.get_by_text("纪要已形成，1 项议定事项已成为任务")).to_be_visible()
    office.get_by_role("link", name="本月底前发完第一批培训券").click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("本月底前发完第一批培训券")


def test_a_scoring_table_is_pasted_put_right_and_filled(window):
    office = window("zhoumin")
    office.goto("/office/assessments/")
    office.get_by_role("link", name="录入评分表").click()
    office.get_by_label("名称").fill("试评")
    office.get_by_label("考核机关").fill("市领导小组办公室")
    office.get_by_label("报送期限").fill("2030-12-31")
    office.get_by_label("或粘贴评分表").fill(TABLE.format("十分"))
    office.get_by_role("button", name="录入").click()
    expect(office.locator(".wrong-words")).to_contain_text("第 3 行“发放职业技能培训券”：分值“十分”不是数")
    office.get_by_label("或粘贴评分表").fill(TABLE.format("10"))
    office.get_by_role("button", name="录入").click()
    expect(office.locator("main")).to_contain_text("各项合计 15 分，表上总分 20 分，相差 5 分，请与原表核对")
    expect(office.locator("main")).to_contain_text("2 项 15 分")
    office.get_by_role("link", name="发放职业技能培训券").click()
    row = office.locator("tr").filter(has_text="发放职业技能培训券每年不少于").first
    row.get_by_role("link", name="附上").click()
    office.get_by_role("button", name="附上").click()
    expect(office.get_by_text("已附上")).to_be_visible()
    office.get_by_role("link", name="自评", exact=True).click()
    office.get_by_label("自评说明").fill("已发放。")
    office.get_by_role("button", name="保存自评").click()
    expect(office.locator("main")).to_contain_text("已发放。")

    # the other point has a gap: marks are given, and the report says what is lacking
    office.get_by_role("link", name="试评").first.click()
    office.get_by_role("link", name="召开联席会议").click()
    office.get_by_role("link", name="自评", exact=True).click()
    office.get_by_label("自评分").fill("3")
    office.get_by_label("自评说明").fill("第四季度会议尚未召开。")
    office.get_by_role("button", name="保存自评").click()
    expect(office.locator("main")).to_contain_text("3 分")
    office.get_by_role("link", name="试评").first.click()
    expect(office.locator("main")).to_contain_text("1 项 5 分")
    said = paper(office, "自评报告 Word", "自评报告.docx")
    assert "评分表共 2 项①、满分 15 分②，自评 13 分③，提供印证材料 1 份④" in said
    assert "召开联席会议（5 分⑤，自评 3 分⑥）。第四季度会议尚未召开。" in said
    assert said.index("存在的不足") < said.rindex("第四季度会议尚未召开。")
    assert "已发放。" in said and "④印证材料" in said.replace(" ", "")
    assert "发放职业技能培训券" in paper(office, "印证材料目录 Word", "印证材料目录.docx")


def paper(page: Any, link: str, ending: str) -> str:
    """A Word file that the page gives, as its reader sees it."""
    page.get_by_role("link", name=link).click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="下载").click()
    assert taken.value.suggested_filename.endswith(ending)
    page.keyboard.press("Escape")
    return read_paper(Path(taken.value.path()).read_bytes())
