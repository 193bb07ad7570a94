"""Walks of dockets and programmes: an office defines, a street fills in, firms are taken up and helped."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAIRS = "重点产业同培育\n国企民企同培育"
FIRMS = """锦川精密制造有限公司\t重点产业同培育\t区人社局
川锦重工有限公司\t国企民企同培育\t区国资和金融局
没有这家公司\t重点产业同培育"""


def test_an_office_defines_three_lists_a_street_fills_in_and_who_lags_is_urged(window, tmp_path):
    office = window("zhoumin")
    office.goto("/office/dockets/")
    office.get_by_role("link", name="设清单", exact=True).click()
    office.get_by_label("名称").fill("年度三张清单")
    office.get_by_label("有哪几张清单").fill("思想清单\n竞赛清单\n权益清单")
    office.get_by_role("button", name="下一步").click()
    first = office.url
    for name in ("思想清单", "竞赛清单", "权益清单"):
        office.goto(first)
        office.get_by_role("link", name=name, exact=True).click()
        office.get_by_role("link", name="设填报单位").click()
        office.get_by_label("填报单位").fill("锦河街道\n望桥街道")
        office.get_by_role("button", name="保存").click()
        expect(office.get_by_text("已设 2 个填报单位")).to_be_visible()
        office.get_by_role("link", name="加栏目").click()
        dialog = office.get_by_role("dialog")
        dialog.get_by_label("栏目").fill("参加人数")
        dialog.get_by_label("类型").select_option("number")
        dialog.get_by_label("计量单位").fill("人")
        dialog.get_by_role("button", name="加入").click()
        expect(office.locator("main table")).to_contain_text("数量（人）")
    office.goto(first)
    office.get_by_role("link", name="启用", exact=True).click()
    office.get_by_role("button", name="启用", exact=True).click()
    expect(office.get_by_text("已启用，并通知填报单位")).to_be_visible()

    street = window("ouyangwenjing")
    street.goto("/office/dockets/own/")
    street.get_by_role("link", name="年度三张清单·思想清单").click()
    street.get_by_role("link", name="填一项").click()
    street.get_by_label("事项").fill("劳模工匠进企业宣讲")
    street.get_by_label("完成期限").fill("2030-12-31")
    street.get_by_label("参加人数").fill("九成")
    street.get_by_role("button", name="列入清单").click()
    expect(street.locator(".wrong-words").first).to_contain_text("“九成”不是数")
    street.get_by_label("参加人数").fill("85%")
    street.get_by_role("button", name="列入清单").click()
    expect(street.locator(".wrong-words").first).to_contain_text("占比不手填")
    street.get_by_label("参加人数").fill("120")
    street.get_by_role("button", name="列入清单").click()
    expect(street.locator("main")).to_contain_text("120 人")
    street.get_by_role("link", name="附印证材料").click()
    scan = tmp_path / "签到表.pdf"
    scan.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
    )
    street.get_by_label("名称").fill("签到表")
    street.locator("input[type=file]").set_input_files(scan)
    street.get_by_role("button", name="附上").click()
    expect(street.get_by_text("已附“签到表”")).to_be_visible()
    street.get_by_role("link", name="标为完成").click()
    street.get_by_role("button", name="完成", exact=True).click()
    expect(street.locator("main")).to_contain_text("已完成")

    office.goto(first)
    office.get_by_role("link", name="思想清单", exact=True).click()
    expect(office.locator("tbody")).to_contain_text("劳模工匠进企业宣讲")
    office.get_by_role("link", name="填报情况").click()
    expect(office.locator("tbody tr").filter(has_text="望桥街道")).to_contain_text("还没有填报")
    office.locator("tbody tr").filter(has_text="望桥街道").get_by_role("checkbox").check()
    office.get_by_role("button", name="催办").click()
    expect(office.get_by_text("已催办 1 家")).to_be_visible()
    neighbour = window("wenjing")
    neighbour.goto("/messages/")
    expect(neighbour.locator("main")).to_contain_text("请填报“年度三张清单·思想清单”：还没有填报。")
    office.goto(first)
    office.get_by_role("link", name="思想清单", exact=True).click()
    office.locator("main").get_by_role("link", name="导出表格").click()
    with office.expect_download() as taken:
        office.get_by_role("button", name="下载").click()
    assert taken.value.suggested_filename == "年度三张清单-思想清单.xlsx"


def test_a_programme_takes_firms_up_from_a_pasted_list_and_shows_what_was_done(window):
    office = window("zhoumin")
    office.goto("/office/programmes/")
    office.get_by_role("link", name="设工作体系").click()
    office.get_by_label("名称").fill("新四同培育")
    office.get_by_label("条目").fill(PAIRS)
    office.get_by_role("button", name="存为草稿").click()
    office.get_by_role("link", name="启用", exact=True).click()
    office.get_by_role("button", name="启用", exact=True).click()
    office.get_by_role("link", name="设培育期").click()
    office.get_by_label("名称").fill("本年度标杆企业")
    office.get_by_role("textbox", name="企业名单").fill(FIRMS)
    office.get_by_role("checkbox", name="在岗职工人数", exact=True).check()
    office.get_by_role("button", name="列入企业").click()
    expect(office.locator(".wrong-words").first).to_contain_text("第 3 行“没有这家公司”：没有找到这家企业")
    office.get_by_role("textbox", name="企业名单").fill("\n".join(FIRMS.splitlines()[:2]))
    office.get_by_role("button", name="列入企业").click()
    expect(office.get_by_text("已列入 2 家企业")).to_be_visible()

    helper = window("hejing")
    helper.goto("/office/programmes/firms/?helped=no&state=in&q=锦川精密制造")
    helper.locator("tbody tr").filter(has_text="新四同培育").get_by_role("link").first.click()
    helper.get_by_role("link", name="记一次帮扶").click()
    helper.get_by_label("做了什么").fill("派技能大师到车间带徒")
    helper.get_by_label("惠及人数").fill("12")
    helper.get_by_role("button", name="记下").click()
    expect(helper.locator("main")).to_contain_text("惠及 12 人")

    office.reload()
    office.locator("main").get_by_role("link", name="1 家").first.click()
    office.locator("tbody").get_by_role("link", name="锦川精密制造").first.click()
    expect(office.locator("main")).to_contain_text("派技能大师到车间带徒")
    expect(office.locator("main")).to_contain_text("入选前")
