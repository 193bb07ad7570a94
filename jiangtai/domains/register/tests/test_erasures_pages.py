"""A person's file is deleted by two, for a reason, unless the law has it kept; and then nobody reads it."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from jiangtai import ledger, people, vault
from jiangtai.access import AuditEntry, acting_as_job
from jiangtai.domains.honors.facts import AwardDue
from jiangtai.domains.register.rules import why_kept
from jiangtai.flows import engine
from jiangtai.flows.tests.sample import ClaimSample
from jiangtai.kernel import clock, new_id
from jiangtai.ledger import Cause, FactId, PersonId, UnitId
from jiangtai.messages import Message
from jiangtai.people import ErasureRequest, Person

ERASE = {"result": "erase", "sure": "删除"}


@pytest.fixture(autouse=True)
def own_list(monkeypatch, tmp_path):
    monkeypatch.setattr("jiangtai.vault.erasure.erasure_list", lambda: tmp_path / "erasures.jsonl")


@pytest.fixture
def mine(firm, office):
    """The phone of Li, whose file it is."""
    with acting_as_job("测试"):
        people.link_account(firm.account, firm.li)
    return office.client(firm.account)


def url(name, *args):
    return reverse(name, args=args)


def text_of(response):
    assert response.status_code in (200, 422), response.status_code
    return response.content.decode()


def asked_of(person):
    return ErasureRequest.objects.get(person=person, state="open")


def test_leaving_the_app_is_not_deleting_the_file_and_says_so(firm, sits, mine):
    page = text_of(mine.get(url("own.erase")))
    assert "注销的只是登录账号" in page and "申请删除登记档案" in page
    assert "申请删除登记档案" in text_of(mine.get(url("web.errands")))
    assert mine.post(url("own.erase"), {"sure": "注销"}).status_code == 302
    assert "李志强" in text_of(sits("hr").get(url("people.list"))), "the register's file is not the account's"


def test_a_worker_asks_and_another_deletes_and_then_nobody_reads_it(firm, sits, mine):
    number = firm.number
    page = text_of(mine.get(url("own.erase_file")))
    assert "全部销毁" in page and "注销账号" in page
    assert mine.post(url("own.erase_file")).status_code == 302
    assert "撤回删除登记档案的申请" in text_of(mine.get(url("own.erase_file")))
    request = asked_of(firm.li)
    decide = url("erasures.decide", request.pk)
    assert sits("hr").get(decide).status_code == sits("union").get(decide).status_code == 403
    union = sits("officer")
    assert "李志强" in text_of(union.get(url("erasures.list"))) and "没有查到须保留的事项" in text_of(union.get(decide))
    assert "请输入“删除”两个字" in text_of(union.post(decide, {"result": "erase"}))
    assert "请写明依据和原因" in text_of(union.post(decide, {"result": "keep"}))
    assert union.post(decide, ERASE).status_code == 302
    assert union.post(decide, ERASE).status_code == 404
    for who in ("hr", "union", "officer", "keeper", "office"):
        browser = sits(who)
        for path in (url("people.list"), f"{url('people.list')}?q=李志强", url("employers.show", firm.unit.pk)):
            answer = browser.get(path)
            assert answer.status_code in (200, 404), path
            assert "数控车工" not in answer.content.decode() and number[-4:] + "<" not in answer.content.decode(), path
        shown = browser.get(url("people.show", firm.li.pk))
        assert shown.status_code == (200 if who == "office" else 404), who
        assert "李志强" not in shown.content.decode() and "1987" not in shown.content.decode()
        for name in ("people.phone", "people.id_number", "people.edit", "people.print"):
            assert browser.get(url(name, firm.li.pk)).status_code in (403, 404), (who, name)
    assert "已注销的档案" in text_of(sits("office").get(url("people.show", firm.li.pk)))
    assert "已删除" in text_of(sits("office").get(url("erasures.list")))
    assert "还没有找到您的档案" in text_of(mine.get(url("own.file")))
    with acting_as_job("测试"):
        assert vault.get(firm.li.pk, "person.name") is None and not vault.find("person.name", "李志强")
        assert Person.unscoped.get(pk=firm.li.pk).is_erased and not people.employments_of(firm.li.pk)
        actions = AuditEntry.objects.filter(target=firm.li.pk).order_by("pk").values_list("action", flat=True)
        assert {"erasure.asked", "person.erased"} <= set(actions)
        assert Message.objects.filter(to=firm.account, kind="register.erased").count() == 1


def test_an_office_asks_and_may_not_carry_it_out_itself(firm, sits, office):
    ask = url("people.erase", firm.li.pk)
    assert sits("hr").get(ask).status_code == 403, "an employer asks for nobody"
    assert sits("neighbour").post(ask, {"reason": "own_wish"}).status_code == 403
    far = office.client(office.person("union_officer", "乙街"))
    assert far.post(ask, {"reason": "own_wish"}).status_code == 404
    officer = sits("officer")
    assert officer.post(ask, {"reason": "own_wish"}).status_code == 302
    assert "不必重复申请" in text_of(officer.post(ask, {"reason": "own_wish"}))
    decide = url("erasures.decide", asked_of(firm.li).pk)
    assert "请由另一位经办人确认" in text_of(officer.post(decide, ERASE))
    assert far.get(decide).status_code == far.post(decide, ERASE).status_code == 404
    one = asked_of(firm.li)
    with pytest.raises(IntegrityError, match="erasure_decided_by_another"), transaction.atomic():
        ErasureRequest.objects.filter(pk=one.pk).update(state="done", decided_by=one.asked_by, decided_at=clock.now())
    assert sits("office").post(decide, ERASE).status_code == 302
    assert Person.unscoped.get(pk=firm.li.pk).is_erased


def test_what_the_law_has_kept_is_kept_and_the_worker_is_told_why(firm, sits, mine):
    claim = engine_claim(firm)
    assert "还有 1 件办件没有办结" in text_of(mine.post(url("own.erase_file")))
    with acting_as_job("测试"):
        type(claim).unscoped.filter(pk=claim.pk).update(state="withdrawn")
    assert mine.post(url("own.erase_file")).status_code == 302
    with acting_as_job("测试"):
        award = AwardDue(
            person=PersonId(firm.li.pk),
            honor=FactId(new_id()),
            amount=Decimal(10_000),
            unit=UnitId(firm.unit.pk),
            on=clock.today(),
        )
        ledger.append(award, cause=Cause.act("测试"))
    decide = url("erasures.decide", asked_of(firm.li).pk)
    assert "还有 1 笔奖金没有发放" in text_of(sits("officer").get(decide))
    assert "奖金没有发放" in text_of(sits("officer").post(decide, ERASE))
    assert not Person.unscoped.get(pk=firm.li.pk).is_erased
    answer = {"result": "keep", "answer": "奖金发放以前依法保留"}
    assert sits("officer").post(decide, answer).status_code == 302
    assert "奖金发放以前依法保留" in text_of(mine.get(url("web.messages")))
    assert "李志强" in text_of(sits("hr").get(url("people.list")))


def test_a_worker_takes_the_request_back(firm, sits, mine):
    mine.post(url("own.erase_file"))
    request = asked_of(firm.li)
    assert mine.post(url("own.erase_file")).status_code == 302
    request.refresh_from_db()
    assert request.state == "withdrawn"
    assert sits("officer").get(url("erasures.decide", request.pk)).status_code == 404


def test_each_reason_is_said():
    assert why_kept(0, 0, False, []) == []
    assert len(why_kept(1, 2, True, ["“甲厂”"])) == 4
    assert why_kept(0, 0, False, ["“甲厂”", "“乙厂”"]) == ["仍登记为“甲厂”、“乙厂”的责任人，变更确认后才能删除"]


def engine_claim(firm):
    """Something that Li asked for and nobody has decided."""
    from jiangtai.access import acting_as

    with acting_as(firm.account):
        return engine.open_case(ClaimSample.key, firm.li.pk, firm.unit)
