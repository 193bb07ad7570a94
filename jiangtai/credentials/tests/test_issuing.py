"""Issued once, numbered in order, taken back once; the holder's name lies under the holder's own key."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction

from jiangtai import vault
from jiangtai.access import Refused, acting_as, acting_as_job
from jiangtai.credentials import (
    Credential,
    CredentialKind,
    Revocation,
    State,
    check,
    credential_kind,
    holder_of,
    issue,
    numbers,
    revoke,
)
from jiangtai.kernel import clock, new_id
from tests.office import at_once

from .conftest import COURSE, HONOR


def test_numbers_go_on_within_kind_and_year(grant):
    first, second, other, older = (
        grant(),
        grant(),
        grant(COURSE),
        grant(issued_on=date(2025, 3, 1)),
    )
    assert first.number == numbers.make("TH2026", 1)
    assert second.number.startswith("TH2026-000002-")
    assert other.number.startswith("TC2026-000001-")
    assert older.number.startswith("TH2025-000001-")


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "ｔh2026－000001－{1}", "th2026000001{1}"])
def test_a_number_is_understood_however_it_is_typed(grant, typed):
    number = grant().number
    assert numbers.parse(typed.format(number, number[-1])) == number


@pytest.mark.parametrize("typed", ["", "TH2026", "张三", "TH2026-000001", "12345", "TH2026-" + "0" * 40])
def test_what_is_no_number_is_told_so(typed):
    with pytest.raises(numbers.NumberError, match="形如"):
        numbers.parse(typed)


def test_one_wrong_character_is_seen(grant):
    number = grant().number
    for place in (0, 5, 12):
        sign = "B" if number[place].isalpha() else str((int(number[place]) + 1) % 10)
        with pytest.raises(numbers.NumberError):
            numbers.parse(number[:place] + sign + number[place + 1 :])


def test_one_cause_issues_once(grant):
    cause = new_id()
    first = grant(cause=cause)
    assert grant(cause=cause) == first
    assert grant(COURSE, cause=cause) != first
    assert grant().serial == 2


def test_two_at_once_for_one_cause_become_one(twin):
    cause, subject = new_id(), new_id()

    def make():
        with acting_as_job("测试"), transaction.atomic():
            return issue(
                HONOR, subject=subject, holder="王䶮", title="工匠", issuer="区总工会", cause=cause,
                issued_on=clock.today(), unit=twin.units["甲街"],
            )  # fmt: skip

    made = at_once(*[make] * 4)
    assert len({one.pk for one in made}) == 1, made


def test_the_name_stands_nowhere_in_clear(grant):
    row = grant(holder="买买提·艾合买提江")
    assert "买买提" not in str(Credential.unscoped.values().get(pk=row.pk))
    assert holder_of(row) == "买买提·艾合买提江"


def test_whoever_was_erased_leaves_number_and_state(grant):
    row = grant()
    with acting_as_job("测试"):
        vault.erase(row.subject, "本人申请")
    found = check(row.number)
    assert (found.state, found.is_erased, found.holder) == (State.VALID, True, "")
    with pytest.raises(Refused, match="擦除"):
        grant(subject=row.subject)
    assert Credential.unscoped.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("holder", " "),
        ("title", "工" * 121),
        ("title", "工匠 51990019900101123X"),
        ("claims", {"电话": "13800000000"}),
        ("issued_on", date(2026, 11, 21)),
    ],
)
def test_what_does_not_belong_on_a_certificate_is_refused(grant, field, value):
    with pytest.raises(ValueError, match=r"应为|删去|晚于"):
        grant(**{field: value})


def test_it_is_taken_back_once(grant):
    row = grant()
    with acting_as_job("测试"):
        revoke(row, Revocation.Reason.WITHDRAWN, clock.today(), note="会议纪要 3 号")
        with pytest.raises(Refused, match="已经撤销"):
            revoke(row, Revocation.Reason.WITHDRAWN, clock.today())
    assert check(row.number).state is State.REVOKED


@pytest.mark.parametrize(("reason", "days"), [("whim", 0), ("other", 1), ("other", -1)])
def test_it_is_not_taken_back_for_no_reason_or_on_an_impossible_day(grant, reason, days):
    row = grant()
    with acting_as_job("测试"), pytest.raises(ValueError, match="撤销"):
        revoke(row, reason, clock.today() + timedelta(days=days))


def test_nobody_changes_what_was_issued(grant):
    row = grant()
    with pytest.raises(DatabaseError), transaction.atomic():
        Credential.unscoped.filter(pk=row.pk).update(title="别的")
    with pytest.raises(DatabaseError), transaction.atomic():
        Credential.unscoped.filter(pk=row.pk).delete()


def test_scope_ends_at_the_branch(grant, office):
    ours, theirs = grant(), grant(at="乙街")
    with acting_as(office.person("unit_admin", "甲街")):
        assert [row.pk for row in Credential.objects.all()] == [ours.pk]
    with acting_as(office.person("group_office")):
        assert {row.pk for row in Credential.objects.all()} == {ours.pk, theirs.pk}


def test_two_kinds_do_not_share_a_prefix():
    with pytest.raises(ImproperlyConfigured, match="same prefix"):
        credential_kind(CredentialKind("test-other", "别的", "TH", "ours", "无。"))
    with pytest.raises(ImproperlyConfigured, match="capitals"):
        credential_kind(CredentialKind("test-other", "别的", "t1", "ours", "无。"))
