"""Walks: a person's first sign-in, an administrator's day, and what nobody may do for themself."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from config.demo import totp
from tests.live import credit_code

pytestmark = pytest.mark.browser

PASSWORD = "Chuilian-2026-xin"
ONESELF = "不能给自己授权"


def open_account(page: Any, name: str, username: str, unit: str) -> str:
    """An administrator opens an account; the link that is shown once."""
    page.goto("/office/accounts/new/")
    page.get_by_label("姓名").fill(name)
    page.get_by_label("登录名").fill(username)
    choose(page, "所在单位", unit)
    page.get_by_role("button", name="开通").click()
    expect(page.get_by_role("heading", name="账号已开通")).to_be_visible()
    return str(page.get_by_label("启用链接").input_value())


def choose(page: Any, label: str, unit: str) -> None:
    """Find a unit while typing, and take the first that fits."""
    box = page.get_by_label(label)
    box.fill("")
    box.press_sequentially(unit, delay=5)
    page.get_by_role("option").filter(has_text=unit).first.click()
    expect(box).to_have_value(re.compile(unit))


def account_of(page: Any, name: str) -> str:
    """The address of somebody's account page."""
    page.goto(f"/office/accounts/?q={name}")
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url(re.compile(r"/office/accounts/[0-9a-f-]{36}/$"))
    return str(page.url)


def test_first_sign_in_with_a_second_factor(window):
    link = open_account(window("linzhenguo"), "尉迟新", "yuchixin", "望桥街道")

    new = window()
    new.goto(link)
    expect(new.get_by_text("yuchixin")).to_be_visible()
    new.get_by_label("设置密码").fill("12345")
    new.get_by_label("再输一遍").fill("12345")
    new.get_by_role("button", name="设好密码").click()
    expect(new.locator(".wrong-words").first).to_contain_text("至少要 10 位")
    new.get_by_label("设置密码").fill(PASSWORD)
    new.get_by_label("再输一遍").fill(PASSWORD)
    new.get_by_role("button", name="设好密码").click()
    new.wait_for_url("**/account/login/**")

    new.get_by_label("登录名").fill("yuchixin")
    new.get_by_label("密码", exact=True).fill(PASSWORD)
    new.get_by_role("button", name="登录").click()
    expect(new.get_by_role("heading", name="登记验证器")).to_be_visible()
    for path in ("/office/", "/office/units/", "/office/roles/"):
        new.goto(path)
        expect(new).to_have_url(re.compile("/account/2fa/totp/activate/"))

    secret = new.locator(".secret code").inner_text().replace(" ", "")
    new.get_by_label("动态码").fill("000000")
    new.get_by_role("button", name="完成登记").click()
    expect(new.locator(".wrong-words, .form-errors").first).to_contain_text("动态码不对")
    assert new.locator(".secret code").inner_text().replace(" ", "") == secret, "the secret stays while it is tried"
    new.get_by_label("动态码").fill(totp(secret))
    new.get_by_role("button", name="完成登记").click()
    expect(new.locator(".codes li")).to_have_count(10)
    new.get_by_role("link", name="我已保存，继续").click()
    new.wait_for_url("**/office/")
    expect(new.get_by_role("heading", level=1)).to_contain_text("尉迟新")

    again = window()
    again.goto(link)
    expect(again.get_by_text("这个链接已经使用过")).to_be_visible()
    expect(again.get_by_label("设置密码")).to_have_count(0)


def test_a_link_is_shown_once_and_a_newer_one_replaces_it(window):
    admin = window("linzhenguo")
    first = open_account(admin, "申屠强", "shentuqiang", "望桥街道")
    admin.get_by_role("link", name="已交给本人").click()
    assert "/activate/" not in admin.content()
    admin.get_by_role("link", name="重发启用链接").click()
    admin.get_by_role("button", name="生成链接").click()
    second = admin.get_by_label("启用链接").input_value()
    assert first != second
    person = window()
    person.goto(first)
    expect(person.get_by_text("已作废")).to_be_visible()
    person.goto(second)
    expect(person.get_by_label("设置密码")).to_be_visible()


def test_an_administrator_builds_a_unit(window):
    page = window("linzhenguo")
    page.goto("/office/units/new/")
    choose(page, "上级单位", "锦河街道办事处")
    page.get_by_label("类别").select_option(label="企业")
    page.get_by_label("全称").fill("锦川新源电池有限公司")
    page.get_by_label("代码").fill("91519901MA0009999X")
    page.get_by_label("依据或原因").fill("工商登记")
    page.get_by_role("button", name="建立").click()
    wrong = page.locator(".field", has=page.get_by_label("代码")).locator(".wrong-words")
    expect(wrong).to_contain_text("校验")
    expect(page.get_by_label("全称")).to_have_value("锦川新源电池有限公司")
    expect(page.get_by_label("上级单位")).to_have_value(re.compile("锦河街道"))
    page.get_by_label("代码").fill(credit_code(9999))
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("锦川新源电池有限公司")
    expect(page.locator(".crumbs")).to_contain_text("锦河街道")
    expect(page.locator(".life")).to_contain_text("工商登记")


def test_the_security_administrator_grants_a_role_to_another_but_not_to_themself(window, forge):
    open_account(window("linzhenguo"), "轩辕平", "xuanyuanping", "望桥街道")
    page = window("zengyi")
    theirs = account_of(page, "轩辕平")
    page.get_by_role("link", name="授予角色").click()
    page.get_by_text("联络员", exact=True).click()
    page.get_by_label("授权依据").fill("望桥街道来函〔2026〕3号")
    page.get_by_role("button", name="授予").click()
    page.wait_for_url(theirs)
    expect(page.locator("main")).to_contain_text("联络员")
    expect(page.locator(".life")).to_contain_text("望桥街道来函〔2026〕3号")

    mine = account_of(page, "曾毅")
    expect(page.get_by_role("link", name="授予角色")).to_have_count(0)
    expect(page.get_by_role("link", name="收回")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("这是您自己的账号")
    page.goto(f"{mine}grant/")
    expect(page.locator("main")).to_contain_text(ONESELF)

    unit = re.search(r"/office/units/([0-9a-f-]{36})/", window_source(page, mine))
    answer = forge(page, f"{mine}grant/", role="security_admin", unit=unit[1], reason="给自己")
    assert answer.status in (403, 422)
    assert ONESELF in answer.text()
    told = window("shanhuimin")
    told.goto("/office/audit/?action=refused&actor=曾毅")
    expect(told.locator("tbody")).to_contain_text(ONESELF)


def window_source(page: Any, address: str) -> str:
    """The page's own source."""
    page.goto(address)
    return str(page.content())


def test_the_unit_administrator_grants_within_the_branch_only(window, forge):
    page = window("qiuxiaodong")
    open_account(page, "濮阳青", "puyangqing", "区人力资源和社会保障局")
    page.get_by_role("link", name="已交给本人，去授予角色").click()
    theirs = page.url
    page.get_by_role("link", name="授予角色").click()
    page.get_by_text("联络员", exact=True).click()
    page.get_by_label("授权依据").fill("按岗位分工")
    page.get_by_role("button", name="授予").click()
    page.wait_for_url(theirs)
    expect(page.locator("main")).to_contain_text("联络员")

    mine = account_of(page, "仇晓东")
    expect(page.get_by_role("link", name="授予角色")).to_have_count(0)
    own = re.search(r"/office/units/([0-9a-f-]{36})/", window_source(page, mine))[1]
    answer = forge(page, f"{mine}grant/", role="group_office", unit=own, reason="给自己")
    assert answer.status in (403, 422)
    assert ONESELF in answer.text()

    outside = unit_address(window("linzhenguo"), "区财政局")
    elsewhere = re.search(r"[0-9a-f-]{36}", outside)[0]
    answer = forge(page, f"{theirs}grant/", role="liaison", unit=elsewhere, reason="手伸长了")
    assert answer.status in (403, 422)
    assert "没有找到" in answer.text() or "不在您的管理范围内" in answer.text()
    answer = forge(page, f"{theirs}grant/", role="audit_admin", unit=own, reason="越权")
    assert answer.status in (403, 422)
    for name in ("周敏", "林振国"):
        page.goto(f"/office/accounts/?q={name}")
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    page.goto(outside)
    expect(page.get_by_role("heading", name="没有找到")).to_be_visible()


def unit_address(page: Any, name: str) -> str:
    """The address of a unit's page."""
    page.goto(f"/office/units/?q={name}")
    return str(page.get_by_role("link", name=name, exact=True).first.get_attribute("href"))


def test_a_stranger_sees_that_there_is_nothing(window):
    office = window("zhoumin")
    unit = unit_address(office, "区财政局")
    office.goto("/office/inquiries/?q=区财政局")
    inquiry = office.locator("tbody a[href*='/office/inquiries/']").first.get_attribute("href")

    page = window("hejing")
    answer = page.goto(unit)
    assert answer.status == 404
    expect(page.get_by_role("heading", name="没有找到")).to_be_visible()
    expect(page.locator("main")).to_contain_text("不在您的范围内")
    assert "财政" not in page.locator("main").inner_text()
    answer = page.goto(inquiry.replace("/office/inquiries/", "/office/mine/"))
    assert answer.status == 404
    assert page.goto(inquiry).status == 403
    own = unit_address(page, "区人力资源和社会保障局")
    assert page.goto(own).status == 200


def test_the_audit_officer_finds_all_of_it(window, forge, live):
    admin, guard, stranger = window("linzhenguo"), window("zengyi"), window("hejing")
    open_account(admin, "令狐明", "linghuming", "望桥街道")
    account_of(guard, "令狐明")
    guard.get_by_role("link", name="授予角色").click()
    guard.get_by_text("联络员", exact=True).click()
    guard.get_by_label("授权依据").fill("令狐明的任命")
    guard.get_by_role("button", name="授予").click()
    expect(guard.locator(".life")).to_contain_text("令狐明的任命")
    mine = account_of(guard, "曾毅")
    unit = re.search(r"/office/units/([0-9a-f-]{36})/", guard.content())[1]
    forge(guard, f"{mine}grant/", role="security_admin", unit=unit, reason="再试一次")
    stranger.goto(unit_address(admin, "区财政局"))

    page = window("shanhuimin")
    for action, words in (
        ("account.opened", "令狐明"), ("grant.given", "令狐明的任命"), ("refused", ONESELF),
        ("refused", "对象不存在或不在范围内"), ("signed.in&actor=林振国", "林振国"), ("link.made", "生成一次性链接"),
    ):  # fmt: skip
        page.goto(f"/office/audit/?action={action}")
        expect(page.locator("tbody")).to_contain_text(words)

    page.goto("/office/audit/")
    page.locator("#conditions").get_by_label("操作", exact=True).select_option(label="授予角色")
    page.wait_for_url("**action=grant.given**")
    expect(page.locator("tbody tr").first).to_contain_text("授予角色")
    count = int(page.locator(".count b").inner_text().replace(",", ""))
    with page.expect_download() as wanted:
        page.get_by_role("button", name="导出").click()
    rows = sheet(wanted.value.path(), "数据")
    assert len(rows) - 1 == count >= 13
    assert {row[1] for row in rows[1:]} == {"授予角色"}
    note = {row[0]: row[1] for row in sheet(wanted.value.path(), "说明")}
    assert note["条件"] == "操作：授予角色"
    assert int(note["行数"]) == count
    page.goto("/office/audit/?action=export")
    expect(page.locator("tbody")).to_contain_text("单慧敏")

    page.locator("tbody a").first.click()
    expect(page.locator("main")).to_contain_text("操作：授予角色")
    page.goto("/office/audit/verify/")
    page.get_by_role("button", name="开始核验").click()
    expect(page.get_by_role("heading", name="审计核验结果")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("不一致")


def sheet(path: Any, name: str) -> list[list[Any]]:
    """The rows of a workbook's sheet."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()


def test_the_three_administrators_stay_apart(window):
    for username in ("linzhenguo", "zengyi"):
        page = window(username)
        for path in ("/office/audit/", "/office/audit/verify/", "/office/inquiries/", "/office/mine/"):
            assert page.goto(path).status == 403, (username, path)
            expect(page.get_by_role("heading", name="没有权限")).to_be_visible()
    page = window("shanhuimin")
    unit = unit_address(window("zhoumin"), "区财政局")
    for path in ("/office/units/", "/office/units/tree/", "/office/inquiries/", "/office/accounts/", unit):
        assert page.goto(path).status == 403, path
