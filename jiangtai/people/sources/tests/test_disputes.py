"""Where lists say otherwise than the register: found after they came in, and gone once they agree."""

from datetime import timedelta

import pytest

from jiangtai import people
from jiangtai.access import acting_as, acting_as_job
from jiangtai.people import Person
from jiangtai.people.sources import compare_all, disputed, disputes_by_list
from jiangtai.people.sources.models import Dispute
from jiangtai.people.tests.invented import id_number

from .lists import DAY, loaded

LATER = DAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def job(office, monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")
    with acting_as_job("测试"):
        yield office


@pytest.fixture
def li(office):
    told = {"name": "李志强", "id_number": id_number(), "phone": "19900000100", "employer": "甲厂有限公司"}
    loaded("union_members", office.units["工会"], told | {"union": "甲厂工会委员会"})
    loaded("social_insurance", office.units["局"], told | {"phone": "19900000199"})
    (person,) = people.find(id_number=told["id_number"])
    return person, told


def found() -> set[tuple[str, str]]:
    compare_all()
    people.count_lacks()
    return set(Dispute.objects.values_list("source", "field"))


def test_a_list_that_is_not_believed_says_otherwise(li, office):
    person, told = li
    assert found() == {("social_insurance", "phone")}
    assert list(disputed(Person.objects.all(), "social_insurance")) == [person]
    assert disputes_by_list() == [("social_insurance", office.units["局"].pk, 1)]
    loaded("social_insurance", office.units["局"], told, day=LATER)
    assert found() == set()


def test_a_value_put_right_by_hand_is_compared_anew(li):
    person, _ = li
    found()
    people.change(person, phone="19900000199")
    assert found() == {("union_members", "phone")}


def test_who_is_no_longer_on_a_whole_list_is_disputed_no_more(li, office):
    found()
    other = {"name": "王芳", "id_number": id_number("19900202"), "employer": "甲厂有限公司"}
    loaded("social_insurance", office.units["局"], other, day=LATER, is_whole=True)
    assert found() == set()


def test_the_erased_are_disputed_no_more(li):
    found()
    people.erase(li[0], "测试")
    assert found() == set()


def test_an_employer_is_not_told_what_the_unions_list_says(li, office):
    person, _ = li
    people.change(person, phone="19900000199")
    found()
    with acting_as(office.person("enterprise_hr", "甲厂")):
        assert not disputed(Person.objects.all()).exists() and disputes_by_list() == []
    with acting_as(office.person("enterprise_union", "甲厂工会")):
        assert disputed(Person.objects.all()).exists()


def test_nothing_of_the_value_is_kept(li):
    found()
    assert {one.name for one in Dispute._meta.fields} == {"id", "person", "source", "unit", "field"}
