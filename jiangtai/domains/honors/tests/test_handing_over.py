"""Honours in a file that turns out to be two people's: each goes to whom two officers say, with what hangs on it."""

import threading
import time
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from jiangtai import credentials, ledger, people
from jiangtai.access import acting_as, acting_as_job
from jiangtai.credentials import Credential
from jiangtai.domains.honors import actions
from jiangtai.domains.honors.facts import (
    AwardDue,
    AwardPaid,
    FollowUpDone,
    HonorGranted,
    MentorAssigned,
    MentoringEnded,
    Part,
    RegisterEntered,
    RevokedFor,
)
from jiangtai.kernel import clock
from jiangtai.people import Split, merging
from jiangtai.people.sources.tests.lists import loaded
from jiangtai.people.tests.test_splitting import INSURED, TAXED, lines, twins_file
from tests.office import at_once

from .honored import TODAY, Honored

NUMBER = INSURED["id_number"]


@pytest.fixture
def house(office):
    with clock.at(TODAY):
        yield Honored(office)


@pytest.fixture
def mixed(house):
    """One file of two lists, with a craftsman's honour that was paid for and a model worker's that was not."""
    with acting_as_job("测试"):
        for key, line in (("social_insurance", INSURED), ("taxes", TAXED)):
            loaded(key, house.office.units["局"], line, day=date(2026, 8, 31))
        (found,) = people.find(id_number=NUMBER)
    return found


@pytest.fixture
def honors(house, mixed):
    craftsman = house.name(mixed, award=5_000)
    model = house.name(mixed, house.title("测试区劳模", "model_worker"), award=8_000)
    mentors = [house.worker(one) for one in ("导师甲", "导师乙")]
    with house.clerk():
        actions.pay([ledger.every(AwardDue).get(payload__honor=str(craftsman)).pk], "拨付1号", TODAY)
        for one in mentors:
            actions.assign_mentor(craftsman, one.pk, date(2028, 1, 1))
        actions.follow_up(craftsman, 2, 5)
        entry = actions.enter_register(mixed.pk, Part.STUDIO, "李志强工作室", TODAY)
    return craftsman, model, entry


def split(house, person, *facts):
    with acting_as(house.office.person("group_office")):
        lines = [one.id for one in people.contents_of(person).lines if one.last.source == "taxes"]
        made = people.propose_split(person, lines, facts, "与两人的身份证核对，是两个人")
    with acting_as(house.office.person("union_officer", "区")):
        return people.confirm_split(made).other


def totals():
    """What a split leaves as it was: who is told to hold what, what is due, what was paid, which papers hold."""
    kinds = (HonorGranted, AwardDue, AwardPaid, RegisterEntered, MentorAssigned, MentoringEnded, FollowUpDone)
    money = [sum((row.fact.amount for row in ledger.every(kind)), Decimal(0)) for kind in (AwardDue, AwardPaid)]
    papers = Credential.unscoped.filter(revocation__isnull=True).count()
    due = ledger.every(AwardDue).current(TODAY).count()
    return (
        [ledger.every(kind).count() for kind in kinds],
        ledger.every(HonorGranted).current().count(),
        money,
        due,
        papers,
    )


def held(person):
    return sorted(row.fact.name for row in ledger.every(HonorGranted).of(person.pk).current())


def test_whoever_parts_a_file_says_of_each_honour_whose_it_is(house, mixed, honors):
    with acting_as(house.office.person("group_office")):
        said = {row.pk: row.label for row in people.contents_of(mixed).loose}
    assert sorted(said.values()) == ["列入劳模名册", "授予荣誉称号", "授予荣誉称号"], "all else goes with its honour"
    assert set(honors) == set(said)


def test_an_honour_goes_with_its_award_mentor_and_certificate_and_the_totals_stay(house, mixed, honors):
    craftsman, model, _ = honors
    before, old = totals(), Credential.unscoped.get(cause=craftsman)
    other = split(house, mixed, craftsman)
    assert totals() == before
    assert (held(mixed), held(other)) == (["测试区劳模"], ["测试区工匠"])
    (now,) = ledger.every(HonorGranted).of(other.pk)
    for kind in (AwardDue, AwardPaid, MentorAssigned, MentoringEnded, FollowUpDone):
        rows = ledger.every(kind).of(other.pk)
        assert rows.exists() and all(getattr(row.fact, "honor", now.pk) == now.pk for row in rows), kind
    (paid,), (due,) = ledger.every(AwardPaid).of(other.pk), ledger.every(AwardDue).of(other.pk)
    assert (paid.ends, paid.fact.award) == (due.pk, due.pk)
    assert [row.fact.honor for row in ledger.every(AwardDue).of(mixed.pk)] == [model]
    assert Credential.unscoped.get(pk=old.pk).revocation.reason == "corrected"
    new = Credential.unscoped.get(cause=now.pk)
    assert (new.subject, new.title, new.issued_on) == (other.pk, old.title, old.issued_on) and new.number != old.number
    assert credentials.holder_of(new) == "李志强"


def test_an_honour_that_is_not_the_others_stays_as_it_was_written(house, mixed, honors):
    before = {row.pk for row in ledger.life(mixed.pk).filter(type__startswith="honors.")}
    other = split(house, mixed)
    assert {row.pk for row in ledger.life(mixed.pk).filter(type__startswith="honors.")} == before
    assert not held(other) and not Credential.unscoped.filter(revocation__isnull=False).exists()


def test_a_listing_goes_under_the_others_key_and_what_was_handed_over_is_revoked_with_its_new_paper(
    house, mixed, honors
):
    _, model, entry = honors
    other = split(house, mixed, model, entry)
    with house.clerk():
        (listed,) = ledger.every(RegisterEntered).of(other.pk)
        assert listed.fact.name == "李志强工作室" and not ledger.every(RegisterEntered).of(mixed.pk).exists()
        (now,) = ledger.every(HonorGranted).of(other.pk)
        actions.revoke(now.pk, RevokedFor.OWN_WISH, "撤〔2026〕1号", TODAY)
    assert [one.revocation.reason for one in Credential.unscoped.filter(subject=other.pk)] == ["requested"]
    assert not ledger.every(AwardDue).of(other.pk).current().exists(), "nor is its award paid"


def test_a_merge_taken_back_hands_an_honour_over_with_what_hangs_on_it(house):
    with acting_as_job("测试"):
        one, other = house.worker("李志强"), house.worker("李志强", "乙厂", id_number="")
    with acting_as(house.office.person("group_office")):
        merge = people.propose_merge(one, other, needs_another=True)
    with acting_as(house.office.person("union_officer", "区")):
        merge = people.confirm_merge(merge)
    honor = house.name(one, award=5_000)
    with acting_as_job("测试"):
        actions.pay([ledger.every(AwardDue).get().pk], "拨付1号", TODAY)
    before = totals()
    with acting_as(house.office.person("group_office")):
        (since,) = people.written_since(merge)
        people.undo_merge(merge, "认错了人", [since.pk])
    assert totals() == before and held(other) and not held(one) and since.pk == honor
    assert ledger.every(AwardPaid).of(other.pk).exists() and not ledger.every(AwardDue, AwardPaid).of(one.pk).exists()


def test_the_second_reads_of_each_honour_where_it_will_be(house, mixed, honors):
    craftsman, _model, _ = honors
    path = f"/office/people/{mixed.pk}/split/"
    clerk = house.office.client(house.office.person("group_office"))
    page = clerk.get(path).content.decode()
    assert "称号：测试区工匠" in page and "称号：测试区劳模" in page
    with acting_as(house.office.person("group_office")):
        (line,) = (one.id for one in people.contents_of(mixed).lines if one.last.source == "taxes")
    clerk.post(path, {"lines": [line], "facts": [str(craftsman)], "reason": "两个人"})
    second = house.office.client(house.office.person("union_officer", "区"))
    page = second.get(f"/office/splits/{Split.objects.get().pk}/confirm/").content.decode()
    goes, stays = page.partition("另外记到新档案的：")[2].split("留在原档案的：")
    assert "测试区工匠" in goes and "测试区劳模" in stays


def test_an_award_that_is_just_being_paid_is_not_due_once_more(twin, monkeypatch):
    mixed, made, *_ = twins_file(twin, 347)
    house, paying, handing, open_one = Honored(twin), threading.Event(), threading.Event(), merging._opened
    honor, second = house.name(mixed, award=5_000), twin.person("union_officer", "区")
    (due,) = ledger.every(AwardDue).of(mixed.pk)
    with acting_as(twin.person("group_office")):
        people.withdraw_split(made)
        made = people.propose_split(mixed, lines(mixed, "taxes"), [honor], "两个人")

    def pay():
        with acting_as(second), transaction.atomic():
            actions.pay([due.pk], "拨付1号", clock.today())
            paying.set()
            handing.wait(60)
            time.sleep(1)  # long enough for a split that does not wait to have looked for an end

    def opened(row):
        if row.type == ledger.declared(AwardDue).key:
            handing.set()
        return open_one(row)

    monkeypatch.setattr(merging, "_opened", opened)

    def agree():
        paying.wait(60)
        with acting_as(second):
            return people.confirm_split(made).other

    _, other = at_once(pay, agree)
    assert ledger.every(AwardPaid).of(other.pk).count() == 1
    assert not ledger.every(AwardDue).current().of(mixed.pk, other.pk).exists()
