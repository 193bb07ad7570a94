"""A walk of the plan's work: a unit reports by a link, the office returns it, then accepts, and the light changes."""

import re

import pytest
from playwright.sync_api import expect

from tests.branches import PDF
from tests.test_walks_inquiries import make_link

pytestmark = pytest.mark.browser


def test_a_liaison_reports_by_a_link_and_the_light_changes(window):
    office = window("zhoumin")
    office.goto("/office/reporting/new/")
    office.get_by_label("调度名称").fill("区财政局专项调度")
    office.get_by_label("请哪些单位报送").fill("区财政局")
    office.get_by_role("button", name="发起").click()
    office.wait_for_url(re.compile(r"/office/reporting/[0-9a-f-]{36}/$"))
    office.get_by_role("link", name="区财政局").click()
    office.wait_for_url(re.compile(r"/office/cases/[0-9a-f-]{36}/$"))
    case = office.url

    unit = window()
    unit.goto(make_link(office))
    task = unit.locator("form h3").first.inner_text().partition(". ")[2]
    unit.get_by_label("有困难").first.check()
    unit.get_by_label("困难和问题").first.fill("")
    unit.get_by_role("button", name="报送").click()
    expect(unit.locator(".wrong-words").first).to_contain_text("请写明困难和需要的支持")
    unit.get_by_label("困难和问题").first.fill("经费还没有落实")
    for box in unit.get_by_label("进展情况").all():
        box.fill("已制定工作方案，正在组织实施。")
    for first in unit.get_by_label("按计划推进").all()[1:]:
        first.check()
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
    unit.get_by_label("困难和问题").first.fill("经费缺口 20 万元")
    unit.get_by_role("button", name="报送").click()
    expect(unit.get_by_role("heading", name="已收到，谢谢")).to_be_visible()

    office.goto(case)
    office.get_by_role("button", name="核对通过").click()
    office.goto(f"/office/tasks/?q={task[:12]}")
    office.locator("tbody tr").first.locator("a").first.click()
    expect(office.locator(".values").first).to_contain_text("上期报告有困难")
    expect(office.get_by_role("link", name="工作方案.pdf")).to_be_visible()
