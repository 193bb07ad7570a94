"""The growth record: a worker's facts with source and proof, on paper that anyone can check."""

import json
from datetime import date

import pytest
from django.test import Client

from jiangtai import credentials, ledger, people
from jiangtai.access import accounts, acting_as_job
from jiangtai.domains.register import actions, queries, rules
from jiangtai.people.tests.invented import worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody(office):
    with acting_as_job("测试"):
        made = worker(office.units["甲厂"], "欧阳青山", phone="19900000066")
        people.join_union(made, office.units["甲厂工会"], on=date(2026, 1, 5))
        ledger.seal()
    return made


def test_every_line_has_its_source_and_its_place(somebody):
    with acting_as_job("测试"):
        record = queries.record(people.life(somebody))
    assert {"登记入册", "入职"} & {line["what"] for line in record["lines"]}
    assert all(line["place"] for line in record["lines"])
    assert all("来源" in line["says"] for line in record["lines"])
    with acting_as_job("测试"):
        assert queries.record(people.life(somebody))["digest"] == record["digest"]


def test_the_paper_is_signed_and_checks(somebody):
    with acting_as_job("测试"):
        issued, pdf = actions.print_growth(somebody, people.life(somebody), site="https://example.invalid/")
        assert pdf.startswith(b"%PDF-")
        assert credentials.check(issued.number).state == credentials.State.VALID
        assert issued.claims["facts"] == people.life(somebody).count()
        address = credentials.qr_address(issued, "欧阳青山", "https://example.invalid/")
    assert address.startswith(f"https://example.invalid/v/{issued.number}#")


def test_a_worker_prints_the_own_record_by_phone(office, somebody):
    with acting_as_job("测试"):
        account = accounts.worker_of_phone("19900000066")
        people.link_account(account, somebody)
    browser = Client()
    browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/pocket/file/print/").status_code == 200
    answer = browser.post("/pocket/file/print/")
    assert answer["Content-Type"] == "application/pdf"


def test_each_line_leads_on_to_its_proof_and_a_stranger_finds_none(office, somebody):
    with acting_as_job("测试"):
        account = accounts.worker_of_phone("19900000066")
        people.link_account(account, somebody)
        facts = list(people.life(somebody).values_list("pk", flat=True))
        other = worker(office.units["乙厂"], "慕容小花", phone="19900000067")
        stranger = accounts.worker_of_phone("19900000067")
        people.link_account(stranger, other)
    own, firm = office.client(account), office.client(office.person("enterprise_hr", "甲厂"))
    shown = own.get("/pocket/file/").content.decode()
    assert facts and all(f"/pocket/facts/{fact}/" in shown for fact in facts)
    assert "在封存之中，没有改动" in own.get(f"/pocket/facts/{facts[-1]}/").content.decode()
    proof = json.loads(own.post(f"/pocket/facts/{facts[-1]}/").content)
    assert ledger.check_proof(proof) and "欧阳青山" not in str(proof)
    assert office.client(stranger).get(f"/pocket/facts/{facts[0]}/").status_code == 404
    read = firm.get(f"/office/people/{somebody.pk}/").content.decode()
    assert all(f"/office/facts/{fact}/" in read for fact in facts)
    assert all(somebody.card.name in firm.get(f"/office/facts/{fact}/").content.decode() for fact in facts)
    assert own.get(f"/office/facts/{facts[0]}/").status_code == 403
    beyond = office.client(office.person("unit_admin", "乙街"))
    assert {beyond.get(f"/office/facts/{fact}/").status_code for fact in facts} == {404}


def test_what_was_taken_back_is_proved_as_such(office, somebody):
    with acting_as_job("测试"):
        account = accounts.worker_of_phone("19900000066")
        people.link_account(account, somebody)
        wrong = people.life(somebody).filter(type="people.PersonRegistered").get().pk
        ledger.reverse(wrong, ledger.Why.TWICE)
        anothers = people.life(somebody).filter(type="people.EmploymentBegan").get().pk
        taken = ledger.reverse(anothers, ledger.Why.WRONG_PERSON)
    assert "后来已更正" in office.client(account).get(f"/pocket/facts/{wrong}/").content.decode()
    assert {office.client(account).get(f"/pocket/facts/{one}/").status_code for one in (anothers, taken)} == {404}


def test_the_office_prints_what_it_may_see_and_a_stranger_nothing(office, somebody):
    street = office.client(office.person("unit_admin", "甲街"))
    assert street.post(f"/office/people/{somebody.pk}/print/")["Content-Type"] == "application/pdf"
    other = office.client(office.person("unit_admin", "乙街"))
    assert other.post(f"/office/people/{somebody.pk}/print/").status_code == 404


def test_whoever_was_erased_has_no_record(office, somebody):
    with acting_as_job("测试"):
        people.erase(somebody, "本人申请")
        somebody.refresh_from_db()
        with pytest.raises(Exception, match="已注销"):
            actions.print_growth(somebody, people.life(somebody))


# one's own years, held against nobody's


@pytest.mark.parametrize(
    ("spells", "days"),
    [
        ([], 0),
        ([((2026, 1, 1), None)], 31),
        ([((2026, 1, 1), (2026, 1, 11)), ((2026, 1, 6), (2026, 1, 21))], 20),
        ([((2026, 1, 6), (2026, 1, 21)), ((2026, 1, 1), None)], 31),
        ([((2026, 1, 11), (2026, 1, 11))], 0),
        ([((2026, 3, 1), None)], 0),
    ],
)
def test_a_day_at_two_firms_counts_once_and_the_future_not_at_all(spells, days):
    told = [(date(*since), date(*until) if until else None) for since, until in spells]
    assert rules.days_of(told, date(2026, 2, 1)) == days


@pytest.mark.parametrize(
    ("days", "words"), [(0, ""), (20, ""), (31, "1 个月"), (366, "1 年"), (1000, "2 年 8 个月"), (3653, "10 年")]
)
def test_days_are_said_as_years(days, words):
    assert rules.in_years(days) == words


def test_a_worker_sees_the_own_years_and_no_ranking(office, somebody):
    with acting_as_job("测试"):
        account = accounts.worker_of_phone("19900000066")
        people.link_account(account, somebody)
    page = office.client(account).get("/pocket/growth/").content.decode()
    years = page.partition("我的年头")[2].partition("</section>")[0]
    assert "会龄" in years and "不和别人比" in years
    assert "排名" not in page and "您排" not in page
