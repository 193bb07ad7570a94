"""Walks of pilots: a batch from call to list, a yearly list that becomes tasks, an earlier list taken over."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

BATCH = "第三批产改试点"


def test_a_firm_applies_is_recommended_assessed_and_named(window):
    office = window("zhoumin")
    office.goto("/office/pilots/batches/")
    office.get_by_role("link", name="筹备试点批次").click()
    office.get_by_label("批次名称").fill(BATCH)
    office.get_by_label("截止申报").fill("2030-12-31")
    office.get_by_label("类型和名额").fill("全面试点")
    office.get_by_role("button", name="建立").click()
    expect(office.locator(".wrong-words")).to_contain_text("应写类型和名额")
    office.get_by_label("类型和名额").fill("全面试点 1 企业")
    office.get_by_role("button", name="建立").click()
    office.get_by_role("link", name="开始申报").click()
    office.get_by_role("button", name="开始申报").click()
    expect(office.locator("main")).to_contain_text("申报评定中")

    firm = window("niuhaifeng")
    firm.goto("/office/pilots/apply/")
    firm.get_by_role("link", name=re.compile(BATCH)).click()
    firm.get_by_role("button", name="开始填写").click()
    firm.wait_for_url(re.compile("/office/cases/"))
    firm.get_by_label("工作基础").fill("建立了职工技能档案。")
    firm.get_by_label("试点方案").fill("一年打通五级通道，两年技能与薪酬挂钩。")
    firm.get_by_label("组织保障").fill("主要负责人牵头。")
    firm.get_by_role("button", name="报上级推荐").click()
    expect(firm.locator("main")).to_contain_text("逐级推荐")

    street = window("ouyangwenjing")
    open_case(street, BATCH)
    street.get_by_label("推荐意见").fill("材料属实，同意推荐。")
    street.get_by_role("button", name="推荐至领导小组办公室").click()
    street.wait_for_load_state()

    open_case(office, BATCH)
    for label, mark in (("工作基础", "26"), ("试点方案", "36"), ("示范带动", "25")):
        office.get_by_label(re.compile(f"^{label}（满分")).fill(mark)
    office.get_by_label("评定意见").fill("方案可行。")
    office.get_by_role("button", name="评定完成").click()
    office.wait_for_load_state()
    other = window("luhaiyan")
    open_case(other, BATCH)
    expect(other.locator("main")).to_contain_text("方案可行。")
    other.get_by_role("button", name="复核同意").click()
    other.wait_for_load_state()
    office.goto("/office/pilots/batches/?q=" + BATCH)
    office.get_by_role("link", name=BATCH, exact=True).click()
    office.get_by_role("link", name="候选对照").click()
    row = office.locator("tbody tr").filter(has_text="川锦重工")
    expect(row).to_contain_text("87")
    expect(row).to_contain_text("锦河街道工会")
    office.get_by_role("link", name="按总分排序定名单").click()
    office.get_by_role("button", name="确定排名").click()
    expect(office.get_by_text("排名已确定：列入建议名单 1 件")).to_be_visible()

    leader = window("zhaoqiming")
    leader.goto("/office/pilots/batches/?q=" + BATCH)
    leader.get_by_role("link", name=BATCH, exact=True).click()
    leader.get_by_role("link", name="审定名单").click()
    expect(leader.locator("main")).to_contain_text("建议名单 1 个：川锦重工")
    leader.get_by_role("textbox", name="意见").fill("同意。")
    leader.get_by_role("button", name="全部确定为试点").click()
    expect(leader.get_by_text("已确定 1 个试点")).to_be_visible()

    office.goto("/office/pilots/batches/?q=" + BATCH)
    office.get_by_role("link", name=BATCH, exact=True).click()
    office.get_by_role("link", name="公布名单").click()
    office.get_by_label("公布文号").fill("锦产改〔2026〕99号")
    office.get_by_role("button", name="公布", exact=True).click()
    expect(office.get_by_text("已公布 1 个试点")).to_be_visible()
    public = window()
    public.goto("/pilots/")
    expect(public.locator("main")).to_contain_text("川锦重工有限公司")


def open_case(page, words: str) -> None:
    """Open what waits for this desk in a batch."""
    page.goto("/office/cases/")
    page.locator("tbody tr").filter(has_text=words).first.locator("a").first.click()
    page.wait_for_url(re.compile(r"/office/cases/[0-9a-f-]{36}/"))


def test_a_pilots_list_is_confirmed_and_its_items_are_tasks(window):
    office = window("zhoumin")
    office.goto("/office/pilots/?q=技师学院")
    office.get_by_role("link", name="锦川技师学院").click()
    office.get_by_role("link", name="2026 年度", exact=True).first.click()
    expect(office.locator("main")).to_contain_text("开展全员岗位练兵和技术比武")
    office.get_by_role("link", name="确认清单").click()
    office.get_by_role("button", name="确认", exact=True).click()
    expect(office.get_by_text("已确认，事项已成为任务")).to_be_visible()
    office.get_by_role("link", name="开展全员岗位练兵和技术比武").click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("开展全员岗位练兵和技术比武")

    firm = window("xielan")
    firm.goto("/office/pilots/")
    firm.locator("tbody").get_by_role("link", name="锦川精密制造有限公司").click()
    firm.get_by_role("link", name="编制年度任务清单").click()
    firm.get_by_role("button", name="开始编制").click()
    firm.get_by_role("link", name="添加事项").click()
    firm.get_by_label("事项").fill("评聘第二批首席技师")
    firm.get_by_label("所属举措").select_option(index=3)
    firm.get_by_label("完成期限").fill("2026-06-30")
    firm.get_by_role("button", name="添加", exact=True).click()
    expect(firm.locator(".wrong-words")).to_contain_text("完成期限应在 2027 年内")
    firm.get_by_label("完成期限").fill("2027-06-30")
    firm.get_by_role("button", name="添加", exact=True).click()
    expect(firm.locator("main")).to_contain_text("评聘第二批首席技师")


def test_an_earlier_list_is_pasted_put_right_and_compared(window):
    office = window("zhoumin")
    office.goto("/office/pilots/batches/")
    office.get_by_role("link", name="导入早先名单").click()
    office.get_by_label("批次名称").fill("早先的另一批")
    office.get_by_label("公布文号").fill("锦产改〔2025〕9号")
    office.get_by_label("公布日期").fill("2025-09-01")
    office.get_by_label("或粘贴名单").fill("一、全面试点\n蓉光照明有限公司\n没有的厂有限公司")
    office.get_by_role("button", name="导入", exact=True).click()
    expect(office.locator(".wrong-words")).to_contain_text("第 3 行“没有的厂有限公司”：没有找到这个单位")
    office.get_by_label("找不到的单位先不导入").check()
    office.get_by_role("button", name="导入", exact=True).click()
    expect(office.get_by_text("已导入 1 个试点，1 行没有找到单位")).to_be_visible()
    office.get_by_role("link", name="前后对照").click()
    expect(office.locator("main")).to_contain_text("这是对照，不是因果证明")
    row = office.locator("tbody tr").filter(has_text="试点单位")
    expect(row).to_contain_text("企业")
