"""A walk through files that may be one person's: lists bring them, a cadre decides three pairs by keyboard alone."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from jiangtai.kernel import clock
from jiangtai.people.sources.tests.lists import rows_of, sheet
from jiangtai.people.tests.invented import id_number

pytestmark = pytest.mark.browser

FIRM = "天锦航空维修有限公司"
NAMES = ("郗鉴之", "麴伯雅", "庾亮元")


def hand_in(page: Any, source: str, *people: dict[str, str]) -> None:
    """A list all the way into the register, as its liaison officer does it."""
    page.goto("/office/batches/new/")
    page.get_by_label("名册", exact=True).select_option(source)
    page.get_by_label("数据截止日").fill(clock.today().isoformat())
    upload = sheet(rows_of(source, *people), f"{source}.xlsx")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("input[type=file]").set_input_files({"name": upload.name, "mimeType": kind, "buffer": upload.read()})
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_role("link", name=f"导入 {len(people)} 行").click(timeout=60_000)
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator(".heading")).to_contain_text("已导入", timeout=60_000)


def asked(page: Any) -> str:
    """Whose pair stands there."""
    return str(page.locator("main tbody tr").first.locator("td").nth(1).inner_text())


def until(page: Any, key: str, names: set[str]) -> str:
    """Press a key until one of these stands there: others may have left pairs of their own."""
    for _ in range(20):
        if (name := asked(page)) in names:
            return name
        before = page.url
        page.keyboard.press(key)
        page.wait_for_url(lambda url, before=before: url != before)
    raise AssertionError(f"none of {names} is asked about")


def test_three_pairs_are_decided_without_a_mouse_and_the_page_tells_the_keys(window):
    insured = [{"name": name, "id_number": id_number("19620512"), "employer": FIRM} for name in NAMES]
    hand_in(window("hejing"), "social_insurance", *insured)
    hand_in(
        window("gaiwenbo"), "certificates", *({"name": name, "birth": "1962-05-15", "employer": FIRM} for name in NAMES)
    )

    page = window("zhoumin")
    page.goto("/office/doubts/")
    page.locator("tbody a").filter(has_text=re.compile("|".join(NAMES))).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/doubts/[0-9a-f-]{36}/$"))
    for words in ("是同一人（Y）", "不是同一人（N）"):
        expect(page.get_by_role("button", name=words)).to_be_visible()
    expect(page.get_by_role("link", name="下一对（J）")).to_be_visible()
    first, waiting = page.url, set(NAMES)

    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != first)
    expect(page.get_by_role("link", name="上一对（K）")).to_be_visible()
    page.keyboard.press("k")
    page.wait_for_url(first)

    page.keyboard.press("/")
    page.keyboard.type("yn")
    expect(page.locator("#find")).to_have_value("yn")
    assert page.url == first, "what is typed answers nothing"
    page.locator("#find").fill("")
    page.locator("#find").press("Escape")
    page.keyboard.press("Tab")

    for key, words in (("y", "已归并"), ("n", "已记下：不是同一人"), ("Y", "已归并")):
        waiting.remove(until(page, "j", waiting))
        before = page.url
        page.keyboard.press(key)
        page.wait_for_url(lambda url, before=before: url != before)
        expect(page.get_by_text(words).first).to_be_visible()
    page.goto("/office/doubts/")
    for name in NAMES:
        expect(page.locator("main")).not_to_contain_text(name)
