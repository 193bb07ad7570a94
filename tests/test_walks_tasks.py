"""A walk of the plan's work: a unit reports by a link, the office returns it, then accepts, and the light changes."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.branches import PDF
from tests.test_walks_inquiries import make_link

pytestmark = pytest.mark.browser


def asked_to_report(office: Any, unit: str) -> Any:
    """The office at the case of a round that it opened for one unit."""
    office.goto("/office/reporting/new/")
    office.get_by_label("调度名称").fill(f"{unit}专项调度")
    office.get_by_label("请哪些单位报送").fill(unit)
    office.get_by_role("button", name="发起").click()
    office.wait_for_url(re.compile(r"/office/reporting/[0-9a-f-]{36}/$"))
    office.get_by_role("link", name=unit).click()
    office.wait_for_url(re.compile(r"/office/cases/[0-9a-f-]{36}/$"))
    return office


def test_a_liaison_reports_by_a_link_and_the_light_changes(window):
    office = asked_to_report(window("zhoumin"), "区财政局")
    case = office.url

    unit = window()
    unit.goto(make_link(office))
    task = unit.locator("form h3").first.inner_text().partition(". ")[2]
    assert light_of(office, task)[0] == "绿灯"
    unit.get_by_role("button", name="下一项未填").click()
    expect(unit.get_by_label("按计划推进").first).to_be_focused()
    unit.get_by_label("有困难").first.check()
    unit.get_by_label("进展情况").first.fill("已制定工作方案，正在组织实施。")
    left = unit.locator("[data-left]").inner_text()
    expect(unit.locator("[data-kept]")).to_contain_text("已存")
    unit.reload()
    expect(unit.get_by_label("有困难").first).to_be_checked()
    expect(unit.locator("[data-left]")).to_have_text(left)
    unit.get_by_role("button", name="报送").click()
    alert = unit.locator("#form-errors")
    expect(alert).to_contain_text("请写明困难和需要的支持")
    alert.get_by_role("link").first.click()
    expect(unit.get_by_label("困难和问题").first).to_be_focused()
    unit.get_by_label("困难和问题").first.fill("经费还没有落实")
    folds = unit.locator(".folded")
    for fold in [folds.nth(at) for at in range(1, folds.count())]:
        if not fold.get_by_label("按计划推进").is_visible():
            fold.locator("summary").first.click()
        fold.get_by_label("按计划推进").check()
        fold.get_by_label("进展情况").fill("已制定工作方案，正在组织实施。")
    expect(unit.locator("[data-left]")).to_have_text("都填好了")
    if not folds.first.get_by_label("困难和问题").is_visible():
        folds.first.locator("summary").first.click()
    unit.locator("input[type=file]").first.set_input_files(
        {"name": "工作方案.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    unit.get_by_role("button", name="报送").click()
    expect(unit.get_by_role("heading", name="已收到，谢谢")).to_be_visible()

    office.goto(case)
    office.get_by_label("意见").fill("请写明经费缺口")
    office.get_by_role("button", name="退回补正").click()
    expect(office.get_by_text("待办").first).to_be_visible()
    office.goto(case)
    unit.goto(make_link(office))
    expect(unit.locator(".alert.warn")).to_contain_text("请写明经费缺口")
    expect(unit.get_by_label("困难和问题").first).to_have_value("经费还没有落实")
    unit.locator(".folded summary").first.click()
    unit.get_by_label("困难和问题").first.fill("经费缺口 20 万元")
    unit.get_by_role("button", name="报送").click()
    expect(unit.get_by_role("heading", name="已收到，谢谢")).to_be_visible()

    office.goto(case)
    office.get_by_role("button", name="核对通过").click()
    light, why = light_of(office, task)
    assert light == "黄灯" and "上期报告有困难" in why
    expect(office.get_by_role("link", name="工作方案.pdf")).to_be_visible()


def test_a_draft_that_is_refused_is_not_sent_again_and_one_that_got_lost_is(window):
    office = asked_to_report(window("zhoumin"), "区教育局")

    unit, sent = window(), []
    unit.clock.install()
    unit.goto(make_link(office))
    unit.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    words, kept = unit.get_by_label("进展情况").first, unit.locator("[data-kept]")
    if not words.is_visible():
        unit.locator(".folded summary").first.click()

    def answer_with(status, typed):
        unit.unroute_all()
        unit.route("**/*", lambda one: one.fulfill(status=status) if one.request.method == "POST" else one.continue_())
        words.fill(typed)
        unit.clock.run_for(2_000)

    answer_with(503, "一半")
    expect(kept).to_have_text("没有存上，稍后自动再存；请先不要关闭页面")
    unit.unroute_all()
    unit.clock.run_for(9_000)
    expect(kept).to_contain_text("已存")
    answer_with(422, "一半多")
    expect(kept).to_have_text("没有存上：本件已办理或登录已过期，请复制内容后刷新")
    sent.clear()
    unit.clock.run_for(20_000)
    assert sent == []


def light_of(page: Any, task: str) -> tuple[str, str]:
    """The light on a task's page, and what it says of it."""
    page.goto(f"/office/tasks/?q={task[:12]}")
    page.locator("tbody tr").first.locator("a").first.click()
    page.wait_for_url(re.compile(r"/office/tasks/[0-9a-f-]{36}/$"))
    return page.locator(".heading-words .light").first.inner_text(), page.locator(".values").first.inner_text()


def test_a_round_shows_its_links_made_once_their_sheet_came(window):
    office = asked_to_report(window("zhoumin"), "区委宣传部")
    office.go_back()
    expect(office.get_by_text("未生成")).to_be_visible()
    office.get_by_role("link", name="生成未报单位链接").click()
    with office.expect_download():
        office.get_by_role("button", name="生成并下载").click()
    expect(office.get_by_text("已生成（有效至")).to_be_visible()
    expect(office.get_by_role("link", name="重新生成", exact=True)).to_be_visible()
