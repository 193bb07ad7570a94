"""Walks of an inspection: prepared, drawn, recorded on a phone, sent to the unit, put right and closed."""

import pytest
from playwright.sync_api import expect

from tests.live import PHONE

pytestmark = pytest.mark.browser

PDF = {
    "name": "整改.pdf", "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]>>endobj\n%%EOF",
}  # fmt: skip


def test_units_are_drawn_and_the_draw_can_be_repeated(window):
    office = window("zhoumin")
    office.goto("/office/inspections/")
    office.get_by_role("link", name="筹备检查").click()
    office.get_by_label("检查名称").fill("学徒制落实检查")
    office.get_by_label("检查开始").fill("2030-05-01")
    office.get_by_label("检查结束").fill("2030-05-20")
    office.get_by_label("检查要点").fill("是否签培养协议｜第三条")
    office.get_by_role("button", name="保存筹备").click()
    office.get_by_role("link", name="随机抽取").click()
    office.get_by_label("从哪类单位中抽").select_option(label="街道（乡镇）")
    office.get_by_label("抽几家").fill("2")
    office.get_by_label("检查人员名录").fill("周敏 区委办公室\n何静 区人社局\n文静 区教育局")
    office.get_by_label("抽取种子").fill("739104")
    office.get_by_role("button", name="抽取", exact=True).click()
    expect(office.get_by_text("已抽取 2 家、2 名检查人员，种子 739104")).to_be_visible()
    expect(office.locator("main")).to_contain_text("复核一致")


def test_a_fault_is_recorded_on_a_phone_put_right_and_closed(window):
    office = window("zhoumin")
    office.goto("/office/inspections/new/")
    today = office.evaluate("new Intl.DateTimeFormat('sv', {timeZone: 'Asia/Shanghai'}).format(new Date())")
    office.get_by_label("检查名称").fill("教育经费专项检查")
    office.get_by_label("检查开始").fill(today)
    office.get_by_label("检查结束").fill("2030-12-31")
    office.get_by_label("检查要点").fill("是否足额提取职工教育经费")
    office.get_by_label("受检单位").fill("区人社局")
    office.get_by_label("检查人员").fill("周敏 区委办公室\n文静 区教育局")
    office.get_by_role("button", name="保存筹备").click()
    office.get_by_role("link", name="发检查通知").click()
    office.get_by_role("button", name="发通知").click()
    expect(office.get_by_text("已发出检查通知 产改检〔")).to_be_visible()
    office.get_by_role("link", name="区人社局").click()
    visit = office.url

    phone = window("zhoumin", size=PHONE)
    phone.goto(visit)
    phone.get_by_role("link", name="记检查结果").click()
    phone.get_by_text("不符合", exact=True).click()
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator("main")).to_contain_text("请写明是什么问题")
    phone.get_by_label("情况").fill("提取比例不够。")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_role("button", name="保存").click()
    phone.get_by_role("link", name="确认记录").click()
    phone.get_by_label("整改期限").fill("2030-12-31")
    phone.get_by_role("button", name="确认", exact=True).click()
    expect(phone.get_by_text("检查记录已确认，发现问题 1 个")).to_be_visible()

    office.reload()
    office.get_by_role("link", name="发整改通知").click()
    office.get_by_role("button", name="发通知").click()
    expect(office.get_by_text("已发整改通知，1 个问题")).to_be_visible()

    desk = window("hejing")
    desk.goto("/office/cases/")
    desk.get_by_role("link", name="提取比例不够").first.click()
    expect(desk.locator("main")).to_contain_text("请于 2030-12-31 前整改")
    desk.locator("input[type=file]").first.set_input_files(PDF)
    expect(desk.locator("main")).to_contain_text("整改.pdf")
    desk.get_by_role("textbox", name="整改情况").fill("已补提。")
    with desk.expect_navigation():
        desk.get_by_role("button", name="提交整改情况").click()
    expect(desk.locator(".form-errors")).to_have_count(0)

    office.goto("/office/inspections/findings/?stage=recheck&q=提取比例不够")
    office.locator("tbody a").first.click()
    expect(office.locator("main")).to_contain_text("已补提。")
    office.get_by_label("意见").first.fill("已复查。")
    office.get_by_role("button", name="复查合格").click()
    other = window("luhaiyan")
    other.goto("/office/inspections/findings/?stage=close&q=提取比例不够")
    other.locator("tbody a").first.click()
    other.get_by_role("button", name="销号").click()
    office.goto("/office/inspections/findings/?stage=closed&q=提取比例不够")
    expect(office.locator("tbody")).to_contain_text("已销号")
