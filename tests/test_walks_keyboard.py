"""Walks without a mouse, and walks without JavaScript: everything that is read or sent still works."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from config.demo import totp
from tests.live import DESK, PHONE, credit_code

pytestmark = pytest.mark.browser


def focused(page: Any) -> str:
    """What the keyboard would act upon: its text, or its name."""
    return str(page.evaluate("(document.activeElement.textContent || document.activeElement.name || '').trim()"))


def test_the_search_by_pinyin_initials_opens_a_unit(window):
    page = window("zhoumin")
    page.goto("/office/")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("sjsp", delay=15)
    hit = page.get_by_role("option").filter(has_text="蜀锦食品有限公司")
    expect(hit.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_count(1)
    chosen = page.get_by_role("option", selected=True).locator("span").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/office/units/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(chosen)

    page.keyboard.press("/")
    page.keyboard.type("sjsp", delay=15)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option").first).to_be_hidden()
    page.locator("#find").fill("没有这样的单位")
    expect(page.locator("#find-hits")).to_contain_text("没有找到")


def test_a_slash_that_is_typed_stays_a_slash(window):
    page = window("zhoumin")
    page.goto("/office/inquiries/ask/")
    page.get_by_label("填报说明").focus()
    page.keyboard.type("一/二")
    expect(page.get_by_label("填报说明")).to_have_value("一/二")


@pytest.mark.parametrize(("path", "first"), [("/", ""), ("/account/login/", "登录名"), ("/signin/", "手机号")])
def test_the_content_is_one_key_away(window, path, first):
    """The sign-in pages begin in their first field; the skip link stands before it."""
    page = window()
    page.goto(path)
    if first:
        expect(page.get_by_label(first, exact=True)).to_be_focused()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")
    else:
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_skip_link_jumps_over_the_rail(window):
    page = window("zhoumin")
    page.goto("/office/units/")
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")


def test_the_tree_by_arrow_keys(window):
    page = window("linzhenguo")
    page.goto("/office/units/tree/")
    tree = page.get_by_role("tree")
    tree.get_by_role("treeitem").first.focus()
    street = tree.get_by_role("treeitem", name=re.compile("锦河街道办事处"))
    for _ in range(60):
        if "锦河街道办事处" in focused_node(page):
            break
        page.keyboard.press("ArrowDown")
    expect(street.first).to_be_focused()
    expect(street.first).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowRight")
    expect(street.first).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowRight")
    below = focused_node(page)
    assert "有限公司" in below
    page.keyboard.press("ArrowLeft")
    expect(street.first).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(street.first).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Home")
    assert "锦川区" in focused_node(page)
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/office/units/[0-9a-f-]{36}/$"))


def focused_node(page: Any) -> str:
    """The tree item that has the focus."""
    return str(page.evaluate("document.activeElement.querySelector(':scope > .node .node-link')?.textContent || ''"))


def test_a_dialog_keeps_the_focus_and_gives_it_back(window):
    page = window("linzhenguo")
    page.goto("/office/units/?q=火车南街道")
    page.locator("tbody a").first.click()
    opener = page.get_by_role("link", name="撤销")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "(one => one === document.body || document.querySelector('dialog').contains(one))(document.activeElement)"
        ), "what lies under a dialog cannot be reached"
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="撤销").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("请填写理由")
    dialog.get_by_role("link", name="取消").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_list_by_keyboard_alone(window):
    page = window("zhoumin")
    page.goto("/office/units/")
    page.get_by_label("名称、拼音首字母、代码").focus()
    page.keyboard.type("jhjd", delay=15)
    page.wait_for_url("**q=jhjd**")
    expect(page.locator("tbody tr").first).to_contain_text("锦河街道")
    expect(page.get_by_label("名称、拼音首字母、代码")).to_be_focused()
    sort = page.locator("th a.sort").first
    sort.focus()
    expect(sort).to_be_focused()  # the swap may still give the focus back to the field
    sort.press("Enter")
    page.wait_for_url("**sort=**")
    expect(page.locator("th[aria-sort]")).to_have_count(1)


def test_on_a_phone_the_rows_come_before_the_many_conditions(window):
    page = window("linzhenguo", PHONE)
    page.goto("/office/accounts/")
    expect(page.get_by_role("combobox", name="角色")).to_be_hidden()
    page.get_by_label("全部条件").focus()
    page.keyboard.press("Space")
    page.get_by_role("combobox", name="角色").select_option(label="联络员")
    expect(page.locator("#rows")).to_contain_text("何静")
    page.get_by_label("全部条件").focus()
    page.keyboard.press("Space")
    page.set_viewport_size(DESK)
    expect(page.get_by_label("全部条件")).to_be_hidden()
    expect(page.get_by_role("combobox", name="角色")).to_be_visible()


def test_without_javascript_the_square_and_the_phones_sign_in(window):
    page = window(scripts=False)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="个人信息处理规则").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("个人信息")
    page.goto("/calendar/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("工作日历")
    page.goto("/signin/")
    page.get_by_label("手机号").fill("19955550099")
    page.get_by_label("我已阅读并同意").check()
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator("main")).to_contain_text("199****0099")


def test_without_javascript_an_officer_signs_in(window):
    opener = window("linzhenguo")
    opener.goto("/office/accounts/new/")
    opener.get_by_label("姓名").fill("万俟静")
    opener.get_by_label("登录名").fill("moqijing")
    opener.get_by_role("button", name="开通").click()
    link = opener.get_by_label("启用链接").input_value()

    page = window(scripts=False)
    page.goto(link)
    for label in ("设置密码", "再输一遍"):
        page.get_by_label(label).fill("Chuilian-2026-jing")
    page.get_by_role("button", name="设好密码").click()
    page.get_by_label("登录名").fill("moqijing")
    page.get_by_label("密码", exact=True).fill("Chuilian-2026-jing")
    page.get_by_role("button", name="登录").click()
    secret = page.locator(".secret code").inner_text().replace(" ", "")
    page.get_by_label("动态码").fill(totp(secret))
    page.get_by_role("button", name="完成登记").click()
    page.goto("/office/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("万俟静")


def test_without_javascript_lists_trees_forms_and_acts_work(window):
    page = window("linzhenguo", scripts=False)
    page.goto("/office/units/")
    page.get_by_label("名称、拼音首字母、代码").fill("晋阳街道")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("tbody tr").first).to_contain_text("晋阳街道")
    page.locator("th a.sort").first.click()
    expect(page.locator("th[aria-sort]")).to_have_count(1)
    expect(page.get_by_label("名称、拼音首字母、代码")).to_have_value("晋阳街道")

    page.goto("/office/units/tree/")
    item = page.get_by_role("treeitem", name=re.compile("晋阳街道办事处")).first
    item.locator(".twist").first.click()
    item = page.get_by_role("treeitem", name=re.compile("晋阳街道办事处")).first
    expect(item).to_have_attribute("aria-expanded", "true")
    expect(item.get_by_role("treeitem").first).to_be_visible()

    page.goto("/office/units/new/")
    page.get_by_label("上级单位").fill("晋阳街道办事处")
    page.get_by_label("类别").select_option(label="企业")
    page.get_by_label("全称").fill("锦川无脚本有限公司")
    page.get_by_label("代码").fill(credit_code(88))
    page.get_by_label("依据或原因").fill("工商登记")
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("锦川无脚本有限公司")

    page.get_by_role("link", name="撤销").click()
    expect(page.get_by_text("撤销“锦川无脚本有限公司”？")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("main")).to_contain_text("请填写理由")
    page.get_by_label("理由").fill("试建")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("main")).to_contain_text("试建")
    expect(page.locator(".heading")).to_contain_text("撤销")


def test_whom_one_looks_for_is_read_in_no_address_and_is_there_again_on_the_way_back(window):
    page = window("zhoumin")
    page.goto("/office/people/?sort=birth_year")
    page.locator("#c-q").press_sequentially("王秀英")
    expect(page.locator(".chip").first).to_contain_text("按姓名查找")
    expect(page.locator("tbody tr").first).to_contain_text("王秀英")
    page.wait_for_url("**q=~**")
    assert "王秀英" not in unquote(page.url) and "sort=birth_year" in page.url
    page.locator("tbody tr a").first.click()
    expect(page.locator("h1")).to_contain_text("王秀英")
    page.go_back()
    expect(page.locator("#c-q")).to_have_value("王秀英")
    page.locator("#find").fill("王秀英")
    expect(page.locator("#find-hits")).to_contain_text("王秀英")
    page.locator("#find").press("Enter")
    page.wait_for_url("**/search/?q=~**")
    assert "王秀英" not in unquote(page.url)
    expect(page.locator("main")).to_contain_text("王秀英")
