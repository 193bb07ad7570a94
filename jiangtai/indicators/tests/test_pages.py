"""The pages of figures: what an office sees of its own unit, and what each number opens to."""

import io
import math
import re
from datetime import timedelta
from html import unescape

import pytest
from python_calamine import CalamineWorkbook

from jiangtai import indicators, lake, ledger
from jiangtai.access import AuditEntry, Unit, acting_as_job, units
from jiangtai.indicators import Frame, Period, board, exporting
from jiangtai.indicators.declare import headed
from jiangtai.indicators.pages import lines
from jiangtai.indicators.pages.figures import LINES
from jiangtai.kernel import clock
from jiangtai.lake import manifest, reading
from jiangtai.people.tests import invented
from tests.live import credit_code


@pytest.fixture
def folder(twin, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    monkeypatch.setattr(board, "_LONG", math.inf)
    with acting_as_job("测试"):
        invented.worker(twin.units["甲厂"], "诸葛靓")
        invented.worker(twin.units["乙厂"], "慕容隔街")
        lake.refresh()
    return tmp_path


def text(client, path):
    return client.get(path).content.decode()


def told(html):
    """The first figure on a page."""
    return re.search(r'class="figure">(?:<a[^>]*>)?([\d,.—]+)', html)[1]


def test_a_street_sees_its_own_and_the_district_all(folder, twin):
    street = twin.client(twin.person("union_officer", "甲街"))
    district = twin.client(twin.person("group_office"))
    path = "/office/figures/register.workers/"
    at_street, at_district = (int(told(text(one, path)).replace(",", "")) for one in (street, district))
    assert 0 < at_street < at_district
    page = "".join(text(street, f"{path}?by=sex&start={start}") for start in range(0, at_street, LINES))
    assert "诸葛靓" in page
    liaison = twin.client(twin.person("liaison", "甲街"))  # told the figures, and nobody's name
    masked = "".join(text(liaison, f"{path}?by=sex&start={start}") for start in range(0, at_street, LINES))
    assert "诸葛靓" not in masked and "不在本人查看范围" in masked
    assert "慕容隔街" not in page and "口径" in page and "期末与用人单位有用工关系" in page


def test_a_row_leads_on_to_its_proof_for_whoever_is_told_the_figure(folder, twin):
    path = "/office/figures/register.registered/"
    with acting_as_job("测试"):
        fact = ledger.life(invented.worker(twin.units["甲厂"], "令狐存证").pk).get(type="people.PersonRegistered").pk
        lake.refresh()
    union = twin.client(twin.person("union_officer", "甲街"))
    listed = re.findall(r"/office/facts/([0-9a-f-]{36})/", text(union, path))
    assert str(fact) in listed
    assert {union.get(f"/office/facts/{one}/").status_code for one in listed} == {200}
    assert ledger.declared("people.PersonRegistered").label in text(union, f"/office/facts/{fact}/")
    liaison = twin.person("liaison", "甲街")  # told no names: proofs would say which facts are of one person
    assert "/office/facts/" not in text(twin.client(liaison), path)
    others = (liaison, twin.person("union_officer", "乙街"), twin.person("system_admin"))
    assert {twin.client(one).get(f"/office/facts/{fact}/").status_code for one in others} == {404}


def test_an_office_opens_a_page_a_second_time_without_compiling_anything(folder, twin, monkeypatch):
    client, street = twin.client(twin.person("group_office")), twin.units["甲街"].pk
    for key in ("register.workers", "register.enterprises"):
        path = f"/office/figures/{key}/?unit={street}"
        before = told(text(client, path))
        with monkeypatch.context() as patched:
            patched.setattr(lake.Lake, "answer", None)
            page = text(client, path)
        assert told(page) == before != "0" and ("诸葛靓" in page or "甲厂" in page)


def test_the_board_says_what_each_page_says(folder, twin):
    client, today = twin.client(twin.person("group_office")), clock.today()
    frame = Frame(Period.month_of(today), today)
    slow = text(client, "/office/figures/")
    indicators.prepare(lake.opened(), frame)
    assert len(list((folder / "board").glob("*.parquet"))) == 3
    assert text(client, "/office/figures/").count('class="figure"') == slow.count('class="figure"') >= 40
    figures = r'class="figure">.*?</p>'
    assert re.findall(figures, text(client, "/office/figures/")) == re.findall(figures, slow)


def test_with_the_board_a_figures_page_says_the_same_and_asks_the_lake_for_its_list_alone(folder, twin, monkeypatch):
    today, path, asked = clock.today(), "/office/figures/register.workers/", []
    client = twin.client(twin.person("group_office"))
    said = r'(?s)class="figure">.*?</p>|<tbody>.*?</tbody>'
    slow = re.findall(said, text(client, path))
    indicators.prepare(lake.opened(), Frame(Period.month_of(today), today))
    reading._opened.clear()
    run = lake.Lake.run
    monkeypatch.setattr(lake.Lake, "run", lambda self, sql, *rest: asked.append(sql) or run(self, sql, *rest))
    assert re.findall(said, text(client, path)) == slow and "甲街" in "".join(slow)
    assert ["LIMIT" in sql for sql in asked] == [False, True], "at which units the first lines stand, and those lines"


def test_the_board_follows_the_units_which_change_without_a_fact(folder, twin):
    today, top = clock.today(), twin.units["区"].number
    frame = Frame(Period.month_of(today), today)

    def told():
        lake.refresh()
        indicators.prepare(lake.opened(), frame)
        return indicators.told(lake.opened(), top, frame)["register.enterprises"].value

    with acting_as_job("测试"):
        before = told()
        units.found(kind=Unit.Kind.ENTERPRISE, name="没有事实的厂", parent=twin.units["甲街"], code=credit_code(78))
        assert told() == before + 1


def test_what_cannot_be_computed_yet_names_the_records_it_waits_for(office):
    html = text(office.client(office.person("group_office")), "/office/figures/").partition("还不能计算")[2]
    rows = re.findall(r"<tr>(.*?)</tr>", html)[1:]
    assert len(rows) == len(indicators.needed())
    for one, row in zip(indicators.needed(), rows, strict=True):
        assert one.label in row and all(name in row for name in one.facts.values())
        assert not re.search("[A-Za-z]{6,}", re.sub("<[^>]*>", "", row)), "users read no names of the code"


def test_the_months_of_a_figure_come_after_its_page_and_are_the_same_without_scripts(folder, twin):
    client, path = twin.client(twin.person("group_office")), "/office/figures/register.workers/?by=sex"
    page = text(client, path)
    later = re.search('id="trend" hx-get="([^"]+)"', page)[1].replace("&amp;", "&")
    assert (
        'data-chart="line"' not in page
        and 'data-chart="bar"' in page
        and f'href="{later.replace("&", "&amp;")}"' in page
    )
    alone = client.get(later, headers={"HX-Target": "trend"})
    assert "HX-Target" in alone["Vary"] and "<html" not in alone.content.decode()
    whole = text(client, later)
    for html in (alone.content.decode(), whole):
        chart = html.partition('data-chart="line"')[2].partition("</table>")[0]
        assert len(re.findall(r'data-value="\d+"', chart)) == 13 and "期末与用人单位有用工关系" in chart
        assert re.search(r'data-value="(\d+)"', chart)[1] == told(page).replace(",", "")
    assert "by=sex" in later and told(whole) == told(page)
    rows, note = sheet(client.post(later, {"do": "months"}))
    assert rows[0] == ["月份", "在岗职工人数（人）", "较上月"] and len(rows) == 14 and "期末" in note["口径"]
    street = twin.client(twin.person("liaison", "甲街"))
    other = f"/office/figures/register.workers/?trend=1&unit={twin.units['乙街'].pk}"
    assert street.get(other, headers={"HX-Target": "trend"}).status_code == 404


def test_every_figure_stands_under_a_heading():
    """Whatever has none is on no list, and nobody can set a target for it."""
    found = headed(indicators.indicators(), lambda one: one.key)
    assert [label for label, _ in found] == ["队伍", "技能", "荣誉", "改革方案", "办理"]
    with pytest.raises(indicators.IndicatorError, match=r"strange\.one has no heading"):
        headed(["strange.one"], str)


def test_the_list_has_as_many_rows_as_the_number_says_page_after_page(folder, twin):
    client = twin.client(twin.person("group_office"))
    path = "/office/figures/register.workers/"
    number, seen, start = int(told(text(client, path)).replace(",", "")), 0, 0
    while start < number:
        page = text(client, f"{path}?start={start}")
        rows = page.partition("明细")[2].count("<tr>") - 1
        seen, start = seen + rows, start + 20
    assert seen == number


@pytest.mark.parametrize(
    "query", ["?period=2026-13", "?period=2999", "?period=0001", "?by=colour", "?start=-1", "?start=x"]
)
def test_what_is_no_period_no_dimension_and_no_place_is_not_there(folder, twin, query):
    client = twin.client(twin.person("group_office"))
    assert client.get(f"/office/figures/register.workers/{query}").status_code == 404
    assert client.get("/office/figures/register.nothing/").status_code == 404


def test_without_a_lake_the_pages_say_what_to_do(office, tmp_path, monkeypatch):
    monkeypatch.setattr(manifest, "folder_of", lambda: tmp_path)
    monkeypatch.setattr(board, "_LONG", math.inf)
    client = office.client(office.person("group_office"))
    for path in ("/office/figures/", "/office/figures/register.workers/"):
        assert "jiangtai lake refresh" in text(client, path)


def test_every_page_with_figures_says_as_of_when_and_how_far_behind_they_are(folder, twin):
    who, at = twin.person("group_office"), lake.opened().at
    moment = f"{at.astimezone(clock.OFFICE_ZONE):%Y-%m-%d %H:%M}"
    pages = ("figures/", "figures/register.workers/", "cockpit/", "brief/", "drafts/", "claims/", "targets/")
    with clock.at(at + timedelta(hours=2)):
        client = twin.client(who)
        for path in pages:
            assert f"数据截至 {moment}，之后没有新入账的记录" in text(client, f"/office/{path}"), path
        with acting_as_job("测试"):
            invented.worker(twin.units["甲厂"])
    for later, behind in ((40, "40 秒"), (180, "3 分钟"), (7200, "2 小时")):
        with clock.at(at + timedelta(hours=2, seconds=later)):
            told = f"数据截至 {moment}，之后入账的 2 条还没有并入（最早的在 {behind}前）"
            assert told in text(twin.client(who), "/office/figures/")


def test_nobody_but_the_unions_is_told_who_is_a_member_and_no_firm_of_cases(folder, twin):
    street, firm, union = (twin.client(twin.person(role, at)) for role, at in
                           (("liaison", "甲街"), ("unit_admin", "甲厂"), ("union_officer", "工会")))  # fmt: skip
    for path in ("register.members", "register.union_coverage", "register.persons"):
        answers = [one.get(f"/office/figures/{path}/").status_code for one in (street, firm, union)]
        assert answers == [404, 404, 200], path
    cases = [one.get("/office/figures/work.open/").status_code for one in (street, firm, union)]
    assert cases == [200, 404, 200]
    assert "工会会员人数" not in text(firm, "/office/figures/") and "工会会员人数" in text(union, "/office/figures/")
    assert twin.client(twin.person("enterprise_hr", "甲厂")).get("/office/figures/").status_code == 403


# sheets


def sheet(answer):
    """The rows of the sheet, and the note in front."""
    assert answer.status_code == 200, answer.status_code
    content = b"".join(answer)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    note = {row[0]: row[1] for row in book.get_sheet_by_name("说明").to_python()}
    return book.get_sheet_by_name("数据").to_python(), note


def test_a_list_is_taken_away_whole_with_its_method_and_stands_in_the_audit(folder, twin, monkeypatch):
    monkeypatch.setattr(lines, "CHUNK", 3)
    client, path = twin.client(twin.person("group_office")), "/office/figures/register.workers/"
    number = int(told(text(client, path)).replace(",", ""))
    rows, note = sheet(client.post(path, {"do": "list"}))
    assert rows[0] == ["对象", "单位", "日期"] and len(rows) == number + 1
    assert note["数值"] == f"{number} 人" and "期末与用人单位有用工关系" in note["口径"] and note["行数"] == str(number)
    assert note["计量单位"] == "人" and note["数据时点"] and "截至" in note["条件"]
    with acting_as_job("测试"):
        entry = AuditEntry.objects.filter(action="export").order_by("-pk").first()
    assert entry.details["page"] == "figures.show" and entry.details["rows"] == number


def test_the_parts_are_taken_away_as_numbers(folder, twin):
    client = twin.client(twin.person("leader"))
    rows, note = sheet(client.post("/office/figures/register.women_share/?by=form", {"do": "parts"}))
    assert rows[0] == ["用工形式", "数值（%）", "其中", "总数"]
    assert all(isinstance(cell, int | float) for row in rows[1:] for cell in row[2:]) and len(rows) > 1
    assert "性别没有登记的算在分母里" in note["口径"]


def test_a_list_of_persons_is_not_for_everybody_to_take_away(folder, twin):
    path = "/office/figures/register.workers/"
    for role, at, is_open in (("leader", "区", False), ("liaison", "甲街", False), ("union_officer", "甲街", True)):
        client = twin.client(twin.person(role, at))
        assert ("导出明细" in text(client, path)) == is_open, role
        answer = client.post(path, {"do": "list"})
        assert b"".join(answer).startswith(b"PK") == is_open, role
        assert answer.status_code == (200 if is_open else 404), role
    assert twin.client(twin.person("group_office")).post(path, {"do": "all"}).status_code == 404


def test_a_list_too_long_for_a_sheet_says_what_to_do(folder, twin, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_LINES", 1)
    client, path = twin.client(twin.person("group_office")), "/office/figures/register.workers/"
    answer = client.post(path, {"do": "list"})
    assert answer.status_code == 302
    assert "请到下级单位分别导出" in text(client, path)


def test_a_figure_is_shown_for_a_unit_below_and_for_no_other(folder, twin):
    street, own = twin.client(twin.person("liaison", "甲街")), twin.units["甲厂"].pk
    path = "/office/figures/register.workers/"
    page = text(street, f"{path}?unit={own}")
    assert twin.units["甲厂"].name in page and f"unit={own}" in page
    for other in (twin.units["乙街"].pk, twin.units["区"].pk, "x"):
        assert street.get(f"{path}?unit={other}").status_code == 404
        assert street.post(f"{path}?unit={other}", {"do": "parts"}).status_code == 404


def test_the_table_to_be_published_hides_what_is_told_of_few(folder, twin):
    """The last month that is over is what the page offers."""
    client, path = twin.client(twin.person("group_office")), "/office/figures/register.workers/"
    over = Period.month_of(clock.today()).before
    inside, _ = sheet(client.post(f"{path}?by=sex&period={over.text}", {"do": "parts"}))
    public, note = sheet(client.post(f"{path}publish/?by=sex", {"do": "publish"}))
    page = text(client, f"{path}publish/?by=nested")
    assert "以前公布的" in page and f"{clock.today():%Y-%m-%d}" in page and "公布并下载" in page
    assert public[0][0] == "分组" and public[-1][0] == "合计" and "对外公布" in note["条件"]
    assert over.label in note["条件"]
    few = [row for row in inside[1:] if 0 < row[1] < 5]
    assert all(row[1] != f"{number:g}" for row in public[1:] for _, number in few)


def test_a_table_that_could_be_subtracted_is_refused_with_what_to_do(folder, twin):
    firm, top = twin.client(twin.person("unit_admin", "甲厂")), twin.client(twin.person("group_office"))
    path, today = "/office/figures/register.workers/publish/", clock.today()
    for client, query, why in (
        (firm, "?by=sex", "由最上面的单位统一公布"), (top, f"?period={today}", "请选")):  # fmt: skip
        assert why in text(client, f"{path}{query}")
        assert client.post(f"{path}{query}", {"do": "publish"}).status_code == 422


_PART = r'<td data-label="分组"><a class="cell-link" href="([^"]+)"'


def test_a_part_opens_to_what_it_counts_and_a_figure_of_units_is_not_told_by_sex(folder, twin):
    client, path = twin.client(twin.person("group_office")), "/office/figures/register.workers/"
    page = text(client, f"{path}?by=sex")
    links = [unescape(one) for one in re.findall(_PART, page)]
    sizes = [
        int(one.replace(",", "")) for one in re.findall(r'data-label="数值" data-value="[^"]*">([\d,]+)</td>', page)
    ]
    assert (
        links
        and len(links) == len(sizes)
        and sum(sizes) == int(re.search(r"数的是这 ([\d,]+) 行", page)[1].replace(",", ""))
    )
    for link, size in zip(links, sizes, strict=True):
        shown = text(client, link.partition("#")[0])
        heading = re.search(rf'<h2 id="{link.partition("#")[2]}">([^<]+)</h2>', shown)
        assert heading and heading[1] == "明细", "the link leads to the list"
        assert f"数的是这 {size:,} 行" in shown and "只列性别：" in shown and "列出全部" in shown
        rows, note = sheet(client.post(link.partition("#")[0], {"do": "list"}))
        assert len(rows) - 1 == size and "性别：" in note["条件"]
    below = [unescape(one) for one in re.findall(_PART, text(client, path))]
    assert any("unit=" in one for one in below)
    assert {client.get(one.partition("#")[0]).status_code for one in below} == {200}
    for by, bucket in (
        ("sex", "'"),
        ("below", "abc"),
        ("below", "²"),
        ("park", "x"),
        ("ecosystem", "x"),
        ("below", "9" * 20),
    ):
        assert client.get(path, {"by": by, "bucket": bucket}).status_code == 404
    street = twin.client(twin.person("union_officer", "甲街"))
    assert street.get(path, {"by": "below", "bucket": twin.units["乙厂"].number}).status_code == 404
    firms = "/office/figures/register.enterprises/"
    assert client.get(f"{firms}?by=sex").status_code == 404 and client.get(f"{firms}?by=industry").status_code == 200
    assert "性别" not in text(client, firms).partition("构成")[2].partition("明细")[0]


def test_a_month_and_a_past_period_open(folder, twin):
    client, path = twin.client(twin.person("group_office")), "/office/figures/register.workers/"
    page = text(client, f"{path}?trend=1")
    months_ = re.findall(r'data-label="月份"><a class="cell-link" href="([^"]+)"', page)
    assert len(months_) == 13 and {client.get(unescape(one)).status_code for one in months_} == {200}
    before = Period.month_of(clock.today()).before.text
    assert f"period={before}" in page.partition("按月走势")[0]
