"""The craftsman selection in a real browser, as each of its actors, an objection included, up to the certificate."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.live import PHONE

pytestmark = pytest.mark.browser

SECOND, NOTICED = "第二届锦川工匠", "锦川区技术能手（第一批）"


def open_case(page: Any, step: str, round: str = "") -> str:
    """Open the first case that waits at a step; its heading."""
    page.goto("/office/cases/")
    rows = page.locator("tbody tr").filter(has_text=step)
    if round:
        rows = rows.filter(has_text=round)
    rows.first.locator("a").first.click()
    page.wait_for_url(re.compile(r"/office/cases/[0-9a-f-]{36}/"))
    return str(page.get_by_role("heading", level=1).inner_text())


def answer(page: Any, outcome: str, opinion: str = "") -> None:
    """Press an outcome."""
    if opinion:
        page.get_by_label("意见").first.fill(opinion)
    page.get_by_role("button", name=outcome, exact=True).click()
    page.wait_for_load_state()


def test_a_round_of_a_new_title_by_pages_alone(window: Any) -> None:
    page = window("jiangwei")
    page.goto("/office/honors/titles/new/")
    page.get_by_label("称号", exact=True).fill("锦川青年工匠")
    page.get_by_label("类别").select_option(label="工匠")
    page.get_by_label("层级").select_option(label="区（产业）")
    page.get_by_label("授予机关").fill("锦川区总工会")
    page.get_by_label("依据").fill("演示文件〔2026〕1号")
    page.locator(".button.primary").click()
    expect(page.get_by_text("锦川青年工匠").first).to_be_visible()
    page.goto("/office/rounds/new/")
    page.get_by_label("评选命名").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("批次名称").fill("首届锦川青年工匠")
    page.get_by_label("开始受理").fill("2026-11-01")
    page.get_by_label("截止受理").fill("2027-01-31")
    page.get_by_label("名额").fill("3")
    page.get_by_label("荣誉称号").select_option(label="锦川青年工匠")
    page.locator(".button.primary").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("首届锦川青年工匠")
    expect(page.locator("main")).to_contain_text("锦川青年工匠")
    page.get_by_role("link", name="开始受理").click()
    page.get_by_role("button", name="开始受理").click()
    expect(page.locator("main, dialog").first).to_contain_text("批准文号")


def test_street_department_and_expert_do_their_part(window: Any) -> None:
    street = window("ouyangwenjing")
    named = open_case(street, "街道核实")
    expect(street.locator("main")).to_contain_text("条件核对")
    answer(street, "通过", "情况属实")
    expect(street.locator("main")).not_to_contain_text("请刷新后查看")
    host = window("jiangwei")
    host.goto("/office/cases/all/")
    expect(host.locator("tbody")).to_contain_text(named.split(" ")[0])
    department = window("hejing")
    open_case(department, "部门联审")
    answer(department, "无异议")
    judge = window("fengzhigang")
    open_case(judge, "行业评审")
    judge.get_by_label("评分").fill("150")
    answer(judge, "提交评分")
    expect(judge.locator("main")).to_contain_text("0 到 100 之间")
    judge.get_by_label("评分").fill("91")
    answer(judge, "提交评分")
    judge.goto("/office/cases/done/")
    expect(judge.locator("tbody")).to_contain_text("行业评审")


def test_what_was_typed_survives_a_reload_and_leaves_with_the_sign_out(window: Any) -> None:
    page, asked = window("xumaolin"), []

    def leave(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    open_case(page, "行业评审")
    page.get_by_label("意见").first.fill("工艺扎实，待看实物。")
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.get_by_label("意见").first).to_have_value("工艺扎实，待看实物。")
    expect(page.locator("[data-draft-note]")).to_contain_text("已恢复")
    assert page.evaluate("Object.keys(sessionStorage).filter((one) => one.startsWith('draft:')).length") == 1
    page.route("**/account/logout/", lambda route: route.fulfill(body="<p>退出</p>", content_type="text/html"))  # the
    page.locator(".drop.me summary").click()  # session is shared with other walks: only the browser signs out
    page.get_by_role("button", name="退出", exact=True).click()
    page.wait_for_url("**/account/logout/")
    assert page.evaluate("Object.keys(sessionStorage).filter((one) => one.startsWith('draft:')).length") == 0


def test_an_objection_halts_one_and_is_answered(window: Any) -> None:
    anyone = window(scripts=False)
    anyone.goto("/")
    anyone.goto("/notices/")
    anyone.get_by_role("link", name=NOTICED).first.click()
    before = anyone.locator("tbody tr").count()
    anyone.get_by_role("link", name="提出异议").first.click()
    anyone.get_by_label("异议内容").fill("所列成果由班组共同完成。")
    anyone.get_by_label("您的姓名").fill("反映人")
    anyone.get_by_label("联系电话").fill("19900020002")
    anyone.locator("button.primary, .button.primary").last.click()
    expect(anyone.locator("body")).to_contain_text("异议已收到")
    office = window("zhoumin")
    open_case(office, "异议核查")
    expect(office.locator("main")).not_to_contain_text("所列成果由班组共同完成。")
    office.get_by_role("link", name="查看异议").click()
    dialog = office.locator("#dialog")
    dialog.get_by_text("核查异议").click()
    dialog.get_by_role("button", name="显示").click()
    expect(dialog).to_contain_text("所列成果由班组共同完成。")
    dialog.get_by_role("link", name="关闭").click()
    answer(office, "异议不成立", "经核查，成果由本人主持。")
    anyone.goto("/notices/")
    anyone.get_by_role("link", name=NOTICED).first.click()
    expect(anyone.locator("tbody tr")).to_have_count(before)


def test_committee_names_finance_pays_and_the_certificate_checks(window: Any) -> None:
    committee = window("zhuqinghua")
    name = open_case(committee, "审定命名").split(" ")[0]
    committee.get_by_label("命名文件文号").fill("锦川委发〔2026〕30号")
    committee.get_by_label("命名日期").fill("2026-11-20")
    answer(committee, "命名")
    expect(committee.locator("main")).to_contain_text("已命名")
    finance = window("feiliyan")
    finance.goto("/office/honors/awards/")
    expect(finance.locator("tbody")).to_contain_text(name)
    square = window(size=PHONE)
    square.goto("/craftsmen/")
    square.get_by_role("link", name=name).first.click()
    number = square.locator("main").inner_text()
    found = re.search(r"RY\d{4}-\d{6}-\w", number)
    assert found, number
    square.goto("/verify/")
    square.get_by_label("证书编号").fill(found[0])
    square.locator(".button.primary, button.primary").first.click()
    expect(square.locator("main")).to_contain_text("真实有效")
    expect(square.locator("main")).to_contain_text(name)
    square.goto(f"/v/{found[0]}")
    expect(square.locator("main")).to_contain_text("没有核对，只按编号查询")
    square.goto(f"/v/{found[0]}#eyJhbGciOiJFZDI1NTE5In0.eyJuIjoiUlkyMDI2In0.{'A' * 86}")
    expect(square.locator("main")).to_contain_text("签名不符")
    expect(square.locator("main")).not_to_contain_text("真实有效")
