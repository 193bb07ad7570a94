"""A plan in a real browser, in the cadre's words: handed in, put right, confirmed; tasks exist."""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from jiangtai.kernel import clock
from tests.live import PHONE

pytestmark = pytest.mark.browser

YEAR = clock.today().year
TEXT = f"""锦川区班组建设行动方案

一、重点行动
1.建好小家。每个班组设一处职工小家，{YEAR}年底前建成80个。支持企业出场地。（牵头单位：区总工会；责任单位：区新经济局、区班组办）
2.选好班长。每年培训班组长不少于300人次。对带徒有成效的给予补贴。（牵头单位：区人社局、区总工会；责任单位：区财政局）
"""


def plan_file(folder: Path, text: str = TEXT, name: str = "班组建设方案.txt") -> Path:
    place = folder / name
    place.write_text(text, encoding="utf-8")
    return place


def hand_in(page: Any, file: Path) -> None:
    page.goto("/office/reform/plans/new/")
    page.get_by_label("方案文件").set_input_files(str(file))
    page.get_by_role("button", name="上传并读取").click()


def test_a_plan_is_handed_in_put_right_and_confirmed(window: Any, tmp_path: Path) -> None:
    page = window("zhoumin")
    hand_in(page, plan_file(tmp_path))
    expect(page.get_by_role("heading", level=1)).to_have_text("锦川区班组建设行动方案")
    expect(page.locator(".plan-names")).to_contain_text("1 个单位名称待确认")

    # what was understood leads to its words, and the words lead back
    page.get_by_role("link", name="支持企业出场地。").first.hover()
    expect(page.locator("#w-1-a2")).to_have_class("words action on")
    expect(page.locator("#u-1-a2")).to_have_class("on")
    page.keyboard.press("j")
    expect(page.locator("#m-1")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#m-2")).to_be_focused()

    # it cannot be confirmed yet, and says why
    page.get_by_role("link", name="核对完毕，确认").click()
    expect(page.locator(".alert.bad")).to_contain_text("“区班组办”")
    expect(page.get_by_role("button", name="确认执行")).to_have_count(0)
    page.get_by_role("link", name="回去核对").click()

    page.get_by_role("link", name="区班组办", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("其他单位（在下面查找）").check()
    dialog.get_by_label("其他单位", exact=False).last.fill("区国资和金融局")
    dialog.get_by_role("button", name="确定").click()
    expect(page.locator(".plan-names")).to_have_count(0)
    expect(page.locator("#m-1")).to_contain_text("区国资和金融局")

    page.locator("#m-2").get_by_label("修改第2项").click()
    dialog.get_by_label("完成期限").fill(f"{YEAR}-12-31")
    dialog.get_by_role("button", name="保存").click()
    expect(page.locator("#m-2 .reading-values")).to_contain_text(f"{YEAR}-12-31")

    page.get_by_role("link", name="核对完毕，确认").click()
    page.get_by_role("button", name="确认执行").click()
    expect(page.locator(".heading")).to_contain_text("执行中")
    page.get_by_role("link", name="2. 选好班长").click()
    expect(page.locator("main")).to_contain_text("对带徒有成效的给予补贴。")
    rows = page.locator("section").filter(has=page.get_by_role("heading", name="任务", exact=True)).locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("区人社局")


IN_FORCE = """锦川区工匠驿站行动方案

一、重点行动
1.把驿站办进车间。每个片区设一处驿站，{year}年底前建成12个。支持企业出场地。（牵头单位：区总工会；责任单位：区新经济局、区财政局）
2.让师傅坐得住。每月安排师傅坐班不少于4次。对坐班的给予补贴。（牵头单位：区人社局；责任单位：区财政局）
"""


def changed(content: bytes, change: Any) -> bytes:
    """The workbook as a cadre's own program writes it, with a few cells changed."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("责任分解表").to_python()
    change(rows)
    out = io.BytesIO()
    with Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("责任分解表")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value)
    return out.getvalue()


def test_the_table_of_a_plan_in_force_comes_back_as_its_next_version(window: Any, tmp_path: Path) -> None:
    page, later = window("zhoumin"), date(clock.today().year + 1, 10, 31)
    hand_in(page, plan_file(tmp_path, IN_FORCE.format(year=later.year), "驿站方案.txt"))
    page.get_by_role("link", name="核对完毕，确认").click()
    page.get_by_role("button", name="确认执行").click()
    address = page.url
    page.locator("summary", has_text="责任分解表").click()
    page.get_by_role("link", name="导出责任分解表").click()
    with page.expect_download() as got:
        page.get_by_role("button", name="下载").click()
    content = Path(got.value.path()).read_bytes()

    def change(rows: list[Any]) -> None:
        head = rows[1]
        rows[2][head.index("完成期限")] = later
        rows[2][head.index("责任单位")] = "区新经济局、区教育局"

    def upload(content: bytes) -> None:
        page.goto(address)
        page.locator("summary", has_text="责任分解表").click()
        page.get_by_role("link", name="导入改好的责任分解表").click()
        sheet = {"name": "责任分解表.xlsx", "mimeType": "application/octet-stream", "buffer": content}
        page.get_by_label("责任分解表").set_input_files(sheet)
        page.get_by_role("button", name="上传并核对差别").click()

    upload(content)
    expect(page.locator("main")).to_contain_text("没有变化")
    upload(changed(content, lambda rows: rows[2].__setitem__(rows[1].index("责任单位"), "区新经济局、量子办")))
    expect(page.locator("main")).to_contain_text("有 1 个单位名称在系统里没有对上：“量子办”")
    upload(changed(content, change))
    expect(page.locator("main")).to_contain_text("与方案不同的有 2 处")
    page.get_by_role("button", name="作成新版，与现行版对照").click()
    expect(page.locator(".changes")).to_contain_text(f"{later.year}-12-31 改为 {later}")
    expect(page.locator(".changes")).to_contain_text("区教育局")
    expect(page.locator(".changes")).to_contain_text("拟：继续，归到新版举措")
    page.get_by_role("link", name="确认接替").click()
    expect(page.locator("main")).to_contain_text(f"按举措期限计时的任务改为 {later} 到期")
    page.get_by_role("button", name="确认执行").click()
    expect(page.locator(".heading")).to_contain_text("执行中")
    page.get_by_role("link", name="1. 把驿站办进车间").click()
    expect(page.locator("main")).to_contain_text(str(later))


def test_what_is_no_plan_is_answered_in_words(window: Any, tmp_path: Path) -> None:
    page = window("zhoumin")
    for name, words, told in (
        ("无单位.txt", "方案\n1.一。做好。\n2.二。做好。", "没有找到责任单位"),
        ("网页.txt", "<html><script>1</script></html>", "内容是网页代码"),
    ):
        hand_in(page, plan_file(tmp_path, words, name))
        expect(page.locator(".form-errors")).to_contain_text(told)


def test_it_is_read_without_scripts_and_on_a_phone(window: Any) -> None:
    page = window("hejing", scripts=False, size=PHONE)
    page.goto("/office/reform/plans/?q=产业工人队伍建设改革实施方案")
    page.get_by_role("link", name="锦川区产业工人队伍建设改革实施方案").click()
    page.get_by_role("link", name="原文与读出的内容").click()
    page.locator("#w-1-a1").click()
    expect(page).to_have_url(re.compile("#u-1-a1$"))
    page.locator("#u-1-a1 a").click()
    expect(page).to_have_url(re.compile("#w-1-a1$"))


def test_citizens_read_the_plan(window: Any) -> None:
    page = window(size=PHONE)
    page.goto("/plans/")
    page.get_by_role("link", name="锦川区产业工人队伍建设改革实施方案").click()
    expect(page.locator("main")).to_contain_text("牵头单位")
    expect(page.locator(".public-measure")).to_have_count(24)
