"""Employers and the blacklist."""

import re
from datetime import date

from django.urls import reverse

from jiangtai import people
from jiangtai.access import AuditEntry, acting_as, acting_as_job
from jiangtai.domains.register.rules import keeps_the_blacklist, told
from jiangtai.people import Responsible
from jiangtai.people.tests.invented import id_number

ENTRY = {"why": "wage_arrears", "decision": "人社监〔2026〕7号", "on": "2026-08-31", "until": "2029-08-30",
         "caused": "2026-08-31"}  # fmt: skip


def url(name, *args):
    return reverse(name, args=args)


def text_of(response):
    assert response.status_code in (200, 422), response.status_code
    return response.content.decode()


def test_an_employer_shows_its_workers_and_who_answers(firm, sits):
    page = text_of(sits("hr").get(url("employers.show", firm.unit.pk)))
    for words in ("1 人", "占 100.0%", "法定代表人", "赵老板", "没有列入过黑名单"):
        assert words in page, words
    rows = text_of(sits("keeper").get(url("employers.list")))
    assert "甲厂有限公司" in rows and "乙厂" not in rows


def test_an_employer_is_described_and_gets_a_new_head(firm, sits):
    sent = {"industry": "c3411", "ownership": "private", "size": "small"}
    assert sits("hr").post(url("employers.edit", firm.unit.pk), sent).status_code == 302
    page = text_of(sits("hr").get(url("employers.show", firm.unit.pk)))
    assert "C3411" in page and "小型" in page
    assert "行业代码应为" in text_of(sits("hr").post(url("employers.edit", firm.unit.pk), {"industry": "99"}))
    head = {"role": "legal_representative", "name": "孙新", "id_number": id_number(), "on": "2026-09-01"}
    assert sits("hr").post(url("employers.appoint", firm.unit.pk), head).status_code == 302
    page = text_of(sits("hr").get(url("employers.show", firm.unit.pk)))
    assert "孙新" in page and "待确认" in page and "赵老板" in page
    (waiting,) = Responsible.unscoped.filter(Responsible.PENDING)
    confirm = text_of(sits("keeper").get(url("responsibles.confirm", waiting.pk)))
    assert "孙新担任" in confirm and "原法定代表人赵老板到这一天为止" in confirm
    assert sits("keeper").post(url("responsibles.confirm", waiting.pk), {"answer": "confirm"}).status_code == 302
    page = text_of(sits("hr").get(url("employers.show", firm.unit.pk)))
    assert "孙新" in page and "赵老板" not in page


def test_an_answering_person_is_dismissed_once_the_street_confirms(firm, sits):
    path = url("employers.dismiss", firm.boss.pk)
    assert "赵老板不再担任" in text_of(sits("hr").get(path))
    assert sits("neighbour").post(path).status_code == 404
    assert sits("hr").post(path).status_code == 302
    assert people.responsibles_of(firm.unit.pk).exists(), "the firm's word alone dismisses nobody"
    assert "不再担任，待确认" in text_of(sits("hr").get(url("employers.show", firm.unit.pk)))
    confirm = url("responsibles.confirm", firm.boss.pk)
    assert sits("hr").post(confirm, {"answer": "confirm"}).status_code == 403
    assert "甲厂有限公司" in text_of(sits("keeper").get(url("responsibles.list")))
    assert "赵老板不再担任" in text_of(sits("keeper").get(confirm))
    assert "请写明原因" in text_of(sits("keeper").post(confirm, {"answer": "refuse"}))
    assert sits("keeper").post(confirm, {"answer": "confirm"}).status_code == 302
    assert not people.responsibles_of(firm.unit.pk).exists()
    assert sits("keeper").post(confirm, {"answer": "confirm"}).status_code == 404
    with acting_as_job("测试"):
        assert list(AuditEntry.objects.filter(action__startswith="responsible").order_by("pk").values_list(
            "action", flat=True))[-2:] == ["responsible.leaving", "responsible.ended"]  # fmt: skip


def test_what_a_firm_says_is_not_confirmed_by_a_firm_nor_by_another_street(firm, sits, office):
    with acting_as(office.person("enterprise_hr", "甲厂")):
        row = people.appoint(firm.unit, firm.li, "direct")
    confirm = url("responsibles.confirm", row.pk)
    own, far = (office.client(office.person("unit_admin", one)) for one in ("甲厂", "乙街"))
    for browser in (own, far):
        assert browser.get(confirm).status_code == browser.post(confirm, {"answer": "confirm"}).status_code == 404
        assert "没有待确认的责任人" in text_of(browser.get(url("responsibles.list")))
    assert sits("labour").post(confirm, {"answer": "refuse", "reason": "与登记不符"}).status_code == 302
    assert "未予确认" in Responsible.unscoped.get(pk=row.pk).get_state_display()
    assert not people.responsibles_of(firm.unit.pk).filter(role="direct").exists()


def test_a_firm_about_to_be_listed_cannot_swap_who_answers_for_it(firm, sits, office):
    """The cause lies before; the swap is tried between it and the listing, in every way there is."""
    labour, hr, street = sits("labour"), sits("hr"), sits("keeper")
    asked = {
        "unit": str(firm.unit.pk),
        "why": "wage_arrears",
        "caused": "2026-08-01",
        "decision": "人社监立〔2026〕3号",
    }
    assert sits("clerk").post(url("investigations.new"), asked).status_code == 422
    head = {"role": "legal_representative", "name": "孙新", "id_number": id_number(), "on": "2026-08-20"}
    assert hr.post(url("employers.appoint", firm.unit.pk), head).status_code == 302
    assert labour.post(url("investigations.new"), asked).status_code == 302
    assert "已在核查中" in text_of(labour.post(url("investigations.new"), asked))
    assert "核查中" in text_of(labour.get(url("investigations.list")))
    assert "核查结束以前，责任人不能变更" in text_of(hr.post(url("employers.dismiss", firm.boss.pk)))
    (waiting,) = Responsible.unscoped.filter(Responsible.PENDING)
    confirm = url("responsibles.confirm", waiting.pk)
    assert "责任人不能变更" in text_of(street.post(confirm, {"answer": "confirm"}))
    assert [one.person_id for one in people.responsibles_of(firm.unit.pk)] == [firm.zhao.pk]
    opened = people.investigation_of(firm.unit.pk)
    listed = text_of(labour.get(f"{url('blacklist.enlist')}?from={opened.pk}"))
    assert "2026-08-01" in listed
    caused = {"unit": str(firm.unit.pk), **ENTRY, "caused": "2026-08-30"}
    assert "1 名责任人的登记待确认" in text_of(labour.post(url("blacklist.enlist"), caused))
    assert street.post(confirm, {"answer": "refuse", "reason": "核查期间"}).status_code == 302
    assert labour.post(url("blacklist.enlist"), caused).status_code == 302
    assert people.is_person_barred(firm.zhao.pk) and people.investigation_of(firm.unit.pk) is None
    assert "期满（2029-08-30）或移出以前，责任人不能变更" in text_of(hr.post(url("employers.dismiss", firm.boss.pk)))


def test_who_answered_on_the_day_of_the_cause_is_barred_and_not_who_does_today(firm, sits, office):
    with acting_as(office.person("unit_admin", "甲街")):
        people.appoint(firm.unit, firm.li, "legal_representative", on=date(2026, 8, 20))
    assert [one.person_id for one in people.responsibles_of(firm.unit.pk)] == [firm.li.pk]
    entry = {"unit": str(firm.unit.pk), **ENTRY, "caused": "2026-08-01"}
    assert "晚于" in text_of(sits("labour").post(url("blacklist.enlist"), {**entry, "caused": "2026-09-01"}))
    listed = sits("labour").post(url("blacklist.enlist"), entry)
    assert people.is_person_barred(firm.zhao.pk) and not people.is_person_barred(firm.li.pk)
    page = text_of(sits("labour").get(listed.url))
    assert "赵老板" in page and "李志强" not in page and "2026-08-01" in page


def test_an_investigation_that_comes_to_nothing_frees_the_firm(firm, sits):
    with acting_as_job("测试"):
        people.investigate(firm.unit, why=people.ListingReason.WAGE_ARREARS, decision="一", caused=date(2026, 8, 1))
    close = url("investigations.close", people.investigation_of(firm.unit.pk).pk)
    assert sits("neighbour").post(close).status_code == 403
    assert "人力资源和社会保障部门" in text_of(sits("clerk").post(close, {"reason": "查无此事"}))
    assert sits("labour").post(close, {"reason": "查无此事"}).status_code == 302
    assert people.investigation_of(firm.unit.pk) is None
    assert sits("hr").post(url("employers.dismiss", firm.boss.pk)).status_code == 302


def test_the_labour_department_lists_and_delists(firm, sits):
    labour = sits("labour")
    assert "列入黑名单" in text_of(labour.get(url("blacklist.list")))
    assert "甲厂有限公司" in text_of(labour.get(f"{url('web.pick', '全部企业')}?q=甲厂"))
    listed = labour.post(url("blacklist.enlist"), {"unit": str(firm.unit.pk), **ENTRY})
    assert listed.status_code == 302, text_of(listed)
    page = text_of(labour.get(listed.url))
    for words in ("在列", "拖欠劳动报酬", "人社监〔2026〕7号", "赵老板", "职工不受影响", "提前移出"):
        assert words in page, words
    assert people.is_barred(firm.unit.pk) and people.is_person_barred(firm.zhao.pk)
    assert not people.is_person_barred(firm.li.pk)
    twice = labour.post(url("blacklist.enlist"), {"unit": str(firm.unit.pk), **ENTRY})
    assert "已在黑名单中" in text_of(twice)
    assert "在黑名单中" in text_of(sits("hr").get(url("employers.show", firm.unit.pk)))
    listing = people.listing_of(firm.unit.pk)
    out = {"why": "rectified", "decision": "人社监〔2026〕9号", "on": "2026-09-01"}
    assert labour.post(url("blacklist.delist", listing.pk), out).status_code == 302
    assert not people.is_barred(firm.unit.pk) and not people.is_person_barred(firm.zhao.pk)
    page = text_of(labour.get(url("blacklist.show", listing.pk)))
    assert "已解除" in page and "移出黑名单" in page and "整改到位" in page
    proofs = re.findall(r"/office/facts/[0-9a-f-]{36}/", page)
    assert len(proofs) == 2 and {labour.get(one).status_code for one in proofs} == {200}
    assert "已经终止" in text_of(labour.post(url("blacklist.delist", listing.pk), out))
    assert "甲厂" in text_of(labour.get(f"{url('blacklist.list')}?state=past"))
    assert "没有符合条件" in text_of(labour.get(f"{url('blacklist.list')}?state=now"))


def test_others_only_look_and_only_within_reach(firm, sits):
    with acting_as_job("测试"):
        for unit in (firm.unit, firm.units["乙厂"]):
            people.enlist(unit, why=people.ListingReason.MAJOR_VIOLATION, decision="一", until=date(2027, 1, 1))
    ours, theirs = (people.listing_of(firm.units[name].pk) for name in ("甲厂", "乙厂"))
    for who in ("clerk", "keeper", "hr"):
        page = text_of(sits(who).get(url("blacklist.list")))
        assert "甲厂" in page and "乙厂" not in page and "列入黑名单</a>" not in page, who
        assert sits(who).get(url("blacklist.show", theirs.pk)).status_code == 404
        assert sits(who).get(url("facts.proof", ours.pk)).status_code == 200
        assert sits(who).get(url("facts.proof", theirs.pk)).status_code == 404
    clerk = sits("clerk")
    assert "人力资源和社会保障部门" in text_of(
        clerk.post(url("blacklist.enlist"), {"unit": str(firm.unit.pk), **ENTRY})
    )
    out = {"why": "rectified", "decision": "二", "on": "2026-09-01"}
    assert "人力资源和社会保障部门" in text_of(clerk.post(url("blacklist.delist", ours.pk), out))
    assert clerk.post(url("blacklist.delist", theirs.pk), out).status_code == 404
    assert "甲厂有限公司" not in text_of(clerk.get(f"{url('web.pick', '全部企业')}?q=甲厂"))
    assert people.is_barred(firm.unit.pk)
    page = text_of(sits("office").get(url("blacklist.list")))
    assert "甲厂" in page and "乙厂" in page


def test_who_keeps_the_list():
    assert keeps_the_blacklist(True, "district", "某区")
    assert keeps_the_blacklist(False, "department", "某区人力资源和社会保障局")
    assert not keeps_the_blacklist(False, "department", "某区教育局")
    assert not keeps_the_blacklist(False, "enterprise", "人力资源和社会保障服务有限公司")


def test_a_fact_is_told_in_one_line():
    values = {"what": people.Detail.PHONE, "is_production": True, "empty": None}
    labels = {"what": "变更内容", "is_production": "一线", "empty": "无"}
    assert told(values, labels) == "变更内容：手机号；一线：是"
