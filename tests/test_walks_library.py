"""Walks of the policy library: a paper taken in, tied, published and read on a phone; a review asked and written."""

import pytest
from playwright.sync_api import expect

from tests.live import PHONE

pytestmark = pytest.mark.browser


def test_a_paper_is_taken_in_published_and_read_on_a_phone(window):
    office = window("zhoumin")
    office.goto("/office/library/")
    office.get_by_role("link", name="录入文件").click()
    office.get_by_label("标题").fill("职工食堂补贴办法")
    office.get_by_label("发文字号").fill("食堂三号")
    office.get_by_label("发文机关").fill("锦川区总工会")
    office.get_by_label("文种").select_option(label="办法")
    office.get_by_label("级别").select_option(label="区县级")
    office.get_by_label("印发日期").fill("2026-05-01")
    office.get_by_label("或粘贴全文").fill("第一条 为了职工吃好饭。\n第二条 每顿补贴两元。")
    office.get_by_role("button", name="录入").click()
    expect(office.locator(".wrong-words").first).to_contain_text("“食堂三号”不合规范")
    office.get_by_label("发文字号").fill("锦工发[2026]77号")
    office.get_by_role("button", name="录入").click()
    expect(office.get_by_text("已录入《职工食堂补贴办法》")).to_be_visible()
    expect(office.locator("main")).to_contain_text("锦工发〔2026〕77号")
    expect(office.locator("main")).to_contain_text("现行有效")
    office.get_by_role("link", name="登记关系").click()
    office.get_by_text("本文件依据那份文件制定").click()
    office.get_by_role("combobox", name="那份文件").fill("职工夜校管理办法")
    office.get_by_role("button", name="登记").click()
    expect(office.locator("main")).to_contain_text("《职工夜校管理办法》")

    office.get_by_role("link", name="修改", exact=True).click()
    office.get_by_label("为谁").fill("在区内上班的职工")
    office.get_by_label("给什么").fill("每顿饭补两元")
    office.get_by_label("怎么办").fill("在食堂刷工会会员卡")
    office.get_by_role("button", name="保存").click()
    office.get_by_role("link", name="向社会公开").click()
    office.get_by_role("button", name="公开", exact=True).click()
    expect(office.get_by_text("已公开").first).to_be_visible()

    phone = window(size=PHONE)
    phone.goto("/papers/")
    phone.get_by_label("查找").fill("食堂")
    phone.get_by_role("button", name="查询").click()
    phone.get_by_role("link", name="职工食堂补贴办法").click()
    for words in ("在区内上班的职工", "每顿饭补两元", "在食堂刷工会会员卡", "第二条", "现行有效"):
        expect(phone.locator("main")).to_contain_text(words)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_due_review_is_asked_written_and_checked(window):
    office = window("zhoumin")
    office.goto("/office/library/?q=户外劳动者驿站建设管理办法")
    office.locator("tbody a").first.click()
    office.get_by_role("link", name="修改", exact=True).click()
    office.get_by_label("责任单位").fill("区人力资源和社会保障局")
    office.get_by_role("button", name="保存").click()
    office.get_by_role("link", name="发起评估").click()
    office.get_by_role("button", name="发起", exact=True).click()
    expect(office.locator("main")).to_contain_text("正在评估，办件")

    desk = window("hejing")
    desk.goto("/office/cases/")
    desk.get_by_role("link", name="《户外劳动者驿站建设管理办法》").first.click()
    expect(desk.locator("main")).to_contain_text("《户外劳动者驿站建设管理办法》的落实数据")
    desk.get_by_label("实施效果").fill("驿站已建成，骑手反映好。")
    desk.get_by_text("继续执行", exact=True).first.click()
    desk.get_by_role("button", name="提交评估").click()

    office.goto("/office/cases/")
    office.get_by_role("link", name="《户外劳动者驿站建设管理办法》").first.click()
    expect(office.locator("main")).to_contain_text("驿站已建成，骑手反映好。")
    office.get_by_label("意见").first.fill("同意继续执行。")
    office.get_by_role("button", name="继续执行").click()
    office.goto("/office/library/?q=户外劳动者驿站建设管理办法")
    office.locator("tbody a").first.click()
    expect(office.locator("main")).to_contain_text("驿站已建成，骑手反映好。")
    office.get_by_role("link", name="Word", exact=True).click()
    with office.expect_download() as report:
        office.get_by_role("button", name="下载").click()
    assert report.value.suggested_filename.endswith("评估报告.docx")
