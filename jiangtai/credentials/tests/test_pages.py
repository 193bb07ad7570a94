"""Anyone checks, an office looks after its own, a worker holds the own, a stranger gets nothing."""

import base64
import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from jiangtai import vault
from jiangtai.access import AuditEntry, accounts, acting_as_job
from jiangtai.credentials import holder_of, numbers, persons_are, revoke
from jiangtai.credentials.holders import _asked
from jiangtai.credentials.signing import token_of
from jiangtai.kernel import clock

from .conftest import COURSE

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return Client()


@pytest.fixture
def worker(office, monkeypatch):
    """A worker's browser; whose persons it stands for is said by the test."""
    with acting_as_job("测试"):
        account = accounts.worker_of_phone("19900010001")
    stands_for = []
    monkeypatch.setattr("jiangtai.credentials.holders._asked", list(_asked))
    import jiangtai.credentials.holders as holders

    holders._asked[:] = [lambda asked: stands_for if asked.pk == account.pk else []]
    return office.client(account), stands_for


def text(answer):
    return answer.content.decode()


def check_page(client, number):
    return client.get(reverse("credentials.check", args=[number]))


def test_a_valid_one_is_shown_in_full(client, grant):
    page = check_page(client, grant().number)
    assert page.status_code == 200
    assert all(words in text(page) for words in ("真实有效", "王䶮", "测试区工匠", "测试区总工会", "2026-11-20"))


def test_holders_of_what_is_not_public_are_masked(client, grant):
    page = text(check_page(client, grant(COURSE, holder="欧阳建国").number))
    assert "欧阳*国" in page and "欧阳建国" not in page


def test_a_revoked_one_tells_category_and_day_and_no_more(client, grant):
    row = grant()
    with acting_as_job("测试"):
        revoke(row, "withdrawn", clock.today(), note="内部纪要三号")
    page = text(check_page(client, row.number))
    assert "已撤销" in page and "荣誉或资格被撤销" in page and "2026-11-20" in page
    assert "内部纪要三号" not in page


def test_an_erased_one_keeps_number_and_state(client, grant):
    row = grant()
    with acting_as_job("测试"):
        vault.erase(row.subject, "本人申请")
    page = text(check_page(client, row.number))
    assert "真实有效" in page and "持有人信息已按规定擦除" in page and "王䶮" not in page


def test_unknown_and_mistyped_numbers_are_told_apart(client, grant):
    unknown, typo = check_page(client, numbers.make("TH2026", 88)), check_page(client, "TH2026-000001-?")
    assert (unknown.status_code, typo.status_code) == (404, 404)
    assert "查无此号" in text(unknown) and "请核对" in text(typo)


def test_the_form_leads_to_the_number(client, grant):
    row = grant()
    answer = client.post(reverse("credentials.verify"), {"text": row.number.lower().replace("-", " ")})
    assert answer.status_code == 302 and answer["Location"] == reverse("credentials.check", args=[row.number])
    assert client.post(reverse("credentials.verify"), {"text": "张三"}).status_code == 422


def test_the_form_checks_a_signature(client, grant):
    row = grant()
    token = token_of(row, holder_of(row))
    good = client.post(reverse("credentials.verify"), {"text": f"https://x/v/{row.number}#{token}"})
    assert "真实有效" in text(good) and "二维码里签了什么" in text(good)
    bad = client.post(reverse("credentials.verify"), {"text": token[:-6] + "AAAAAA"})
    assert "签名不符" in text(bad) and "王䶮" not in text(bad)


def arrive(client, number, token):
    """What is shown to whoever comes by a QR: the page sends what stands behind the # and shows the answer."""
    return text(client.post(reverse("credentials.check", args=[number]), {"text": token}))


def altered(token):
    """The same token, as if signed for somebody else."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    body = base64.urlsafe_b64encode(json.dumps({**claims, "h": "张三丰"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


def test_the_signature_of_a_qr_is_checked_on_arrival(client, grant):
    row, other = grant(), grant(holder="李四")
    token, another = token_of(row, holder_of(row)), token_of(other, holder_of(other))
    page = arrive(client, row.number, token)
    assert "真实有效" in page and "与公布的公钥相符" in page and "二维码里签了什么" in page
    for wrong in (altered(token), token[:-9] + "AAAAAAAAA", token[:-1], another, "not a signature", ""):
        page = arrive(client, row.number, wrong)
        assert "签名不符" in page and "真实有效" not in page and "王䶮" not in page, wrong
        if wrong:
            pasted = client.post(reverse("credentials.verify"), {"text": f"https://x/v/{row.number}#{wrong}"})
            assert "签名不符" in text(pasted) and "真实有效" not in text(pasted), wrong
    with acting_as_job("测试"):
        revoke(row, "withdrawn", clock.today())
    page = arrive(client, row.number, token)
    assert "已撤销" in page and "真实有效" not in page


def test_by_number_alone_the_page_says_that_no_signature_was_checked(client, grant):
    page = text(check_page(client, grant().number))
    assert "没有核对，只按编号查询" in page and "<noscript>" in page


def test_guessing_numbers_has_a_limit(client, grant, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "credential_check": "3/m/ip"}
    row = grant()
    answers = [check_page(client, row.number).status_code for _ in range(5)]
    assert answers[:3] == [200] * 3 and answers[3:] == [429] * 2


def test_machines_fetch_keys_and_status(client, grant):
    grant()
    keys, status = client.get("/.well-known/jiangtai-keys.json"), client.get("/.well-known/jiangtai-status.json")
    assert keys.json()["keys"][0]["crv"] == "Ed25519" and len(status.json()["lists"]) == 1
    assert "max-age" in keys["Cache-Control"]


def test_an_office_sees_downloads_and_takes_back_what_is_its_own(signed_in, grant):
    row, browser = grant(), signed_in("union_officer", "甲街")
    assert "王䶮" in text(browser.get(reverse("credentials.list")))
    assert "王䶮" in text(browser.get(reverse("credentials.show", args=[row.pk])))
    for paper in ("certificate", "card"):
        answer = browser.post(reverse("credentials.paper", args=[row.pk, paper]))
        assert answer["Content-Type"] == "application/pdf"
        assert "王䶮" in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().replace(" ", "")
    form = {"reason": "mistaken", "on": "2026-11-20", "note": "重复签发"}
    assert browser.post(reverse("credentials.revoke", args=[row.pk]), form).status_code == 302
    assert "已撤销" in text(browser.get(reverse("credentials.list")))
    with acting_as_job("测试"):
        said = set(AuditEntry.objects.values_list("action", flat=True))
        assert AuditEntry.objects.filter(action="credential.downloaded").count() == 2
    assert {"credential.issued", "credential.revoked", "credential.downloaded"} <= said


def test_a_stranger_gets_nothing(signed_in, grant, client):
    row = grant()
    neighbour = signed_in("union_officer", "乙街")
    for name, more in (("show", ()), ("revoke", ()), ("paper", ("certificate",))):
        address = reverse(f"credentials.{name}", args=[row.pk, *more])
        assert neighbour.get(address).status_code == 404
        assert neighbour.post(address, {}).status_code in (404, 405)
        assert client.get(address).status_code == 302
    assert "王䶮" not in text(neighbour.get(reverse("credentials.list")))


def test_who_may_not_revoke_is_refused(signed_in, grant):
    row = grant()
    assert signed_in("leader", "甲街").post(reverse("credentials.revoke", args=[row.pk]), {}).status_code == 403


def test_a_list_of_many_asks_no_more_than_one_of_few(signed_in, grant, django_assert_max_num_queries):
    browser = signed_in("union_officer", "甲街")
    for _ in range(30):
        grant()
    browser.get(reverse("credentials.list"))
    with django_assert_max_num_queries(30):
        browser.get(reverse("credentials.list"))


def test_a_worker_holds_the_own_and_nobody_elses(worker, grant):
    browser, stands_for = worker
    own, other = grant(), grant(holder="李四")
    stands_for.append(own.subject)
    mine = text(browser.get(reverse("credentials.mine")))
    assert "测试区工匠" in mine
    page = text(browser.get(reverse("credentials.own", args=[own.pk])))
    assert "王䶮" in page and "data:image/svg+xml;base64," in page and "区内公园免票" in page
    assert browser.post(reverse("credentials.own.paper", args=[own.pk, "card"]))["Content-Type"] == "application/pdf"
    assert browser.get(reverse("credentials.own", args=[other.pk])).status_code == 404
    assert browser.post(reverse("credentials.own.paper", args=[other.pk, "card"])).status_code == 404
    assert "证书与荣誉卡" in text(browser.get(reverse("web.growth")))
    assert "共 1 份" in text(browser.get(reverse("web.errands")))


def test_who_stands_for_whom_is_said_once(monkeypatch):
    import jiangtai.credentials.holders as holders

    monkeypatch.setattr(holders, "_asked", [])
    persons_are(lambda account: [])
    persons_are(lambda account: [1])
    assert len(holders._asked) == 1


def test_a_course_has_no_card(signed_in, grant):
    row = grant(COURSE)
    assert (
        signed_in("union_officer", "甲街").get(reverse("credentials.paper", args=[row.pk, "card"])).status_code == 404
    )


def test_every_page_of_the_square_leads_to_the_check(db):
    assert '<a href="/verify/">证书核验</a>' in Client().get("/privacy/").content.decode()


def test_the_list_names_the_issuer_and_not_the_holders_firm(signed_in, grant):
    grant(at="甲厂", issuer="测试区委、测试区人民政府")
    listed = text(signed_in("group_office").get(reverse("credentials.list")))
    assert "测试区委、测试区人民政府" in listed and "甲厂" not in listed


def test_a_union_sees_what_its_firms_workers_hold_and_takes_nothing_back(signed_in, grant):
    row, other, browser = grant(at="甲厂"), grant(at="乙厂", holder="邓䶮"), signed_in("union_officer", "工会")
    listed = text(browser.get(reverse("credentials.list")))
    assert "王䶮" in listed and "邓䶮" not in listed
    shown = text(browser.get(reverse("credentials.show", args=[row.pk])))
    assert "王䶮" in shown and reverse("credentials.revoke", args=[row.pk]) not in shown
    assert browser.get(reverse("credentials.revoke", args=[row.pk])).status_code == 404
    assert browser.get(reverse("credentials.show", args=[other.pk])).status_code == 404
