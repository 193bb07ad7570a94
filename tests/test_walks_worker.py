"""Walks of a worker, on a phone: in by a text message, everything of one's own, and out for good."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.live import PHONE, Live

pytestmark = pytest.mark.browser


@pytest.fixture
def ask_code(live: Live) -> Callable[[Any, str], str]:
    """`ask_code(page, phone)`: type a phone, consent, and read the code from the text message."""

    def ask(page: Any, phone: str) -> str:
        page.goto("/signin/")
        page.get_by_label("手机号").fill(phone)
        page.get_by_label("我已阅读并同意").check()
        page.get_by_role("button", name="获取验证码").click()
        page.wait_for_url("**/signin/code/**")
        return live.text_message(phone)

    return ask


@pytest.fixture
def come_in(window: Callable[..., Any], ask_code: Callable[[Any, str], str]) -> Callable[[str], Any]:
    """`come_in(phone)`: a phone's window in which a worker has signed in."""

    def sign_in(phone: str) -> Any:
        page = window(size=PHONE)
        code = ask_code(page, phone)
        page.get_by_label("验证码", exact=True).fill(code)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/pocket/")
        return page

    return sign_in


def fits(page: Any) -> bool:
    """Whether nothing stands out beyond the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_worker_signs_in_by_phone_and_walks_the_pocket(window, ask_code, live):
    page = window(size=PHONE)
    page.goto("/")
    page.get_by_role("link", name=re.compile("职工")).first.click()
    page.wait_for_url("**/signin/**")
    page.get_by_label("手机号").fill("1990000000")
    page.get_by_label("我已阅读并同意").check()
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator(".wrong-words")).to_contain_text("11 位")
    page.get_by_label("手机号").fill("19955550001")
    page.get_by_label("我已阅读并同意").uncheck()
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator(".wrong-words")).to_contain_text("请先阅读并勾选同意")
    code = ask_code(page, "19955550001")
    expect(page.locator("main")).to_contain_text("199****0001")
    page.get_by_label("验证码", exact=True).fill(code)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/pocket/")
    bar = page.get_by_role("navigation", name="主菜单")
    for tab, path in (("首页", ""), ("办事", "errands/"), ("成长", "growth/"), ("消息", "messages/"), ("我的", "me/")):
        bar.get_by_role("link", name=tab).click()
        page.wait_for_url(f"**/pocket/{path}")
        expect(bar.get_by_role("link", name=tab)).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert fits(page), tab
        assert all(box["height"] >= 44 for box in (one.bounding_box() for one in bar.get_by_role("link").all()))
    expect(page.locator("main")).to_contain_text("199****0001")


def test_elder_mode_enlarges_and_stays(come_in):
    page = come_in("19955550002")
    page.goto("/pocket/me/")
    size = "parseFloat(getComputedStyle(document.querySelector('main p, main dd')).fontSize)"
    before = page.evaluate(size)
    assert before >= 17
    page.locator("main").get_by_role("button", name="长辈模式").click()
    page.wait_for_url("**/pocket/me/")
    assert page.evaluate(size) >= before * 1.2
    page.goto("/pocket/errands/")
    assert fits(page)
    page.get_by_role("button", name="退出长辈模式").first.click()
    page.goto("/pocket/me/")
    assert page.evaluate(size) == before


NO_MEMBER = """
from jiangtai import people
from jiangtai.access import accounts, acting_as_job
from jiangtai.people import keeping
with acting_as_job("测试"):
    every = people.Person.unscoped.filter(state="registered", account=None).order_by("pk")
    idle = (one for one in every if people.employment_of(one.pk) and not people.membership_of(one.pk))
    one, phone = next((one, phone) for one in idle if (phone := keeping.value_of(one.pk, "phone")))
    people.link_account(accounts.worker_of_phone(phone), one)
    print(f"[{phone}]")
"""


def test_a_worker_asks_to_join_the_union_by_thumb(come_in, live):
    """Every question is seen and answered on the phone, the tick too."""
    told = live.run("manage", "shell", "-c", NO_MEMBER)
    page = come_in(told.stdout.rpartition("[")[2].strip("]\n"))
    page.goto("/pocket/errands/")
    page.get_by_role("link", name="加入工会").first.click()
    page.get_by_role("button", name="开始申请").click()
    tick = page.get_by_role("checkbox")
    assert min(tick.bounding_box()[side] for side in ("width", "height")) >= 24
    page.get_by_text("我自愿加入").last.click()
    expect(tick).to_be_checked()
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/2/")
    assert fits(page)


def test_a_wrong_code_says_how_often_one_may_still_try(window, ask_code):
    page = window(size=PHONE)
    code = ask_code(page, "19955550003")
    wrong = "000000" if code != "000000" else "111111"
    for left in (4, 3, 2, 1):
        page.get_by_label("验证码", exact=True).fill(wrong)
        page.get_by_role("button", name="登录").click()
        expect(page.locator("main")).to_contain_text(f"验证码不对，还可以试 {left} 次")
    page.get_by_label("验证码", exact=True).fill(wrong)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("main")).to_contain_text("验证码错误次数过多，请重新获取")
    page.goto("/signin/code/")
    page.wait_for_url("**/signin/")
    page.get_by_label("手机号").fill("19955550003")
    page.get_by_label("我已阅读并同意").check()
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator("main")).to_contain_text("验证码发送过于频繁")
    expect(page.locator("main")).to_contain_text("稍后再试")


def test_a_worker_changes_the_phone_with_a_code(come_in, window, ask_code, live):
    page = come_in("19955550004")
    page.goto("/pocket/errands/")
    page.get_by_role("link", name="更换手机号").click()
    page.get_by_label("手机号").fill("19955550014")
    page.get_by_role("button", name="获取验证码").click()
    page.wait_for_url("**/pocket/phone/code/")
    page.get_by_label("验证码", exact=True).fill(live.text_message("19955550014"))
    page.get_by_role("button", name="更换").click()
    expect(page.get_by_text("手机号已更换")).to_be_visible()
    page.goto("/pocket/me/")
    expect(page.locator("main")).to_contain_text("199****0014")


def test_a_phone_of_another_account_is_not_taken_over(come_in, live):
    come_in("19955550005")
    page = come_in("19955550006")
    page.goto("/pocket/phone/")
    page.get_by_label("手机号").fill("19900000002")
    page.get_by_role("button", name="获取验证码").click()
    page.wait_for_url("**/pocket/phone/code/")
    page.get_by_label("验证码", exact=True).fill(live.text_message("19900000002"))
    page.get_by_role("button", name="更换").click()
    expect(page.locator("main")).to_contain_text("已用于另一个账号")
    page.goto("/pocket/me/")
    expect(page.locator("main")).to_contain_text("199****0006")


def test_a_worker_takes_the_data_along_and_leaves_for_good(come_in, window, ask_code, live):
    page = come_in("19955550007")
    page.goto("/pocket/errands/")
    page.get_by_role("link", name="导出我的数据").click()
    with page.expect_download() as wanted:
        page.get_by_role("button", name="导出").click()
    data = json.loads(Path(wanted.value.path()).read_text(encoding="utf-8"))
    assert data["手机号"] == "19955550007"
    assert any(row["操作"] == "登录" for row in data["使用记录"])

    page.goto("/pocket/errands/")
    page.get_by_role("link", name="注销账号").click()
    page.get_by_label("请输入“注销”两个字").fill("好的")
    page.get_by_role("button", name="注销并擦除").click()
    expect(page.locator(".wrong-words")).to_contain_text("请输入“注销”两个字")
    page.get_by_label("请输入“注销”两个字").fill("注销")
    page.get_by_role("button", name="注销并擦除").click()
    page.wait_for_url(live.url + "/")
    expect(page.get_by_text("账号已注销")).to_be_visible()
    page.goto("/pocket/")
    page.wait_for_url("**/account/login/**")


def test_whoever_left_and_comes_back_begins_anew(db, settings, capsys):
    """A phone gets one message a minute, so this is walked by requests, with the minute let go."""
    settings.SMS_PORT = "jiangtai.kernel.sms.ConsolePort"
    first, second = sign_in_again(capsys), sign_in_again(capsys)
    old = json.loads(first.post("/pocket/export/").content)
    assert json.loads(second.post("/pocket/export/").content)["账号编号"] == old["账号编号"]
    assert first.post("/pocket/erase/", {"sure": "注销"}).url == "/"
    for left in (first, second):
        assert left.get("/pocket/").url.startswith("/account/login/"), "both phones are signed out"

    new = json.loads(sign_in_again(capsys).post("/pocket/export/").content)
    assert new["账号编号"] != old["账号编号"]
    assert new["手机号"] == old["手机号"] == "19955550008"
    old_acts = {row["时间"] for row in old["使用记录"]}
    assert not old_acts & {row["时间"] for row in new["使用记录"]}


def sign_in_again(capsys: Any) -> Any:
    """A browser in which the same phone has just signed in."""
    from django.core.cache import cache
    from django.test import Client

    cache.clear()
    client = Client()
    assert client.post("/signin/", {"phone": "19955550008", "consent": "on"}).url == "/signin/code/?next="
    code = re.search(r"19955550008：验证码 (\d{6})", capsys.readouterr().out)[1]
    assert client.post("/signin/code/", {"code": code}).url == "/home/"
    return client


def test_a_worker_is_no_officer(come_in):
    page = come_in("19955550009")
    for path in ("/office/", "/office/units/", "/office/audit/", "/gallery/"):
        assert page.goto(path).status == 403
        expect(page.get_by_role("heading", name="没有权限")).to_be_visible()
