"""Grants: by somebody else, to somebody else, with a reason; one table says what they mean."""

from jiangtai.access import PERMISSIONS, ROLES, AuditEntry, Duty, Grant, acting_as_job

from .people import entries, person, url


def given(account):
    with acting_as_job("测试"):
        return Grant.objects.filter(account=account, revoked_at__isnull=True).order_by("made_at").last()


def test_a_role_is_granted_and_taken_back(sits, town):
    client = sits("security")
    form = {"role": "union_officer", "unit": str(town.street.pk), "reason": "按岗位分工授权"}
    assert client.post(url("grants.new", town.clerk.pk), form).status_code == 302
    assert given(town.clerk).role == "union_officer"
    assert entries("grant.given", target=town.clerk.pk)
    assert client.post(url("grants.revoke", given(town.clerk).pk), {"reason": "调岗"}).status_code == 302
    assert given(town.clerk).role == "liaison"
    assert entries("grant.revoked", target=town.clerk.pk)


def test_nobody_grants_to_themself_and_the_attempt_stands_in_the_audit(sits, town):
    client = sits("security")
    assert client.get(url("grants.new", town.security.pk)).status_code == 403
    form = {"role": "security_admin", "unit": str(town.street.pk), "reason": "试试"}
    answer = client.post(url("grants.new", town.security.pk), form)
    assert answer.status_code == 422
    assert "不能给自己授权" in answer.content.decode()
    assert entries("refused", target=town.security.pk, outcome=AuditEntry.Outcome.REFUSED)
    assert "角色由另一位管理员授予" in client.get(url("accounts.show", town.security.pk)).content.decode()


def test_the_same_grant_twice_is_refused(sits, town):
    form = {"role": "liaison", "unit": str(town.street.pk), "reason": "来函"}
    answer = sits("security").post(url("grants.new", town.clerk.pk), form)
    assert answer.status_code == 422
    assert "已有“联络员”角色" in answer.content.decode()


def test_a_unit_administrator_grants_nothing_to_the_three(sits, town):
    with acting_as_job("测试"):
        guard = person("guard", "王安", town.street, Duty.SECURITY)
    client = sits("keeper")
    assert client.get(url("grants.new", guard.pk)).status_code == 403
    form = {"role": "security_admin", "unit": str(town.street.pk), "reason": "试试"}
    assert "不能授予" in client.post(url("grants.new", guard.pk), form).content.decode()
    assert given(guard) is None


def test_a_unit_outside_ones_reach_cannot_be_chosen(sits, town):
    form = {"role": "liaison", "unit": str(town.other.pk), "reason": "来函"}
    answer = sits("keeper").post(url("grants.new", town.clerk.pk), form)
    assert answer.status_code == 422
    assert "没有找到" in answer.content.decode()


def test_the_table_names_every_role_and_every_permission(sits):
    text = sits("leader").get(url("roles.show")).content.decode()
    assert all(role.label in text for role in ROLES.values())
    assert all(label in text for label, _ in PERMISSIONS.values())
