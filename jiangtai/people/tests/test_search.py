"""Somebody is found by how the name is written or spoken, within reach, and by nothing that was true once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiangtai import people, vault
from jiangtai.access import acting_as, acting_as_job
from jiangtai.people import Person, jobs, names

from .invented import id_number, person, worker


@pytest.fixture(autouse=True)
def own_list(monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")


@pytest.fixture
def job(office):
    with acting_as_job("测试"):
        yield office


def found(text):
    return [one.card.name for one in people.search(text, 10).people]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("周敏", ["周敏", "周 敏", "zm", "ZM", "ｚｍ", "zhoumin", "Zhou Min", "zhou-min", "周敏0018", "周敏 0018"]),
        ("单雄信", ["sxx", "shanxiongxin", "dxx", "danxiongxin"]),
        ("西安", ["xa", "xi'an"]),
        ("吕梁", ["ll", "lvliang", "luliang", "lüliang"]),
        ("吾", ["吾", "w", "wu"]),
        ("欧阳慕容雪", ["欧阳慕容雪", "oymrx", "ouyangmurongxue"]),
        ("张𠮷", ["张𠮷", "zhang", "z"]),
        ("𠮷", ["𠮷"]),
        ("买买提·吐尔逊江", ["买买提·吐尔逊江", "买买提吐尔逊江", "买买提•吐尔逊江", "mmttexj"]),
        ("Jürgen Müller", ["jürgen müller", "JürgenMüller"]),
        ("Anna Schmidt", ["anna schmidt", "AnnaSchmidt", "annaschmidt"]),
    ],
)
def test_by_how_it_is_written_and_by_how_it_is_spoken(job, name, words):
    number = id_number("19880808", 1)
    worker(job.units["甲厂"], name, id_number=number)
    for word in words:
        tail = word.replace("0018", number[-4:])
        assert found(tail) == [name], word
    for word in ("", "  ", "·", "周", "zhoum", number, "周敏 9999"):
        assert found(word) == [] or word == name


def test_the_x_at_the_end_may_be_small(job):
    number = next(one for one in iter(id_number, None) if one.endswith("X"))
    worker(job.units["甲厂"], "周敏", id_number=number)
    assert found(f"周敏{number[-4:]}") == found(f"周敏 {number[-4:].lower()}") == ["周敏"]


def test_by_the_new_name_and_number_and_no_more_by_the_old(job):
    old, new = id_number("19880808", 3), id_number("19880808", 5)
    one = worker(job.units["甲厂"], "周敏", id_number=old)
    people.change(one, name="李静")
    assert found("zm") == found("周敏") == found(f"周敏{old[-4:]}") == []
    assert found("lj") == found(f"李静{old[-4:]}") == ["李静"]
    people.change(one, id_number=new)
    assert found(f"李静{new[-4:]}") == ["李静"] and found(f"李静{old[-4:]}") == []
    people.change(one, hukou="local_urban", phone="19900000123")
    assert found("lj") == ["李静"]


def test_only_within_reach_and_at_every_place_of_somebody(job):
    ours, theirs = job.units["甲厂"], job.units["乙厂"]
    one, other = worker(ours, "周敏"), worker(theirs, "赵美")
    reader = job.person("enterprise_hr", "甲厂")
    with acting_as(reader):
        assert found("zm") == ["周敏"]
    with acting_as(job.person("enterprise_union", "甲厂工会")):
        assert found("zm") == ["周敏"]  # of the firm that the union serves
    people.hire(other, ours, occupation="铣工")
    with acting_as(reader):
        assert sorted(found("zm")) == ["周敏", "赵美"]
    people.leave(people.employment_of(one.pk), why=people.LeavingReason.RESIGNED)
    with acting_as(reader):
        assert found("zm") == ["赵美"]
    with acting_as(job.person("group_office", "区")):
        assert sorted(found("zm")) == ["周敏", "赵美"]  # who works nowhere is still in the register


def test_the_erased_are_not_found(job):
    one = worker(job.units["甲厂"], "周敏")
    people.erase(one, "本人申请")
    assert found("zm") == found("周敏") == []
    assert not vault.Mark.objects.filter(subject=one.pk).exists()


def test_more_than_asked_for_is_said(job):
    for name in ("周敏", "赵美", "郑明"):
        worker(job.units["甲厂"], name)
    few = people.search("zm", 2)
    assert len(few.people) == 2 and few.has_more
    assert not people.search("zm", 3).has_more


def test_the_job_marks_whoever_was_registered_before(job, monkeypatch):
    monkeypatch.setattr(jobs, "_TOGETHER", 2)
    made = [worker(job.units["甲厂"], name) for name in ("周敏", "赵美", "郑明")]
    number = vault.get(made[0].pk, "person.identity")
    gone = person(job.units["甲厂"], "曾梅")
    people.erase(gone, "本人申请")
    vault.Mark.objects.all().delete()
    assert people.mark_anew() == 3 and found("zm") == []
    jobs.mark_names()
    assert sorted(found("zm")) == ["周敏", "赵美", "郑明"]
    assert found(f"周敏{number[-4:]}") == ["周敏"]
    assert not Person.unscoped.filter(state="registered", is_marked=False).exists()
    assert not vault.Mark.objects.filter(subject=gone.pk).exists()


def test_a_search_costs_the_same_for_many_as_for_one(job):
    def asked():
        with CaptureQueriesContext(connection) as caught:
            people.search("zm", 50)
        return len(caught)

    worker(job.units["甲厂"], "周敏")
    one = asked()
    for number in range(20):
        worker(job.units["甲厂"], f"赵{chr(0x7F8E)}", id_number=id_number("19900101", 2 * number + 2))
    assert asked() == one == 2


def test_who_has_no_readable_sign_has_the_written_name_only():
    assert names.words("·") == set()
    assert names.words("𠮷") == {"𠮷"}
