"""A subject is found by many words at each of its places, by nobody beyond them, and by no word once it is erased."""

import pytest

from jiangtai import vault
from jiangtai.access import acting_as, acting_as_job
from jiangtai.kernel import new_id

pytestmark = pytest.mark.django_db
EVERYWHERE = [("", "~")]


@pytest.fixture(autouse=True)
def _as_job(monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")
    with acting_as_job("测试"):
        yield


def subject(path, *words, more=()):
    made = new_id()
    vault.put(made, "x.name", "某人", path=path)
    vault.place(made, path, *more)
    vault.mark({made: words}, "x.words")
    return made


def test_by_any_of_its_words_and_by_no_word_of_another_field():
    one = subject("a", "zm", "周敏")
    assert [vault.marked("x.words", word, within=EVERYWHERE, most=5).subjects for word in ("zm", "周敏", "z")] == [
        [one],
        [one],
        [],
    ]
    assert not vault.marked("y.words", "zm", within=EVERYWHERE, most=5).subjects


def test_new_words_replace_the_old():
    one = subject("a", "zm")
    vault.mark({one: ["lm"]}, "x.words")
    assert not vault.marked("x.words", "zm", within=EVERYWHERE, most=5).subjects
    assert vault.marked("x.words", "lm", within=EVERYWHERE, most=5).subjects == [one]


def test_only_so_many_and_that_there_are_more():
    for _ in range(4):
        subject("a", "zm", more=["b"])
    assert not vault.marked("x.words", "zm", within=EVERYWHERE, most=4).has_more
    few = vault.marked("x.words", "zm", within=EVERYWHERE, most=3)
    assert len(few.subjects) == 3 and few.has_more


def test_marks_follow_to_every_place_and_leave_the_old_ones():
    one = subject("aa", "zm", more=["ba"])
    for low, is_there in (("a", True), ("b", True), ("c", False)):
        found = vault.marked("x.words", "zm", within=[(low, low + "~")], most=5).subjects
        assert bool(found) is is_there, low
    vault.place(one, "ca")
    assert not vault.marked("x.words", "zm", within=[("a", "c")], most=5).subjects
    vault.replant("c", "d")
    assert vault.marked("x.words", "zm", within=[("d", "d~")], most=5).subjects == [one]


def test_the_database_shows_no_mark_beyond_reach_whatever_range_is_asked(office):
    here, there = (subject(office.units[name].path, "zm") for name in ("甲厂", "乙厂"))
    for name, found in (("甲厂", here), ("乙厂", there)):
        with acting_as(office.person("enterprise_hr", name)):
            assert vault.marked("x.words", "zm", within=EVERYWHERE, most=5).subjects == [found]
            vault.Mark.objects.all().delete()
    assert len(vault.marked("x.words", "zm", within=EVERYWHERE, most=5).subjects) == 2


def test_whoever_is_erased_is_found_no_more_nor_after_an_older_backup():
    one = subject("a", "zm")
    kept = list(vault.Mark.objects.filter(subject=one))
    vault.erase(one, "本人申请")
    assert not vault.marked("x.words", "zm", within=EVERYWHERE, most=5).subjects
    vault.Mark.objects.bulk_create(kept)
    vault.replay_erasures([one])
    assert not vault.Mark.objects.exists()


def test_a_word_stands_nowhere_in_clear_and_differs_by_key():
    one = subject("a", "周敏")
    (mark,) = vault.Mark.objects.filter(subject=one)
    assert "周敏".encode() not in bytes(mark.blind) and len(mark.blind) == 16
