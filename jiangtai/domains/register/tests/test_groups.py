"""A pasted list is answered line by line and kept nowhere; groups are saved, shown within scope, and thrown away."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiangtai import people
from jiangtai.access import AuditEntry, acting_as_job
from jiangtai.domains.register.rules import entry_of, is_a_heading
from jiangtai.people import SavedGroup
from jiangtai.people.tests.invented import id_number, old_number, worker


def url(name, *args):
    return reverse(name, args=args)


def text_of(response):
    assert response.status_code in (200, 422), response.status_code
    return response.content.decode()


def audited(action):
    with acting_as_job("测试"):
        return [entry.details for entry in AuditEntry.objects.filter(action=action)]


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("李志强 519900198704123330", ("李志强", "519900198704123330")),
        ("李志强\t519900 19870412 333x", ("李志强", "519900198704123 33x".replace(" ", ""))),
        ("买买提·吐尔逊江，519900198704123330", ("买买提·吐尔逊江", "519900198704123330")),
        ("519900198704123330", ("", "519900198704123330")),
        ("519900870412333", ("", "519900870412333")),
        ("李志强", ("李志强", "")),
        ("李志强 1234", ("李志强 1234", "")),
        ("李志强\t519900198704123330\t甲厂有限公司", ("李志强", "519900198704123330")),
        ("12\t李志强\t男\t519900198704123330\t19900000100", ("李志强", "519900198704123330")),
        ("李志强\t19900000100\t51990019870412333x\t甲厂2车间", ("李志强", "51990019870412333x")),
        ("1、李志强 519900198704123330", ("李志强", "519900198704123330")),
        ("（1）李志强,519900870412333,钳工", ("李志强", "519900870412333")),
        ("1. Anna Schmidt 519900198704123330", ("Anna Schmidt", "519900198704123330")),
        ("2 519900 19870412 3330 甲厂", ("", "519900198704123330")),
        ("李志强\t51990019870412333\t甲厂", ("李志强", "51990019870412333")),
        ("李志强\t5199001987041233300\t甲厂", ("李志强", "5199001987041233300")),
    ],
)
def test_lines_are_read_as_people_paste_them(line, entry):
    assert entry_of(line) == entry


@pytest.mark.parametrize(
    "line", ["姓名\t身份证号\t单位", "序号 姓 名 公民身份号码", "身份证号码", "职工姓名,证件号码*"]
)
def test_a_line_of_headings_is_nobody(line):
    assert is_a_heading(line)
    assert not any(map(is_a_heading, ("李志强", "身份不明", f"姓名：李志强 身份证号：{id_number()}")))


def test_a_list_pasted_with_other_columns_is_answered_and_its_numbers_stay_masked(firm, sits):
    slip = f"{firm.number[:10]}O{firm.number[11:]}"
    lines = [
        "序号\t姓名\t身份证号\t单位",
        f"1\t李志强\t{firm.number}\t甲厂",
        f"2\t王芳\t{slip}\t甲厂",
        "3\t刘敏\t\t甲厂",
    ]
    page = text_of(sits("hr").post(url("people.check"), {"lines": "\n".join(lines)}))
    result = page[page.index("核对结果") : page.index("</table>")]
    assert "共 3 行" in result and "把在册的 1 人存为名单" in page
    assert "姓名不符" not in result and result.count("这一行没有身份证号") == 2 and "刘敏" in result
    assert firm.number not in result and slip not in result and slip[1:-1] not in result


def test_every_line_is_answered_and_nothing_is_stored(firm, sits):
    other = id_number("19770707")
    with acting_as_job("测试"):
        worker(firm.unit, "刘敏", id_number=other)
    lines = [
        f"李志强 {firm.number}", firm.number.lower(), f"王秀英 {firm.theirs}", id_number("19660606"),
        "519900198704123331", "没有号码", f"张冠李戴 {other}",
    ]  # fmt: skip
    page = text_of(sits("hr").post(url("people.check"), {"lines": "\n".join(lines)}))
    for words in ("共 7 行", "在册", "重复", "不在册", "号码有误", "姓名不符", "这一行没有身份证号", "登记为 刘敏"):
        assert words in page, words
    assert page.count("没有登记，或不在您的范围内") == 2, "who is out of reach is answered as who is not registered"
    result = page[page.index("核对结果") : page.index("</table>")]
    assert firm.number not in result and f"519900********{firm.number[-4:]}" in result
    assert "把在册的 1 人存为名单" in page
    assert audited("roster.looked_up") == [{"lines": 7, "found": 2}]
    assert not SavedGroup.unscoped.exists()


def test_an_old_number_finds_the_new_one(firm, sits):
    page = text_of(sits("hr").post(url("people.check"), {"lines": old_number(firm.number)}))
    assert "把在册的 1 人存为名单" in page


def test_a_pasted_list_is_saved_as_a_group(firm, sits):
    hr, lines = sits("hr"), f"{firm.number}\n{firm.theirs}"
    refused = text_of(hr.post(url("people.check"), {"lines": lines, "sure": "1", "name": " "}))
    assert "请填写名单的名称" in refused
    answer = hr.post(url("people.check"), {"lines": lines, "sure": "1", "name": "技能竞赛"})
    group = SavedGroup.unscoped.get()
    assert answer.url == url("saved.show", group.pk) and (group.name, group.unit) == ("技能竞赛", firm.unit)
    assert [one.person_id for one in group.members.all()] == [firm.li.pk]
    page = text_of(hr.get(answer.url))
    assert "李志强" in page and "技能竞赛" in page and "王秀英" not in page


def test_five_thousand_lines_cost_few_questions(firm, sits):
    hr = sits("hr")

    def asked(lines):
        with CaptureQueriesContext(connection) as caught:
            text_of(hr.post(url("people.check"), {"lines": "\n".join(lines)}))
        return len(caught)

    many = [id_number(f"19{year}0101", order) for year in (70, 80) for order in range(1, 501)]
    asked([firm.number])  # what is asked once a minute is asked now
    few = asked([firm.number])
    assert asked([firm.number, *many]) == few
    assert "有 5001 行" in text_of(hr.post(url("people.check"), {"lines": "1\n" * 5001}))


def test_the_chosen_of_the_roster_are_saved_across_pages_and_into_one_that_is_there(firm, sits):
    hr = sits("hr")
    with acting_as_job("测试"):
        for number in range(55):
            worker(firm.unit, f"李{chr(0x4E00 + number)}")
    asked = text_of(hr.post(url("people.list"), {"do": "group", "pick": [str(firm.li.pk)]}))
    assert "把选中的 1 人存为名单" in asked and str(firm.li.pk) in asked
    sent = {"do": "group", "confirmed": "1", "name": "甲"}
    assert hr.post(url("people.list"), {**sent, "pick": [str(firm.li.pk), str(firm.wang.pk)]}).status_code == 302
    group = SavedGroup.unscoped.get()
    assert [one.person_id for one in group.members.all()] == [firm.li.pk], "nobody beyond reach is put in"
    assert "把选中的 56 人存为名单" in text_of(hr.post(url("people.list"), {"do": "group", "all": "1"}))
    hr.post(url("people.list"), {**sent, "all": "1"})
    assert group.members.count() == 56 and SavedGroup.unscoped.count() == 1
    hr.post(f"{url('people.list')}?q=lzq", {**sent, "name": "乙", "all": "1"})
    assert SavedGroup.unscoped.get(name="乙").members.count() == 1
    page = text_of(hr.get(url("saved.list")))
    assert "56" in page and "企业人力资源" in page


def test_a_name_of_forty_one_signs_is_answered_wherever_it_is_given(firm, sits):
    hr, longest = sits("hr"), "技" * 40
    sent = {"do": "group", "confirmed": "1", "pick": [str(firm.li.pk)]}
    answer = hr.post(url("people.list"), {**sent, "name": longest + "能"}, follow=True)
    assert "不超过 40 个字" in text_of(answer)
    lines = {"lines": firm.number, "sure": "1"}
    assert "40" in text_of(hr.post(url("people.check"), {**lines, "name": longest + "能"}))
    assert not SavedGroup.unscoped.exists()
    assert hr.post(url("people.list"), {**sent, "name": longest}).status_code == 302
    assert SavedGroup.unscoped.get().name == longest


def saved(firm, sits, *persons):
    sits("hr").post(url("people.list"), {"do": "group", "confirmed": "1", "name": "甲", "pick": [str(firm.li.pk)]})
    group = SavedGroup.unscoped.get()
    for one in persons:
        group.members.create(person=one)
    return group


def test_scope_applies_when_it_is_read_and_another_unit_sees_no_group(firm, sits):
    group = saved(firm, sits, firm.wang)
    assert "王秀英" not in text_of(sits("hr").get(url("saved.show", group.pk)))
    for who in ("neighbour", "union", "keeper", "office"):
        assert sits(who).get(url("saved.show", group.pk)).status_code == 404, who
        assert sits(who).post(url("saved.delete", group.pk), {}).status_code == 404, who


def test_a_group_of_fifty_costs_no_more_questions_than_one_of_five(firm, sits):
    group, hr = saved(firm, sits), sits("hr")

    def asked(count):
        with acting_as_job("测试"):
            for number in range(group.members.count(), count):
                group.members.create(person=worker(firm.unit, f"李{chr(0x4E00 + number)}"))
        hr.get(url("saved.show", group.pk))
        with CaptureQueriesContext(connection) as caught:
            page = text_of(hr.get(url("saved.show", group.pk)))
        assert page.count('name="pick"') == count
        return len(caught)

    few = asked(5)
    assert asked(50) == few <= 20


def test_it_is_exported_with_an_entry_in_the_audit(firm, sits):
    group = saved(firm, sits, firm.wang)
    response = sits("hr").post(url("saved.show", group.pk), {"do": "export"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response))).get_sheet_by_index(1).to_python()
    assert [row[0] for row in rows[1:]] == ["李志强"]
    assert audited("export")[0]["page"] == "saved.show"


def test_some_are_taken_out_and_the_group_is_thrown_away_by_who_made_it(firm, sits, office):
    group, hr = saved(firm, sits), sits("hr")
    assert "职工档案不变" in text_of(hr.post(url("saved.show", group.pk), {"do": "take_out", "all": "1"}))
    hr.post(url("saved.show", group.pk), {"do": "take_out", "all": "1", "confirmed": "1"})
    assert group.members.count() == 0
    colleague = office.client(office.person("leader", "甲厂"))
    assert "由建立人删除" in text_of(colleague.post(url("saved.delete", group.pk), {}))
    assert "删除名单" not in text_of(colleague.get(url("saved.show", group.pk)))
    assert hr.post(url("saved.delete", group.pk), {}).url == url("saved.list")
    assert not SavedGroup.unscoped.exists()


def test_whoever_is_erased_stands_in_no_group(firm, sits, monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")
    group = saved(firm, sits)
    with acting_as_job("测试"):
        people.erase(firm.li, "本人申请")
    assert group.members.count() == 0
