"""Walks of asking and answering: a link without account, a letter recorded for a unit, a phone shown for a reason."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.branches import PDF

pytestmark = pytest.mark.browser

ASK = "/office/inquiries/ask/"


def ask(page: Any, topic: str, *units: str) -> None:
    """The office asks units."""
    page.goto(ASK)
    page.get_by_label("填报事项").select_option(label=topic)
    page.get_by_label("填报单位").fill("\n".join(units))
    page.get_by_label("填报说明").fill("请于本周内确定")
    page.get_by_role("button", name="发起").click()


def open_inquiry(page: Any, unit: str, topic: str) -> str:
    """The address of what a unit is still asked."""
    page.goto(f"/office/inquiries/?state=open&q={unit}")
    page.locator("tbody tr").filter(has_text=topic).locator("a").first.click()
    page.wait_for_url(re.compile(r"/office/inquiries/[0-9a-f-]{36}/$"))
    return str(page.url)


def make_link(page: Any) -> str:
    """The link of the inquiry that is shown."""
    page.get_by_role("link", name="生成填报链接").click()
    page.get_by_role("button", name="生成链接").click()
    box = page.get_by_label("填报链接", exact=True)
    expect(box).to_be_visible()
    return str(box.input_value())


def test_a_liaison_answers_by_a_link_without_an_account(window):
    office = window("zhoumin")
    ask(office, "核对单位信息", "蜀锦食品", "锦江精密（笔误）", "锦城建工")
    wrong = office.locator(".wrong-words")
    expect(wrong).to_contain_text("第 2 行“锦江精密（笔误）”")
    expect(office.get_by_label("填报单位")).to_have_value("蜀锦食品\n锦江精密（笔误）\n锦城建工")
    office.get_by_label("填报单位").fill("蜀锦食品\n锦城建工")
    office.get_by_role("button", name="发起").click()
    expect(office.get_by_text("已向 2 个单位发起")).to_be_visible()
    ask(office, "核对单位信息", "蜀锦食品")
    expect(office.locator(".form-errors")).to_contain_text("还在填报中，不重复发起")
    open_inquiry(office, "蜀锦食品", "核对单位信息")
    link = make_link(office)

    unit = window()
    unit.goto(link)
    expect(unit.get_by_role("heading", level=1)).to_have_text("蜀锦食品 · 核对单位信息")
    expect(unit.get_by_label("单位全称")).to_have_value("蜀锦食品有限公司")
    expect(unit.get_by_label("统一社会信用代码")).to_have_value(re.compile("^91519901MA"))
    addresses = [one.get_attribute("href") for one in unit.get_by_role("link").all()]
    assert not [one for one in addresses if "/office/" in (one or "")], "a link's bearer sees this one form"
    unit.get_by_label("办公地址").fill("锦川区蜀锦路 8 号")
    unit.get_by_label("公开电话").fill("")
    unit.get_by_role("button", name="报送").click()
    expect(unit.locator(".wrong-words")).to_contain_text("请填写公开电话")
    unit.get_by_label("公开电话").fill("028-85550888")
    unit.get_by_role("button", name="报送").click()
    expect(unit.get_by_role("heading", name="已收到，谢谢")).to_be_visible()
    unit.goto(link)
    expect(unit.locator("main")).to_contain_text("已经使用过")
    for path in ("/office/", "/office/units/", "/office/inquiries/"):
        unit.goto(path)
        expect(unit).to_have_url(re.compile("/account/login/"))

    office.goto("/office/inquiries/?state=done&q=蜀锦食品")
    expect(office.locator("tbody")).to_contain_text("链接填报")
    office.goto("/office/units/?q=蜀锦食品")
    office.locator("tbody a").first.click()
    expect(office.locator("main")).to_contain_text("锦川区蜀锦路 8 号")
    expect(office.locator(".life")).to_contain_text("链接填报")


def test_a_phone_is_masked_and_shown_for_a_reason(window):
    office = window("zhoumin")
    office.goto("/office/units/?q=区人大办")
    office.locator("tbody a").first.click()
    section = office.get_by_role("region", name="联络员")
    expect(section).to_contain_text("张毅")
    expect(section).to_contain_text(re.compile(r"199\*{4}\d{4}"))
    assert not re.search(r"1990001\d{4}", office.content())
    section.get_by_role("link", name="显示").click()
    dialog = office.get_by_role("dialog")
    dialog.get_by_role("button", name="显示").click()
    expect(dialog).to_contain_text("请选择理由")
    dialog.get_by_text("其他", exact=True).click()
    dialog.get_by_role("button", name="显示").click()
    expect(dialog).to_contain_text("请写明为什么要查看")
    dialog.get_by_label("说明").fill("通知周五的联络员会")
    dialog.get_by_role("button", name="显示").click()
    expect(dialog.locator(".shown-value")).to_have_text("19900010000")
    dialog.get_by_role("link", name="关闭").click()
    expect(office.get_by_text("19900010000")).to_have_count(0)

    audit = window("shanhuimin")
    audit.goto("/office/audit/?action=reveal")
    expect(audit.locator("tbody")).to_contain_text("通知周五的联络员会")
    assert "19900010000" not in audit.content()
    leader = window("zhaoqiming")
    leader.goto(office.url)
    expect(leader.locator("main")).to_contain_text("张毅")
    expect(leader.get_by_role("link", name="显示")).to_have_count(0)


def test_the_office_records_a_units_letter(window, tmp_path):
    office = window("zhoumin")
    ask(office, "报送联络员", "区公安分局")
    expect(office.get_by_text("已向 1 个单位发起")).to_be_visible()
    address = open_inquiry(office, "区公安分局", "报送联络员")
    office.get_by_role("link", name="代录来函").click()
    program, letter = tmp_path / "来函.pdf", tmp_path / "区公安分局来函.pdf"
    program.write_bytes(b"MZ\x90\x00" + b"\x00" * 200)
    letter.write_bytes(PDF)

    def fill(scan: Any) -> None:
        office.get_by_label("来函文号").fill("锦公函〔2026〕12号")
        office.get_by_label("来函日期").fill("2026-11-18")
        office.get_by_label("来函扫描件").set_input_files(str(scan))
        office.get_by_label("联络员姓名").fill("上官婉")
        office.get_by_label("手机号").fill("１９９ 0002 0001")
        office.get_by_role("button", name="代录").click()

    fill(program)
    expect(office.locator("main")).to_contain_text(re.compile("程序|不是 PDF|PDF"))
    expect(office.locator(".form-errors")).to_be_visible()
    fill(letter)
    expect(office.get_by_text("已代录，来源标为")).to_be_visible()
    office.goto(address)
    expect(office.locator("main")).to_contain_text("来函代录")
    expect(office.locator("main")).to_contain_text("锦公函〔2026〕12号")
    with office.expect_download() as wanted:
        office.get_by_role("link", name=re.compile("锦公函")).click()
    assert wanted.value.suggested_filename == "区公安分局来函.pdf"
    assert Path(wanted.value.path()).read_bytes() == PDF

    office.goto("/office/units/?q=区公安分局")
    office.locator("tbody a").first.click()
    section = office.get_by_role("region", name="联络员")
    expect(section).to_contain_text("上官婉")
    expect(section).to_contain_text("来函代录")
    audit = window("shanhuimin")
    audit.goto("/office/audit/?action=inquiry.recorded")
    expect(audit.locator("tbody")).to_contain_text("区公安分局")
    audit.goto("/office/audit/?action=letter.opened")
    expect(audit.locator("tbody")).to_contain_text("区公安分局")


def test_a_cancelled_inquiry_takes_its_link_along(window):
    office = window("zhoumin")
    ask(office, "核对单位信息", "云栈软件")
    address = open_inquiry(office, "云栈软件", "核对单位信息")
    link = make_link(office)
    office.goto(address)
    office.get_by_role("link", name="撤回").click()
    office.get_by_role("dialog").get_by_role("button", name="撤回").click()
    expect(office.get_by_text("已撤回").first).to_be_visible()
    unit = window()
    unit.goto(link)
    expect(unit.locator("main")).to_contain_text(re.compile("已作废|已填报过或已撤回"))


def test_a_liaison_officer_answers_by_account(window):
    page = window("hejing")
    page.goto("/office/")
    page.locator("main").get_by_role("link", name=re.compile("报送联络员")).first.click()
    page.get_by_label("联络员姓名").fill("何静")
    page.get_by_label("手机号").fill("12345")
    page.get_by_role("button", name="报送").click()
    expect(page.locator(".wrong-words")).to_contain_text("11 位")
    page.get_by_label("手机号").fill("19900020002")
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_text("已报送，谢谢")).to_be_visible()
    expect(page.locator("tbody")).to_contain_text("账号填报")
