"""Accounts: opened by someone else, activated by a link once, disabled, erased; workers by phone."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from jiangtai import vault
from jiangtai.access import Account, Refused, accounts, acting_as, acting_as_job, links, parameters, phones, units
from jiangtai.kernel import clock
from tests.office import at_once


@pytest.fixture
def job(office):
    with acting_as_job("测试"):
        yield office


def opened(office, username="zhang.san"):
    return accounts.open_account(username=username, name="张三", unit=office.units["局"])


def test_an_account_is_activated_once(job):
    account, token = opened(job)
    assert not account.is_activated
    accounts.activate(links.look("activate", token), "paper-and-ink-2026")
    assert Account.objects.get(pk=account.pk).check_password("paper-and-ink-2026")
    with pytest.raises(Refused, match="已经使用过"):
        accounts.activate(links.look("activate", token), "another-one-2026")


@pytest.mark.parametrize("password", ["short", "1234567890", "password123", "zhang.san1"])
def test_a_weak_password_leaves_the_link_unspent(job, password):
    _, token = opened(job)
    with pytest.raises(ValidationError):
        accounts.activate(links.look("activate", token), password)
    accounts.activate(links.look("activate", token), "paper-and-ink-2026")


@pytest.mark.parametrize("username", ["", "1abc", "ab", "张三", "a b c", "a" * 41, "x'; drop"])
def test_a_sign_in_name_has_a_form(job, username):
    with pytest.raises(ValidationError, match="登录名"):
        opened(job, username)


def test_a_sign_in_name_is_one_persons(job):
    opened(job)
    with pytest.raises(ValidationError, match="已被使用"):
        opened(job, " Zhang.San ")


def test_nobody_does_to_themself_what_another_should(office):
    admin = office.person("security_admin")
    with acting_as(admin):
        for act in (
            lambda: accounts.disable(admin, "累了"),
            lambda: accounts.enable(admin, "好了"),
            lambda: accounts.unlock(admin, "解锁"),
            lambda: accounts.reset_second_factor(admin, "丢了"),
            lambda: accounts.renew_link(admin),
        ):
            with pytest.raises(Refused, match="另一位管理员"):
                act()


def test_a_disabled_account_has_no_working_link(job):
    account, token = opened(job)
    accounts.disable(account, "离职")
    with pytest.raises(Refused, match="作废"):
        links.look("activate", token)


def test_a_phone_is_one_workers_account(job):
    first = accounts.worker_of_phone("138 0000 0000")
    assert accounts.worker_of_phone("+86 13800000000") == first
    assert first.is_worker
    assert first.unit is None


def test_a_worker_sees_the_own_phone_and_no_other(job):
    mine, other = accounts.worker_of_phone("13800000000"), accounts.worker_of_phone("13900000000")
    with acting_as(mine):
        assert phones.masked(mine.id) == "138****0000"
        assert vault.get(other.id, phones.ACCOUNT) is None
        assert phones.own_data(mine)["手机号"] == "13800000000"


def test_a_phone_in_use_is_not_taken_over(job):
    mine = accounts.worker_of_phone("13800000000")
    accounts.worker_of_phone("13900000000")
    with acting_as(mine), pytest.raises(Refused, match="已用于另一个账号"):
        phones.change(mine, "13900000000")


def test_whoever_leaves_is_unreadable_and_may_come_anew(job, monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")
    worker = accounts.worker_of_phone("13800000000")
    with acting_as(worker):
        accounts.erase(worker)
    assert vault.get(worker.id, phones.ACCOUNT) is None
    assert not Account.objects.get(pk=worker.pk).is_active
    assert accounts.worker_of_phone("13800000000").pk != worker.pk


def test_an_office_account_does_not_erase_itself(office):
    person = office.person("liaison", "局")
    with acting_as(person), pytest.raises(Refused, match="管理员"):
        accounts.erase(person)


def test_one_phone_twice_at_once_is_one_account(twin):
    ended = at_once(*[lambda: accounts.worker_of_phone("13700000000")] * 3)
    with acting_as_job("测试"):
        assert vault.Entry.objects.filter(field=phones.ACCOUNT, blind__isnull=False).count() == 1, ended
    assert len({one.pk for one in ended if isinstance(one, Account)}) == 1


def test_one_link_twice_at_once_activates_once(twin):
    with acting_as_job("测试"):
        _, token = opened(twin, "at.once")

    def act():
        return accounts.activate(links.look("activate", token), "paper-and-ink-2026")

    ended = at_once(act, act)
    assert sum(isinstance(one, Account) for one in ended) == 1
    assert sum(isinstance(one, Refused) for one in ended) == 1


# A unit's own values of parameters


def test_a_unit_sets_a_value_for_itself_and_below(office):
    key, tomorrow = "access.inquiry_days", clock.today() + timedelta(days=1)
    with acting_as(office.person("group_office")):
        parameters.set_value(office.units["区"], key, "8", since=tomorrow, reason="年底事多")
        parameters.set_value(office.units["甲街"], key, "3", since=tomorrow, reason="就近")
        assert parameters.value(key, unit=office.units["甲厂"]) == 5
        assert parameters.value(key, unit=office.units["甲厂"], on=tomorrow) == 3
        assert parameters.value(key, unit=office.units["乙厂"], on=tomorrow) == 8
        parameters.set_value(office.units["甲街"], key, "", since=tomorrow, reason="恢复")
        assert parameters.value(key, unit=office.units["甲厂"], on=tomorrow) == 8


@pytest.mark.parametrize(
    ("key", "value", "since", "says"),
    [
        ("access.inquiry_days", "0", None, "不小于"),
        ("access.inquiry_days", "许多", None, "整数"),
        ("access.inquiry_days", "6", date(2026, 1, 1), "不能早于今天"),
        ("access.audit_days", "30", None, "统一规定"),
    ],
)
def test_a_value_that_may_not_be_is_refused(office, key, value, since, says):
    with acting_as(office.person("group_office")), pytest.raises(ValidationError, match=says):
        parameters.set_value(office.units["区"], key, value, since=since or clock.today(), reason="试试")


def test_a_value_of_an_earlier_day_is_that_of_where_the_unit_stood_then(office):
    key, day = "access.inquiry_days", clock.today()
    firm = office.units["甲厂"]
    with clock.at(day), acting_as(office.person("group_office")):
        for street, value in (("甲街", "7"), ("乙街", "9")):
            parameters.set_value(office.units[street], key, value, since=day, reason="就近")
    with acting_as_job("测试"):
        moved = day + timedelta(days=30)
        with clock.at(moved):
            units.move(firm, office.units["乙街"])
        with clock.at(moved + timedelta(days=1)):
            assert parameters.value(key, unit=firm) == 9
            assert parameters.value(key, unit=firm, on=moved) == 9
            assert parameters.value(key, unit=firm, on=moved - timedelta(days=1)) == 7


def test_two_moves_entered_for_days_past_that_contradict_each_other_end(job):
    one, other = (
        units.found(kind="park", name=name, parent=job.units["区"], since=date(2026, 1, 1)) for name in "甲乙"
    )
    units.move(one, other, since=date(2026, 2, 1))
    units.move(one, job.units["区"], since=date(2026, 4, 1))
    units.move(other, one, since=date(2026, 3, 1))
    assert units.above(one, date(2026, 3, 15)) == [other, one]
