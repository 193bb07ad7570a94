"""The roster and the pages about one person."""

import io
import re
from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangtai import people
from jiangtai.access import AuditEntry, acting_as_job
from jiangtai.domains.register import queries
from jiangtai.people import Employment, Person
from jiangtai.people.sources.tests.lists import loaded
from jiangtai.people.tests.invented import id_number, old_number, worker


def url(name, *args):
    return reverse(name, args=args)


def text_of(response):
    assert response.status_code in (200, 422), response.status_code
    return response.content.decode()


WORK = {"occupation": "铣工", "form": "contract", "is_production": "True", "on": "2026-08-01"}


def test_the_roster_shows_ones_own_and_nobody_elses(firm, sits):
    for who in ("hr", "union", "officer", "keeper"):
        page = text_of(sits(who).get(url("people.list")))
        assert "李志强" in page and "王秀英" not in page, who
        assert "519900********" in page and firm.number not in page
    page = text_of(sits("office").get(url("people.list")))
    assert "李志强" in page and "王秀英" in page
    assert sits("clerk").get(url("people.list")).status_code == 403


@pytest.mark.parametrize(
    ("query", "is_gathered"),
    [("", False), ("hukou=other_rural", True), ("production=yes", False), ("sort=sex", True), ("q=李志强", False)],
)
def test_the_first_page_of_many_gathers_nobody_but_to_count(firm, sits, monkeypatch, query, is_gathered):
    with acting_as_job("测试"):
        for number in range(60):
            worker(firm.unit, f"李{chr(0x4E00 + number)}")
    browser, path = sits("keeper"), f"{url('people.list')}?{query}"
    plain = text_of(browser.get(path))
    monkeypatch.setattr("jiangtai.people.scope._MANY", 1)
    monkeypatch.setattr("jiangtai.people.scope._NEWEST", 55)
    with CaptureQueriesContext(connection) as caught:
        page = text_of(browser.get(path))
    gathered = [one["sql"] for one in caught if "ANY(ARRAY(" in one["sql"] and "COUNT(" not in one["sql"]]
    assert bool(gathered) is is_gathered, gathered
    assert re.findall("李.", page) == re.findall("李.", plain)


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=李志强", True), ("q=李志", False), ("q=lzq", True),
        ("q=Li Zhiqiang", True), ("q=wxy", False), ("unit=甲厂", True), ("occupation=车工", True),
        ("occupation=电工", False),
        ("production=yes", True), ("production=no", False), ("member=yes", True), ("member=no", False),
        ("form=contract", True), ("hukou=other_rural", True), ("hukou=local_urban", False), ("education=20", False),
    ],
)  # fmt: skip
def test_conditions_narrow_the_roster(firm, sits, query, is_found):
    page = text_of(sits("hr").get(f"{url('people.list')}?{query}"))
    assert ("数控车工" in page) is is_found


@pytest.mark.parametrize("query", ["", "member=no", "member=yes", "q=lzq", "q=lzq&member=no"])
def test_the_count_is_that_of_the_rows(firm, sits, query):
    """However it is counted: some are members, some work at two firms, one is erased."""
    with acting_as_job("测试"):
        made = [worker(firm.unit, f"李{chr(0x4E00 + number)}") for number in range(7)]
        people.hire(made[0], firm.units["乙厂"], occupation="铣工")
        people.join_union(made[1], firm.units["甲厂工会"])
        people.erase(made[2], "测试")
    for who in ("hr", "union", "officer", "keeper", "office"):
        page = text_of(sits(who).get(f"{url('people.list')}?{query}"))
        rows = int(re.search(r"<b>(\d+)</b> 人", page)[1]) if "</b> 人" in page else 0
        assert rows == len(set(re.findall(r'href="/office/people/([0-9a-f-]{36})/"', page))), who


def test_a_list_of_some_of_the_roster_is_counted_by_its_own_rows(firm, sits):
    with acting_as_job("测试"):
        worker(firm.unit, "王伟")
    page = text_of(sits("office").get(url("quality.list", "phone")))
    assert "王伟" in page and "李志强" not in page
    assert len(set(re.findall(r'href="/office/people/([0-9a-f-]{36})/"', page))) == 2 and "<b>2</b> 人" in page


def test_fifty_names_are_asked_for_at_once(firm, sits):
    browser = sits("hr")

    def asked():
        browser.get(url("people.list"))
        with CaptureQueriesContext(connection) as caught:
            browser.get(url("people.list"))
        return [one["sql"] for one in caught if "set_config" not in one["sql"]]

    few = asked()
    with acting_as_job("测试"):
        for number in range(50):
            worker(firm.unit, f"李{chr(0x4E00 + number)}")
    many = asked()
    assert len(many) <= len(few), [sql for sql in many if sql not in few]
    assert sum("vault_" in sql for sql in many) == 1


def test_the_sheet_has_names_and_masked_numbers_and_the_audit_no_name(firm, sits):
    response = sits("hr").post(f"{url('people.list')}?q=李志强", {"do": "export"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response)))
    rows = sheet.get_sheet_by_index(1).to_python()
    assert rows[1][0] == "李志强" and rows[1][1] == f"519900********{firm.number[-4:]}"
    assert sits("leader").post(url("people.list"), {"do": "export"}).status_code == 404
    with acting_as_job("测试"):
        told = AuditEntry.objects.get(action="export")
    assert "李" not in str(told.details) + told.request


def test_one_persons_page_tells_the_whole_life(firm, sits):
    page = text_of(sits("hr").get(url("people.show", firm.li.pk)))
    for words in (
        "李志强",
        "1987-04-12",
        "外地农村",
        "数控车工",
        "甲厂工会委员会",
        "一线职工",
        "入职",
        "入会",
        "来源：入职登记",
    ):
        assert words in page, words
    assert firm.number not in page and "19900000100" not in page
    assert "显示</a>" in page
    assert "显示</a>" not in text_of(sits("leader").get(url("people.show", firm.li.pk)))


@pytest.mark.parametrize("who", ["neighbour", "hr"])
def test_a_strangers_person_is_not_there(firm, sits, who):
    theirs, work = (firm.li, firm.work) if who == "neighbour" else (firm.wang, firm.other)
    browser = sits(who)
    for path in (
        url("people.show", theirs.pk), url("people.edit", theirs.pk), url("people.phone", theirs.pk),
        url("people.join_union", theirs.pk), url("people.move", work.pk), url("people.leave", work.pk),
        url("people.leave_union", firm.member.pk) if who == "neighbour" else url("people.leave", work.pk),
        url("employers.show", work.unit_id), url("employers.edit", work.unit_id),
    ):  # fmt: skip
        assert browser.get(path).status_code == 404, path
        assert browser.post(path, {"why": "resigned", "on": "2026-09-01"}).status_code == 404, path
    rows = text_of(browser.get(f"{url('people.list')}?q={theirs.card.name}"))
    assert "没有符合条件的内容" in rows


def test_a_worker_is_registered_with_work_and_union(firm, sits):
    number = id_number("19950607")
    sent = {"name": "欧阳慕容雪", "id_number": old_number(id_number("19650607", 118)), "phone": "199 0000 0200",
            "unit": str(firm.unit.pk), **WORK}  # fmt: skip
    response = sits("hr").post(url("people.new"), sent)
    assert response.status_code == 302, text_of(response)
    page = text_of(sits("hr").get(response.url))
    assert "欧阳慕容雪" in page and "1965-06-07" in page and "铣工" in page
    union = {"name": "吾", "id_number": number, "union": str(firm.units["甲厂工会"].pk), **WORK, "occupation": ""}
    assert sits("union").post(url("people.new"), union).status_code == 302
    with acting_as_job("测试"):
        (made,) = people.find(id_number=number)
        assert people.membership_of(made.pk).unit == firm.units["甲厂工会"]
        assert people.employment_of(made.pk) is None


def test_forms_say_what_is_missing(firm, sits):
    page = text_of(sits("hr").post(url("people.new"), {"name": "李3", "id_number": "519900", "form": "contract"}))
    assert "请填写入职日期" in page and "请填写用人单位" in page and "工会组织" not in page
    page = text_of(sits("union").post(url("people.new"), {"name": "李3", "id_number": "519900", **WORK}))
    assert "用人单位和工会组织至少填一项" in page
    sent = {"name": "李3", "id_number": "519900", "unit": str(firm.unit.pk), **WORK}
    page = text_of(sits("hr").post(url("people.new"), sent))
    assert "姓名里有“3”" in page and "身份证号应为 18 位" in page
    sent["name"] = "李三"
    sent |= {"id_number": id_number(), "unit": str(firm.units["乙厂"].pk)}
    assert "没有找到" in text_of(sits("hr").post(url("people.new"), sent))


def test_who_is_known_is_taken_in_and_not_registered_again(firm, sits):
    sent = {"name": "王秀英", "id_number": firm.theirs, "unit": str(firm.unit.pk), **WORK}
    page = text_of(sits("hr").post(url("people.new"), sent))
    assert "该身份证号已登记，可办理调入" in page and "乙厂" not in page
    wrong = text_of(sits("hr").post(url("people.transfer"), {**sent, "name": "王秀兰"}))
    assert "姓名和号码都相符" in wrong
    assert sits("hr").post(url("people.transfer"), sent).status_code == 302
    page = text_of(sits("hr").get(url("people.show", firm.wang.pk)))
    assert "铣工" in page and "乙厂" not in page and "缝纫工" not in page
    assert "甲厂" not in text_of(sits("neighbour").get(url("people.show", firm.wang.pk)))
    own = text_of(sits("hr").post(url("people.new"), {**sent, "name": "李志强", "id_number": firm.number}))
    assert "已登记为“李志强”，在甲厂有限公司" in own


def test_details_are_put_right_and_the_form_shows_no_number(firm, sits):
    page = text_of(sits("hr").get(url("people.edit", firm.li.pk)))
    assert "现在是 199****0100，不改留空" in page and "19900000100" not in page
    sent = {"name": "李志刚", "phone": "19900000300", "hukou": "other_rural", "reason": "核对身份证"}
    assert sits("hr").post(url("people.edit", firm.li.pk), sent).status_code == 302
    page = text_of(sits("hr").get(url("people.show", firm.li.pk)))
    assert "李志刚" in page and "199****0300" in page and "变更内容：手机号" in page
    assert sits("officer").post(url("people.edit", firm.li.pk), sent).status_code == 403


def test_moving_leaving_and_the_union(firm, sits):
    form = text_of(sits("hr").get(url("people.move", firm.work.pk)))
    assert '<option value="True" selected>' in form
    moved = {"unit": str(firm.unit.pk), "occupation": "班组长", "form": "contract", "on": "2026-08-01",
             "is_production": "False"}  # fmt: skip
    assert sits("hr").post(url("people.move", firm.work.pk), moved).status_code == 302
    assert sits("hr").post(url("people.move", firm.work.pk), moved).status_code == 404
    work = people.employment_of(firm.li.pk)
    assert (work.occupation, work.is_production, work.since) == ("班组长", False, date(2026, 8, 1))
    early = {"why": "resigned", "on": "2026-07-01"}
    assert "早于起始日期" in text_of(sits("hr").post(url("people.leave", work.pk), early))
    left = sits("hr").post(url("people.leave", work.pk), {"why": "retired", "on": "2026-09-01"})
    assert left.url == url("people.list")
    assert sits("hr").get(url("people.show", firm.li.pk)).status_code == 404
    page = text_of(sits("union").get(url("people.show", firm.li.pk)))
    assert "班组长" in page and "退休" in page
    assert (
        sits("hr").post(url("people.leave_union", firm.member.pk), {"why": "removed", "on": "2026-09-01"}).status_code
        == 404
    )
    sits("union").post(url("people.leave_union", firm.member.pk), {"why": "transferred", "on": "2026-09-01"})
    assert people.membership_of(firm.li.pk) is None
    assert "李志强" in text_of(sits("office").get(url("people.list")))


def test_how_somebody_is_employed_may_be_unknown(firm, sits):
    hr, listed = sits("hr"), lambda query: text_of(sits("hr").get(f"{url('people.list')}?q=李志强&{query}"))
    moved = {"unit": str(firm.unit.pk), "occupation": "班组长", "form": "", "on": "2026-08-01"}
    assert hr.post(url("people.move", firm.work.pk), moved).status_code == 302
    work = people.employment_of(firm.li.pk)
    assert work.form == ""
    assert ["没有符合条件的内容" in listed(f"form={one}") for one in ("contract", "unknown")] == [True, False]
    page, form = (text_of(hr.get(one)) for one in (url("people.show", firm.li.pk), url("people.move", work.pk)))
    assert re.search(r"<td[^>]*>\s*未填", page) and '<option value="" selected>未填' in form


def test_whether_at_the_front_line_may_be_unknown(firm, sits):
    hr, listed = sits("hr"), lambda query: text_of(sits("hr").get(f"{url('people.list')}?q=李志强&{query}"))
    moved = {"unit": str(firm.unit.pk), "occupation": "班组长", "form": "contract", "on": "2026-08-01"}
    assert hr.post(url("people.move", firm.work.pk), moved).status_code == 302
    work = people.employment_of(firm.li.pk)
    assert work.is_production is None and people.share_of_production_workers([firm.li.pk, firm.wang.pk]) == (1, 1)
    nobody = ["没有符合条件的内容" in listed(f"production={one}") for one in ("yes", "no", "unknown")]
    assert nobody == [True, True, False]
    assert re.search(r"<td[^>]*>\s*未填", listed("production=unknown"))
    page = text_of(hr.get(url("people.show", firm.li.pk)))
    assert "未填" in page and "不知道是不是一线岗位" not in page  # the industry is unknown, too, and said first
    assert "其中一线职工" in (shown := text_of(hr.get(url("employers.show", firm.unit.pk)))) and "占" not in shown
    with acting_as_job("测试"):
        people.hire(worker(firm.units["乙厂"], "刘昪"), firm.unit, occupation="焊工", is_production=True)
    assert "1 人，占已填的 1 人的 100.0%" in text_of(hr.get(url("employers.show", firm.unit.pk)))


def test_the_union_lets_a_worker_of_its_firm_join(firm, sits):
    with acting_as_job("测试"):
        new = worker(firm.unit, "刘昪")
    sent = {"union": str(firm.units["甲厂工会"].pk), "on": "2026-09-01", "card_number": "6222000000001234"}
    assert sits("union").post(url("people.join_union", new.pk), sent).status_code == 302
    page = text_of(sits("union").get(url("people.show", new.pk)))
    assert "6222********1234" in page and "工会会员" in page
    again = text_of(sits("union").post(url("people.join_union", new.pk), sent))
    assert "已是“甲厂工会委员会”的会员" in again


def test_a_number_is_found_by_a_form(firm, sits):
    found = sits("hr").post(url("people.find"), {"id_number": firm.number})
    assert found.url == url("people.show", firm.li.pk)
    assert sits("hr").post(url("people.find"), {"phone": "19900000100"}).url == found.url
    assert "没有这个号码的人" in text_of(sits("hr").post(url("people.find"), {"id_number": firm.theirs}))
    assert "请填身份证号或手机号" in text_of(sits("hr").post(url("people.find"), {}))


@pytest.mark.parametrize("way", ["{0:.17}", "19900000100", "李志强", "{0:.16}00"])
def test_what_is_no_number_is_told_and_nobody_is_said_to_be_missing(firm, sits, way):
    """Whoever is told that nobody has it registers the same person once more."""
    answer = sits("hr").post(url("people.find"), {"id_number": way.format(firm.number)})
    page = text_of(answer)
    assert answer.status_code == 422 and "没有这个号码的人" not in page and "可以登记" not in page
    length = len(way.format(firm.number))
    assert (f"应为 18 位，这里是 {length} 位" if length != 18 else "末位校验不符") in page


def test_a_reveal_asks_why_and_stands_in_the_audit(firm, sits):
    path = url("people.id_number", firm.li.pk)
    assert firm.number not in text_of(sits("hr").get(path))
    page = text_of(sits("hr").post(path, {"reason": "核对身份"}))
    assert firm.number in page
    assert sits("leader").get(path).status_code == 403
    with acting_as_job("测试"):
        assert AuditEntry.objects.get(action="reveal").target == firm.li.pk


def test_more_namesakes_than_a_list_takes_are_said_to_be_more(firm, sits, monkeypatch):
    monkeypatch.setattr(queries, "MOST_NAMESAKES", 2)
    monkeypatch.setattr(queries, "MOST_HITS", 2)
    browser = sits("hr")
    with acting_as_job("测试"):
        worker(firm.unit, "刘志强")
    page = text_of(browser.get(f"{url('people.list')}?q=lzq"))
    assert "李志强" in page and "刘志强" in page and "只查了前 2 人" not in page
    with acting_as_job("测试"):
        worker(firm.unit, "卢中全", "电工")
    page = text_of(browser.get(f"{url('people.list')}?q=lzq&occupation=没有"))
    assert "只查了前 2 人" in page and "没有符合条件的内容" in page
    page = text_of(browser.get(f"{url('web.search')}?q=lzq"))
    assert "这里只列前 2 人" in page and "姓名加身份证后四位" in page


def test_the_search_finds_by_initials_and_with_the_last_four_and_sends_numbers_to_the_form(firm, sits):
    browser = sits("hr")
    for text in ("lzq", "lizhiqiang", f"李志强 {firm.number[-4:]}"):
        assert "数控车工" in text_of(browser.get(url("web.search"), {"q": text})), text
    for text in ("wxy", f"王秀英 {firm.theirs[-4:]}", f"李志强 {firm.theirs[-4:]}"):
        assert "缝纫工" not in text_of(browser.get(url("web.search"), {"q": text})), text
    for text in (firm.number, "199 0000 0100"):
        page = text_of(browser.get(url("web.search"), {"q": text}))
        assert "按号码查人" in page and "数控车工" not in page


def test_whom_somebody_looks_for_stands_in_no_address(firm, sits, office):
    browser = sits("hr")
    for page, more in (("people.list", {"production": "yes"}), ("web.search", {})):
        answer = browser.post(url(page), {"q": f"李志强 {firm.number[-4:]}", **more})
        assert answer.status_code == 302 and answer.url.startswith(f"{url(page)}?")
        asked = QueryDict(answer.url.partition("?")[2])
        assert asked["q"].startswith("~") and {**asked.dict(), **more} == asked.dict()
        assert "数控车工" in text_of(browser.get(answer.url))
        colleague = text_of(office.client(office.person("enterprise_union", "甲厂工会")).get(answer.url))
        assert 'value="李志强' not in colleague, "the seal is the account's own"
    hits = browser.post(url("web.search"), {"q": "李志强"}, headers={"HX-Request": "true", "HX-Target": "find-hits"})
    assert "数控车工" in text_of(hits)


def test_the_search_finds_by_full_name_within_reach(firm, sits):
    assert "数控车工" in text_of(sits("hr").get(f"{url('web.search')}?q=李志强"))
    assert "缝纫工" not in text_of(sits("hr").get(f"{url('web.search')}?q=王秀英"))
    picks = text_of(sits("union").get(f"{url('web.pick', '用人单位')}?q=甲厂"))
    assert "甲厂有限公司" in picks and "乙厂" not in picks


def test_an_erased_person_is_said_to_be_so(firm, sits, monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")
    with acting_as_job("测试"):
        people.erase(firm.li, "本人申请")
        assert Employment.objects.filter(Employment.NOW, unit=firm.unit).count() == 0
        assert Person.objects.get(pk=firm.li.pk).is_erased
    assert "已注销的档案" in text_of(sits("office").get(url("people.show", firm.li.pk)))
    assert "李志强" not in text_of(sits("office").get(url("people.list")))


def test_the_pocket_shows_ones_own_file_after_it_was_found(firm, office):
    browser = office.client(firm.account)
    assert "还没有找到您的档案" in text_of(browser.get(url("own.file")))
    assert "没有找到手机号为 199****0100、号码相符的档案" in text_of(
        browser.post(url("own.link"), {"id_number": firm.theirs})
    )
    office.person("enterprise_hr", "甲厂", "解兰")
    assert browser.post(url("own.link"), {"id_number": firm.number}).status_code == 302
    page = text_of(browser.get(url("own.file")))
    for words in (
        "李志强",
        "519900********",
        "199****0100",
        "甲厂有限公司",
        "甲厂工会委员会",
        "解兰",
        "入职",
        "登记建档",
    ):
        assert words in page, words
    assert firm.number not in page
    assert "已经关联" in text_of(browser.post(url("own.link"), {"id_number": firm.number}))
    assert "成长记录" in text_of(browser.get(url("web.growth")))
    assert "数控车工" in text_of(browser.get(url("web.errands")))


def test_certificates_of_skill_stand_on_the_page_masked_and_in_the_own_file_whole(firm, sits, office):
    told = {"name": "李志强", "id_number": firm.number, "phone": "19900000100", "occupation": "数控车工",
            "level": "三级/高级工", "certificate": "S000051990101264000017", "certified": "2026-05-08"}  # fmt: skip
    source = f"职业技能证书名册（{firm.units['局']}，截至 2026-08-31）"
    assert "技能等级证书" not in text_of(sits("hr").get(url("people.show", firm.li.pk)))
    with acting_as_job("测试"):
        loaded("certificates", firm.units["局"], told, day=date(2026, 8, 31))
        people.link_account(firm.account, firm.li)
        assert people.own_data(firm.account)["技能等级证书"] == [
            {"职业": "数控车工", "等级": "高级工（三级）", "编号": told["certificate"], "发证": date(2026, 5, 8)}
        ]
    page = text_of(sits("hr").get(url("people.show", firm.li.pk)))
    for words in (
        "技能等级证书",
        "高级工（三级）",
        "S000",
        "0017",
        "2026-05-08",
        source,
        "取得技能等级",
        "没有用人单位的算在所属工会",
    ):
        assert words in page, words
    assert told["certificate"] not in page
    for name in ("own.file", "growth"):
        page = text_of(office.client(firm.account).get(url(name) if name != "growth" else "/pocket/growth/"))
        for words in ("我的技能等级证书", "高级工（三级）", told["certificate"], "2026-05-08", source):
            assert words in page, (name, words)


def test_a_linked_worker_is_called_by_name_and_told_the_own_union(firm, office):
    browser = office.client(firm.account)
    assert "还没有关联档案" in text_of(browser.get(url("web.mine")))
    assert browser.post(url("own.link"), {"id_number": firm.number}).status_code == 302
    assert "<dd>李志强</dd>" in text_of(browser.get(url("web.mine")))
    home = text_of(browser.get(url("web.pocket")))
    assert "<h1>李志强，" in home and "甲厂工会委员会" in home
    for name in ("notices.square", "honors.hall", "credentials.verify"):
        assert f'href="{url(name)}"' in home, name


def test_nobody_links_a_strangers_file(firm, office):
    from jiangtai.access import accounts

    stranger = office.client(accounts.worker_of_phone("19900000999"))
    assert "没有找到" in text_of(stranger.post(url("own.link"), {"id_number": firm.number}))
    assert Client().get(url("own.file")).status_code == 302


def test_a_death_is_written_down_and_taken_back(firm, sits):
    office = sits("office")
    assert sits("hr").get(f"/office/people/{firm.li.pk}/died/").status_code == 403
    assert office.post(f"/office/people/{firm.li.pk}/died/", {"on": "2026-10-01"}).status_code == 422
    assert office.post(f"/office/people/{firm.li.pk}/died/", {"on": "2026-08-31"}).status_code == 302
    page = office.get(f"/office/people/{firm.li.pk}/").content.decode()
    assert "2026-08-31 去世" in page and "撤销去世登记" in page and "登记去世</a>" not in page
    assert sits("hr").get(f"/office/people/{firm.li.pk}/").status_code == 404
    assert office.post(f"/office/people/{firm.li.pk}/alive/", {"reason": "重名，登记错了"}).status_code == 302
    assert "登记去世" in office.get(f"/office/people/{firm.li.pk}/").content.decode()


def test_a_view_of_the_roster_is_kept_under_a_name_without_the_name_looked_for(firm, sits):
    hr, roster = sits("hr"), url("people.list")
    kept = hr.post(f"{roster}?q=李志强&production=yes&sort=birth_year", {"do": "keep-view", "name": "一线"})
    assert kept.status_code == 302
    (view,) = [one["view"] for one in hr.get(roster).context["views"]]
    assert (view.name, view.query) == ("一线", "production=yes&sort=birth_year")
    shown = hr.get(f"{roster}?{view.query}").context
    assert shown["total"] == 1 and shown["views"][0]["is_current"]
    assert not sits("neighbour").get(roster).context["views"]
