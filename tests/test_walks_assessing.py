"""A walk of an office that assesses its own units: scheme, own marks, lower ones, an objection, the result."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TABLE = """考核项目\t考核内容\t分值\t评分标准\t适用单位
组织领导\t召开专题会研究改革\t60\t少一次扣10分\t所有单位
技能提升\t组织职工技能培训\t40\t按人次计分\t各部门
加分项\t经验被市级推广\t5\t\t所有单位"""


def test_a_unit_marks_itself_objects_to_lower_marks_and_sees_its_result(window):
    office = window("zhoumin")
    office.goto("/office/schemes/")
    office.get_by_role("link", name="拟定考核办法").click()
    office.get_by_label("名称").fill("年中试考核")
    office.get_by_label("或粘贴评分表").fill(TABLE.replace("60", "六十"))
    office.get_by_role("button", name="拟定", exact=True).click()
    expect(office.locator(".wrong-words")).to_contain_text("第 2 行“召开专题会研究改革”：分值“六十”不是数")
    office.get_by_label("或粘贴评分表").fill(TABLE)
    office.get_by_role("button", name="拟定", exact=True).click()
    expect(office.get_by_text("已拟定，3 个考核项，基本分合计 100 分")).to_be_visible()
    office.get_by_role("link", name="发起考核").click()
    office.get_by_label("考核哪些单位").fill("区人社局")
    office.get_by_role("button", name="发起考核").click()
    expect(office.get_by_text("已请 1 个单位自评")).to_be_visible()
    scheme = office.url

    desk = window("hejing")
    desk.goto("/office/cases/")
    desk.locator("tbody tr").filter(has_text="年中试考核").locator("a").first.click()
    for number, mark, words in ((1, "60", "召开三次，均有纪要。"), (2, "40", "培训四期。")):
        desk.get_by_label(f"第 {number} 项自评分").fill(mark)
        desk.get_by_label(f"第 {number} 项说明").fill(words)
    desk.get_by_role("button", name="报送自评").click()
    expect(desk.get_by_text("单位自评：报送自评").first).to_be_visible()
    case = desk.url

    office.goto(case)
    expect(office.locator("main")).to_contain_text("单位自评 60 分：召开三次，均有纪要")
    office.get_by_label("第 1 项核查分").fill("50")
    office.get_by_role("button", name="反馈单位").click()
    expect(office.locator(".wrong-words").first).to_contain_text("第 1 项自评 60 分，核查分不同，请写明理由")
    office.get_by_label("第 1 项理由").fill("只见到两次纪要。")
    office.get_by_role("button", name="反馈单位").click()
    expect(office.get_by_text("核查打分：反馈单位").first).to_be_visible()

    desk.goto(case)
    expect(desk.locator("main")).to_contain_text("核查 50 分：只见到两次纪要")
    desk.get_by_label("第 1 项异议理由").fill("第三次纪要已送达。")
    desk.get_by_role("button", name="提出异议").click()
    expect(desk.get_by_text("单位反馈：提出异议").first).to_be_visible()

    office.goto(case)
    expect(office.locator("main")).to_contain_text("按规定不能再办理“复核异议”")
    other = window("luhaiyan")
    other.goto(case)
    other.get_by_text("成立", exact=True).first.click()
    other.get_by_label("第 1 项改为").fill("60")
    other.get_by_label("第 1 项答复").fill("补报的纪要属实。")
    other.get_by_role("button", name="复核完毕").click()
    expect(other.get_by_text("复核异议：复核完毕").first).to_be_visible()

    leader = window("zhaoqiming")
    leader.goto(scheme)
    leader.get_by_role("link", name="全部审定").click()
    leader.get_by_role("button", name="审定", exact=True).click()
    expect(leader.get_by_text("已审定 1 家")).to_be_visible()

    desk.goto("/office/results/")
    desk.get_by_role("link", name="年中试考核").click()
    expect(desk.locator("main")).to_contain_text("100 分（满分 100 分，100%）")
    expect(desk.locator("main")).to_contain_text("补报的纪要属实。")
    expect(desk.get_by_text("优秀").first).to_be_visible()
