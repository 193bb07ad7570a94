"""Grants: given by someone else who may, within reach, and the three powers apart in the database itself."""

import pytest
from django.db import IntegrityError, transaction

from jiangtai.access import ROLES, Account, AuditEntry, Duty, Grant, Refused, accounts, acting_as, acting_as_job, grants

pytestmark = pytest.mark.django_db


def opened(office, duty=Duty.BUSINESS, unit="区", username="new.person"):
    with acting_as_job("测试"):
        return accounts.open_account(username=username, name="新人", unit=office.units[unit], duty=duty)[0]


@pytest.mark.parametrize("role", ["security_admin", "unit_admin"])
def test_nobody_grants_to_themself(office, role):
    person = office.person(role)
    with acting_as(person), pytest.raises(Refused, match="不能给自己授权"):
        grants.grant(person, "leader", office.units["区"], "想要")
    with pytest.raises(IntegrityError), transaction.atomic(), acting_as_job("测试"):
        Grant.objects.create(
            account=person, duty=person.duty, role=role, unit=office.units["甲街"], granted_by=person, reason="绕过"
        )


def test_nobody_takes_their_own_grant_back(office):
    person = office.person("security_admin")
    with acting_as_job("测试"):
        mine = Grant.objects.get(account=person)
    with acting_as(person), pytest.raises(Refused, match="自己"):
        grants.revoke(mine, "不想干")


@pytest.mark.parametrize("first", ["system_admin", "security_admin", "audit_admin", "group_office"])
@pytest.mark.parametrize("second", ["system_admin", "security_admin", "audit_admin", "group_office"])
def test_no_account_holds_two_of_the_powers(office, first, second):
    if ROLES[first].duty == ROLES[second].duty:
        pytest.skip("the same duty")
    person = office.person(first)
    with acting_as_job("测试"):
        for duty in {ROLES[first].duty, ROLES[second].duty}:
            with pytest.raises(IntegrityError), transaction.atomic():
                Grant.objects.create(account=person, duty=duty, role=second, unit=office.units["区"], reason="绕过")
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.filter(pk=person.pk).update(duty=ROLES[second].duty)


def test_a_workers_account_holds_no_role(office):
    with acting_as_job("测试"):
        worker = accounts.worker_of_phone("13800000000")
        for duty in (Duty.WORKER, Duty.BUSINESS):
            with pytest.raises(IntegrityError), transaction.atomic():
                Grant.objects.create(account=worker, duty=duty, role="leader", unit=office.units["区"], reason="绕过")


def test_who_may_grant_what(office):
    business, auditor = opened(office), opened(office, Duty.AUDIT, username="new.auditor")
    expected = {
        "security_admin": (True, True),
        "unit_admin": (True, False),
        "system_admin": (False, False),
        "audit_admin": (False, False),
        "group_office": (False, False),
    }
    for role, (ordinary, admins) in expected.items():
        with acting_as(office.person(role)):
            assert bool(grants.grantable(business)) is ordinary, role
            assert bool(grants.grantable(auditor)) is admins, role


def test_a_unit_administrator_grants_within_the_own_branch(office):
    person = opened(office, unit="甲厂")
    with acting_as(office.person("unit_admin", "甲街")):
        grants.grant(person, "enterprise_hr", office.units["甲厂"], "负责人事")
        with pytest.raises(Refused, match="不在您的管理范围内"):
            grants.grant(person, "enterprise_hr", office.units["乙厂"], "越界")
        with pytest.raises(Refused, match="已有"):
            grants.grant(person, "enterprise_hr", office.units["甲厂"], "再来一次")
    with acting_as_job("测试"):
        assert AuditEntry.objects.filter(action="grant.given", target=person.pk).count() == 1


def test_a_role_taken_back_is_gone_and_can_be_given_again(office):
    person = opened(office, unit="甲厂")
    with acting_as(office.person("security_admin")):
        given = grants.grant(person, "enterprise_hr", office.units["甲厂"], "负责人事")
        with acting_as(person) as who:
            assert who.may("inquiries.answer")
        grants.revoke(given, "调岗")
        with pytest.raises(Refused, match="已被收回"):
            grants.revoke(given, "再收一次")
        with acting_as(person) as who:
            assert not who.may("inquiries.answer")
        grants.grant(person, "enterprise_hr", office.units["甲厂"], "回来了")


def test_a_power_is_granted_only_to_who_signed_in_with_two_factors(office):
    auditor = opened(office, Duty.AUDIT, username="new.auditor")
    with acting_as(office.person("security_admin")), pytest.raises(Refused, match="二次验证"):
        grants.grant(auditor, "audit_admin", office.units["区"], "接任审计")


def test_a_role_over_everything_is_granted_at_the_root_only(office):
    person = opened(office, unit="甲厂")
    with acting_as(office.person("unit_admin", "甲街")), pytest.raises(Refused, match="根单位"):
        grants.grant(person, "group_office", office.units["甲厂"], "想管全区")


def test_nobody_gets_the_link_of_a_colleague_who_holds_more_elsewhere(office):
    person = opened(office, unit="甲厂")
    with acting_as_job("测试"):
        grants.grant(person, "group_office", office.units["区"], "测试")
    with acting_as(office.person("unit_admin", "甲厂")):
        for act in (accounts.renew_link, lambda one: accounts.disable(one, "停用")):
            with pytest.raises(Refused, match="不在您的管理范围内"):
                act(person)


def test_roles_add_up_at_one_unit_only(office):
    person = opened(office, unit="甲厂")
    with acting_as_job("测试"):
        grants.grant(person, "enterprise_hr", office.units["甲厂"], "测试")
        grants.grant(person, "group_office", office.units["区"], "测试")
    with acting_as(person, office.units["甲厂"].pk) as who:
        assert not who.may("inquiries.ask")
    with acting_as(person, office.units["区"].pk) as who:
        assert who.may("inquiries.ask")
    with acting_as(person, office.units["乙厂"].pk) as who:
        assert who.unit == office.units["甲厂"]  # a post one does not hold is not taken


def test_a_post_that_a_session_names_is_taken(office):
    account = office.person("liaison", "甲街")
    with acting_as_job("测试"):
        Grant.objects.create(account=account, duty=account.duty, role="liaison", unit=office.units["局"], reason="兼任")
    with acting_as(account, str(office.units["局"].pk)) as who:
        assert who.unit == office.units["局"]
    with acting_as(account) as who:
        assert who.unit == office.units["甲街"]
