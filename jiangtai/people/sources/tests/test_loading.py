"""From an office's file to the register, and once more."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection

from jiangtai import ledger, people, vault
from jiangtai.access import AuditEntry, Refused, accounts, acting_as_job
from jiangtai.kernel import clock
from jiangtai.people import Employment, Person, UnionMembership
from jiangtai.people.facts import EmploymentBegan, PersonRegistered
from jiangtai.people.sources import (
    REPAIRED,
    Batch,
    Doubt,
    Fault,
    Record,
    cells,
    compare_all,
    hand_in,
    left_out_lines,
    told_of,
    work_on,
)
from jiangtai.people.sources import reception as house
from jiangtai.people.sources.catalogue import SOCIAL_INSURANCE
from jiangtai.people.tests.invented import id_number

from .lists import DAY, handed_in, loaded, rows_of, sheet, text


@pytest.fixture(autouse=True)
def job(office, monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")
    with acting_as_job("测试"):
        yield office


def one(**values: str) -> dict[str, str]:
    number = values.get("id_number", id_number())
    return {"name": "李志强", "id_number": number, "phone": "19900000100", "employer": "甲厂有限公司"} | values


def left_out(batch: Batch) -> set[UUID]:
    return set(left_out_lines().filter(left_out_by=batch).values_list("who", flat=True))


def who(number: str) -> Person:
    (person,) = people.find(id_number=number)
    return person


def test_a_list_becomes_people_with_their_firm(office):
    first, second = one(name="李志强", since="2021年3月1日"), one(name="欧阳文静", phone="")
    batch = loaded("social_insurance", office.units["局"], first, second)
    assert (batch.state, batch.persons, batch.failed, batch.repeated) == ("done", 2, 0, 0)
    person = who(first["id_number"])
    assert person.card.name == "李志强" and person.sex and person.birth_year == 1988
    work = people.employment_of(person.pk)
    assert work and work.unit == office.units["甲厂"] and work.since == date(2021, 3, 1)
    facts = [row.label for row in ledger.life(person.pk)]
    assert sorted(facts) == ["入职", "登记建档"]
    row = ledger.every(EmploymentBegan).of(person.pk).get()
    assert (row.cause, row.cause_id, row.id) == ("import", batch.pk, work.fact)
    assert people.find(name="欧阳文静") == [who(second["id_number"])]


def test_a_loaded_person_lies_in_the_reach_of_the_firm_and_is_found_by_initials(office):
    told = one(name="欧阳文静")
    loaded("social_insurance", office.units["局"], told)
    from jiangtai.access import acting_as

    with acting_as(office.person("enterprise_hr", "甲厂")):
        assert [found.card.name for found in Person.objects.all()] == ["欧阳文静"]
        assert people.find(id_number=told["id_number"])
    with acting_as(office.person("enterprise_hr", "乙厂")):
        assert not Person.objects.exists() and not people.find(id_number=told["id_number"])


def test_the_same_file_twice_is_refused_and_the_same_content_changes_nothing(office):
    told = [one(), one(name="王芳")]
    loaded("social_insurance", office.units["局"], *told)
    with pytest.raises(Refused, match=r"已于 .* 报送过"):
        hand_in(SOCIAL_INSURANCE, office.units["局"], sheet(rows_of("social_insurance", *told)), as_of=DAY)
    again = handed_in("social_insurance", office.units["局"], text(rows_of("social_insurance", *told)))
    assert (again.state, again.good, again.repeated) == ("checked", 0, 2)
    assert Person.unscoped.count() == 2 and Record.objects.count() == 2


def test_a_line_that_repeats_another_of_the_file_is_told_which_and_goes_in_once(office):
    """Also where the number is written in another way; at two firms it is two lines."""
    told = one()
    lines = (told, told | {"id_number": f" {told['id_number'].lower()}", "phone": "19900000111"}, one(name="王芳"),
             told | {"employer": "乙厂有限公司"}, told)  # fmt: skip
    batch = loaded("social_insurance", office.units["局"], *lines)
    assert (batch.good, batch.repeated, batch.failed, batch.persons) == (3, 2, 0, 2)
    words = dict(batch.faults.filter(words__contains="同一个人").values_list("line", "words"))
    assert set(words) == {3, 6} and all("与第 2 行" in one for one in words.values())
    person = who(told["id_number"])
    assert person.card.phone == "199****0100" and len(people.employments_of(person.pk)) == 2


@pytest.mark.parametrize("part", [1, 2, 100])
def test_a_number_that_a_list_gives_to_two_people_is_neithers_whatever_the_parts(office, monkeypatch, part):
    """A cell dragged down; whose number it is nobody can say, at whichever firm."""
    monkeypatch.setattr(house, "PART", part)
    told = one(name="李明")
    lines = (told, one(name="赵强"), told | {"name": "王芳", "employer": "乙厂有限公司"}, told | {"name": "李小明"},
             one(name="周杰"), told | {"name": "王芳"})  # fmt: skip
    batch = loaded("social_insurance", office.units["局"], *lines)
    assert (batch.seen, batch.good, batch.failed, batch.repeated, batch.persons) == (6, 2, 4, 0, 2)
    words = dict(batch.faults.values_list("line", "words"))
    assert {line: said[:6] for line, said in words.items()} == {
        2: "与第 4 行", 4: "与第 2 行", 5: "与第 4 行", 7: "与第 2 行"
    }  # fmt: skip
    assert all("身份证号相同而姓名不同" in said and said.endswith("请照证件核对") for said in words.values())
    assert not people.find(id_number=told["id_number"])


def test_a_check_that_crashed_tells_of_a_shared_number_as_ever(office, monkeypatch):
    monkeypatch.setattr(house, "PART", 1)
    told, note, rounds = one(name="李明"), house._note, []

    def dying(batch, entries):
        rounds.append([entry.number for entry in entries])
        if len(rounds) in (2, 6):
            raise RuntimeError("killed")
        note(batch, entries)

    monkeypatch.setattr(house, "_note", dying)
    lines = rows_of("social_insurance", told, one(name="赵强"), told | {"name": "王芳"})
    batch = hand_in(SOCIAL_INSURANCE, office.units["局"], sheet(lines), as_of=DAY)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            work_on(batch.pk)
    work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.seen, batch.good, batch.failed) == ("checked", 3, 1, 2)
    assert sorted(batch.faults.values_list("line", flat=True)) == [2, 4]


def test_a_later_list_puts_right_what_changed_and_remembers_what_it_said(office):
    told = one()
    loaded("social_insurance", office.units["局"], told)
    later = DAY + timedelta(days=31)
    batch = loaded("social_insurance", office.units["局"], told | {"phone": "19900000199"}, day=later)
    assert (batch.persons, batch.changed) == (0, 1)
    person = who(told["id_number"])
    assert person.card.phone == "199****0199" and people.find(phone="19900000199") == [person]
    assert not people.find(phone="19900000100")
    assert [(row.since, row.until) for row in Record.objects.order_by("since")] == [(DAY, later), (later, None)]
    assert "信息变更" in [row.label for row in ledger.life(person.pk)]


def test_what_somebody_put_right_by_hand_no_list_undoes(office):
    told = one()
    loaded("social_insurance", office.units["局"], told)
    people.change(who(told["id_number"]), phone="19900000155")
    loaded("taxes", office.units["局"], told | {"phone": "19900000177"})
    person = who(told["id_number"])
    assert person.card.phone == "199****0155"
    (said,) = [row for row in told_of(person) if row.field == "phone"]
    assert said.choice.rule == "以登记或更正为准" and len(said.others) == 2


def test_a_list_without_a_column_makes_nothing_of_what_it_brought_before_to_be_by_hand(office):
    """Who brought a value is known by its fact: it stands as that list's word, until the same source says otherwise."""
    told, bureau = one(), office.units["局"]
    loaded("taxes", bureau, told)
    loaded("taxes", bureau, told | {"phone": ""}, day=DAY + timedelta(days=1))
    person = who(told["id_number"])
    (said,) = [row for row in told_of(person) if row.field == "phone"]
    assert (said.choice.rule, said.source) == ("唯一来源", f"个人所得税扣缴单位名册（截至 {DAY}，现在的名册里没有）")
    loaded("schools", bureau, told | {"phone": "19900000111"}, day=DAY + timedelta(days=2))
    assert who(told["id_number"]).card.phone == "199****0100", "a source that is believed less"
    (said,) = [row for row in told_of(person) if row.field == "phone"]
    assert (said.choice.rule, len(said.others)) == ("取优先来源", 1)
    loaded("taxes", bureau, told | {"phone": "19900000199"}, day=DAY + timedelta(days=2))
    assert who(told["id_number"]).card.phone == "199****0199"


def test_whom_a_whole_list_left_out_it_may_bring_anew_with_another_phone(office):
    told, bureau = one(), office.units["局"]
    loaded("taxes", bureau, told, is_whole=True)
    loaded("taxes", bureau, one(name="王芳"), day=DAY + timedelta(days=1), is_whole=True)
    back = told | {"phone": "19900000199"}
    loaded("taxes", bureau, back, one(name="王芳"), day=DAY + timedelta(days=2), is_whole=True)
    assert who(told["id_number"]).card.phone == "199****0199"


def test_what_was_entered_with_the_person_no_list_undoes(office):
    number = id_number()
    firm = office.units["甲厂"]
    person = people.register(unit=firm, name="李志强", id_number=number, phone="19900000155")
    people.hire(person, firm, occupation="焊工", on=DAY)
    loaded("taxes", office.units["局"], one(id_number=number))
    assert who(number).card.phone == "199****0155"
    (said,) = [row for row in told_of(person) if row.field == "phone"]
    assert said.choice.rule == "以登记或更正为准"


def test_the_source_that_is_believed_more_wins_and_the_other_is_shown(office):
    told = one()
    loaded("taxes", office.units["局"], told | {"phone": "19900000177"})
    loaded("union_members", office.units["工会"], told | {"phone": "19900000188", "union": "甲厂工会委员会"})
    person = who(told["id_number"])
    assert person.card.phone == "199****0188"
    loaded("taxes", office.units["局"], told | {"phone": "19900000166"}, day=DAY + timedelta(days=1))
    assert who(told["id_number"]).card.phone == "199****0188"
    (said,) = [row for row in told_of(person) if row.field == "phone"]
    assert (said.source, said.choice.rule) == ("工会会员名册（截至 2026-09-30）", "取优先来源")


def of_phone(told: dict[str, str]):
    (said,) = [row for row in told_of(who(told["id_number"])) if row.field == "phone"]
    return said.choice.rule, [one.words for one in said.others]


def test_sources_that_agree_are_told_to(office):
    told = one()
    for key in ("taxes", "social_insurance"):
        loaded(key, office.units["局"], told)
    assert of_phone(told) == ("各来源一致", [])


def test_a_list_that_says_what_was_put_right_by_hand_does_not_say_otherwise(office):
    told = one()
    loaded("social_insurance", office.units["局"], told)
    people.change(who(told["id_number"]), phone="19900000155")
    loaded("taxes", office.units["局"], told | {"phone": "19900000155"})
    assert of_phone(told) == ("以登记或更正为准", ["社会保险参保名册（截至 2026-09-30）：199****0100"])


def test_a_source_that_is_old_gives_way_once_another_says_so_anew(office):
    """Until then the register stands, and the page does not pretend that another was chosen."""
    told = one()
    loaded("union_members", office.units["工会"], told | {"phone": "19900000188", "union": "甲厂工会委员会"})
    loaded("taxes", office.units["局"], told | {"phone": "19900000177"})
    later = DAY + timedelta(days=200)
    union = "工会会员名册（截至 2026-09-30）：199****0188"
    with clock.at(later):
        loaded("taxes", office.units["局"], told | {"phone": "19900000177"}, {"name": "王芳", "id_number": id_number()},
               day=later)  # fmt: skip
        assert of_phone(told) == (
            "名册说法不同，登记的不自动改", [f"个人所得税扣缴单位名册（截至 {later}）：199****0177"]
        )  # fmt: skip
        assert who(told["id_number"]).card.phone == "199****0188"
        loaded("taxes", office.units["局"], told | {"phone": "19900000166"}, day=later)
        assert of_phone(told) == ("优先来源已过期，取未过期的", [union])
        assert who(told["id_number"]).card.phone == "199****0166"


def test_who_has_no_number_is_met_by_name_birthday_and_phone(office):
    told = one(name="欧阳文静", id_number=id_number("19790303"))
    loaded("social_insurance", office.units["局"], told)
    batch = loaded(
        "certificates", office.units["局"],
        {"name": "欧阳文静", "birth": "1979.3.3", "phone": "19900000100", "employer": "甲厂有限公司"},
    )  # fmt: skip
    assert (batch.persons, Person.unscoped.count(), Record.objects.filter(person=who(told["id_number"])).count()) == (
        0,
        1,
        2,
    )


def test_lines_of_one_list_that_share_all_but_the_number_are_one_person(office):
    """At two firms, one line with the number and one without; two numbers for all the same say nothing."""
    told = {"name": "周敏", "birth": "1985-03-15", "phone": "19900000100"}
    at = [{"employer": "甲厂有限公司"}, {"employer": "乙厂有限公司"}]
    loaded("certificates", office.units["局"], told | at[0], told | at[1], told | {"phone": "19900000101"} | at[0])
    assert Person.unscoped.count() == 2
    other = {"name": "王芳", "birth": "1990-02-02", "phone": "19900000102"}
    number = {"id_number": id_number("19900202", order=2)}
    loaded("certificates", office.units["局"], other | at[0], other | number | at[1], day=DAY + timedelta(days=1))
    assert Person.unscoped.count() == 3
    (wang,) = people.find(**number)
    assert Record.objects.filter(person=wang).count() == 2
    twice = {"name": "李娜", "birth": "1990-02-02", "phone": "19900000103"}
    lines = [twice | {"id_number": id_number("19900202", order=order)} | at[0] for order in (4, 6)]
    loaded("certificates", office.units["局"], *lines, twice | at[1], day=DAY + timedelta(days=2))
    assert Person.unscoped.count() == 6


def test_a_namesake_of_another_birthday_is_another_person(office):
    loaded("social_insurance", office.units["局"], one(id_number=id_number("19790303")))
    batch = loaded(
        "certificates", office.units["局"], {"name": "李志强", "birth": "1990-01-01", "phone": "19900000177"}
    )
    assert (batch.persons, Person.unscoped.count()) == (1, 2)


def test_who_may_be_meant_is_left_to_a_person(office, monkeypatch):
    monkeypatch.setattr("jiangtai.people.sources.matching.SURE", 1.1)
    loaded("social_insurance", office.units["局"], one(id_number=id_number("19790303")))
    batch = loaded(
        "certificates", office.units["局"], {"name": "李志强", "birth": "1979-03-03", "phone": "19900000100"}
    )
    assert (batch.persons, batch.doubts) == (1, 1)
    doubt = Doubt.objects.get()
    assert doubt.one != doubt.other and 0.5 < doubt.odds <= 1


def test_a_number_under_another_name_is_told_before_anything_is_taken(office):
    told = one()
    loaded("social_insurance", office.units["局"], told)
    other = told | {"name": "赵铁柱"}
    batch = handed_in("taxes", office.units["局"], sheet(rows_of("taxes", other, one(name="王芳"))))
    words = batch.faults.get().words
    assert (batch.failed, batch.good) == (1, 1) and "另一个姓名" in words and "李志强" not in words
    house.take_over(batch)
    work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.failed, batch.good, batch.persons, batch.faults.count()) == (1, 1, 1, 1), "and once only"
    assert who(told["id_number"]).card.name == "李志强"


def test_what_the_check_called_wrong_stays_out_also_where_the_register_changed_since(office):
    told = one()
    loaded("social_insurance", office.units["局"], told)
    lines = rows_of("taxes", told | {"name": "赵铁柱", "phone": "19900000155"}, one(name="王芳"))
    batch = handed_in("taxes", office.units["局"], sheet(lines))
    people.change(who(told["id_number"]), name="赵铁柱", reason="改名")
    house.take_over(batch)
    work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.failed, batch.good, batch.persons) == (1, 1, 1)
    assert who(told["id_number"]).card.phone == "199****0100"


def test_a_number_that_came_under_another_name_since_the_check_is_told_after_loading(office):
    told = one()
    batch = handed_in("taxes", office.units["局"], sheet(rows_of("taxes", told | {"name": "赵铁柱"})))
    assert (batch.failed, batch.good) == (0, 1)
    loaded("social_insurance", office.units["局"], told)
    house.take_over(batch)
    work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.failed, batch.good, batch.persons) == (1, 0, 0)


def slipped(number: str, place: int) -> str:
    """The number with one digit wrong."""
    return number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]


def test_a_slip_in_the_birthday_of_a_number_is_put_right_and_said(office):
    numbers = [id_number("19790304", order) for order in (111, 133, 155, 177)]
    wrong = [
        slipped(numbers[0], 12), numbers[1][:8] + numbers[1][9] + numbers[1][8] + numbers[1][10:],
        numbers[2][:9] + numbers[2][10:], f" {slipped(numbers[3], 7)}",
    ]  # fmt: skip
    lines = [
        one(name=name, id_number=number, birth="1979年3月4日", sex="男")
        for name, number in zip("甲乙丙丁", wrong, strict=True)
    ]
    lines = [line | {"name": f"李{line['name']}"} for line in lines]
    batch = loaded("social_insurance", office.units["局"], *lines)
    assert (batch.persons, batch.failed, batch.hinted) == (4, 0, 4)
    assert set(batch.faults.values_list("words", flat=True)) == {REPAIRED}
    assert [who(number).card.name for number in numbers] == ["李甲", "李乙", "李丙", "李丁"]


@pytest.mark.parametrize(
    "values",
    [{"birth": ""}, {"birth": "1979-03-05"}, {"sex": "女"}, {"place": 3}, {"place": 17}, {"birth": "1979年3月"}],
    ids=str,
)
def test_a_slip_that_the_line_does_not_settle_fails_as_ever(office, values):
    number = id_number("19790304", 111)
    told = one(id_number=slipped(number, values.get("place", 12)), birth="1979-03-04", sex="男") | values
    batch = handed_in("social_insurance", office.units["局"], sheet(rows_of("social_insurance", told)))
    assert (batch.good, batch.failed) == (0, 1) and REPAIRED not in batch.faults.values_list("words", flat=True)


def test_a_number_put_right_that_is_anothers_fails(office):
    told = one(id_number=id_number("19790304", 111))
    loaded("social_insurance", office.units["局"], told)
    other = {"name": "赵铁柱", "id_number": slipped(told["id_number"], 12), "birth": "1979-03-04"}
    batch = handed_in("social_insurance", office.units["局"], sheet(rows_of("social_insurance", other)))
    assert (batch.good, batch.failed) == (0, 1)
    assert any("另一个姓名" in words for words in batch.faults.values_list("words", flat=True))


def test_a_firm_hands_in_its_own_people_only(office):
    mine, theirs = one(employer=""), one(name="王芳", employer="乙厂有限公司")
    upload = sheet(rows_of("employer_roster", mine | {"occupation": "焊工", "is_production": "是"}, theirs))
    batch = handed_in("employer_roster", office.units["甲厂"], upload)
    assert (batch.good, batch.failed) == (1, 1) and "别的单位" in batch.faults.get().words
    (entry,) = AuditEntry.objects.filter(action="source.strangers", target=batch.pk)
    assert (entry.outcome, entry.details) == ("refused", {"lines": 1})
    house.take_over(batch)
    work_on(batch.pk)
    work = people.employment_of(who(mine["id_number"]).pk)
    assert work and (work.unit, work.occupation, work.is_production) == (office.units["甲厂"], "焊工", True)
    assert not people.find(id_number=theirs["id_number"])


def test_a_list_that_says_nothing_of_the_front_line_says_no_no(office):
    told = {number: one(name=name, id_number=id_number("19790303", number)) for number, name in enumerate("赵钱孙", 1)}
    said = {1: {"is_production": "是"}, 2: {"is_production": "否"}, 3: {"is_production": ""}}
    loaded("employer_roster", office.units["甲厂"], *(told[one] | {"employer": ""} | said[one] for one in told))
    works = [people.employment_of(who(told[one]["id_number"]).pk) for one in told]
    assert [work.is_production for work in works] == [True, False, None]
    facts = [ledger.every(people.EmploymentBegan).of(work.person_id).get().payload for work in works]
    assert [fact.get("is_production") for fact in facts] == [True, False, None]
    later = {1: "否", 2: "", 3: "是"}
    again = (told[one] | {"employer": "", "is_production": later[one]} for one in told)
    loaded("employer_roster", office.units["甲厂"], *again)
    works = [people.employment_of(work.person_id) for work in works]
    assert [work and work.is_production for work in works] == [True, False, True], "what nobody had said is filled in"


def test_a_form_of_work_that_no_list_said_is_unknown_until_one_says_it(office):
    """A cell that cannot be read says nothing either; a pension ends such work as it does a labour contract."""
    silent, garbled = (
        one(name=name, id_number=id_number("19790303", number), employer="") for number, name in enumerate("赵钱", 1)
    )
    told = {"is_production": "是", "occupation": "焊工"}
    loaded("employer_roster", office.units["甲厂"], silent | told, garbled | told | {"form": "聘用制"})
    people.describe(office.units["甲厂"], industry="C34")
    for line in (silent, garbled):
        work = people.employment_of(who(line["id_number"]).pk)
        assert (work.form, work.get_form_display()) == ("", "未填")
        began = ledger.every(people.EmploymentBegan).of(work.person_id).get()
        assert "form" not in began.payload and began.fact.form is None
        assert people.is_industrial_worker([work]).words == "不知道用工形式，请补填"
    for form in ("劳务派遣", "劳动合同"):
        loaded("employer_roster", office.units["甲厂"], garbled | told | {"form": form})
        assert people.employment_of(who(garbled["id_number"]).pk).form == "dispatched"
    person, day = who(silent["id_number"]), DAY + timedelta(days=1)
    gone = silent | {"state": "退休", "left": DAY.isoformat()}
    loaded("social_insurance", office.units["局"], gone, day=day)
    assert people.employment_of(person.pk) is None


def test_an_occupation_that_nobody_had_said_is_filled_in_and_one_that_was_said_stays(office):
    told = [one(name=name, id_number=id_number("19790303", number)) for number, name in enumerate("赵钱", 1)]
    loaded("taxes", office.units["局"], *told)
    for occupation in ("焊工", "行政专员"):
        batch = loaded("employer_roster", office.units["甲厂"], told[0] | {"employer": "", "occupation": occupation})
        work = people.employment_of(who(told[0]["id_number"]).pk)
        assert work and work.occupation == "焊工", "what was said is changed by no list"
        assert ledger.every(people.EmploymentBegan).of(work.person_id).get().payload["occupation"] == "焊工"
        assert batch.changed == (occupation == "焊工")


def test_a_firm_cannot_fish_for_others_by_name_and_birthday(office):
    told = one(id_number=id_number("19790303"), employer="乙厂有限公司")
    loaded("social_insurance", office.units["局"], told)
    other = {"name": "李志强", "id_number": id_number("19790303"), "phone": "19900000100"}
    loaded("employer_roster", office.units["甲厂"], other)
    assert [work.unit for work in people.employments_of(who(told["id_number"]).pk)] == [office.units["乙厂"]]


def test_members_join_their_union_and_nobody_is_moved_by_a_list(office):
    told = one()
    loaded("union_members", office.units["工会"], told | {"union": "甲厂工会委员会", "joined": "2020/5/1"})
    person = who(told["id_number"])
    assert people.membership_of(person.pk).unit == office.units["甲厂工会"]
    later = told | {"union": "测试区总工会"}
    batch = loaded("union_members", office.units["工会"], later, day=DAY + timedelta(days=1))
    assert UnionMembership.unscoped.get().unit == office.units["甲厂工会"]
    assert batch.hinted == 0 and "先由原工会" in batch.faults.get().words


def test_leaving_retiring_and_dying_end_the_employment(office):
    staying, leaving = one(), one(name="王芳")
    loaded("social_insurance", office.units["局"], staying, leaving)
    later = DAY + timedelta(days=31)
    gone = leaving | {"state": "退休", "left": "2026-10-15"}
    loaded("social_insurance", office.units["局"], staying, gone, day=later)
    work = Employment.unscoped.get(person=who(leaving["id_number"]))
    assert (work.until, work.why) == (date(2026, 10, 15), "retired")
    assert people.employment_of(who(staying["id_number"]).pk)


def test_a_whole_list_ends_the_records_it_no_longer_holds_and_no_employment(office):
    staying, leaving = one(), one(name="王芳")
    loaded("social_insurance", office.units["局"], staying, leaving, is_whole=True)
    later = DAY + timedelta(days=31)
    batch = loaded("social_insurance", office.units["局"], staying, one(name="新人甲"), day=later, is_whole=True)
    assert batch.ended == 1
    assert Record.objects.get(person=who(leaving["id_number"])).until == later
    assert people.employment_of(who(leaving["id_number"]).pk)


def test_a_whole_list_put_right_the_same_day_takes_the_place_of_the_one_before(office):
    """Judged against the list before both: who was forgotten stands on it still, who came by mistake does not."""
    bureau, later = office.units["局"], DAY + timedelta(days=31)
    staying, forgotten, leaving, mistaken = one(), one(name="王芳"), one(name="欧阳文静"), one(name="赵敏")
    loaded("social_insurance", bureau, staying, forgotten, leaving, is_whole=True)
    first = loaded("social_insurance", bureau, staying, mistaken, day=later, is_whole=True)
    assert left_out(first) == {who(one["id_number"]).pk for one in (forgotten, leaving)}
    assert first.ended == 2
    second = loaded("social_insurance", bureau, staying, forgotten, day=later, is_whole=True)
    first.refresh_from_db()
    assert left_out(second) == {who(one["id_number"]).pk for one in (mistaken, leaving)}
    assert (first.ended, len(left_out(first)), second.ended) == (0, 0, 2)
    assert [row.until for row in Record.objects.filter(person=who(leaving["id_number"]))] == [later]
    assert Record.objects.filter(Record.NOW, person=who(forgotten["id_number"])).count() == 1
    third = loaded("social_insurance", bureau, staying, forgotten, leaving, day=later, is_whole=True)
    assert (third.ended, Record.objects.filter(Record.NOW).count()) == (1, 3)


def test_a_list_of_an_earlier_day_ends_no_line_of_a_later_one(office):
    """Two whole lists may be taken over at once, and the earlier may end last."""
    bureau, later = office.units["局"], DAY + timedelta(days=31)
    staying, coming = one(), one(name="王芳")
    earlier = loaded("social_insurance", bureau, staying, is_whole=True)
    loaded("social_insurance", bureau, staying, coming, day=later, is_whole=True)
    assert house.loading.vanished(earlier) == 0
    assert Record.objects.filter(Record.NOW).count() == 2


def test_a_list_waits_until_another_of_its_source_and_unit_is_in(office):
    def checked(name, unit):
        return handed_in(
            "social_insurance", office.units[unit], sheet(rows_of("social_insurance", one(name=name))), DAY
        )

    first, second, others = checked("李志强", "局"), checked("王芳", "局"), checked("赵敏", "甲街")
    for batch in (first, others):
        house.take_over(batch)
    with pytest.raises(Refused, match="另一份社会保险参保名册正在导入，请等它导完"):
        house.take_over(second)
    house.work_on(first.pk)
    house.take_over(second)
    house.work_on(second.pk)
    second.refresh_from_db()
    assert (second.state, second.persons) == ("done", 1)


def test_a_part_of_a_list_leaves_nobody_out_and_who_moved_to_another_firm_is_not_gone(office):
    moving, leaving = one(), one(name="王芳")
    loaded("social_insurance", office.units["局"], moving, leaving, is_whole=True)
    later = DAY + timedelta(days=31)
    part = loaded("social_insurance", office.units["局"], one(name="新人甲"), day=later)
    assert (part.ended, len(left_out(part))) == (0, 0)
    whole = loaded("social_insurance", office.units["局"], moving | {"employer": "乙厂有限公司"}, day=later,
                   is_whole=True)  # fmt: skip
    assert {Person.unscoped.get(pk=one).card.name for one in left_out(whole)} == {"王芳", "新人甲"} and whole.ended == 2


def test_who_stood_on_a_list_twice_before_a_merge_and_does_once_is_not_gone(office):
    twice = [one(), one(name="李志坚")]
    loaded("social_insurance", office.units["局"], *twice, is_whole=True)
    kept, gone = (who(told["id_number"]) for told in twice)
    Person.unscoped.filter(pk=gone.pk).update(state=Person.State.MERGED, merged_into=kept)
    later = DAY + timedelta(days=31)
    assert loaded("social_insurance", office.units["局"], twice[0], day=later, is_whole=True).ended == 0
    other = loaded("social_insurance", office.units["局"], one(name="王芳"), day=later + timedelta(1), is_whole=True)
    assert (other.ended, left_out(other)) == (1, {kept.pk})


def test_the_same_list_a_month_later_says_that_it_still_holds_and_changes_nothing_else(office):
    bureau, told = office.units["局"], [one(), one(name="王芳")]
    loaded("social_insurance", bureau, *told)
    before = ledger.life(*(who(one["id_number"]).pk for one in told)).count()
    later = DAY + timedelta(days=31)
    with clock.at(later):
        again = handed_in("social_insurance", bureau, sheet(rows_of("social_insurance", *told)), later)
        assert (again.state, again.good, again.repeated) == ("checked", 0, 2)
        house.take_over(again)
        work_on(again.pk)
        again.refresh_from_db()
        assert (again.state, again.persons, again.changed) == ("done", 0, 0)
        rows = Record.objects.values_list("since", "confirmed", "until", "held_by")
        assert set(rows) == {(DAY, later, None, again.pk)}
        assert ledger.life(*(who(one["id_number"]).pk for one in told)).count() == before
        with pytest.raises(Refused, match=r"已于 .* 报送过"):
            handed_in("social_insurance", bureau, sheet(rows_of("social_insurance", *told)), later)
        text_again = handed_in("social_insurance", bureau, text(rows_of("social_insurance", *told)), later)
        with pytest.raises(Refused, match="没有可以导入的行"):
            house.take_over(text_again)


def test_a_whole_list_of_known_lines_alone_still_says_who_is_no_longer_on_it(office):
    staying, leaving = one(), one(name="王芳")
    loaded("social_insurance", office.units["局"], staying, leaving, is_whole=True)
    batch = loaded("social_insurance", office.units["局"], staying, is_whole=True)
    assert (batch.state, batch.good, batch.ended) == ("done", 0, 1)


def test_who_stands_on_a_line_that_failed_has_not_vanished(office):
    staying, failing, leaving = one(), one(name="王芳"), one(name="欧阳文静")
    loaded("social_insurance", office.units["局"], staying, failing, leaving, is_whole=True)
    wrong = failing | {"id_number": failing["id_number"][:-1] + "?"}
    lines = (staying, wrong, one(name="新人甲"))
    batch = loaded("social_insurance", office.units["局"], *lines, day=DAY + timedelta(31), is_whole=True)
    assert (batch.failed, batch.ended) == (1, 1)
    assert Record.objects.get(person=who(failing["id_number"])).until is None


def test_who_left_nobody_knows_where_is_told_of(office):
    loaded("social_insurance", office.units["局"], one_of := one())
    gone = one_of | {"employer": "", "state": "退休"}
    batch = loaded("social_insurance", office.units["局"], gone, day=DAY + timedelta(31))
    assert "没有写哪个单位" in Fault.objects.get(batch=batch).words
    assert people.employment_of(who(gone["id_number"]).pk)


def test_a_last_day_without_a_word_says_that_somebody_left(office):
    told = one(since="2021-03-01")
    loaded("social_insurance", office.units["局"], told)
    gone = told | {"state": "", "left": "2026-08-31"}
    loaded("social_insurance", office.units["局"], gone, day=DAY + timedelta(days=1))
    person = who(told["id_number"])
    assert not people.employments_of(person.pk)
    assert Employment.unscoped.get(person=person).until == date(2026, 8, 31)


def test_a_pension_ends_the_contracts_begun_before_whatever_firm(office):
    """By law a labour contract ends with it; whoever is taken on again, or works by the hour, goes on."""
    told = one(since="2021-03-01")
    loaded("social_insurance", office.units["局"], told)
    person = who(told["id_number"])
    people.hire(person, office.units["乙厂"], occupation="保安员", form=people.Form.PART_TIME, on=date(2026, 1, 5))
    people.hire(person, office.units["局"], occupation="顾问", on=date(2026, 9, 1))
    gone = told | {"employer": "", "since": "", "state": "退休", "left": "2026-08-31"}
    batch = loaded("social_insurance", office.units["局"], gone, day=DAY + timedelta(days=1))
    assert not batch.faults.exists()
    assert [str(work.unit) for work in people.employments_of(person.pk)] == ["乙厂有限公司", "区人社局"]
    ended = Employment.unscoped.get(person=person, unit=office.units["甲厂"])
    assert (ended.until, ended.why) == (date(2026, 8, 31), "retired")


def test_a_list_of_no_later_day_hires_nobody_again_who_has_left(office):
    """Of who left since its day a list says nothing; once a later one says so, somebody is there again."""
    told, day = one(), DAY + timedelta(days=1)
    loaded("social_insurance", office.units["局"], told)
    person = who(told["id_number"])
    people.leave(people.employment_of(person.pk), why=people.LeavingReason.RESIGNED, on=day)
    batch = loaded("taxes", office.units["局"], told, day=day)
    fault = batch.faults.get()
    assert "没有重新登记" in fault.words and (fault.field, fault.is_fatal) == ("employer", False)
    assert (batch.failed, batch.changed) == (0, 0)
    assert not people.employments_of(person.pk)
    roster = told | {"employer": "", "since": "2021-03-01"}
    batch = loaded("employer_roster", office.units["甲厂"], roster, day=day + timedelta(days=1))
    assert not batch.faults.exists()
    assert [work.since for work in people.employments_of(person.pk)] == [day]


def test_a_list_of_an_earlier_day_ends_no_work_begun_since(office):
    told, since = one(), DAY + timedelta(days=1)
    loaded("taxes", office.units["局"], told | {"employer": ""})
    person = who(told["id_number"])
    people.hire(person, office.units["甲厂"], occupation="电工", on=since)
    batch = loaded("social_insurance", office.units["局"], told | {"state": "停保", "since": ""})
    assert "用工关系没有结束" in batch.faults.get().words
    assert [work.since for work in people.employments_of(person.pk, since)] == [since]


def test_a_list_of_no_later_day_lets_nobody_join_again_who_has_left_the_union(office):
    told, day = one(union="甲厂工会委员会", joined="2025-05-01"), DAY + timedelta(days=1)
    batch = loaded("union_members", office.units["工会"], told)
    person = who(told["id_number"])
    people.leave_union(people.membership_of(person.pk), why=people.UnionLeaving.RESIGNED, on=day)
    told |= {"phone": "19900000188"}
    batch = loaded("union_members", office.units["工会"], told, day=day)
    fault = batch.faults.get()
    assert "没有重新登记" in fault.words and (fault.field, fault.is_fatal) == ("union", False)
    assert people.membership_of(person.pk) is None
    told |= {"phone": "19900000199"}
    batch = loaded("union_members", office.units["工会"], told, day=day + timedelta(days=1))
    assert not batch.faults.exists()
    assert people.membership_of(person.pk).since == day, "the two do not overlap"


def test_who_begins_leaves_or_dies_by_a_list_counts_as_changed(office):
    hired, joining, leaving, dying, filled = (
        one(name=name, id_number=id_number("19790303", number)) for number, name in enumerate("赵钱孙李周", 1)
    )
    loaded("social_insurance", office.units["局"], hired | {"employer": ""}, joining, leaving, dying, filled)
    batch = loaded("taxes", office.units["局"], hired)
    assert (batch.persons, batch.changed) == (0, 1)
    batch = loaded("union_members", office.units["工会"], joining | {"union": "甲厂工会委员会"})
    assert (batch.persons, batch.changed) == (0, 1)
    later = DAY + timedelta(days=1)
    gone = leaving | {"state": "停保", "left": "2026-09-01"}, dying | {"state": "死亡", "left": "2026-09-01"}
    batch = loaded("social_insurance", office.units["局"], hired | {"employer": ""}, *gone, day=later)
    assert (batch.persons, batch.changed) == (0, 2)
    batch = loaded("employer_roster", office.units["甲厂"], filled | {"employer": "", "is_production": "是"})
    assert (batch.persons, batch.changed) == (0, 1)
    fresh = one(name="吴敏", id_number=id_number("19790303", 6), state="死亡")
    batch = loaded("social_insurance", office.units["局"], fresh, day=later)
    assert (batch.persons, batch.changed) == (1, 0), "who is new counts there alone"


def test_who_retired_on_no_day_told_says_the_same_on_a_later_day(office):
    told = one()
    loaded("social_insurance", office.units["局"], told)
    rows = rows_of("social_insurance", told | {"state": "退休"})
    handed = [handed_in("social_insurance", office.units["局"], sheet(rows), DAY + timedelta(days=1))]
    house.take_over(handed[0])
    work_on(handed[0].pk)
    assert Employment.unscoped.get().until == DAY + timedelta(days=1), "the list's own day"
    again = handed_in("social_insurance", office.units["局"], sheet(rows), DAY + timedelta(days=2))
    assert (again.good, again.repeated) == (0, 1)


def test_an_older_list_is_not_loaded_over_a_newer(office):
    loaded("social_insurance", office.units["局"], one())
    with pytest.raises(Refused, match="更早"):
        hand_in(
            SOCIAL_INSURANCE, office.units["局"], sheet(rows_of("social_insurance", one())), as_of=DAY - timedelta(9)
        )


def test_a_crash_between_parts_loses_nothing_and_doubles_nothing(office, monkeypatch):
    monkeypatch.setattr(house, "PART", 3)
    told = [one(name=f"职工{sign}") for sign in "甲乙丙丁戊己庚"]
    batch = handed_in("social_insurance", office.units["局"], sheet(rows_of("social_insurance", *told)))
    house.take_over(batch)
    load, calls = house.loading.load, []

    def dying(*args):
        calls.append(1)
        if len(calls) == 2:
            load(*args)
            raise RuntimeError("killed")
        return load(*args)

    monkeypatch.setattr(house.loading, "load", dying)
    with pytest.raises(RuntimeError):
        work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.seen, batch.persons) == ("loading", 3, 3)
    assert house.waiting() == [batch.pk]
    work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.seen, batch.persons) == ("done", 7, 7)
    assert Person.unscoped.count() == 7 == ledger.every(PersonRegistered).count() == Record.objects.count()


def test_a_check_that_crashed_goes_on_where_it_stood(office, monkeypatch):
    monkeypatch.setattr(house, "PART", 3)
    told = [one(name=f"职工{sign}") for sign in "甲乙丙丁戊己"]
    told[1]["id_number"] = told[1]["id_number"][:-2]
    lines = rows_of("social_insurance", *told, told[0], one(name="王芳", employer=""))
    asked, known_already = [], house.known_already

    def dying(batch, entries):
        asked.append([one.number for one in entries])
        if len(asked) in (2, 3):
            raise RuntimeError("killed")
        return known_already(batch, entries)

    monkeypatch.setattr(house, "known_already", dying)
    batch = hand_in(SOCIAL_INSURANCE, office.units["局"], sheet(lines), as_of=DAY)
    for tries in (1, 2):
        with pytest.raises(RuntimeError):
            work_on(batch.pk)
        batch.refresh_from_db()
        assert (batch.state, batch.seen, batch.failed, batch.tries) == ("checking", 3, 1, tries - 1)
    work_on(batch.pk)
    batch.refresh_from_db()
    assert asked == [[2, 4], [5, 6, 7], [5, 6, 7], [5, 6, 7], [9]], "and no line is asked about twice"
    assert (batch.state, batch.seen, batch.good, batch.failed, batch.repeated) == ("checked", 8, 6, 1, 1)
    assert batch.faults.filter(is_fatal=True).count() == 1
    assert "与第 2 行是同一个人" in batch.faults.get(line=8).words


def test_a_load_that_is_given_up_says_what_of_it_is_in_the_register_and_is_no_list_of_its_day(office, monkeypatch):
    monkeypatch.setattr(house, "PART", 2)
    told = [one(name=f"职工{sign}") for sign in "甲乙丙"]
    batch = handed_in("social_insurance", office.units["局"], sheet(rows_of("social_insurance", *told)), is_whole=True)
    house.take_over(batch)
    load = house.loading.load

    def dying(batch, entries):
        if batch.seen:
            raise RuntimeError("killed")
        return load(batch, entries)

    with monkeypatch.context() as broken:
        broken.setattr(house.loading, "load", dying)
        for _ in range(house.MOST_TRIES + 1):
            with pytest.raises(RuntimeError):
                work_on(batch.pk)
        work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.seen, batch.persons) == ("refused", 2, 2)
    assert "前 2 行里没有问题的已经导入" in batch.why
    assert compare_all() == 1, "what came in is compared as ever"
    again = handed_in("social_insurance", office.units["局"], text(rows_of("social_insurance", *told)), is_whole=True)
    house.take_over(again)
    work_on(again.pk)
    again.refresh_from_db()
    assert (again.state, again.repeated, again.persons, again.ended) == ("done", 2, 1, 0)


def test_no_part_reads_a_whole_table_however_little_the_database_knows_of_it(office, monkeypatch):
    """Else each part of a city's list would read more than the one before it."""
    load, plans = house.loading.load, []

    def explained(execute, sql, params, many, context):
        if sql.split()[0] in ("SELECT", "UPDATE", "DELETE", "INSERT"):
            with connection.cursor() as cursor:
                cursor.cursor.execute(f"EXPLAIN {sql}", params)
                plans.extend(line for (line,) in cursor.cursor.fetchall())
        return execute(sql, params, many, context)

    def watched(*args):
        with connection.execute_wrapper(explained):
            return load(*args)

    known = one()
    loaded("social_insurance", office.units["局"], known, one(name="王芳"))
    monkeypatch.setattr(house.loading, "load", watched)
    loaded("taxes", office.units["局"], known | {"employer": "乙厂有限公司"}, one(name="赵敏"))
    assert any("vault_mark" in line for line in plans)
    assert not [line for line in plans if "Seq Scan on people_" in line or "Seq Scan on vault_" in line]


def test_who_was_erased_does_not_come_back_with_the_next_list(office):
    told = one()
    loaded("social_insurance", office.units["局"], told)
    people.erase(who(told["id_number"]), "本人要求")
    record = Record.objects.get()
    assert vault.subject_key(record.person_id) is None
    loaded("social_insurance", office.units["局"], told | {"phone": "19900000122"}, day=DAY + timedelta(days=31))
    assert not people.find(id_number=told["id_number"])


def test_nothing_of_a_list_stands_in_clear(office):
    told = one(name="欧阳文静")
    batch = loaded("social_insurance", office.units["局"], told)
    with house.open_file(batch.file) as file:
        kept = file.read()
    rows = repr([*Record.objects.values(), *Batch.unscoped.values(), *batch.faults.values()])
    for secret in ("欧阳文静", told["id_number"], "19900000100"):
        assert (
            secret not in rows
            and secret.encode() not in kept
            and secret not in repr(bytes(Record.objects.get().secret))
        )


def test_the_sheet_expires_and_what_it_brought_stays(office):
    told = one()
    batch = loaded("social_insurance", office.units["局"], told)
    assert house.expired(DAY) == []
    (old,) = house.expired(batch.made_at.date() + timedelta(days=40))
    house.forget(old)
    with pytest.raises(Refused, match="保存期"), house.opened(Batch.unscoped.get()):
        pass
    assert who(told["id_number"]).card.name == "李志强"


def test_what_was_never_imported_is_given_up_with_its_sheet_and_may_come_again(office):
    lines = rows_of("social_insurance", one())
    batch = handed_in("social_insurance", office.units["局"], sheet(lines))
    with pytest.raises(Refused, match=r"请在“名册报送”里打开“名册.xlsx”接着办，或放弃后再传"):
        handed_in("social_insurance", office.units["局"], sheet(lines))
    house.expire(batch.made_at.date() + timedelta(days=20))
    batch.refresh_from_db()
    assert (batch.state, batch.file is None) == ("checked", False)
    house.expire(batch.made_at.date() + timedelta(days=40))
    batch.refresh_from_db()
    assert (batch.state, batch.file) == ("dropped", None) and "请重新上传" in batch.why
    assert handed_in("social_insurance", office.units["局"], sheet(lines)).good == 1


@pytest.mark.parametrize(
    ("written", "words"),
    [("2024.5", "请写到日，如 1988-08-08"), ("202405", "请写到日，如 1988-08-08"), ("2024-13", "不是日期")],
)
def test_a_month_alone_is_no_day(written, words):
    with pytest.raises(ValueError, match=words):
        cells.day(written)


def test_a_wrong_number_is_told_once(office):
    wrong = id_number()[:-2]
    batch = handed_in(
        "social_insurance", office.units["局"], sheet(rows_of("social_insurance", one(id_number=wrong, phone="")))
    )
    assert [fault.words[:9] for fault in batch.faults.filter(is_fatal=True)] == ["身份证号应为 18 位"[:9]]


def test_a_month_alone_is_when_something_began_and_ended():
    assert {cells.read("since", text) for text in ("2024.5", "2024年5月", "202405", "2024-05")} == {"2024-05-01"}
    assert (cells.read("joined", "2023.12"), cells.read("left", "2023.12")) == ("2023-12-01", "2023-12-31")
    this = clock.today()
    assert cells.read("left", f"{this:%Y%m}") == this.isoformat()
    with pytest.raises(ValueError, match="1 月还是 10 月"):
        cells.read("since", "2024.1")
    with pytest.raises(ValueError, match="应在"):
        cells.read("since", "2099-01")


@pytest.mark.parametrize(
    ("word", "why"), [("退休", "retired"), ("离职", "other"), ("停保", "other"), ("减员", "other")]
)
def test_who_retires_or_leaves_stays_in_the_union_and_elsewhere(office, word, why):
    told = one()
    loaded("social_insurance", office.units["局"], told)
    person = who(told["id_number"])
    people.hire(person, office.units["乙厂"], occupation="电工", on=DAY)
    people.join_union(person, office.units["甲厂工会"], on=DAY)
    gone = told | {"state": word, "left": "2026-10-15"}
    loaded("social_insurance", office.units["局"], gone, day=DAY + timedelta(days=31))
    work = Employment.unscoped.get(person=person, unit=office.units["甲厂"])
    assert (work.until, work.why) == (date(2026, 10, 15), why)
    assert people.membership_of(person.pk) and people.employment_of(person.pk).unit == office.units["乙厂"]
    person.refresh_from_db()
    assert person.died_on is None


@pytest.mark.parametrize("word", ["死亡", "去世", "身故"])
def test_who_died_works_nowhere_belongs_nowhere_and_is_sent_nothing(office, word):
    told = one()
    loaded("social_insurance", office.units["局"], told)
    person = who(told["id_number"])
    people.hire(person, office.units["乙厂"], occupation="电工", on=DAY)
    people.join_union(person, office.units["甲厂工会"], on=DAY)
    account = accounts.worker_of_phone(told["phone"])
    Person.unscoped.filter(pk=person.pk).update(account=account)
    gone = told | {"state": word, "left": "2026-10-15"}
    later = DAY + timedelta(days=31)
    loaded("social_insurance", office.units["局"], gone, day=later)
    person.refresh_from_db()
    account.refresh_from_db()
    assert (person.died_on, person.account, account.is_active) == (date(2026, 10, 15), None, False)
    assert not people.employments_of(person.pk) and people.membership_of(person.pk) is None
    assert {one.why for one in Employment.unscoped.filter(person=person)} == {"died"}
    assert UnionMembership.unscoped.get(person=person).why == "died"
    assert [row.label for row in ledger.life(person.pk)].count("去世") == 1
    batch = loaded("taxes", office.units["局"], told, day=later)
    assert not people.employments_of(person.pk) and "已登记去世" in batch.faults.get().words
    loaded("social_insurance", office.units["局"], gone | {"phone": ""}, day=later + timedelta(days=1))
    assert [row.label for row in ledger.life(person.pk)].count("去世") == 1
    with pytest.raises(Refused, match="去世"):
        people.hire(person, office.units["甲厂"], occupation="电工")
    people.take_back_death(person, "名册有误")
    assert people.hire(person, office.units["甲厂"], occupation="电工")


def test_who_died_on_a_second_line_of_the_same_list_begins_nothing(office):
    told = one()
    dead = told | {"state": "死亡", "employer": "乙厂有限公司"}
    loaded("social_insurance", office.units["局"], told, dead)
    person = who(told["id_number"])
    assert person.died_on and not Employment.unscoped.filter(person=person).exists()


def test_a_firm_speaks_of_its_own_people_only_also_of_the_dead(office):
    told = one(occupation="焊工")
    loaded("employer_roster", office.units["甲厂"], told)
    person = who(told["id_number"])
    people.hire(person, office.units["乙厂"], occupation="电工", on=DAY)
    gone = told | {"state": "去世", "left": "2026-10-15"}
    loaded("employer_roster", office.units["甲厂"], gone, day=DAY + timedelta(days=31))
    person.refresh_from_db()
    assert person.died_on is None and people.employment_of(person.pk).unit == office.units["乙厂"]
    assert Employment.unscoped.get(person=person, unit=office.units["甲厂"]).why == "died"


def test_a_namesake_at_the_firm_with_another_birthday_and_phone_is_a_doubt(office):
    told = one(name="李志强")
    loaded("social_insurance", office.units["局"], told, *(one(name=f"王{sign}") for sign in "芳丽娜静敏"))
    near = {"name": "李志强", "birth": "1986-02-17", "phone": "19900000777", "union": "甲厂工会委员会"}
    batch = loaded("union_members", office.units["工会"], near | {"employer": "甲厂有限公司"})
    assert (batch.persons, batch.doubts) == (1, 1)
    doubt = Doubt.objects.get()
    assert doubt.other == who(told["id_number"]) and doubt.odds > 0.5
    far = near | {"employer": "乙厂有限公司", "birth": "1985-03-19", "phone": "19900000778"}
    assert loaded("union_members", office.units["工会"], far, day=DAY + timedelta(days=1)).doubts == 0
