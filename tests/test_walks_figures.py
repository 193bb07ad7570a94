"""Walks of figures in a cadre's words: a draft is checked and corrected before it goes out."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import expect

from tests.live import PHONE

pytestmark = pytest.mark.browser

DRAFT = """关于产业工人队伍建设改革工作情况的报告
截至目前，全区共有在岗职工超过9万人，登记企业9000家。
举办技能竞赛12场次，培训520人，其中男320人、女230人。"""


@pytest.fixture(scope="module", autouse=True)
def _lake(live: Any) -> None:
    """The demo's lake as of now."""
    done = live.run("lake", "refresh")
    assert done.returncode == 0, done.stderr


def test_at_least_thirty_figures_of_the_demo_are_not_zero(live):
    told = live.run("indicators", "--json")
    assert told.returncode == 0, told.stderr
    figures = json.loads(told.stdout)
    of_people = [one for one in figures if one["key"].partition(".")[0] in ("register", "skills", "honors", "work")]
    assert len(of_people) >= 40
    assert sum(bool(one["value"]) for one in of_people) >= 30


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


# the cockpit and the brief


def test_a_leader_looks_at_five_numbers_sees_why_one_is_behind_and_takes_the_brief_along(window):
    page = window("zhaoqiming")
    page.goto("/office/cockpit/")
    expect(page.locator(".five-card")).to_have_count(5)
    expect(page.locator(".five-card.current .light")).to_have_text("红灯")
    expect(page.locator(".look-why")).to_contain_text("按序时到")
    page.get_by_role("link", name="在岗职工人数", exact=True).click()
    expect(page.locator(".look-title")).to_contain_text("在岗职工人数")
    expect(page.get_by_role("heading", name="变在哪里")).to_be_visible()
    units = page.get_by_role("region", name=re.compile("^各单位情况"))
    expect(units.last.locator("tbody tr").first).to_contain_text("街道办事处")
    with page.expect_download() as sheet:
        page.get_by_role("button", name="导出（xlsx）").last.click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("link", name="生成简报").click()
    expect(page.locator(".brief-text")).to_contain_text("一、在岗职工人数为")
    page.locator(".brief-mark").first.click()
    expect(page.locator("#n1")).to_be_in_viewport()
    for name, ending in (("下载 Word", ".docx"), ("下载 PDF", ".pdf")):
        with page.expect_download() as paper:
            page.get_by_role("button", name=name).click()
        assert paper.value.suggested_filename.endswith(ending)
    page.get_by_role("link", name="对外公布").click()
    expect(page.locator(".brief")).to_contain_text("不足 5 人的数不写出")


def test_a_chart_is_drawn_over_its_table_and_kept_as_a_picture(window):
    page = window("zhaoqiming")
    page.goto("/office/cockpit/?figure=register.workers")
    if not page.evaluate("Boolean(window.echarts)"):
        pytest.skip("这里没有图表库，页面只有表格；make charts 会去取")
    expect(page.get_by_role("img", name=re.compile("在岗职工人数（人）图"))).to_be_visible()
    expect(page.locator("[data-chart=line] tbody tr")).to_have_count(13)
    for button in page.get_by_role("button", name="存为图片").all():
        with page.expect_download() as picture:
            button.click()
        assert picture.value.suggested_filename.endswith(".png")
        assert Path(picture.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_figures_own_page_draws_its_months_once_it_stands(window):
    page = window("zhaoqiming")
    page.goto("/office/figures/register.workers/")
    expect(page.locator("[data-chart=line] tbody tr")).to_have_count(13)
    with page.expect_download() as sheet:
        page.get_by_role("button", name="导出走势（xlsx）").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
    if page.evaluate("Boolean(window.echarts)"):
        expect(page.get_by_role("img", name=re.compile("在岗职工人数（人）图"))).to_be_visible()
        for kind in ("line", "bar"):
            with page.expect_download() as picture:
                page.locator(f"[data-chart={kind}]").get_by_role("button", name="存为图片").click()
            assert Path(picture.value.path()).read_bytes().startswith(b"\x89PNG")
    narrow, plain = window("zhaoqiming", size=PHONE), window("zhaoqiming", scripts=False)
    narrow.goto("/office/figures/register.workers/")
    expect(narrow.locator("[data-chart=line] tbody tr")).to_have_count(13)
    assert narrow.evaluate("document.documentElement.scrollWidth <= innerWidth")
    plain.goto("/office/figures/register.workers/")
    plain.get_by_role("link", name="看近 13 个月的走势").click()
    expect(plain.locator("[data-chart=line] tbody tr")).to_have_count(13)


def test_the_cockpit_stands_without_scripts_and_on_a_phone(window):
    for page in (window("zhaoqiming", scripts=False), window("zhaoqiming", size=PHONE)):
        page.goto("/office/cockpit/")
        expect(page.locator(".five-card")).to_have_count(5)
        expect(page.locator("#months ~ *, [aria-labelledby=months] tbody tr").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    plain = window("zhaoqiming", scripts=False)
    plain.goto("/office/cockpit/")
    expect(plain.get_by_role("button", name="存为图片")).to_have_count(0)


# targets by sheet, claims by file, a table that is published, a draft that stays Word


def test_a_years_targets_go_out_as_a_sheet_and_come_back(window, tmp_path):
    page = window("zhoumin")
    page.goto("/office/targets/")
    page.get_by_role("link", name="目标表").click()
    with page.expect_download() as sheet:
        page.get_by_role("button", name="下载目标表").click()
    file = tmp_path / "目标表.xlsx"
    sheet.value.save_as(file)
    page.get_by_label("目标表").set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("heading", name=re.compile("要改 0 个目标"))).to_be_visible()
    bad = tmp_path / "别的.xlsx"
    bad.write_bytes(b"MZ" + bytes(200))
    page.get_by_label("目标表").set_input_files(bad)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator(".form-errors")).to_contain_text("没有收下")


def test_a_claims_list_says_who_makes_the_difference_and_which_lines_mean_nobody(window):
    page = window("zhoumin")
    page.goto("/office/claims/")
    page.get_by_role("row").filter(has_text="区人社局").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="计算里有、名单上没有")).to_be_visible()
    expect(page.get_by_role("heading", name="名单上没有认出的行")).to_be_visible()
    with page.expect_download() as sheet:
        page.get_by_role("button", name="导出差异名单").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")


def test_a_table_of_two_levels_is_published_and_remembered(window):
    page = window("zhoumin")
    page.goto("/office/figures/register.workers/")
    page.get_by_role("link", name="对外公布").click()
    page.get_by_role("link", name="下级单位和再下一级").click()
    expect(page.get_by_role("cell", name="小计").first).to_be_visible()
    with page.expect_download() as sheet:
        page.get_by_role("button", name="公布并下载").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
    page.reload()
    expect(page.get_by_role("region", name="以前公布的").or_(page.get_by_text("以前公布的")).first).to_be_visible()


def test_a_word_draft_comes_back_as_word(window, tmp_path):
    page, file = window("zhoumin"), tmp_path / "讲话稿.docx"
    document = Document()
    document.add_paragraph().add_run("全区现有在岗职工999999人。").bold = True
    document.save(str(file))
    page.goto("/office/drafts/")
    page.get_by_label("上传文稿").set_input_files(file)
    page.get_by_role("button", name="核对", exact=True).click()
    page.locator("input[name=take]").first.check()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载改好的文稿（docx）").click()
    made = Document(str(download.value.path()))
    assert "999999" not in made.paragraphs[0].text and made.paragraphs[0].runs[0].bold
    assert "原文“999999人”" in next(iter(made.comments)).text
