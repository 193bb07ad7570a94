"""Accounts: seen within reach, opened by others, activated once, handled with a reason."""

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiangtai.access import Account, Duty, accounts, acting_as_job

from .people import costly, entries, person, url

PASSWORD = "Haozhuangyuan-88"


def test_a_list_shows_only_accounts_within_reach(sits):
    text = sits("keeper").get(url("accounts.list")).content.decode()
    assert "何静" in text
    assert "查志远" not in text
    assert "查志远" in sits("system").get(url("accounts.list")).content.decode()


def test_a_neighbours_account_is_not_found(sits, town):
    assert sits("keeper").get(url("accounts.show", town.stranger.pk)).status_code == 404
    assert sits("keeper").get(url("accounts.disable", town.stranger.pk)).status_code == 404


def test_who_may_not_see_accounts_is_refused(sits):
    assert sits("leader").get(url("accounts.list")).status_code == 403


def test_a_page_of_fifty_stays_within_its_query_budget(sits, town):
    with acting_as_job("测试"):
        for number in range(60):
            person(f"clerk{number}", "何平", town.street, Duty.BUSINESS, "liaison")
    client = sits("system")
    client.get(url("accounts.list"))
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url("accounts.list")).status_code == 200
    assert len(costly(caught)) <= 15, costly(caught)


def test_states_are_told_apart(sits, town):
    with acting_as_job("测试"):
        accounts.open_account(username="newcomer", name="马超", unit=town.street)
        accounts.disable(town.clerk, "调离")
    client = sits("system")
    assert "马超" in client.get(url("accounts.list") + "?state=waiting").content.decode()
    assert "何静" in client.get(url("accounts.list") + "?state=disabled").content.decode()
    active = client.get(url("accounts.list") + "?state=active").content.decode()
    assert "马超" not in active
    assert "何静" not in active
    assert "周敏" in active


def test_an_account_is_found_by_pinyin_and_initials(sits):
    client = sits("system")
    for text in ("hejing", "hj", "何静"):
        assert "何静" in client.get(url("accounts.list"), {"q": text}).content.decode(), text


def test_opening_shows_the_link_once_and_the_link_works_once(sits, town):
    answer = sits("keeper").post(url("accounts.new"), {"name": "单晓燕", "unit": str(town.street.pk)})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    link = re.search(r"/activate/[\w-]+/", answer.content.decode())[0]
    opened = Account.objects.get(username="shanxiaoyan")
    assert opened.duty == Duty.BUSINESS
    assert not opened.is_activated
    visitor = Client()
    assert "单晓燕" in visitor.get(link).content.decode()
    assert visitor.post(link, {"password": PASSWORD, "again": "x"}).status_code == 422
    assert visitor.post(link, {"password": "1234", "again": "1234"}).status_code == 422
    done = visitor.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert done.status_code == 302
    assert done.url == url("account_login")
    opened.refresh_from_db()
    assert opened.check_password(PASSWORD)
    assert entries("account.activated", target=opened.pk)
    spent = visitor.get(link)
    assert spent.status_code == 403
    assert "已经使用过" in spent.content.decode()


def test_a_link_that_was_never_made_says_so():
    answer = Client().get("/activate/nothing/")
    assert answer.status_code == 403
    assert "链接无效" in answer.content.decode()


def test_a_taken_sign_in_name_is_told_beside_its_field(sits, town):
    answer = sits("keeper").post(
        url("accounts.new"), {"name": "何静", "username": town.clerk.username, "unit": str(town.street.pk)}
    )
    assert answer.status_code == 422
    assert "已被使用" in answer.content.decode()


def test_only_the_system_administrator_chooses_a_duty(sits, town):
    sits("keeper").post(url("accounts.new"), {"name": "高峰", "unit": str(town.street.pk), "duty": "security"})
    assert Account.objects.get(username="gaofeng").duty == Duty.BUSINESS
    sits("system").post(url("accounts.new"), {"name": "林涛", "unit": str(town.district.pk), "duty": "audit"})
    assert Account.objects.get(username="lintao").duty == Duty.AUDIT


def test_acts_need_a_reason_and_stand_in_the_audit(sits, town):
    client = sits("keeper")
    assert client.post(url("accounts.disable", town.clerk.pk), {}).status_code == 422
    assert client.post(url("accounts.disable", town.clerk.pk), {"reason": "调离岗位"}).status_code == 302
    town.clerk.refresh_from_db()
    assert not town.clerk.is_active
    assert entries("account.disabled", target=town.clerk.pk)[0].reason == "调离岗位"
    client.post(url("accounts.enable", town.clerk.pk), {"reason": "返岗"})
    town.clerk.refresh_from_db()
    assert town.clerk.is_active


def test_nobody_disables_themself(sits, town):
    answer = sits("keeper").post(url("accounts.disable", town.keeper.pk), {"reason": "试试"})
    assert answer.status_code == 422
    assert "不能停用自己的账号" in answer.content.decode()
    assert entries("refused", target=town.keeper.pk)


def test_business_has_no_hold_over_the_three_administrators(sits, town):
    with acting_as_job("测试"):
        guard = person("guard", "王安", town.street, Duty.SECURITY)
    answer = sits("keeper").post(url("accounts.disable", guard.pk), {"reason": "试试"})
    assert answer.status_code == 422
    assert "只能由系统管理员办理" in answer.content.decode()
    assert sits("keeper").post(url("accounts.link", guard.pk), {}).status_code == 422


def test_unlocking_is_for_the_security_administrator(sits, town):
    assert sits("keeper").get(url("accounts.unlock", town.clerk.pk)).status_code == 403
    assert sits("security").post(url("accounts.unlock", town.clerk.pk), {"reason": "已核实"}).status_code == 302
    assert entries("account.unlocked", target=town.clerk.pk)


def test_a_renewed_link_replaces_the_one_before(sits, town):
    client = sits("keeper")
    first, second = (
        re.search(r"/activate/[\w-]+/", client.post(url("accounts.link", town.clerk.pk), {}).content.decode())[0]
        for _ in range(2)
    )
    assert Client().get(first).status_code == 403
    assert Client().get(second).status_code == 200


def test_the_search_finds_accounts_within_reach(sits):
    assert "何静" in sits("keeper").get("/search/", {"q": "hejing"}).content.decode()
    assert "查志远" not in sits("keeper").get("/search/", {"q": "zhazhiyuan"}).content.decode()
