"""The vault keeps, finds, and forgets for good."""

import json

import pytest
from django.db import DatabaseError, transaction

from jiangtai import vault
from jiangtai.access import acting_as, acting_as_job
from jiangtai.kernel import crypto, new_id

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_job():
    with acting_as_job("测试"):
        yield


@pytest.fixture(autouse=True)
def own_list(monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")
    return tmp_path / "erasures.jsonl"


def test_what_is_kept_is_found_and_read_again():
    one, other = new_id(), new_id()
    vault.put(one, "x.phone", "13800000000", findable=True)
    vault.put(other, "x.phone", "13900000000", findable=True)
    assert vault.get(one, "x.phone") == "13800000000"
    assert vault.find("x.phone", "13800000000") == [one]
    assert vault.find("y.phone", "13800000000") == []  # an index of one field tells nothing about another


def test_nothing_is_stored_in_clear():
    subject = new_id()
    vault.put(subject, "x.phone", "13800000000", findable=True)
    entry = vault.Entry.objects.get(subject=subject)
    assert b"138000" not in bytes(entry.ciphertext) + bytes(entry.blind)


def test_the_same_value_of_two_people_has_two_ciphertexts():
    one, other = new_id(), new_id()
    for subject in (one, other):
        vault.put(subject, "x.name", "李志强")
    first, second = vault.Entry.objects.filter(subject__in=[one, other])
    assert bytes(first.ciphertext) != bytes(second.ciphertext)


def test_a_ciphertext_moved_to_another_person_does_not_open():
    one, other = new_id(), new_id()
    for subject in (one, other):
        vault.put(subject, "x.name", str(subject))
    stolen = vault.Entry.objects.get(subject=one).ciphertext
    vault.Entry.objects.filter(subject=other).update(ciphertext=stolen)
    with pytest.raises(crypto.CryptoError):
        vault.get(other, "x.name")


def test_replacing_a_value_leaves_one():
    subject = new_id()
    for value in ("旧", "新"):
        vault.put(subject, "x.name", value)
    assert vault.get(subject, "x.name") == "新"
    assert vault.Entry.objects.filter(subject=subject).count() == 1


@pytest.mark.parametrize("value", ["李", "欧阳文静", "𠮷㛃䶮", "a" * 5000, ""])
def test_any_text_comes_back(value):
    subject = new_id()
    vault.put(subject, "x.name", value)
    assert vault.get(subject, "x.name") == value


def test_a_phone_opens_one_account():
    vault.put(new_id(), "account.phone", "13800000000", findable=True)
    with pytest.raises(vault.Taken):
        vault.put(new_id(), "account.phone", "13800000000", findable=True)


def test_erasing_destroys_the_key_and_is_remembered_apart(own_list):
    subject, bystander = new_id(), new_id()
    for one in (subject, bystander):
        vault.put(one, "x.name", "李志强", findable=True)
    vault.erase(subject, "本人注销")
    assert vault.get(subject, "x.name") is None
    assert vault.find("x.name", "李志强") == [bystander]
    assert not vault.SubjectKey.objects.filter(subject=subject).exists()
    assert json.loads(own_list.read_text())["subject"] == str(subject)
    assert subject in vault.erased_subjects()


def test_erasing_twice_is_erasing_once(own_list):
    subject = new_id()
    vault.put(subject, "x.name", "李志强")
    vault.erase(subject, "本人注销")
    vault.erase(subject, "本人注销")
    assert vault.Erasure.objects.filter(subject=subject).count() == 1


def test_a_subject_that_came_back_is_erased_again():
    subject = new_id()
    vault.put(subject, "x.name", "李志强")
    assert vault.replay_erasures({subject}) == 1
    assert vault.get(subject, "x.name") is None
    assert vault.replay_erasures({subject}) == 0


def test_nobody_keeps_anything_about_an_erased_subject():
    subject = new_id()
    vault.put(subject, "x.name", "李志强")
    vault.erase(subject, "本人注销")
    with pytest.raises(vault.Erased):
        vault.put(subject, "x.name", "李志强")


@pytest.fixture
def own_keys(monkeypatch, tmp_path):
    """A key folder of this test's own."""
    monkeypatch.setenv("JIANGTAI_KEYS", str(tmp_path / "keys"))
    return crypto.Keyring.create(tmp_path / "keys")


@pytest.mark.parametrize("purpose", ["wrap", "blind"])
def test_new_keys_take_over_and_old_values_stay(purpose, own_keys):
    subject = new_id()
    vault.put(subject, "x.phone", "13800000000", findable=True)
    before = own_keys.active(purpose).id
    assert vault.rotate(purpose) == 1
    assert vault.keyring().active(purpose).id != before
    assert vault.get(subject, "x.phone") == "13800000000"
    assert vault.find("x.phone", "13800000000") == [subject]
    if purpose == "wrap":
        wrapped = bytes(vault.SubjectKey.objects.get(subject=subject).wrapped)
        assert vault.keyring().active("wrap").id.encode() in wrapped


def test_what_is_no_purpose_is_not_rotated(own_keys):
    with pytest.raises(crypto.CryptoError):
        vault.rotate("sign")


def test_an_erasure_is_never_taken_back():
    subject = new_id()
    vault.erase(subject, "本人注销")
    with pytest.raises(DatabaseError), transaction.atomic():
        vault.Erasure.objects.filter(subject=subject).delete()


def test_a_subject_is_read_at_each_of_its_places_and_nowhere_else(office):
    subject, ours, theirs = new_id(), office.units["甲厂"].path, office.units["乙厂"].path
    vault.put(subject, "x.phone", "13800000000", path=ours, findable=True)

    def read():
        found = []
        for unit in ("甲厂", "乙厂"):
            with acting_as(office.person("enterprise_hr", unit)):
                seen = vault.get(subject, "x.phone") is not None
                assert vault.find("x.phone", "13800000000") == ([subject] if seen else [])
                assert seen is (vault.subject_key(subject) is not None) is bool(vault.subject_keys([subject]))
                found.append(seen)
        return found

    assert read() == [True, False]
    vault.place(subject, ours, theirs)
    vault.place(subject, ours, theirs, ours)
    assert read() == [True, True] and vault.Place.objects.filter(subject=subject).count() == 1
    with acting_as(office.person("enterprise_hr", "甲厂")):
        assert not vault.Place.objects.exists(), "where else somebody is, nobody is told"
    vault.place(subject, theirs)
    assert read() == [False, True] and not vault.Place.objects.exists()
    vault.place(subject, theirs, ours)
    vault.erase(subject, "本人注销")
    assert not vault.Place.objects.exists()


def test_nobody_opens_the_vault_by_writing_a_place(office):
    subject = new_id()
    vault.put(subject, "x.phone", "13800000000", path=office.units["甲厂"].path)
    with acting_as(office.person("enterprise_hr", "乙厂")):
        for unit in ("甲厂", "乙厂"):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                vault.Place.objects.create(subject=subject, path=office.units[unit].path)
        assert vault.get(subject, "x.phone") is None


def test_leaving_a_nested_block_locks_the_vault_again(office):
    subject = new_id()
    with acting_as_job("测试"):
        vault.put(subject, "x.phone", "13800000000", path=office.units["甲厂"].path)
    with acting_as(office.person("enterprise_hr", "乙厂")):
        with acting_as_job("测试"):
            assert vault.get(subject, "x.phone")
        assert vault.get(subject, "x.phone") is None
