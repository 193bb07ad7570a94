"""Walks of figures in a cadre's words: a draft is checked and corrected before it goes out."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DRAFT = """关于产业工人队伍建设改革工作情况的报告
截至目前，全区共有在岗职工超过9万人，登记企业9000家。
举办技能竞赛12场次，培训520人，其中男320人、女230人。"""


@pytest.fixture(scope="module", autouse=True)
def _lake(live: Any) -> None:
    """The demo's lake as of now."""
    done = live.run("lake", "refresh")
    assert done.returncode == 0, done.stderr


def check(page: Any, text: str) -> None:
    """Paste, and have it checked."""
    page.goto("/office/drafts/")
    page.get_by_label("粘贴文稿").fill(text)
    page.get_by_role("button", name="核对", exact=True).click()


def test_a_draft_is_checked_walked_by_keys_and_corrected(window):
    page = window("zhoumin")
    check(page, DRAFT)
    told = page.get_by_role("region", name="核对结果")
    expect(told).to_contain_text("共 6 个数，相符 0，不符 2，无依据 4；自相矛盾 1 处")
    page.get_by_role("button", name="不符 2").click()
    cards = page.locator("[data-card]:visible")
    expect(cards).to_have_count(2)
    page.keyboard.press("j")
    expect(cards.first).to_be_focused()
    expect(page.locator(".said.here")).to_have_text("超过9万人")
    page.keyboard.press("y")
    expect(cards.nth(1)).to_be_focused()
    expect(page.locator(".said del")).to_have_text("超过9万人")
    page.keyboard.press("y")
    page.keyboard.press("n")
    expect(page.locator(".said del")).to_have_count(1)
    page.keyboard.press("k")
    expect(cards.first).to_be_focused()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载改好的文稿").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "超过9万人" not in text and "登记企业9000家" in text
    assert re.search(r"共有在岗职工\d+人，", text)
    page.get_by_role("button", name="全部 6").click()
    with page.expect_popup() as rows:
        cards.get_by_role("link", name=re.compile("看明细")).first.click()
    expect(rows.value.get_by_role("heading", level=1)).to_have_text("在岗职工人数")
    expect(rows.value.get_by_role("heading", name="明细")).to_be_visible()


def test_a_draft_is_checked_without_scripts(window):
    page = window("zhoumin", scripts=False)
    check(page, DRAFT)
    expect(page.locator(".draft-told")).to_contain_text("不符 2")
    page.locator("input[name=take]").first.check()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载改好的文稿").click()
    assert "超过9万人" not in Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_a_file_that_is_no_draft_is_refused_beside_its_field(window, tmp_path):
    page = window("zhoumin")
    page.goto("/office/drafts/")
    bad = tmp_path / "讲话稿.docx"
    bad.write_bytes(b"MZ" + bytes(200))
    page.get_by_label("上传文稿").set_input_files(bad)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator(".form-errors")).to_contain_text("没有核")
    expect(page.locator(".wrong-words")).to_be_visible()
