"""Handing a list in, as the liaison of a department and the personnel officer of a firm do it."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from jiangtai import people
from jiangtai.access import AuditEntry, accounts, acting_as, acting_as_job
from jiangtai.kernel import clock
from jiangtai.people import Person
from jiangtai.people.sources import Batch, compare_all, work_on
from jiangtai.people.sources.tests.lists import book, loaded, rows_of, sheet
from jiangtai.people.sources.tests.lists import text as plain
from jiangtai.people.tests.invented import id_number, worker


@pytest.fixture
def liaison(office):
    return office.client(office.person("liaison", "局"))


@pytest.fixture
def hr(office):
    return office.client(office.person("enterprise_hr", "甲厂"))


def table_of(answer) -> list[list]:
    """The first sheet of a workbook that was sent."""
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer)))
    return book.get_sheet_by_index(0).to_python()


def send(client, rows, name="名册.xlsx", source="social_insurance", **more):
    told = {"source": source, "as_of": "2026-07-31", "extent": "part", "file": sheet(rows, name)} | more
    return client.post("/office/batches/new/", told)


def batch_of(answer) -> Batch:
    assert answer.status_code == 302, answer.content.decode().partition('role="alert"')[2][:400]
    batch = Batch.unscoped.latest("pk")
    with acting_as_job("测试"):
        work_on(batch.pk)
    batch.refresh_from_db()
    return batch


def text(client, path) -> str:
    return client.get(path).content.decode()


def test_a_liaison_hands_in_a_list_looks_at_what_is_wrong_and_takes_over_the_rest(liaison):
    good, bad = id_number(), id_number()
    rows = rows_of(
        "social_insurance",
        {"name": "李志强", "id_number": good, "employer": "甲厂有限公司"},
        {"name": "王芳", "id_number": bad[:-2], "employer": "甲厂有限公司"},
        {"name": "赵六", "id_number": id_number(), "phone": "66668888"},
    )
    batch = batch_of(send(liaison, rows))
    assert (batch.state, batch.good, batch.failed, batch.hinted) == ("checked", 2, 1, 1)
    page = text(liaison, f"/office/batches/{batch.pk}/")
    assert "第 3 行" in page and "应为 18 位，这里是 16 位" in page and "导入 2 行" in page
    assert bad[:-2] not in page and not Person.unscoped.exists()
    answer = liaison.post(f"/office/batches/{batch.pk}/take/", follow=True)
    assert "正在导入" in answer.content.decode()
    with acting_as_job("测试"):
        work_on(batch.pk)
    page = text(liaison, f"/office/batches/{batch.pk}/")
    assert "已导入" in page and Person.unscoped.count() == 2


def test_lines_that_repeat_others_are_shown_though_nothing_else_is_wrong(liaison):
    told = {"name": "李志强", "id_number": id_number()}
    batch = batch_of(send(liaison, rows_of("social_insurance", told, told)))
    assert (batch.good, batch.failed, batch.hinted, batch.repeated) == (1, 0, 0, 1)
    page = text(liaison, f"/office/batches/{batch.pk}/")
    assert "逐行问题" in page and "第 3 行" in page and "与第 2 行是同一个人" in page


def test_how_many_lines_are_of_people_already_in_the_register_is_told_before_taking_over(liaison, office):
    number = id_number()
    with acting_as_job("测试"):
        worker(office.units["甲厂"], "李志强", id_number=number)
    told = [{"name": "李志强", "id_number": number}, {"name": "王芳", "id_number": id_number()}]
    batch = batch_of(send(liaison, rows_of("social_insurance", *told)))
    assert (batch.good, batch.known) == (2, 1)
    page = text(liaison, f"/office/batches/{batch.pk}/")
    assert re.search(r"其中已在册.*?>\s*1\b", page, re.S) and "不重复建档" in page


def test_sheets_of_people_that_were_not_read_are_named_and_a_whole_list_waits_for_one_sheet(liaison):
    pages = [rows_of("social_insurance", {"name": name, "id_number": id_number()}) for name in ("李志强", "王芳")]
    batch = batch_of(send(liaison, pages[0], file=book(dict(zip(("一车间", "二车间<b>"), pages, strict=True)))))
    assert (batch.state, batch.good, batch.unread) == ("checked", 1, ["二车间<b>"])
    page = text(liaison, f"/office/batches/{batch.pk}/")
    assert "一份文件只读一张工作表" in page and "“二车间&lt;b&gt;”" in page
    whole = batch_of(send(liaison, pages[0], file=book(dict(zip("甲乙", pages, strict=True))), extent="whole"))
    assert (whole.state, whole.unread) == ("refused", []) and "“乙”" in whole.why and "不再在册" in whole.why


def test_whoever_waits_for_the_look_gets_the_whole_page_once_it_is_over(liaison):
    send(liaison, rows_of("social_insurance", {"name": "李志强", "id_number": id_number()}))
    path = f"/office/batches/{Batch.unscoped.latest('pk').pk}/"
    asks = dict(
        re.findall(
            r'(id|hx-target|hx-select|hx-get)="([^"]*)"', text(liaison, path).partition('class="batch"')[2][:400]
        )
    )
    assert asks["hx-get"] == path and asks["hx-select"] == f"#{asks['id']}"
    again = {"HX-Request": "true", "HX-Target": asks["id"]}
    assert liaison.get(path, headers=again).status_code == 200
    with acting_as_job("测试"):
        work_on(Batch.unscoped.latest("pk").pk)
    answer = liaison.get(path, headers=again)
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")


def test_the_failed_lines_come_back_with_their_reason_and_go_up_again(liaison):
    number = id_number()
    rows = rows_of("social_insurance", {"name": "李志强", "id_number": id_number()}, {"name": "", "id_number": number})
    batch = batch_of(send(liaison, rows))
    answer = liaison.post(f"/office/batches/{batch.pk}/failed/")
    table = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    assert len(table) == 2 and table[0][-1] == "问题" and table[1][-1] == "姓名是空的，请补填"
    table[1][0] = "王芳"
    again = batch_of(send(liaison, table, "改好的.xlsx"))
    assert (again.state, again.good, again.failed) == ("checked", 1, 0)
    table[1][0] = ""
    once_more = batch_of(send(liaison, table, "还是不对.xlsx"))
    answer = liaison.post(f"/office/batches/{once_more.pk}/failed/")
    given = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    assert given[0].count("问题") == 1 and given[0] == table[0]


def test_columns_of_other_names_are_confirmed_once_and_remembered(liaison):
    rows = [["参保人名单"], ["职工", "公民身份号码", "缴费单位"], ["李志强", id_number(), "甲厂有限公司"]]
    batch = batch_of(send(liaison, rows))
    assert (batch.state, batch.fields) == ("mapping", ["", "id_number", "employer"])
    path = f"/office/batches/{batch.pk}/columns/"
    assert "选填" not in text(liaison, path)
    answer = liaison.post(path, {"column_0": "-", "column_1": "id_number", "column_2": "employer"})
    assert answer.status_code == 422 and "还没有指明哪一栏是姓名" in answer.content.decode()
    answer = liaison.post(path, {"column_0": "name", "column_1": "name", "column_2": "id_number"})
    assert answer.status_code == 422 and "选了两栏" in answer.content.decode()
    assert liaison.post(path, {"column_0": "name", "column_1": "id_number", "column_2": "employer"}).status_code == 302
    with acting_as_job("测试"):
        work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.good) == ("checked", 1)
    later = [*rows[:2], ["王芳", id_number(), "甲厂有限公司"]]
    assert batch_of(send(liaison, later, as_of="2026-08-31")).state == "checked"


def test_a_firm_sees_its_own_lists_and_offers_its_own_only(hr, liaison):
    batch = batch_of(send(liaison, rows_of("social_insurance", {"name": "李志强", "id_number": id_number()})))
    assert hr.get(f"/office/batches/{batch.pk}/").status_code == 404
    assert hr.post(f"/office/batches/{batch.pk}/take/").status_code == 404
    page = text(hr, "/office/batches/new/")
    assert "企业职工花名册" in page and "社会保险参保名册" not in page
    assert send(hr, rows_of("social_insurance"), source="social_insurance").status_code == 422


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("名册.xlsx", b"MZ\x90\x00" + b"\0" * 90, "可执行程序"),
        ("名册.csv", "姓名\x00身份证号".encode(), "认不出"),
        ("名册.xlsx", b"", "空"),
    ],
    ids=("a program", "no text", "empty"),
)
def test_a_hostile_file_is_refused_with_a_word_and_an_audit_row(liaison, name, content, words):
    from django.core.files.uploadedfile import SimpleUploadedFile

    told = {"source": "social_insurance", "as_of": "2026-07-31", "extent": "part"}
    answer = liaison.post("/office/batches/new/", told | {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Batch.unscoped.exists()
    if content:
        with acting_as_job("测试"):
            assert AuditEntry.objects.filter(action="refused", details__page="batches.new").exists()


def test_a_list_without_header_or_rows_is_refused_after_the_look(liaison):
    batch = batch_of(send(liaison, [["甲", "乙"], ["1", "2"]]))
    assert batch.state == "refused" and "没有找到表头" in batch.why and batch.file is None
    assert "没有找到表头" in text(liaison, f"/office/batches/{batch.pk}/")
    batch = batch_of(send(liaison, rows_of("social_insurance")))
    assert batch.state == "refused" and "没有数据" in batch.why


def test_giving_up_takes_the_file_away_and_lets_it_come_again(liaison):
    rows = rows_of("social_insurance", {"name": "李志强", "id_number": id_number()})
    batch = batch_of(send(liaison, rows))
    assert liaison.post(f"/office/batches/{batch.pk}/drop/").status_code == 302
    batch.refresh_from_db()
    assert (batch.state, batch.file) == ("dropped", None)
    assert batch_of(send(liaison, rows)).state == "checked"


def test_the_sources_page_says_who_is_late_and_gives_templates(liaison):
    page = text(liaison, "/office/sources/")
    assert "还没有报送" in page and "《" not in page.split("依据")[0]
    answer = liaison.get("/office/sources/social_insurance/template/")
    table = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    assert table[0][:2] == ["姓名", "身份证号"]
    assert liaison.get("/office/sources/nothing/template/").status_code == 404


def test_a_person_says_where_each_value_came_from(liaison, hr, office):
    told = {"name": "李志强", "id_number": id_number(), "phone": "19900000100", "employer": "甲厂有限公司"}
    batch = batch_of(send(liaison, rows_of("social_insurance", told)))
    liaison.post(f"/office/batches/{batch.pk}/take/")
    with acting_as_job("测试"):
        work_on(batch.pk)
        (person,) = people.find(id_number=told["id_number"])
    page = text(hr, f"/office/people/{person.pk}/")
    assert "信息来源" in page and "社会保险参保名册（截至 2026-07-31）" in page and "唯一来源" in page


def test_a_person_says_what_the_other_sources_say_to_who_reads_their_lists(office):
    told = {"name": "李志强", "id_number": id_number(), "employer": "甲厂有限公司"}
    lines = {
        "union_members": told | {"phone": "19900000188", "union": "甲厂工会委员会"},
        "employer_roster": told | {"phone": "19900000155", "hukou": "外地农村"},
        "social_insurance": told | {"phone": "19900000177", "hukou": "本地城镇"},
    }
    with acting_as_job("测试"):
        for at, (key, line) in zip(("工会", "甲厂", "局"), lines.items(), strict=True):
            loaded(key, office.units[at], line, day=date(2026, 8, 31))
        (person,) = people.find(id_number=told["id_number"])
        people.link_account(accounts.worker_of_phone("19900000188"), person)
    page = f"/office/people/{person.pk}/"
    names = {"工会": "工会会员名册", "甲厂": "企业职工花名册", "局": "社会保险参保名册"}
    said = {at: f"{names[at]}（截至 2026-08-31）" for at in names}
    firm, office_ = (office.client(office.person(*who)) for who in (("enterprise_hr", "甲厂"), ("group_office",)))
    text_of = {who: text(browser, page) for who, browser in (("firm", firm), ("office", office_))}
    assert f"{said['甲厂']}：199****0155" in text_of["office"] and f"{said['局']}：199****0177" in text_of["office"]
    assert f"{said['甲厂']}：外地农村" in text_of["office"], "as the page writes such a value"
    assert f"{said['甲厂']}：199****0155" in text_of["firm"], "its own list"
    assert said["局"] in text_of["firm"] and "199****0177" not in text_of["firm"], "only that it differs"
    own = text(office.client(accounts.worker_of_phone("19900000188")), "/pocket/file/")
    assert f"取自{said['工会']}，取优先来源" in own and f"不同说法：{said['局']}：199****0177" in own
    assert re.search(r"手机号.{,200}?199\*\*\*\*0188.{,200}?工会会员名册", text_of["office"], re.DOTALL), (
        "beside its own"
    )
    with acting_as_job("测试"):
        compare_all()
    listed = {who: text(browser, "/office/quality/disputes/") for who, browser in (("firm", firm), ("office", office_))}
    phones = f"手机号：登记 199****0188，取自{said['工会']}；"
    assert phones in listed["office"] and f"；{said['局']}：199****0177" in listed["office"]
    assert f"户籍：登记 本地城镇，取自{said['局']}；{said['甲厂']}：外地农村" in listed["office"]
    assert f"{said['甲厂']}：199****0155" in listed["firm"] and "199****0177" not in listed["firm"], (
        "its own list alone"
    )
    assert f"{said['局']}说法不同" in listed["firm"] and "工会会员名册" not in listed["firm"].partition("<table")[2]
    for shown in (*text_of.values(), *listed.values(), own):
        assert not [number for number in ("19900000155", "19900000177") if number in shown]
    sent = {"reason": "联系本人"}
    revealed = firm.post(f"{page}phone/", sent).content.decode()
    assert "19900000188" in revealed and "19900000155" in revealed and "19900000177" not in revealed
    assert "19900000177" in office_.post(f"{page}phone/", sent).content.decode()


def test_what_no_list_says_tells_who_entered_it_and_when_also_employment_and_membership(office):
    units, number = office.units, id_number()
    with acting_as(office.person("enterprise_hr", "甲厂")):
        person = worker(units["甲厂"], "李志强", id_number=number, phone="19900000100")
        people.change(person, education="20")
    with acting_as_job("测试"):
        people.hire(person, units["乙厂"], occupation="电工", on=date(2026, 9, 1))
        told = {"name": "李志强", "id_number": number}
        loaded("union_members", units["工会"], told | {"union": "甲厂工会委员会"}, day=date(2026, 7, 31))
        people.link_account(accounts.worker_of_phone("19900000100"), person)
    hr, other = (office.client(office.person("enterprise_hr", firm)) for firm in ("甲厂", "乙厂"))
    path, clerk = f"/office/people/{person.pk}/", office.person("enterprise_hr", "甲厂").name
    page = text(hr, path)
    assert page.count(f"登记（2026-09-01，经办 {clerk}）") >= 2, "of the phone and of the employment"
    assert f"更正（2026-09-01，经办 {clerk}）" in page, "of the schooling"
    assert "工会会员名册" not in page, "who is in the union is not told by the list"
    page = text(other, path)
    assert "登记（2026-09-01）" in page and f"经办 {clerk}" not in page, "who acts where else somebody works"
    union = text(office.client(office.person("enterprise_union", "甲厂工会")), path)
    assert union.count("工会会员名册（截至 2026-07-31）") >= 2, "of a detail and of the membership"
    own = text(office.client(accounts.worker_of_phone("19900000100")), "/pocket/file/")
    assert "来源：工会会员名册（截至 2026-07-31）" in own and f"来源：登记（2026-09-01，经办 {clerk}）" in own
    assert f"取自更正（2026-09-01，经办 {clerk}），以登记或更正为准" in own
    assert re.search(r"<span>[^<]*姓名、[^<]*</span><small>取自", own), "what stands on one word is said once"


def test_what_a_list_brought_and_no_list_says_any_more_is_not_called_entered_by_hand(office):
    told = {"name": "李志强", "id_number": id_number(), "employer": "甲厂有限公司"}
    with acting_as_job("测试"):
        loaded("social_insurance", office.units["局"], told, day=date(2026, 7, 31), is_whole=True)
        (person,) = people.find(id_number=told["id_number"])
        other = {"name": "王芳", "id_number": id_number()}
        loaded("social_insurance", office.units["局"], other, day=date(2026, 8, 31), is_whole=True)
    page = text(office.client(office.person("group_office")), f"/office/people/{person.pk}/")
    assert "社会保险参保名册（截至 2026-07-31，现在的名册里没有）" in page and "登记或更正（" not in page


def test_who_stands_above_looks_on_and_neither_decides_nor_takes_the_numbers_away(hr, office):
    rows = rows_of("employer_roster", {"name": "李志强", "id_number": id_number()}, {"name": "王芳", "id_number": "1"})
    batch = batch_of(send(hr, rows, source="employer_roster"))
    for role, unit in (("union_officer", "甲街"), ("group_office", "区")):
        above = office.client(office.person(role, unit))
        assert "放弃" not in text(above, f"/office/batches/{batch.pk}/")
        for what in ("columns", "take", "drop", "returned", "failed"):
            assert above.post(f"/office/batches/{batch.pk}/{what}/").status_code == 404
    batch.refresh_from_db()
    assert batch.state == "checked" and len(table_of(hr.post(f"/office/batches/{batch.pk}/failed/"))) == 2


def test_a_formula_in_a_heading_or_cell_comes_back_as_text(hr):
    rows = [["姓名", "身份证号", "=HYPERLINK(1)"], ["李志强", id_number(), "@SUM(1)"], ["王芳", "-", "+1"]]
    told = {"source": "employer_roster", "as_of": "2026-07-31", "extent": "part", "file": plain(rows)}
    batch = batch_of(hr.post("/office/batches/new/", told))
    fields = {f"column_{at}": name or "-" for at, name in enumerate(batch.fields)}
    assert hr.post(f"/office/batches/{batch.pk}/columns/", fields).status_code == 302
    with acting_as_job("测试"):
        work_on(batch.pk)
    file = b"".join(hr.post(f"/office/batches/{batch.pk}/returned/"))
    table = CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_index(0).to_python()
    assert [row[:3] for row in table] == rows, "nothing is put before what they wrote"
    parts = zipfile.ZipFile(BytesIO(file))
    assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert b"quotePrefix" in parts.read("xl/styles.xml"), "and it stays text when somebody edits it"


OFFICE_SHEET = [
    ["锦川区参保人员名册", "", "", "", "", "填报日期：2026-08-01"],
    ["基本情况", "", "", "参保情况"],
    ["备注", "姓名", "身份证号", "参保单位", "参保日期"],
    ["一 ", "李志强", "{good}", "甲厂有限公司", "2021年3月1日"],
    [],
    [" 二", "王芳", "12", "甲厂（有限）", "2021.3"],
    ["", "", "{other}", "甲厂有限公司", "", "", "旁注"],
    ["合计", "3 人"],
    ["制表人：张三"],
]


@pytest.mark.parametrize("make", [sheet, plain], ids=["xlsx", "csv"])
def test_the_users_own_file_comes_back_row_by_row_with_one_more_column(liaison, make):
    told = {"{good}": id_number(), "{other}": id_number()}
    rows = [[told.get(cell, cell) for cell in row] for row in OFFICE_SHEET]
    batch = batch_of(send(liaison, rows, file=make(rows)))
    assert batch.state == "mapping"
    fields = {f"column_{at}": name or "-" for at, name in enumerate(batch.fields)}
    assert liaison.post(f"/office/batches/{batch.pk}/columns/", fields).status_code == 302
    with acting_as_job("测试"):
        work_on(batch.pk)
    file = b"".join(liaison.post(f"/office/batches/{batch.pk}/returned/"))
    table = CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_index(0).to_python()
    width = len(rows[2])
    assert [[*row[:width], *row[width + 1 :]] for row in table] == [[*row, *[""] * (7 - len(row))] for row in rows]
    problems = {at: row[width] for at, row in enumerate(table, start=1) if row[width]}
    assert problems.keys() == {3, 6, 7} and problems[3] == "问题"
    assert "应为 18 位" in problems[6] and problems[7] == "姓名是空的，请补填"
    cells = zipfile.ZipFile(BytesIO(file)).read("xl/worksheets/sheet1.xml").decode()
    filled = dict(re.findall(r'r="([A-Z]+[67])" s="([0-9]+)"', cells))
    assert filled.keys() == {"C6", "B7"}, "the cells that are wrong, the empty one too"
    short = table_of(liaison.post(f"/office/batches/{batch.pk}/failed/"))
    assert [row[: width + 1] for row in short] == [table[at - 1][: width + 1] for at in (1, 2, 3, 6, 7)]
    short[3][2], short[4][1] = id_number(), "赵六"
    again = batch_of(send(liaison, short, "改好的.xlsx"))
    assert (again.state, again.good, again.failed) == ("checked", 2, 0)


def test_a_list_longer_than_a_sheet_is_told_and_not_cut_short(hr, monkeypatch):
    monkeypatch.setattr("jiangtai.people.sources.giving_back._MOST_ROWS", 3)
    rows = rows_of("employer_roster", *({"name": f"李{sign}", "id_number": "1"} for sign in "甲乙丙"))
    batch = batch_of(send(hr, rows, source="employer_roster"))
    assert "放不下，请改用" in hr.post(f"/office/batches/{batch.pk}/returned/", follow=True).content.decode()


def test_numbers_that_were_put_right_are_counted_and_open_to_their_lines(liaison):
    number = id_number("19790304", 111)
    wrong = number[:12] + str((int(number[12]) + 1) % 10) + number[13:]
    rows = rows_of(
        "social_insurance",
        {"name": "李志强", "id_number": id_number()},
        {"name": "王芳", "id_number": wrong, "birth": "1979-03-04"},
        {"name": "赵六", "id_number": id_number(), "phone": "66668888"},
    )
    batch = batch_of(send(liaison, rows))
    page = text(liaison, f"/office/batches/{batch.pk}/")
    assert (batch.good, batch.failed) == (3, 0) and "已按校验码更正 1 个证件号码" in page
    (opens,) = re.findall(r'href="(\?problem=[^"]+)"', page)
    section = text(liaison, f"/office/batches/{batch.pk}/{opens}").partition("按校验码更正的证件号码")[2]
    assert "第 3 行" in section.partition("</table>")[0] and "第 4 行" not in section.partition("</table>")[0]
    assert number not in page and wrong not in page


def test_whom_a_whole_list_no_longer_holds_opens_and_the_firm_is_asked(office):
    told = [{"name": name, "id_number": id_number(), "employer": firm} for name, firm in (
        ("李志强", "甲厂有限公司"), ("欧阳文静", "甲厂有限公司"), ("王芳", "乙厂有限公司"), ("赵敏", ""))]  # fmt: skip
    with acting_as_job("测试"):
        with clock.at(date(2026, 7, 1)):
            loaded("social_insurance", office.units["局"], *told, day=date(2026, 6, 30), is_whole=True)
        with clock.at(date(2026, 8, 1)):
            batch = loaded("social_insurance", office.units["局"], told[0], day=date(2026, 7, 31), is_whole=True)
        people.hire(people.find(name="欧阳文静")[0], office.units["乙厂"], occupation="电工")
    clerk, firm = office.client(office.person("group_office")), office.units["甲厂"]

    def names(client, path):
        return {row["cells"][0]["text"] for row in client.get(path).context["rows"]}

    page = text(clerk, f"/office/batches/{batch.pk}/")
    listed = f"/office/quality/left-out/?batch={batch.pk}"
    assert f'href="{listed}">3</a>' in page
    assert names(clerk, listed) == {"欧阳文静", "王芳", "赵敏"}
    for unit, name in (("甲厂", "欧阳文静"), ("乙厂", "王芳")):  # whoever began there since is not in question
        at = f"{listed}&firm={office.units[unit].pk}"
        assert at.replace("&", "&amp;") in page
        assert names(clerk, at) == {name}
    assert f"unit={firm.pk}&amp;topic=staying" in page
    form = clerk.get(f"/office/inquiries/ask/?unit={firm.pk}&topic=staying").context["form"]
    answer = clerk.post(
        "/office/inquiries/ask/", {"topic": "staying", "units": firm.name, "due": form.initial["due"], "note": ""}
    )
    assert answer.status_code == 302
    hr = office.client(office.person("enterprise_hr", "甲厂"))
    assert names(hr, "/office/quality/left-out/") == {"欧阳文静"}
    assert hr.get(listed).status_code == 404, "another's list"
    assert "/office/quality/left-out/" in text(hr, "/office/quality/"), "where the board leads there"
    with acting_as_job("测试"):
        people.leave(people.employments_of(people.find(name="欧阳文静")[0].pk)[0], why=people.LeavingReason.RETIRED)
    assert not names(hr, "/office/quality/left-out/")
    liaison = office.client(office.person("liaison", "局"))
    assert "left-out" not in text(liaison, f"/office/batches/{batch.pk}/")
    with acting_as_job("测试"):
        loaded("social_insurance", office.units["局"], *told[:3], day=date(2026, 8, 31), is_whole=True)
    assert names(clerk, listed) == {"赵敏"}


def test_a_list_that_says_the_same_a_month_later_is_confirmed(liaison, office):
    told = {"name": "李志强", "id_number": id_number(), "employer": "甲厂有限公司"}
    rows = rows_of("social_insurance", told)
    with acting_as_job("测试"):
        loaded("social_insurance", office.units["局"], told, day=date(2026, 6, 30))
    batch = batch_of(send(liaison, rows))
    page = text(liaison, f"/office/batches/{batch.pk}/")
    assert "确认仍然有效" in page and "不必导入" not in page
    assert "只记下截至 2026-07-31 仍然有效" in text(liaison, f"/office/batches/{batch.pk}/take/")
    assert liaison.post(f"/office/batches/{batch.pk}/take/").status_code == 302
    with acting_as_job("测试"):
        work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.persons, batch.changed) == ("done", 0, 0)
