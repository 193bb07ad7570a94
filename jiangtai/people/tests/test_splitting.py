"""One file that lists made of two people becomes two, and the next lists know both."""

import threading
import time
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from jiangtai import ledger, people, vault
from jiangtai.access import Refused, Unit, accounts, acting_as, acting_as_job, units
from jiangtai.people import Employment, Person, Split, UnionMembership, keeping, splitting
from jiangtai.people.facts import Detail, EmploymentBegan, PersonChanged, PersonSplit, SkillCertified
from jiangtai.people.sources import Certificate, Doubt, Record, certificates_of, is_key, reception
from jiangtai.people.sources.tests.lists import loaded
from tests.office import at_once

from .invented import id_number, worker

NUMBER = id_number("19880808", 331)
INSURED = {
    "name": "李志强",
    "id_number": NUMBER,
    "phone": "19900000100",
    "employer": "甲厂有限公司",
    "since": "2024-03-01",
}
CERTIFIED = {"name": "李志强", "birth": "1988-08-08", "phone": "19900000100", "occupation": "焊工", "level": "技师",
             "certificate": "S0009", "certified": "2026-05-08", "education": "大学本科"}  # fmt: skip
TAXED = {"name": "李志强", "id_number": NUMBER, "phone": "19900000100", "employer": "乙厂有限公司"}
"""The tax office wrote the number of the other of two who share name and birthday."""


@pytest.fixture
def clerk(office):
    with acting_as(office.person("group_office")):
        yield office


@pytest.fixture
def mixed(clerk):
    """The insured one, to whom two lists of a namesake of the same day were matched, one by a wrong number."""
    with acting_as_job("测试"):
        loaded("social_insurance", clerk.units["局"], INSURED)
        for key, line in (("certificates", CERTIFIED), ("taxes", TAXED)):
            assert loaded(key, clerk.units["局"], line).persons == 0
    (found,) = people.find(id_number=NUMBER)
    return found


def lines(person, *sources):
    return [one.id for one in people.contents_of(person).lines if one.last.source in sources]


def split(clerk, person, *sources, facts=()):
    """Proposed by one, agreed to by another; the new file."""
    made = people.propose_split(person, lines(person, *sources), facts, "同名同生日，本人身份证核对是两个人")
    with acting_as(clerk.person("union_officer", "区")):
        return people.confirm_split(made).other


def totals():
    """What a split, and the merge that takes it back, leave as they were."""
    return (
        Employment.unscoped.filter(until__isnull=True).count(),
        UnionMembership.unscoped.filter(until__isnull=True).count(),
        *(ledger.every(kind).count() for kind in (EmploymentBegan, SkillCertified)),
        Record.objects.filter(Record.NOW).count(),
    )


def test_the_lines_side_by_side_say_what_hangs_on_each(mixed):
    contents = people.contents_of(mixed)
    told = {one.last.source: [row.label for row in one.facts] for one in contents.lines}
    assert told == {"social_insurance": ["入职"], "certificates": ["取得技能等级"], "taxes": ["入职"]}
    assert not contents.loose and not contents.is_by_hand
    (first,) = [one for one in contents.lines if one.last.source == "social_insurance"]
    assert first.shown("phone") == "199****0100" and NUMBER not in str([first.shown(name) for name in people.SHOWN])
    (certified,) = [one for one in contents.lines if one.last.source == "certificates"]
    assert certified.shown("certificate") == "*****", "of a short number nothing is told"


def test_the_others_lines_go_into_a_new_file_with_all_that_hangs_on_them(mixed, clerk):
    before = totals()
    other = split(clerk, mixed, "certificates", "taxes")
    assert totals() == before
    mixed.refresh_from_db()
    assert (mixed.education, other.education) == ("", "20")
    assert [work.unit.name for work in people.employments_of(mixed.pk)] == ["甲厂有限公司"]
    assert [work.unit.name for work in people.employments_of(other.pk)] == ["乙厂有限公司"]
    assert not certificates_of(mixed) and [one.number for one in certificates_of(other)] == ["S0009"]
    assert Certificate.objects.get().person == other
    assert people.find(id_number=NUMBER) == [mixed] and set(people.find(name="李志强")) == {mixed, other}
    assert keeping.value_of(other.pk, "phone") == "19900000100" and not keeping.value_of(other.pk, "id_number")
    assert people.standing(mixed.pk) == mixed.pk, "the id that was given out resolves to who kept it"
    assert Doubt.objects.get().state == "apart"
    assert [row.fact.other for row in ledger.every(PersonSplit).of(mixed.pk)] == [other.pk]


def test_what_the_lines_say_is_sealed_under_the_new_key(mixed, clerk):
    other = split(clerk, mixed, "certificates")
    people.erase(Person.objects.get(pk=mixed.pk), "测试")
    (line,) = people.contents_of(other).lines
    assert line.values["certificate"] == "S0009"
    assert vault.subject_key(other.pk) and not vault.subject_key(mixed.pk)


def test_what_a_fact_said_before_it_was_handed_over_stays_under_the_first_ones_key(mixed, clerk):
    other = split(clerk, mixed, "certificates")

    def told():
        before = ledger.life(mixed.pk, taken_back=True).filter(type="people.SkillCertified")
        with keeping.as_keeper():
            return [fact.number for _, fact in before.as_facts()]

    people.erase(Person.objects.get(pk=other.pk), "测试")
    assert told() == ["S0009"], "as the rules on personal data and SECURITY.md say"
    people.erase(Person.objects.get(pk=mixed.pk), "测试")
    assert told() != ["S0009"]


def test_later_lines_of_the_same_person_and_firm_meet_each_of_the_two(mixed, clerk):
    other = split(clerk, mixed, "certificates", "taxes")
    day = date(2026, 10, 31)
    with acting_as_job("测试"):
        for key, line in (("social_insurance", INSURED), ("certificates", CERTIFIED), ("taxes", TAXED)):
            batch = loaded(key, clerk.units["局"], line | {"hukou": "外地农村"}, day=day)
            assert (batch.persons, batch.doubts) == (0, 0)
    now = {one.source: one.person_id for one in Record.objects.filter(Record.NOW)}
    assert now == {"social_insurance": mixed.pk, "certificates": other.pk, "taxes": other.pk}
    assert people.find(id_number=NUMBER) == [mixed], "a wrong number on the other's line is not the other's"
    assert [work.unit.name for work in people.employments_of(mixed.pk)] == ["甲厂有限公司"]


def test_a_later_line_of_another_firm_is_whose_number_it_bears(mixed, clerk):
    other = split(clerk, mixed, "taxes")
    with acting_as_job("测试"):
        moved = TAXED | {"employer": "丙厂有限公司"}
        batch = loaded("taxes", clerk.units["局"], TAXED, moved, day=date(2026, 10, 31))
    assert (batch.persons, batch.doubts) == (0, 0)
    now = Record.objects.filter(Record.NOW, source="taxes").order_by("line").values_list("person", flat=True)
    assert list(now) == [other.pk, mixed.pk], "that of the known firm stays the other's, wrong number and all"
    hints = batch.faults.filter(words__contains="档案拆分过").values_list("line", "is_fatal")
    assert list(hints) == [(3, False)], "whose the number is on the other line is asked about"
    with acting_as_job("测试"):
        again = loaded("social_insurance", clerk.units["局"], INSURED, INSURED | moved, day=date(2026, 10, 31))
    assert not again.faults.filter(words__contains="拆分过"), "of lists that brought nothing wrong nobody is asked"


def test_a_number_that_one_line_brings_stays_beside_anothers_on_the_next(mixed, clerk):
    other, right = split(clerk, mixed, "certificates", "taxes"), id_number("19880808", 332)
    with acting_as_job("测试"):
        batch = loaded("taxes", clerk.units["局"], TAXED | {"id_number": right}, TAXED, day=date(2026, 10, 31))
    assert (batch.persons, batch.doubts) == (0, 0)
    assert people.find(id_number=right) == [other] and people.find(id_number=NUMBER) == [mixed]


def test_a_wrong_number_that_a_third_file_holds_is_neithers_and_raises_a_doubt(mixed, clerk):
    right = id_number("19880808", 332)
    people.change(mixed, id_number=right)
    with acting_as_job("测试"):
        third = worker(clerk.units["甲厂"], "李志强", id_number=NUMBER, phone="19900000101")
    other = split(clerk, mixed, "taxes")
    assert not keeping.value_of(other.pk, "id_number")
    assert people.find(id_number=NUMBER) == [third] and people.find(id_number=right) == [mixed]
    doubt = Doubt.objects.get(state="open")
    assert (doubt.one, doubt.other) == (other, third)


def test_a_wrong_number_that_stays_and_that_a_third_file_holds_is_given_up(mixed, clerk):
    right = id_number("19880808", 332)
    people.change(mixed, id_number=right)
    with acting_as_job("测试"):
        third = worker(clerk.units["甲厂"], "李志强", id_number=NUMBER, phone="19900000101")
    (changed,) = (row.pk for row in people.contents_of(mixed).loose if row.payload.get("what") == "id_number")
    other = split(clerk, mixed, "certificates", facts=[changed])
    assert people.find(id_number=right) == [other] and people.find(id_number=NUMBER) == [third]
    assert not keeping.value_of(mixed.pk, "id_number")


def test_a_number_that_was_put_right_goes_with_it_even_where_a_list_has_it_too(mixed, clerk):
    right = id_number("19880808", 332)
    people.change(mixed, id_number=right)
    with acting_as_job("测试"):
        loaded("social_insurance", clerk.units["局"], INSURED | {"id_number": right}, day=date(2026, 10, 31))
    (changed,) = (row.pk for row in people.contents_of(mixed).loose if row.payload.get("what") == "id_number")
    other = split(clerk, mixed, "certificates", facts=[changed])
    assert people.find(id_number=right) == [other]


def test_two_with_numbers_of_their_own_are_one_again_only_once_one_is_put_right(mixed, clerk):
    people.change(mixed, id_number=id_number("19880808", 332))
    other = split(clerk, mixed, "taxes")
    assert people.find(id_number=NUMBER) == [other]
    with pytest.raises(Refused, match="号码有误的，请先更正号码再归并"):
        people.propose_merge(mixed, other)
    people.change(other, id_number="")
    assert people.propose_merge(mixed, other, needs_another=True).state == "proposed"


def test_a_merge_that_is_taken_back_asks_nobody_whose_a_split_is(mixed, clerk):
    with acting_as_job("测试"):
        twin = worker(clerk.units["甲厂"], "李志强", id_number="", sex="男")
    merge = people.propose_merge(mixed, twin, needs_another=True)
    with acting_as(clerk.person("union_officer", "区")):
        merge = people.confirm_merge(merge)
    split(clerk, mixed, "certificates")
    assert ledger.every(PersonSplit).of(mixed.pk).exists()
    assert not [row for row in people.written_since(merge) if row.label == "档案拆分"]


def test_who_worked_at_one_firm_as_one_works_there_as_two_once_the_lists_say_so_again(clerk):
    with acting_as_job("测试"):
        loaded("social_insurance", clerk.units["局"], INSURED)
        loaded("taxes", clerk.units["局"], TAXED | {"employer": "甲厂有限公司"})
    (mixed,) = people.find(id_number=NUMBER)
    other = split(clerk, mixed, "taxes")
    assert not people.employments_of(other.pk)
    with acting_as_job("测试"):
        loaded("taxes", clerk.units["局"], TAXED | {"employer": "甲厂有限公司"}, day=date(2026, 10, 31))
    assert [work.unit.name for work in people.employments_of(other.pk)] == ["甲厂有限公司"]
    assert len(people.employments_of(mixed.pk)) == 1


def test_who_does_not_see_the_whole_file_does_not_refuse_either(mixed, clerk):
    made = people.propose_split(mixed, lines(mixed, "taxes"), (), "两个人")
    with acting_as(clerk.person("union_officer", "甲街")), pytest.raises(Refused, match="请由上级经办人办理"):
        people.refuse_split(made, "不像")
    assert Split.objects.get().state == "proposed"


def test_merging_the_two_takes_it_back(mixed, clerk):
    before = totals()
    other = split(clerk, mixed, "certificates", "taxes")
    merge = people.propose_merge(mixed, other, reason="确是一人", needs_another=True)
    with acting_as(clerk.person("union_officer", "区")):
        people.confirm_merge(merge)
    assert totals() == before and people.standing(other.pk) == mixed.pk
    mixed.refresh_from_db()
    assert mixed.education == "20" and len(certificates_of(mixed)) == 1


def test_the_number_goes_with_the_line_that_brought_it_and_the_account_with_the_number(mixed, clerk):
    account = accounts.worker_of_phone("19900000100")
    Person.unscoped.filter(pk=mixed.pk).update(account=account)
    other = split(clerk, mixed, "social_insurance", "taxes")
    assert people.find(id_number=NUMBER) == [other]
    assert [Person.unscoped.get(pk=one.pk).account for one in (mixed, other)] == [None, account]
    mixed.refresh_from_db()
    assert keeping.opened(mixed).birth == date(1988, 8, 8), "another line says it, too"
    assert not keeping.opened(mixed).id_number


def test_the_account_stays_where_the_number_stays(mixed, clerk):
    account = accounts.worker_of_phone("19900000100")
    Person.unscoped.filter(pk=mixed.pk).update(account=account)
    other = split(clerk, mixed, "certificates")
    assert [Person.unscoped.get(pk=one.pk).account for one in (mixed, other)] == [account, None]


def test_what_hangs_on_no_line_is_the_others_where_a_person_says_so(mixed, clerk):
    with acting_as_job("测试"):
        spell = people.hire(mixed, clerk.units["区"], occupation="电工")
        people.leave(spell, why=people.LeavingReason.RESIGNED)
        stays = people.hire(mixed, clerk.units["局"], occupation="钳工")
    people.change(mixed, phone="19900000155")
    changed = ledger.every(PersonChanged).of(mixed.pk).filter(payload__what=Detail.PHONE.value, cause="act").get()
    loose = {row.pk for row in people.contents_of(mixed).loose}
    assert loose == {spell.fact, stays.fact, changed.pk}, "an end goes with what it ends"
    other = split(clerk, mixed, "certificates", facts=[spell.fact, changed.pk])
    spell.refresh_from_db()
    assert spell.person == other and spell.until and ledger.fetch(spell.fact).subject == other.pk
    assert ledger.life(other.pk).filter(ends=spell.fact).count() == 1
    assert {work.occupation for work in people.employments_of(mixed.pk)} == {"", "钳工"}
    numbers = [keeping.value_of(one.pk, "phone") for one in (mixed, other)]
    assert numbers == ["19900000100", "19900000155"]


def test_what_the_others_line_ended_goes_on(mixed, clerk):
    gone = INSURED | {"employer": "乙厂有限公司", "since": "", "state": "离职", "left": "2026-10-15"}
    with acting_as_job("测试"):
        loaded("social_insurance", clerk.units["局"], gone, day=date(2026, 10, 31))
    assert [work.unit.name for work in people.employments_of(mixed.pk)] == ["甲厂有限公司"]
    ids = [one.id for one in people.contents_of(mixed).lines if one.values.get("state")]
    made = people.propose_split(mixed, ids, [], "两个人")
    with acting_as(clerk.person("union_officer", "区")):
        people.confirm_split(made)
    assert {work.unit.name for work in people.employments_of(mixed.pk)} == {"甲厂有限公司", "乙厂有限公司"}


def test_a_phone_that_a_split_left_or_took_along_is_nobodys_key_by_that(mixed, clerk):
    other = split(clerk, mixed, "certificates")
    assert is_key(mixed, "19900000100") and not is_key(other, "19900000100"), "an evaluation body's phone is no key"


def refused(words, person, ids, facts=()):
    with pytest.raises(Refused, match=words):
        people.propose_split(person, ids, facts, "两个人")
    assert not Split.objects.exists()


def test_nothing_ticked_all_ticked_and_what_is_gone_are_told(mixed, clerk):
    refused("没有勾选", mixed, [])
    refused("全部勾上了", mixed, lines(mixed, "certificates", "taxes", "social_insurance"))
    refused("请刷新后重选", mixed, [0])
    refused("请刷新后重选", mixed, lines(mixed, "taxes"), [mixed.pk])
    other = split(clerk, mixed, "certificates", "taxes")
    Split.objects.all().delete()
    refused("全部勾上了", other, lines(other, "certificates", "taxes"))


def test_whoever_was_entered_by_hand_may_lose_every_line(clerk):
    with acting_as_job("测试"):
        mixed = worker(clerk.units["甲厂"], "李志强", id_number=NUMBER, phone="19900000100")
        loaded("certificates", clerk.units["局"], CERTIFIED)
    other = split(clerk, mixed, "certificates")
    assert keeping.value_of(mixed.pk, "id_number") == NUMBER and [one.number for one in certificates_of(other)] == [
        "S0009"
    ]


def test_the_dead_the_merged_and_the_erased_are_told(mixed, clerk):
    ids = lines(mixed, "taxes")
    Person.unscoped.filter(pk=mixed.pk).update(died_on=date(2026, 9, 1))
    refused("请先撤销去世登记", mixed, ids)
    with acting_as_job("测试"):
        kept = worker(clerk.units["甲厂"], "李志强", id_number="", sex="男")
    Person.unscoped.filter(pk=mixed.pk).update(died_on=None, state="merged", merged_into=kept)
    refused("已归并或已注销", mixed, ids)
    Person.unscoped.filter(pk=mixed.pk).update(state="registered", merged_into=None)
    people.erase(Person.objects.get(pk=mixed.pk), "测试")
    refused("已注销", mixed, ids)


def test_whoever_does_not_see_all_of_it_splits_nothing(mixed, clerk):
    ids = lines(mixed, "taxes")
    with acting_as(clerk.person("union_officer", "甲街")):
        refused("由上级经办人办理", mixed, ids)
    with acting_as(clerk.person("union_officer", "甲街")):
        Employment.unscoped.filter(person=mixed, unit=clerk.units["甲厂"]).delete()
    keeping.place_all([mixed.pk])
    with acting_as(clerk.person("union_officer", "甲街")):
        refused("不在您的范围内", mixed, ids)


def test_a_second_agrees_or_not_and_only_once(mixed, clerk):
    made = people.propose_split(mixed, lines(mixed, "taxes"), [], "两个人")
    with pytest.raises(Refused, match="等另一位经办人确认"):
        people.propose_split(mixed, lines(mixed, "certificates"), [], "两个人")
    for act in (people.confirm_split, lambda one: people.refuse_split(one, "不像")):
        with pytest.raises(Refused, match="须由另一位"):
            act(made)
    with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        Split.objects.filter(pk=made.pk).update(confirmed_by=made.by)
    with acting_as(clerk.person("union_officer", "区")):
        people.refuse_split(made, "是一个人")
        with pytest.raises(Refused, match="未拆分，不必再办"):
            people.confirm_split(made)
    made.refresh_from_db()
    assert (made.reason, made.refusal) == ("两个人", "是一个人")
    assert certificates_of(mixed) and Record.objects.filter(person=mixed).count() == 3


def test_whoever_proposed_a_split_takes_it_back_and_it_may_be_proposed_again(mixed, clerk):
    made = people.propose_split(mixed, lines(mixed, "taxes"), [], "两个人")
    with acting_as(clerk.person("union_officer", "区")), pytest.raises(Refused, match="由提出人撤回"):
        people.withdraw_split(made)
    assert people.withdraw_split(made).state == "withdrawn"
    with acting_as(clerk.person("union_officer", "区")), pytest.raises(Refused, match="已撤回，不必再办"):
        people.confirm_split(made)
    assert split(clerk, mixed, "certificates").state == "registered"


def test_what_a_line_says_anew_before_the_second_agrees_goes_along(mixed, clerk):
    made = people.propose_split(mixed, lines(mixed, "certificates"), [], "两个人")
    with acting_as_job("测试"):
        loaded("certificates", clerk.units["局"], CERTIFIED | {"education": "大专"}, day=date(2026, 10, 31))
    with acting_as(clerk.person("union_officer", "区")):
        other = people.confirm_split(made).other
    told = Record.objects.filter(source="certificates")
    assert told.count() == 2 and set(told.values_list("person", flat=True)) == {other.pk}
    assert other.education == "30"


def twins_file(twin, order):
    """The same of a person and an office of their own, in a database where rows are really committed."""
    number = id_number("19880808", order)
    told = [
        one | {"name": f"郤正{chr(0x4E00 + order)}", "phone": f"19900000{order}"} for one in (INSURED, CERTIFIED, TAXED)
    ]
    for one in told:
        one |= {"id_number": number} if "id_number" in one else {"certificate": f"S0{order}"}
    with acting_as_job("测试"):
        office = units.found(kind=Unit.Kind.DEPARTMENT, name=f"区第{order}局", parent=twin.units["区"])
        for key, line in zip(("social_insurance", "certificates", "taxes"), told, strict=True):
            loaded(key, office, line)
        (mixed,) = people.find(id_number=number)
    with acting_as(twin.person("group_office")):
        made = people.propose_split(mixed, lines(mixed, "certificates", "taxes"), [], "两个人")
    return mixed, made, office, told[1]


def test_two_who_agree_at_once_make_one_new_file(twin):
    mixed, made, *_ = twins_file(twin, 333)

    def agree(who):
        with acting_as(who):
            return people.confirm_split(made)

    seconds = [twin.person("union_officer", "区")]
    twin.people.clear()
    seconds.append(twin.person("union_officer", "区"))
    done = at_once(*(lambda who=who: agree(who) for who in seconds))
    assert sorted(type(one).__name__ for one in done) == ["Refused", "Split"]
    assert "已拆分，不必再办" in str(done)
    assert Record.objects.filter(person=mixed).count() == 1 and Split.objects.filter(person=mixed).count() == 1


def test_a_list_on_its_way_in_waits_for_a_split_and_meets_who_was_parted(twin, monkeypatch):
    mixed, made, office, told = twins_file(twin, 335)
    parting, carry = threading.Event(), splitting._carry_out

    def slowly(*about):
        parting.set()
        time.sleep(1)  # long enough for a list that does not wait to have matched its line
        return carry(*about)

    monkeypatch.setattr(splitting, "_carry_out", slowly)

    def agree():
        with acting_as(twin.person("union_officer", "区")):
            return people.confirm_split(made).other

    def load():
        parting.wait(20)
        with acting_as_job("测试"):
            return loaded("certificates", office, told | {"education": "大专"}, day=date(2026, 10, 31))

    other, batch = at_once(agree, load)
    assert batch.state == "done" and batch.persons == 0
    now = Record.objects.filter(Record.NOW, person__in=(mixed, other)).values_list("source", "person")
    assert dict(now) == {"social_insurance": mixed.pk, "certificates": other.pk, "taxes": other.pk}


def test_whom_a_failed_line_may_mean_is_not_parted_before_the_list_ends(twin, monkeypatch):
    """The name of a line that failed spares whoever bears it: also the one who is just getting a file of their own."""
    _, made, office, told = twins_file(twin, 341)
    asked, parted = threading.Event(), threading.Event()
    find = reception._perhaps_meant

    def slowly(batch):
        found = find(batch)
        asked.set()
        parted.wait(2)  # long enough for a split that does not wait
        return found

    monkeypatch.setattr(reception, "_perhaps_meant", slowly)

    def load():
        stranger = TAXED | {"name": "陈静", "id_number": id_number()}
        failed = TAXED | {"name": told["name"], "id_number": "519"}
        with acting_as_job("测试"):
            return loaded("taxes", office, stranger, failed, day=date(2026, 10, 31), is_whole=True)

    def agree():
        asked.wait(20)
        with acting_as(twin.person("union_officer", "区")):
            other = people.confirm_split(made).other
        parted.set()
        return other

    batch, other = at_once(load, agree)
    assert (batch.state, batch.failed) == ("done", 1)
    assert Record.objects.filter(Record.NOW, person=other, source="taxes").exists()
