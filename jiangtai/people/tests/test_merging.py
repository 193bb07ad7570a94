"""Two files that are one person's, put together and taken apart again."""

import threading
import time
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from jiangtai import ledger, people, vault
from jiangtai.access import Refused, acting_as, acting_as_job
from jiangtai.ledger import PersonId
from jiangtai.ledger.tests.kinds import Greeted
from jiangtai.people import Employment, Merge, Person, UnionMembership, keeping, merging
from jiangtai.people.facts import EmploymentBegan
from jiangtai.people.sources import Certificate, Doubt, Record, certificates_of, told_of
from jiangtai.people.sources.tests.lists import loaded
from tests.office import at_once

from .invented import id_number, person, worker


@pytest.fixture(autouse=True)
def own_list(monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")


@pytest.fixture
def clerk(office):
    with acting_as(office.person("group_office")):
        yield office


@pytest.fixture
def two(clerk):
    """One registered by the firm with a number, one by another without."""
    with acting_as_job("测试"):
        one = worker(clerk.units["甲厂"], "李志强", phone="19900000100")
        other = worker(clerk.units["乙厂"], "李志强", occupation="焊工", id_number="", sex="男", birth=date(1988, 8, 8))
        people.join_union(other, clerk.units["甲厂工会"])
        people.change(other, education="20")
    return one, other


def totals() -> tuple[int, ...]:
    """What must be the same after a merge was taken back."""
    return (
        Person.unscoped.filter(state="registered").count(),
        Employment.unscoped.filter(until__isnull=True).count(),
        Employment.unscoped.filter(until__isnull=True).values("person").distinct().count(),
        UnionMembership.unscoped.filter(until__isnull=True).count(),
        ledger.every(EmploymentBegan).count(),
    )


def test_two_files_become_one_with_both_lives(two):
    one, other = two
    merge = people.propose_merge(other, one, reason="同一身份证")
    assert (merge.state, merge.kept, merge.gone) == ("done", one, other)
    person = Person.unscoped.get(pk=one.pk)
    assert {work.unit.name for work in people.employments_of(one.pk)} == {"甲厂有限公司", "乙厂有限公司"}
    assert people.membership_of(one.pk) and person.education == "20"
    assert {row.subject for row in people.life(person)} == {one.pk, other.pk}
    assert people.standing(other.pk) == one.pk == people.standing(one.pk)
    assert people.find(name="李志强") == [person] == people.search("lzq", 9).people
    assert "档案归并" in [row.label for row in people.life(person)]


def test_an_id_once_given_out_resolves_and_its_firm_sees_the_one_that_stays(two, clerk):
    one, other = two
    people.propose_merge(one, other)
    with acting_as(clerk.person("enterprise_hr", "乙厂")):
        assert list(Person.objects.all()) == [one]
        assert Person.objects.get().card.name == "李志强"


def test_a_merge_taken_back_leaves_the_same_totals_and_the_same_two(two):
    one, other = two
    before = totals()
    merge = people.propose_merge(one, other)
    assert totals()[0] == before[0] - 1 and totals()[1:3] == (before[1], before[2] - 1)
    people.undo_merge(merge, "认错了人")
    assert totals() == before
    other = Person.unscoped.get(pk=other.pk)
    assert (other.state, other.merged_into) == ("registered", None)
    assert [work.unit.name for work in people.employments_of(other.pk)] == ["乙厂有限公司"]
    assert people.membership_of(other.pk) and not people.membership_of(one.pk)
    assert {found.pk for found in people.find(name="李志强")} == {one.pk, other.pk}
    with pytest.raises(Refused, match="已撤销"):
        people.undo_merge(merge, "再来")


def test_what_was_written_since_is_handed_over_by_a_person(two, clerk):
    one, other = two
    merge = people.propose_merge(one, other)
    with acting_as_job("测试"):
        spell = people.hire(one, clerk.units["区"], occupation="电工")
        people.hire(one, clerk.units["局"], occupation="钳工")
    since = people.written_since(merge)
    assert sorted(row.type for row in since) == ["people.EmploymentBegan"] * 2
    people.undo_merge(merge, "认错了人", theirs=[spell.fact])
    assert {work.occupation for work in people.employments_of(other.pk)} == {"焊工", "电工"}
    assert {work.occupation for work in people.employments_of(one.pk)} == {"数控车工", "钳工"}
    assert ledger.every(EmploymentBegan).of(other.pk).count() == 2
    moved = Employment.unscoped.get(pk=spell.pk)
    assert ledger.every(EmploymentBegan).of(other.pk).filter(pk=moved.fact).exists()


def test_what_began_and_ended_since_is_handed_over_with_its_end(two, clerk):
    one, other = two
    merge = people.propose_merge(one, other)
    with acting_as_job("测试"):
        spell = people.hire(one, clerk.units["区"], occupation="电工")
        people.leave(spell, why=people.LeavingReason.RESIGNED)
    people.undo_merge(merge, "认错了人", theirs=[row.pk for row in people.written_since(merge)])
    spell.refresh_from_db()
    assert spell.person == other and spell.until
    (end,) = ledger.life(other.pk).filter(ends=spell.fact)
    assert end.fact.employment == spell.fact and not ledger.life(one.pk).filter(ends__isnull=False).exists()


def test_what_was_lent_is_given_back_unless_it_was_put_right_since(two):
    one, other = two
    merge = people.propose_merge(one, other)
    assert Person.unscoped.get(pk=one.pk).education == "20"
    people.undo_merge(merge, "认错了人")
    assert [Person.unscoped.get(pk=pk).education for pk in (one.pk, other.pk)] == ["", "20"]
    merge = people.propose_merge(Person.unscoped.get(pk=one.pk), Person.unscoped.get(pk=other.pk))
    people.change(one.pk, education="10")
    people.undo_merge(merge, "又认错了人")
    assert Person.unscoped.get(pk=one.pk).education == "10"


def test_a_file_that_went_in_one_that_went_in_another_is_that_persons(clerk, two):
    last, middle = two
    with acting_as_job("测试"):
        first = worker(clerk.units["区"], "李志强", "电工", id_number="", sex="男")
    inner = people.propose_merge(middle, first)
    outer = people.propose_merge(last, Person.unscoped.get(pk=middle.pk))
    assert (inner.gone_id, inner.kept_id, outer.gone_id, outer.kept_id) == (first.pk, middle.pk, middle.pk, last.pk)
    assert people.standing(first.pk) == last.pk
    assert set(people.ids_of(first.pk)) == {first.pk, middle.pk, last.pk}
    with pytest.raises(Refused, match="先撤销后来的归并"):
        people.undo_merge(inner, "次序不对")
    people.undo_merge(outer, "认错了人")
    assert people.standing(first.pk) == middle.pk
    assert {work.occupation for work in people.employments_of(middle.pk)} == {"焊工", "电工"}
    people.propose_merge(last, Person.unscoped.get(pk=middle.pk))
    people.erase(Person.objects.get(pk=last.pk), "测试")
    assert {Person.unscoped.get(pk=one.pk).state for one in (first, middle, last)} == {"erased"}
    assert not vault.SubjectKey.objects.filter(subject__in=[first.pk, middle.pk, last.pk]).exists()


def test_an_honour_of_a_file_that_went_in_counts_as_the_persons(two, clerk):
    one, other = two
    people.propose_merge(one, other)
    assert not merging.has_more_than_the_register(one.pk)
    given = Greeted(person=PersonId(other.pk), on=date(2026, 9, 1))
    ledger.append(given, cause=ledger.Cause.act("测试"))
    assert merging.has_more_than_the_register(one.pk)


def test_a_certificate_that_came_after_the_merge_is_handed_over_with_its_number(two, clerk):
    one, other = two
    merge = people.propose_merge(other, one, reason="同一身份证")
    told = {"name": "李志强", "id_number": keeping.value_of(one.pk, "id_number"), "occupation": "焊工",
            "level": "技师", "certificate": "S0001", "certified": "2026-05-08"}  # fmt: skip
    with acting_as_job("测试"):
        loaded("certificates", clerk.units["局"], told)
    (held,) = certificates_of(one)
    since = [row.pk for row in people.written_since(merge) if row.type == "people.SkillCertified"]
    people.undo_merge(merge, "认错了人", since)
    assert certificates_of(one) == [] and [each.number for each in certificates_of(other)] == ["S0001"]
    row = Certificate.objects.get()
    assert row.person == other and row.fact != held.fact and ledger.fetch(row.fact).subject == other.pk


def test_who_works_twice_at_one_firm_works_there_once(clerk):
    with acting_as_job("测试"):
        one = worker(clerk.units["甲厂"], "李志强")
        other = worker(clerk.units["甲厂"], "李志强", id_number="", sex="男")
    before = totals()
    merge = people.propose_merge(one, other)
    assert Employment.unscoped.filter(until__isnull=True).count() == 1
    people.undo_merge(merge, "认错了人")
    assert totals() == before


def test_two_valid_numbers_are_two_people(clerk):
    with acting_as_job("测试"):
        one, other = worker(clerk.units["甲厂"]), worker(clerk.units["乙厂"])
    with pytest.raises(Refused, match="是两个人"):
        people.propose_merge(one, other)
    assert not Merge.objects.exists()


def test_whoever_has_more_than_the_register_needs_two_people(two, clerk, monkeypatch):
    one, other = two
    monkeypatch.setattr("jiangtai.people.merging.has_more_than_the_register", lambda person: person == other.pk)
    merge = people.propose_merge(one, other)
    assert merge.state == "proposed" and Person.unscoped.get(pk=other.pk).state == "registered"
    with pytest.raises(Refused, match="另一位"):
        people.confirm_merge(merge)
    with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        Merge.objects.filter(pk=merge.pk).update(confirmed_by=merge.by)
    with acting_as(clerk.person("union_officer", "区")):
        assert people.confirm_merge(merge).state == "done"
    assert people.standing(other.pk) == one.pk


def test_a_certificate_of_skill_is_more_than_the_register_for_money_follows_it(two, clerk):
    one, other = two
    told = {"name": "李志强", "id_number": keeping.value_of(one.pk, "id_number"), "occupation": "焊工",
            "level": "技师", "certificate": "S0002", "certified": "2026-05-08"}  # fmt: skip
    with acting_as_job("测试"):
        loaded("certificates", clerk.units["局"], told)
    assert people.propose_merge(one, other).state == "proposed"


def test_a_merge_is_carried_out_on_what_stands_after_the_lock(two, clerk, monkeypatch):
    """What was put right while the second looked is not overwritten by what the other file lends."""
    one, other = two
    waits = people.propose_merge(one, other, needs_another=True)
    read = merging._open

    def and_meanwhile(merge):
        row = read(merge)
        Person.unscoped.filter(pk=row.kept_id).update(education="10")
        return row

    monkeypatch.setattr(merging, "_open", and_meanwhile)
    with acting_as(clerk.person("union_officer", "区")):
        assert people.confirm_merge(waits).state == "done"
    assert (waits.kept, Person.unscoped.get(pk=one.pk).education) == (one, "10")


def test_a_firm_speaks_for_one_person_also_where_only_its_union_is_known(clerk):
    with acting_as_job("测试"):
        one = worker(clerk.units["甲厂"], "李志强")
        people.hire(one, clerk.units["乙厂"], occupation="焊工")
        other = person(clerk.units["甲厂工会"], "李志强", id_number="", sex="男")
        people.join_union(other, clerk.units["甲厂工会"])
    places = next(row for row in people.compared(one, other) if row.label == "工作单位")
    assert places.is_same and places.other == "甲厂有限公司（会籍所在）" and "乙厂" in places.one


def test_the_next_list_meets_the_one_that_stays(clerk):
    told = {"name": "李志强", "birth": "1978-03-18", "phone": "19900000100"}
    number = id_number("19880808")
    with acting_as_job("测试"):
        loaded("certificates", clerk.units["局"], told)
        (other,) = people.find(phone="19900000100")
        loaded("social_insurance", clerk.units["局"], {"name": "李志强", "id_number": number, "phone": "19900000133"})
        (one,) = people.find(id_number=number)
    people.propose_merge(one, other)
    with acting_as_job("测试"):
        batch = loaded("certificates", clerk.units["局"], told | {"education": "本科"}, day=date(2026, 10, 31))
    assert batch.persons == 0 and Record.objects.filter(Record.NOW).count() == 2
    assert Person.unscoped.get(pk=one.pk).education == "20"
    assert {said.source[:8] for said in told_of(Person.unscoped.get(pk=one.pk))} >= {"社会保险参保名册"[:8]}


def test_after_a_merge_is_taken_back_the_next_list_meets_whom_it_means(clerk):
    told = {"name": "李志强", "birth": "1978-03-18", "phone": "19900000100"}
    number = id_number("19880808")
    with acting_as_job("测试"):
        loaded("certificates", clerk.units["局"], told)
        (other,) = people.find(phone="19900000100")
        loaded("social_insurance", clerk.units["局"], {"name": "李志强", "id_number": number, "phone": "19900000133"})
        (one,) = people.find(id_number=number)
    merge = people.propose_merge(one, other)
    with acting_as_job("测试"):
        loaded("certificates", clerk.units["局"], told | {"education": "本科"}, day=date(2026, 10, 31))
    people.undo_merge(merge, "认错了人")
    with acting_as_job("测试"):
        loaded("certificates", clerk.units["局"], told | {"education": "大专"}, day=date(2026, 11, 1))
    assert Record.objects.get(Record.NOW, source="certificates").person_id == other.pk
    assert Person.unscoped.get(pk=other.pk).education


def test_erasing_the_one_that_stays_erases_both(two):
    one, other = two
    people.propose_merge(one, other)
    people.erase(one, "本人要求")
    assert not vault.subject_keys([one.pk, other.pk])
    assert set(Person.unscoped.values_list("state", flat=True)) == {"erased"}


def test_a_doubt_is_settled_once(two):
    one, other = two
    doubt = Doubt.objects.create(one=other, other=one, odds=0.7)
    assert list(people.doubts()) == [doubt]
    people.keep_apart(doubt)
    assert not people.doubts().exists()
    with pytest.raises(Refused, match="刚刚已有人"):
        people.keep_apart(doubt)
    other_doubt = Doubt.objects.create(one=one, other=other, odds=0.7)
    people.propose_merge(one, other)
    other_doubt.refresh_from_db()
    assert other_doubt.state == "same"


def test_a_list_on_its_way_in_waits_for_a_merge_and_meets_who_stays(twin, monkeypatch):
    """Neither a merge nor its end changes whom a line means while the line is being matched."""
    told = {"name": "郤正七", "birth": "1978-03-18", "phone": "19900000100"}
    office, day = twin.units["局"], date(2026, 10, 31)
    number = id_number("19880808")
    with acting_as_job("测试"):
        loaded("certificates", office, told)
        (other,) = people.find(phone="19900000100")
        loaded("social_insurance", office, {"name": "郤正七", "id_number": number, "phone": "19900000133"})
        (one,) = people.find(id_number=number)

    def beside_a_load(name, act, education):
        begun, carry = threading.Event(), getattr(merging, name)

        def slowly(*about):
            begun.set()
            done = carry(*about)
            time.sleep(1)  # long enough for a list that does not wait to have matched its line
            return done

        def clerk():
            with acting_as(twin.person("group_office")):
                return act()

        def load():
            begun.wait(20)
            with acting_as_job("测试"):
                return loaded("certificates", office, told | {"education": education}, day=day)

        with monkeypatch.context() as patch:
            patch.setattr(merging, name, slowly)
            made, batch = at_once(clerk, load)
        assert (batch.state, batch.persons) == ("done", 0)
        (now,) = Record.objects.filter(Record.NOW, source="certificates")
        return made, now.person_id

    merge, meant = beside_a_load("_carry_out", lambda: people.propose_merge(one, other), "本科")
    assert (merge.state, meant) == ("done", one.pk)
    day = date(2026, 11, 1)
    merge, meant = beside_a_load("_part", lambda: people.undo_merge(merge, "认错了人"), "大专")
    assert (merge.state, meant) == ("undone", other.pk)


@pytest.mark.parametrize("first", [people.keep_apart, people.put_together])
def test_of_two_who_answer_at_once_one_is_heard(twin, first):
    with acting_as_job("测试"):
        one = worker(twin.units["甲厂"], "李志强")
        other = worker(twin.units["乙厂"], "李志强", id_number="", sex="男")
        doubt = Doubt.objects.create(one=one, other=other, odds=0.7)
    begun = threading.Event()

    def at_leisure():
        with acting_as(twin.person("group_office")), transaction.atomic():
            first(doubt)
            begun.set()
            time.sleep(1)  # long enough for who does not wait to have answered

    def meanwhile():
        begun.wait(20)
        with acting_as(twin.person("union_officer", "区")):
            ({people.keep_apart, people.put_together} - {first}).pop()(Doubt.objects.get(pk=doubt.pk))

    heard, told = at_once(at_leisure, meanwhile)
    assert heard is None and isinstance(told, Refused) and "已有人核对过" in str(told)
    doubt.refresh_from_db()
    assert doubt.state == ("apart" if first is people.keep_apart else "same")
    assert Merge.objects.count() == (first is people.put_together)


def test_whoever_proposed_a_merge_takes_it_back_and_the_two_may_be_proposed_again(two, clerk):
    one, other = two
    doubt = Doubt.objects.create(one=other, other=one, odds=0.7)
    merge = people.propose_merge(one, other, needs_another=True)
    with acting_as(clerk.person("union_officer", "区")), pytest.raises(Refused, match="由提出人撤回"):
        people.withdraw_merge(merge)
    assert people.withdraw_merge(merge).state == "withdrawn"
    with pytest.raises(Refused, match="已撤回，不必再办"):
        people.withdraw_merge(merge)
    doubt.refresh_from_db()
    assert doubt.state == "open", "nothing was said of the two"
    again = people.propose_merge(one, other, needs_another=True)
    with acting_as(clerk.person("union_officer", "区")):
        assert people.confirm_merge(again).state == "done"
